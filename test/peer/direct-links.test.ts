/** Direct links end with membership, and with the room. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Address, LinkId, RoomId, Uid } from '../../src/core/model/ids.ts'
import { DirectLinks } from '../../src/peer/direct/direct-links.ts'
import type { NoLink } from '../../src/peer/direct/direct-links.ts'
import type { DirectFrame } from '../../src/wire/direct-codec.ts'
import { FakeClock } from './fakes.ts'

const room = 'a'.repeat(32) as RoomId
const bob = 'b'.repeat(32) as Uid
const address = '10.0.0.2:4000' as Address

/** A node whose only other member is Bob, until he is removed. */
function stage() {
  let isMember = true
  let last = 1
  const closed: LinkId[] = []
  const sent: DirectFrame[] = []
  const served: DirectFrame[] = []
  const links: DirectLinks = new DirectLinks({
    transport: {
      attachDirect: () => undefined,
      mintLink: () => (last += 2) as LinkId,
      dialDirect: () => undefined,
      sendDirect: (_, frame) => void sent.push(frame),
      hold: () => undefined,
      close: (link) => void closed.push(link),
    },
    clock: new FakeClock(),
    room,
    key: () => undefined,
    addressOf: (uid) => (isMember && uid === bob ? address : undefined),
    serve: (_, first) => {
      served.push(first)
      return { received: (frame) => void served.push(frame), closed: () => undefined }
    },
  })
  const remove = (): void => {
    isMember = false
    links.membersChanged()
  }
  return { links, closed, sent, served, remove }
}

const want: DirectFrame = { type: 'want', hash: '0'.repeat(64) }
const link = 2 as LinkId

test('the links of one that is removed end, whether they serve already or not', () => {
  for (const isServed of [true, false]) {
    const { links, closed, sent, served, remove } = stage()
    links.called(link, bob)
    links.received(link, { type: 'open', room })
    assert.deepEqual(sent, [{ type: 'opened' }])
    if (isServed) links.received(link, want)
    remove()
    assert.ok(closed.includes(link))
    // What is still on its way is not served.
    if (!isServed) links.received(link, want)
    assert.deepEqual(served, isServed ? [want] : [])
  }
})

test('a line that is being dialled fails when its member is removed, and when the room ends', () => {
  for (const end of ['removed', 'over'] as const) {
    const { links, closed, remove } = stage()
    const failed: NoLink[] = []
    links.open(
      bob,
      () => assert.fail('it is not there'),
      (why) => void failed.push(why),
    )
    if (end === 'removed') remove()
    else links.end()
    assert.deepEqual(failed, ['gone'])
    assert.equal(closed.length, 1)
  }
})
