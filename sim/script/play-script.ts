/**
 * Protocol scripts (docs/TESTING.md): text in which commands and what they bring forth alternate.
 *
 *   # A remark.
 *   nodes 7
 *   crash n1
 *   stabilize
 *   ----
 *       0 n1 crashes
 *      23 at rest after 23 ms
 *
 * Commands up to `----` are one block; what follows, up to an empty line, is the golden output. Times are
 * ms since the room was set up. `repeat 3` ... `end` repeats commands. A block that begins with
 * `schedules 100` is played in a hundred fresh rooms, each with its own seed, and only tells a verdict.
 * A block that begins with `boundaries n4` is played again and again: each time n4 dies one effect later after
 * `arm`, until it has lived to `disarm`. Knows nothing of files.
 */

import { defaultConfig } from '../../src/core/model/config.ts'
import { rising, uidsListed } from '../world/identities.ts'
import { commands, waitingCrashes } from './all-commands.ts'
import { Stage } from './stage.ts'
import { durationOf, fail, failUnmet, numberOf, option, ScriptError, selectionOf, wordsOf } from './words.ts'

export { ScriptError } from './words.ts'

type Line = { readonly at: number; readonly words: readonly string[] }

type Block = { readonly lines: readonly Line[]; readonly golden: string }

type Part = { readonly source: readonly string[]; readonly block: Block | undefined }

/**
 * Plays a script and answers its whole text with fresh output. Throws ScriptError, whose message begins
 * with `file:line:`, for an unknown command, a wrong argument, or an expectation that was not met.
 */
export function runScript(file: string, text: string): string {
  const parts = parse(file, text)
  let stage: Stage | undefined
  const out: string[] = []
  for (const { source, block } of parts) {
    out.push(...source)
    if (!block) continue
    const first = block.lines[0]
    let output: readonly string[]
    if (first?.words[0] === 'schedules') {
      output = playSchedules(file, block)
    } else if (first?.words[0] === 'boundaries') {
      output = playBoundaries(file, block)
    } else {
      // `nodes` begins a new room; what is shown stays as it was chosen.
      if (!stage || block.lines.some((line) => line.words[0] === 'nodes')) {
        const selection = stage?.selection
        stage = newStage(1, true, block.lines)
        if (selection) stage.selection = selection
      }
      stage.lines.length = 0
      playAll(file, stage, block.lines, '')
      output = stage.lines
    }
    out.push('----', ...output)
  }
  return `${out.join('\n').trimEnd()}\n`
}

/** Cuts a script into blocks and what stands between them. */
function parse(file: string, text: string): Part[] {
  const parts: Part[] = []
  let source: string[] = []
  let lines: Line[] = []
  let golden: string[] | undefined
  const flush = (): void => {
    const block = golden && { lines, golden: golden.join('\n') }
    if (!block && lines.length > 0) {
      throw new ScriptError(`${file}:${lines[0]?.at}: these commands lack a line of ---- behind them`)
    }
    if (source.length > 0 || block) parts.push({ source, block })
    source = []
    lines = []
    golden = undefined
  }
  text.split('\n').forEach((line, i) => {
    if (golden) {
      if (line.trim() !== '') golden.push(line)
      else {
        flush()
        source.push('')
      }
    } else if (line.trim() === '----') {
      golden = []
    } else {
      source.push(line)
      const words = wordsOf(line.replace(/(^|\s)#.*$/, ''))
      if (words.length > 0) lines.push({ at: i + 1, words })
    }
  })
  flush()
  return parts
}

/** nodes N [order falling] [copies 2] [backupMinMs 0] ...: what must be known before the first node. */
function newStage(seed: number, ordered: boolean, lines: readonly Line[]): Stage {
  const [, , ...options] = lines.find((line) => line.words[0] === 'nodes')?.words ?? []
  const config: Record<string, number> = {}
  let copies = 3
  for (let i = 0; i < options.length; i += 2) {
    const name = options[i] ?? ''
    if (name === 'order') continue
    const value = numberOf(options[i + 1], 'number')
    if (name === 'copies') copies = value
    else if (Object.hasOwn(defaultConfig, name)) config[name] = value
    else fail(`nodes takes no "${name}"`)
  }
  const listed = lines.find((line) => line.words[0] === 'uids')?.words.slice(1)
  const uids = listed ? uidsListed(listed.map((word) => numberOf(word.replace(/^n/, ''), 'node'))) : rising
  const stage = new Stage({ seed, ordered, copies, config, uids })
  stage.selection = selectionOf([ordered ? 'control' : 'quiet'])
  return stage
}

/** Plays lines in order. `where` is said beside each error. */
function playAll(file: string, stage: Stage, lines: readonly Line[], where: string): void {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line
    const [name = '', ...words] = line.words
    try {
      if (name === 'repeat') {
        const end = endOf(lines, i)
        const times = numberOf(words[0], 'number of times')
        for (let turn = 0; turn < times; turn++) playAll(file, stage, lines.slice(i + 1, end), where)
        i = end
        continue
      }
      const command = Object.hasOwn(commands, name) ? commands[name] : undefined
      if (!command) fail(`unknown command "${name}"`)
      // S12 counts only terms in which nobody interferes.
      stage.checks.elections.disturb()
      command(stage, words)
      if (stage.violation !== undefined) failUnmet(stage.violation)
    } catch (error) {
      if (error instanceof ScriptError && !error.message.startsWith(`${file}:`)) {
        throw new ScriptError(`${file}:${line.at}: ${error.message}${where}`, error.unmet, [...stage.lines])
      }
      throw error
    }
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

/**
 * schedules N [from K] [delay 1 5]: the block in N rooms, with the seeds K, K+1 ..., and with frames taking
 * 1 to 5 ms. `from` repeats one that failed; a `log` in the block then tells what happened.
 */
function playSchedules(file: string, block: Block): string[] {
  const [first, ...lines] = block.lines
  const words = [...(first?.words ?? [])]
  const delayAt = words.indexOf('delay')
  const delays = delayAt < 0 ? ['1', '3'] : words.splice(delayAt, 3).slice(1)
  const from = numberOf(option(words, 'from') ?? '1', 'seed')
  const count = numberOf(words[1], 'number of schedules')
  const rests: number[] = []
  let unreached = 0
  for (let seed = from; seed < from + count; seed++) {
    const stage = newStage(seed, false, lines)
    const delayMin = durationOf(delays[0])
    stage.world.network.quality = { delayMin, delaySpread: durationOf(delays[1]) - delayMin }
    playAll(file, stage, lines, ` (repeat: schedules 1 from ${seed})`)
    // How long the faults were felt: only the last rest tells.
    rests.push(...stage.rests.slice(-1))
    if (waitingCrashes(stage).length > 0) unreached++
  }
  rests.sort((a, b) => a - b)
  const verdict = [`${count} schedules: as expected`]
  const [half, worst] = [rests[rests.length >> 1], rests.at(-1)]
  if (half !== undefined && worst !== undefined) {
    verdict.push(`at rest within ${roundUp(worst)} ms, half of them within ${roundUp(half)} ms`)
  }
  if (unreached > 0) verdict.push(`${unreached} rooms never came to a moment at which somebody should crash`)
  return verdict
}

/** boundaries n4 [from K]: n4 dies between any two effects that it performs between `arm` and `disarm`. */
function playBoundaries(file: string, block: Block): string[] {
  const [first, ...lines] = block.lines
  const words = [...(first?.words ?? [])]
  const from = numberOf(option(words, 'from') ?? '0', 'number of effects')
  for (const word of ['arm', 'disarm'])
    if (!lines.some((line) => line.words[0] === word))
      throw new ScriptError(`${file}:${first?.at}: boundaries need a line "${word}"`)
  for (let effects = from; ; effects++) {
    const stage = newStage(1, true, lines)
    stage.selection = selectionOf(['quiet'])
    stage.boundary = { victim: words[1] ?? '', effects, survived: false }
    playAll(file, stage, lines, ` (repeat: boundaries ${words[1]} from ${effects})`)
    if (stage.boundary.survived) return [`${effects} boundaries: as expected`]
  }
}

/** The next of 100, 150, 200, 300, 500, 1000, 1500 ...: goldens shall not change with every millisecond. */
function roundUp(ms: number): number {
  for (let unit = 100; ; unit *= 10) for (const of of [1, 1.5, 2, 3, 5]) if (of * unit >= ms) return of * unit
}
