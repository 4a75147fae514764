/**
 * Reads the words of a protocol script: nodes, durations, numbers, options, selections of output.
 */

import { isFrameName } from './moments.ts'
import type { Selection, Stage } from './stage.ts'
import type { SimNode } from '../world/world.ts'

/** Why a script ended: a mistake in it, something expected that did not happen, or an exception of the program. */
export type WhyEnded = 'mistake' | 'unmet' | 'crash'

/** A script that could not be played to its end. */
export class ScriptError extends Error {
  override name = 'ScriptError'
  readonly why: WhyEnded
  /** What the script had shown by then. */
  readonly trace: readonly string[]

  constructor(message: string, why: WhyEnded = 'mistake', trace: readonly string[] = []) {
    super(message)
    this.why = why
    this.trace = trace
  }
}

export function fail(message: string): never {
  throw new ScriptError(message)
}

/** Something that the script expects did not happen. */
export function failUnmet(message: string): never {
  throw new ScriptError(message, 'unmet')
}

/** Words of one line; text in double quotes is one word. Undefined where a quote is not closed. */
export function wordsOf(line: string): string[] | undefined {
  const matches = [...line.matchAll(/"([^"]*)"|(\S+)/g)]
  if (matches.some(([word]) => word.startsWith('"') && !/^"[^"]*"$/.test(word))) return undefined
  return matches.map((match) => match[1] ?? match[2] ?? '')
}

/** Longest duration that a script may give. Unit: ms of virtual time. */
const durationMsMax = 24 * 3_600_000

/** `50`, `50ms`, `1.5s`, `2min`: in ms. */
export function durationOf(word: string | undefined): number {
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|min)?$/.exec(word ?? '') ?? []
  if (number === undefined) fail(`"${word ?? ''}" is no duration (50, 50ms, 3s, 2min)`)
  const ms = Math.round(Number(number) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000))
  if (ms > durationMsMax) fail(`"${word}" is longer than a day`)
  return ms
}

/** The nodes that a script may have, so that it ends in a lifetime. */
export const nodesMax = 200

/** `1 5`: how long frames take, at least and at most; without the second number always as long. */
export function qualityOf(
  least: string | undefined,
  most: string | undefined,
): { delayMin: number; delaySpread: number } {
  const delayMin = durationOf(least)
  const delaySpread = durationOf(most ?? least) - delayMin
  if (delaySpread < 0) fail(`a delay of ${least} at least and ${most} at most`)
  return { delayMin, delaySpread }
}

/** A number that need not be whole, 0 or more. */
export function numberOf(word: string | undefined, what: string): number {
  if (word === undefined || !/^\d+(\.\d+)?$|^\.\d+$/.test(word)) fail(`"${word ?? ''}" is no ${what}`)
  return Number(word)
}

/** A whole number from `least` to `most`. */
export function countOf(word: string | undefined, what: string, least: number, most: number): number {
  const count = /^\d+$/.test(word ?? '') ? Number(word) : Number.NaN
  if (!(count >= least && count <= most))
    fail(`"${word ?? ''}" is no ${what} (a whole number from ${least} to ${most})`)
  return count
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

/** Adds the next machine, which `word` must name; with the identity of another where `uid` is given. */
export function newNode(stage: Stage, word: string | undefined, uid?: string): SimNode {
  const next = stage.world.nodes.length + 1
  if (next > nodesMax) fail(`a script has ${nodesMax} nodes at most`)
  if (word !== `n${next}`) fail(`the next new node is n${next}`)
  return addNode(stage, uid)
}

/** A machine with a disk, unless `memory` has named it. */
export function addNode(stage: Stage, uid?: string): SimNode {
  const node = stage.world.addNode(uid)
  node.memory = stage.memory.has(node.name)
  return node
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
const checkFrames = ['CHECK', 'CHECK_POINT', 'CHECKED', 'CHAINS', 'CHAINS_AT', 'CHECK_DONE']
const controlFrames = [
  ...['FOLLOW', 'FOLLOW_OK', 'HELD', 'LACKS', 'REDIRECT', 'WAIT', 'VIEW', 'BYE', 'LEAVE'],
  ...['LINK', 'LINK_OK', 'REFER', 'SUSPECT'],
  ...electionFrames,
  ...mergeFrames,
  ...checkFrames,
  ...['KEY', 'CHANGED'],
]

/** The kinds of log lines, as cli.md names what happens. */
export const lineKinds = [
  ...[
    'listening',
    'joined',
    'left',
    'moved',
    'died',
    'unreachable',
    'ring',
    'leader',
    'stored',
    'split',
    'merged',
  ],
  ...[
    'election-started',
    'election-candidate',
    'election-token',
    'election-won',
    'disk',
    'woke',
    'searching',
    'rekeyed',
    'titled',
    'error',
  ],
]

/** Whether log lines of this kind are written. */
export function isLineKind(name: string): boolean {
  return lineKinds.includes(name)
}

/** What `log` takes beside names of frames. docs/scripts.md lists them. */
export const selections: { readonly [word: string]: readonly string[] } = {
  quiet: [],
  lines: lineKinds,
  ...Object.fromEntries(lineKinds.map((kind) => [kind, [kind]])),
  shows: ['shows'],
  timers: ['timers'],
  election: [...electionFrames, 'election-started', 'election-won', 'leader'],
  data: dataFrames,
  merge: mergeFrames,
  check: checkFrames,
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
        `"${word}" selects nothing (quiet, lines, shows, timers, election, data, merge, check, control, frames, all, or a frame)`,
      )
    for (const kind of kinds)
      if (isMinus) selected.delete(kind)
      else selected.add(kind)
  }
  return selected
}
