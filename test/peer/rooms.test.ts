// Sessions over the real core and a network in memory: several rooms in one process.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'

import { defaultConfig } from '../../src/core/model/config.ts'
import {
  makeInc,
  type Address,
  type RoomId,
  type RoomKey,
  type RoomKeyId,
  type Uid,
} from '../../src/core/model/ids.ts'
import { initialState, snapshot, step } from '../../src/core/index.ts'
import type { Message } from '../../src/peer/room.ts'
import { Session } from '../../src/peer/session.ts'
import { openMemoryStore } from '../../src/store/memory-store.ts'
import { simNotary } from '../../sim/world/notary.ts'
import { Hub, HubTransport, realClock } from './hub.ts'
import { FakeDirect, FakeFiles, FakeWatching } from '../terminal/fake-direct.ts'

const room = '7'.repeat(32) as RoomId
const deadlineMs = 20_000

function addressOf(n: number): Address {
  return `127.0.0.1:${4000 + n}` as Address
}

/** Node n; its uid is its number, so that the largest is known. */
async function open(context: TestContext, hub: Hub, n: number, contact?: number) {
  const uid = String(n).padStart(32, '0') as Uid
  const inc = makeInc(1, String(n).padStart(16, '0'))
  const addr = addressOf(n)
  const transport = new HubTransport(hub, addr, uid)
  const store = openMemoryStore({ room, copies: 3 })
  const state = initialState({
    uid,
    inc,
    name: `n${n}`,
    addr,
    room,
    copies: 3,
    durable: false,
    seed: n,
    config: defaultConfig,
    stored: store.stored,
    notary: simNotary,
  })
  const session = new Session({
    core: {
      step: (event) => step(state, event),
      glance: () => snapshot(state),
      unsent: () => state.outbox.map(({ part }) => part),
    },
    transport,
    store,
    home: { uid, inc, mintInc: () => Promise.reject(new Error('no copy of this identity is about')) },
    clock: realClock,
    self: { uid, inc, name: `n${n}`, addr },
    listening: addr,
    addressFor: (listening) => listening,
    noticeOf: () => undefined,
    invitationOf: () => '',
    newKey: () => '' as RoomKey,
    nameKey: () => '' as RoomKeyId,
    direct: new FakeDirect(),
    files: new FakeFiles(),
    watching: new FakeWatching(),
    entering: () => Promise.resolve(),
    release: async (error) => {
      await transport.stop()
      return error
    },
  })
  store.attach(session.storeSink)
  await transport.listen(session.transportSink)
  session.start(
    contact === undefined
      ? { type: 'started', mode: 'create', contacts: [] }
      : { type: 'started', mode: 'join', contacts: [addressOf(contact)] },
  )
  context.after(() => session.leave({ waitMs: 0 }))
  await within(session.entered, `n${n} entered`)
  return { session, transport }
}

async function within<T>(what: Promise<T>, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name}: not within ${deadlineMs} ms`)), deadlineMs)
  })
  try {
    return await Promise.race([what, late])
  } finally {
    clearTimeout(timer)
  }
}

async function take(session: Session, count: number): Promise<string[]> {
  const got: Message[] = []
  for await (const message of session.messages()) {
    got.push(message)
    if (got.length === count) break
  }
  return got.map(({ ts, id }) => `${ts} ${id}`)
}

test('three rooms chat at once and read the same', async (context) => {
  const hub = new Hub()
  const one = await open(context, hub, 1)
  await within(one.session.say('alone'), 'alone')
  const rooms = [one, await open(context, hub, 2, 1), await open(context, hub, 3, 2)]
  const said = rooms.flatMap(({ session }) =>
    Array.from({ length: 200 }, (_, i) => session.say(`${session.self.name} ${i}`)),
  )
  await within(Promise.all(said), 'all sent')
  const [first, ...others] = await within(
    Promise.all(rooms.map(({ session }) => take(session, 601))),
    'all read',
  )
  for (const other of others) assert.deepEqual(other, first)
  assert.deepEqual(
    rooms.map(({ session }) => session.members.length),
    [3, 3, 3],
  )
})

test('the leader is killed while all send messages: nothing is lost or doubled', async (context) => {
  const hub = new Hub()
  const rooms = [await open(context, hub, 1)]
  for (const n of [2, 3, 4]) rooms.push(await open(context, hub, n, 1))
  const survivors = rooms.slice(1)
  const reading = survivors.map(({ session }) => take(session, 300))
  const said: Promise<unknown>[] = []
  for (let i = 0; i < 100; i++) {
    for (const { session } of survivors) said.push(session.say(`${session.self.name} ${i}`))
    if (i === 50) rooms[0]?.transport.kill()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await within(Promise.all(said), 'all sent')
  const [first, ...others] = await within(Promise.all(reading), 'all read')
  assert.equal(new Set(first?.map((line) => line.split(' ')[1])).size, 300)
  for (const other of others) assert.deepEqual(other, first)
  for (const { session } of survivors) assert.equal(session.leader?.name, 'n4')
})

test('the leader leaves on purpose: another leads and the history stays', async (context) => {
  const hub = new Hub()
  const one = await open(context, hub, 1)
  const two = await open(context, hub, 2, 1)
  const three = await open(context, hub, 3, 1)
  await within(one.session.say('goodbye'), 'goodbye')
  assert.deepEqual(await within(one.session.leave(), 'leaving'), { unsent: 0, kept: true })
  await within(Promise.all([two.session.say('x'), three.session.say('y')]), 'said after')
  const readings = [two, three].map(({ session }) => take(session, 3))
  const [first, second] = await within(Promise.all(readings), 'all read')
  assert.deepEqual(first, second)
  assert.deepEqual(
    two.session.members.map(({ name }) => name),
    three.session.members.map(({ name }) => name),
  )
})
