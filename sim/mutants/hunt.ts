/**
 * Runs seeds, or a script, until an invariant does not hold. In a patched copy of the program this hunts a
 * mutant; in the program itself it shows whether a failure is the mutant's doing.
 */

import { makePlan } from '../run/plan.ts'
import { runPlan } from '../run/seeded-run.ts'
import { runScript } from '../script/play-script.ts'
import { ScriptError } from '../script/words.ts'

/** What caught a mutant. */
export type Catch = {
  /** `S7`, `L2`, `script 06-token-lost`, or `crash`. */
  readonly by: string
  readonly detail: string
  /** The seed that did; 0 for a script. */
  readonly seed: number
  /** No expectation of the script failed, its output was another: `test:rewrite` would bless the bug. */
  readonly isGoldenOnly?: boolean
}

/** What does not hold with this seed, if anything. */
export function trySeed(seed: number): Catch | undefined {
  const { outcome, violations, thrown } = runPlan(makePlan(seed))
  if (outcome === 'ok') return undefined
  if (outcome === 'crash') return { by: 'crash', detail: String(thrown), seed }
  const [first] = violations
  return { by: first?.id ?? outcome, detail: first?.detail ?? '', seed }
}

/** The first seed from `from` on, of `count`, with which something does not hold. */
export function trySeeds(from: number, count: number): Catch | undefined {
  for (let seed = from; seed < from + count; seed++) {
    const found = trySeed(seed)
    if (found) return found
  }
  return undefined
}

/** What a script finds wrong: an expectation that is not met, or an output that is not the one of the text. */
export function tryScript(name: string, text: string): Catch | undefined {
  const by = `script ${name.replace(/\.txt$/, '')}`
  try {
    const played = runScript(name, text)
    if (played === text) return undefined
    const golden = text.split('\n')
    const line = played.split('\n').find((other, i) => other !== golden[i])
    const detail = `its output is another: ${line?.trim() ?? ''}`
    return { by: `${by} (golden)`, detail, seed: 0, isGoldenOnly: true }
  } catch (error) {
    const detail = error instanceof ScriptError ? error.message : String(error)
    return { by, detail, seed: 0 }
  }
}
