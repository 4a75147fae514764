/**
 * The negative control as a command: plants each bug in a copy of the program, lets the simulator hunt it,
 * and prints what caught it. A failure that also happens without the bug does not count.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { help } from '../run/command-line.ts'
import { runScript } from '../script/play-script.ts'
import { Progress, refuse, say } from '../terminal.ts'
import { build, huntIn, makeCopy, removeCopy, scriptOf, testIn } from './copies.ts'
import type { Catch } from './hunt.ts'
import { trySeed } from './hunt.ts'
import type { Mutant } from './mutant.ts'
import { mutantNamed, mutants } from './all-mutants.ts'

/** Seeds after which a mutant counts as having survived. */
const seedsMaxDefault = 500

/**
 * Does what the simulator's command line asks about mutants: `--mutants` hunts all, `--mutants --list` names
 * them, `--mutant NAME` hunts one; `--seeds N` says how many seeds each gets. Returns the exit code (2: the
 * line asks for something that is not there), or undefined when it asks for none of these.
 */
export async function mutantsCommand(args: readonly string[]): Promise<number | undefined> {
  const isAsked = args.some((arg) => /^--mutants?(=|$)/.test(arg))
  if (!isAsked) return undefined
  if (args.includes('--help') || args.includes('-h')) {
    say(help)
    return 0
  }
  const options = parseOptions(args)
  if (typeof options === 'string') return refuse('sim', options)
  const { mutant: name, seeds = String(seedsMaxDefault) } = options
  if (!/^[1-9]\d{0,6}$/.test(seeds)) return refuse('sim', `--seeds takes a number from 1 on, not "${seeds}"`)
  if (name === undefined && options.list) {
    for (const mutant of mutants) say(`${mutant.name.padEnd(28)} ${mutant.rule.padEnd(5)} ${mutant.bug}`)
    return 0
  }
  const mutant = name === undefined ? undefined : mutantNamed(name)
  if (name !== undefined && !mutant)
    return refuse('sim', `no mutant is called "${name}"; --mutants --list names all`)
  return runMutants(mutant ? [mutant] : mutants, Number(seeds))
}

type Asked = { readonly mutant?: string; readonly seeds?: string; readonly list?: boolean }

/** The options, or one line that says what is wrong with them. */
function parseOptions(args: readonly string[]): Asked | string {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    const options = { mutant: text, mutants: flag, seeds: text, list: flag }
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    const why = error instanceof Error ? (error.message.split(/[.\n]/)[0] ?? '') : String(error)
    return `${why}; beside --mutant or --mutants only --seeds and --list are known`
  }
}

/** How a hunt ended. */
export type Hunt = {
  readonly mutant: Mutant
  /** Undefined: it survived. */
  readonly caught: Catch | undefined
  /** Seeds that were run with it. */
  readonly seeds: number
}

/**
 * Hunts one mutant with its script, its test, or the seeds 1, 2, 3 ... Throws PatchError when it does not
 * fit the program any more, and an Error when its script or test fails without it.
 */
export async function hunt(mutant: Mutant, seedsMax: number, signal: AbortSignal): Promise<Hunt> {
  const copy = makeCopy(mutant)
  try {
    if (mutant.test !== undefined) return await huntByTest(mutant, mutant.test, copy, signal)
    return mutant.script === undefined
      ? await huntBySeeds(mutant, copy, seedsMax, signal)
      : await huntByScript(mutant, mutant.script, copy, signal)
  } finally {
    removeCopy(copy)
  }
}

async function huntBySeeds(
  mutant: Mutant,
  copy: string,
  seedsMax: number,
  signal: AbortSignal,
): Promise<Hunt> {
  for (let from = 1; from <= seedsMax;) {
    const task = ['seeds', String(from), String(seedsMax - from + 1)]
    const caught = await huntIn(copy, task, signal)
    if (caught === 'hung') return { mutant, caught: undefined, seeds: from }
    if (!caught) break
    if (!trySeed(caught.seed)) return { mutant, caught, seeds: caught.seed }
    // Not the bug's doing: it fails with the true core too.
    from = caught.seed + 1
  }
  return { mutant, caught: undefined, seeds: seedsMax }
}

async function huntByScript(
  mutant: Mutant,
  script: string,
  copy: string,
  signal: AbortSignal,
): Promise<Hunt> {
  const { name, path } = scriptOf(script)
  // What it does without the bug is the measure: throws ScriptError if it fails even so.
  const golden = join(copy, name)
  writeFileSync(golden, runScript(name, readFileSync(path, 'utf8')))
  const caught = await huntIn(copy, ['script', name, golden], signal)
  return { mutant, caught: caught === 'hung' ? undefined : caught, seeds: 0 }
}

async function huntByTest(mutant: Mutant, test: string, copy: string, signal: AbortSignal): Promise<Hunt> {
  const innocent = await testIn(build, test, signal)
  if (innocent) throw new Error(`${test} fails without mutant ${mutant.name} too`)
  const caught = await testIn(copy, test, signal)
  return { mutant, caught: caught === 'hung' ? undefined : caught, seeds: 0 }
}

/**
 * Hunts all these mutants, two at a time where there are two cores, and prints the table row by row.
 * Returns the exit code: 1 when one survived or does not fit the core any more.
 */
async function runMutants(chosen: readonly Mutant[], seedsMax: number): Promise<number> {
  const abort = new AbortController()
  const onSignal = (): void => abort.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const startedAt = Date.now()
  const rows = new Map<Mutant, string>()
  let printed = 0
  let failed = 0
  let detail = ''
  const progress = new Progress()
  const flush = (): void => {
    progress.wipe()
    for (let row; (row = rows.get(chosen[printed] as Mutant)) !== undefined; printed++) say(row)
  }
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000)
  const ticking = setInterval(
    () => progress.show(() => `${rows.size} of ${chosen.length} mutants hunted, ${seconds()} s`),
    1000,
  )
  let begun = 0
  const work = async (): Promise<void> => {
    for (let mutant; (mutant = chosen[begun++]) && !abort.signal.aborted;) {
      try {
        const result = await hunt(mutant, seedsMax, abort.signal)
        if (!result.caught || result.caught.isGoldenOnly) failed++
        rows.set(mutant, rowOf(result, seedsMax))
        if (result.caught) detail = `\n${result.caught.by}: ${result.caught.detail}`
      } catch (error) {
        if (abort.signal.aborted) return
        failed++
        rows.set(
          mutant,
          row([mutant.name, mutant.rule, mutant.bug, `FAILED: ${(error as Error).message}`, '']),
        )
      }
      flush()
    }
  }
  say(row(['mutant', 'rule', 'what a node with this bug does', 'caught by', 'seeds it took']))
  say(row(['---', '---', '---', '---', '---']))
  const cores = Math.min(2, availableParallelism(), chosen.length)
  await Promise.all(Array.from({ length: cores }, work))
  clearInterval(ticking)
  progress.wipe()
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
  if (abort.signal.aborted) return 130
  if (chosen.length === 1) say(detail)
  say(`\n${chosen.length} mutants, ${chosen.length - failed} caught, in ${seconds()} s`)
  return failed > 0 ? 1 : 0
}

function rowOf({ mutant, caught, seeds }: Hunt, seedsMax: number): string {
  const by = caught?.by ?? 'SURVIVED'
  const took = seeds === 0 ? '' : `${seeds} of ${seedsMax}`
  return row([mutant.name, mutant.rule, mutant.bug, by, took])
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
