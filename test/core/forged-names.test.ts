// Somebody brings a record that bears the name of another's message. It is taken by all (P4); the author whose message
// it is not never calls its own *sent* for that, is told, and its own message gets a place under a name that is free.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import { step } from '../../src/core/index.ts'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Uid } from '../../src/core/model/ids.ts'
import type { PartId, StampedRecord } from '../../src/core/model/records.ts'
import type { SimNode } from '../../sim/world/world.ts'
import { World } from '../../sim/world/world.ts'
import { textsOf } from '../../sim/watch/texts.ts'
import { sealedFirst } from './sealed.ts'
import { signAs } from '../../sim/world/notary.ts'

const mallory = 'e'.repeat(32) as Uid

/** A room of `count` that is well, n1 in office, and what each node was told. */
class Room {
  readonly world: World
  readonly sent: string[] = []
  readonly alarms: string[] = []
  #forged = 0

  constructor(count = 3, fsyncMs = 1) {
    this.world = new World({ seed: 1 })
    const { world } = this
    for (let i = 0; i < count; i++) world.addNode().fsyncMs = fsyncMs
    world.start(this.node(1), 'create')
    world.runFor(100)
    for (const node of world.nodes.slice(1)) world.start(node, { join: this.node(1) })
    world.runFor(2000)
    world.observers.push({ stepped: (node, _, effects) => this.#note(node, effects) })
  }

  node(index: number): SimNode {
    return this.world.node(index)
  }

  #note(node: SimNode, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'sent') this.sent.push(`${node.name} ${textsOf(effect.part).join()}`)
      if (effect.type === 'log' && effect.line.type === 'error')
        this.alarms.push(`${node.name} ${effect.line.text}`)
    }
  }

  /** Another member uploads a record with the name of the author's next message. */
  forge(author: SimNode, by: SimNode, ...texts: string[]): void {
    const { state } = author
    assert.ok(state)
    const inc = makeInc(++this.#forged, '0123456789abcdef')
    const namespace = namespaceOf(author.uid, state.voice)
    const part = signAs(author.uid, {
      author: author.uid,
      inc: state.voice,
      namespace,
      aseq: (state.have.get(namespace) ?? 0) + 1,
      before: '' as PartId,
      lc: state.clock,
      wall: 1,
      name: author.name,
      addr: author.addr,
      entries: texts.map((text) => ({ kind: 'message', after: 0, text })),
    })
    const record = sealedFirst({
      stamper: mallory,
      stamperInc: inc,
      namespace: namespaceOf(mallory, inc),
      s: 1,
      ts: state.clock + 1,
      part,
    })
    this.upload(by, record)
  }

  upload(by: SimNode, record: StampedRecord): void {
    assert.equal(by.state?.role.type, 'following')
    this.world.network.send(by, by.state.role.link, 0, { type: 'up', records: [record] }, false)
  }

  /** Everybody holds these texts, each once, and nothing waits. */
  assertAllHold(...texts: string[]): void {
    for (const node of this.world.running) {
      const held = node.disk.log.flatMap(({ part }) => textsOf(part)).filter((text) => texts.includes(text))
      // What was said behind the one whose name was taken may stand before it.
      assert.deepEqual(held.sort(), [...texts].sort(), node.name)
      assert.deepEqual(
        [node.state?.outbox.length, node.disk.outbox.length],
        [0, 0],
        `${node.name} has sent all`,
      )
    }
  }
}

test('a message whose name another record took is not called sent, and gets its place under a free name', () => {
  const room = new Room()
  const [one, two, three] = [room.node(1), room.node(2), room.node(3)]
  // The other's record is on its way first.
  two.fsyncMs = 20
  room.forge(two, three, 'what I never said')
  room.world.say(two, 'first')
  room.world.say(two, 'second')
  assert.ok(room.world.runWhile(100, () => two.state?.robbed === 1))
  room.world.runFor(3000)
  room.assertAllHold('first', 'second')
  assert.deepEqual([...room.sent].sort(), ['n2 first', 'n2 second'])
  assert.equal(one.disk.log.filter(({ part }) => textsOf(part).includes('what I never said')).length, 1)
  assert.equal(room.alarms.length, 1)
  assert.match(room.alarms[0] ?? '', /^n2 somebody spoke in your name/)
  // What it says later is no trouble.
  room.world.say(two, 'third')
  room.world.runFor(1000)
  room.assertAllHold('first', 'second', 'third')
})

test('a part that covers the names of several of ours: all get fresh ones, and none is called sent that nobody holds', () => {
  for (const before of [0, 1]) {
    const room = new Room()
    const [two, three] = [room.node(2), room.node(3)]
    two.fsyncMs = 20
    room.forge(two, three, 'never', 'never', 'never')
    if (before === 1) room.world.say(two, 'zero', 'and one')
    for (const text of ['first', 'second', 'third']) room.world.say(two, text)
    room.world.runFor(5000)
    room.assertAllHold(...(before === 1 ? ['zero', 'and one'] : []), 'first', 'second', 'third')
    assert.equal(room.sent.length, 3 + before)
  }
})

test('a part that was passed by another is not called sent by the next process', () => {
  const room = new Room()
  const [two, three] = [room.node(2), room.node(3)]
  two.fsyncMs = 20
  room.forge(two, three, 'never', 'never', 'never')
  for (const text of ['first', 'second', 'third']) room.world.say(two, text)
  assert.ok(room.world.runWhile(3000, () => (two.state?.robbed ?? 0) > 1))
  room.world.crash(two, { keepPending: true })
  room.world.start(two, 'resume')
  room.world.runFor(5000)
  room.assertAllHold('first', 'second', 'third')
})

test('so is what was submitted behind it: some of it has its place by then, the rest is submitted anew', () => {
  const room = new Room()
  const [two, three] = [room.node(2), room.node(3)]
  const texts = Array.from({ length: 20 }, (_, i) => `line ${i}`)
  room.forge(two, three, 'what I never said')
  for (const text of texts) {
    room.world.say(two, text)
    room.world.runFor(1)
  }
  room.world.runFor(3000)
  for (const node of room.world.running) {
    const held = node.disk.log.flatMap(({ part }) => textsOf(part)).filter((text) => text.startsWith('line'))
    assert.deepEqual([...held].sort(), [...texts].sort(), `${node.name}: each once`)
  }
  assert.equal(new Set(room.sent).size, texts.length)
  assert.equal(room.alarms.length, 1)
})

test('a name that was used before its author used it is left out', () => {
  const room = new Room()
  const [two, three] = [room.node(2), room.node(3)]
  room.forge(two, three, 'what I never said')
  room.world.runFor(500)
  room.world.say(two, 'mine')
  room.world.runFor(500)
  room.assertAllHold('mine')
  assert.deepEqual(room.sent, ['n2 mine'])
  assert.match(room.alarms.join(), /^n2 somebody spoke in your name/)
})

test('a leader whose names were used stays in office', () => {
  const room = new Room()
  const [one, three] = [room.node(1), room.node(3)]
  one.fsyncMs = 30
  room.world.say(one, 'mine')
  room.forge(one, three, 'what I never said')
  room.world.runFor(3000)
  room.assertAllHold('mine')
  assert.deepEqual(room.sent, ['n1 mine'])
  assert.equal(one.state?.role.type, 'office')
  assert.equal(one.state.election.term, 1)
})

test('names are changed in one write: a process that begins behind it sends what its disk holds', () => {
  const room = new Room()
  const [two, three] = [room.node(2), room.node(3)]
  two.fsyncMs = 20
  room.forge(two, three, 'what I never said')
  room.world.say(two, 'first')
  room.world.say(two, 'second')
  assert.ok(room.world.runWhile(3000, () => two.state?.robbed === 1))
  assert.ok(room.world.runWhile(3000, () => two.state?.robbed === 0))
  room.world.crash(two, { keepPending: true })
  room.world.start(two, 'resume')
  room.world.runFor(5000)
  room.assertAllHold('first', 'second')
})

test('a process that ends before it has given out fresh names: the next one does', () => {
  const room = new Room()
  const [two, three] = [room.node(2), room.node(3)]
  two.fsyncMs = 20
  room.forge(two, three, 'what I never said')
  room.world.say(two, 'first')
  room.world.say(two, 'second')
  assert.ok(room.world.runWhile(3000, () => two.state?.robbed === 1))
  room.world.crash(two, { keepPending: true })
  room.world.start(two, 'resume')
  room.world.runFor(5000)
  room.assertAllHold('first', 'second')
  assert.deepEqual([...room.sent].sort(), ['n2 first', 'n2 second'])
})

test('who leaves gives fresh names first, and leaves when the messages are sent', () => {
  const room = new Room()
  const [two, three] = [room.node(2), room.node(3)]
  two.fsyncMs = 20
  room.world.say(two, 'mine')
  room.forge(two, three, 'what I never said')
  assert.ok(room.world.runWhile(3000, () => two.state?.robbed === 1))
  room.world.leave(two)
  room.world.runFor(3000)
  assert.equal(two.state, undefined)
  assert.deepEqual(room.sent, ['n2 mine'])
  room.assertAllHold('mine')
})

/** n2 has said something, which is on its disk. `take` gives it a record of that, or of something else, from its leader. */
function pendingAtTwo() {
  const { world } = new Room()
  const { state } = world.node(2)
  assert.ok(state?.role.type === 'following')
  const { link } = state.role
  step(state, { type: 'said', messages: [{ text: 'mine', kind: 'message' }], wall: 1 })
  step(state, { type: 'committed', upTo: state.persistN })
  const { part } = state.outbox[0]!
  const ts = part.lc + 1
  const take = (by: 'a' | 'b' | 'c', what: 'own' | 'forged', at: number, isSafe = false): Effect[] => {
    const [stamper, stamperInc] = [by.repeat(32) as Uid, makeInc(1, '0123456789abcdef')]
    const record = sealedFirst({
      ...{ stamper, stamperInc, namespace: namespaceOf(stamper, stamperInc), s: 1, ts: at },
      part:
        what === 'own'
          ? { ...part }
          : signAs(part.author, { ...part, entries: [{ kind: 'message', after: 0, text: 'forged' }] }),
    })
    const pos = state.end + 1
    const frame = { type: 'rec' as const, pos, safe: isSafe ? pos : 0, records: [record] }
    const effects = step(state, { type: 'frameReceived', link, lc: 0, frame })
    return [...effects, ...step(state, { type: 'committed', upTo: state.persistN })]
  }
  return { state, take, ts }
}

const typesOf = (effects: readonly Effect[]) => effects.map(({ type }) => type)

test('of the copies under one name the smallest counts, whichever comes first', () => {
  const cases = [
    // Which stamper, whose message, how much later; then whether the own message stands.
    [['b own 0', 'c forged 1'], true],
    [['b own 0', 'c forged 0'], true],
    [['b own 0', 'a forged 0'], false],
    [['b own 1', 'c forged 0'], false],
    [['c own 2', 'b own 0', 'a forged 1'], true],
    [['b forged 1', 'a own 0'], true],
    [['b forged 0', 'c own 0'], false],
  ] as const
  for (const [copies, stands] of cases) {
    const { state, take, ts } = pendingAtTwo()
    for (const copy of copies) {
      const [by, what, later] = copy.split(' ') as ['a' | 'b' | 'c', 'own' | 'forged', string]
      take(by, what, ts + Number(later))
    }
    assert.equal(state.robbed, stands ? 0 : 1, copies.join(', '))
  }
})

test('a message that has its place after all keeps its name, and the fresh inc is not used', () => {
  const { state, take, ts } = pendingAtTwo()
  const { voice } = state
  const robbed = take('b', 'forged', ts + 1, true)
  assert.ok(typesOf(robbed).includes('mintInc'))
  assert.equal(typesOf(robbed).includes('sent'), false)
  const placed = take('a', 'own', ts, true)
  assert.ok(typesOf(placed).includes('sent'))
  const inc = makeInc(99, '0123456789abcdef')
  const minted = step(state, { type: 'incMinted', use: 'names', inc })
  assert.deepEqual(typesOf(minted), [])
  assert.deepEqual([state.voice, state.freshVoice], [voice, 'none'])
})

test('an honest copy under the same name says nothing', () => {
  const room = new Room()
  const [one, two, three] = [room.node(1), room.node(2), room.node(3)]
  room.world.say(two, 'twice')
  room.world.runFor(500)
  const record = one.disk.log.at(-1)
  assert.ok(record)
  const inc = makeInc(1, '0123456789abcdef')
  const copy = sealedFirst({
    ...{ ...record, stamper: mallory, stamperInc: inc, namespace: namespaceOf(mallory, inc), s: 1 },
  })
  room.upload(three, copy)
  room.world.runFor(1000)
  assert.equal(two.disk.log.length, 2)
  assert.deepEqual(room.alarms, [])
})
