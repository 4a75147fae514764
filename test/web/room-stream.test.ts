// What a reader is told when it comes, and comes back: all that stands, because it may have missed how it ended.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PageNotices } from '../../src/ui/web/page-notices.ts'
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

test('notices come in the order of causes, tell people with one name apart, and say who has another name', () => {
  const room = new FakeRoom()
  const [bob, other] = ['b', 'c'].map((digit, i) => ({
    id: digit.repeat(32),
    name: 'Bob',
    address: `10.0.0.${i + 2}:4000`,
    leader: i === 0,
  }))
  assert.ok(bob && other)
  room.others = [bob, other]
  room.leader = { ...bob, term: 1 }
  const told: string[] = []
  const notices = new PageNotices(room, (text) => told.push(text))
  const who = (id: string): never => ({ uid: id, name: 'Bob', addr: '10.0.0.3:4000' }) as never
  // Its name changed: nobody else leads.
  notices.hear({ text: '', line: { type: 'leader', who: who(bob.id), term: 1 } })
  assert.deepEqual(told, [])
  notices.hear({ text: '', line: { type: 'leader', who: who(other.id), term: 2 } })
  assert.deepEqual(told, [], 'the end of the leader of before is told first')
  notices.hear({ text: '', line: { type: 'died', who: who(bob.id), why: 'closed' } as never })
  assert.equal(told.length, 2)
  assert.match(told[0] ?? '', /^Bob\[bbbb\]\(10\.0\.0\.3:4000\) is gone/)
  assert.match(told[1] ?? '', /^Bob\[cccc\].* leads the room now$/)
  room.others = [{ ...other, name: 'Rob' }]
  notices.membersChanged()
  notices.membersChanged()
  assert.match(told[2] ?? '', /^Bob\[cccc\] is now Rob$/)
  assert.equal(told.length, 3)
  notices.end()
  notices.hear({ text: 'more' })
  assert.equal(told.length, 3)
})
