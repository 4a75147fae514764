// What a record may be, and what of it moves a counter that lasts. The states come from a simulated room that is well;
// from there on each node is stepped by hand, with what a peer that lies would send.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { LinkId, Uid } from '../../src/core/model/ids.ts'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import type { Follower } from '../../src/core/model/follower.ts'
import type { Following, Office } from '../../src/core/model/state.ts'
import type { State } from '../../src/core/index.ts'
import { step } from '../../src/core/index.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'

/** Noon of 2026-07-01, and the largest timestamp by then: one a microsecond since 2020, and a day. */
const wall = 1_782_907_200_000
const limit = (wall + 86_400_000 - 1_577_836_800_000) * 1000

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
function partOf({ n2 }: Room, change: Partial<Part> = {}): Part {
  const part = {
    ...{ author: n2.uid, inc: n2.inc, aseq: n2.aseq + 1, number: n2.said + 1, lc: n2.clock, wall: 1 },
    ...{ name: n2.name, addr: n2.addr, kind: 'message' as const, text: 'forged' },
    ...change,
  }
  return { ...part, namespace: namespaceOf(part.author, part.inc) }
}

/** A record of a stamper that never was, or of `change`. */
function recordOf(part: Part, change: Partial<StampedRecord> = {}): StampedRecord {
  const record = {
    ...{ stamper: 'f'.repeat(32) as Uid, stamperInc: makeInc(1, '0123456789abcdef') },
    ...{ s: 1, ts: part.lc + 1, part },
    ...change,
  }
  return { ...record, namespace: namespaceOf(record.stamper, record.stamperInc) }
}

function upload({ n1, link }: Room, ...records: StampedRecord[]): Effect[] {
  return receive(n1, link, { type: 'up', records })
}

/** n1 says something and stamps it; returns its record. */
function stampedBy(state: State): StampedRecord | undefined {
  const before = state.end
  step(state, { type: 'said', text: 'mine', kind: 'message', wall: 1 })
  step(state, { type: 'committed', upTo: state.persistN })
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
  receive(n1, link, ping, limit)
  assert.equal(n1.clock, limit)
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
  later.n1.wall = wall + 1
  upload(later, early)
  assert.equal(later.n1.end, end + 1)
})

test('a wall clock before 2026 is not asked', () => {
  const here = room()
  here.n1.wall = Date.UTC(2025, 11, 31)
  upload(here, recordOf(partOf(here), { ts: limit + 1 }))
  assert.equal(here.n1.clock, limit + 1)
  const other = room()
  other.n1.wall = 0
  upload(other, recordOf(partOf(other), { ts: 2 ** 51 + 1 }))
  assert.ok(other.n1.clock < 100)
})

test('a leader whose clock stands at the bound stamps on', () => {
  const here = room()
  here.n1.wall = wall
  upload(here, recordOf(partOf(here), { ts: limit }))
  assert.ok(stampedBy(here.n1)!.ts > limit)
})

test('a message ahead of time is not stamped, and asked for again', () => {
  const here = room()
  const { n1, link } = here
  n1.wall = wall
  const end = n1.end
  receive(n1, link, { type: 'submit', parts: [partOf(here, { lc: limit + 1 })] })
  assert.equal(n1.end, end)
  const effects = step(n1, { type: 'timerFired', name: 'heartbeat', wall: wall + 1 })
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

test('a record in the own namespace of a leader does not end its stamping', () => {
  const here = room()
  const { n1 } = here
  const s = n1.frontier.get(namespaceOf(n1.uid, n1.inc))! + 1
  upload(here, recordOf(partOf(here), { stamper: n1.uid, stamperInc: n1.inc, s, ts: n1.clock + 1 }))
  assert.equal(stampedBy(n1)?.s, s + 1)
})
