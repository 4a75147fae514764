// Reading back at the prompt: /search, /history of a day, /more, /clear, and the line before what is new (cli.md).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prompt, sit } from './chats.ts'
import { FakeRoom, bobId, makeMessage } from './fake-room.ts'
import { FakeTerminal } from './fake-terminal.ts'

function roomWith(count: number): FakeRoom {
  const room = new FakeRoom()
  for (let n = 1; n <= count; n++)
    room.stored.push(
      makeMessage({ id: `${bobId}:${n}`, ts: n, text: `tea ${n}`, time: new Date(2026, 10, 1, 12, n) }),
    )
  return room
}

test('/search shows the newest first, page by page, /more goes on, and Ctrl-C ends a search', async () => {
  const room = roomWith(30)
  const terminal = new FakeTerminal(100, 24)
  const { code } = sit(room, { history: 0 }, terminal)
  await terminal.shows((text) => text.endsWith(prompt) && text.includes('is in the room'), 'the room')
  terminal.type('/search TEA\r')
  await terminal.shows((text) => text.includes('older ones: /more'), 'a page')
  assert.match(terminal.text, /\/\/\/ the newest 20 that were found, newest first:\n\/\/\/ > /)
  assert.match(terminal.text, /\[2026-11-01 12:30\]: tea 30\n\/\/\/ > Bob\S+ 12:29\]: tea 29\n/)
  assert.ok(!terminal.text.includes('tea 10\n'))
  terminal.type('/more\r')
  await terminal.shows((text) => text.includes('no more: 30 messages found'), 'the end')
  assert.match(terminal.text, /tea 10\n/)
  terminal.type('/search nothing\r')
  await terminal.shows((text) => text.includes('no message has these words'), 'nothing')
  let go = (): void => {}
  room.searching = new Promise((resolve) => (go = resolve))
  terminal.type('/search tea\r\u0003')
  go()
  await terminal.shows((text) => text.includes('the search was stopped'), 'the end of the search')
  terminal.type('/clear\r')
  await terminal.shows((text) => text.trim() === prompt, 'an empty screen')
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('a page of /search has as many messages as fit when long lines are wrapped', async () => {
  const room = roomWith(0)
  for (let n = 1; n <= 12; n++)
    room.stored.push(makeMessage({ ts: n, text: `tea ${n} ${'long '.repeat(50)}` }))
  const terminal = new FakeTerminal(100, 24)
  const { code } = sit(room, { history: 0 }, terminal)
  await terminal.shows((text) => text.endsWith(prompt) && text.includes('is in the room'), 'the room')
  // Each takes three or four rows of the 20.
  terminal.type('/search tea\r')
  await terminal.shows((text) => /the newest [56] that were found, newest first:\n/.test(text), 'a page')
  terminal.type('/more\r/more\r')
  await terminal.shows((text) => text.includes('no more: 12 messages found'), 'the end')
  for (let n = 1; n <= 12; n++) assert.equal(terminal.text.split(`tea ${n} `).length, 2)
  terminal.type('/search "tea 7"\r')
  await terminal.shows((text) => text.includes('1 message found, newest first:'), 'a short one')
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('/history of a day shows it from its beginning', async () => {
  const room = roomWith(30)
  room.stored.push(
    makeMessage({ id: `${bobId}:31`, ts: 31, text: 'the day after', time: new Date(2026, 10, 2) }),
  )
  const terminal = new FakeTerminal(100, 24)
  const { code } = sit(room, { history: 0 }, terminal)
  await terminal.shows((text) => text.endsWith(prompt) && text.includes('is in the room'), 'the room')
  terminal.type('/history 2026-11-01\r')
  await terminal.shows((text) => text.includes('10 messages more on Sun Nov 01 2026: /more'), 'a page')
  assert.match(terminal.text, /Sun Nov 01 2026: 30 messages\n.*\[12:01\]: tea 1\n/)
  terminal.type('/more\r')
  await terminal.shows((text) => /tea 30\n/.test(text), 'the rest')
  assert.ok(!terminal.text.includes('the day after'))
  terminal.type('/history 2026-02-30\r/history 2026-10-01\r')
  await terminal.shows((text) => text.includes('nothing was said on Thu Oct 01 2026'), 'an empty day')
  assert.match(terminal.text, /or a day: 2026-11-01, today or yesterday/)
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('a line stands before what is new, once, and the place is kept', async () => {
  const room = roomWith(5)
  let place: { id: string; ts: number } | undefined = { id: `${bobId}:3`, ts: 3 }
  const seenIn = () => ({ read: () => place, keep: (now: typeof place) => (place = now) })
  const sat = sit(room, { seenIn })
  await sat.terminal.shows((text) => text.includes('tea 5\n'), 'the history')
  assert.match(sat.terminal.text, /tea 3\n\/\/\/ ---- 2 new messages ----\n.*tea 4\n/)
  room.hear(makeMessage({ id: `${bobId}:6`, ts: 6, text: 'live' }))
  await sat.terminal.shows((text) => text.includes('live'), 'a live message')
  sat.terminal.type('\u0004')
  await sat.code
  assert.deepEqual(place, { id: `${bobId}:6`, ts: 6 })
  assert.equal(sat.terminal.text.split('new message').length, 2)

  const again = sit(roomWith(6), { seenIn })
  await again.terminal.shows((text) => text.includes('tea 6\n'), 'the history')
  assert.ok(!again.terminal.text.includes('new message'))
  again.terminal.type('\u0004')
  await again.code

  place = { id: `${bobId}:1`, ts: 1 }
  const few = sit(roomWith(6), { seenIn, history: 2 }, new FakeTerminal(100, 24))
  await few.terminal.shows((text) => text.includes('tea 6\n'), 'the history')
  assert.match(few.terminal.text, /---- 2 new messages; \/history shows those before ----\n.*\n.*tea 5\n/)
  few.terminal.type('\u0004')
  await few.code
})
