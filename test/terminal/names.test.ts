// A name belongs to a key: names that look alike, keys that change behind a name, and ignoring by key (cli.md).

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainDisplay } from '../../src/chat/display.ts'
import { pipe, prompt, sit } from './chats.ts'
import { FakeRoom, annId, bobId, makeMessage } from './fake-room.ts'
import { FakeTerminal } from './fake-terminal.ts'
import type { Display } from '../../src/chat/display.ts'
import type { RoomMember } from '../../src/peer/room.ts'

const cidId = 'c'.repeat(32)
const [keyA, keyB, keyC, keyD] = ['a', 'b', 'c', 'd'].map((digit) =>
  Array.from({ length: 4 }, () => digit.repeat(4)).join(' '),
)
/** With a Cyrillic o. */
const falseBob = 'B\u043eb'
const bob = member(bobId, 'Bob', '10.0.0.2:4000')

function member(id: string, name: string, address = '10.0.0.3:4000'): RoomMember {
  return { id, name, address, leader: false }
}

function said(id: string, ts: number, text: string, name = 'Bob') {
  return makeMessage({ id: `${id}:${ts}`, ts, name, text })
}

function changeMembers(room: FakeRoom, ...others: RoomMember[]): void {
  room.others = others
  room.emit('members', room.members)
}

/** A person at a prompt so wide that no line is folded. */
function seat(room: FakeRoom, given: Parameters<typeof sit>[1] = {}) {
  const { run, code, terminal } = sit(room, given, new FakeTerminal(300, 60))
  const ask = async (command: string, ...answer: string[]) => {
    terminal.type(`${command}\r`)
    const all = `${answer.map((line) => `/// ${line}`).join('\n')}\n${prompt}`
    await terminal.shows((text) => text.endsWith(all), `${command}: ${all}`)
  }
  const shows = (line: string) => terminal.shows((text) => text.includes(`${line}\n`), line)
  const leave = async () => {
    terminal.type('\u0015\u0004')
    assert.equal(await code, 0)
  }
  return { run, terminal, ask, shows, leave }
}

test('those whose names look alike are shown with a piece of their keys', async () => {
  const room = new FakeRoom()
  room.others = [bob]
  room.hear(said(bobId, 1, 'one'))
  const { terminal, ask, shows, leave } = seat(room)
  await shows('> Bob(10.0.0.2:4000)[1]: one')
  // A visit, which is gone: nobody has met it, and it gives no piece to others.
  room.hear(said('e'.repeat(32), 1, 'a visit'))
  await shows('> Bob[eeee](10.0.0.2:4000)[1]: a visit')
  await ask(
    '/names',
    '2 members, in ring order, with the first digits of ids:',
    'Ann(10.0.0.1:4000) - aaaa, you, leader',
    'Bob(10.0.0.2:4000) - bbbb',
  )
  terminal.type('/msg b\t')
  await terminal.shows((text) => text.endsWith(`${prompt} /msg Bob`), 'the one that is there')
  terminal.type('\t')
  await terminal.shows((text) => text.endsWith(`${prompt} /msg Bob`), 'no other')
  terminal.type('\u0015')
  changeMembers(room, bob, member(cidId, falseBob))
  changeMembers(room, bob)
  room.hear(said(cidId, 2, 'two Ann', falseBob))
  await shows(`> ${falseBob}[cccc](10.0.0.2:4000)[2]: two Ann`)
  assert.deepEqual(terminal.notifications, [`ringleader: ${falseBob}[cccc]: two Ann`])
  room.hear(said(bobId, 3, 'three'))
  await shows('> Bob[bbbb](10.0.0.2:4000)[3]: three')
  const self = 'Ann(10.0.0.1:4000)'
  await ask(
    '/names',
    '2 members, in ring order, with the first digits of ids:',
    `${self} - aaaa, you, leader`,
    'Bob[bbbb](10.0.0.2:4000) - bbbb',
  )
  room.ring = { ...room.ring, next: bob }
  const leader = `open, term 1; leader ${self} - you, elected in term 1`
  await ask(
    '/ring',
    `nobody -> ${self} aaaa -> Bob[bbbb](10.0.0.2:4000) bbbb`,
    leader,
    '4 messages held, 0 of yours on the way',
  )
  await ask(
    '/whois bob',
    'the key of Bob[bbbb](10.0.0.2:4000):',
    `${keyB} ${keyB}`,
    'the key of Bob[eeee], who is not in the room:',
    'eeee eeee eeee eeee eeee eeee eeee eeee',
    `the key of ${falseBob}[cccc], who is not in the room:`,
    `${keyC} ${keyC}`,
  )
  await ask('/whois Bob[bbbb]', 'the key of Bob[bbbb](10.0.0.2:4000):', `${keyB} ${keyB}`)
  await ask('/whois cccc cccc', `the key of ${falseBob}[cccc], who is not in the room:`, `${keyC} ${keyC}`)
  terminal.type('\u000c/format short\r')
  await shows('/// /format is short now')
  terminal.type('/timestamp off\r')
  await shows('/// /timestamp is off now')
  await ask('/history 2', `${falseBob}[cccc]: two Ann`, 'Bob[bbbb]: three')
  changeMembers(room, member(bobId, 'Cid'))
  await shows('/// Bob[bbbb] is now Cid')
  const who = { uid: bobId, name: 'Bob', addr: '10.0.0.2:4000' } as never
  room.emit('notice', { text: '', line: { type: 'left', who } })
  await shows('/// Bob[bbbb](10.0.0.2:4000) left')
  await leave()
})

test('lines at a pipe, and objects, are the same whoever looks like whom', async () => {
  for (const json of [false, true]) {
    const room = new FakeRoom()
    room.others = [bob, member(cidId, falseBob)]
    room.hear(said(bobId, 1, 'one'))
    room.hear(said(cidId, 2, 'two', falseBob))
    room.hear(said(bobId, 3, 'three'))
    const { code, input, output } = pipe(room, { json })
    input.end()
    assert.equal(await code, 0)
    const lines = output.lines.filter((line) => line.startsWith(json ? '{"type":"message"' : '>'))
    if (json) assert.ok(lines.length === 3 && lines.every((line) => !line.includes('[')))
    else
      assert.deepEqual(lines, [
        '> Bob(10.0.0.2:4000)[1]: one',
        `> ${falseBob}(10.0.0.2:4000)[2]: two`,
        '> Bob(10.0.0.2:4000)[3]: three',
      ])
    assert.match(output.text, /\[cccc\]\(10\.0\.0\.3:4000\) and Bob\[bbbb\]\(10\.0\.0\.2:4000\) have names/)
  }
})

test('a member with another key than the one of that name before is announced, once', async () => {
  const room = new FakeRoom()
  const { terminal, shows, leave } = seat(room)
  await shows('/// the room is open: anybody who reaches 10.0.0.1:4000 can join and read')
  changeMembers(room, bob)
  changeMembers(room)
  const ask = 'ask by another way whether it is the same person'
  const news = `/// ${falseBob}[cccc](10.0.0.3:4000) has another key than the Bob of before: ${keyC}, not ${keyB}; ${ask}`
  changeMembers(room, member(cidId, falseBob))
  await shows(news)
  // They are known to be two now.
  changeMembers(room, bob)
  changeMembers(room, bob, member(cidId, falseBob))
  changeMembers(room, bob, { ...member('e'.repeat(32), 'Bob'), visit: true })
  changeMembers(room, bob, member('d'.repeat(32), 'bob'))
  const two = `/// bob[dddd](10.0.0.3:4000) and Bob[bbbb](10.0.0.2:4000) have names that look alike, and different keys: ${keyD} and ${keyB}`
  await shows(two)
  // One who takes one's own name.
  changeMembers(room, member('9'.repeat(32), 'ann'))
  await shows(
    `/// ann[9999](10.0.0.3:4000) and Ann[aaaa](10.0.0.1:4000) have names that look alike, and different keys: 9999 9999 9999 9999 and ${keyA}`,
  )
  assert.equal(terminal.text.match(/different keys|another key/g)?.length, 3)
  // Keys are cheap: they cannot fill a screen.
  for (let i = 0; i < 10; i++) changeMembers(room, member(String(i).padStart(32, '0'), 'Eve'))
  changeMembers(room, member('f'.repeat(32), 'Fay'))
  changeMembers(room, member(cidId, 'Fay'))
  await shows(
    `/// Fay[cccc](10.0.0.3:4000) has another key than the Fay of before: ${keyC}, not ffff ffff ffff ffff; ask by another way whether it is the same person`,
  )
  assert.equal(terminal.text.match(/the Eve of before/g)?.length, 4)
  await leave()
})

test('who spoke before, and who is in the address book of the room, is known', async () => {
  const room = new FakeRoom()
  room.others = [member(cidId, 'Bob'), member('d'.repeat(32), 'Dan')]
  room.hear(said('9'.repeat(32), 1, 'old', 'Eve'))
  const open: { now: () => void } = { now: () => {} }
  const { run, terminal, shows, leave } = seat(room, {
    open: () => new Promise((resolve) => (open.now = () => resolve(room))),
  })
  run.useKnown(
    new Map([
      [
        room.id,
        [
          { id: bobId, name: 'Bob' },
          { id: 'd'.repeat(32), name: 'Dan' },
          { id: 'e'.repeat(32), name: 'Dan' },
        ],
      ],
      ['0'.repeat(32), [{ id: 'f'.repeat(32), name: 'Fay' }]],
    ]),
  )
  open.now()
  await shows('> Eve(10.0.0.2:4000)[1]: old')
  const before = terminal.text
  assert.ok(
    before.includes(`Bob[cccc](10.0.0.3:4000) has another key than the Bob of before: ${keyC}, not ${keyB}`),
  )
  changeMembers(room, ...room.others, member('8'.repeat(32), 'Fay'), member('7'.repeat(32), 'Eve'))
  await shows(
    '/// Eve[7777](10.0.0.3:4000) has another key than the Eve of before: 7777 7777 7777 7777, not 9999 9999 9999 9999; ask by another way whether it is the same person',
  )
  // Both were known as Dan already; Fay is of another room.
  assert.doesNotMatch(terminal.text, /(Dan|Fay).* has another key/)
  await leave()
})

test('what an ignored key says is not shown, does not ring and is not offered, whatever its name', async () => {
  const room = new FakeRoom()
  room.others = [bob]
  const saved: Display[] = []
  const open: { now: () => void } = { now: () => {} }
  const { run, terminal, ask, shows, leave } = seat(room, {
    open: () => new Promise((resolve) => (open.now = () => resolve(room))),
  })
  run.useSettings(plainDisplay, async (display) => void saved.push(display))
  open.now()
  await shows('/// the room is open: anybody who reaches 10.0.0.1:4000 can join and read')
  await ask('/ignore', 'you ignore nobody')
  await ask('/ignore ann', 'you cannot ignore yourself')
  await ask('/ignore aaaa', 'you cannot ignore yourself')
  await ask('/ignore eve', 'nobody here is or was called eve; /names lists all')
  await ask(
    '/ignore bob',
    'Bob(10.0.0.2:4000) is ignored: what this key says is not shown here; /unignore bbbbbbbb ends that',
  )
  await ask('/ignore BBBB', 'Bob(10.0.0.2:4000) is ignored already')
  assert.deepEqual(saved.at(-1)?.ignored, [{ id: bobId, name: 'Bob' }])
  room.hear(said(bobId, 1, 'Ann, hidden'))
  changeMembers(room, member(bobId, 'Zoe'))
  room.hear(said(bobId, 2, 'Ann, hidden too', 'Zoe'))
  room.hear(said(cidId, 3, 'seen', 'Cid'))
  await shows('> Cid(10.0.0.2:4000)[3]: seen')
  assert.doesNotMatch(terminal.text, /hidden|is now/)
  assert.deepEqual([terminal.bells, terminal.notifications.length], [0, 0])
  await ask('/ignore', 'ignored:', `Bob ${keyB}: 2 messages not shown since the start`)
  terminal.type('z\t')
  await terminal.shows((text) => text.endsWith(`${prompt} z`), 'no completion')
  terminal.type('\u0015/unignore z\t')
  await terminal.shows((text) => text.endsWith(`${prompt} /unignore Zoe`), 'a completion')
  terminal.type('\u0015\u000c')
  await ask('/history 5', '> Cid(10.0.0.2:4000)[3]: seen')
  assert.doesNotMatch(terminal.text, /hidden/)
  await ask('/unignore eve', 'you ignore nobody called eve; /ignore lists whom you ignore')
  await ask('/unignore bbbbbbbb', 'Bob is not ignored any more')
  assert.deepEqual(saved.at(-1)?.ignored, [])
  room.hear(said(bobId, 4, 'back', 'Zoe'))
  await shows('> Zoe(10.0.0.2:4000)[4]: back')
  await leave()
})

test('who is meant must be clear; what is kept is ignored from the start, but not in objects', async () => {
  const room = new FakeRoom()
  room.others = [bob, member(cidId, falseBob), member(annId.replace(/^a/, '9'), 'Ann')]
  room.hear(said(bobId, 1, 'hidden'))
  room.hear(said(cidId, 2, 'seen', falseBob))
  const open: { now: () => void } = { now: () => {} }
  const { run, terminal, ask, shows, leave } = seat(room, {
    open: () => new Promise((resolve) => (open.now = () => resolve(room))),
  })
  run.useSettings({ ...plainDisplay, ignored: [{ id: bobId, name: 'Bob' }] }, async () => {})
  open.now()
  await shows(`> ${falseBob}[cccc](10.0.0.2:4000)[2]: seen`)
  assert.doesNotMatch(terminal.text, /hidden/)
  await ask(
    '/ignore bob',
    'bob can be several; give the beginning of the fingerprint instead:',
    `Bob[bbbb](10.0.0.2:4000) ${keyB}`,
    `${falseBob}[cccc](10.0.0.3:4000) ${keyC}`,
  )
  terminal.type('/ignore Ann\r')
  await terminal.shows((text) => text.includes('/// Ann[9aaa](10.0.0.3:4000) is ignored'), 'the other Ann')
  await leave()
  const piped = pipe(room, { json: true })
  piped.run.useSettings({ ...plainDisplay, ignored: [{ id: bobId, name: 'Bob' }] }, async () => {})
  piped.input.end()
  assert.equal(await piped.code, 0)
  assert.match(piped.output.text, /"text":"hidden"/)
})
