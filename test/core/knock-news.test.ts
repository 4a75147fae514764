// Who knocks at a member of a locked room is told to all over the star, and any of them may answer (PROTOCOL.md section 2.20).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Address, Uid } from '../../src/core/model/ids.ts'
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
        else if (effect.type === 'knockAnswered') told.push(`${name} ${effect.admit ? 'admit' : 'deny'}`)
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
  assert.deepEqual(heard(), ['n2 admit'])
  answer(nodes[0]!, nodes[1]!, false)
  assert.deepEqual(heard(), ['n2 deny'])
  answer(nodes[3]!, nodes[0]!, true)
  assert.deepEqual(heard(), ['n1 admit'])
  // A door that has gone is nobody.
  world.crash(nodes[1]!)
  world.runFor(2000)
  answer(nodes[3]!, nodes[1]!, true)
  assert.deepEqual(heard(), [])
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
