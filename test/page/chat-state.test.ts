// The chat of the page, as events make it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChatState } from '../../page/model/chat-state.ts'
import { rowsOf } from '../../page/model/rows.ts'
import { Transcript } from '../../page/model/transcript.ts'
import type { MessageEvent } from '../../src/chat/room-event.ts'
import { FixtureRoom } from './fixture-room.ts'

function opened(history = 10): { chat: ChatState; room: FixtureRoom } {
  const room = new FixtureRoom(5, history)
  const chat = new ChatState()
  for (const event of room.begin(0, false)) if (isOfChat(event)) chat.take(event, 0)
  chat.take({ type: 'live' }, 0)
  return { chat, room }
}

type Taken = Parameters<ChatState['take']>[0]
function isOfChat(event: { type: string }): event is Taken {
  return !['node', 'frame', 'token', 'log', 'missed', 'watched'].includes(event.type)
}

function idsOf(chat: ChatState): string[] {
  return chat.transcript.messages.map(({ id }) => id)
}

test('a stream that begins again repeats nothing', () => {
  const { chat, room } = opened()
  const before = idsOf(chat)
  assert.equal(before.length, 10)
  for (const event of room.begin(0, false)) if (isOfChat(event)) chat.take(event, 0)
  assert.deepEqual(idsOf(chat), before)
  assert.equal(chat.unread, 0)
})

test('a late message stands where its time says', () => {
  const { chat, room } = opened()
  const late: MessageEvent = { ...room.message(3), id: 'x:1:1', late: true, history: false }
  chat.take(late, 0)
  assert.equal(idsOf(chat).indexOf('x:1:1'), 4)
})

test('an own message is sending, then sent', () => {
  const { chat, room } = opened()
  const { message } = room.say(room.self, 'hello')
  chat.take({ type: 'pending', id: message.id, text: 'hello', action: false }, 0)
  assert.equal(chat.pending.size, 1)
  chat.take(message, 0)
  assert.equal(chat.pending.size, 0)
  assert.equal(chat.stateOf(message), 'ordered')
  chat.take({ type: 'sent', id: message.id }, 0)
  assert.equal(chat.stateOf(message), 'sent')
})

test('what comes while nobody looks is counted, and marked', () => {
  const { chat, room } = opened()
  chat.watch(false)
  const other = room.leader
  chat.take(room.say(other, 'one').message, 0)
  chat.take(room.say(other, 'two, Bob').message, 0)
  chat.take(room.say(room.self, 'own').message, 0)
  assert.deepEqual([chat.unread, chat.unreadMentions], [2, 1])
  const rows = rowsOf(chat)
  const marked = Array.from({ length: rows.count }, (_, i) => rows.at(i)).flatMap((row) =>
    row.type === 'message' && row.isFirstUnread ? [row.message.text] : [],
  )
  assert.deepEqual(marked, ['one'])
  chat.watch(true)
  assert.equal(chat.unread, 0)
})

test('a stream that begins anew tells what stands: what it does not tell is over', () => {
  const { chat, room } = opened()
  const begin = (): void => {
    const [ready] = room.begin(room.count, false)
    assert.ok(ready?.type === 'ready')
    chat.take(ready, 0)
  }
  const bob = room.members[2]
  assert.ok(bob)
  const placed = room.say(room.self, 'placed').message
  const gone = { type: 'pending', id: `${room.self}:1:900`, text: 'gone', action: false } as const
  chat.take({ type: 'pending', id: placed.id, text: 'placed', action: false }, 0)
  chat.take(placed, 0)
  chat.take(gone, 0)
  chat.take({ type: 'away', id: bob.id, text: 'lunch' }, 0)
  chat.take({ type: 'knock', number: 1, ...bob }, 0)
  assert.equal(chat.stateOf(placed), 'ordered')
  begin()
  assert.deepEqual([chat.pending.size, chat.away.size, chat.knocks.length], [0, 0, 0])
  assert.equal(chat.stateOf(placed), 'sent')
  // It has its place here already, and is not sent yet.
  chat.take({ type: 'pending', id: placed.id, text: 'placed', action: false }, 0)
  assert.deepEqual([chat.stateOf(placed), chat.pending.size], ['ordered', 0])
  chat.take({ type: 'sent', id: placed.id }, 0)
  assert.equal(chat.stateOf(placed), 'sent')
  chat.take({ type: 'knock', number: 2, ...bob }, 0)
  chat.take({ type: 'knock', number: 2, ...bob, ended: true }, 0)
  assert.deepEqual(chat.knocks, [])
})

test('rows have messages, and notices where they came', () => {
  const { chat, room } = opened(3)
  chat.take({ type: 'notice', text: 'a' }, 0)
  chat.take({ type: 'notice', text: 'b' }, 0)
  const { message } = room.say(room.leader, 'after')
  chat.take(message, 0)
  chat.take({ type: 'notice', text: 'c' }, 0)
  const rows = rowsOf(chat)
  const all = Array.from({ length: rows.count }, (_, i) => rows.at(i))
  const shown = all.map((row) =>
    row.type === 'message' ? row.message.id : row.aside.kind === 'notice' ? row.aside.text : '',
  )
  assert.deepEqual(shown, [...idsOf(chat).slice(0, 3), 'a', 'b', message.id, 'c'])
  assert.deepEqual(
    all.map(({ key }) => key),
    all.map((_, i) => rows.keyOf(i)),
  )
  assert.equal(rows.indexOf(message.id), 5)
  // Older ones come before all of it.
  chat.takeOlder([{ ...room.message(0), id: 'old:1:1', ts: 1 }])
  assert.equal(rowsOf(chat).indexOf(message.id), 6)
})

test('days divide, and minutes join', () => {
  const { chat, room } = opened(0)
  const base = room.message(0)
  const times = [
    '2026-11-27T10:00:00',
    '2026-11-27T10:02:00',
    '2026-11-27T10:30:00',
    '2026-11-28T10:31:00',
    'never',
  ]
  times.forEach((time, i) => chat.take({ ...base, id: `x:1:${i}`, ts: 100 + i, time }, 0))
  const rows = rowsOf(chat)
  const all = Array.from({ length: rows.count }, (_, i) => rows.at(i))
  const messages = all.flatMap((row) => (row.type === 'message' ? [row] : []))
  assert.deepEqual(
    messages.map(({ day }) => day),
    ['2026-11-27', undefined, undefined, '2026-11-28', undefined],
  )
  assert.deepEqual(
    messages.map(({ isFollowing }) => isFollowing),
    [false, true, false, false, false],
  )
})

test('two with one name are told apart', () => {
  const { chat, room } = opened()
  assert.equal(chat.isShared('Ann'), false)
  chat.take({ ...room.say(room.self, 'x').message, id: 'y:1:1', author: 'f'.repeat(32), name: 'ann' }, 0)
  assert.equal(chat.isShared('Ann'), true)
})

test('the transcript is bounded, and says when there is no more', () => {
  const room = new FixtureRoom(3, 400)
  const transcript = new Transcript(100)
  for (let i = 200; i < 305; i++) transcript.add(room.message(i))
  assert.ok(transcript.messages.length <= 100)
  assert.equal(transcript.messages.at(-1)?.id, room.message(304).id)
  const first = transcript.messages[0]?.id ?? ''
  const older = Array.from({ length: 20 }, (_, i) => room.message(Number(first.split(':')[2]) - 20 + i))
  assert.equal(transcript.addOlder(older), 20)
  assert.equal(transcript.isFull, true)
  assert.equal(transcript.hasAll, false)
  transcript.addOlder([])
  assert.equal(transcript.hasAll, true)
})
