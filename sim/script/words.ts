/**
 * The small words of a protocol script: nodes, durations, options, selections of output.
 * Knows nothing of what commands do with them.
 */

import { isFrameName } from './points.ts'
import type { Selection, Stage } from './stage.ts'
import type { SimNode } from '../world/world.ts'

/** A mistake in a script, or an expectation that was not met. */
export class ScriptError extends Error {
  override name = 'ScriptError'
  /** No mistake: it was played, and something did not come about. */
  readonly unmet: boolean
  /** What the script had shown by then. */
  readonly trace: readonly string[]

  constructor(message: string, unmet = false, trace: readonly string[] = []) {
    super(message)
    this.unmet = unmet
    this.trace = trace
  }
}

export function fail(message: string): never {
  throw new ScriptError(message)
}

/** What the script expects did not come about. */
export function failUnmet(message: string): never {
  throw new ScriptError(message, true)
}

/** Words of one line; what stands in double quotes is one word. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}

/** `50`, `50ms`, `1.5s`, `2min`: in ms. */
export function durationOf(word: string | undefined): number {
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|min)?$/.exec(word ?? '') ?? []
  if (number === undefined) fail(`"${word ?? ''}" is no duration (50, 50ms, 3s, 2min)`)
  return Math.round(Number(number) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000))
}

export function numberOf(word: string | undefined, what: string): number {
  if (word === undefined || !/^\d+(\.\d+)?$|^\.\d+$/.test(word)) fail(`"${word ?? ''}" is no ${what}`)
  return Number(word)
}

export function nodeOf(stage: Stage, word: string | undefined): SimNode {
  if (word === 'leader') {
    const leader = stage.world.running.find(
      ({ state }) => state?.role.type === 'office' && state.role.phase === 'open',
    )
    return leader ?? failUnmet('nobody is in office')
  }
  return stage.world.nodes.find((node) => node.name === word) ?? fail(`there is no node "${word ?? ''}"`)
}

/** `n1 n3`, `n4..n7`, `all`, `all but n3`, `leader`. */
export function nodesOf(stage: Stage, words: readonly string[]): SimNode[] {
  const but = words.indexOf('but')
  if (but >= 0) {
    const not = nodesOf(stage, words.slice(but + 1))
    return nodesOf(stage, words.slice(0, but)).filter((node) => !not.includes(node))
  }
  return words.flatMap((word) => {
    if (word === 'all') return stage.world.nodes
    const [, from, to] = /^n(\d+)\.\.n(\d+)$/.exec(word) ?? []
    if (from === undefined || to === undefined) return [nodeOf(stage, word)]
    return stage.world.nodes.filter(({ index }) => index >= Number(from) && index <= Number(to))
  })
}

/** Takes `name value` out of the words; the value, or undefined where the name is not there. */
export function option(words: string[], name: string): string | undefined {
  const at = words.indexOf(name)
  if (at < 0) return undefined
  const [, value] = words.splice(at, 2)
  return value ?? fail(`"${name}" needs a value`)
}

/** Takes a lone word out; whether it was there. */
export function flag(words: string[], name: string): boolean {
  const at = words.indexOf(name)
  if (at >= 0) words.splice(at, 1)
  return at >= 0
}

const electionFrames = ['ELECT', 'ELECTED', 'STALE', 'ALIVE', 'RESIGN']
const dataFrames = ['UP', 'UP_DONE', 'REC', 'SYNCED', 'STORED', 'SAFE', 'SUBMIT', 'NACK']
const mergeFrames = ['PROBE', 'MOVE', 'MOVE_OK', 'BUSY', 'MOVED']
const controlFrames = [
  ...['FOLLOW', 'FOLLOW_OK', 'REDIRECT', 'WAIT', 'VIEW', 'BYE', 'LEAVE'],
  ...['LINK', 'LINK_OK', 'REFER', 'SUSPECT'],
  ...electionFrames,
  ...mergeFrames,
]

/** The kinds of log lines, as cli.md names what happens. */
export const lineKinds = [
  ...['listening', 'joined', 'left', 'died', 'unreachable', 'ring', 'leader', 'stored', 'split', 'merged'],
  ...['election-started', 'election-candidate', 'election-won', 'disk', 'woke', 'searching', 'error'],
]

/** Whether log lines of this kind are written. */
export function isLineKind(name: string): boolean {
  return lineKinds.includes(name)
}

/** What `log` takes besides names of frames. docs/scripts.md lists them. */
export const selections: { readonly [word: string]: readonly string[] } = {
  quiet: [],
  lines: lineKinds,
  ...Object.fromEntries(lineKinds.map((kind) => [kind, [kind]])),
  shows: ['shows'],
  timers: ['timers'],
  election: [...electionFrames, 'election-started', 'election-won', 'leader'],
  data: dataFrames,
  merge: mergeFrames,
  control: [...controlFrames, ...lineKinds, 'shows'],
  frames: [...controlFrames, ...dataFrames, 'HELLO', 'INFO', ...lineKinds, 'shows'],
  all: [...controlFrames, ...dataFrames, 'HELLO', 'INFO', 'PING', 'PONG', ...lineKinds, 'shows', 'timers'],
}

/** `control`, `election shows`, `MOVE MOVE_OK lines`, `control -LINK -LINK_OK`. */
export function selectionOf(words: readonly string[]): Selection {
  const selected = new Set<string>()
  for (const word of words) {
    const isMinus = word.startsWith('-')
    const name = isMinus ? word.slice(1) : word
    const kinds = Object.hasOwn(selections, name) ? selections[name] : isFrameName(name) ? [name] : undefined
    if (!kinds)
      fail(
        `"${word}" selects nothing (quiet, lines, shows, timers, election, data, merge, control, frames, all, or a frame)`,
      )
    for (const kind of kinds)
      if (isMinus) selected.delete(kind)
      else selected.add(kind)
  }
  return selected
}
