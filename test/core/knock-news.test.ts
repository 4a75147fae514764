// Who knocks at a member of a locked room is told to all over the star, and any of them may answer (PROTOCOL.md section 2.20).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Address, LinkId, Uid } from '../../src/core/model/ids.ts'
import type { SimNode } from '../../sim/world/world.ts'
import { World } from '../../sim/world/world.ts'

const knocker = { uid: 'b0b'.padEnd(32, '0') as Uid, name: 'Bob', addr: '10.9.9.9:4000' as Address }

/** A room at rest; `heard`: what its nodes hand to people, since it was asked last. */
function room(count: number, locked = true) {
  const world = new World({ seed: 1, ordered: true, locked })
  const nodes = Array.from({ length: count }, () => world.addNode())
  const told: string[] = []
  for (const [i, node] of nodes.entries()) {
    world.start(node, i === 0 ? 'create' : { join: nodes[0]! })
    world.runFor(500)
  }
  world.observers.push({
    stepped: ({ name }, _event, effects) => {
      for (const effect of effects)
        if (effect.type === 'knockHeard')
          told.push(
            `${name} ${effect.news.name} ${effect.news.state} at ${world.byUid(effect.news.door)?.name}`,
          )
        else if (effect.type === 'knockAnswered')
          told.push(
            `${name} ${effect.admit ? 'admit' : 'deny'} by ${effect.by && world.byUid(effect.by)?.name}`,
          )
        else if (effect.type === 'log' && effect.line.type === 'refused')
          told.push(`${name} ${effect.line.what}`)
    },
  })
  const heard = (): string[] => {
    world.runFor(200)
    return told.splice(0).sort()
  }
  const share = (node: SimNode): void =>
    world.feed(node, { type: 'knockShared', news: { ...knocker, state: 'waits' } })
  return { world, nodes, heard, share }
}

test('all others hear of a knock once, whether the door follows or leads', () => {
  const { nodes, heard, share } = room(4)
  share(nodes[2]!)
  assert.deepEqual(heard(), ['n1 Bob waits at n3', 'n2 Bob waits at n3', 'n4 Bob waits at n3'])
  share(nodes[0]!)
  assert.deepEqual(heard(), ['n2 Bob waits at n1', 'n3 Bob waits at n1', 'n4 Bob waits at n1'])
})

test('an answer reaches the door, from a follower and from the leader, and nobody else', () => {
  const { world, nodes, heard } = room(4)
  const answer = (from: SimNode, door: SimNode, admit: boolean): void =>
    world.feed(from, { type: 'knockAnswerGiven', door: door.uid, uid: knocker.uid, admit })
  answer(nodes[3]!, nodes[1]!, true)
  assert.deepEqual(heard(), ['n2 admit by n4'])
  answer(nodes[0]!, nodes[1]!, false)
  assert.deepEqual(heard(), ['n2 deny by n1'])
  answer(nodes[3]!, nodes[0]!, true)
  assert.deepEqual(heard(), ['n1 admit by n4'])
  // A door that has gone is nobody.
  world.crash(nodes[1]!)
  world.runFor(2000)
  answer(nodes[3]!, nodes[1]!, true)
  assert.deepEqual(heard(), [])
})

test('the leader says whose an answer is, not the follower that sends it', () => {
  const { world, nodes, heard } = room(4)
  const [, n2, n3, n4] = nodes as [SimNode, SimNode, SimNode, SimNode]
  const { role } = n2.state!
  assert.ok(role.type === 'following')
  const frame: Frame = { type: 'answer', door: n4.uid, uid: knocker.uid, admit: true, by: n3.uid }
  world.network.send(n2, role.link, n2.state!.clock, frame, false)
  assert.deepEqual(heard(), ['n4 admit by n2'])
})

test('a follower that names another door is cut off, and nobody hears of it', () => {
  const { world, nodes, heard } = room(4)
  const [n1, n2, n3] = nodes as [SimNode, SimNode, SimNode]
  const frame: Frame = { type: 'knocking', door: n3.uid, ...knocker, state: 'waits' }
  const { role } = n2.state!
  assert.ok(role.type === 'following')
  world.network.send(n2, role.link, n2.state!.clock, frame, false)
  const lines = heard()
  assert.deepEqual(
    lines.filter((line) => line.includes('Bob')),
    [],
  )
  assert.match(lines.join(), /n1 knocking\.door/)
  assert.ok(n1.state)
})

test('in an open room nobody hears of knocks', () => {
  const { world, nodes, heard, share } = room(3, false)
  share(nodes[1]!)
  const { role } = nodes[1]!.state!
  assert.ok(role.type === 'following')
  const frame: Frame = { type: 'knocking', door: nodes[1]!.uid, ...knocker, state: 'waits' }
  world.network.send(nodes[1]!, role.link, nodes[1]!.state!.clock, frame, false)
  assert.deepEqual(heard(), [])
})

/** The leader's end of the link on which a node follows it. */
function linkAt(leader: SimNode, follower: SimNode): LinkId {
  const role = leader.state?.role
  const link = role?.type === 'office' ? role.followers.get(follower.uid)?.link : undefined
  assert.ok(link !== undefined)
  return link
}

test('followers that flood their leader do not make it flood others, which would cut it off', () => {
  const { world, nodes, heard, share } = room(5)
  const [n1, n2, n3, n4, n5] = nodes as [SimNode, SimNode, SimNode, SimNode, SimNode]
  const flood = (door: SimNode, frame: Frame, count: number): void => {
    for (let n = 0; n < count; n++)
      world.feed(n1, { type: 'frameReceived', link: linkAt(n1, door), lc: 0, frame })
  }
  world.runFor(1000)
  for (const door of [n2, n3]) {
    flood(door, { type: 'knocking', door: door.uid, ...knocker, state: 'waits' }, 1500)
    flood(door, { type: 'answer', door: n4.uid, uid: knocker.uid, admit: true, by: door.uid }, 30)
  }
  const lines = heard()
  assert.deepEqual(
    lines.filter((line) => line.includes('.rate')),
    [],
  )
  assert.ok(lines.filter((line) => line.startsWith('n5 ')).length <= 32)
  assert.ok(lines.filter((line) => line.startsWith('n4 admit')).length <= 32)
  assert.equal(n5.state?.role.type, 'following')
  // In all.
  world.runFor(2000)
  n1.state!.knocksPassed = 60
  flood(n2, { type: 'knocking', door: n2.uid, ...knocker, state: 'waits' }, 10)
  assert.equal(heard().filter((line) => line.startsWith('n5 ')).length, 4)
  // And in the next second it goes on.
  world.runFor(2000)
  share(n2)
  assert.equal(heard().length, 4)
})

test('an end that has only proved an old key is told nothing, and believed nothing', () => {
  const { world, nodes, heard, share } = room(4)
  const [n1, n2, n3] = nodes as [SimNode, SimNode, SimNode]
  const [old] = n1.state!.lock!.keys
  world.rekey(n1)
  world.runFor(2000)
  heard()
  const link = n1.state!.links.get(linkAt(n1, n3))
  assert.ok(old && link)
  link.key = old.key
  share(n2)
  assert.deepEqual(heard(), ['n1 Bob waits at n2', 'n4 Bob waits at n2'])
  for (const frame of [
    { type: 'knocking', door: n3.uid, ...knocker, state: 'waits' },
    { type: 'answer', door: n1.uid, uid: knocker.uid, admit: true, by: n3.uid },
  ] as const)
    world.feed(n1, { type: 'frameReceived', link: link.id, lc: 0, frame })
  world.feed(n1, { type: 'knockAnswerGiven', door: n3.uid, uid: knocker.uid, admit: true })
  assert.deepEqual(heard(), [])
})

test('a leader is not believed about a door that is no member, nor about this node itself', () => {
  const { world, nodes, heard } = room(3)
  const { role } = nodes[1]!.state!
  assert.ok(role.type === 'following')
  for (const door of [knocker.uid, nodes[1]!.uid]) {
    const frame: Frame = { type: 'knocking', door, ...knocker, state: 'waits' }
    world.feed(nodes[1]!, { type: 'frameReceived', link: role.link, lc: 0, frame })
  }
  assert.deepEqual(heard(), [])
})
