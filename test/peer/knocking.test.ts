// The desk at the door of a locked room: who is told of, for how long, and what becomes of its link.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { KnockNews } from '../../src/core/model/frames.ts'
import type { Address, LinkId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import { KnockDesk } from '../../src/peer/knocking.ts'
import { FakeClock, FakeTransport, roomId } from './fakes.ts'

/** `knock(n)`: node n knocks, on link 10n unless another is given. */
function setUp(key: 'e' | 'none' = 'e') {
  const clock = new FakeClock()
  const transport = new FakeTransport()
  const told: string[] = []
  const shared: string[] = []
  const desk = new KnockDesk({
    clock,
    transport,
    self: 'me' as Uid,
    room: roomId,
    key: () => (key === 'none' ? undefined : (key.repeat(32) as RoomKey)),
    report: ({ number, name }, state, by) => told.push(`${number} ${name} ${state}${by ? ` by ${by}` : ''}`),
    share: ({ name, state, by }) => shared.push(`${name} ${state}${by ? ` by ${by}` : ''}`),
    answer: (door, uid, admit) => shared.push(`${admit ? 'admit' : 'deny'} ${uid.slice(-1)} at ${door}`),
  })
  const knock = (n: number, link = 10 * n): void =>
    desk.knocked(link as LinkId, {
      uid: String(n).padStart(32, '0') as Uid,
      name: `n${n}`,
      addr: `10.0.0.${n}:5000` as Address,
    })
  /** At the door of another member. */
  const heard = (n: number, state: KnockNews['state'] = 'waits', door = 'd1', name = `n${n}`): void =>
    desk.heard({
      door: door as Uid,
      state,
      uid: String(n).padStart(32, '0') as Uid,
      name,
      addr: `10.0.0.${n}:5000` as Address,
    })
  const closed = (link: number): boolean => desk.closed(link as LinkId)
  return { clock, asked: transport.asked, told, shared, desk, knock, heard, closed }
}

test('knocks have numbers that are not used again; one is let in, one is turned away', () => {
  const { desk, knock, told, asked } = setUp()
  knock(1)
  knock(2)
  desk.admit(2)
  desk.deny(1)
  knock(3)
  assert.deepEqual(told, [
    '1 n1 waits',
    '2 n2 waits',
    '2 n2 admitted by me',
    '1 n1 denied by me',
    '3 n3 waits',
  ])
  assert.deepEqual(asked, ['admit 20 1111 eeee', 'deny 10'])
  assert.deepEqual(desk.knocking, [
    { number: 3, id: '3'.padStart(32, '0'), name: 'n3', address: '10.0.0.3:5000' },
  ])
  const ends: Record<number, string> = {
    1: 'knock 1 has ended: it was turned away',
    2: 'knock 2 has ended: it was let in',
  }
  for (const number of [1, 2, 4, 0, NaN])
    for (const answer of [() => desk.admit(number), () => desk.deny(number)])
      assert.throws(answer, {
        code: 'ERR_USAGE',
        message: ends[number] ?? `nobody knocks with number ${number}`,
      })
})

test('who was turned away by somebody is not told of again; who was let in may knock again', () => {
  const { desk, knock, told, asked } = setUp()
  knock(1)
  desk.deny(1)
  knock(1, 11)
  knock(2)
  desk.admit(2)
  knock(2, 21)
  assert.deepEqual(told.slice(2), ['2 n2 waits', '2 n2 admitted by me', '3 n2 waits'])
  assert.deepEqual(asked, ['deny 10', 'deny 11', 'admit 20 1111 eeee'])
})

test('a node that knocks again keeps its number, and is answered on its new link', () => {
  const { desk, knock, told, asked, closed } = setUp()
  knock(1)
  knock(1, 11)
  assert.deepEqual([told, asked], [['1 n1 waits'], ['close']])
  assert.equal(closed(10), true)
  assert.equal(desk.knocking.length, 1)
  desk.admit(1)
  assert.deepEqual(asked.slice(1), ['admit 11 1111 eeee'])
})

test('one whose link ends gave up; links of others are none of its business', () => {
  const { desk, knock, told, closed } = setUp()
  knock(1)
  assert.equal(closed(20), false)
  assert.equal(closed(10), true)
  assert.equal(closed(10), false)
  assert.deepEqual(told, ['1 n1 waits', '1 n1 gone'])
  assert.deepEqual(desk.knocking, [])
})

test('the link of one that was turned away without a word is known too', () => {
  const { desk, knock, told, closed } = setUp()
  knock(1)
  desk.deny(1)
  knock(1, 11)
  assert.deepEqual([closed(10), closed(11)], [true, true])
  assert.deepEqual(told, ['1 n1 waits', '1 n1 denied by me'])
})

test('after 10 minutes one is turned away, and may come again', () => {
  const { clock, knock, told, asked, desk } = setUp()
  knock(1)
  clock.pass(599_999)
  assert.equal(desk.knocking.length, 1)
  clock.pass(1)
  assert.deepEqual([told, asked], [['1 n1 waits', '1 n1 expired'], ['deny 10']])
  knock(1, 11)
  assert.equal(told.at(-1), '2 n1 waits')
})

test('six a minute and eight at a time are told of; others are turned away without a word', () => {
  const { clock, desk, knock, told, asked } = setUp()
  for (let n = 1; n <= 7; n++) knock(n)
  assert.deepEqual([told.length, asked], [6, ['locked 70']])
  clock.pass(60_000)
  for (let n = 7; n <= 9; n++) knock(n)
  assert.deepEqual([told.length, asked], [8, ['locked 70', 'locked 90']])
  desk.deny(1)
  knock(9)
  assert.deepEqual(told.slice(8), ['1 n1 denied by me', '9 n9 waits'])
})

test('without a key nobody can be let in: all are turned away', () => {
  const { knock, told, asked } = setUp('none')
  knock(1)
  assert.deepEqual([told, asked], [[], ['locked 10']])
})

test('a room that is over leaves no timer behind', () => {
  const { clock, desk, knock } = setUp()
  knock(1)
  knock(2)
  desk.admit(1)
  desk.end()
  assert.equal(clock.armed, 0)
  assert.deepEqual(desk.knocking, [])
})

test('others are told who knocks here, of its end, and again when the members change', () => {
  const { desk, knock, shared, closed } = setUp()
  knock(1)
  knock(2)
  assert.deepEqual(shared.splice(0), ['n1 waits', 'n2 waits'])
  desk.members(new Set(['d1']))
  assert.deepEqual(shared.splice(0), ['n1 waits', 'n2 waits'])
  desk.admit(1)
  closed(20)
  knock(3)
  desk.deny(3)
  assert.deepEqual(shared, ['n1 admitted by me', 'n2 gone', 'n3 waits', 'n3 denied by me'])
})

test('one that knocks at another member has a number here, is answered there, and ends as it ends there', () => {
  const { desk, heard, told, shared, asked } = setUp()
  for (const n of [1, 2, 3]) heard(n)
  heard(1)
  desk.admit(2)
  desk.deny(1)
  assert.deepEqual(shared, ['admit 2 at d1', 'deny 1 at d1'])
  assert.equal(desk.knocking.length, 3, 'the door decides')
  heard(2, 'admitted')
  heard(1, 'denied')
  heard(3, 'gone', 'd2')
  heard(9, 'gone')
  assert.deepEqual(told, ['1 n1 waits', '2 n2 waits', '3 n3 waits', '2 n2 admitted', '1 n1 denied'])
  heard(1)
  assert.equal(desk.knocking.length, 1, 'who was denied is not told of again')
  desk.members(new Set(['d2']))
  assert.equal(told.at(-1), '3 n3 unreachable')
  assert.deepEqual(asked, [])
})

test('an answer of another member counts for one that knocks here and still waits', () => {
  const { desk, knock, heard, told, asked } = setUp()
  knock(1)
  heard(2)
  for (const [n, admit] of [
    [1, true],
    [1, false],
    [2, true],
    [3, true],
  ] as const)
    desk.answered(String(n).padStart(32, '0') as Uid, admit, 'cid' as Uid)
  assert.deepEqual(asked, ['admit 10 1111 eeee'])
  assert.deepEqual(told, ['1 n1 waits', '2 n2 waits', '1 n1 admitted by cid'])
})

test('one that knocks here as well as there is one, and is answered here', () => {
  const { desk, knock, heard, told, asked, shared } = setUp()
  heard(1)
  knock(1)
  heard(1, 'gone')
  desk.admit(1)
  assert.deepEqual(asked, ['admit 10 1111 eeee'])
  assert.deepEqual(told, ['1 n1 waits', '1 n1 admitted by me'])
  assert.deepEqual(shared, ['n1 waits', 'n1 admitted by me'])
})

test('all doors together are within the limits, the last two are for those here, and no timer stays', () => {
  const { clock, desk, knock, heard, told, asked } = setUp()
  for (let n = 1; n <= 3; n++) knock(n)
  for (let n = 4; n <= 8; n++) heard(n, 'waits', `d${n}`)
  assert.equal(told.length, 4)
  for (let n = 9; n <= 11; n++) knock(n)
  assert.deepEqual([told.length, asked], [6, ['locked 110']])
  clock.pass(60_000)
  heard(5, 'waits', 'd5')
  assert.equal(told.length, 6)
  for (let n = 11; n <= 13; n++) knock(n)
  assert.deepEqual([told.length, asked], [8, ['locked 110', 'locked 130']])
  clock.pass(700_000)
  assert.deepEqual(desk.knocking, [])
  assert.equal(clock.armed, 0)
})

test('what another member says that it has denied denies nobody here; what is denied here is', () => {
  const { clock, desk, knock, heard, told, asked } = setUp()
  heard(1)
  heard(1, 'denied')
  heard(2, 'denied')
  knock(1)
  knock(2)
  assert.deepEqual([told.slice(2), asked], [['2 n1 waits', '3 n2 waits'], []])
  clock.pass(60_000)
  heard(3)
  desk.deny(4)
  heard(3, 'gone')
  knock(3)
  assert.deepEqual(asked, ['deny 30'])
})

test('one that another member gave a name has its own name when it knocks here', () => {
  const { desk, knock, heard, told, shared } = setUp()
  heard(1, 'waits', 'd1', 'Ann')
  knock(1)
  assert.deepEqual(told, ['1 Ann waits', '1 n1 waits'])
  assert.equal(desk.knocking[0]?.name, 'n1')
  desk.shareAgain()
  assert.deepEqual(shared, ['n1 waits', 'n1 waits'])
})
