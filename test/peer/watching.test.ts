// Watching a node: what a step shows, how much of it goes to another member, and what a member that lies can do.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RingEvent } from '../../src/chat/room-event.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Inc, LinkId, Uid } from '../../src/core/model/ids.ts'
import type { Line } from '../../src/peer/direct/direct-links.ts'
import { OwnSights } from '../../src/peer/watching/own-sights.ts'
import { SeenMember } from '../../src/peer/watching/seen-member.ts'
import type { Standing } from '../../src/core/node-standing.ts'
import { ToldLine } from '../../src/peer/watching/told-line.ts'
import type { DirectFrame } from '../../src/wire/direct-codec.ts'
import type { Sight } from '../../src/wire/sight-codec.ts'

const ann = 'a'.repeat(32) as Uid
const bob = 'b'.repeat(32) as Uid
const link = 1 as LinkId
const inc = '0'.repeat(28) as Inc

class FakeClock {
  now = 0
  readonly #timers: { at: number; run: () => void }[] = []
  monotonic = (): number => this.now
  wall = (): number => 1000 + this.now
  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.now + ms, run }
    this.#timers.push(timer)
    return () => void this.#timers.splice(this.#timers.indexOf(timer) >>> 0, 1)
  }
  pass(ms: number): void {
    this.now += ms
    for (const timer of this.#timers.filter(({ at }) => at <= this.now)) {
      this.#timers.splice(this.#timers.indexOf(timer), 1)
      timer.run()
    }
  }
}

function setUp(): {
  clock: FakeClock
  own: OwnSights
  standing: { now: Standing }
  step: (effect: Effect) => void
} {
  const clock = new FakeClock()
  const standing: { now: Standing } = {
    now: {
      status: 'following',
      term: 1,
      leader: bob,
      next: bob,
      previous: bob,
      sentMax: undefined,
      ver: 1,
      members: [{ uid: ann }, { uid: bob }],
      safe: 0,
      clock: 5,
    },
  }
  const own = new OwnSights({
    clock,
    standing: () => standing.now,
    peerOf: (of) => (of === link ? bob : undefined),
    logText: ({ type }) => `about ${type}`,
    size: () => 3,
  })
  const step = (effect: Effect): void => own.trace({ type: 'linkHeard', link }, [effect])
  return { clock, own, standing, step }
}

function send(frame: Extract<Effect, { type: 'send' }>['frame'], on = link): Effect {
  return { type: 'send', link: on, lc: 5, frame, paced: false }
}

const elect = { type: 'elect', term: 2, candidate: { uid: bob, inc } } as const

test('a step is told as frames, tokens, log lines, and how the node stands when that changed', () => {
  const { own, standing, step } = setUp()
  const told: Sight[] = []
  // Nobody watches.
  step(send(elect))
  const stop = own.add({ heartbeats: false, tell: (sight) => told.push(sight), missed: () => {} })
  assert.deepEqual([told.length, told[0]?.type], [1, 'node'])
  const received: Event = { type: 'frameReceived', link, lc: 4, frame: elect }
  own.trace(received, [
    {
      type: 'log',
      line: { type: 'election-token', term: 2, candidate: bob, verdict: 'pass on', own: ann, from: bob },
    },
    send(elect),
    send({ type: 'followOk', frontier: new Map(), differing: [], term: 1, book: [] } as never),
    send({ type: 'ping', nonce: 0, vid: { term: 1, leader: bob, ver: 1 }, safe: 0 }),
    send(elect, 9 as LinkId),
    { type: 'log', line: { type: 'stored', count: 1 } },
  ])
  assert.deepEqual(
    told.slice(1).map((sight) => [sight.type, 'frame' in sight ? `${sight.way} ${sight.frame}` : '']),
    [
      ['frame', 'received ELECT'],
      ['token', ''],
      ['frame', 'sent ELECT'],
      ['frame', 'sent FOLLOW_OK'],
      ['log', ''],
    ],
  )
  assert.deepEqual(told[1], {
    type: 'frame',
    at: 1000,
    lamport: 5,
    way: 'received',
    peer: bob,
    frame: 'ELECT',
    term: 2,
    candidate: bob,
  })
  standing.now = { ...standing.now, status: 'electing', leader: undefined }
  step({ type: 'stopTimer', name: 'x' })
  assert.deepEqual([told.length, told.at(-1)?.type], [7, 'node'])
  stop()
  step(send(elect))
  assert.equal(told.length, 7)
})

test('400 frames a second are told, the rest is counted', () => {
  const { clock, own, step } = setUp()
  let count = 0
  const missed: number[] = []
  own.add({
    heartbeats: false,
    tell: ({ type }) => type === 'frame' && count++,
    missed: (some) => missed.push(some),
  })
  for (let n = 0; n < 1000; n++) step(send(elect))
  assert.deepEqual([count, missed], [400, []])
  clock.pass(1000)
  step(send(elect))
  assert.deepEqual([count, missed], [401, [600]])
})

test('heartbeats have a bound of their own, and take nothing from other frames', () => {
  const { clock, own, step } = setUp()
  const counts = { ELECT: 0, PING: 0 }
  const missed: number[] = []
  own.add({
    heartbeats: true,
    tell: (sight) => sight.type === 'frame' && counts[sight.frame as keyof typeof counts]++,
    missed: (some) => missed.push(some),
  })
  const ping = send({ type: 'ping', nonce: 0, vid: { term: 1, leader: bob, ver: 1 }, safe: 0 })
  for (let n = 0; n < 1000; n++) step(ping)
  for (let n = 0; n < 400; n++) step(send(elect))
  assert.deepEqual(counts, { ELECT: 400, PING: 200 })
  clock.pass(1000)
  step(ping)
  assert.deepEqual([counts, missed], [{ ELECT: 400, PING: 201 }, []])
})

test('a member that watches gets batches, and what its line does not take is counted', () => {
  const { clock, own, step } = setUp()
  const sent: DirectFrame[] = []
  const line: Line = { uid: bob, send: (frame) => sent.push(frame), hold: () => {}, close: () => {} }
  let isOver = false
  const told = new ToldLine({ line, sights: own, clock, ended: () => (isOver = true) }, false)
  told.begin()
  for (let n = 0; n < 100; n++) step(send(elect))
  assert.deepEqual(
    sent.map(({ type }) => type),
    ['watching'],
  )
  clock.pass(50)
  const counts = (): number[] => sent.flatMap((frame) => (frame.type === 'seen' ? [frame.sights.length] : []))
  assert.deepEqual(counts(), [64, 37])
  // It does not drain.
  for (let second = 0; second < 5; second++) {
    clock.pass(1000)
    for (let n = 0; n < 300; n++) step(send(elect))
  }
  assert.deepEqual(counts(), [64, 37])
  told.drained()
  clock.pass(50)
  const seen = sent.flatMap((frame) => (frame.type === 'seen' ? [frame] : []))
  const all = seen.reduce((sum, frame) => sum + frame.sights.length, 0)
  const missed = seen.reduce((sum, frame) => sum + frame.missed, 0)
  assert.deepEqual([all - 101, all + missed], [400, 1601])
  told.closed()
  assert.ok(isOver)
})

test('what a member tells is its own, whatever it says; one that does not know the question refuses', () => {
  const clock = new FakeClock()
  const events: RingEvent[] = []
  const lines: { frames: DirectFrame[]; isClosed: boolean }[] = []
  const links = {
    open: (uid: Uid, ready: (line: Line) => unknown) => {
      const state = { frames: [] as DirectFrame[], isClosed: false }
      lines.push(state)
      const line: Line = {
        uid,
        send: (frame) => state.frames.push(frame),
        hold: () => {},
        close: () => (state.isClosed = true),
      }
      return clock.after(0, () => ready(line))
    },
  }
  const seen = new SeenMember({ uid: bob, links, clock, tell: (event) => events.push(event) }, false)
  clock.pass(0)
  assert.deepEqual(lines[0]?.frames, [{ type: 'watch', heartbeats: false }])
  seen.closed('closed')
  assert.deepEqual(events, [{ type: 'watched', node: bob, state: 'refused' }])
  clock.pass(1000)
  assert.equal(lines.length, 1)
  clock.pass(30_000)
  clock.pass(0)
  assert.equal(lines.length, 2)
  seen.received({ type: 'watching' })
  const lie = { type: 'log', node: ann, at: 1, lamport: 1, kind: 'left', text: 'x' } as Sight
  seen.received({ type: 'seen', sights: [lie], missed: 2 })
  assert.deepEqual(events.slice(1), [
    { type: 'watched', node: bob, state: 'on' },
    { ...lie, node: bob },
  ])
  clock.pass(1000)
  assert.deepEqual(events.at(-1), { type: 'missed', node: bob, count: 2 })
  const before = events.length
  for (let n = 0; n < 100; n++)
    seen.received({ type: 'seen', sights: Array.from({ length: 64 }, () => lie), missed: 0 })
  const told = events.length - before
  assert.ok(told > 1000 && told <= 1600, `${told} in a second`)
  // A list of 512 members a thousand times a second is more than a page or a trace is to take.
  clock.pass(1000)
  const view = { ver: 1, members: Array.from({ length: 512 }, () => bob) }
  const large = { ...lie, type: 'node', view } as unknown as Sight
  seen.received({ type: 'seen', sights: Array.from({ length: 64 }, () => large), missed: 0 })
  assert.ok(events.filter(({ type }) => type === 'node').length < 40)
  clock.pass(1000)
  const quiet = events.length
  for (let n = 0; n < 500; n++) seen.received({ type: 'seen', sights: [], missed: 1 })
  assert.equal(events.length, quiet)
  clock.pass(1000)
  assert.deepEqual(events.at(-1), { type: 'missed', node: bob, count: 500 })
  assert.ok(!lines[1]?.isClosed)
  for (let n = 0; n < 501; n++) seen.received({ type: 'seen', sights: [], missed: 0 })
  assert.ok(lines[1]?.isClosed, 'too many frames')
  lines[1].isClosed = false
  seen.received({ type: 'got' })
  assert.ok(lines[1]?.isClosed)
  seen.closed('closed')
  assert.deepEqual(events.at(-1), { type: 'watched', node: bob, state: 'gone' })
  seen.end()
})
