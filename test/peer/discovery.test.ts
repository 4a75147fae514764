// A look at one address before the core runs.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { defaultConfig } from '../../src/core/model/config.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { LinkId, RoomId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { discover, type DiscoverOptions, type Shown } from '../../src/peer/entry/discovery.ts'
import { initialState, snapshot, step } from '../../src/core/index.ts'
import { Switchboard } from '../../src/peer/entry/switchboard.ts'
import { simNotary } from '../../sim/world/notary.ts'
import type { TransportSink } from '../../src/peer/ports.ts'
import {
  ann,
  annAddr,
  bob,
  bobAddr,
  FakeClock,
  FakeStore,
  FakeTransport,
  inc,
  roomId,
  settle,
} from './fakes.ts'

const self = { uid: ann, inc, name: 'Ann', addr: annAddr }
const leader = { uid: bob, inc, name: 'Bob', addr: bobAddr }
const info: Frame = {
  type: 'info',
  room: roomId,
  uid: bob,
  inc,
  name: 'Bob',
  addr: bobAddr,
  status: 'open',
  term: 1,
  leader,
  many: false,
  copies: 2,
}

function setUp(
  target = bobAddr,
  shown: Pick<Partial<DiscoverOptions>, 'shows' | 'isInvited' | 'isHeld'> = {},
) {
  const clock = new FakeClock()
  const transport = new FakeTransport()
  const switchboard = new Switchboard(transport)
  const states: string[] = []
  const progress = (state: string) => states.push(state)
  const start = () =>
    discover({ transport, switchboard, clock, self, target, timeoutMs: 5000, progress, ...shown })
  return { clock, transport, switchboard, start, states }
}

test('a neighbour replies with its room and its leader, and receives BYE', async () => {
  const { transport, switchboard, start } = setUp()
  transport.onDial = (link) => queueMicrotask(() => switchboard.opened(link, bob))
  transport.onSend = (link, frame) => {
    if (frame.type !== 'hello') return
    assert.equal(frame.room, '')
    queueMicrotask(() => switchboard.received(link, 1, info))
  }
  const contact = { uid: bob, name: 'Bob' }
  assert.deepEqual(await start(), { room: roomId, keys: [], copies: 2, leader, contact, known: [] })
  assert.deepEqual(transport.asked, [`dial ${bobAddr}`, 'send hello', 'send bye', 'close'])
})

test('a neighbour that follows names the leader and the other members', async () => {
  const { transport, switchboard, start } = setUp()
  const other = { ...leader, uid: 'cc'.repeat(16) as Uid }
  transport.onDial = (link) => queueMicrotask(() => switchboard.opened(link, bob))
  transport.onSend = (link, frame) => {
    if (frame.type !== 'hello') return
    queueMicrotask(() => {
      switchboard.received(link, 1, { ...info, status: 'following', leader: other })
      const vid = { term: 1, leader: other.uid, ver: 2 }
      switchboard.received(link, 1, {
        type: 'redirect',
        leader: other,
        view: { vid, members: [other, leader] },
      })
    })
  }
  const found = await start()
  assert.deepEqual(found.leader, other)
  assert.deepEqual(found.known, [other, leader])
})

test('no program at the address: tried again until the time is over, then unreachable', async () => {
  const { clock, transport, switchboard, start } = setUp()
  transport.onDial = (link) => queueMicrotask(() => switchboard.closed(link, 'refused'))
  const found = start()
  found.catch(() => {})
  for (let ms = 0; ms < 5000; ms += 100) {
    await settle()
    clock.pass(100)
  }
  await assert.rejects(found, { code: 'ERR_UNREACHABLE', message: /nobody listens at 127.0.0.1:4002/ })
  assert.ok(transport.asked.length > 10, 'it was tried many times')
  assert.equal(clock.armed, 0)
})

test('a neighbour that accepts the connection and sends nothing is unreachable, and its links are closed', async () => {
  const { clock, transport, switchboard, start, states } = setUp()
  const open = new Set<LinkId>()
  transport.onDial = (link) => {
    open.add(link)
    queueMicrotask(() => switchboard.opened(link, bob))
  }
  transport.onClose = (link) => open.delete(link)
  const found = start()
  found.catch(() => {})
  for (let ms = 0; ms < 5000; ms += 100) {
    await settle()
    clock.pass(100)
  }
  await assert.rejects(found, { code: 'ERR_UNREACHABLE', message: /no answer/ })
  assert.equal(open.size, 0)
  assert.deepEqual(states, ['trying', 'silent'])
})

test('a neighbour that comes up late is found, and how the search goes is told when that changes', async () => {
  const { clock, transport, switchboard, start, states } = setUp()
  transport.onDial = (link) =>
    queueMicrotask(() =>
      clock.now < 3000 ? switchboard.closed(link, 'refused') : switchboard.opened(link, bob),
    )
  transport.onSend = (link) => queueMicrotask(() => switchboard.received(link, 1, info))
  const found = start()
  for (let ms = 0; ms < 3000; ms += 100) {
    await settle()
    clock.pass(100)
  }
  assert.equal((await found).room, roomId)
  assert.deepEqual(states, ['trying', 'refused', 'found'])
})

test('a final refusal is not tried again', async () => {
  const cases = [
    ['alien', 'ERR_NOT_RINGLEADER'],
    ['version', 'ERR_VERSION'],
  ] as const
  for (const [why, code] of cases) {
    const { transport, switchboard, start } = setUp()
    transport.onDial = (link) => queueMicrotask(() => switchboard.closed(link, why))
    await assert.rejects(start(), { code })
    assert.deepEqual(transport.asked, [`dial ${bobAddr}`])
  }
})

test('ourselves as neighbour, and our key at another address', async () => {
  for (const [target, code] of [
    [annAddr, 'ERR_USAGE'],
    [bobAddr, 'ERR_IDENTITY_IN_USE'],
  ] as const) {
    const { transport, switchboard, start } = setUp(target)
    transport.onDial = (link) => queueMicrotask(() => switchboard.opened(link, ann))
    await assert.rejects(start(), { code })
  }
})

test('events before the core runs are kept for it, in order; then the transport calls it directly', () => {
  const { switchboard, transport } = setUp()
  const heard: string[] = []
  switchboard.accepted(1 as LinkId, bob)
  switchboard.received(1 as LinkId, 3, info)
  switchboard.closed(1 as LinkId, 'closed')
  const core: TransportSink = {
    accepted: (link) => heard.push(`accepted ${link}`),
    knocked: () => undefined,
    opened: (link) => heard.push(`opened ${link}`),
    received: (link, lc) => heard.push(`received ${link} ${lc}`),
    heard: () => undefined,
    drained: (link) => heard.push(`drained ${link}`),
    closed: (link) => heard.push(`closed ${link}`),
    refused: ({ what }) => heard.push(`refused ${what}`),
    addressLost: () => heard.push('address lost'),
    addressBack: () => heard.push('address back'),
    addressMoved: (address) => heard.push(`address moved to ${address}`),
  }
  switchboard.addressLost()
  switchboard.attach(core)
  assert.deepEqual(heard, ['accepted 1', 'received 1 3', 'closed 1', 'address lost'])
  assert.equal(transport.sink, core)
  assert.throws(() => switchboard.accepted(2 as LinkId, bob), /directly/)
})

test('events of a disowned link are dropped', () => {
  const { switchboard, transport } = setUp()
  const link = 1 as LinkId
  switchboard.claim(link, {
    opened: () => assert.fail('opened'),
    received: () => assert.fail('received'),
    closed: () => assert.fail('closed'),
  })
  switchboard.disown(link)
  switchboard.opened(link, bob)
  switchboard.received(link, 1, info)
  switchboard.drained(link)
  switchboard.closed(link, 'closed')
  const loud = new Proxy({} as TransportSink, { get: (_, name) => () => assert.fail(String(name)) })
  switchboard.attach(loud)
  assert.equal(transport.sink, loud)
})

test('after attach, the core ignores events of a link of the discovery', () => {
  const store = new FakeStore()
  const state = initialState({
    ...self,
    room: roomId,
    copies: 3,
    durable: true,
    seed: 1,
    config: defaultConfig,
    stored: store.stored,
    notary: simNotary,
  })
  step(state, { type: 'started', mode: 'create', contacts: [] })
  const before = JSON.stringify(snapshot(state))
  const link = 1 as LinkId
  const events: Event[] = [
    { type: 'linkOpened', link, uid: bob },
    { type: 'frameReceived', link, lc: 99, frame: info },
    { type: 'frameReceived', link, lc: 99, frame: { type: 'bye', reason: 'identity' } },
    { type: 'linkDrained', link },
    { type: 'linkHeard', link },
    { type: 'linkClosed', link, why: 'closed' },
  ]
  for (const event of events) assert.deepEqual(step(state, event), [], event.type)
  assert.equal(JSON.stringify(snapshot(state)), before)
})

test('too many early callers are turned away', () => {
  const { switchboard, transport } = setUp()
  for (let i = 0; i < 2000; i++) switchboard.accepted(i as LinkId, bob)
  assert.equal(transport.asked.filter((what) => what === 'close').length, 2000 - 1024)
})

const lockedRoom = 'f0'.repeat(16) as RoomId
const lockedInfo: Frame = { ...info, room: lockedRoom }
const keyOf = (digits: string) => digits.repeat(16) as RoomKey
const shownKey = (digits: string): Shown => ({ room: lockedRoom, key: keyOf(digits) })

/** A neighbour that lets in who knows this key, and answers with `reply`. */
function lockedSetUp(
  shows: readonly Shown[],
  lets: (showing: unknown) => boolean,
  reply: Frame = lockedInfo,
  isInvited = false,
) {
  const parts = setUp(bobAddr, { shows, isInvited })
  const { transport, switchboard } = parts
  const showing: unknown[] = []
  const last = (): unknown => showing.at(-1)
  transport.onDial = (link, _addr, shown) => {
    showing.push(shown && 'key' in shown ? shown.key : shown?.knock)
    queueMicrotask(() => {
      switchboard.opened(link, bob)
      if (!lets(last())) switchboard.closed(link, 'locked')
    })
  }
  transport.onSend = (link, frame) => {
    if (frame.type === 'hello' && lets(last())) queueMicrotask(() => switchboard.received(link, 1, reply))
  }
  return { ...parts, showing }
}

test('keys are shown one after the other, until one lets this node in', async () => {
  const shows = [shownKey('a1'), shownKey('b2'), 'nothing' as const]
  const { start, showing, clock } = lockedSetUp(shows, (key) => key === keyOf('b2'))
  const { room, keys } = await start()
  assert.deepEqual([room, keys], [lockedRoom, [keyOf('b2')]])
  assert.deepEqual(showing, [keyOf('a1'), keyOf('b2')])
  assert.equal(clock.armed, 0)
})

test('who is not let in for anything that is shown is told so: the invitation is wrong, or one is needed', async () => {
  const none = () => false
  const invited = lockedSetUp([shownKey('a1')], none, lockedInfo, true)
  const message = /^this invitation does not open this room: /
  await assert.rejects(invited.start(), { code: 'ERR_LOCKED', message })
  const stranger = lockedSetUp(['nothing'], none)
  await assert.rejects(stranger.start(), { code: 'ERR_LOCKED', message: /ask a member for an invitation/ })
  assert.deepEqual(stranger.showing, [undefined])
})

test('a locked room that is offered without its key is not joined, nor any room but that of the key', async () => {
  const all = () => true
  const offered = lockedSetUp(['nothing'], all)
  await assert.rejects(offered.start(), {
    code: 'ERR_LOCKED',
    message: /offers a locked room without its key: it was not joined/,
  })
  for (const room of [roomId, 'f1'.repeat(16) as RoomId])
    await assert.rejects(lockedSetUp([shownKey('a1')], all, { ...info, room }).start(), {
      code: 'ERR_OTHER_ROOM',
    })
  const open = lockedSetUp([shownKey('a1'), 'nothing'], (key) => key === undefined, info)
  assert.deepEqual((await open.start()).keys, [])
})

test('one that was kept is given the new key, which the core takes later, and goes on', async () => {
  const parts = lockedSetUp([shownKey('a1')], () => true)
  const { transport, switchboard } = parts
  transport.onSend = (link, frame) => {
    if (frame.type !== 'hello') return
    queueMicrotask(() => {
      switchboard.received(link, 1, { type: 'key', key: keyOf('b2') })
      switchboard.received(link, 1, lockedInfo)
    })
  }
  assert.deepEqual((await parts.start()).keys, [keyOf('a1')])
})

test('a home that holds a later key shows it where an older one is refused', async () => {
  const parts = lockedSetUp([shownKey('a1'), shownKey('b2')], () => true)
  const { transport, switchboard, showing } = parts
  transport.onSend = (link, frame) => {
    if (frame.type !== 'hello') return
    const isOld = showing.at(-1) === keyOf('a1')
    const reply: Frame = isOld ? { type: 'bye', reason: 'rekeyed' } : lockedInfo
    queueMicrotask(() => switchboard.received(link, 1, reply))
  }
  assert.deepEqual((await parts.start()).keys, [keyOf('b2')])
})

test('one that was not kept, or was removed, is told so', async () => {
  for (const [reason, message] of [
    ['rekeyed', /has another key: ask a member for a new invitation/],
    ['removed', /this node was removed/],
  ] as const) {
    const { start } = lockedSetUp([shownKey('a1')], () => true, { type: 'bye', reason })
    await assert.rejects(start(), { code: 'ERR_LOCKED', message })
  }
})

test('a knock brings no other key into a room that the home holds', async () => {
  const { start, switchboard, transport } = setUp(bobAddr, {
    shows: [{ knock: 'Ann' }],
    isHeld: (room) => room === lockedRoom,
  })
  transport.onDial = (link) =>
    queueMicrotask(() => {
      switchboard.opened(link, bob)
      switchboard.received(link, 1, { type: 'admitted', room: lockedRoom, key: keyOf('c3') })
    })
  await assert.rejects(start(), {
    code: 'ERR_LOCKED',
    message: /another key for a room that this home holds/,
  })
})

test('one that knocks waits ten minutes, and comes in with the key that it is given', async () => {
  const shows: Shown[] = ['nothing', { knock: 'Ann' }]
  const { start, showing, clock, switchboard, transport, states } = lockedSetUp(
    shows,
    (shown) => shown !== undefined,
  )
  let knocked: LinkId | undefined
  const dial = transport.onDial
  transport.onDial = (link, addr, shown) => {
    if (shown && 'knock' in shown) knocked = link
    dial(link, addr, shown)
  }
  const found = start()
  await settle()
  assert.deepEqual(states, ['trying', 'knocking'])
  clock.pass(599_000)
  await settle()
  assert.ok(knocked)
  switchboard.received(knocked, 1, { type: 'admitted', room: lockedRoom, key: keyOf('c3') })
  assert.deepEqual((await found).keys, [keyOf('c3')])
  assert.deepEqual(showing, [undefined, 'Ann', keyOf('c3')])
  assert.deepEqual(transport.asked.filter((what) => what === 'send hello').length, 2)
})

test('one that knocks and is denied, forgotten, or given an open room, is not let in', async () => {
  for (const [end, message] of [
    ['denied', /^a member turned this node away: /],
    ['expired', /^nobody let this node in: no member answered/],
    ['forgotten', /^nobody let this node in: no member answered/],
    ['gone', / is gone before anybody answered: /],
    ['unheard', / is in a locked room and takes no knock now: /],
    ['admitted, and rekeyed', / is in a locked room: ask a member for an invitation/],
    ['open', /offers a locked room without its key/],
  ] as const) {
    const { start, clock, switchboard, transport } = setUp(bobAddr, { shows: [{ knock: 'Ann' }] })
    let link = 0 as LinkId
    transport.onDial = (dialled) => {
      link = dialled
      queueMicrotask(() => switchboard.opened(dialled, bob))
    }
    const found = start()
    found.catch(() => {})
    await settle()
    if (end === 'expired') clock.pass(599_000)
    if (end === 'denied' || end === 'expired')
      switchboard.received(link, 1, { type: 'bye', reason: 'denied' })
    else if (end === 'gone') switchboard.closed(link, 'closed')
    else if (end === 'unheard') switchboard.closed(link, 'locked')
    else if (end === 'admitted, and rekeyed') {
      switchboard.received(link, 1, { type: 'admitted', room: lockedRoom, key: keyOf('c3') })
      await settle()
      switchboard.closed(link, 'locked')
    } else if (end === 'open')
      switchboard.received(link, 1, { type: 'admitted', room: roomId, key: keyOf('c3') })
    else clock.pass(600_000)
    await assert.rejects(found, { code: 'ERR_LOCKED', message })
    assert.equal(clock.armed, 0)
  }
})
