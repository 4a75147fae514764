/**
 * Plays lines of a protocol script on a stage, and names the line of the file in every error.
 */

import { defaultConfig } from '../../src/core/model/config.ts'
import type { Config } from '../../src/core/model/config.ts'
import { rising, uidsListed } from '../world/identities.ts'
import type { UidOf } from '../world/identities.ts'
import { commands } from './all-commands.ts'
import type { Line } from './parse-script.ts'
import { Stage } from './stage.ts'
import type { StageWatch } from './stage.ts'
import { countOf, fail, failUnmet, nodesMax, ScriptError, selectionOf } from './words.ts'

/** Longest `repeat`. */
const repeatsMax = 100_000

/** Largest number that `nodes` takes for a setting of the core. */
const settingMax = 1e9

const seedMax = 2 ** 31 - 1

/** nodes N [order falling] [room locked] [seed 7] [copies 2] [backupMinMs 0] ...: what must be known before the first node. */
export function newStage(
  file: string,
  seed: number,
  ordered: boolean,
  lines: readonly Line[],
  watch: StageWatch = {},
): Stage {
  const nodes = lines.find((line) => line.words[0] === 'nodes')
  const listed = lines.find((line) => line.words[0] === 'uids')
  const { copies, locked, config, chosenSeed } = at(file, nodes, () =>
    settingsOf(nodes?.words.slice(2) ?? []),
  )
  const uids = at(file, listed, () => uidsIn(listed?.words.slice(1)))
  const stage = new Stage({ seed: chosenSeed ?? seed, ordered, copies, locked, config, uids }, watch)
  stage.selection = selectionOf([ordered ? 'control' : 'quiet'])
  return stage
}

/** What `nodes N copies 2 backupMinMs 0` says behind its number. */
function settingsOf(options: readonly string[]): {
  copies: number
  locked: boolean
  config: Partial<Config>
  chosenSeed: number | undefined
} {
  const config: Record<string, number> = {}
  let copies = 3
  let locked = false
  let chosenSeed: number | undefined
  for (let i = 0; i < options.length; i += 2) {
    const name = options[i] ?? ''
    if (name === 'order') continue
    if (name === 'room') {
      locked = options[i + 1] === 'locked' || fail('a room is locked, or nothing is said of it')
      continue
    }
    if (name === 'seed') {
      chosenSeed = countOf(options[i + 1], 'seed', 0, seedMax)
      continue
    }
    if (name !== 'copies' && !Object.hasOwn(defaultConfig, name)) fail(`nodes takes no "${name}"`)
    // A beat of no length would fill one instant with beats.
    const least = name === 'backupMinMs' ? 0 : 1
    const value = countOf(options[i + 1], `value of ${name}`, least, settingMax)
    if (name === 'copies') copies = value
    else config[name] = value
  }
  return { copies, locked, config, chosenSeed }
}

/** uids n3 n1 n2: the uids grow in this order. */
function uidsIn(words: readonly string[] | undefined): UidOf {
  if (!words) return rising
  const indices = words.map((word) => countOf(word.replace(/^n/, ''), 'node', 1, nodesMax))
  if (new Set(indices).size < indices.length) fail('uids names a node twice')
  return uidsListed(indices)
}

/** Plays lines in order. `where` is said behind each error. */
export function playAll(file: string, stage: Stage, lines: readonly Line[], where: string): void {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line
    const [name = '', ...words] = line.words
    if (name === 'repeat') {
      const [end, times] = at(file, line, () => [
        endOf(lines, i),
        countOf(words[0], 'number of times', 0, repeatsMax),
      ])
      for (let turn = 0; turn < times; turn++) playAll(file, stage, lines.slice(i + 1, end), where)
      i = end
    } else at(file, line, () => playLine(stage, name, words), { where, trace: stage.lines })
  }
}

function playLine(stage: Stage, name: string, words: string[]): void {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) fail(`unknown command "${name}"`)
  // S12 counts only terms in which nobody interferes.
  stage.checks.elections.disturb()
  command(stage, words)
  if (stage.violation !== undefined) failUnmet(stage.violation)
}

/** Names the line in every error of `run`: a mistake, an expectation that is not met, or an exception. */
export function at<T>(
  file: string,
  line: Line | undefined,
  run: () => T,
  { where = '', trace = [] }: { where?: string; trace?: readonly string[] } = {},
): T {
  try {
    return run()
  } catch (error) {
    const place = `${file}:${line?.at ?? 1}: `
    if (error instanceof ScriptError)
      throw new ScriptError(`${place}${error.message}${where}`, error.why, [...trace])
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
    throw new ScriptError(`${place}the core crashed${where}: ${detail}`, 'crash', [...trace])
  }
}

function endOf(lines: readonly Line[], from: number): number {
  let depth = 0
  for (let i = from; i < lines.length; i++) {
    const word = lines[i]?.words[0]
    if (word === 'repeat') depth++
    if (word === 'end' && --depth === 0) return i
  }
  return fail('repeat without end')
}
