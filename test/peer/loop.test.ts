// The loop: one event after another, effects in order, timers by name, sleep told first.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import { namespaceOf } from '../../src/core/model/ids.ts'
import type { LinkId } from '../../src/core/model/ids.ts'
import { noChain } from '../../src/core/model/records.ts'
import { Loop, type LoopSink } from '../../src/peer/loop.ts'
import { ann, annAddr, FakeClock, FakeStore, FakeTransport, fakeHome, inc, record, settle } from './fakes.ts'

function setUp(step: (event: Event) => readonly Effect[]) {
  const clock = new FakeClock()
  const store = new FakeStore([record(ann, 1, 1)])
  const transport = new FakeTransport()
  const told: string[] = []
  const errors: Error[] = []
  const events: Event[] = []
  const sink: LoopSink = {
    perform: ({ type }) => told.push(type),
    persisting: ({ n }) => told.push(`persisting ${n}`),
    committed: (upTo) => told.push(`committed ${upTo}`),
    broken: (error) => errors.push(error),
    blocked: (why) => told.push(`blocked ${why}`),
    refused: () => 0,
    knocked: () => 0,
    closed: () => false,
    addressLost: () => told.push('lost'),
    addressBack: () => told.push('back'),
    addressMoved: (address) => told.push(`moved ${address}`),
  }
  const wrapped = (event: Event): readonly Effect[] => {
    events.push(event)
    return step(event)
  }
  const loop = new Loop({ step: wrapped, transport, store, home: fakeHome, clock, sink })
  store.attach(loop.storeSink)
  const types = (): string[] => events.map((event) => (event.type === 'timerFired' ? event.name : event.type))
  return { clock, store, transport, told, errors, events, types, loop }
}

const link = 1 as LinkId
const said: Event = { type: 'said', messages: [{ text: 'x', kind: 'message' }], wall: 0 }

test('an event that arrives while effects are performed waits for all of them', () => {
  const order: string[] = []
  const { loop, transport } = setUp((event) => {
    order.push(`step ${event.type}`)
    if (event.type !== 'said') return []
    return [
      { type: 'dial', link, addr: annAddr },
      { type: 'close', link },
    ]
  })
  transport.onDial = () => {
    order.push('dial')
    loop.transportSink.closed(link, 'refused')
    order.push('dialled')
  }
  transport.onClose = () => order.push('close')
  loop.feed(said)
  assert.deepEqual(order, ['step said', 'dial', 'dialled', 'close', 'step linkClosed'])
})

test('a burst longer than a block of the queue keeps its order', () => {
  const seen: number[] = []
  const { loop, transport } = setUp((event) => {
    if (event.type === 'said') return [{ type: 'dial', link, addr: annAddr }]
    if (event.type === 'linkClosed') seen.push(event.link)
    return []
  })
  transport.onDial = () => {
    for (let i = 0; i < 5000; i++) loop.transportSink.closed(i as LinkId, 'closed')
  }
  loop.feed(said)
  assert.deepEqual(
    seen,
    Array.from({ length: 5000 }, (_, i) => i),
  )
})

test('arming an armed timer moves it, and a stopped one does not fire', () => {
  const { clock, loop, types } = setUp((event) =>
    event.type === 'said'
      ? [
          { type: 'startTimer', name: 'a', ms: 10 },
          { type: 'startTimer', name: 'a', ms: 30 },
          { type: 'startTimer', name: 'b', ms: 20 },
          { type: 'startTimer', name: 'c', ms: 20 },
          { type: 'stopTimer', name: 'c' },
        ]
      : [],
  )
  loop.feed(said)
  clock.pass(25)
  assert.deepEqual(types(), ['said', 'b'])
  clock.pass(100)
  assert.deepEqual(types(), ['said', 'b', 'a'])
})

const beat: Effect = { type: 'startTimer', name: 'heartbeat', ms: 250 }

test('after a sleep the core is told of it before the event that woke us, and then gets all overdue timers', () => {
  const { clock, loop, types, events } = setUp((event) => {
    if (event.type === 'said')
      return [
        beat,
        { type: 'startTimer', name: 'dead', ms: 600 },
        { type: 'startTimer', name: 'far', ms: 11_000 },
      ]
    return event.type === 'timerFired' && event.name === 'heartbeat' ? [beat] : []
  })
  loop.feed(said)
  clock.sleep(10_000)
  loop.transportSink.closed(link, 'closed')
  loop.transportSink.drained(link)
  assert.deepEqual(types(), ['said', 'woke', 'linkClosed', 'linkDrained'])
  const woke = events[1]
  assert.ok(woke?.type === 'woke' && woke.sleptMs === 9750, 'counted from when the heartbeat was due')
  clock.pass(0)
  // One beat, however long the sleep was.
  assert.deepEqual(types().slice(4), ['heartbeat', 'dead'])
  clock.pass(999)
  assert.deepEqual(types().slice(6), ['heartbeat', 'heartbeat', 'heartbeat'])
  clock.pass(1)
  assert.ok(types().includes('far'), 'what was not due yet is not moved')
})

test('when a timer wakes us, the core is told of the sleep first as well', () => {
  const { clock, loop, types } = setUp((event) => {
    if (event.type === 'said') return [beat, { type: 'startTimer', name: 'dead', ms: 200 }]
    return []
  })
  loop.feed(said)
  clock.sleep(5000)
  clock.pass(0)
  assert.deepEqual(types(), ['said', 'woke', 'dead', 'heartbeat'])
})

test('timers that slept with the machine keep the time that was left, and the core is told of the sleep once', () => {
  const { clock, loop, types } = setUp((event) => (event.type === 'said' ? [beat] : []))
  loop.feed(said)
  clock.suspend(5000)
  loop.transportSink.closed(link, 'closed')
  clock.pass(249)
  assert.deepEqual(types(), ['said', 'woke', 'linkClosed'])
  clock.pass(1)
  assert.deepEqual(types(), ['said', 'woke', 'linkClosed', 'heartbeat'])
})

test('a late heartbeat that is no sleep is not reported', () => {
  const { clock, loop, types } = setUp((event) => (event.type === 'said' ? [beat] : []))
  loop.feed(said)
  clock.sleep(700)
  clock.pass(0)
  assert.deepEqual(types(), ['said', 'heartbeat'])
})

test('the heartbeat tells what the wall clock shows', () => {
  const { clock, loop, events } = setUp((event) => (event.type === 'said' ? [beat] : []))
  loop.feed(said)
  clock.pass(250)
  const fired = events.at(-1)
  assert.equal(fired?.type === 'timerFired' && fired.wall, clock.wall())
})

test('reads, commits and a fresh inc come back as events', async () => {
  const { loop, types, events, told } = setUp((event) =>
    event.type === 'said'
      ? [
          { type: 'persist', n: 1, write: { records: [], outboxPut: [], outboxDrop: [] } },
          { type: 'readLog', request: 7, from: 1, bytesMax: 1 },
          { type: 'seek', request: 8, lacking: new Map() },
          {
            type: 'readChains',
            request: 9,
            namespace: namespaceOf(ann, inc),
            points: [3, 4],
            base: { s: 0, chain: noChain },
          },
          { type: 'mintInc', above: 4, use: 'process' },
        ]
      : [],
  )
  loop.feed(said)
  await settle()
  assert.deepEqual(types().sort(), ['chainsRead', 'committed', 'incMinted', 'logRead', 'said', 'sought'])
  assert.deepEqual(told, ['persisting 1', 'committed 1'])
  const read = events.find((event) => event.type === 'logRead')
  assert.ok(read?.type === 'logRead' && read.request === 7 && read.records.length === 1)
  const chains = events.find((event) => event.type === 'chainsRead')
  assert.ok(chains?.type === 'chainsRead' && chains.request === 9 && chains.chains.length === 2)
})

test('an exception out of a step ends the node with that error, and nothing is handled after it', () => {
  const { loop, errors, types, clock } = setUp((event) => {
    if (event.type === 'linkDrained') throw new Error('our bug')
    return [beat]
  })
  loop.feed(said)
  loop.transportSink.drained(link)
  loop.feed(said)
  assert.equal(errors.length, 1)
  assert.equal(errors[0]?.message, 'our bug')
  assert.deepEqual(types(), ['said', 'linkDrained'])
  assert.equal(clock.armed, 0)
  assert.equal(loop.over, true)
})

test('a failed store ends the node', () => {
  const { store, errors, loop } = setUp(() => [])
  store.sink.failed(new Error('disk'))
  assert.equal(errors[0]?.message, 'disk')
  assert.equal(loop.over, true)
})

test('stop is the last effect performed', () => {
  const { loop, told, clock } = setUp(() => [beat, { type: 'stop', why: 'left' }, { type: 'entered' }])
  loop.feed(said)
  assert.deepEqual(told, ['stop'])
  assert.equal(clock.armed, 0)
})

test('the core is told how long replies took: a dial, HELLO, PING; not across a sleep', () => {
  const ping = (nonce: number): Effect => ({
    type: 'send',
    link,
    lc: 0,
    frame: { type: 'ping', nonce, vid: { term: 0, leader: ann, ver: 0 }, safe: 0 },
    paced: false,
  })
  const { clock, events, loop } = setUp((event) => {
    if (event.type === 'said')
      return [
        { type: 'dial', link, addr: annAddr },
        { type: 'startTimer', name: 'heartbeat', ms: 250 },
      ]
    if (event.type === 'linkOpened') return [ping(7), ping(0)]
    if (event.type === 'linkHeard') return [ping(8)]
    return []
  })
  const told = (): number[] => events.flatMap((event) => (event.type === 'roundTrip' ? [event.ms] : []))
  loop.feed(said)
  clock.pass(80)
  loop.transportSink.opened(link, ann)
  // A dial takes two round trips; the core knows before it hears that the link is open.
  assert.deepEqual(told(), [40])
  assert.equal(events.at(-1)?.type, 'linkOpened')
  clock.pass(30)
  loop.transportSink.received(link, 0, { type: 'pong', nonce: 7 })
  loop.transportSink.received(link, 0, { type: 'pong', nonce: 7 })
  loop.transportSink.received(link, 0, { type: 'pong', nonce: 0 })
  assert.deepEqual(told(), [40, 30])
  loop.transportSink.heard(link)
  clock.sleep(5000)
  loop.transportSink.received(link, 0, { type: 'pong', nonce: 8 })
  assert.deepEqual(told(), [40, 30])
})
