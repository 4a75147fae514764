// What a peer did ends when it leaves (PROTOCOL.md section 2.17): views, books and terms of strangers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import { selfOf } from '../../src/core/model/facts.ts'
import { termMaxAt } from '../../src/core/model/bounds.ts'
import type { BookEntry, Frame, Member } from '../../src/core/model/frames.ts'
import type { Address, LinkId, Uid } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import type { Following } from '../../src/core/model/state.ts'
import type { State } from '../../src/core/index.ts'
import { step } from '../../src/core/index.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'

const wall = Date.UTC(2026, 6, 1, 12)

function stranger(first: string): Member {
  return {
    uid: first.repeat(32) as Uid,
    inc: makeInc(1, '0123456789abcdef'),
    name: 'Mal',
    addr: '10.0.0.99:4000' as Address,
  }
}

const absent: BookEntry = {
  uid: '2'.repeat(32) as Uid,
  addr: '10.0.0.50:4000' as Address,
  name: 'Eve',
  left: false,
}

/** A node dials `state` and says HELLO. Returns what sends further frames of it. */
function greet(state: State, who: Member, link = 901 as LinkId): (frame: Frame) => readonly Effect[] {
  step(state, { type: 'linkAccepted', link, uid: who.uid })
  const say = (frame: Frame): readonly Effect[] => step(state, { type: 'frameReceived', link, lc: 0, frame })
  say({ type: 'hello', room: state.room, ...who })
  return say
}

function dialsOf(effects: readonly Effect[]): Extract<Effect, { type: 'dial' }>[] {
  return effects.filter((effect) => effect.type === 'dial')
}

test('a view that a stranger planted does not count after the stranger has left', () => {
  for (const hasLeft of [true, false]) {
    const room = new HealthyRoom()
    const [n1, n2] = [room.node(1).state, room.node(2).state]
    const leader = selfOf(n1)
    const say = greet(n2, stranger('1'))
    say({ type: 'link', vid: { term: 1, leader: leader.uid, ver: 0 } })
    const vid = { term: n2.view.vid.term + 1000, leader: leader.uid, ver: 1 }
    say({ type: 'view', view: { vid, members: [leader] }, book: [] })
    const before = n2.view.members.length
    if (hasLeft) say({ type: 'bye', reason: 'closing' })
    if (n2.role.type !== 'following') assert.fail()
    const effects = step(n2, { type: 'linkClosed', link: n2.role.link, why: 'refused' })
    const check = dialsOf(effects).at(-1)
    if (check) step(n2, { type: 'linkClosed', link: check.link, why: 'refused' })
    assert.equal(n2.view.members.length, hasLeft ? before : 0)
  }
})

test('what a stranger says of a member changes neither its address nor whether it said goodbye', () => {
  const word = { ...absent, addr: '6.6.6.6:6' as Address, name: 'x', left: true }
  const leading = new HealthyRoom().node(1).state
  leading.book.set(absent.uid, absent)
  const follow = { type: 'follow', after: '', role: 'member', disk: true, name: 'Mal' } as const
  greet(leading, stranger('1'))({ ...follow, frontier: new Map(), book: [word] })
  assert.deepEqual(leading.book.get(absent.uid), absent)
  assert.equal(leading.hearsay.get(absent.uid), word.addr)

  const room = new HealthyRoom()
  const [n1, n2, n3] = [room.node(1).state, room.node(2).state, selfOf(room.node(3).state)]
  n2.book.set(absent.uid, absent)
  n2.role = { type: 'leaderless', lost: selfOf(n1).uid, started: true, voided: 0, offered: undefined }
  const named: Member = { ...stranger('2'), addr: '6.6.6.6:7' as Address }
  greet(n2, n3)({ type: 'alive', leader: named })
  assert.deepEqual(n2.book.get(absent.uid), absent)
})

test('a member is believed that another said goodbye, at the address that is known', () => {
  const room = new HealthyRoom()
  const { state } = room.node(1)
  const n2 = selfOf(room.node(2).state)
  state.book.set(absent.uid, absent)
  const word = { ...absent, addr: '6.6.6.6:6' as Address, left: true }
  const follow = { type: 'follow', after: '', role: 'member', disk: true, name: n2.name } as const
  greet(state, n2)({ ...follow, frontier: new Map(), book: [word] })
  assert.deepEqual(state.book.get(absent.uid), { ...absent, left: true })
})

test('a term that a MOVE raised is taken by followers whose clock is behind', () => {
  const room = new HealthyRoom()
  const [n1, n2] = [room.node(1).state, room.node(2).state]
  n1.wall = wall
  n2.wall = wall - 30_000
  const small = stranger('0')
  const say = greet(n1, small)
  const follow = { type: 'follow', after: '', role: 'bridge', disk: true, name: 'Mal', book: [] } as const
  say({ ...follow, frontier: new Map(n1.frontier) })
  say({ type: 'upDone' })
  const effects = say({ type: 'move', term: termMaxAt(wall, 'others'), many: false, members: [small] })
  const view = effects.flatMap((effect) =>
    effect.type === 'send' && effect.frame.type === 'view' ? [effect.frame] : [],
  )[0]
  assert.ok(view && view.view.vid.term > termMaxAt(wall, 'others'))
  const { link } = n2.role as Following
  step(n2, { type: 'frameReceived', link, lc: 0, frame: view })
  assert.deepEqual(n2.view.vid, view.view.vid)
})

test('members that a large view listed make no more than bookMax absent lines when a smaller one follows', () => {
  const room = new HealthyRoom()
  const follower = room.node(2).state
  if (follower.role.type !== 'following') assert.fail()
  const { link } = follower.role
  const { vid, members } = follower.view
  const ghosts = Array.from({ length: 300 }, (_none, i) => ({
    ...stranger('3'),
    uid: i.toString(16).padStart(32, '0') as Uid,
    addr: `10.66.0.${i}:4000` as Address,
  }))
  for (const [more, listed] of [[...members, ...ghosts], members].entries()) {
    const view = { vid: { ...vid, ver: vid.ver + 1 + more }, members: listed }
    const effects = step(follower, {
      type: 'frameReceived',
      link,
      lc: 0,
      frame: { type: 'view', view, book: [] },
    })
    const kept = effects.find((effect) => effect.type === 'keepBook')
    const absentLines = kept?.book.filter(({ uid }) => !listed.some((member) => member.uid === uid))
    assert.equal(absentLines?.length, more === 0 ? 0 : follower.config.bookMax)
  }
})
