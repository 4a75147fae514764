/**
 * What many runs came to: how much was played, which faults fired how often, which rules were taken, how long
 * rooms took to come to rest. Knows nothing of single steps.
 */

import { rules } from '../watch/coverage.ts'
import { faultNames } from '../faults/all-faults.ts'
import type { Result } from './seeded-run.ts'
import { workNames } from './workload.ts'

export class Tally {
  seeds = 0
  nodeSeconds = 0
  roomSeconds = 0
  steps = 0
  messages = 0
  quietElections = 0
  islands = 0
  readonly failures: { seed: number; outcome: string; id: string }[] = []
  readonly #fired = new Map<string, number>()
  readonly #rules = new Map<string, number>()
  readonly #restMs: number[] = []

  add(result: Result): void {
    const { plan, world, outcome, violations } = result
    this.seeds++
    this.nodeSeconds += result.nodeSeconds
    this.roomSeconds += world.now / 1000
    this.steps += world.steps
    this.messages += result.checks.ghost.created.size
    this.quietElections += result.checks.elections.quiet
    if (result.islands > 1) this.islands++
    if (result.restAfterMs !== undefined) this.#restMs.push(result.restAfterMs)
    for (const [name, count] of result.fired) this.#fired.set(name, (this.#fired.get(name) ?? 0) + count)
    for (const [key, count] of result.coverage.counts)
      this.#rules.set(key, (this.#rules.get(key) ?? 0) + count)
    if (outcome !== 'ok') this.failures.push({ seed: plan.seed, outcome, id: violations[0]?.id ?? 'crash' })
  }

  /** What was covered, in lines. `coreSeconds`: time that a core worked on it. */
  lines(coreSeconds: number): string[] {
    const rest = [...this.#restMs].sort((a, b) => a - b)
    const at = (share: number): number =>
      rest[Math.min(rest.length - 1, Math.floor(rest.length * share))] ?? 0
    const list = (names: readonly string[]): string =>
      names
        .filter((name) => this.#fired.has(name))
        .map((name) => `${name} ${this.#fired.get(name)}`)
        .join(', ') || 'none'
    const unfired = faultNames.filter((name) => !this.#fired.has(name))
    const taken = Object.entries(rules).filter(([, key]) => this.#rules.has(key))
    const never = Object.entries(rules).filter(([, key]) => !this.#rules.has(key))
    return [
      `faults: ${list(faultNames)}`,
      ...(unfired.length > 0 ? [`faults that never struck: ${unfired.join(', ')}`] : []),
      `people: ${list(workNames)}`,
      `rules taken: ${taken.length} of ${taken.length + never.length}`,
      ...(never.length > 0 ? [`rules never taken: ${never.map(([name]) => name).join('; ')}`] : []),
      `elections counted against the bounds of S12: ${this.quietElections}`,
      `healed room at rest after: median ${at(0.5)} ms, 99 of 100 within ${at(0.99)} ms, worst ${at(1)} ms`,
      ...(this.islands > 0
        ? [`ended as nodes that know no address of one another: ${this.islands} seeds`]
        : []),
      `played: ${hours(this.roomSeconds)} of room time, ${Math.round(this.nodeSeconds)} node-seconds, ${this.steps} steps, ` +
        `${this.messages} messages; ${Math.round(this.nodeSeconds / Math.max(coreSeconds, 0.001))} node-seconds per second of a core`,
    ]
  }

  /** The last line. */
  summary(): string {
    const { failures, seeds } = this
    const what = `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`
    if (failures.length === 0)
      return `sim: ok: ${what}, 0 violations, ${hours(this.roomSeconds)} of room time`
    const list = failures.slice(0, 20).map(({ seed, id }) => `${id} in seed ${seed}`)
    return `sim: failed: ${what}, ${failures.length} with a violation: ${list.join(', ')}`
  }
}

function hours(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
