/**
 * Encodes and decodes what a node tells of itself to a member that watches it (PROTOCOL.md 2.25).
 */

import type { FrameEvent, LogEvent, NodeEvent, TokenEvent } from '../chat/room-event.ts'
import type { Inc, Uid } from '../core/model/ids.ts'
import { BadFrame } from './bad-frame.ts'
import {
  readCount,
  readInc,
  readLamport,
  readList,
  readNeeded,
  readUid,
  readUidOrNone,
  readWord,
  writeHex,
} from './fields.ts'
import { countMax, membersMax, sightMessagesMax, sightTextBytesMax, wallMsMax } from './limits.ts'
import { utf8Bytes } from './name-rule.ts'
import type { Judged, Logged, MessageName, Passage, Sight as WireSight, Standing } from './schema.ts'

type Without<E> = E extends unknown ? Omit<E, 'node'> : never

/** An event of the ring as its node tells it: whose it is, the link says. */
export type Sight = Without<NodeEvent | FrameEvent | TokenEvent | LogEvent>

type SightOf<T extends Sight['type']> = Omit<Extract<Sight, { type: T }>, 'type' | 'at' | 'lamport'>

/** A word's place is its number. */
const verdicts: readonly TokenEvent['verdict'][] = [
  'pass on',
  'replaced',
  'dropped',
  'elected',
  'held',
  'old',
]

export function sightToWire(sight: Sight): WireSight {
  const { at, lamport } = sight
  switch (sight.type) {
    case 'node':
      return { at, lamport, standing: standingToWire(sight) }
    case 'frame':
      return { at, lamport, passage: passageToWire(sight) }
    case 'token':
      return { at, lamport, judged: judgedToWire(sight) }
    case 'log':
      return { at, lamport, logged: { kind: sight.kind, text: sight.text } }
  }
}

/** Throws BadFrame. */
export function sightFromWire(wire: WireSight): Sight {
  const at = readCount(wire.at, 'sight.at', 0, wallMsMax)
  const lamport = readLamport(wire.lamport, 'sight.lamport')
  if (wire.standing) return { type: 'node', at, lamport, ...readStanding(wire.standing) }
  if (wire.passage) return { type: 'frame', at, lamport, ...readPassage(wire.passage) }
  if (wire.judged) return { type: 'token', at, lamport, ...readJudged(wire.judged) }
  if (wire.logged) return { type: 'log', at, lamport, ...readLogged(wire.logged) }
  throw new BadFrame('sight: of no known kind')
}

function standingToWire({
  status,
  term,
  leader,
  next,
  previous,
  participant,
  sentMax,
  view,
  size,
  safe,
}: SightOf<'node'>): Standing {
  return {
    status,
    term,
    participant,
    ...(leader !== null && { leader: writeHex(leader) }),
    ...(next !== null && { next: writeHex(next) }),
    ...(previous !== null && { previous: writeHex(previous) }),
    ...(sentMax !== null && { sentMax: writeHex(sentMax) }),
    ver: view.ver,
    members: view.members.map(writeHex),
    size,
    safe,
  }
}

function readStanding(wire: Standing): SightOf<'node'> {
  return {
    status: readShape(wire.status, /^[a-z]{1,24}$/, 'standing.status'),
    term: readCount(wire.term, 'standing.term', 0, countMax),
    leader: readUidOrNone(wire.leader, 'standing.leader') || null,
    next: readUidOrNone(wire.next, 'standing.next') || null,
    previous: readUidOrNone(wire.previous, 'standing.previous') || null,
    participant: wire.participant === true,
    sentMax: readUidOrNone(wire.sentMax, 'standing.sentMax') || null,
    view: {
      ver: readCount(wire.ver, 'standing.ver', 0, countMax),
      members: readList(wire.members, membersMax, 'standing.members').map((uid) =>
        readUid(uid, 'standing.members'),
      ),
    },
    size: readCount(wire.size, 'standing.size', 0, countMax),
    safe: readCount(wire.safe, 'standing.safe', 0, countMax),
  }
}

function passageToWire({ way, peer, frame, term, candidate, messages, count }: SightOf<'frame'>): Passage {
  return {
    received: way === 'received',
    peer: writeHex(peer),
    frame,
    ...(term !== undefined && { term }),
    ...(candidate !== undefined && { candidate: writeHex(candidate) }),
    ...(messages && { messages: messages.map(messageToWire) }),
    ...(count !== undefined && { count }),
  }
}

function readPassage(wire: Passage): SightOf<'frame'> {
  const candidate = readUidOrNone(wire.candidate, 'passage.candidate')
  const count = readCount(wire.count, 'passage.count', 0, countMax)
  const messages = readList(wire.messages, sightMessagesMax, 'passage.messages').map(readMessage)
  return {
    way: wire.received ? 'received' : 'sent',
    peer: readUid(wire.peer, 'passage.peer'),
    frame: readShape(wire.frame, /^[A-Z_]{1,24}$/, 'passage.frame'),
    ...(candidate !== '' && { candidate, term: readCount(wire.term, 'passage.term', 0, countMax) }),
    ...(count > 0 && { messages, count }),
  }
}

function judgedToWire({ from, term, candidate, verdict, sentMax }: SightOf<'token'>): Judged {
  return {
    from: writeHex(from),
    term,
    candidate: writeHex(candidate),
    verdict: verdicts.indexOf(verdict),
    ...(sentMax !== undefined && { sentMax: writeHex(sentMax) }),
  }
}

function readJudged(wire: Judged): SightOf<'token'> {
  const sentMax = readUidOrNone(wire.sentMax, 'judged.sentMax')
  return {
    from: readUid(wire.from, 'judged.from'),
    term: readCount(wire.term, 'judged.term', 0, countMax),
    candidate: readUid(wire.candidate, 'judged.candidate'),
    verdict: readWord(verdicts, wire.verdict, 'judged.verdict'),
    ...(sentMax !== '' && { sentMax }),
  }
}

function readLogged({ kind, text }: Logged): SightOf<'log'> {
  const said = text ?? ''
  if (utf8Bytes(said) > sightTextBytesMax) throw new BadFrame('logged.text: too long')
  return { kind: readShape(kind, /^[a-z-]{1,32}$/, 'logged.kind'), text: said }
}

function messageToWire(id: string): MessageName {
  const [uid = '', inc = '', n = '0'] = id.split(':')
  return { uid: writeHex(uid), inc: writeHex(inc), n: Number(n) }
}

function readMessage({ uid, inc, n }: MessageName): string {
  const author: Uid = readUid(uid, 'message.uid')
  const voice: Inc = readInc(inc, 'message.inc')
  return `${author}:${voice}:${readCount(n, 'message.n', 1, countMax)}`
}

function readShape(value: string | null | undefined, shape: RegExp, field: string): string {
  const word = readNeeded(value, field)
  if (!shape.test(word)) throw new BadFrame(`${field}: not a word as it must be`)
  return word
}
