// Whose disk is waited for (PROTOCOL.md section 2.5): a commit is asked for where `safe`, *sent*, or what is shown rests on it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { World, type SimNode } from '../../sim/world/world.ts'

/** Six members, of which the first leads; a harsh world commits late what nobody waits for. */
class Room {
  readonly world = new World({ seed: 3, ordered: true, harsh: true })
  /** The nodes that asked for a commit, each once. */
  readonly flushed = new Set<string>()

  constructor() {
    const { world } = this
    for (let i = 0; i < 6; i++) world.addNode()
    world.start(world.node(1), 'create')
    for (const node of world.nodes.slice(1)) {
      world.start(node, { join: world.node(1) })
      assert.ok(world.runWhile(5000, () => node.entered))
    }
    world.observers.push({
      stepped: (node, _event, effects) => {
        if (effects.some(({ type }) => type === 'flush')) this.flushed.add(node.name)
      },
    })
    this.rest()
  }

  rest(): void {
    this.world.runFor(3000)
    this.flushed.clear()
  }

  /** The members in the order of the ring, the leader first. */
  get ring(): SimNode[] {
    const { members, vid } = this.world.node(2).state!.view
    const first = members.findIndex(({ uid }) => uid === vid.leader)
    return [...members.slice(first), ...members.slice(0, first)].map(({ uid }) => this.world.byUid(uid)!)
  }
}

test('the leader, the next two behind it, and who said it commit at once, the others later', () => {
  const room = new Room()
  const [first, second, third, fourth, fifth, sixth] = room.ring
  assert.ok(first && second && third && fourth && fifth && sixth)
  assert.equal(room.world.node(1).state?.copies, 3)
  room.world.say(fifth, 'tea')
  room.world.runFor(100)
  const expected = [first, second, third, fifth].map(({ name }) => name)
  assert.deepEqual([...room.flushed].sort(), expected.sort())
  assert.equal(fifth.state?.outbox.length, 0, 'sent')
  room.world.runFor(1000)
  for (const { state } of room.world.nodes) assert.equal(state?.durableN, state?.persistN)
})

test('what takes a message out of the outbox is written later', () => {
  const room = new Room()
  const author = room.ring[4]!
  room.world.say(author, 'tea')
  assert.ok(room.world.runWhile(1000, () => author.state?.outbox.length === 0))
  const { durableN, persistN, flushN } = author.state!
  assert.ok(durableN < persistN && flushN < persistN)
})

test('much that nobody waits for is not left for long', () => {
  const room = new Room()
  const late = room.ring[3]!
  const { lazyBytesMax } = room.world.config
  const waited: number[] = []
  room.world.observers.push({
    stepped: (node, _event, effects) => {
      if (node === late && effects.some(({ type }) => type === 'flush'))
        waited.push(late.state!.undurableBytes)
    },
  })
  for (let said = 0; waited.length === 0 && said < 100; said++) {
    room.world.say(room.ring[1]!, 'x'.repeat(60_000))
    room.world.runFor(20)
  }
  const [bytes = 0] = waited
  assert.ok(bytes > lazyBytesMax && bytes < lazyBytesMax + 100_000, `${bytes} bytes`)
})

test('nobody waits for a member without a disk, nor for a visit', () => {
  for (const mark of ['memory', 'visit'] as const) {
    const room = new Room()
    const { world } = room
    const [first, second, third, fourth, fifth] = room.ring
    assert.ok(first && second && third && fourth && fifth)
    for (const { state } of world.nodes) {
      const { view } = state!
      const marked = view.members.map((one) => (one.uid === second.uid ? { ...one, [mark]: true } : one))
      state!.view = { ...view, members: marked }
    }
    world.say(first, 'tea')
    world.runFor(90)
    assert.ok(room.flushed.has(third.name) && room.flushed.has(fourth.name))
    assert.ok(!room.flushed.has(fifth.name))
  }
})
