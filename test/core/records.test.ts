// What a record may be, and what of it moves a counter that lasts. The states come from a simulated room that is well;
// from there on each node is stepped by hand, with what a peer that lies would send.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { LinkId, Uid } from '../../src/core/model/ids.ts'
import { bootCounter, makeInc, namespaceOf, noRoom } from '../../src/core/model/ids.ts'
import type { Draft, Part, StampedRecord, Chain } from '../../src/core/model/records.ts'
import { noChain } from '../../src/core/model/records.ts'
import type { Follower } from '../../src/core/model/follower.ts'
import type { Following, Office } from '../../src/core/model/state.ts'
import type { State } from '../../src/core/index.ts'
import { step } from '../../src/core/index.ts'
import { appendAll } from '../../src/core/log/log.ts'
import { decodePart, encodePart } from '../../src/wire/part-codec.ts'
import { decodeRecords, encodeRecords } from '../../src/wire/record-columns.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'
import { sealAs, signAs, simNotary } from '../../sim/world/notary.ts'

/** Noon of 2026-07-01, and the largest timestamp by then: one a microsecond since 2020, and a day. */
const wall = 1_782_907_200_000
const limit = (wall + 86_400_000 - 1_577_836_800_000) * 1000
/** What others than the leader bring is judged as a minute earlier. */
const uploadLimit = limit - 60_000_000

type Room = { healthy: HealthyRoom; n1: State; n2: State; n3: State; link: LinkId; follower: Follower }

/** n1 leads n2 and n3; `link` is n1's to n2. */
function room(): Room {
  const healthy = new HealthyRoom()
  const [n1, n2, n3] = [healthy.node(1).state, healthy.node(2).state, healthy.node(3).state]
  const follower = (n1.role as Office).followers.get(n2.uid)
  assert.ok(follower?.link !== undefined)
  return { healthy, n1, n2, n3, link: follower.link, follower }
}

function receive(state: State, link: LinkId, frame: Frame, lc = 0): Effect[] {
  return step(state, { type: 'frameReceived', link, lc, frame })
}

/** The next message of n2, with what it is changed to. */
function partOf({ n2 }: Room, change: Partial<Draft> = {}): Part {
  const draft = {
    ...{ author: n2.uid, inc: n2.inc, aseq: n2.aseq + 1, before: n2.lastPart, lc: n2.clock, wall: 1 },
    ...{ name: n2.name, addr: n2.addr, entries: [{ kind: 'message' as const, after: 0, text: 'forged' }] },
    ...change,
  }
  return signAs(draft.author, { ...draft, namespace: namespaceOf(draft.author, draft.inc) })
}

/** A record of a stamper that never was, or of `change`. */
function recordOf(part: Part, change: Partial<StampedRecord> = {}): StampedRecord {
  const record = {
    ...{ stamper: 'f'.repeat(32) as Uid, stamperInc: makeInc(1, '0123456789abcdef') },
    ...{ s: 1, ts: part.lc + 1, part },
    ...change,
  }
  const namespace = namespaceOf(record.stamper, record.stamperInc)
  // What another chain would need is for each test to say.
  const seal = sealAs(record.stamper, namespace, record.s, simNotary.extend(noChain, record))
  return { ...record, namespace, seal: change.seal ?? seal }
}

function upload({ n1, link }: Room, ...records: StampedRecord[]): Effect[] {
  return receive(n1, link, { type: 'up', records })
}

/** n1 says something and stamps it; returns its record. */
function stampedBy(state: State): StampedRecord | undefined {
  const before = state.end
  step(state, { type: 'said', messages: [{ text: 'mine', kind: 'message' }], wall: 1 })
  return state.end > before ? state.tail.at(-1) : undefined
}

function closes(effects: readonly Effect[], link: LinkId): boolean {
  return effects.some((effect) => effect.type === 'close' && effect.link === link)
}

const ping: Frame = { type: 'ping', nonce: 0, vid: { term: 0, leader: '' as Uid, ver: 0 }, safe: 0 }

test('life signs of a leader or a neighbour move no clock and are not refused for theirs', () => {
  const { n1, n2 } = room()
  for (const { state, link } of [
    { state: n2, link: (n2.role as Following).link },
    { state: n1, link: n1.ring.prev!.link },
  ]) {
    const own = (state.role as Office).followers?.get(state.links.get(link)!.who!.uid)?.link === link
    const before = state.clock
    const effects = receive(state, link, ping, own ? 2 ** 51 + 1 : 2 ** 40)
    assert.equal(state.clock, before)
    assert.equal(closes(effects, link), false)
    receive(state, link, ping, 2 ** 51)
    assert.equal(state.clock, before)
  }
})

test('the clock of a follower moves that of its leader, as far as a clock can have counted', () => {
  const { n1, link } = room()
  n1.wall = wall
  receive(n1, link, ping, n1.clock + 5)
  const moved = n1.clock
  const effects = receive(n1, link, ping, limit + 1)
  assert.deepEqual([n1.clock, closes(effects, link)], [moved, false])
  receive(n1, link, ping, uploadLimit)
  assert.equal(n1.clock, uploadLimit)
})

test('the heartbeat and the start bring in the wall clock', () => {
  const { n1 } = room()
  step(n1, { type: 'timerFired', name: 'heartbeat', wall })
  assert.equal(n1.wall, wall)
  step(n1, { type: 'timerFired', name: 'evict:x' })
  assert.equal(n1.wall, wall)
})

test('a record ahead of time is refused until its time has come', () => {
  const here = room()
  const { n1, n2 } = here
  n1.wall = n2.wall = wall
  const end = n1.end
  const early = recordOf(partOf(here), { ts: limit + 1 })
  assert.equal(closes(upload(here, early), here.link), true)
  assert.equal(n1.end, end)
  const following = n2.role as Following
  receive(n2, following.link, { type: 'rec', pos: n2.end + 1, safe: 0, records: [early] })
  assert.equal(n2.end, end)
  const later = room()
  later.n1.wall = wall + 60_001
  upload(later, early)
  assert.equal(later.n1.end, end + 1)
})

test('a wall clock before 2026 counts as of 2026: its node takes nothing that others would refuse', () => {
  const limitOf2026 = (Date.UTC(2026, 0, 1) + 86_400_000 - 60_000 - 1_577_836_800_000) * 1000
  for (const unset of [0, Date.UTC(2025, 11, 31)]) {
    for (const [ts, isTaken] of [
      [limitOf2026, true],
      [limitOf2026 + 1, false],
    ] as const) {
      const here = room()
      here.n1.wall = unset
      const end = here.n1.end
      upload(here, recordOf(partOf(here), { ts }))
      assert.equal(here.n1.end, end + Number(isTaken))
    }
  }
})

test('a follower that cannot take what its leader sends, because of its clock, tells people to set it', () => {
  const here = room()
  const { n2 } = here
  const following = n2.role as Following
  const early = recordOf(partOf(here), { ts: 2 ** 51 })
  const effects = receive(n2, following.link, { type: 'rec', pos: n2.end + 1, safe: 0, records: [early] })
  assert.ok(
    effects.some(
      (effect) =>
        effect.type === 'log' && effect.line.type === 'error' && /set the clock/.test(effect.line.text),
    ),
  )
})

test('a leader whose clock stands at the bound stamps on', () => {
  const here = room()
  here.n1.wall = wall
  upload(here, recordOf(partOf(here), { ts: uploadLimit }))
  assert.ok(stampedBy(here.n1)!.ts > uploadLimit)
})

test('a message ahead of time is not stamped, and asked for again', () => {
  const here = room()
  const { n1, link } = here
  n1.wall = wall
  const end = n1.end
  receive(n1, link, { type: 'submit', parts: [partOf(here, { lc: limit + 1 })] })
  assert.equal(n1.end, end)
  const effects = step(n1, { type: 'timerFired', name: 'heartbeat', wall: wall + 60_001 })
  assert.ok(effects.some((effect) => effect.type === 'send' && effect.frame.type === 'nack'))
  receive(n1, link, { type: 'submit', parts: [partOf(here, { lc: limit + 1 })] })
  assert.equal(n1.end, end + 1)
})

test('a record whose place is not above the clock of its message is refused', () => {
  const here = room()
  const end = here.n1.end
  const part = partOf(here, { lc: 90 })
  assert.equal(closes(upload(here, recordOf(part, { ts: 90 })), here.link), true)
  assert.equal(here.n1.end, end)
})

test('a record that is not above the one before it in its namespace is refused', () => {
  const here = room()
  const { n1 } = here
  const first = recordOf(partOf(here), { ts: 200 })
  upload(here, first)
  const end = n1.end
  assert.equal(first.s, n1.frontier.get(first.namespace))
  const next = partOf(here, { aseq: first.part.aseq + 1 })
  const chain = n1.frontier.chain(first.namespace)
  for (const [ts, isTaken] of [
    [199, false],
    [200, false],
    [201, true],
  ] as const) {
    const record = recordOf(next, { s: first.s + 1, ts })
    const seal = sealAs(record.stamper, record.namespace, record.s, simNotary.extend(chain, record))
    // The link has ended with the first refusal.
    const taken = appendAll(n1, [{ ...record, seal }], 'upload')
    assert.equal(taken, isTaken ? undefined : 'gap')
    assert.equal(n1.end, end + (isTaken ? 1 : 0))
  }
})

test('a record in the own namespace of a leader, of its key that runs twice, does not end its stamping', () => {
  const here = room()
  const { n1 } = here
  const namespace = namespaceOf(n1.uid, n1.inc)
  const s = n1.frontier.get(namespace) + 1
  const record = recordOf(partOf(here), { stamper: n1.uid, stamperInc: n1.inc, s, ts: n1.clock + 1 })
  const seal = sealAs(n1.uid, namespace, s, simNotary.extend(n1.frontier.chain(namespace), record))
  upload(here, { ...record, seal })
  assert.equal(stampedBy(n1)?.s, s + 1)
})

test('boot counters of records have a limit far below their end', () => {
  const part = partOf(room(), { inc: makeInc(2 ** 40 + 1, '0123456789abcdef') })
  assert.throws(() => decodePart(encodePart(part)), /part\.inc/)
  const record = recordOf(partOf(room()), { stamperInc: makeInc(2 ** 40 + 1, '0123456789abcdef') })
  assert.throws(() => decodeRecords(encodeRecords([record]), 'records'), /records\.stamper_inc/)
})

/** n2 has lost its leader's link, and follows again: FOLLOW_OK names a process of n2 with this boot counter. */
function followOk({ n2 }: Room, boot: number): Effect[] {
  const role = n2.role as Following
  role.phase = 'dialling'
  const frontier = new Map([
    [namespaceOf(n2.uid, makeInc(boot, 'fedcba9876543210')), { s: 1, chain: 'ab'.repeat(32) as Chain }],
  ])
  return receive(n2, role.link, { type: 'followOk', frontier, differing: [], term: 1, book: [] })
}

const mints = (effects: readonly Effect[]): boolean => effects.some(({ type }) => type === 'mintInc')

test('a boot counter that is far beyond our own is not believed', () => {
  const own = bootCounter(room().n2.inc)
  assert.equal(mints(followOk(room(), own + 2 ** 20)), true)
  const far = room()
  assert.equal(mints(followOk(far, own + 2 ** 20 + 1)), false)
  assert.notEqual((far.n2.role as Following).phase, 'dialling')
})

test('a process takes at most eight fresh incs', () => {
  const here = room()
  for (let i = 0; i < 8; i++) assert.equal(mints(followOk(here, bootCounter(here.n2.inc) + 1)), true, `${i}`)
  assert.equal(mints(followOk(here, bootCounter(here.n2.inc) + 1)), false)
})

test('a name that was taken before we used it is not used', () => {
  const here = room()
  const { n2 } = here
  const { link } = n2.role as Following
  const forged = recordOf(partOf(here))
  receive(n2, link, { type: 'rec', pos: n2.end + 1, safe: 0, records: [forged] })
  step(n2, { type: 'said', messages: [{ text: 'mine', kind: 'message' }], wall: 1 })
  assert.equal(n2.outbox.at(-1)!.part.aseq, forged.part.aseq + 1)
})

test('whether a record is taken depends on it and on what precedes it in its namespace, not on the node that judges', () => {
  const here = room()
  const { n1, n3 } = here
  n1.wall = n3.wall = wall
  // The second has seen more, was elected more often, and was started more often.
  n3.clock = 2 ** 45
  n3.election.term = 2 ** 30
  n3.inc = makeInc(2 ** 30, '0123456789abcdef')
  n3.beats = 12_345
  const times = [0, 1, 2, 50, 2 ** 41, limit - 1, limit, limit + 1, 2 ** 51, 2 ** 52]
  const records = [1, 7, 2 ** 20, 2 ** 40].flatMap((boot) => {
    const inc = makeInc(boot, '0123456789abcdef')
    return times.flatMap((ts) =>
      [3, 2, 1, 2].flatMap((s) =>
        [2 ** 50, 5, 1, 0].map((lc) =>
          recordOf(partOf(here, { author: 'e'.repeat(32) as Uid, inc, aseq: s, lc }), {
            stamperInc: inc,
            s,
            ts: ts + s - 1,
          }),
        ),
      ),
    )
  })
  const judgedBy = (state: State): string[] =>
    [...records, ...records].map((record) => appendAll(state, [record], 'leader') ?? 'taken')
  const judged = judgedBy(n1)
  assert.deepEqual(judgedBy(n3), judged)
  assert.deepEqual([...new Set(judged)].sort(), ['clone', 'early', 'gap', 'taken', 'unsealed'])
})

test('what an office takes at the bound, followers whose wall clocks are some seconds behind take from it', () => {
  const here = room()
  const { n1, n2 } = here
  n1.wall = wall
  n2.wall = wall - 30_000
  // What lies above is refused, although the leader's own records may lie there.
  assert.equal(appendAll(n1, [recordOf(partOf(here), { ts: uploadLimit + 1 })], 'upload'), 'early')
  upload(here, recordOf(partOf(here), { ts: uploadLimit }))
  const own = stampedBy(n1)
  assert.ok(own && own.ts > uploadLimit)
  const records = n1.tail.slice(-2)
  receive(n2, (n2.role as Following).link, { type: 'rec', pos: n1.end, safe: 0, records })
  assert.equal(n2.end, n1.end)
})

test('who says HELLO with an empty room moves no clock, however large its own is', () => {
  const { n1, n3 } = room()
  const { clock } = n1
  const [link, uid] = [99 as LinkId, 'e'.repeat(32) as Uid]
  step(n1, { type: 'linkAccepted', link, uid })
  const { inc, name, addr } = n3
  receive(n1, link, { type: 'hello', room: noRoom, uid, inc, name, addr }, clock + 2 ** 40)
  for (let i = 1; i <= 3; i++) receive(n1, link, ping, clock + 2 ** 40 + i)
  assert.equal(n1.clock, clock)
})
