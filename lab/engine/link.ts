/**
 * A run as the fragment of a URL: how it began, what was done, and where one looks. It reads as text:
 * `#lab=1&ids=5.1.2.3.4&acts=0:0:crash+n1&at=37&hash=...&end=...`.
 */

import { hashOf } from '../../sim/world/hash.ts'
import { Lab } from './lab.ts'
import { nodesMax, roomProblem } from './opening.ts'
import type { Opening } from './opening.ts'
import type { Act } from './run.ts'
import { entriesMax, Run } from './run.ts'
import { stateHash } from './state-hash.ts'

/** The form of links that this program writes and reads. */
const linkVersion = '1'

/** What a link says. */
export type Linked = {
  readonly opening: Opening
  readonly acts: readonly Act[]
  readonly at: number
  readonly hash: string
}

function checkOf(text: string): string {
  return hashOf(text).toString(36).padStart(6, '0').slice(-6)
}

function openingWords(opening: Opening): [string, string][] {
  switch (opening.kind) {
    case 'room': {
      const { ids, later = [], seed, delay, knobs } = opening
      const settings = Object.entries(knobs).map(([name, value]) => `${name}:${value}`)
      return [
        ['ids', ids.join('.')],
        ...(later.length > 0 ? ([['later', later.join('.')]] as [string, string][]) : []),
        ['seed', String(seed)],
        ['delay', delay.join('.')],
        ...(settings.length > 0 ? ([['knobs', settings.join('.')]] as [string, string][]) : []),
      ]
    }
    case 'script':
      return [
        ['script', opening.name],
        ['room', String(opening.room)],
        ['text', opening.text],
      ]
    case 'seed':
      return [
        ['simseed', String(opening.seed)],
        ...(opening.nodes === undefined ? [] : ([['nodes', String(opening.nodes)]] as [string, string][])),
      ]
  }
}

/** The fragment, with its `#`, of what one looks at. It plays the run again up to there, to name its hash. */
export function linkOf(lab: Lab): string {
  const { run } = lab
  const at = lab.restAt(lab.at)
  const acts = run.acts.filter((act) => act.at < at)
  const again = new Run(run.opening)
  again.replay(acts, at)
  const done = acts.map(({ at: place, ms, command }) => `${place}:${ms}:${command}`)
  const words: [string, string][] = [
    ['lab', linkVersion],
    ...openingWords(run.opening),
    ...(done.length > 0 ? ([['acts', done.join('\n')]] as [string, string][]) : []),
    ['at', String(at)],
    ['hash', stateHash(again)],
  ]
  const text = words.map(([name, value]) => `${name}=${encode(value)}`).join('&')
  return `#${text}&end=${checkOf(text)}`
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/%20/g, '+').replace(/%3A/g, ':').replace(/%0A/g, ';')
}

function decode(text: string): string {
  return decodeURIComponent(text.replace(/;/g, '\n').replace(/\+/g, ' '))
}

/** What a fragment says, or a sentence that says what is wrong with it. */
export function readLink(fragment: string): Linked | string {
  const text = fragment.replace(/^#/, '')
  const [, version] = /^lab=(\d+)/.exec(text) ?? []
  if (version === undefined) return 'this is no link of the laboratory'
  if (version !== linkVersion)
    return `this link is of version ${version} of the laboratory, and this one reads version ${linkVersion}`
  const [, body, check] = /^([^]*)&end=([0-9a-z]{6})$/.exec(text) ?? []
  if (body === undefined || checkOf(body) !== check) return 'this link is cut short or changed: copy it whole'
  const words = new Map<string, string>()
  try {
    for (const word of body.split('&')) {
      const at = word.indexOf('=')
      words.set(word.slice(0, at), decode(word.slice(at + 1)))
    }
  } catch {
    return 'this link is damaged'
  }
  const opening = openingIn(words)
  if (typeof opening === 'string') return opening
  const acts = actsIn(words.get('acts'))
  const at = Number(words.get('at'))
  if (!acts || !(Number.isInteger(at) && at >= 0 && at <= entriesMax)) return 'this link is damaged'
  return { opening, acts, at, hash: words.get('hash') ?? '' }
}

function openingIn(words: ReadonlyMap<string, string>): Opening | string {
  const ids = words.get('ids')
  if (ids !== undefined) {
    const [least = 1, most = least] = (words.get('delay') ?? '1.1').split('.').map(Number)
    const pairs = (words.get('knobs') ?? '').split('.').filter((pair) => pair !== '')
    const knobs = Object.fromEntries(
      pairs.map((pair) => [pair.split(':')[0] ?? '', Number(pair.split(':')[1])]),
    )
    const opening: Opening = {
      kind: 'room',
      ids: ids.split('.').map(Number),
      later: words.get('later')?.split('.').map(Number),
      seed: Number(words.get('seed') ?? 1),
      delay: [least, most],
      knobs,
    }
    const problem = roomProblem(opening)
    return problem === undefined ? opening : `this link names no room: ${problem}`
  }
  const text = words.get('text')
  if (text !== undefined)
    return {
      kind: 'script',
      name: words.get('script') ?? 'script',
      text,
      room: Number(words.get('room') ?? 0),
    }
  const seed = Number(words.get('simseed'))
  if (!Number.isInteger(seed)) return 'this link names no room'
  const nodes = words.get('nodes')
  const count = nodes === undefined ? undefined : Number(nodes)
  if (count !== undefined && !(Number.isInteger(count) && count >= 1 && count <= nodesMax))
    return `this link names no room: it has 1 to ${nodesMax} nodes`
  return { kind: 'seed', seed, nodes: count }
}

function actsIn(text: string | undefined): Act[] | undefined {
  const acts: Act[] = []
  for (const line of text === undefined ? [] : text.split('\n')) {
    const [, at, ms, command] = /^(\d+):(\d+(?:\.\d+)?):(.+)$/.exec(line) ?? []
    if (at === undefined || ms === undefined || command === undefined) return undefined
    acts.push({ at: Number(at), ms: Number(ms), command })
  }
  return acts
}

/** `problem`: why the run is not, or not quite, that of the link. */
export type OpenedLink = { readonly lab: Lab; readonly problem: string | undefined }

/** Entries that are played in one piece: some tens of ms. */
const pieceLength = 500

/** Plays the run of a link up to where it looks, in pieces: yields how far it is, from 0 to 1. */
export function* opensLink(fragment: string, empty: Opening): Generator<number, OpenedLink> {
  const linked = readLink(fragment)
  if (typeof linked === 'string') return { lab: new Lab(empty), problem: linked }
  const { opening, acts, at, hash } = linked
  try {
    const lab = new Lab(opening)
    const { run } = lab
    let came = true
    for (let done = 0; came && done < at; done = run.tape.length) {
      yield done / at
      const to = Math.min(at, done + pieceLength)
      came = run.replay(acts.filter((act) => act.at < to).slice(run.acts.length), to)
    }
    // An act may be the last of all.
    came &&= run.replay(acts.slice(run.acts.length), at)
    lab.seek(at)
    const isSame = came && (hash === '' || stateHash(run) === hash)
    const problem = isSame
      ? undefined
      : 'this link was made by another version of the protocol: the run is not the same here'
    return { lab, problem }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { lab: new Lab(empty), problem: `the run of this link cannot be played: ${why}` }
  }
}

export function openLink(fragment: string, empty: Opening): OpenedLink {
  const pieces = opensLink(fragment, empty)
  for (;;) {
    const { done, value } = pieces.next()
    if (done) return value
  }
}
