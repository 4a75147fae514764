/**
 * Turns a decoded message of the schema into a frame of the core, and checks every field. Throws BadFrame
 * when a field breaks a rule.
 */

import type { Frame, FrameType } from '../core/model/frames.ts'
import { BadFrame, OtherVersion } from './bad-frame.ts'
import {
  readAddress,
  readChainOrNone,
  readCount,
  readDigest,
  readInc,
  readList,
  readName,
  readRoom,
  readRoomKey,
  readUid,
  readUidOrNone,
  readWord,
} from './fields.ts'
import {
  chainPointsMax,
  copiesMax,
  headsMax,
  nonceMax,
  protocolVersionMax,
  protocolVersionMin,
  recordsPerFrameMax,
} from './limits.ts'
import {
  readBook,
  readCompared,
  readGroups,
  readHeads,
  readMember,
  readMembers,
  readPoint,
  readRest,
  readVid,
  readView,
} from './members.ts'
import { decodePart } from './part-codec.ts'
import { decodeRecords } from './record-columns.ts'
import type { Envelope, Hello, Info } from './schema.ts'
import { byeReasons, knockStates, roles, statuses } from './word-numbers.ts'

const noBytes = new Uint8Array(0)

type Readers = {
  [T in FrameType]: (wire: NonNullable<Envelope[T]>) => Extract<Frame, { type: T }>
}

const readers: Readers = {
  hello: (wire) => ({ type: 'hello', ...readWho(wire, 'hello') }),
  info: (wire) => ({
    type: 'info',
    ...readWho(wire, 'info'),
    status: readWord(statuses, wire.status, 'info.status'),
    term: readCount(wire.term, 'info.term'),
    ...(wire.leader && { leader: readMember(wire.leader, 'info.leader') }),
    many: wire.many ?? false,
    copies: readCount(wire.copies, 'info.copies', 1, copiesMax),
  }),
  follow: (wire) => ({
    type: 'follow',
    frontier: readHeads(wire.frontier, 'follow.frontier'),
    ...readRest(wire, 'follow'),
    after: readUidOrNone(wire.after, 'follow.after'),
    role: readWord(roles, wire.role, 'follow.role'),
    disk: wire.disk ?? false,
    name: readName(wire.name, 'follow.name'),
    book: readBook(wire.book, 'follow.book'),
  }),
  followOk: (wire) => ({
    type: 'followOk',
    frontier: readHeads(wire.frontier, 'follow_ok.frontier'),
    differing: readGroups(wire.differing, 'follow_ok.differing'),
    term: readCount(wire.term, 'follow_ok.term'),
    book: readBook(wire.book, 'follow_ok.book'),
  }),
  held: (wire) => ({
    type: 'held',
    heads: readHeads(wire.heads, 'held.heads'),
    done: wire.done ?? false,
  }),
  lacks: (wire) => ({
    type: 'lacks',
    points: readList(wire.points, headsMax, 'lacks.points').map((point) => readPoint(point, 'lacks.points')),
  }),
  redirect: (wire) => ({
    type: 'redirect',
    leader: readMember(wire.leader, 'redirect.leader'),
    view: readView(wire.view, 'redirect.view'),
  }),
  wait: () => ({ type: 'wait' }),
  up: (wire) => ({
    type: 'up',
    records: decodeRecords(wire.records ?? noBytes, 'up.records'),
  }),
  upDone: () => ({ type: 'upDone' }),
  rec: (wire) => ({
    type: 'rec',
    pos: readCount(wire.pos, 'rec.pos'),
    safe: readCount(wire.safe, 'rec.safe'),
    records: decodeRecords(wire.records ?? noBytes, 'rec.records'),
  }),
  synced: (wire) => ({ type: 'synced', pos: readCount(wire.pos, 'synced.pos') }),
  stored: (wire) => ({ type: 'stored', pos: readCount(wire.pos, 'stored.pos') }),
  safe: (wire) => ({ type: 'safe', pos: readCount(wire.pos, 'safe.pos') }),
  // Each part is a copy: one that is kept must not keep the frame, which may be much longer.
  submit: (wire) => ({
    type: 'submit',
    parts: readList(wire.parts, recordsPerFrameMax, 'submit.parts').map((part) =>
      decodePart(new Uint8Array(part)),
    ),
  }),
  nack: () => ({ type: 'nack' }),
  view: (wire) => ({
    type: 'view',
    view: readView(wire.view, 'view.view'),
    book: readBook(wire.book, 'view.book'),
  }),
  bye: (wire) => ({ type: 'bye', reason: byeReasons[wire.reason ?? 0] ?? 'closing' }),
  leave: () => ({ type: 'leave' }),
  resign: (wire) => ({ type: 'resign', term: readCount(wire.term, 'resign.term') }),
  link: (wire) => ({ type: 'link', vid: readVid(wire.vid, 'link.vid') }),
  linkOk: (wire) => ({ type: 'linkOk', vid: readVid(wire.vid, 'link_ok.vid') }),
  refer: (wire) => ({
    type: 'refer',
    prev: readMember(wire.prev, 'refer.prev'),
    vid: readVid(wire.vid, 'refer.vid'),
  }),
  ping: (wire) => ({
    type: 'ping',
    nonce: readCount(wire.nonce, 'ping.nonce', 0, nonceMax),
    vid: readVid(wire.vid, 'ping.vid'),
    safe: readCount(wire.safe, 'ping.safe'),
  }),
  pong: (wire) => ({ type: 'pong', nonce: readCount(wire.nonce, 'pong.nonce', 0, nonceMax) }),
  suspect: (wire) => ({
    type: 'suspect',
    uid: readUid(wire.uid, 'suspect.uid'),
    inc: readInc(wire.inc, 'suspect.inc'),
    refused: wire.refused ?? false,
  }),
  elect: (wire) => ({
    type: 'elect',
    term: readCount(wire.term, 'elect.term'),
    candidate: { uid: readUid(wire.uid, 'elect.uid'), inc: readInc(wire.inc, 'elect.inc') },
  }),
  elected: (wire) => ({
    type: 'elected',
    term: readCount(wire.term, 'elected.term'),
    winner: readMember(wire.winner, 'elected.winner'),
    list: readMembers(wire.list, 'elected.list'),
  }),
  stale: (wire) => ({ type: 'stale', term: readCount(wire.term, 'stale.term') }),
  alive: (wire) => ({ type: 'alive', leader: readMember(wire.leader, 'alive.leader') }),
  probe: (wire) => ({
    type: 'probe',
    leader: readMember(wire.leader, 'probe.leader'),
    many: wire.many ?? false,
    open: wire.open ?? false,
  }),
  move: (wire) => ({
    type: 'move',
    term: readCount(wire.term, 'move.term'),
    many: wire.many ?? false,
    members: readMembers(wire.members, 'move.members'),
  }),
  moveOk: (wire) => ({
    type: 'moveOk',
    term: readCount(wire.term, 'move_ok.term'),
    pos: readCount(wire.pos, 'move_ok.pos'),
  }),
  busy: () => ({ type: 'busy' }),
  moved: (wire) => ({ type: 'moved', leader: readMember(wire.leader, 'moved.leader') }),
  key: (wire) => ({ type: 'key', key: readRoomKey(wire.key, 'key.key') }),
  changed: (wire) => ({ type: 'changed', part: decodePart(new Uint8Array(wire.part ?? noBytes)) }),
  knock: (wire) => ({ type: 'knock', name: readName(wire.name, 'knock.name') }),
  admitted: (wire) => ({
    type: 'admitted',
    room: readRoom(wire.room, 'admitted.room'),
    key: readRoomKey(wire.key, 'admitted.key'),
  }),
  knocking: (wire) => ({
    type: 'knocking',
    door: readUid(wire.door, 'knocking.door'),
    uid: readUid(wire.uid, 'knocking.uid'),
    name: readName(wire.name, 'knocking.name'),
    addr: readAddress(wire.addr, 'knocking.addr'),
    state: readWord(knockStates, wire.state, 'knocking.state'),
    ...(wire.by?.length && { by: readUid(wire.by, 'knocking.by') }),
  }),
  answer: (wire) => ({
    type: 'answer',
    door: readUid(wire.door, 'answer.door'),
    uid: readUid(wire.uid, 'answer.uid'),
    admit: wire.admit ?? false,
    ...(wire.by?.length && { by: readUid(wire.by, 'answer.by') }),
  }),
  check: () => ({ type: 'check' }),
  checkPoint: (wire) => ({
    type: 'checkPoint',
    nonce: readCount(wire.nonce, 'check_point.nonce', 0, nonceMax),
  }),
  checked: (wire) => ({
    type: 'checked',
    nonce: readCount(wire.nonce, 'checked.nonce', 0, nonceMax),
    digest: readDigest(wire.digest, 'checked.digest'),
  }),
  chains: (wire) => ({
    type: 'chains',
    nonce: readCount(wire.nonce, 'chains.nonce', 0, nonceMax),
    points: readList(wire.points, chainPointsMax, 'chains.points').map((point) =>
      readPoint(point, 'chains.points'),
    ),
  }),
  chainsAt: (wire) => ({
    type: 'chainsAt',
    nonce: readCount(wire.nonce, 'chains_at.nonce', 0, nonceMax),
    chains: readList(wire.chains, chainPointsMax, 'chains_at.chains').map((chain) =>
      readChainOrNone(chain, 'chains_at.chains'),
    ),
  }),
  checkDone: (wire) => ({
    type: 'checkDone',
    nonce: readCount(wire.nonce, 'check_done.nonce', 0, nonceMax),
    digest: readDigest(wire.digest, 'check_done.digest'),
    members: readCompared(wire.members, 'check_done.members'),
  }),
}

/** The frame of an envelope; undefined where it carries none that this version knows. Throws BadFrame, also for LOCK: that is of the link. */
export function fromWire(envelope: Envelope): Frame | undefined {
  const types = (Object.keys(envelope) as (keyof Envelope)[]).filter((key) => key !== 'lc')
  if (types.length > 1) throw new BadFrame('envelope: more than one frame')
  const type = types[0]
  if (type === 'lock' || type === 'direct') throw new BadFrame(`${type}: out of place`)
  return type && (readers[type] as (wire: unknown) => Frame)(envelope[type])
}

/** Versions are read first: the other fields may differ in other versions. Throws OtherVersion. */
function readWho(wire: Hello | Info, field: string) {
  const min = readCount(wire.versionMin, `${field}.version_min`, 1)
  const max = readCount(wire.versionMax, `${field}.version_max`, min)
  if (max < protocolVersionMin || min > protocolVersionMax) throw new OtherVersion(min, max)
  return {
    room: readRoom(wire.room, `${field}.room`),
    uid: readUid(wire.uid, `${field}.uid`),
    inc: readInc(wire.inc, `${field}.inc`),
    name: readName(wire.name, `${field}.name`),
    addr: readAddress(wire.addr, `${field}.addr`),
    ...(wire.visit && { visit: true as const }),
  }
}
