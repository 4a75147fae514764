// N2: LINK_OK is a reply to LINK. A node that links without it would take its neighbour for linked, which knows nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { step } from '../../src/core/index.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import { selfOf } from '../../src/core/model/facts.ts'
import type { LinkId } from '../../src/core/model/ids.ts'
import { dial } from '../../src/core/ring/links.ts'
import { successors } from '../../src/core/ring/ring.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'

test('LINK_OK counts only where LINK was sent', () => {
  for (const linking of ['no', 'referred', 'asked'] as const) {
    const room = new HealthyRoom()
    const { state } = room.node(1)
    const member = selfOf(room.node(3).state)
    const id: LinkId = dial(state, 'candidate', member.addr, { expects: member.uid, ms: 1000 })
    const link = state.links.get(id)
    assert.ok(link)
    link.who = member
    state.ring.candidates.set(id, { member, linking })
    const frame = { type: 'linkOk', vid: state.view.vid } as const
    step(state, { type: 'frameReceived', link: id, lc: 0, frame })
    assert.equal(state.ring.next?.link === id, linking === 'asked', linking)
  }
})

test('LINK_OK counts no more once REFER was the reply, until LINK goes out again', () => {
  const room = new HealthyRoom()
  const { state } = room.node(1)
  const { next } = state.ring
  assert.equal(next?.linking, 'linked')
  const { vid } = state.view
  const prev = selfOf(room.node(3).state)
  step(state, { type: 'frameReceived', link: next.link, lc: 0, frame: { type: 'refer', prev, vid } })
  const linkOk = { type: 'frameReceived', link: next.link, lc: 0, frame: { type: 'linkOk', vid } } as const
  step(state, linkOk)
  assert.deepEqual([state.ring.next?.link, state.ring.next?.linking], [next.link, 'referred'])
  for (let n = 0; n < 4; n++) step(state, { type: 'timerFired', name: 'heartbeat' })
  assert.equal(state.ring.next?.linking, 'asked')
  step(state, linkOk)
  assert.equal(state.ring.next.linking, 'linked')
})

test('LINK counts only from a node that dialled us: one over the link to our leader does not end that link', () => {
  const { state } = new HealthyRoom().node(2)
  assert.ok(state.role.type === 'following')
  const { link, leader } = state.role
  // No view lists us yet, as after a restart.
  state.view = { vid: { term: 0, leader: '' as typeof leader.uid, ver: 0 }, members: [] }
  const frame = { type: 'link', vid: { term: 1, leader: leader.uid, ver: 1 } } as const
  const effects = step(state, { type: 'frameReceived', link, lc: 0, frame })
  assert.ok(state.links.has(link))
  assert.ok(!effects.some((effect) => effect.type === 'close' && effect.link === link))
})

test('a token goes behind the LINK that asks for a next, and again wherever next becomes another', () => {
  const { state } = new HealthyRoom().node(2)
  const { next } = state.ring
  assert.ok(next && state.role.type === 'following')
  // n1, who led, is dead. n2 is asked to become next while a link to n1 still counts as that.
  assert.equal(next.member.uid, state.role.leader.uid)
  const [, member] = successors(state)
  assert.ok(member)
  const id: LinkId = dial(state, 'candidate', member.addr, { expects: member.uid, ms: 1000 })
  state.links.get(id)!.who = member
  state.ring.candidates.set(id, { member, linking: 'asked' })
  state.ring.down.add(next.member.uid)
  const candidate = { uid: state.uid, inc: state.inc }
  const token = { type: 'elect', term: 2, candidate } as const
  state.election.lastElect = token
  state.role = { type: 'leaderless', lost: next.member.uid, started: true, voided: 0, offered: undefined }
  const sentTo = (effects: readonly Effect[]): LinkId[] =>
    effects.flatMap((effect) =>
      effect.type === 'send' && effect.frame.type === 'elect' ? [effect.link] : [],
    )
  assert.deepEqual(sentTo(step(state, { type: 'linkClosed', link: next.link, why: 'closed' })), [id])
  const linkOk = { type: 'linkOk', vid: state.view.vid } as const
  assert.deepEqual(sentTo(step(state, { type: 'frameReceived', link: id, lc: 0, frame: linkOk })), [])
  assert.equal(state.ring.next?.link, id)
})
