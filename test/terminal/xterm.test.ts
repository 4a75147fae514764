// A whole chat over a room in memory, at the terminal of xterm.js: its widths are not ours.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChatRun } from '../../src/ui/terminal/chat-run.ts'
import { prompt, setupOf } from './chats.ts'
import { FakeRoom, makeMessage } from './fake-room.ts'
import { Xterm } from './xterm.ts'

function sitAt(terminal: Xterm, room: FakeRoom): { code: Promise<number>; run: ChatRun } {
  const run = new ChatRun(setupOf(room, { input: terminal.input, output: terminal.output }))
  return { code: run.run(), run }
}

for (const [what, text] of [
  ['signs that ask to be wide', '❤️ ☀️ ✈️ 1️⃣ '.repeat(8)],
  ['Devanagari', 'की नमस्ते दुनिया क्षि '.repeat(6)],
  ['joined emoji', '👩‍👩‍👧‍👦👍🏽🇩🇪'.repeat(8)],
  ['Chinese', '你好，世界。'.repeat(12)],
] as const)
  for (const columns of [40, 47, 60])
    test(`${what}, typed at ${columns} columns: no message is erased, and nothing stays behind`, async () => {
      const room = new FakeRoom()
      const terminal = new Xterm(columns)
      const { code, run } = sitAt(terminal, room)
      await terminal.shows((rows) => rows.at(-1) === prompt, 'the prompt')
      const before = terminal.rows.slice(0, -1)
      terminal.type(text)
      for (let ts = 1; ts <= 5; ts++) {
        room.hear(makeMessage({ ts, text: `m${ts}` }))
        await terminal.shows((rows) => rows.includes(`> Bob(10.0.0.2:4000)[${ts}]: m${ts}`), 'the message')
        // Left, and a message while the cursor stands inside the text.
        terminal.type('\u001b[D')
      }
      terminal.type('\u0015\u000b')
      await terminal.shows((rows) => rows.at(-1) === prompt, 'the prompt alone')
      const day = '/// -- Sun Nov 22 2026 --'
      const messages = [1, 2, 3, 4, 5].map((ts) => `> Bob(10.0.0.2:4000)[${ts}]: m${ts}`)
      assert.deepEqual(terminal.rows, [...before, day, ...messages, prompt])
      run.signalled(130)
      assert.equal(await code, 130)
    })

test('the cursor stands behind what is left of it, however wide that is', async () => {
  const terminal = new Xterm(60)
  const { code, run } = sitAt(terminal, new FakeRoom())
  terminal.type('❤️की👩‍👧xyz\u001b[D\u001b[D')
  await terminal.shows(() => terminal.beforeCursor.endsWith('x'), 'the cursor behind the x')
  assert.equal(terminal.beforeCursor, `${prompt} ❤️की👩‍👧x`)
  run.signalled(130)
  assert.equal(await code, 130)
})

test('on a terminal that cuts its rows when it becomes narrower no message is erased', async () => {
  const terminal = new Xterm(80)
  const room = new FakeRoom()
  const { code, run } = sitAt(terminal, room)
  await terminal.shows((rows) => rows.at(-1) === prompt, 'the prompt')
  for (let ts = 1; ts <= 3; ts++) room.hear(makeMessage({ ts, text: `m${ts}` }))
  const text = Array.from({ length: 26 }, (_, i) => `w${String(i).padStart(2, '0')}`).join('')
  terminal.type(text)
  await terminal.shows((rows) => rows.join('').endsWith('w25') && rows.join('').includes('m3'), 'all')
  for (const columns of [50, 33, 47, 80]) {
    terminal.resize(columns)
    await terminal.shows((rows) => rows.join('').endsWith(`${prompt} ${text}`), 'the text')
    for (let ts = 1; ts <= 3; ts++)
      assert.ok(terminal.rows.includes(`> Bob(10.0.0.2:4000)[${ts}]: m${ts}`), `m${ts} at ${columns}`)
  }
  run.signalled(130)
  assert.equal(await code, 130)
})
