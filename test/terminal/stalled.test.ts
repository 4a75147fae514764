// A chat at a modelled terminal that stops reading: what waits, what is left out, how it ends.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitingMax } from '../../src/ui/terminal/stdio.ts'
import { Collected, pipe, prompt, sit } from './chats.ts'
import { FakeRoom, bobId, makeMessage } from './fake-room.ts'
import { FakeTerminal } from './fake-terminal.ts'

/** Until what was typed has had its effect. */
function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done))
}

/** More notices than may wait, and how many that is. */
function tellTooMuch(room: FakeRoom): number {
  const text = 'x'.repeat(50_000)
  const count = Math.ceil(waitingMax / text.length) * 2
  for (let i = 0; i < count; i++) room.emit('notice', { text: `${i} ${text}` })
  return count
}

function sayMuch(room: FakeRoom): string[] {
  const said: string[] = []
  for (let i = 1; i <= 500; i++) {
    const text = `message ${i}`
    room.hear(makeMessage({ id: `${bobId}:${i}`, ts: i, text }))
    said.push(`> Bob(10.0.0.2:4000)[${i}]: ${text}`)
  }
  return said
}

test('no message is left out, and the number of notices left out is shown', async () => {
  const room = new FakeRoom()
  const { code, terminal } = sit(room, {}, new FakeTerminal(100_000))
  await terminal.shows((text) => text.endsWith(prompt), 'the prompt')
  terminal.stopReading()
  const said = sayMuch(room)
  const told = tellTooMuch(room)
  terminal.type('while it stands')
  room.rename('Anna')
  assert.ok(terminal.output.writableLength < waitingMax * 1.1, `${terminal.output.writableLength} wait`)
  terminal.readAgain()
  const isLast = (text: string) => text.endsWith('> Anna(10.0.0.1:4000): while it stands')
  await terminal.shows((text) => isLast(text) && text.includes(said.at(-1) ?? ''), 'all and the prompt')
  const lines = terminal.text.split('\n')
  assert.deepEqual(
    lines.filter((line) => line.startsWith('> Bob')),
    said,
  )
  const [, leftOut] = / (\d+) notices left out, but no message$/m.exec(terminal.text) ?? []
  const shown = lines.filter((line) => /^\/\/\/ \d+ xxx/.test(line)).length
  assert.ok(Number(leftOut) > 0)
  assert.equal(shown + Number(leftOut), told)
  terminal.type('\u0015//exit\r')
  assert.equal(await code, 0)
})

test('a terminal that does not read is not drawn on; when it reads it is drawn on once', async () => {
  const room = new FakeRoom()
  const { code, terminal } = sit(room)
  await terminal.shows((text) => text.endsWith(prompt), 'the prompt')
  terminal.stopReading()
  terminal.type('a')
  await turn()
  const waiting = terminal.output.writableLength
  for (let i = 0; i < 500; i++) {
    terminal.type('b\u007f')
    room.rename(`Ann${i}`)
    await turn()
  }
  terminal.type('c\u001b[D')
  await turn()
  assert.equal(terminal.output.writableLength, waiting)
  terminal.readAgain()
  await terminal.shows((text) => text.endsWith('> Ann499(10.0.0.1:4000): ac'), 'the prompt as it is now')
  assert.equal(terminal.beforeCursor, '> Ann499(10.0.0.1:4000): a')
  terminal.type('\u0005\u0015//exit\r')
  assert.equal(await code, 0)
})

test('after a signal the program does not wait for pending output', async () => {
  const room = new FakeRoom()
  const { run, code, terminal } = sit(room)
  await terminal.shows((text) => text.endsWith(prompt), 'the prompt')
  terminal.stopReading()
  sayMuch(room)
  const from = performance.now()
  run.signalled(143)
  assert.equal(await code, 143)
  assert.ok(performance.now() - from < 900)
})

test('leaving waits until the terminal reads, and puts its modes back; Ctrl-C ends the waiting', async () => {
  for (const isInterrupted of [false, true]) {
    const room = new FakeRoom()
    const { code, terminal } = sit(room)
    await terminal.shows((text) => text.endsWith(prompt), 'the prompt')
    terminal.stopReading()
    room.emit('notice', { text: 'it waits' })
    terminal.type('//exit\r')
    await room.left
    assert.equal(await Promise.race([code, turn().then(() => 'waiting')]), 'waiting')
    if (isInterrupted) terminal.type('\u0003')
    else terminal.readAgain()
    assert.equal(await code, isInterrupted ? 130 : 0)
    if (isInterrupted) continue
    assert.equal(terminal.isRaw, false)
    assert.equal(terminal.takesPastes, false)
    assert.ok(terminal.text.endsWith('/// it waits'))
  }
})

test('a program at a pipe is spared nothing, however late it reads', async () => {
  const room = new FakeRoom()
  const output = new Collected()
  output.cork()
  const { code, input } = pipe(room, { output, json: true })
  await turn()
  const told = tellTooMuch(room)
  output.uncork()
  await output.until((text) => text.includes(`"${told - 1} x`), 'the last notice')
  assert.equal(output.lines.filter((line) => /"text":"\d+ xxx/.test(line)).length, told)
  input.end()
  assert.equal(await code, 0)
})
