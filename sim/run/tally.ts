/**
 * What many runs came to: how much was played, which faults struck how often, which rules were taken, how long
 * rooms took to come to rest.
 */

import { rules } from '../watch/coverage.ts'
import { faultNames, faults as allFaults } from '../faults/all-faults.ts'
import type { Outcome, Result } from './result.ts'
import { workNames } from './workload.ts'

/** A run that failed. `repeat`: the command that plays it again. */
export type Failure = {
  readonly seed: number
  readonly outcome: Outcome
  readonly id: string
  readonly repeat: string
}

/** Failures that the result lists. */
const failuresShown = 20

export class Tally {
  seeds = 0
  nodeSeconds = 0
  roomSeconds = 0
  steps = 0
  messages = 0
  quietElections = 0
  islands = 0
  readonly failures: Failure[] = []
  #firstSeed = 0
  #lastSeed = 0
  readonly #fired = new Map<string, number>()
  readonly #rules = new Map<string, number>()
  readonly #restMs: number[] = []

  add(result: Result): void {
    const { plan, world } = result
    if (this.seeds++ === 0) this.#firstSeed = plan.seed
    this.#lastSeed = plan.seed
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
  }

  /** Whether all held, of which seeds; and in the next lines what failed, and how to repeat it. */
  verdict(): string[] {
    const { failures, seeds } = this
    const range = seeds > 1 ? `${this.#firstSeed} to ${this.#lastSeed}` : `${this.#firstSeed}`
    if (failures.length === 0) return [`ok: ${seedsOf(seeds)} (${range}), no violation`]
    const shown = failures.slice(0, failuresShown)
    const more = failures.length - shown.length
    return [
      `failed: ${failures.length} of ${seedsOf(seeds)} (${range})`,
      ...shown.map(({ seed, id, repeat }) => `  seed ${seed}: ${id}; repeat: ${repeat}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ]
  }

  /** How much was played and covered, in short. `coreSeconds`: time that a core worked on it. */
  played(coreSeconds: number): string[] {
    const faults = [...this.#fired].filter(([name]) => name in allFaults)
    const struck = faults.reduce((sum, [, count]) => sum + count, 0)
    const all = Object.values(rules)
    const taken = all.filter((key) => this.#rules.has(key)).length
    return [
      `played: ${hours(this.roomSeconds)} of room time, ${this.messages} messages, ${struck} faults, ${this.steps} steps, ` +
        `${Math.round(this.nodeSeconds / Math.max(coreSeconds, 0.001))} node-seconds per second of a core`,
      `covered: ${faults.length} of ${faultNames.length} kinds of faults, ${taken} of ${all.length} rules (--coverage lists them)`,
    ]
  }

  /** Which faults struck, which rules were taken and how soon rooms came to rest, in lines. */
  coverage(): string[] {
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
      `rules taken: ${taken.map(([name, key]) => `${name} (${this.#rules.get(key)})`).join('; ') || 'none'}`,
      ...(never.length > 0 ? [`rules never taken: ${never.map(([name]) => name).join('; ')}`] : []),
      `elections counted against the bounds of S12: ${this.quietElections}`,
      `healed rooms at rest after: median ${at(0.5)} ms, 99 of 100 within ${at(0.99)} ms, worst ${at(1)} ms`,
      ...(this.islands > 0
        ? [`ended as nodes that know no address of one another: ${seedsOf(this.islands)}`]
        : []),
      `node-seconds: ${Math.round(this.nodeSeconds)}`,
    ]
  }
}

function seedsOf(count: number): string {
  return `${count} ${count === 1 ? 'seed' : 'seeds'}`
}

function hours(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
