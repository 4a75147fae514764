// A check (PROTOCOL.md section 2.19) of histories that part, because a stamper's key ran twice: which member differs, and
// from which record on. The histories are put on the disks before the room begins.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import { step } from '../../src/core/index.ts'
import { uploadEnded } from '../../src/core/model/follower.ts'
import { senders } from '../../src/core/model/senders.ts'
import type { Address, Uid } from '../../src/core/model/ids.ts'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { PartId, StampedRecord } from '../../src/core/model/records.ts'
import { noChain } from '../../src/core/model/records.ts'
import { sealAs, signAs, simNotary } from '../../sim/world/notary.ts'
import type { SimNode } from '../../sim/world/world.ts'
import { World } from '../../sim/world/world.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'

type Checked = Extract<Effect, { type: 'checked' }>

const author = 'ab'.repeat(16) as Uid
const inc = makeInc(1, '0123456789abcdef')

/** What a stamper of long ago stamped, each record with a message of a process of its own; from `parts` on it is another. */
function stamped(stamper: Uid, count: number, parts = Infinity): StampedRecord[] {
  const namespace = namespaceOf(stamper, inc)
  let chain = noChain
  return Array.from({ length: count }, (_, i) => {
    const s = i + 1
    const text = s < parts ? `message ${s}` : `another ${s}`
    const said = makeInc(s, stamper.slice(0, 16))
    const part = signAs(author, {
      author,
      inc: said,
      namespace: namespaceOf(author, said),
      aseq: 1,
      before: '' as PartId,
      lc: 1,
      wall: 0,
      name: 'Ann',
      addr: '10.0.0.9:4000' as Address,
      entries: [{ kind: 'message', after: 0, text }],
    })
    const record: StampedRecord = { stamper, stamperInc: inc, namespace, s, ts: 2 * s, part }
    chain = simNotary.extend(chain, record)
    return { ...record, seal: sealAs(stamper, namespace, s, chain) }
  })
}

const twice = '77'.repeat(16) as Uid

/** A room of nodes with these histories on their disks; the first leads. */
class Room {
  readonly world = new World({ seed: 7 })
  readonly found: { node: SimNode; checked: Checked }[] = []
  readonly reads: Extract<Effect, { type: 'readChains' }>[] = []
  readonly sent: { node: SimNode; effect: Extract<Effect, { type: 'send' }> }[] = []

  constructor(histories: readonly (readonly StampedRecord[])[]) {
    const { world } = this
    world.observers.push({ stepped: (node, _event, effects) => this.#stepped(node, effects) })
    for (const history of histories) world.addNode().disk.log.push(...history)
    for (const node of world.nodes) {
      world.start(node, node.index === 1 ? 'create' : { join: world.node(1) })
      assert.ok(world.runWhile(5000, () => node.entered))
    }
    world.runFor(2000)
    for (const node of world.nodes) assert.equal(node.state?.view.members.length, histories.length)
  }

  #stepped(node: SimNode, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'checked') this.found.push({ node, checked: effect })
      if (effect.type === 'readChains') this.reads.push(effect)
      if (effect.type === 'send') this.sent.push({ node, effect })
    }
  }

  check(index: number, withinMs = 1000): Checked {
    this.found.length = 0
    this.sent.length = 0
    this.world.check(this.world.node(index))
    assert.ok(
      this.world.runWhile(withinMs, () => this.found.length > 0),
      'a check ends',
    )
    const [found] = this.found
    assert.ok(found)
    assert.equal(found.node.index, index)
    return found.checked
  }

  /** `n2 differs at 17`, for all members. */
  told({ members }: Checked): string {
    const each = members.map(({ uid, verdict, first }) => {
      const at = first ? ` at ${first.namespace.slice(0, 2)}.${first.s}` : ''
      return `${this.world.byUid(uid)?.name ?? ''} ${verdict}${at}`
    })
    return each.sort().join(', ')
  }

  count(type: string): number {
    return this.sent.filter(({ effect }) => effect.frame.type === type).length
  }
}

for (const at of [1, 2, 15, 16, 17, 240, 999, 1000]) {
  test(`of 1000 records the first that differs is found, ${at}, in a few questions`, () => {
    const one = stamped(twice, 1000)
    const room = new Room([one, one, stamped(twice, 1000, at)])
    const asked = room.check(2)
    assert.equal(room.told(asked), `n1 same, n2 same, n3 differs at 77.${at}`)
    assert.equal(asked.messages, 1000)
    assert.ok(room.count('chains') <= 4, `${room.count('chains')} questions`)
    // Only the first scan at each of the two begins at the first record, and none before where it has to.
    const begun = room.reads.map(({ base, points }) => [base.s, Math.min(...points)] as const)
    assert.equal(begun.filter(([from]) => from === 0).length, at <= 8 ? begun.length : 2)
    for (const [from, first] of begun) assert.ok(from < first && first - from <= 8, `${from} ${first}`)
    // The leader's person sees the same, and so does the one that differs.
    room.world.runFor(1500)
    assert.equal(room.told(room.check(1)), `n1 same, n2 same, n3 differs at 77.${at}`)
    room.world.runFor(1500)
    const own = room.check(3)
    assert.equal(room.told(own), `n1 same, n2 same, n3 differs at 77.${at}`)
    assert.notEqual(own.digest, asked.digest)
  })
}

test('one namespace of many differs, in any place among them', () => {
  const stampers = Array.from({ length: 300 }, (_, i) => (4096 + i).toString(16).repeat(8) as Uid)
  for (const place of [0, 127, 128, 299]) {
    const one = stampers.flatMap((stamper) => stamped(stamper, 2))
    const other = stampers.flatMap((stamper, i) => stamped(stamper, 2, i === place ? 2 : Infinity))
    const room = new Room([one, other])
    const { members } = room.check(1)
    const { first } = members.find(({ verdict }) => verdict === 'differs') ?? {}
    assert.deepEqual(first, { namespace: namespaceOf(stampers[place]!, inc), s: 2 })
    assert.ok(room.count('chains') <= 4)
  }
})

test('members that hold the same are looked into once', () => {
  const one = stamped(twice, 100)
  const room = new Room([one, stamped(twice, 100, 40), stamped(twice, 100, 40), one, stamped(twice, 100, 70)])
  assert.equal(
    room.told(room.check(4, 3000)),
    'n1 same, n2 differs at 77.40, n3 differs at 77.40, n4 same, n5 differs at 77.70',
  )
})

test('what is said meanwhile, and a disk that is slow, change nothing about where histories part', () => {
  const one = stamped(twice, 300)
  const room = new Room([one, one, stamped(twice, 300, 200)])
  for (const node of room.world.nodes) node.fsyncMs = 300
  for (let i = 0; i < 50; i++) room.world.say(room.world.node(1 + (i % 3)), `hello ${i}`)
  const { world } = room
  const speak = (): void => {
    world.say(world.node(3), 'more')
    world.after(20, speak)
  }
  speak()
  assert.equal(room.told(room.check(1, 6000)), 'n1 same, n2 same, n3 differs at 77.200')
})

test('a member whose disk stands still is told to differ, without the place, and the next check waits', () => {
  const one = stamped(twice, 300)
  const room = new Room([one, stamped(twice, 300, 200)])
  const { world } = room
  world.setDiskFull(world.node(2), true)
  world.say(world.node(1), 'what is not written yet')
  world.runFor(100)
  assert.equal(room.told(room.check(1, 10_000)), 'n1 same, n2 differs')
  const ended = world.now
  room.check(1, 60_000)
  assert.ok(world.now - ended > 10_000, `after ${world.now - ended} ms`)
})

test('a leader replies to nobody but who asked, and about nothing but what was asked', () => {
  const room = new Room([[], [], []])
  const { world } = room
  room.check(2)
  const done = room.sent.filter(({ effect }) => effect.frame.type === 'checkDone')
  assert.equal(done.length, 1)
  const [{ effect } = { effect: undefined }] = done
  assert.ok(effect)
  // It comes again, and to one that has not asked.
  room.found.length = 0
  for (const index of [2, 3]) {
    const node = world.node(index)
    const role = node.state?.role
    assert.ok(role?.type === 'following')
    world.feed(node, { type: 'frameReceived', link: role.link, lc: 0, frame: effect.frame })
  }
  world.runFor(100)
  assert.deepEqual(room.found, [])
  // One that asks again, and is told of a point at which it did not look.
  const node = world.node(3)
  world.check(node)
  const role = node.state?.role
  assert.ok(role?.type === 'following')
  world.feed(node, { type: 'frameReceived', link: role.link, lc: 0, frame: effect.frame })
  assert.deepEqual(room.found, [])
})

test('who is asked for chains replies to one question at a time', () => {
  const room = new Room([stamped(twice, 50), stamped(twice, 50)])
  const node = room.world.node(2)
  const role = node.state?.role
  assert.ok(role?.type === 'following')
  const namespace = namespaceOf(twice, inc)
  const ask = (nonce: number): Event => ({
    type: 'frameReceived',
    link: role.link,
    lc: 0,
    frame: {
      type: 'chains',
      nonce,
      points: [0, 1, 50, 51].map((s) => ({ namespace, s })),
    },
  })
  room.sent.length = 0
  for (let nonce = 1; nonce <= 20; nonce++) room.world.feed(node, ask(nonce))
  room.world.runFor(200)
  const replies = room.sent.flatMap(({ effect }) => (effect.frame.type === 'chainsAt' ? [effect.frame] : []))
  assert.equal(replies.length, 1)
  const [reply] = replies
  assert.equal(reply?.nonce, 1)
  const [none, first, last, beyond] = reply?.chains ?? []
  const { disk } = node
  assert.deepEqual([none, beyond], [noChain, noChain])
  assert.deepEqual([first, last], disk.chainsAt(namespace, [1, 50]))
})

test('a follower that asks all the time costs one check a second, and then its link', () => {
  const room = new Room([[], [], []])
  const { world } = room
  const node = world.node(2)
  const role = node.state?.role
  assert.ok(role?.type === 'following')
  const leader = world.node(1)
  const link = [...(leader.state?.links.values() ?? [])].find(
    ({ id, peer }) =>
      peer === node.uid &&
      leader.state?.role.type === 'office' &&
      leader.state.role.followers.get(node.uid)?.link === id,
  )
  assert.ok(link)
  room.sent.length = 0
  const most = senders.check.perSecond ?? 0
  const ask = (): void =>
    world.feed(leader, { type: 'frameReceived', link: link.id, lc: 0, frame: { type: 'check' } })
  for (let second = 0; second < 5; second++) {
    for (let i = 0; i < most; i++) ask()
    world.runFor(1000)
  }
  assert.ok(room.count('checkPoint') <= 2 * 6, `${room.count('checkPoint')} marks`)
  for (let i = 0; i <= most; i++) ask()
  assert.ok(!leader.state?.links.has(link.id), 'more ends the link')
})

test('a check waits a little for members that have yet to catch up, and then is made without them', () => {
  for (const comes of [true, false]) {
    const { state } = new HealthyRoom().node(1)
    assert.ok(state.role.type === 'office')
    const [first, ...others] = [...state.role.followers.values()]
    assert.ok(first)
    first.phase = 'uploading'
    const points = (event: Event): number =>
      step(state, event).filter((effect) => effect.type === 'send' && effect.frame.type === 'checkPoint')
        .length
    assert.equal(points({ type: 'checkRequested' }), 0)
    const beat = (): number => {
      for (const link of state.links.values()) link.quiet = 0
      return points({ type: 'timerFired', name: 'heartbeat' })
    }
    assert.equal(beat(), 0)
    if (comes) uploadEnded(first)
    let made = 0
    let beats = 0
    for (; made === 0 && beats < 20; beats++) made = beat()
    assert.deepEqual(
      [made, beats],
      comes ? [others.length + 1, 2] : [others.length, state.config.checkReplyBeats / 2 - 1],
    )
  }
})
