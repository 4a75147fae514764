// A whole chat over a room in memory: the prompt, the pipe, JSON, leaving and exit codes (cli.md).

import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { RingleaderError } from '../../src/peer/errors.ts'
import { ChatRun } from '../../src/ui/terminal/chat-run.ts'
import { FakeRoom, annId, bobId, makeMessage } from './fake-room.ts'
import { FakeTerminal } from './fake-terminal.ts'
import type { Address, Inc, Uid } from '../../src/core/ids.ts'
import type { ChatSetup } from '../../src/ui/terminal/chat-setup.ts'

/** A stream that keeps what is written; `until` waits for it, ten seconds at most. */
class Collected extends Writable {
  text = ''
  #looks: (() => void)[] = []
  constructor() {
    super({
      write: (chunk, _encoding, done) => {
        this.text += String(chunk)
        done()
        for (const look of this.#looks) look()
      },
    })
  }
  get lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }
  until(isThere: (text: string) => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never written: ${what}; but:\n${this.text}`)), 10_000)
      const look = () => {
        if (!isThere(this.text)) return
        clearTimeout(timer)
        this.#looks = this.#looks.filter((other) => other !== look)
        resolve()
      }
      this.#looks.push(look)
      look()
    })
  }
}

function setupOf(room: FakeRoom, given: Partial<ChatSetup>): ChatSetup {
  return {
    name: 'Ann',
    address: '10.0.0.1:4000',
    open: () => Promise.resolve(room),
    input: new PassThrough(),
    output: new Collected(),
    errors: new Collected(),
    json: false,
    canDraw: true,
    outputColour: false,
    errorColour: false,
    history: 'all',
    stay: false,
    timeoutMs: 10_000,
    verbose: false,
    log: () => {},
    suspend: () => {},
    exitNow: () => {},
    ...given,
  }
}

type Piped = { run: ChatRun; code: Promise<number>; input: PassThrough; output: Collected; errors: Collected }

function pipe(room: FakeRoom, given: Partial<ChatSetup> = {}): Piped {
  const input = new PassThrough()
  const output = new Collected()
  const errors = new Collected()
  const run = new ChatRun(setupOf(room, { input, output, errors, ...given }))
  return { run, code: run.run(), input, output, errors }
}

type Seated = { run: ChatRun; code: Promise<number>; terminal: FakeTerminal }

function sit(room: FakeRoom, given: Partial<ChatSetup> = {}, terminal = new FakeTerminal(60)): Seated {
  const { input, output } = terminal
  const run = new ChatRun(setupOf(room, { input, output, ...given }))
  return { run, code: run.run(), terminal }
}

const prompt = '> Ann(10.0.0.1:4000):'
const opening = [
  '/// Ann(10.0.0.1:4000) is in the room; 1 member, leader Ann(10.0.0.1:4000)',
  '/// others join with: ringleader -na 10.0.0.1 -np 4000',
  '/// the room is open: whoever reaches 10.0.0.1:4000 can join and read',
]

test('a pipe says its lines, in order, and leaves when all is sent', async () => {
  const room = new FakeRoom()
  const { code, input, output, errors } = pipe(room)
  input.end('one\n\n/me two\r\nthree')
  assert.equal(await code, 0)
  assert.deepEqual(output.lines, [
    ...opening,
    '> Ann(10.0.0.1:4000)[1]: one',
    '> Ann(10.0.0.1:4000)[2]: /me two',
    '> Ann(10.0.0.1:4000)[3]: three',
  ])
  assert.equal(errors.text, '')
  assert.ok(room.leftAfter !== undefined)
})

test('the end of the input waits for sent; what is not sent in time is 5', async () => {
  const room = new FakeRoom()
  room.sendsAtOnce = false
  const { code, input, errors } = pipe(room, { timeoutMs: 1 })
  input.end('one\n')
  assert.equal(await code, 5)
  assert.match(errors.text, /^ringleader: 1 message not known as sent; kept, and sent at the next start\n$/)
  assert.equal(room.leftAfter, 0)
})

test('sent in time is 0', async () => {
  const room = new FakeRoom()
  room.sendsAtOnce = false
  const { code, input } = pipe(room)
  room.on('pending', () => setImmediate(() => room.sendAll()))
  input.end('one\ntwo\n')
  assert.equal(await code, 0)
  assert.equal(room.posted.length, 2)
})

test('//exit leaves, and what follows is not said', async () => {
  const room = new FakeRoom()
  const { code, input } = pipe(room, { stay: true })
  input.write('one\n//exit\ntwo\n')
  assert.equal(await code, 0)
  assert.deepEqual(room.posted, [{ text: 'one', action: false }])
})

test('--stay stays at the end of the input until a signal comes', async () => {
  const room = new FakeRoom()
  const { run, code, input, output } = pipe(room, { stay: true })
  input.end('one\n')
  await output.until((text) => text.includes(': one'), 'the message')
  room.hear(makeMessage({ ts: 9, text: 'still there?' }))
  await output.until((text) => text.includes('still there?'), 'what was said later')
  run.signalled(143)
  assert.equal(await code, 143)
})

test('a line that is too long is named, not sent, and makes 0 a 1', async () => {
  const room = new FakeRoom()
  const { code, input, errors } = pipe(room)
  input.end(`ok\n${'x'.repeat(65_537)}\n${'\u00ff'.repeat(32_769)}\nend\n`)
  assert.equal(await code, 1)
  assert.deepEqual(
    room.posted.map(({ text }) => text),
    ['ok', 'end'],
  )
  assert.match(errors.text, /^ringleader: line 2 is longer than 65536 bytes: not sent\nringleader: line 3 is/)
})

test('a line that grows over the limit by its bad UTF-8 is not sent either', async () => {
  const room = new FakeRoom()
  const { code, input, errors } = pipe(room)
  input.end(Buffer.alloc(65_536, 0xff))
  assert.equal(await code, 1)
  assert.equal(room.posted.length, 0)
  assert.match(errors.text, /line 1 not sent: a message has at most/)
})

test('reading stops while the room does not take more', async () => {
  const room = new FakeRoom()
  room.takesAtOnce = false
  const { code, input, output } = pipe(room)
  await output.until((text) => text.includes('is in the room'), 'the opening')
  for (let i = 0; i < 5; i++) input.write(`${i} ${'x'.repeat(60_000)}\n`)
  input.end()
  while (room.posted.length < 5) {
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(room.waitingPosts <= 1)
    room.take()
  }
  assert.equal(await code, 0)
  assert.deepEqual(
    room.posted.map(({ text }) => text[0]),
    ['0', '1', '2', '3', '4'],
  )
})

test('history comes first, then live; the last n, none, or all', async () => {
  for (const [history, expected] of [
    ['all', ['a', 'b', 'c', 'new']],
    [2, ['b', 'c', 'new']],
    [0, ['new']],
  ] as const) {
    const room = new FakeRoom()
    for (const [i, text] of ['a', 'b', 'c'].entries()) room.hear(makeMessage({ ts: i + 1, text }))
    const { run, code, output } = pipe(room, { history, stay: true })
    await output.until((text) => text.includes('the room is open'), 'the opening')
    await new Promise((resolve) => setImmediate(resolve))
    room.hear(makeMessage({ ts: 9, text: 'new' }))
    await output.until((text) => text.includes('new'), 'the live message')
    assert.deepEqual(
      output.lines.slice(opening.length).map((line) => line.split(': ')[1]),
      expected,
    )
    run.signalled(130)
    assert.equal(await code, 130)
  }
})

test('--json: ready first, members, leader, then what happens', async () => {
  const room = new FakeRoom()
  room.hear(makeMessage({ ts: 1, text: 'before\u001b' }))
  const { code, input, output } = pipe(room, { json: true })
  await output.until((text) => text.includes('before'), 'the history')
  room.emit('notice', { text: 'x', line: { type: 'disk', state: 'freed' } })
  room.emit('members', room.members)
  room.emit('leader', room.leader)
  input.end('hi\n')
  assert.equal(await code, 0)
  const objects = output.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    objects.map(({ type }) => type),
    [
      'ready',
      'members',
      'leader',
      'notice',
      'notice',
      'notice',
      'message',
      'notice',
      'members',
      'leader',
      'sent',
      'message',
    ],
  )
  assert.deepEqual(objects[0], {
    type: 'ready',
    id: room.self.id,
    name: 'Ann',
    address: '10.0.0.1:4000',
    room: room.id,
  })
  const [before, own] = objects.filter(({ type }) => type === 'message')
  assert.deepEqual([before?.['history'], before?.['own'], before?.['text']], [true, false, 'before\u001b'])
  assert.deepEqual([own?.['history'], own?.['own'], own?.['text']], [false, true, 'hi'])
  assert.equal(objects.find(({ type }) => type === 'sent')?.['id'], own?.['id'])
  assert.equal(objects[7]?.['text'], 'there is room on the disk again')
  assert.ok(!output.text.includes('\u001b') && !output.text.includes('\u0007'))
})

test('a room that cannot be opened is one line on stderr and its exit code', async () => {
  const { code, output, errors } = pipe(new FakeRoom(), {
    open: () =>
      Promise.reject(new RingleaderError('ERR_UNREACHABLE', 'nobody answers at 10.0.0.9:4000\u001b')),
  })
  assert.equal(await code, 3)
  assert.equal(errors.text, 'ringleader: nobody answers at 10.0.0.9:4000\\u001b\n')
  assert.equal(output.text, '')
})

test('a room that ends by itself gives its exit code', async () => {
  const room = new FakeRoom()
  const { code, output, errors } = pipe(room)
  await output.until((text) => text.includes('the room is open'), 'the opening')
  room.break(new RingleaderError('ERR_COMMIT_FAILED', 'a commit failed'))
  assert.equal(await code, 1)
  assert.equal(errors.text, 'ringleader: a commit failed\n')
})

test('a reader that goes away ends the chat quietly with 0', async () => {
  const room = new FakeRoom()
  room.sendsAtOnce = false
  const { code, input, output, errors } = pipe(room)
  input.write('one\n')
  await output.until((text) => text.includes('the room is open'), 'the opening')
  output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  assert.equal(await code, 0)
  assert.equal(errors.text, '')
})

test('a signal cuts the waiting for sent short; a second one ends the process at once', async () => {
  const room = new FakeRoom()
  room.sendsAtOnce = false
  const codes: number[] = []
  const { run, code, input, output } = pipe(room, { timeoutMs: 600_000, exitNow: (now) => codes.push(now) })
  room.on('pending', () => setImmediate(() => run.signalled(130)))
  input.end('one\n')
  await output.until((text) => text.includes('the room is open'), 'the opening')
  assert.equal(await code, 130)
  assert.deepEqual(codes, [])
  run.signalled(130)
  assert.deepEqual(codes, [130])
})

test('the log: lines to the file, with --verbose also to the person', async () => {
  const logged: string[] = []
  const room = new FakeRoom()
  const { code, input, errors } = pipe(room, {
    verbose: true,
    log: (line) => logged.push(line),
    open: (onLog) => {
      onLog({ ts: 7, line: { type: 'stored', count: 2 } })
      return Promise.resolve(room)
    },
  })
  input.end()
  assert.equal(await code, 0)
  assert.deepEqual(logged, ['7: stored 2 messages'])
  assert.equal(errors.text, '7: stored 2 messages\n')
})

test('the prompt stands before the room is open, and what is typed before is kept in order', async () => {
  const room = new FakeRoom()
  let open: (room: FakeRoom) => void = () => {}
  const { code, terminal } = sit(room, { open: () => new Promise((resolve) => (open = resolve)) })
  assert.equal(terminal.text, prompt)
  assert.equal(terminal.isRaw, true)
  terminal.type('one\rtwo\r/me three\rfou')
  await terminal.shows((text) => text.endsWith('> Ann(10.0.0.1:4000) 3 sending: fou'), 'three waiting')
  assert.deepEqual(room.posted, [])
  open(room)
  await terminal.shows((text) => text.endsWith(`${prompt} fou`), 'the prompt with what is being typed')
  assert.deepEqual(room.posted, [
    { text: 'one', action: false },
    { text: 'two', action: false },
    { text: 'three', action: true },
  ])
  await terminal.shows((text) => text.includes('> Ann(10.0.0.1:4000)[3]: * three\n'), 'the action')
  terminal.type('\u0015//exit\r')
  assert.equal(await code, 0)
  assert.ok(!terminal.text.endsWith(prompt))
  assert.equal(terminal.isRaw, false)
  assert.equal(terminal.takesPastes, false)
})

test('a message that arrives while typing is printed above', async () => {
  const room = new FakeRoom()
  const { run, code, terminal } = sit(room)
  terminal.type('你好 wörld\u001b[D\u001b[D')
  await terminal.shows((text) => text.endsWith('你好 wörld'), 'the typed text')
  room.hear(makeMessage({ ts: 5, text: 'hi\u001b[2J' }))
  await terminal.shows(
    (text) => text.endsWith(`> Bob(10.0.0.2:4000)[5]: hi\\u001b[2J\n${prompt} 你好 wörld`),
    'message above prompt',
  )
  assert.equal(terminal.beforeCursor, `${prompt} 你好 wör`)
  run.signalled(130)
  assert.equal(await code, 130)
})

test('own messages on their way are counted in the prompt', async () => {
  const room = new FakeRoom()
  room.sendsAtOnce = false
  const { code, terminal } = sit(room)
  const taken = new Promise<void>((resolve) =>
    room.on('pending', () => room.posted.length === 2 && resolve()),
  )
  terminal.type('one\rtwo\r')
  await taken
  await terminal.shows((text) => text.endsWith('> Ann(10.0.0.1:4000) 2 sending:'), 'two sending')
  room.sendAll()
  await terminal.shows((text) => text.endsWith(prompt), 'none sending')
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('/quit with unsent messages waits, then says 5', async () => {
  const room = new FakeRoom()
  room.sendsAtOnce = false
  const errors = new Collected()
  const { code, terminal } = sit(room, { errors })
  terminal.type('one\r')
  await terminal.shows((text) => text.endsWith('1 sending:'), 'one sending')
  terminal.type('/quit\r')
  assert.equal(await code, 5)
  assert.match(errors.text, /1 message not known as sent/)
})

test('commands are answered here and never sent', async () => {
  const room = new FakeRoom()
  for (let i = 1; i <= 5; i++) room.hear(makeMessage({ id: `${bobId}:${i}`, ts: i, text: `m${i}` }))
  const { code, terminal } = sit(room, { history: 0 })
  const ask = async (command: string, ...answer: string[]) => {
    terminal.type(`${command}\r`)
    const all = `${answer.map((line) => `/// ${line}`.trimEnd()).join('\n')}\n${prompt}`
    await terminal.shows((text) => text.endsWith(all), `${command}: ${all}`)
  }
  await terminal.shows((text) => text.includes('room is open'), 'the opening')
  await ask('/who', '1 member, in ring order:', 'Ann(10.0.0.1:4000) - you, leader')
  await ask('/leader', 'leader Ann(10.0.0.1:4000) - you, elected in term 1')
  await ask('/history 2', '> Bob(10.0.0.2:4000)[4]: m4', '> Bob(10.0.0.2:4000)[5]: m5')
  await ask('/history 2', '> Bob(10.0.0.2:4000)[2]: m2', '> Bob(10.0.0.2:4000)[3]: m3')
  await ask('/history 2', '> Bob(10.0.0.2:4000)[1]: m1')
  await ask('/history 2', 'that was all; /history begins again with the newest')
  await ask('/history 1', '> Bob(10.0.0.2:4000)[5]: m5')
  terminal.type('/nmaes\r')
  await terminal.shows((text) => text.includes('did you mean /names?'), 'the nearest command')
  terminal.type('/nick Anna\r')
  await terminal.shows((text) => text.endsWith('> Anna(10.0.0.1:4000):'), 'the new name')
  assert.deepEqual(room.posted, [])
  terminal.type('//names\r')
  await terminal.shows((text) => text.includes(']: /names'), 'the escaped command as text')
  terminal.type('/exit\r')
  assert.equal(await code, 0)
})

test('a paste of several lines is one message; more than a few lines ask first', async () => {
  const room = new FakeRoom()
  const { code, terminal } = sit(room)
  terminal.type('see: \u001b[200~one\r\ntwo\nthree\n\u001b[201~')
  await terminal.shows((text) => text.endsWith('see: one⏎two⏎three'), 'the paste in the editor')
  terminal.type('\r')
  await terminal.shows((text) => text.includes(']: see: one\n    two\n    three\n'), 'one message')
  terminal.type(`\u001b[200~${'1\n2\n3\n4\n5\n6'}\u001b[201~\r`)
  await terminal.shows((text) => text.endsWith('send these 6 lines as one message? [y/n]'), 'the question')
  assert.equal(room.posted.length, 1)
  terminal.type('n\r')
  await terminal.shows((text) => text.endsWith(`${prompt} 1⏎2⏎3⏎4⏎5⏎6`), 'the text given back')
  terminal.type('\r')
  await terminal.shows((text) => text.endsWith('[y/n]'), 'the question again')
  terminal.type('y\r')
  await terminal.shows((text) => text.includes(']: 1\n    2\n    3\n    4\n    5\n    6\n'), 'the message')
  assert.deepEqual(
    room.posted.map(({ text }) => text),
    ['see: one\ntwo\nthree', '1\n2\n3\n4\n5\n6'],
  )
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('the bell rings for a mention by another, live, and for nothing else', async () => {
  const room = new FakeRoom()
  room.hear(makeMessage({ ts: 1, text: 'Ann in history' }))
  const { code, terminal } = sit(room, { history: 'all' })
  await terminal.shows((text) => text.includes('in history'), 'the history')
  for (const text of ['Anna', 'banana ann_', 'hi there']) room.hear(makeMessage({ ts: 2, text }))
  terminal.type('I am Ann\r')
  await terminal.shows((text) => text.includes('I am Ann\n'), 'own line')
  assert.equal(terminal.bells, 0)
  room.hear(makeMessage({ ts: 3, text: 'hello, ANN!' }))
  await terminal.shows((text) => text.includes('ANN!'), 'the mention')
  assert.equal(terminal.bells, 1)
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('a change of day is a line, on a terminal alone', async () => {
  const days = [new Date(2026, 10, 21, 12), new Date(2026, 10, 21, 23), new Date(2026, 10, 22, 1)]
  const room = new FakeRoom()
  for (const [i, time] of days.entries()) room.hear(makeMessage({ ts: i, text: `m${i}`, time }))
  const { code, terminal } = sit(room)
  await terminal.shows((text) => text.includes('m2'), 'the history')
  assert.deepEqual(
    terminal.text.split('\n').filter((line) => line.startsWith('/// --')),
    ['/// -- Sat Nov 21 2026 --', '/// -- Sun Nov 22 2026 --'],
  )
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('a suspension gives the terminal back, and coming back is said once', async () => {
  const room = new FakeRoom()
  let suspensions = 0
  const { run, code, terminal } = sit(room, { suspend: () => (suspensions += 1) })
  await terminal.shows((text) => text.includes('room is open'), 'the opening')
  terminal.type('ab\u001ac')
  await terminal.shows((text) => text.endsWith('abc'), 'what was typed')
  assert.equal(suspensions, 1)
  run.release()
  assert.equal(terminal.isRaw, false)
  assert.equal(terminal.takesPastes, false)
  assert.ok(!terminal.text.endsWith('abc'))
  room.emit('notice', { text: 'x', line: { type: 'woke', sleptMs: 5000 } })
  run.resume()
  room.emit('notice', { text: 'x', line: { type: 'woke', sleptMs: 5000 } })
  await terminal.shows((text) => text.endsWith(`${prompt} abc`), 'the prompt again')
  assert.equal(terminal.isRaw, true)
  assert.equal(terminal.text.match(/suspended|asleep/g)?.length, 1)
  terminal.type('\u0003')
  assert.equal(await code, 130)
})

test('leaving before the room is open says what was not taken', async () => {
  const errors = new Collected()
  const { code, terminal } = sit(new FakeRoom(), { errors, open: () => new Promise(() => {}) })
  terminal.type('one\r/quit\r')
  assert.equal(await code, 5)
  assert.match(errors.text, /1 message not taken, say again/)
})

test('a new leader is told once', async () => {
  const room = new FakeRoom()
  const { code, input, output } = pipe(room)
  await output.until((text) => text.includes('the room is open'), 'the opening')
  for (const uid of [annId, bobId, bobId, annId]) {
    const who = { uid: uid as Uid, inc: '' as Inc, name: uid === annId ? 'Ann' : 'Bob', addr: 'x' as Address }
    room.emit('notice', { text: 'x', line: { type: 'leader', who, term: 2 } })
  }
  input.end()
  assert.equal(await code, 0)
  assert.deepEqual(output.lines.slice(opening.length), [
    '/// Bob(x) leads the room now',
    '/// Ann(x) leads the room now',
  ])
})

test('colours are only where they are wanted, and only on the name', async () => {
  const room = new FakeRoom()
  const { code, input, output } = pipe(room, { outputColour: true })
  input.end('hi\n')
  assert.equal(await code, 0)
  assert.match(output.text, /^> \u001b\[(3[2-6]|9[2-6])mAnn\u001b\[0m\(10\.0\.0\.1:4000\)\[1\]: hi$/m)
})

test('the end of the input waits until a slow reader has the history and the own lines', async () => {
  const room = new FakeRoom()
  for (let i = 1; i <= 50; i++) room.hear(makeMessage({ id: `${bobId}:${i}`, ts: i, text: 'x'.repeat(9000) }))
  let text = ''
  const output = new Writable({
    highWaterMark: 1000,
    write: (chunk, _encoding, done) => {
      text += String(chunk)
      setImmediate(done)
    },
  })
  const shownAtLeave: boolean[] = []
  const leave = room.leave.bind(room)
  room.leave = (options) => {
    shownAtLeave.push(text.includes(']: last'))
    return leave(options)
  }
  const input = new PassThrough()
  const run = new ChatRun(setupOf(room, { input, output }))
  input.end('last\n')
  assert.equal(await run.run(), 0)
  assert.deepEqual(shownAtLeave, [true])
})
