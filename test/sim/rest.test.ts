// Every rule of rest, L1 to L8, reports a room that breaks it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { putOutbox } from '../../src/core/log/names.ts'
import { namespaceOf, type LinkId } from '../../src/core/model/ids.ts'
import type { Unrest } from '../../sim/checkers/rest-rules.ts'
import {
  findUnrest,
  linkUnrest,
  runningNodes,
  standingUnrest,
  strayLinks,
} from '../../sim/checkers/rest-rules.ts'
import { islandsOf } from '../../sim/checkers/islands.ts'
import { HealthyRoom } from './healthy-room.ts'
import type { Chain } from '../../src/core/model/records.ts'

function unrest(room: HealthyRoom): Unrest | undefined {
  return findUnrest(runningNodes(room.world), room.checks.ghost)
}

function restless(id: string, break_: (room: HealthyRoom) => void): void {
  const room = new HealthyRoom()
  assert.equal(unrest(room), undefined)
  break_(room)
  assert.equal(unrest(room)?.id, id)
}

test('L1: a next that is not the next, a previous that is missing', () => {
  restless('L1', (room) => (room.node(2).state.ring.prev = undefined))
  restless('L1', (room) => {
    const { ring } = room.node(2).state
    assert.ok(ring.next)
    ring.next.linking = 'referred'
  })
})

test('L2: no office, two offices, another view, a stranger in the view', () => {
  restless('L2', (room) => {
    const { role } = room.node(1).state
    assert.ok(role.type === 'office')
    role.phase = 'gathering'
  })
  restless('L2', (room) => (room.node(2).state.role = room.node(1).state.role))
  restless('L2', (room) => {
    const { state } = room.node(2)
    state.view = { ...state.view, vid: { ...state.view.vid, ver: 99 } }
  })
  restless('L2', (room) => room.world.crash(room.node(3)))
})

test('L3: a frontier or a transcript that differs', () => {
  restless('L3', (room) => {
    const { frontier, uid, inc } = room.node(2).state
    frontier.advance(namespaceOf(uid, inc), 1, 1, '0'.repeat(64) as Chain)
  })
  restless('L3', (room) => room.checks.ghost.shadow(2).transcript.order.pop())
  restless('L3', (room) => room.checks.ghost.shadow(2).transcript.order.reverse())
})

test('L4: a message that is not sent', () => {
  restless('L4', (room) => {
    const { part } = room.next()
    putOutbox(room.node(2).state, part)
  })
})

test('L4: a message is in the outbox on disk, or was made and is nowhere', () => {
  restless('L4', (room) => void room.node(2).disk.outbox.push(room.next().part))
  restless('L4', (room) => {
    const { part } = room.next()
    room.checks.ghost.owe(2, part)
    room.checks.ghost.forgive(2, room.node(2).disk, false)
    assert.equal(unrest(room), undefined, 'it was in memory only')
    room.checks.ghost.owe(2, part)
    room.checks.ghost.kept.add(part)
    room.checks.ghost.forgive(2, room.node(2).disk, false)
  })
})

test('L4: a message that a live disk holds is not shown, or shown as another message', () => {
  const room = new HealthyRoom()
  const nodes = runningNodes(room.world)
  const { ghost } = room.checks
  assert.equal(standingUnrest(nodes, ghost), undefined)
  const [held] = room.log(3)
  assert.ok(held)
  const part = { ...held.part, text: 'another' }
  room.node(3).disk.log.push({ ...held, part })
  assert.equal(standingUnrest(nodes, ghost)?.id, 'L4')
})

test('L5: a timer of an election is armed', () => {
  restless('L5', (room) => room.node(2).timers.set('backup', 1))
})

test('L5: a link that serves nothing stays, or is forgotten and not closed', () => {
  const room = new HealthyRoom()
  const nodes = runningNodes(room.world)
  assert.deepEqual([...strayLinks(nodes)], [])
  assert.equal(linkUnrest(nodes, new Set()), undefined)
  const { state } = room.node(2)
  const [link] = state.links.values()
  assert.ok(link)
  state.links.set(996 as LinkId, { ...link, purpose: 'probe' })
  const before = strayLinks(nodes)
  assert.equal(before.size, 1)
  assert.equal(linkUnrest(nodes, new Set()), undefined, 'it may have come just now')
  assert.equal(linkUnrest(nodes, before)?.id, 'L5')
  state.links.delete(link.id)
  assert.equal(linkUnrest(nodes, new Set())?.id, 'L5')
})

test('L6: a member that has not stored everything', () => {
  restless('L6', (room) => {
    const { role } = room.node(1).state
    assert.ok(role.type === 'office')
    const follower = role.followers.get(room.node(2).uid)
    assert.ok(follower)
    follower.storedPos--
  })
})

test('L7: a join without a reply', () => {
  restless('L7', (room) => (room.node(2).entered = false))
})

test('L8: a stopped member keeps the room from rest until the others have dropped it', () => {
  const room = new HealthyRoom()
  room.world.pause(room.node(3), 60_000)
  assert.equal(unrest(room)?.id, 'L2')
  room.world.runFor(5000)
  assert.equal(unrest(room), undefined)
})

test('nodes that know no address of one another are islands', () => {
  const room = new HealthyRoom()
  assert.equal(islandsOf(room.world.nodes).length, 1)
  const lone = room.world.addNode()
  room.world.start(lone, 'create')
  assert.deepEqual(
    islandsOf(room.world.nodes).map((island) => island.length),
    [3, 1],
  )
})

test('an address that only a follower knows joins islands, from its book or from hearsay', () => {
  for (const hearsay of [false, true]) {
    const room = new HealthyRoom()
    const lone = room.world.addNode()
    room.world.start(lone, 'create')
    const { state } = room.node(2)
    const { uid, addr, name } = lone
    if (hearsay) state.hearsay.set(uid, addr)
    else state.book.set(uid, { uid, addr, name, left: false })
    assert.equal(islandsOf(room.world.nodes).length, 1)
  }
})
