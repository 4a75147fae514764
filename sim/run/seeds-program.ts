/**
 * Plays seeds, or a saved case, and prints the result: whether all invariants held, what was played, and for
 * each failure the line that repeats it.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { Progress, refuse, say } from '../terminal.ts'
import type { Plan } from './actions.ts'
import type { Options } from './command-line.ts'
import { failureDetails, failureHead } from './failure-report.ts'
import { makePlan } from './plan.ts'
import type { Outcome, Result } from './result.ts'
import { planText, readPlan } from './saved-plan.ts'
import { runPlan } from './seeded-run.ts'
import { shrinkPlan } from './shrink.ts'
import { Tally } from './tally.ts'

const exitCodes: Readonly<Record<Outcome, number>> = { ok: 0, crash: 10, liveness: 11, safety: 12 }

/** How long a core may work on shrinking. Unit: ms. */
const shrinkMs = 20_000

/** One seed in that many is played twice, and must be the same both times. */
const playTwiceEvery = 100

/** Plays what the options ask for. Returns the exit code: the worst of all runs. */
export function playSeeds(options: Options): number {
  const { replay, seeds, seconds } = options
  const replayed = replay === undefined ? undefined : planIn(replay)
  if (typeof replayed === 'string') return refuse('sim', replayed)
  const first = replayed?.seed ?? options.seed ?? Date.now() % 1_000_000_000
  const isOne = options.seed !== undefined || replayed !== undefined
  const campaign = new Campaign(options, seeds ?? (seconds !== undefined ? Infinity : isOne ? 1 : 100))
  return campaign.play((i) => replayed ?? planOf(first + i, options))
}

function planOf(seed: number, { nodes, faults }: Options): Plan {
  return makePlan(seed, { ...(nodes === undefined ? {} : { nodes }), ...(faults ? { faults } : {}) })
}

/** The plan in a file, or one line that says why there is none. */
function planIn(file: string): Plan | string {
  try {
    return readPlan(readFileSync(file, 'utf8')) ?? `${file} is not a case that --save wrote`
  } catch (error) {
    return `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return 'unknown'
  }
}

/** Runs one after another, until all are played, the time is over, or one fails. */
class Campaign {
  readonly #options: Options
  readonly #count: number
  readonly #tally = new Tally()
  readonly #progress = new Progress()
  readonly #startedAt = performance.now()
  #code = 0

  constructor(options: Options, count: number) {
    this.#options = options
    this.#count = count
  }

  play(planAt: (i: number) => Plan): number {
    const { seconds = Infinity, keepGoing } = this.#options
    for (let i = 0; i < this.#count && this.#elapsed() < seconds; i++) {
      this.#playOne(planAt(i))
      if (this.#code !== 0 && !keepGoing) break
    }
    this.#progress.wipe()
    this.#tell()
    return this.#code
  }

  /** Real time since the beginning. Unit: s. */
  #elapsed(): number {
    return (performance.now() - this.#startedAt) / 1000
  }

  #playOne(plan: Plan): void {
    const result = this.#run(plan, this.#options.verbose)
    this.#tally.add(result)
    if (result.outcome !== 'ok') this.#tellFailure(result)
    else if (plan.seed % playTwiceEvery === 0 && this.#run(plan, false).trace.hash !== result.trace.hash) {
      this.#progress.wipe()
      say(`failed: seed ${plan.seed} does not repeat: two runs of it differ`)
      say(`repeat: ${this.#repeatLine(plan)}`)
      this.#tally.failures.push({
        seed: plan.seed,
        outcome: 'crash',
        id: 'two different runs',
        repeat: this.#repeatLine(plan),
      })
      this.#code = Math.max(this.#code, exitCodes.crash)
    }
  }

  #run(plan: Plan, verbose: boolean): Result {
    const { failures, seeds } = this.#tally
    const of = this.#count === Infinity ? '' : ` of ${this.#count}`
    let steps = 0
    const stepped = (): void => {
      if (verbose || steps++ % 256 > 0) return
      this.#progress.show(
        () =>
          `seed ${plan.seed}, ${seeds + 1}${of}, ${steps} steps, ${this.#elapsed().toFixed(0)} s, ${failures.length} failed`,
      )
    }
    return runPlan(plan, { observer: { stepped }, ...(verbose ? { print: say } : {}) })
  }

  #repeatLine({ seed }: Plan): string {
    const { replay, nodes, faults } = this.#options
    if (replay !== undefined) return `npm run sim -- --replay ${replay}`
    const more = nodes === undefined ? '' : ` --nodes ${nodes}`
    return `npm run sim -- --seed ${seed}${more}${faults ? ` --fault ${faults.join(',')}` : ''}`
  }

  /** First the failure and how to repeat it; then, where it can be made smaller, the small case in full. */
  #tellFailure(result: Result): void {
    this.#progress.wipe()
    const repeat = this.#repeatLine(result.plan)
    this.#tally.failures.push({
      seed: result.plan.seed,
      outcome: result.outcome,
      id: result.violations[0]?.id ?? 'a crash',
      repeat,
    })
    this.#code = Math.max(this.#code, exitCodes[result.outcome])
    for (const line of failureHead(result, repeat)) say(line)
    const isShrunk = this.#options.shrink && result.outcome !== 'crash'
    const shown = isShrunk ? this.#shrink(result) : result
    if (isShrunk)
      say(
        `\nshrunk from ${result.plan.actions.length} to ${shown.plan.actions.length} actions; then this happens:`,
      )
    for (const line of failureDetails(shown)) say(line)
    if (this.#options.save !== undefined) this.#save(this.#options.save, shown.plan)
    say('')
  }

  #shrink({ plan, violations }: Result): Result {
    const [first] = violations
    const onlyFaults = (first?.atMs ?? Infinity) < plan.faultsUntilMs
    const worked = (): number => process.cpuUsage().user / 1000
    const until = worked() + shrinkMs
    const isStillSo = (candidate: Plan): boolean => {
      this.#progress.show(() => `shrinking seed ${plan.seed}: ${candidate.actions.length} actions`)
      return runPlan(candidate, { onlyFaults }).violations[0]?.id === first?.id
    }
    const small = shrinkPlan(plan, isStillSo, () => worked() < until)
    this.#progress.wipe()
    return runPlan(small)
  }

  #save(file: string, plan: Plan): void {
    try {
      writeFileSync(file, planText(plan))
      say(`\nsaved: npm run sim -- --replay ${file}`)
    } catch (error) {
      process.stderr.write(
        `sim: cannot write ${file}: ${error instanceof Error ? error.message : String(error)}\n`,
      )
    }
  }

  #tell(): void {
    const tally = this.#tally
    const [verdict, ...failures] = tally.verdict()
    say(`${verdict}, ${this.#elapsed().toFixed(1)} s, commit ${commit()}`)
    for (const line of failures) say(line)
    for (const line of tally.played(process.cpuUsage().user / 1e6)) say(line)
    if (this.#options.coverage) for (const line of tally.coverage()) say(line)
  }
}
