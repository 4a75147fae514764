/**
 * What a run came to: whether every invariant held, and all that a report or a tally needs of it.
 */

import type { Checks } from '../checkers/checks.ts'
import type { Violation } from '../checkers/verdict.ts'
import type { Coverage } from '../watch/coverage.ts'
import type { Journal } from '../watch/journal.ts'
import type { Trace } from '../watch/trace.ts'
import type { World } from '../world/world.ts'
import type { Plan } from './actions.ts'

export type Outcome = 'ok' | 'safety' | 'liveness' | 'crash'

export type Result = {
  readonly plan: Plan
  readonly outcome: Outcome
  readonly violations: readonly Violation[]
  /** Where outcome is `crash`: what was thrown. */
  readonly thrown: unknown
  readonly fired: ReadonlyMap<string, number>
  readonly trace: Trace
  readonly coverage: Coverage
  readonly journal: Journal
  readonly world: World
  readonly checks: Checks
  /** Virtual time times running nodes. Unit: s. */
  readonly nodeSeconds: number
  /** From healing to rest. Unit: ms. */
  readonly restAfterMs: number | undefined
  /** It ended as several rooms whose members know no address of one another. */
  readonly islands: number
}
