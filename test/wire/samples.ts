/**
 * One frame of every type, with every field filled, and the generators of random ones.
 * These are the core's frames as objects, not as bytes.
 */

import fc from 'fast-check'
import { formatAddress } from '../../src/core/model/address.ts'
import { bootCounter, makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Address, Inc, RoomId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import type {
  BookEntry,
  Compared,
  Frame,
  FrameType,
  Member,
  Rest,
  Status,
  Vid,
  View,
} from '../../src/core/model/frames.ts'
import type {
  Chain,
  Digest,
  Draft,
  Entry,
  Kind,
  Part,
  PartId,
  Point,
  StampedRecord,
} from '../../src/core/model/records.ts'
import { noChain } from '../../src/core/model/records.ts'
import { groupCount, type Heads } from '../../src/core/model/frontier.ts'
import { bootMax } from '../../src/core/model/bounds.ts'
import { partIdOf, uidOfPublicKey } from '../../src/wire/digest.ts'
import {
  countMax,
  groupDigestBytes,
  lamportMax,
  nonceMax,
  textBytesMax,
  wallMsMax,
} from '../../src/wire/limits.ts'
import { nameProblem } from '../../src/wire/name-rule.ts'
import { encodeBody } from '../../src/wire/part-codec.ts'

const uid = (digit: string) => digit.repeat(32) as Uid
const inc = (counter: number) => makeInc(counter, '0123456789abcdef')
const addr = (port: number) => `192.168.1.5:${port}` as Address
const room = '00112233445566778899aabbccddeeff' as RoomId
const ann: Member = { uid: uid('a'), inc: inc(1), name: 'Ann', addr: addr(4000) }
const bob: Member = { uid: uid('b'), inc: inc(258), name: 'Bob Ö', addr: '[fd00::5]:4001' as Address }
const vid: Vid = { term: 7, leader: ann.uid, ver: 3 }
const view: View = { vid, members: [ann, bob] }
const book: BookEntry[] = [
  { uid: uid('c'), addr: addr(4002), name: 'Cid', left: true },
  { uid: uid('d'), addr: addr(4003), name: 'Dan', left: false, gone: 'died' },
  { uid: uid('e'), addr: addr(4004), name: '', left: false, gone: 'unreachable' },
]
const frontier: Heads = new Map([
  [namespaceOf(ann.uid, ann.inc), { s: 5, chain: 'ab'.repeat(32) as Chain }],
  [namespaceOf(bob.uid, bob.inc), { s: 2 ** 40, chain: 'cd'.repeat(32) as Chain }],
])
const rest: Rest = { cut: 900, digests: new Array<string>(groupCount).fill('0f'.repeat(groupDigestBytes)) }

const digest = 'd1'.repeat(32) as Digest
const points: Point[] = [...frontier].map(([namespace, { s }]) => ({ namespace, s }))

/** A part as the wire reads it: its id and its author are computed, and nobody looks at who signed it. */
export function unproven(key: string, signature: string, draft: Omit<Draft, 'author' | 'namespace'>): Part {
  const author = uidOfPublicKey(key)
  const full: Draft = { ...draft, author, namespace: namespaceOf(author, draft.inc) }
  // Of the part that it was made from.
  for (const left of ['raw', 'count'] as const) delete (full as Partial<Part>)[left]
  return { ...full, key, id: partIdOf(encodeBody(full, key)), signature }
}

const key = 'c0ffee'.padEnd(64, '0')
const said = unproven(key, '5e'.repeat(64), {
  inc: bob.inc,
  aseq: 3,
  before: 'be4043'.padEnd(64, '0') as PartId,
  lc: 41,
  wall: 1_763_800_000_123,
  name: bob.name,
  addr: bob.addr,
  entries: [{ kind: 'message', after: 0, text: 'Grüße 👋\nsecond line' }],
})
const stamped: StampedRecord = {
  stamper: ann.uid,
  stamperInc: ann.inc,
  namespace: namespaceOf(ann.uid, ann.inc),
  s: 5,
  ts: 42,
  part: said,
}
const waved: StampedRecord = {
  ...stamped,
  s: 6,
  ts: 43,
  seal: { key: 'ab'.repeat(32), signature: '60'.repeat(64) },
  part: unproven(key, '5f'.repeat(64), {
    ...said,
    aseq: 4,
    before: said.id,
    entries: [
      { kind: 'action', after: 0, text: 'waves' },
      { kind: 'message', after: 1200, text: 'and goes' },
    ],
  }),
}

export const samples: { readonly [T in FrameType]: Extract<Frame, { type: T }> } = {
  hello: { type: 'hello', room, ...ann },
  info: { type: 'info', room, ...bob, status: 'open', term: 7, leader: ann, many: true, copies: 3 },
  follow: { type: 'follow', frontier, rest, after: bob.uid, role: 'bridge', disk: true, name: 'Ann', book },
  followOk: { type: 'followOk', frontier, differing: [0, 17, 255], term: 7, book },
  held: { type: 'held', heads: frontier, done: false },
  lacks: { type: 'lacks', points: [...frontier].map(([namespace, { s }]) => ({ namespace, s })) },
  redirect: { type: 'redirect', leader: ann, view },
  wait: { type: 'wait' },
  up: { type: 'up', records: [stamped, waved] },
  upDone: { type: 'upDone' },
  rec: { type: 'rec', pos: 300, safe: 298, records: [stamped, waved] },
  synced: { type: 'synced', pos: 2 ** 35 },
  stored: { type: 'stored', pos: 300 },
  safe: { type: 'safe', pos: 300 },
  submit: { type: 'submit', parts: [stamped.part, waved.part] },
  nack: { type: 'nack' },
  view: { type: 'view', view, book },
  bye: { type: 'bye', reason: 'identity' },
  leave: { type: 'leave' },
  resign: { type: 'resign', term: 7 },
  link: { type: 'link', vid },
  linkOk: { type: 'linkOk', vid },
  refer: { type: 'refer', prev: bob, vid },
  ping: { type: 'ping', nonce: 4_000_000_000, vid, safe: 298 },
  pong: { type: 'pong', nonce: 4_000_000_000 },
  suspect: { type: 'suspect', uid: bob.uid, inc: bob.inc, refused: true },
  elect: { type: 'elect', term: 8, candidate: { uid: bob.uid, inc: bob.inc } },
  elected: { type: 'elected', term: 8, winner: bob, list: [bob, ann] },
  stale: { type: 'stale', term: 8 },
  alive: { type: 'alive', leader: ann },
  probe: { type: 'probe', leader: ann, many: true, open: true },
  move: { type: 'move', term: 8, many: true, members: [ann, bob] },
  moveOk: { type: 'moveOk', term: 9, pos: 300 },
  busy: { type: 'busy' },
  moved: { type: 'moved', leader: bob },
  check: { type: 'check' },
  checkPoint: { type: 'checkPoint', nonce: 3 },
  checked: { type: 'checked', nonce: 3, digest },
  chains: { type: 'chains', nonce: 3, points },
  chainsAt: { type: 'chainsAt', nonce: 3, chains: ['c4'.repeat(32) as Chain, noChain] },
  key: { type: 'key', key: '0123456789abcdef0123456789abcdef' as RoomKey },
  changed: { type: 'changed', part: stamped.part },
  knock: { type: 'knock', name: 'Bob' },
  admitted: { type: 'admitted', room, key: 'fedcba9876543210fedcba9876543210' as RoomKey },
  knocking: { type: 'knocking', door: ann.uid, uid: bob.uid, name: 'Bob', addr: bob.addr, state: 'gone' },
  answer: { type: 'answer', door: ann.uid, uid: bob.uid, admit: true, by: bob.uid },
  checkDone: {
    type: 'checkDone',
    nonce: 3,
    digest,
    members: [
      { uid: ann.uid, inc: ann.inc, verdict: 'same' },
      { uid: bob.uid, inc: bob.inc, verdict: 'differs', first: points[0]! },
      { uid: uid('c'), inc: inc(2), verdict: 'silent' },
    ],
  },
}

export const frameTypes = Object.keys(samples) as FrameType[]

/** A frame without the bytes and counts that encoding and decoding leave on parts. */
export function withoutRaw(frame: Frame): Frame {
  const bare = (from: StampedRecord): StampedRecord => ({ ...from, part: barePart(from.part) })
  if (frame.type === 'up' || frame.type === 'rec') return { ...frame, records: frame.records.map(bare) }
  if (frame.type === 'changed') return { ...frame, part: barePart(frame.part) }
  if (frame.type === 'submit') return { ...frame, parts: frame.parts.map(barePart) }
  return frame
}

function barePart(from: Part): Part {
  const { raw: _raw, count: _count, hasEvents: _hasEvents, ...rest } = from
  return rest
}

// ---- Random frames ----

/** fc.record, of plain objects. */
const record = <T, K extends keyof T = keyof T>(
  shape: { [P in keyof T]: fc.Arbitrary<T[P]> },
  options?: { requiredKeys: K[] },
) => fc.record(shape, { ...options, noNullPrototype: true }) as fc.Arbitrary<T>

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map((a) => a.join(''))
const uids = hex(32) as fc.Arbitrary<Uid>
const incs = hex(28) as fc.Arbitrary<Inc>
const rooms = fc.oneof(fc.constant(''), hex(32)) as fc.Arbitrary<RoomId>
const ports = fc.integer({ min: 1, max: 65_535 })
const addrs = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), ports).filter(([ip]) => !/^[0:.]+$/.test(ip))
const addresses = addrs.map(([ip, port]) => formatAddress(ip, port))
const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 32 })
  .filter((name) => !nameProblem(name))
const texts = fc.string({ unit: 'binary', minLength: 1 })
const kinds = fc.constantFrom<Kind>('message', 'action')
/** One long text, or some short ones. */
const entryLists: fc.Arbitrary<Entry[]> = fc.oneof(
  fc.array(record({ kind: kinds, after: fc.nat(), text: texts }), { minLength: 1, maxLength: 8 }),
  fc
    .tuple(kinds, fc.integer({ min: 1, max: textBytesMax }))
    .map(([kind, n]) => [{ kind, after: 0, text: 'x'.repeat(n) }]),
)
/** Of a process that said or stamped something. */
const bootedIncs = incs.map((held) => (bootCounter(held) > bootMax ? inc(bootMax) : held))
const counts = (min = 0, max = countMax) =>
  fc.oneof(fc.integer({ min, max: min + 300 }), fc.integer({ min, max }))
const visit = fc.constant(true as const)
const members = record(
  { uid: uids, inc: incs, name: names, addr: addresses, visit },
  { requiredKeys: ['uid', 'inc', 'name', 'addr'] },
)
const rings = fc.uniqueArray(members, { maxLength: 8, selector: (member) => member.uid })
const vids = record({ term: counts(), leader: fc.oneof(uids, fc.constant('' as Uid)), ver: counts() })
const views = record({ vid: vids, members: rings })
const bookEntries = record(
  {
    uid: uids,
    addr: addresses,
    name: fc.oneof(names, fc.constant('')),
    left: fc.boolean(),
    gone: fc.constantFrom('died' as const, 'unreachable' as const),
    hearsay: addresses,
  },
  { requiredKeys: ['uid', 'addr', 'name', 'left'] },
)
const books = fc.uniqueArray(bookEntries, { maxLength: 8, selector: (entry) => entry.uid })
const frontiers = fc
  .array(
    fc.tuple(
      fc.tuple(uids, incs).map(([u, i]) => namespaceOf(u, i)),
      fc.oneof(
        fc.tuple(counts(1), hex(64)).map(([s, chain]) => ({ s, chain: chain as Chain })),
        fc.constant({ s: 0, chain: noChain }),
      ),
    ),
    { maxLength: 8 },
  )
  .map((heads): Heads => new Map(heads))
const rests = fc
  .tuple(counts(1, lamportMax), fc.array(hex(2 * groupDigestBytes), { minLength: 4, maxLength: 4 }))
  .map(([cut, some]): Rest => ({ cut, digests: Array.from({ length: groupCount }, (_, i) => some[i % 4]!) }))
export const parts: fc.Arbitrary<Part> = fc
  .tuple(
    hex(64),
    hex(128),
    record({
      inc: bootedIncs,
      aseq: counts(1, countMax - 8),
      before: fc.oneof(fc.constant(''), hex(64)) as fc.Arbitrary<PartId>,
      lc: counts(0, lamportMax - 8),
      wall: counts(0, wallMsMax - 2 ** 31),
      name: names,
      addr: addresses,
      entries: entryLists,
    }),
  )
  .map(([by, signature, draft]) => unproven(by, signature, draft))
export const records: fc.Arbitrary<StampedRecord> = record(
  {
    stamper: uids,
    stamperInc: bootedIncs,
    s: counts(1),
    ts: counts(0, lamportMax - 8),
    part: parts,
    seal: record({ key: hex(64), signature: hex(128) }),
  },
  { requiredKeys: ['stamper', 'stamperInc', 's', 'ts', 'part'] },
).map((from) => ({ ...from, namespace: namespaceOf(from.stamper, from.stamperInc) }))
const who = { room: rooms, uid: uids, inc: incs, name: names, addr: addresses }
const nonces = counts(0, nonceMax)
const type = <T extends FrameType>(name: T) => ({ type: fc.constant(name) })

const somePoints = record({ namespace: fc.tuple(uids, incs).map(([a, b]) => namespaceOf(a, b)), s: counts() })
const compared = record<Compared, 'uid' | 'inc' | 'verdict'>(
  { uid: uids, inc: incs, verdict: fc.constantFrom('same', 'differs', 'silent'), first: somePoints },
  { requiredKeys: ['uid', 'inc', 'verdict'] },
)

const generators: { readonly [T in FrameType]: fc.Arbitrary<Extract<Frame, { type: T }>> } = {
  hello: record(
    { ...type('hello'), ...who, visit },
    { requiredKeys: ['type', 'room', 'uid', 'inc', 'name', 'addr'] },
  ),
  info: record(
    {
      ...type('info'),
      ...who,
      status: fc.constantFrom<Status>('searching', 'electing', 'following', 'gathering', 'open', 'leaving'),
      term: counts(),
      leader: members,
      visit,
      many: fc.boolean(),
      copies: fc.integer({ min: 1, max: 16 }),
    },
    { requiredKeys: ['type', 'room', 'uid', 'inc', 'name', 'addr', 'status', 'term', 'many', 'copies'] },
  ),
  follow: record(
    {
      ...type('follow'),
      frontier: frontiers,
      rest: rests,
      after: fc.oneof(uids, fc.constant<''>('')),
      role: fc.constantFrom('member', 'bridge'),
      disk: fc.boolean(),
      name: names,
      book: books,
    },
    { requiredKeys: ['type', 'frontier', 'after', 'role', 'disk', 'name', 'book'] },
  ),
  followOk: record({
    ...type('followOk'),
    frontier: frontiers,
    differing: fc.uniqueArray(fc.integer({ min: 0, max: groupCount - 1 })),
    term: counts(),
    book: books,
  }),
  held: record({ ...type('held'), heads: frontiers, done: fc.boolean() }),
  lacks: record({
    ...type('lacks'),
    points: frontiers.map((heads) => [...heads].map(([namespace, { s }]) => ({ namespace, s }))),
  }),
  redirect: record({ ...type('redirect'), leader: members, view: views }),
  wait: record(type('wait')),
  up: record({ ...type('up'), records: fc.array(records, { maxLength: 3 }) }),
  upDone: record(type('upDone')),
  rec: record({
    ...type('rec'),
    pos: counts(),
    safe: counts(),
    records: fc.array(records, { maxLength: 3 }),
  }),
  synced: record({ ...type('synced'), pos: counts() }),
  stored: record({ ...type('stored'), pos: counts() }),
  safe: record({ ...type('safe'), pos: counts() }),
  submit: record({ ...type('submit'), parts: fc.array(parts, { maxLength: 3 }) }),
  nack: record(type('nack')),
  view: record({ ...type('view'), view: views, book: books }),
  bye: record({
    ...type('bye'),
    reason: fc.constantFrom('closing', 'left', 'room', 'identity', 'family'),
  }),
  leave: record(type('leave')),
  resign: record({ ...type('resign'), term: counts() }),
  link: record({ ...type('link'), vid: vids }),
  linkOk: record({ ...type('linkOk'), vid: vids }),
  refer: record({ ...type('refer'), prev: members, vid: vids }),
  ping: record({ ...type('ping'), nonce: nonces, vid: vids, safe: counts() }),
  pong: record({ ...type('pong'), nonce: nonces }),
  suspect: record({ ...type('suspect'), uid: uids, inc: incs, refused: fc.boolean() }),
  elect: record({ ...type('elect'), term: counts(), candidate: record({ uid: uids, inc: incs }) }),
  elected: record({ ...type('elected'), term: counts(), winner: members, list: rings }),
  stale: record({ ...type('stale'), term: counts() }),
  alive: record({ ...type('alive'), leader: members }),
  probe: record({ ...type('probe'), leader: members, many: fc.boolean(), open: fc.boolean() }),
  move: record({ ...type('move'), term: counts(), many: fc.boolean(), members: rings }),
  moveOk: record({ ...type('moveOk'), term: counts(), pos: counts() }),
  busy: record(type('busy')),
  moved: record({ ...type('moved'), leader: members }),
  check: record(type('check')),
  checkPoint: record({ ...type('checkPoint'), nonce: nonces }),
  checked: record({ ...type('checked'), nonce: nonces, digest: hex(64) as fc.Arbitrary<Digest> }),
  chains: record({ ...type('chains'), nonce: nonces, points: fc.array(somePoints, { maxLength: 3 }) }),
  chainsAt: record({
    ...type('chainsAt'),
    nonce: nonces,
    chains: fc.array(fc.oneof(fc.constant(noChain), hex(64) as fc.Arbitrary<Chain>), { maxLength: 3 }),
  }),
  key: record({ ...type('key'), key: hex(32) as fc.Arbitrary<RoomKey> }),
  changed: record({ ...type('changed'), part: parts }),
  knock: record({ ...type('knock'), name: names }),
  admitted: record({ ...type('admitted'), room: rooms, key: hex(32) as fc.Arbitrary<RoomKey> }),
  knocking: record(
    {
      ...type('knocking'),
      door: uids,
      uid: uids,
      name: names,
      addr: addresses,
      state: fc.constantFrom('waits', 'admitted', 'denied', 'gone', 'expired'),
      by: uids,
    },
    { requiredKeys: ['type', 'door', 'uid', 'name', 'addr', 'state'] },
  ),
  answer: record(
    { ...type('answer'), door: uids, uid: uids, admit: fc.boolean(), by: uids },
    { requiredKeys: ['type', 'door', 'uid', 'admit'] },
  ),
  checkDone: record({
    ...type('checkDone'),
    nonce: nonces,
    digest: hex(64) as fc.Arbitrary<Digest>,
    members: fc.uniqueArray(compared, { selector: (one) => one.uid, maxLength: 3 }),
  }),
}

export const frames: fc.Arbitrary<Frame> = fc.oneof(...(Object.values(generators) as fc.Arbitrary<Frame>[]))
export const clocks = counts(0, lamportMax)
