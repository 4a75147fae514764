// What a reader is told when it comes, and comes back: all that stands, because it may have missed how it ended.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LateOnes, streamRoom } from '../../src/ui/web/room-stream.ts'
import { FakeRoom } from '../terminal/fake-room.ts'

type Told = Record<string, unknown>

test('a reader that comes back is told what stands, as one that is new; the end of a knock is an event', () => {
  const room = new FakeRoom()
  const bob = { id: 'b'.repeat(32), name: 'Bob', address: '10.0.0.2:4000' }
  room.pending = [{ id: `${room.self.id}:1:7`, text: 'on its way', action: false }]
  room.direct.recent = [
    { id: 'p1', with: bob, text: 'for you', time: new Date(0), own: false, state: 'delivered' },
  ]
  room.knocking = [{ number: 3, ...bob }]
  for (const since of [undefined, `${bob.id}:1:1`]) {
    const told: Told[] = []
    const sink = {
      isOver: false,
      isFull: false,
      closed: new Promise<void>(() => {}),
      send: (line: string) => void told.push(JSON.parse(line) as Told),
      taken: () => Promise.resolve(),
      end: () => {},
    }
    const wish = { since, last: 10, ring: false, heartbeats: false }
    void streamRoom(room, sink, wish, new LateOnes(room), () => () => {})
    const types = told.map(({ type }) => type)
    assert.deepEqual(types.slice(0, 2), ['ready', 'members'])
    assert.deepEqual(types.slice(types.indexOf('pending')), ['pending', 'private', 'knock'])
    assert.equal(told.find(({ type }) => type === 'pending')?.['text'], 'on its way')
    const who = { uid: bob.id as never, name: bob.name, addr: bob.address as never }
    room.emit('log', { ts: 1, line: { type: 'knock', number: 3, who, state: 'denied' } })
    assert.deepEqual(told.at(-1), { type: 'knock', number: 3, ...bob, ended: true })
    const { length } = told
    room.emit('log', { ts: 1, line: { type: 'knock', number: 4, who, state: 'waits' } })
    assert.equal(told.length, length)
  }
})
