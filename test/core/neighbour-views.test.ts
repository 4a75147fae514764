// N3: of two neighbours the one with the newer view sends it, once for each pair of views.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { step } from '../../src/core/index.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'

test('a neighbour whose PING names an older view is sent ours, once', () => {
  const { state } = new HealthyRoom().node(2)
  const { vid } = state.view
  const link = [...state.links.values()].find(({ who }) => who && who.uid !== vid.leader)
  assert.ok(link)
  const viewsAfter = (ver: number): unknown[] =>
    step(state, {
      type: 'frameReceived',
      link: link.id,
      lc: 0,
      frame: { type: 'ping', nonce: 0, vid: { ...vid, ver }, safe: 0 },
    }).filter((effect) => effect.type === 'send' && effect.link === link.id && effect.frame.type === 'view')
  assert.equal(viewsAfter(vid.ver).length, 0)
  assert.equal(viewsAfter(vid.ver - 1).length, 1)
  assert.equal(viewsAfter(vid.ver - 1).length, 0)
  assert.equal(viewsAfter(vid.ver - 2).length, 1)
})
