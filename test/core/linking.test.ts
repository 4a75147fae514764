// N2: LINK_OK is a reply to LINK. A node that links without it would take its neighbour for linked, which knows nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { step } from '../../src/core/index.ts'
import { selfOf } from '../../src/core/model/facts.ts'
import type { LinkId } from '../../src/core/model/ids.ts'
import { dial } from '../../src/core/ring/links.ts'
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
