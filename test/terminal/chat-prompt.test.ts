// A whole chat over a room in memory, at a modelled terminal: prompt, commands, pastes, bell (cli.md).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDisplay } from '../../src/chat/display.ts'
import { ConnectingLines } from '../../src/ui/terminal/connecting.ts'
import { Collected, pipe, prompt, sit } from './chats.ts'
import { FakeRoom, annId, bobId, makeMessage } from './fake-room.ts'
import { FakeTerminal } from './fake-terminal.ts'
import type { Display } from '../../src/chat/display.ts'
import type { CheckedMember } from '../../src/peer/room.ts'

test('the prompt appears before the room is open, and input typed before is kept in order', async () => {
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

test('/quit with unsent messages waits, then exits with 5', async () => {
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

test('what is typed after /quit is not said', async () => {
  const room = new FakeRoom()
  room.sendsAtOnce = false
  const { code, terminal } = sit(room, { errors: new Collected() })
  terminal.type('one\r/quit\rsecret\r')
  assert.equal(await code, 5)
  assert.deepEqual(
    room.posted.map(({ text }) => text),
    ['one'],
  )
})

test('commands are handled here and never sent', async () => {
  const room = new FakeRoom()
  for (let i = 1; i <= 5; i++) room.hear(makeMessage({ id: `${bobId}:${i}`, ts: i, text: `m${i}` }))
  const { code, terminal } = sit(room, { history: 0 })
  const ask = async (command: string, ...answer: string[]) => {
    terminal.type(`${command}\r`)
    const all = `${answer.map((line) => `/// ${line}`.trimEnd()).join('\n')}\n${prompt}`
    await terminal.shows((text) => text.endsWith(all), `${command}: ${all}`)
  }
  await terminal.shows((text) => text.includes('room is open'), 'the opening')
  await ask(
    '/who',
    '1 member, in ring order, with the first digits of ids:',
    'Ann(10.0.0.1:4000) - aaaa, you, leader',
  )
  await ask('/leader', 'leader Ann(10.0.0.1:4000) - you, elected in term 1')
  const key = (digit: string) => Array.from({ length: 8 }, () => digit.repeat(4)).join(' ')
  await ask('/whois', 'the key of Ann(10.0.0.1:4000):', key('a'))
  await ask('/whois bob', 'nobody in the room is called bob; /names lists all')
  room.others = [{ id: bobId, name: 'Bob', address: '10.0.0.2:4000', leader: false }]
  await ask('/whois bob', 'the key of Bob(10.0.0.2:4000):', key('b'))
  room.others = []
  await ask('/history 2', '> Bob(10.0.0.2:4000)[4]: m4', '> Bob(10.0.0.2:4000)[5]: m5')
  await ask('/history 2', '> Bob(10.0.0.2:4000)[2]: m2', '> Bob(10.0.0.2:4000)[3]: m3')
  await ask('/history 2', '> Bob(10.0.0.2:4000)[1]: m1')
  await ask('/history 2', 'no earlier messages: all of them are above')
  await ask('/history 2', 'no earlier messages: all of them are above')
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

test('/check says whether all hold the same, who differs and from where on, and who did not reply', async () => {
  const room = new FakeRoom()
  const { code, terminal } = sit(room, { history: 0 }, new FakeTerminal(120))
  const who = (
    id: string,
    name: string,
    port: number,
    state: CheckedMember['state'] = 'same',
  ): CheckedMember => {
    return { id, name, address: `10.0.0.2:${port}`, state }
  }
  const ask = async (members: CheckedMember[], messages: number, ...answer: string[]) => {
    const fingerprint = '3f2a 91c4 07bd e512'
    const digest = fingerprint.replaceAll(' ', '').padEnd(64, '0')
    room.found = {
      fingerprint,
      digest,
      messages,
      same: members.every(({ state }) => state !== 'differs'),
      members,
    }
    terminal.type('/check\r')
    const all = `${answer.map((line) => `/// ${line}`.trimEnd()).join('\n')}\n${prompt}`
    await terminal.shows((text) => text.endsWith(all), all)
  }
  await terminal.shows((text) => text.includes('room is open'), 'the opening')
  const [ann, bob, eve] = [who(annId, 'Ann', 1), who(bobId, 'Bob', 2), who('e'.repeat(32), 'Eve', 3)]
  await ask([ann], 1, 'you are alone in the room, and hold 1 message: 3f2a 91c4 07bd e512')
  await ask([ann, bob], 1234, 'both members hold the same 1,234 messages: 3f2a 91c4 07bd e512')
  await ask([ann, bob, eve], 2, 'all 3 members hold the same 2 messages: 3f2a 91c4 07bd e512')
  const hello = makeMessage({ ts: 18, text: 'hello\u001b[2J\nsecond line' })
  await ask(
    [ann, { ...bob, state: 'differs', firstDifference: hello }, { ...eve, state: 'silent' }],
    1234567,
    'no other member was found to hold the same; you hold 1,234,567 messages: 3f2a 91c4 07bd e512',
    'Bob(10.0.0.2:2) differs from here on: > Bob(10.0.0.2:4000)[18]: hello\\u001b[2J',
    '    second line',
    'Eve(10.0.0.2:3) did not reply',
  )
  await ask(
    [{ ...ann, state: 'differs', firstDifference: hello }, { ...bob, state: 'differs' }, eve],
    0,
    'you and the leader do not hold the same; you hold 0 messages: 3f2a 91c4 07bd e512',
    'you differ from here on: > Bob(10.0.0.2:4000)[18]: hello\\u001b[2J',
    '    second line',
    'Bob(10.0.0.2:2) differs; the place was not found',
  )
  room.found = new Error('the members were not compared in time')
  terminal.type('/check\r')
  await terminal.shows(
    (text) => text.endsWith(`/// the members were not compared in time\n${prompt}`),
    'the error',
  )
  // A check that takes long says so.
  room.found = undefined
  terminal.type('/check\r')
  await terminal.shows((text) => text.includes('/// comparing what all members hold ...\n'), 'the wait')
  assert.deepEqual(room.posted, [])
  terminal.type('/exit\r')
  assert.equal(await code, 0)
})

test('/check before the room is open says to try again', async () => {
  const room = new FakeRoom()
  const { code, terminal } = sit(room, { open: () => new Promise(() => {}) })
  terminal.type('/check\r')
  await terminal.shows(
    (text) => text.includes('/// the room is not open yet: try again in a moment\n'),
    'the notice',
  )
  terminal.type('/exit\r')
  await code
})

test('/history goes on where the screen begins, and after Ctrl-L at the newest', async () => {
  const room = new FakeRoom()
  const said = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `> Bob(10.0.0.2:4000)[${from + i}]: m${from + i}`)
  for (let i = 1; i <= 9; i++) room.hear(makeMessage({ id: `${bobId}:${i}`, ts: i, text: `m${i}` }))
  const { code, terminal } = sit(room, { history: 3 })
  const lines = () => terminal.text.split('\n').filter((line) => /: m\d+$/.test(line))
  await terminal.shows((text) => text.includes('m9\n'), 'the history')
  room.hear(makeMessage({ id: `${bobId}:10`, ts: 10, text: 'm10' }))
  await terminal.shows((text) => text.includes('m10\n'), 'a message')
  assert.deepEqual(lines(), said(7, 10))
  // Its place is before those on the screen, where it stands already.
  room.stored.splice(5, 0, makeMessage({ id: `${bobId}:100`, ts: 6, text: 'm100' }))
  const late = makeMessage({ id: `${bobId}:100`, ts: 6, text: 'm100', late: true })
  room.hear(late)
  room.stored.pop()
  await terminal.shows((text) => text.includes('m100\n'), 'a late message')
  terminal.type('/history 3\r')
  await terminal.shows((text) => text.includes(' m4\n'), 'a page')
  assert.deepEqual(
    lines().slice(5),
    said(4, 6).map((line) => `/// ${line}`),
  )
  terminal.type('/history 100\r')
  await terminal.shows((text) => text.includes(' m1\n'), 'the rest')
  assert.deepEqual(
    lines().slice(8),
    said(1, 3).map((line) => `/// ${line}`),
  )
  terminal.type('\u000c/history 2\r')
  await terminal.shows((text) => text.endsWith(`${prompt}`) && text.includes('m10\n'), 'the newest')
  assert.deepEqual(
    lines(),
    said(9, 10).map((line) => `/// ${line}`),
  )
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('a new name of another is announced, an own one answered; one message is one sending', async () => {
  const room = new FakeRoom()
  room.others = [{ id: bobId, name: 'Bob', address: '10.0.0.2:4000', leader: false }]
  room.sendsAtOnce = false
  const { code, terminal } = sit(room)
  await terminal.shows((text) => text.includes('room is open'), 'the opening')
  room.others = [{ id: bobId, name: 'Bobby', address: '10.0.0.2:4000', leader: false }]
  room.emit('members', room.members)
  await terminal.shows((text) => text.includes('/// Bob is now Bobby\n'), 'the new name')
  terminal.type('/nick Anna\r')
  await terminal.shows((text) => text.includes('/// you are Anna(10.0.0.1:4000) now\n'), 'the answer')
  assert.ok(!terminal.text.includes('Ann is now'))
  room.takesAtOnce = false
  const counts = new Set<string>()
  const shown = terminal.shows((text) => {
    counts.add(/ (\d+) sending/.exec(text.split('\n').at(-1) ?? '')?.[1] ?? '0')
    return room.posted.length === 1 && text.endsWith('> Anna(10.0.0.1:4000):')
  }, 'none sending')
  terminal.type('one\r')
  while (room.waitingPosts === 0) await new Promise((done) => setImmediate(done))
  room.take()
  while (room.unsent === 0) await new Promise((done) => setImmediate(done))
  await new Promise((done) => setImmediate(done))
  room.sendAll()
  await shown
  assert.deepEqual([...counts].sort(), ['0', '1'])
  terminal.type('/quit now\r')
  await terminal.shows((text) => text.includes('/quit takes nothing behind it'), 'the refusal')
  terminal.type('/quit\r')
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
  terminal.type('wait a moment\r')
  await terminal.shows((text) => text.endsWith(`${prompt} 1⏎2⏎3⏎4⏎5⏎6⏎wait a moment`), 'neither is lost')
  terminal.type('\u0017\u0017\u0017\u007f\r')
  await terminal.shows((text) => text.endsWith('[y/n]'), 'the question')
  terminal.type('\r')
  await terminal.shows(
    (text) => text.includes('/// y sends the lines as one message'),
    'what can be answered',
  )
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

test('Tab completes commands and names, latest speaker first; pasted tabs are spaces', async () => {
  const room = new FakeRoom()
  for (const [ts, name] of ['Bea', 'Bob'].entries()) {
    const id = `${'bc'[ts]}`.repeat(32)
    room.others.push({ id, name, address: `10.0.0.${ts + 2}:4000`, leader: false })
    room.hear(makeMessage({ id: `${id}:1`, ts: ts + 1, name, text: 'hi' }))
  }
  const { code, terminal } = sit(room)
  await terminal.shows((text) => text.includes('> Bob'), 'the history')
  terminal.type('b\t')
  await terminal.shows((text) => text.endsWith(`${prompt} Bob:`), 'the latest speaker')
  terminal.type('\t')
  await terminal.shows((text) => text.endsWith(`${prompt} Bea:`), 'the one before')
  terminal.type('\u001b[200~\tx\u001b[201~\r')
  await terminal.shows((text) => text.includes(']: Bea:     x\n'), 'the message')
  assert.deepEqual(room.posted, [{ text: 'Bea: \tx', action: false }])
  terminal.type('/q\t\r')
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
  assert.deepEqual(terminal.notifications, ['ringleader: Bob: hello, ANN!'])
  terminal.type('/bell off\r')
  await terminal.shows((text) => text.includes('/// /bell is off now\n'), 'the answer')
  room.hear(makeMessage({ ts: 4, name: 'B\u001bb', text: 'Ann\u001b\\ \n again' }))
  await terminal.shows((text) => text.includes('again'), 'the second mention')
  assert.deepEqual([terminal.bells, terminal.notifications.length], [1, 2])
  assert.equal(terminal.notifications[1], 'ringleader: B\\u001bb: Ann\\u001b\\ again')
  terminal.type('/bell on\r/notify off\r')
  await terminal.shows((text) => text.includes('/// /notify is off now\n'), 'the answer')
  room.hear(makeMessage({ ts: 5, text: 'Ann, third' }))
  await terminal.shows((text) => text.includes('third'), 'the third mention')
  assert.deepEqual([terminal.bells, terminal.notifications.length], [2, 2])
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('a console that would show it gets no notification, and a pipe gets neither', async () => {
  for (const isTerminal of [true, false]) {
    const room = new FakeRoom()
    const seated = isTerminal ? sit(room, { canNotify: false }) : undefined
    const piped = isTerminal ? undefined : pipe(room, { stay: true })
    await (seated?.terminal.shows((text) => text.includes('room is open'), 'the opening') ??
      piped?.output.until((text) => text.includes('room is open'), 'the opening'))
    room.hear(makeMessage({ ts: 1, text: 'hello, Ann' }))
    await (seated?.terminal.shows((text) => text.includes('hello, Ann'), 'the mention') ??
      piped?.output.until((text) => text.includes('hello, Ann'), 'the mention'))
    if (seated) assert.deepEqual([seated.terminal.bells, seated.terminal.notifications], [1, []])
    else assert.ok(!piped?.output.text.includes('\u0007') && !piped?.output.text.includes('\u001b'))
    const run = seated?.run ?? piped?.run
    run?.signalled(130)
    assert.equal(await (seated?.code ?? piped?.code), 130)
  }
})

test('the name of who mentions this person is shown reversed', async () => {
  const room = new FakeRoom()
  const { run, code, output } = pipe(room, {
    output: Object.assign(new Collected(), { isTTY: true }),
    outputColour: true,
    stay: true,
  })
  for (const text of ['hello, Ann', 'hello']) room.hear(makeMessage({ ts: 1, text }))
  await output.until((text) => /: hello\n/.test(text), 'both')
  const lines = output.lines.filter((line) => line.includes('Bob'))
  assert.match(lines[0] ?? '', /^> \u001b\[\d+m\u001b\[7mBob\u001b\[0m\u001b\[0m\(/)
  assert.match(lines[1] ?? '', /^> \u001b\[\d+mBob\u001b\[0m\(/)
  run.signalled(130)
  assert.equal(await code, 130)
})

const noon = new Date(2026, 10, 22, 12, 41)

test('formats and timestamps: asked for, changed, and used at once for messages and pages', async () => {
  const room = new FakeRoom()
  for (let i = 1; i <= 3; i++)
    room.hear(makeMessage({ id: `${bobId}:${i}`, ts: i, text: `m${i}`, time: noon, action: i === 2 }))
  const { code, terminal } = sit(room, { history: 1 })
  await terminal.shows((text) => text.includes('> Bob(10.0.0.2:4000)[3]: m3\n'), 'the classic line')
  const ask = async (command: string, answer: string) => {
    terminal.type(`${command}\r`)
    await terminal.shows((text) => text.endsWith(`/// ${answer}\n${prompt}`), answer)
  }
  await ask('/timestamp', '/timestamp is lamport')
  await ask('/timestamp time', '/timestamp is time now')
  await ask('/history 1', '> Bob(10.0.0.2:4000)[12:41]: * m2')
  await ask('/format SHORT', '/format is short now')
  await ask('/timestamp datetime', '/timestamp is datetime now')
  await ask('/history 1', '2026-11-22 12:41 Bob: m1')
  await ask('/timestamp never', '/timestamp takes one of: off, time, datetime, lamport')
  await ask('/timestamp off', '/timestamp is off now')
  room.hear(makeMessage({ ts: 9, text: 'new', time: noon }))
  await terminal.shows((text) => text.includes('\nBob: new\n'), 'the short line')
  assert.deepEqual(room.posted, [])
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('what was kept is used, a flag counts more, and every change is kept, also one before the room is open', async () => {
  const kept: Display = { ...plainDisplay, format: 'short', timestamp: 'off', bell: false }
  const room = new FakeRoom()
  room.hear(makeMessage({ ts: 1, text: 'hi', time: noon }))
  const saved: Display[] = []
  let open: (room: FakeRoom) => void = () => {}
  const { run, code, terminal } = sit(room, {
    format: 'classic',
    open: () => new Promise((resolve) => (open = resolve)),
  })
  terminal.type('/notify off\r')
  await terminal.shows((text) => text.includes('/notify is off now'), 'the answer')
  run.useSettings(kept, async (display) => void saved.push(display))
  open(room)
  await terminal.shows((text) => text.includes('> Bob(10.0.0.2:4000): hi\n'), 'the history')
  terminal.type('/format short\r')
  await terminal.shows((text) => text.includes('/format is short now'), 'the answer')
  terminal.type('\u0004')
  assert.equal(await code, 0)
  assert.deepEqual(saved, [
    { ...kept, format: 'classic', osc9: false },
    { ...kept, format: 'short', osc9: false },
  ])
})

test('a setting that cannot be kept is said', async () => {
  const { run, code, terminal } = sit(new FakeRoom())
  run.useSettings(plainDisplay, () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })))
  await terminal.shows((text) => text.includes('room is open'), 'the opening')
  terminal.type('/bell off\r')
  await terminal.shows((text) => text.includes('the setting cannot be kept (ENOSPC)'), 'the notice')
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('a change of day is a line, on a terminal alone', async () => {
  const days = [
    new Date(2026, 10, 21, 12),
    new Date(2026, 10, 21, 23),
    new Date(2026, 10, 22, 1),
    // From a slow clock, or from the other side of a cut.
    new Date(2026, 10, 21, 13),
    new Date(NaN),
    new Date(2026, 10, 22, 2),
  ]
  const room = new FakeRoom()
  for (const [i, time] of days.entries()) room.hear(makeMessage({ ts: i, text: `m${i}`, time }))
  const { code, terminal } = sit(room)
  await terminal.shows((text) => text.includes('m5'), 'the history')
  assert.deepEqual(
    terminal.text.split('\n').filter((line) => line.startsWith('/// --')),
    ['/// -- Sat Nov 21 2026 --', '/// -- Sun Nov 22 2026 --'],
  )
  terminal.type('\u0004')
  assert.equal(await code, 0)
})

test('a suspension gives the terminal back, and is reported only if the program slept through it', async () => {
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
  run.resume()
  await terminal.shows((text) => text.endsWith(`${prompt} abc`), 'the prompt again')
  assert.doesNotMatch(terminal.text, /suspended|asleep/)
  run.release()
  run.resume()
  room.emit('notice', { text: 'x', line: { type: 'woke', sleptMs: 5000 } })
  await terminal.shows((text) => /asleep[^]*abc$/.test(text), 'the sleep, and the prompt again')
  assert.equal(terminal.isRaw, true)
  assert.equal(terminal.text.match(/suspended|asleep/g)?.length, 1)
  terminal.type('\u0003')
  await terminal.shows((text) => text.endsWith(prompt), 'the empty prompt')
  terminal.type('\u0003')
  assert.equal(await code, 130)
})

test('leaving before the room is open says which input was not taken', async () => {
  const errors = new Collected()
  const { code, terminal } = sit(new FakeRoom(), { errors, open: () => new Promise(() => {}) })
  terminal.type('one\r/quit\r')
  assert.equal(await code, 5)
  assert.match(errors.text, /1 message not taken, say again/)
})

test('a room that cannot be joined: what was typed meanwhile is named as not taken', async () => {
  const errors = new Collected()
  let fail = (_error: Error): void => {}
  const open = () => new Promise<never>((_resolve, reject) => (fail = reject))
  const { code, terminal } = sit(new FakeRoom(), { errors, open })
  terminal.type('one\r')
  await terminal.shows((text) => text.endsWith('1 sending:'), 'one sending')
  fail(new Error('nobody listens'))
  assert.equal(await code, 1)
  assert.match(errors.text, /nobody listens\n.*1 message not taken, say again/)
})

test('if a room does not open at once, the program says that it searches', async () => {
  const { code, terminal } = sit(new FakeRoom(), { open: () => new Promise(() => {}) })
  await terminal.shows((text) => text.includes('/// looking for the room; what you type'), 'the notice')
  terminal.type('\u0003')
  assert.equal(await code, 130)
})

test('which neighbour is asked is told at once on a terminal, and why it is asked again', async () => {
  const address = '10.0.0.2:4000'
  const told: string[] = []
  const lines = new ConnectingLines(true, (text) => told.push(text))
  for (const state of ['trying', 'refused', 'closed', 'silent', 'found'] as const)
    lines.hear({ address, state })
  assert.deepEqual(told, [
    'connecting to 10.0.0.2:4000 ...',
    'nothing listens at 10.0.0.2:4000; trying again',
    '10.0.0.2:4000 takes the connection and ends it; trying again',
    'no reply from 10.0.0.2:4000; trying again',
  ])
  const room = new FakeRoom()
  const { terminal, run, code } = sit(room, {
    open: (_onLog, onConnecting) => {
      onConnecting({ address, state: 'trying' })
      return Promise.resolve(room)
    },
  })
  await terminal.shows((screen) => screen.includes(`/// connecting to ${address} ...`), 'the first try')
  run.signalled(130)
  assert.equal(await code, 130)
})
