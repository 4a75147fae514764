// A whole chat over a room in memory, at a pipe: lines, JSON, leaving and exit codes (cli.md).

import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { RingleaderError } from '../../src/peer/errors.ts'
import { ChatRun } from '../../src/ui/terminal/chat-run.ts'
import { opening, pipe, setupOf } from './chats.ts'
import { FakeRoom, annId, bobId, makeMessage } from './fake-room.ts'
import type { Address, Inc, Uid } from '../../src/core/model/ids.ts'

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

test('the end of the input waits for sent; if not all is sent in time the exit code is 5', async () => {
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

test('//exit leaves, and later lines are not sent', async () => {
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

test('lines that come together wait together, and all are taken before the chat ends', async () => {
  for (const end of ['', '//exit\nafter\n']) {
    const room = new FakeRoom()
    room.takesAtOnce = false
    const { code, input, output } = pipe(room)
    await output.until((text) => text.includes('is in the room'), 'the opening')
    input.end(Array.from({ length: 1500 }, (_, i) => `${i}\n`).join('') + end)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(room.waitingPosts, 1024, 'as many as one part may have')
    for (let turn = 0; turn < 6000 && room.posted.length < 1500; turn++) {
      room.take()
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal(await code, 0)
    assert.deepEqual(
      room.posted.map(({ text }) => text),
      Array.from({ length: 1500 }, (_, i) => `${i}`),
    )
  }
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
    locked: false,
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

test('a room that ends by itself sets the exit code', async () => {
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

test('a new leader is announced once', async () => {
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

const damage = () => new RingleaderError('ERR_DAMAGED', 'the history was damaged')

for (const [history, lost, expected] of [
  [
    'all',
    [],
    ['>+ Bob(10.0.0.2:4000)[1]: b1', '>+ Cid(10.0.0.3:4000)[4]: c1', '> Cid(10.0.0.3:4000)[7]: c2'],
  ],
  // What is before the place where printing began was left out on purpose.
  [2, [], ['>+ Cid(10.0.0.3:4000)[4]: c1', '> Cid(10.0.0.3:4000)[7]: c2']],
  // The first and the last printed message were nowhere but in the damaged history.
  [2, ['b2', 'b4'], ['>+ Cid(10.0.0.3:4000)[4]: c1', '> Cid(10.0.0.3:4000)[7]: c2']],
] as [number | 'all', string[], string[]][])
  test(`after damage, what was not printed is: marked where its place is before the last printed (${[history, ...lost].join(', lost ')})`, async () => {
    const bob = (n: number, ts: number) => makeMessage({ id: `${bobId}:${n}`, ts, text: `b${n}` })
    const cid = (n: number, ts: number) =>
      makeMessage({ id: `${'c'.repeat(32)}:${n}`, ts, text: `c${n}`, name: 'Cid', address: '10.0.0.3:4000' })
    const [damaged, sound] = [new FakeRoom(), new FakeRoom()]
    damaged.stored.push(bob(2, 3), bob(3, 5))
    const held = [bob(1, 1), bob(2, 3), cid(1, 4), bob(3, 5), bob(4, 6), cid(2, 7)]
    sound.stored.push(...held.filter(({ text }) => !lost.includes(text)))
    const rooms = [damaged, sound]
    const open = () => Promise.resolve(rooms.shift() ?? sound)
    const { run, code, output } = pipe(damaged, { rejoins: true, history, open })
    await output.until((text) => text.includes(': b3'), 'the history')
    damaged.hear(bob(4, 6))
    await output.until((text) => text.includes(': b4'), 'a new message')
    damaged.break(damage())
    await output.until((text) => text.includes(': c2'), 'what is new')
    sound.hear(bob(4, 6))
    sound.hear(bob(5, 8))
    await output.until((text) => text.includes(': b5'), 'what comes then')
    run.signalled(143)
    assert.equal(await code, 143)
    const lines = output.lines.filter((line) => line.startsWith('>'))
    const before = ['[3]: b2', '[5]: b3', '[6]: b4'].map((end) => `> Bob(10.0.0.2:4000)${end}`)
    assert.deepEqual(lines, [...before, ...expected, '> Bob(10.0.0.2:4000)[8]: b5'])
  })
