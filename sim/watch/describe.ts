/**
 * Describes events, effects, frames and states in one line each, for logs and expected output. A function
 * from uid to a short name is handed in.
 */

import { unreachable } from '../../src/lib/assert.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Inc, Uid } from '../../src/core/model/ids.ts'
import { bootCounter, splitNamespace } from '../../src/core/model/ids.ts'
import { statusOf } from '../../src/core/model/facts.ts'
import type { LogLine } from '../../src/core/model/log-line.ts'
import type { Compared, Frame, FrameType, Vid, View } from '../../src/core/model/frames.ts'
import { leaderOf } from '../../src/core/model/facts.ts'
import type { Heads } from '../../src/core/model/frontier.ts'
import type { Part, Point, StampedRecord } from '../../src/core/model/records.ts'
import type { State } from '../../src/core/model/state.ts'

/** A short name for a node, `n3` say. */
export type NameOf = (uid: Uid) => string

/** The name a frame has in the protocol's text: `FOLLOW_OK` for followOk. */
export function frameName(type: FrameType): string {
  return type.replace(/[A-Z]/, (letter) => `_${letter}`).toUpperCase()
}

/** A process: `n3`, and from its second boot on `n3#2`. */
function describeProcess(who: { uid: Uid; inc: Inc }, name: NameOf): string {
  const boots = bootCounter(who.inc)
  return boots === 1 ? name(who.uid) : `${name(who.uid)}#${boots}`
}

/** `2.n7.1`: term, leader, ver. */
function describeVid(vid: Vid, name: NameOf): string {
  return vid.term === 0 && vid.ver === 0 ? 'none' : `${vid.term}.${name(vid.leader)}.${vid.ver}`
}

/** `2.n7.1[n7 n2 n3]` */
function describeView(view: View, name: NameOf): string {
  return `${describeVid(view.vid, name)}[${view.members.map((member) => describeProcess(member, name)).join(' ')}]`
}

/** `n3:2"hello"`: the author's process, aseq, and the beginning of the text. */
function describePart(part: Part, name: NameOf): string {
  const texts = part.entries.map(({ text }) =>
    JSON.stringify(text.length > 24 ? `${text.slice(0, 23)}…` : text),
  )
  const said = texts.length > 4 ? `${texts.slice(0, 3).join('')}+${texts.length - 3}` : texts.join('')
  return `${describeProcess({ uid: part.author, inc: part.inc }, name)}:${part.aseq}${said}`
}

/** `n3:2"hello"@9/n1.4`: timestamp 9, the 4th that n1 stamped. */
export function describeRecord(record: StampedRecord, name: NameOf): string {
  const stamper = describeProcess({ uid: record.stamper, inc: record.stamperInc }, name)
  return `${describePart(record.part, name)}@${record.ts}/${stamper}.${record.s}`
}

/** `{n1.4 n7.2}`: for each namespace the highest number held, by name. */
function describeHeads(heads: Heads, name: NameOf): string {
  return describePoints(
    [...heads].map(([namespace, { s }]) => ({ namespace, s })),
    name,
  )
}

function describePoints(points: readonly Point[], name: NameOf): string {
  const each = points.map((point) => describePoint(point, name))
  return `{${each.sort().join(' ')}}`
}

function describeMany<T>(items: readonly T[], one: (item: T) => string): string {
  if (items.length <= 4) return items.map(one).join(' ')
  const ends = [items[0], items[items.length - 1]] as [T, T]
  return `${one(ends[0])} … ${one(ends[1])} (${items.length})`
}

/** Without sender and receiver: `ELECT term=2 candidate=n5`. */
export function describeFrame(frame: Frame, name: NameOf): string {
  const details = frameDetails(frame, name)
  return details === '' ? frameName(frame.type) : `${frameName(frame.type)} ${details}`
}

function frameDetails(frame: Frame, name: NameOf): string {
  const process = (who: { uid: Uid; inc: Inc }): string => describeProcess(who, name)
  switch (frame.type) {
    case 'hello':
      return process(frame)
    case 'info':
      return `${process(frame)} ${frame.status} term=${frame.term}${frame.leader ? ` leader=${process(frame.leader)}` : ''}`
    case 'follow': {
      const after = frame.after === '' ? '' : ` after=${name(frame.after)}`
      const role = frame.role === 'member' ? '' : ` role=${frame.role}`
      const rest = frame.rest ? ` cut=${frame.rest.cut}` : ''
      return `has=${describeHeads(frame.frontier, name)}${rest}${after}${role}${frame.disk ? '' : ' diskless'}`
    }
    case 'followOk':
      return `term=${frame.term} has=${describeHeads(frame.frontier, name)}${frame.differing.length > 0 ? ` differing=${frame.differing.length}` : ''}`
    case 'held':
      return `${describeHeads(frame.heads, name)}${frame.done ? ' done' : ''}`
    case 'lacks':
      return describePoints(frame.points, name)
    case 'redirect':
      return `leader=${process(frame.leader)}`
    case 'up':
      return describeMany(frame.records, (record) => describeRecord(record, name))
    case 'rec': {
      const records = describeMany(frame.records, (record) => describeRecord(record, name))
      return `pos=${frame.pos} safe=${frame.safe}${records === '' ? '' : ` ${records}`}`
    }
    case 'synced':
    case 'stored':
    case 'safe':
      return `pos=${frame.pos}`
    case 'submit':
      return describeMany(frame.parts, (part) => describePart(part, name))
    case 'view':
      return describeView(frame.view, name)
    case 'bye':
      return frame.reason
    case 'link':
    case 'linkOk':
      return `vid=${describeVid(frame.vid, name)}`
    case 'refer':
      return `prev=${process(frame.prev)} vid=${describeVid(frame.vid, name)}`
    case 'ping':
      return `nonce=${frame.nonce} vid=${describeVid(frame.vid, name)} safe=${frame.safe}`
    case 'pong':
      return `nonce=${frame.nonce}`
    case 'suspect':
      return `${process(frame)} ${frame.refused ? 'refused' : 'silent'}`
    case 'elect':
      return `term=${frame.term} candidate=${process(frame.candidate)}`
    case 'elected':
      return `term=${frame.term} winner=${process(frame.winner)} list=${frame.list.map(process).join(',')}`
    case 'stale':
    case 'resign':
      return `term=${frame.term}`
    case 'alive':
    case 'moved':
      return `leader=${process(frame.leader)}`
    case 'probe':
      return `leader=${process(frame.leader)}${frame.many ? ' many' : ''}${frame.open ? ' open' : ''}`
    case 'move':
      return `term=${frame.term} ring=${frame.members.map(process).join(',')}`
    case 'moveOk':
      return `term=${frame.term} pos=${frame.pos}`
    case 'checkPoint':
    case 'checked':
      return `nonce=${frame.nonce}`
    case 'chains':
      return `nonce=${frame.nonce} ${describeMany(frame.points, (point) => describePoint(point, name))}`
    case 'chainsAt':
      return `nonce=${frame.nonce} count=${frame.chains.length}`
    case 'checkDone':
      return `nonce=${frame.nonce} ${describeCompared(frame.members, name)}`
    case 'knocking':
      return `${name(frame.uid)} at ${name(frame.door)} ${frame.state}`
    case 'answer':
      return `${frame.admit ? 'admit' : 'deny'} ${name(frame.uid)} at ${name(frame.door)}`
    case 'wait':
    case 'upDone':
    case 'nack':
    case 'leave':
    case 'busy':
    case 'check':
    case 'key':
    case 'changed':
    case 'knock':
    case 'admitted':
      return ''
    default:
      return unreachable(frame)
  }
}

/** `n1.4`: the 4th that n1 stamped. */
function describePoint({ namespace, s }: Point, name: NameOf): string {
  return `${describeProcess(splitNamespace(namespace), name)}.${s}`
}

/** `n1 same, n2 differs from n1.4 on, n3 silent` */
function describeCompared(members: readonly Compared[], name: NameOf): string {
  const each = members.map((member) => {
    const from = member.first ? ` from ${describePoint(member.first, name)} on` : ''
    return `${describeProcess(member, name)} ${member.verdict}${from}`
  })
  return each.join(', ')
}

/** `election won term=2 winner=n7` */
function visitMark(who: { visit?: true } | object): string {
  return 'visit' in who && who.visit === true ? ' (visit)' : ''
}

export function describeLine(line: LogLine, name: NameOf): string {
  const who = (node: { uid: string }): string => name(node.uid as Uid)
  switch (line.type) {
    case 'listening':
      return `listening on ${line.addr}`
    case 'joined':
    case 'left':
    case 'died':
    case 'unreachable':
      return `${who(line.who)} ${line.type}${visitMark(line.who)}`
    case 'ring':
      return `ring next=${line.next ? who(line.next) : '-'} previous=${line.previous ? who(line.previous) : '-'}`
    case 'election-started':
      return `election started term=${line.term} (${line.why})`
    case 'election-candidate':
      return `election candidate=${who(line.who)} term=${line.term}`
    case 'election-token':
      return `election token=${name(line.candidate)} term=${line.term}${line.sentMax ? ` sent=${name(line.sentMax)}` : ''}: ${line.verdict}`
    case 'election-won':
      return `election won term=${line.term} winner=${who(line.who)}`
    case 'leader':
      return `leader=${who(line.who)} term=${line.term}`
    case 'stored':
      return `stored ${line.count}`
    case 'split':
      return `split, ${line.count} out of reach`
    case 'merged':
      return `merged, ${line.count} new`
    case 'disk':
      return `disk ${line.state}`
    case 'woke':
      return `woke after ${line.sleptMs} ms`
    case 'moved':
      return `moved ${name(line.who.uid)} from ${line.from}${visitMark(line.who)}`
    case 'searching':
      return `searching ${line.addr ?? ''}`.trim()
    case 'knock':
      return `knock ${line.number} of ${who(line.who)} ${line.state}`
    case 'unannounced':
      return `unannounced: ${line.why}`
    case 'refused':
      return `refused ${line.what}${line.uid ? ` from ${name(line.uid)}` : ''}`
    case 'rekeyed':
      return `rekeyed by ${name(line.by.uid)}${line.removed.map(({ uid }) => ` without ${name(uid)}`).join('')}`
    case 'titled':
      return `titled ${JSON.stringify(line.title)} by ${name(line.by.uid)}${line.over ? `, not ${JSON.stringify(line.over.title)} by ${name(line.over.by.uid)}` : ''}`
    case 'error':
      return `error: ${line.text}`
    default:
      return unreachable(line)
  }
}

/** What happened to a node: `linkClosed 5 refused`. */
export function describeEvent(event: Event, name: NameOf): string {
  switch (event.type) {
    case 'started':
      return `started ${event.mode}${event.leader ? ` leader=${describeProcess(event.leader, name)}` : ''}`
    case 'said':
      return `said ${event.messages.map(({ text }) => JSON.stringify(text)).join(' ')}`
    case 'rekeyRequested':
      return `rekey remove=${event.remove.length}`
    case 'knockShared':
      return `knock of ${name(event.news.uid)} ${event.news.state}`
    case 'knockAnswerGiven':
      return `${event.admit ? 'admit' : 'deny'} ${name(event.uid)} at ${name(event.door)}`
    case 'titleGiven':
      return `title ${event.title}`
    case 'renamed':
      return `renamed ${event.name}`
    case 'moved':
      return `moved ${event.addr}`
    case 'leaveRequested':
      return `leaveRequested${event.hurried ? ' hurried' : ''}`
    case 'linkAccepted':
    case 'linkOpened':
      return `${event.type} ${event.link} ${name(event.uid)}`
    case 'linkClosed':
      return `linkClosed ${event.link} ${event.why}`
    case 'frameReceived':
      return `received ${event.link} ${describeFrame(event.frame, name)}`
    case 'linkHeard':
    case 'linkDrained':
      return `${event.type} ${event.link}`
    case 'roundTrip':
      return `roundTrip ${event.link} ${event.ms} ms`
    case 'committed':
      return `committed ${event.upTo}`
    case 'diskFilled':
    case 'diskFreed':
      return event.type
    case 'logRead':
      return `logRead ${event.from}+${event.records.length}`
    case 'sought':
      return `sought ${event.pos}`
    case 'chainsRead':
      return `chainsRead ${event.chains.length}`
    case 'checkRequested':
      return 'checkRequested'
    case 'incMinted':
      return `incMinted ${bootCounter(event.inc)}`
    case 'timerFired':
      return `timerFired ${event.name}`
    case 'woke':
      return `woke ${event.sleptMs}`
    default:
      return unreachable(event)
  }
}

/** What a node asks for: `send 5 PING ...`. */
export function describeEffect(effect: Effect, name: NameOf): string {
  switch (effect.type) {
    case 'dial':
      return `dial ${effect.link} ${effect.addr}`
    case 'send':
      return `send ${effect.link} ${describeFrame(effect.frame, name)}`
    case 'close':
      return `close ${effect.link}`
    case 'persist': {
      const { records, outboxPut, outboxDrop } = effect.write
      return `persist ${effect.n} records=${records.length} put=${outboxPut.length} drop=${outboxDrop.length}`
    }
    case 'flush':
      return 'flush'
    case 'readLog':
      return `readLog ${effect.from}`
    case 'seek':
      return 'seek'
    case 'readChains':
      return `readChains ${effect.points.join(' ')}`
    case 'checked':
      return `checked ${effect.messages} messages: ${describeCompared(effect.members, name)}`
    case 'keepBook':
      return `keepBook ${effect.book.length}`
    case 'mintInc':
      return `mintInc above=${effect.above}`
    case 'startTimer':
      return `startTimer ${effect.name} ${effect.ms}`
    case 'stopTimer':
      return `stopTimer ${effect.name}`
    case 'deliver':
      return `shows ${describeRecord(effect.record, name)}`
    case 'deliverRange':
      return `shows positions ${effect.from} to ${effect.to}`
    case 'pending':
      return `pending ${describePart(effect.part, name)}`
    case 'reissued':
      return `reissued ${effect.parts.map(({ from, to }) => `${describePart(from, name)} to ${to.aseq}`).join(' ')}`
    case 'sent':
      return `sent ${describePart(effect.part, name)}`
    case 'refuse':
      return `refuses: ${effect.why}`
    case 'entered':
      return 'entered'
    case 'mintKey':
      return 'mintKey'
    case 'knockHeard':
      return `hears that ${name(effect.news.uid)} at ${name(effect.news.door)} ${effect.news.state}`
    case 'knockAnswered':
      return `is to ${effect.admit ? 'admit' : 'deny'} ${name(effect.uid)}`
    case 'rekeyed':
      return effect.why ? `refuses another key: ${effect.why}` : 'rekeyed'
    case 'keepLock':
      return `keepLock ${effect.lock.keys.length}`
    case 'guard':
      return `guard ${effect.keys === undefined ? 'open' : effect.keys.length}`
    case 'membersChanged':
      return `members ${effect.members.map((member) => describeProcess(member, name)).join(' ')}`
    case 'leaderChanged':
      return `leader ${effect.leader ? describeProcess(effect.leader, name) : 'none'} term=${effect.term}`
    case 'log':
      return describeLine(effect.line, name)
    case 'stop':
      return `stop: ${effect.why}`
    default:
      return unreachable(effect)
  }
}

/** `n3 following leader=n7 term=2 view=2.n7.1[n7 n2 n3] next=n7 prev=n2 end=5 unsent=0` */
export function describeState(state: State, name: NameOf): string {
  const { ring, view, end, outbox } = state
  const term = state.role.type === 'office' ? state.role.term : state.election.term
  const or = (member: { uid: Uid; inc: Inc } | undefined): string =>
    member ? describeProcess(member, name) : '-'
  return (
    `${describeProcess(state, name)} ${statusOf(state)} leader=${or(leaderOf(state))} term=${term}` +
    ` view=${describeView(view, name)} next=${or(ring.next?.member)} prev=${or(ring.prev?.member)}` +
    ` end=${end} unsent=${outbox.length}`
  )
}
