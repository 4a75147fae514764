// The commands about the lock of the room, at a modelled terminal, and what is told of those who knock.

import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { Removing } from '../../src/ui/terminal/removing.ts'
import { People } from '../../src/ui/terminal/people.ts'
import { Collected, pipe, prompt, sit } from './chats.ts'
import { FakeRoom, annId, bobId, makeMessage } from './fake-room.ts'
import { FakeTerminal } from './fake-terminal.ts'
import type { LogLine } from '../../src/core/model/log-line.ts'
import type { ChatSetup } from '../../src/ui/terminal/chat-setup.ts'

const otherBobId = `bbbbcccc${'d'.repeat(24)}`
const bob = { id: bobId, name: 'Bob', address: '10.0.0.2:4000', leader: false }
const knock = { number: 2, id: `3f2a91c407bde512${'0'.repeat(16)}`, name: 'Bob', address: '10.0.0.7:5123' }
const piece = '3f2a 91c4 07bd e512'
const knockLine = {
  type: 'knock',
  number: 2,
  who: { uid: knock.id, name: 'Bob', addr: knock.address },
  state: 'waits',
} as LogLine

/** A chat in a locked room; `ask` types a command and waits for the answer, the last lines above the prompt. */
async function enter(context: TestContext, given: Partial<ChatSetup> = {}, terminal = new FakeTerminal(120)) {
  const room = new FakeRoom()
  room.locked = true
  const { run, code } = sit(room, given, terminal)
  context.after(async () => {
    run.signalled(130)
    await code
  })
  await terminal.shows((text) => text.includes('is in the room'), 'the opening')
  const ask = async (command: string, ...answer: string[]): Promise<void> => {
    terminal.type(`${command}\r`)
    const all = `${answer.map((line) => `/// ${line}`).join('\n')}\n${prompt}`
    await terminal.shows((text) => text.endsWith(all), `${command}: ${all}`)
  }
  return { room, terminal, ask }
}

test('in an open room each says that it has no key', async (context) => {
  const { room, ask } = await enter(context)
  room.locked = false
  for (const command of ['/invite', '/knocks', '/admit 1', '/deny 1', '/rekey', '/remove Bob'])
    await ask(
      `/leader\r${command}`,
      'leader Ann(10.0.0.1:4000) - you, elected in term 1',
      'the room is open and has no key: anybody who reaches 10.0.0.1:4000 can join and read',
    )
  assert.deepEqual(room.asked, [])
})

test('/invite prints the line, and its QR code where it fits the window', async (context) => {
  const large = await enter(context, {}, new FakeTerminal(80, 30))
  large.terminal.type('/invite\r')
  await large.terminal.shows((text) => text.includes('\u2588\n') && text.endsWith(prompt), 'a QR code')
  const lines = large.terminal.text.split('\n')
  const at = lines.indexOf('/// ringleader://127.0.0.1:4000/f')
  assert.equal(lines[at - 1], '/// who has this line can join and read: hand it only to whom you want in')
  assert.match(lines[at + 1] ?? '', /^\u2588+$/)

  const small = await enter(context, {}, new FakeTerminal(120, 10))
  const [width, height] = [lines[at + 1]?.length ?? 0, lines.length - at - 1]
  await small.ask(
    '/invite',
    'who has this line can join and read: hand it only to whom you want in',
    'ringleader://127.0.0.1:4000/f',
    `for its QR code the window is too small: it needs ${width} columns and ${height} rows`,
  )
})

test('a QR code has colours of its own where there are colours, and is not for programs', async (context) => {
  for (const [json, outputColour] of [
    [false, true],
    [false, false],
    [true, false],
  ] as const) {
    const output = Object.assign(new Collected(), { isTTY: true, columns: 80, rows: 30 })
    const input = Object.assign(new PassThrough(), { isTTY: true })
    const room = new FakeRoom()
    room.locked = true
    const { run, code } = pipe(room, { json, outputColour, output, input, canDraw: false })
    context.after(async () => {
      run.signalled(130)
      await code
    })
    input.write('/invite\n/leader\n')
    await output.until((text) => text.includes('elected in term 1'), 'both answers')
    assert.equal(output.text.includes('\u2588'), !json)
    assert.equal(/\u001b\[40m\u001b\[97m\u2588+\u001b/.test(output.text), outputColour)
  }
})

test('/knocks lists them, /admit and /deny answer one, and a wrong number is named', async (context) => {
  const { room, terminal, ask } = await enter(context)
  await ask('/knocks', 'nobody knocks')
  room.knocking = [knock]
  await ask('/knocks', 'these knock:', `2: Bob (${piece}) from 10.0.0.7:5123`)
  const other = { number: 3, id: `3f2a${'5'.repeat(28)}`, name: 'Eve', address: '10.0.0.8:5123' }
  const list = [
    'these knock:',
    `2: Bob (${piece}) from 10.0.0.7:5123`,
    '3: Eve (3f2a 5555 5555 5555) from 10.0.0.8:5123',
  ]
  room.knocking = [knock, other]
  await ask('/admit 3f2a 5555 5555 5556', `nobody knocks with that fingerprint; ${list[0]}`, ...list.slice(1))
  await ask(
    '/admit 3f2a',
    '/admit takes the number of a knock, as in /admit 2, or its fingerprint as it is shown; /knocks lists them',
  )
  assert.deepEqual(room.asked, [])
  room.knocking = [knock]
  terminal.type('/admit 2\r/deny 3F2A 91c4 07bd e512\r')
  await ask('/knocks', 'these knock:', `2: Bob (${piece}) from 10.0.0.7:5123`)
  assert.deepEqual(room.asked, ['admit 2', 'deny 2'])
})

test('at a prompt a knock is told with how to answer it, its end without', async (context) => {
  const { room, terminal } = await enter(context)
  room.emit('notice', { text: 'words of the library', line: knockLine })
  await terminal.shows(
    (text) => text.includes(`/// 2: Bob (${piece}) knocks from 10.0.0.7: /admit 2 or /deny 2\n`),
    'the knock',
  )
  room.emit('notice', { text: '', line: { ...knockLine, state: 'gone' } as LogLine })
  await terminal.shows((text) => text.includes(`/// 2: Bob (${piece}) gave up knocking\n`), 'its end')
})

test('a knock under a name that is known with another key says so', async (context) => {
  const { room, terminal } = await enter(context)
  room.others = [bob]
  room.emit('members', room.members)
  room.emit('notice', { text: '', line: knockLine })
  const warning = 'with another key than the Bob known here: /admit 2 or /deny 2'
  await terminal.shows((text) => text.includes(`knocks from 10.0.0.7, ${warning}\n`), 'the knock')
})

test('a pipe says that a knock is answered elsewhere; programs get an object', async () => {
  for (const json of [false, true]) {
    const room = new FakeRoom()
    const { code, input, output } = pipe(room, { json })
    await output.until((text) => text.includes('is in the room'), 'the opening')
    room.emit('notice', { text: '', line: knockLine })
    room.emit('knock', knock)
    const notice = `2: Bob (${piece}) knocks from 10.0.0.7: nobody can let it in here, only at the prompt of another member`
    const lines = json
      ? [JSON.stringify({ type: 'notice', text: notice }), JSON.stringify({ type: 'knock', ...knock })]
      : [`/// ${notice}`]
    await output.until((text) => text.endsWith(`${lines.join('\n')}\n`), lines.join('\n'))
    input.end()
    assert.equal(await code, 0)
  }
})

test('/rekey gives another key', async (context) => {
  const { room, ask } = await enter(context)
  await ask('/rekey', 'invitations of before no longer open the room; /invite shows the new one')
  assert.deepEqual(room.asked, ['rekey'])
})

test('/remove asks, and removes when it is said again', async (context) => {
  const { room, ask } = await enter(context)
  room.others = [bob]
  const question = [
    'this removes Bob(10.0.0.2:4000), bbbb bbbb bbbb bbbb for good, and gives the room another key; what it said stays',
    'to do it, type within a minute: /remove bbbb bbbb bbbb bbbb',
  ]
  await ask('/remove bob', ...question)
  assert.deepEqual(room.asked, [])
  await ask(
    '/remove bbbb bbbb bbbb bbbb',
    'invitations of before no longer open the room; /invite shows the new one',
  )
  assert.deepEqual(room.asked, [`rekey ${bobId}`])
  await ask('/remove bob', ...question)
})

test('where several are meant they are listed with their fingerprints, and nobody is removed', async (context) => {
  const { room, terminal, ask } = await enter(context)
  room.others = [bob]
  room.hear(makeMessage({ id: `${otherBobId}:1`, name: 'bob', text: 'hi' }))
  room.hear(makeMessage({ id: `${bobId}:1`, ts: 2, text: 'ho' }))
  await terminal.shows((text) => text.includes(': ho\n'), 'messages of both')
  const list = (word: string): string[] => [
    `${word} can be several; give the beginning of the fingerprint:`,
    'Bob(10.0.0.2:4000), bbbb bbbb bbbb bbbb',
    'bob (bbbb cccc dddd dddd, not here now)',
  ]
  await ask('/remove Bob', ...list('Bob'))
  await ask('/remove Bob', ...list('Bob'))
  await ask('/remove bbbb', ...list('bbbb'))
  await ask('/remove Ann', 'you cannot remove yourself: /quit leaves the room')
  await ask(
    '/remove Cid',
    'nobody here is or was called Cid; /names lists all, and a whole fingerprint names anybody',
  )
  assert.deepEqual(room.asked, [])
})

/** Asks of a room with Bob in it, at a time that the test sets. */
function removing() {
  const room = new FakeRoom()
  room.others = [bob]
  const clock = { now: 0 }
  const removals = new Removing(new People(), () => clock.now)
  return { room, clock, remove: (word: string) => removals.remove(room, word) }
}

test('what was asked is forgotten after a minute, and when another is named', async () => {
  const { room, clock, remove } = removing()
  const cid = { id: 'c'.repeat(32), name: 'Cid', address: '10.0.0.3:4000', leader: false }
  room.others = [bob, cid]
  await remove('Bob')
  clock.now = 60_001
  await remove('Bob')
  await remove('Cid')
  await remove('Bob')
  await remove('Nobody')
  await remove('Bob')
  await remove('bbbb bbbb')
  assert.deepEqual(room.asked, [])
  await remove('bbbb bbbb bbbb bbbb')
  assert.deepEqual(room.asked, [`rekey ${bobId}`])
})

test('who was removed already is not removed again, and does not stand for another of that name', async (context) => {
  const { room, ask, terminal } = await enter(context)
  room.others = [bob]
  room.hear(makeMessage({ id: `${otherBobId}:1`, name: 'bob', text: 'hi' }))
  await terminal.shows((text) => text.includes(': hi\n'), 'a message')
  const removed = [{ uid: otherBobId, name: 'bob' }]
  room.emit('notice', { text: '', line: { type: 'rekeyed', by: removed[0], removed } as unknown as LogLine })
  await ask('/remove bbbbcccc', 'bob (bbbb cccc dddd dddd) was removed already')
  await ask(
    '/remove bob',
    'this removes Bob(10.0.0.2:4000), bbbb bbbb bbbb bbbb for good, and gives the room another key; what it said stays',
    'to do it, type within a minute: /remove bbbb bbbb bbbb bbbb',
  )
})

test('who was here and left without a word can be removed by name', async (context) => {
  const { room, ask } = await enter(context)
  room.others = [bob]
  room.emit('members', room.members)
  room.others = []
  room.emit('members', room.members)
  await ask(
    '/remove bob',
    'this removes Bob (bbbb bbbb bbbb bbbb, not here now) for good, and gives the room another key; what it said stays',
    'to do it, type within a minute: /remove bbbb bbbb bbbb bbbb',
  )
})

test('a name that another takes meanwhile removes nobody', async () => {
  const { room, remove } = removing()
  await remove('Bob')
  room.others = [{ ...bob, id: otherBobId }]
  assert.match(await remove('Bob'), /this removes Bob\(10\.0\.0\.2:4000\), bbbb cccc dddd dddd/)
  assert.deepEqual(room.asked, [])
})

test('a whole fingerprint names one that nobody here has seen', async () => {
  const { room, remove } = removing()
  const fingerprint = '0123 4567 89AB cdef 0123 4567 89ab cdef'
  assert.match(
    await remove(fingerprint),
    /^this removes the node 0123 4567 89ab cdef 0123 4567 89ab cdef for good/,
  )
  assert.match(await remove('0123 4567 89ab cdef'), /^nobody here is or was called/)
  const [, again = ''] = /: \/remove (.*)$/.exec(await remove(fingerprint)) ?? []
  await remove(again)
  assert.deepEqual(room.asked, ['rekey 0123456789abcdef0123456789abcdef'])
  assert.match(await remove(annId), /cannot remove yourself/)
})

test('/topic shows the title of any room, and gives another', async (context) => {
  const { room, ask, terminal } = await enter(context)
  room.locked = false
  await ask('/topic', 'the room has no title: /topic and words give it one')
  terminal.type('/topic  Crew of the Ada \r/TITLE\r')
  await terminal.shows((text) => text.includes('/// the title of the room is "Crew of the Ada"'), 'the title')
  assert.deepEqual(room.asked, ['title Crew of the Ada'])
})
