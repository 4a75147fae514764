/**
 * The simulator as a program. Knows the command line, the terminal and the clock; nothing of the protocol.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Plan } from './run/actions.ts'
import { faultNames } from './faults/all-faults.ts'
import { mutantsCommand } from './mutants/mutants-program.ts'
import type { Options } from './run/command-line.ts'
import { help, parseOptions } from './run/command-line.ts'
import { makePlan } from './run/plan.ts'
import { reportFailure } from './run/failure-report.ts'
import { runPlan } from './run/seeded-run.ts'
import { runScript, ScriptError } from './script/play-script.ts'
import type { Outcome, Result } from './run/seeded-run.ts'
import { shrinkPlan } from './run/shrink.ts'
import { Tally } from './run/tally.ts'
import { workNames } from './run/workload.ts'

const exitCodes: Readonly<Record<Outcome, number>> = { ok: 0, crash: 10, liveness: 11, safety: 12 }

/** How long a core may work on shrinking. Unit: ms. */
const shrinkMs = 20_000

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return 'unknown'
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** The progress line of a terminal: written over, and wiped before anything else is printed. */
function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${text}`)
}

function playPlan(plan: Plan, verbose: boolean): Result {
  return runPlan(plan, verbose ? { print: say } : {})
}

/** Whether two runs of one plan are the same, step by step. */
function repeats(plan: Plan, first: Result): boolean {
  return runPlan(plan).trace.hash === first.trace.hash
}

function failed(result: Result, options: Options): void {
  progress('')
  const { plan } = result
  const nodes = options.nodes === undefined ? '' : ` --nodes ${options.nodes}`
  const faults = options.faults === undefined ? '' : ` --fault ${options.faults.join(',')}`
  const repeat =
    options.replay === undefined
      ? `npm run sim -- --seed ${plan.seed}${nodes}${faults}`
      : `npm run sim -- --replay ${options.replay}`
  let shown = result
  if (options.shrink && result.outcome !== 'crash') {
    const id = result.violations[0]?.id
    const onlyFaults = (result.violations[0]?.atMs ?? Infinity) < plan.faultsUntilMs
    const worked = (): number => process.cpuUsage().user / 1000
    const until = worked() + shrinkMs
    const small = shrinkPlan(
      plan,
      (candidate) => runPlan(candidate, { onlyFaults }).violations[0]?.id === id,
      () => worked() < until,
    )
    shown = runPlan(small)
    if (options.save !== undefined) writeFileSync(options.save, `${JSON.stringify(small, null, 2)}\n`)
    say(`\nshrunk from ${plan.actions.length} to ${small.actions.length} actions`)
  } else if (options.save !== undefined) writeFileSync(options.save, `${JSON.stringify(plan, null, 2)}\n`)
  for (const line of reportFailure(shown, repeat, commit())) say(line)
}

function readPlan(file: string): Plan | string {
  try {
    const plan = JSON.parse(readFileSync(file, 'utf8')) as Plan
    return Array.isArray(plan.actions) ? plan : `${file} is not a case that --save wrote`
  } catch (error) {
    return `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`
  }
}

function play(options: Options): number {
  const startedAt = performance.now()
  const elapsed = (): number => (performance.now() - startedAt) / 1000
  const worked = (): number => process.cpuUsage().user / 1e6
  const first = options.seed ?? Date.now() % 1_000_000_000
  const replayed = options.replay === undefined ? undefined : readPlan(options.replay)
  if (typeof replayed === 'string') return refuse(replayed)
  const alone = options.seed !== undefined || replayed !== undefined
  const count = options.seeds ?? (options.seconds !== undefined ? Infinity : alone ? 1 : 100)
  const tally = new Tally()
  let code = 0
  for (let i = 0; i < count && elapsed() < (options.seconds ?? Infinity); i++) {
    const { nodes, faults } = options
    const plan =
      replayed ??
      makePlan(first + i, { ...(nodes === undefined ? {} : { nodes }), ...(faults ? { faults } : {}) })
    const result = playPlan(plan, options.verbose)
    tally.add(result)
    if (result.outcome === 'ok' && (first + i) % 100 === 0 && !repeats(plan, result)) {
      progress('')
      say(`seed ${plan.seed} does not repeat: two runs of it differ`)
      tally.failures.push({ seed: plan.seed, outcome: 'crash', id: 'not the same twice' })
      code = Math.max(code, exitCodes.crash)
    }
    if (result.outcome !== 'ok') {
      failed(result, options)
      code = Math.max(code, exitCodes[result.outcome])
    }
    if (code !== 0 && !options.keepGoing) break
    if (i % 5 === 0)
      progress(
        `seed ${plan.seed}, ${i + 1}${count === Infinity ? '' : ` of ${count}`}, ${elapsed().toFixed(0)} s, ` +
          `${Math.round(tally.nodeSeconds / worked())} node-seconds per second of a core, ${tally.failures.length} failed`,
      )
  }
  progress('')
  say(`seeds ${first} to ${first + tally.seeds - 1}, commit ${commit()}, ${elapsed().toFixed(1)} s`)
  for (const line of tally.lines(worked())) say(line)
  say(tally.summary())
  return code
}

/** Plays a protocol script and prints it with what happens now. */
function playScript(file: string): number {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return refuse(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  try {
    process.stdout.write(runScript(file, text))
    return 0
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    for (const line of error.trace) say(line)
    process.stderr.write(`${error.message}\n`)
    return error.unmet ? 1 : 2
  }
}

function refuse(line: string): number {
  process.stderr.write(`sim: ${line}\n`)
  return 2
}

async function main(args: readonly string[]): Promise<number> {
  const asked = await mutantsCommand(args)
  if (asked !== undefined) return asked
  const options = parseOptions(args)
  if (typeof options === 'string') return refuse(options)
  if (options.help) say(help)
  else if (options.list) {
    say(`faults: ${faultNames.join(', ')}`)
    say(`people: ${workNames.join(', ')}`)
  } else if (options.script !== undefined) return playScript(options.script)
  else return play(options)
  return 0
}

process.exitCode = await main(process.argv.slice(2))
