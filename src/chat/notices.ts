/**
 * Puts what the core reports into words: notices for people, and lines for the log, whose first words are
 * fixed by cli.md. Neither ever contains the text of a message.
 */

import type { LogLine } from '../core/model/log-line.ts'
import { escapeName } from './escape.ts'
import { shortFingerprintOf, showNode } from './fingerprint.ts'
import { showWho } from './message-line.ts'
import type { PieceOf } from './message-line.ts'
import { tokenText } from './token-text.ts'

type Named = { readonly name: string; readonly addr: string; readonly visit?: true }

function who({ name, addr }: Named): string {
  return showWho({ name, address: addr })
}

/** `1 member`, `3 members`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function seconds(ms: number): string {
  return ms < 9950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}

const whyElect = {
  'leader lost': 'the leader is lost; the ring elects a new one',
  'leader left': 'the leader has left; the ring elects a new one',
  timeout: 'the election found no winner; the ring elects again',
} as const

const diskNotices = {
  full: 'the disk is full: nothing can be said here until there is room; what others say is shown, and waits in memory; free some space',
  freed: 'there is room on the disk again',
  locked:
    'the history file is locked by another program: waiting for it; nothing can be said here until then',
  unlocked: 'the history file is no longer locked',
} as const

type Known = Named & { readonly uid: string }
/** How somebody who is known here with an address is shown. */
type Show = (known: Known) => string
type Knock = Extract<LogLine, { type: 'knock' }>

/** A knock, or its end. Where it can be answered the terminal adds how. */
function knockNotice({ number, who: { name, uid, addr }, state, by }: Knock, show: Show): string {
  const knocker = `${number}: ${showNode({ name, id: uid })}`
  const member = by ? ` by ${nameOf(by, show)}` : ''
  switch (state) {
    case 'waits':
      return `${knocker} knocks from ${hostOf(addr)}`
    case 'admitted':
      return `${knocker} is let in${member}`
    case 'denied':
      return `${knocker} is turned away${member}`
    case 'gone':
      return `${knocker} gave up knocking`
    case 'expired':
      return `${knocker} is turned away: nobody answered for 10 minutes`
    case 'unreachable':
      return `${knocker} cannot be let in any more: the member at which it knocked is gone`
  }
}

/**
 * How people answer the knock that a notice is about, and whether its name is taken. canAnswer: commands can be typed here.
 * othersLike: see `KnownNames`. '': it is about no knock.
 */
export function answersTo(
  line: LogLine | undefined,
  canAnswer: boolean,
  othersLike: (person: { id: string; name: string }) => readonly { name: string }[],
): string {
  if (line?.type !== 'knock' || line.state !== 'waits') return ''
  const other = othersLike({ id: line.who.uid, name: line.who.name }).at(-1)
  const warning = other ? `, with another key than the ${escapeName(other.name)} known here` : ''
  return canAnswer
    ? `${warning}: /admit ${line.number} or /deny ${line.number}`
    : `${warning}: nobody can let it in here, only at the prompt of another member`
}

/** `[fd00::5]:4000` is host `fd00::5`. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
}

type Rekeyed = Extract<LogLine, { type: 'rekeyed' }>

/** As they are known here: with the address, or with a piece of the fingerprint, or by that alone. */
function nameOf({ name, addr, uid }: Rekeyed['by'], show: Show = who): string {
  if (name === '') return `the node ${shortFingerprintOf(uid)}`
  return addr === undefined ? showNode({ name, id: uid }) : show({ uid, name, addr })
}

/** One change may remove a thousand nodes. */
const namedMax = 8

function removedNames({ removed }: Rekeyed, show?: Show): string {
  const names = removed.slice(0, namedMax).map((one) => nameOf(one, show))
  const more = removed.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

function rekeyedNotice(line: Rekeyed, show: Show): string {
  return line.removed.length === 0
    ? `${nameOf(line.by, show)} changed the key of the room`
    : `${nameOf(line.by, show)} removed ${removedNames(line, show)} from the room and changed its key`
}

/** The notice for people; undefined where a line is only for the log. `pieceOf`: see `KnownNames`. */
export function noticeOf(line: LogLine, pieceOf: PieceOf = () => ''): string | undefined {
  const show = ({ uid, name, addr }: Known): string =>
    showWho({ name, address: addr }, pieceOf({ id: uid, name }))
  if ('who' in line && 'visit' in line.who && line.who.visit && line.type !== 'leader') return undefined
  switch (line.type) {
    case 'joined':
      return `${show(line.who)} joined`
    case 'left':
      return `${show(line.who)} left`
    case 'died':
      return `${show(line.who)} is gone`
    case 'unreachable':
      return `${show(line.who)} is out of reach`
    case 'moved':
      return line.own
        ? `this node has a new address, ${line.who.addr} (it was ${line.from}); the others are told`
        : `${show(line.who)} has a new address; it was ${line.from}`
    case 'election-started':
      return whyElect[line.why]
    case 'leader':
      return `${show(line.who)} leads the room now`
    case 'split':
      return `${plural(line.count, 'member')} at once are out of reach; this side carries on`
    case 'merged':
      return `the room was split: ${plural(line.count, 'message')} ${line.count === 1 ? 'was' : 'were'} said on the other side`
    case 'disk':
      return diskNotices[line.state]
    case 'woke':
      return `this node was asleep for ${seconds(line.sleptMs)}; the others went on, and it is coming back`
    case 'searching':
      return line.addr ? `looking for the room at ${line.addr}` : 'looking for the room'
    case 'knock':
      return knockNotice(line, show)
    case 'rekeyed':
      return rekeyedNotice(line, show)
    case 'titled':
      return line.over
        ? `the title of the room stays "${line.title}": on the other side of the cut ${nameOf(line.over.by, show)} gave it the title "${line.over.title}", but earlier`
        : `${nameOf(line.by, show)} gave the room the title "${line.title}"`
    case 'error':
      return line.text
    case 'listening':
    case 'ring':
    case 'election-candidate':
    case 'election-token':
    case 'election-won':
    case 'stored':
    case 'unannounced':
    case 'refused':
      return undefined
  }
}

function ringText(next: Named | undefined, previous: Named | undefined): string {
  const parts: string[] = []
  if (next) parts.push(`next ${who(next)}`)
  if (previous) parts.push(`previous ${who(previous)}`)
  return `ring ${parts.join(', ') || 'next none, previous none'}`
}

function refusedText({ what, addr, uid, more }: Extract<LogLine, { type: 'refused' }>): string {
  if (more !== undefined) return `refused ${more} more, ${what}`
  return `refused ${addr ?? 'a peer'}${uid === undefined ? '' : ` (key ${uid})`}: ${what}`
}

/** The log's line after `TS: `. Its first word is one of those fixed by cli.md. */
export function logTextOf(line: LogLine): string {
  switch (line.type) {
    case 'listening':
      return `listening on ${line.addr}`
    case 'joined':
    case 'left':
    case 'died':
    case 'unreachable':
      return `${line.type} ${who(line.who)}`
    case 'moved':
      return `moved ${who(line.who)} from ${line.from}`
    case 'ring':
      return ringText(line.next, line.previous)
    case 'election-started':
      return `election started in term ${line.term}: ${line.why}`
    case 'election-candidate':
      return `election candidate ${'name' in line.who ? who(line.who) : line.who.uid} in term ${line.term}`
    case 'election-token':
      return `election token in term ${line.term}, ${tokenText(line)}`
    case 'election-won':
      return `election won by ${who(line.who)} in term ${line.term}`
    case 'leader':
      return `leader ${who(line.who)} in term ${line.term}`
    case 'stored':
      return `stored ${plural(line.count, 'message')}`
    case 'split':
      return `split ${plural(line.count, 'member')} out of reach`
    case 'merged':
      return `merged ${plural(line.count, 'message')}`
    case 'disk':
      return `disk ${line.state}`
    case 'woke':
      return `error asleep for ${Math.round(line.sleptMs)} ms`
    case 'searching':
      return `unreachable room, looking for it${line.addr ? ` at ${line.addr}` : ''}`
    case 'knock':
      return `knock ${line.number} ${line.state}${line.by ? ` by ${nameOf(line.by)}` : ''}: ${showNode({ name: line.who.name, id: line.who.uid })} at ${line.who.addr}`
    case 'rekeyed':
      return `rekeyed by ${nameOf(line.by)}${line.removed.length > 0 ? `, without ${removedNames(line)}` : ''}`
    case 'titled':
      return `titled ${line.over ? 'as before, ' : ''}by ${nameOf(line.by)}: ${line.title}`
    case 'unannounced':
      return `error not announced in the local network: ${line.why}`
    case 'refused':
      return refusedText(line)
    case 'error':
      return `error ${line.text.replaceAll('\n', ' ')}`
  }
}

/** The words of a notice, with a piece behind names that look like others. Some notices have no line: their text stands. */
export function noticeWords(
  { text, line }: { text: string; line?: LogLine | undefined },
  pieceOf: PieceOf,
): string {
  return (line && noticeOf(line, pieceOf)) ?? text
}
