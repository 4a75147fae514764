// A record is taken only with the signature of its author and the seal of its stamper, no matter who sent it (PROTOCOL.md 2.2).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distrust } from '../../src/core/leading/distrust.ts'
import { dismissLeader } from '../../src/core/leading/losing.ts'
import { appendAll } from '../../src/core/log/log.ts'
import { step } from '../../src/core/index.ts'
import type { State } from '../../src/core/index.ts'
import { selfOf } from '../../src/core/model/facts.ts'
import { newFollower, comparisonEnded } from '../../src/core/model/follower.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Address, LinkId, Uid, Namespace } from '../../src/core/model/ids.ts'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Chain, Part, PartId, StampedRecord } from '../../src/core/model/records.ts'
import { noChain, partBytes } from '../../src/core/model/records.ts'
import type { Following, Office } from '../../src/core/model/state.ts'
import { dial } from '../../src/core/ring/links.ts'
import { openStream } from '../../src/core/log/streams.ts'
import { sealAs, signAs, simNotary } from '../../sim/world/notary.ts'
import { textsOf } from '../../sim/watch/texts.ts'
import { World } from '../../sim/world/world.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'
import { sealedFirst } from './sealed.ts'
import { movingTo } from './states.ts'

const stamper = 'b'.repeat(32) as Uid
const inc = makeInc(1, '0123456789abcdef')
const namespace = namespaceOf(stamper, inc)

/** The message number `aseq` of a node, with the signature of `signer`. */
function partOf(author: State, aseq: number, signer: string = author.uid): Part {
  return signAs(signer, {
    ...{ author: author.uid, inc: author.inc, namespace: namespaceOf(author.uid, author.inc), aseq },
    ...{ before: '' as PartId, lc: 1, wall: 1, name: author.name, addr: author.addr },
    entries: [{ kind: 'message', after: 0, text: `message ${aseq}` }],
  })
}

function nextOf({ have, uid, inc: own }: State): number {
  return (have.get(namespaceOf(uid, own)) ?? 0) + 1
}

type Way = { readonly state: State; readonly link: LinkId; readonly wrap: (part: Part) => Frame }

const record = (part: Part): StampedRecord =>
  sealedFirst({ stamper, stamperInc: inc, namespace, s: 1, ts: part.lc + 1, part })
const asRec = (part: Part): Frame => ({ type: 'rec', pos: 1, safe: 0, records: [record(part)] })
const asUp = (part: Part): Frame => ({ type: 'up', records: [record(part)] })

/** n1 leads n2 and n3. A frame of n2 comes in each way in which a part can come. */
const ways: { readonly [name: string]: (room: HealthyRoom) => Way } = {
  'SUBMIT from a follower': (room) => {
    const { state } = room.node(1)
    const link = (state.role as Office).followers.get(room.node(2).uid)?.link
    assert.ok(link !== undefined)
    return { state, link, wrap: (part) => ({ type: 'submit', parts: [part] }) }
  },
  'UP from a follower': (room) => ({ ...ways['SUBMIT from a follower']!(room), wrap: asUp }),
  'UP over a bridge': (room) => {
    const { state } = room.node(1)
    const link = dial(state, 'bridge', room.node(2).state.addr, { ms: 1000 })
    const member = selfOf(room.node(2).state)
    state.links.get(link)!.who = member
    const holds = { has: new Map<Namespace, number>(), equal: new Set<number>(), since: state.end }
    const bridge = newFollower({ member, after: '', disk: true }, link, holds, 0)
    comparisonEnded(bridge, openStream(state, link, 'rec', holds))
    ;(state.role as Office).bridges.set(member.uid, bridge)
    return { state, link, wrap: asUp }
  },
  'REC from the leader': (room) => {
    const { state } = room.node(3)
    return { state, link: (state.role as Following).link, wrap: asRec }
  },
  'REC over a bridge': (room) => {
    const { state } = room.node(1)
    const link = dial(state, 'bridge', room.node(2).state.addr, { ms: 1000 })
    const to = selfOf(room.node(2).state)
    state.links.get(link)!.who = to
    const moving = movingTo(to, link)
    ;(state.role as Office).moving = moving
    return { state, link, wrap: asRec }
  },
}

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: a message is taken as its author signed it, and else the link ends and nothing is taken`, () => {
    for (const change of ['none', 'signer', 'text', 'wall', 'aseq'] as const) {
      const room = new HealthyRoom()
      const author = room.node(2).state
      const { state, link, wrap } = way(room)
      const signed = partOf(author, nextOf(author), change === 'signer' ? stamper : author.uid)
      const changed: Part = {
        ...signed,
        ...(change === 'text' && { entries: [{ kind: 'message', after: 0, text: 'never said' }] }),
        ...(change === 'wall' && { wall: 2 }),
        ...(change === 'aseq' && { inc: makeInc(1, 'f'.repeat(16)) }),
      }
      const frame = wrap(changed)
      const isForged = change !== 'none'
      const end = state.end
      const effects = step(state, { type: 'frameReceived', link, lc: 0, frame })
      assert.equal(state.end > end, !isForged, change)
      const refused = effects.flatMap((effect) =>
        effect.type === 'log' && effect.line.type === 'refused' ? [effect.line.what] : [],
      )
      const what = `${frame.type}.${frame.type === 'submit' ? 'parts' : 'records'}.signature`
      assert.deepEqual(refused, isForged ? [what] : [], change)
      assert.equal(state.links.has(link), !isForged, change)
    }
  })
}

/** Records 1 to `count` of the stamper, of messages of n2, and the chain behind each. */
function records(author: State, count: number): { record: StampedRecord; chain: Chain }[] {
  let chain = noChain
  return Array.from({ length: count }, (_none, i) => {
    const part = partOf(author, nextOf(author) + i)
    const made = { stamper, stamperInc: inc, namespace, s: i + 1, ts: 100 + i, part }
    chain = simNotary.extend(chain, made)
    return { record: made, chain }
  })
}

function sealed(
  { record: made, chain }: { record: StampedRecord; chain: Chain },
  signer = stamper,
): StampedRecord {
  return { ...made, seal: sealAs(signer, namespace, made.s, chain) }
}

test('one seal covers all records of its stamper before it, and no record is taken without one', () => {
  const cases: [string, (made: ReturnType<typeof records>) => StampedRecord[], number, string | undefined][] =
    [
      ['each sealed', (made) => made.map((one) => sealed(one)), 3, undefined],
      ['the last one sealed', ([a, b, c]) => [a!.record, b!.record, sealed(c!)], 3, undefined],
      ['none', ([a]) => [a!.record], 0, 'unsealed'],
      ['the last one not', ([a, b]) => [sealed(a!), b!.record], 0, 'unsealed'],
      ['by another', ([a]) => [sealed(a!, 'c'.repeat(32) as Uid)], 0, 'missealed'],
      [
        'a wrong one before a right one',
        ([a, b]) => [sealed(a!, 'c'.repeat(32) as Uid), sealed(b!)],
        0,
        'missealed',
      ],
      ['another time', ([a, b]) => [{ ...a!.record, ts: 99 }, sealed(b!)], 0, 'missealed'],
      ['another message', ([a, b, c]) => [{ ...a!.record, part: c!.record.part }, sealed(b!)], 0, 'gap'],
      ['one is missing', ([a, , c]) => [sealed(a!), sealed(c!)], 1, 'gap'],
      ['refused between seals', ([a, b]) => [sealed(a!), sealed(b!), { ...sealed(b!), s: 9 }], 2, 'gap'],
      ['refused before its seal', ([a, b]) => [sealed(a!), b!.record, { ...sealed(b!), s: 9 }], 1, 'gap'],
    ]
  for (const [title, choose, taken, refusal] of cases) {
    const room = new HealthyRoom()
    const { state } = room.node(3)
    const end = state.end
    const brought = choose(records(room.node(2).state, 3))
    assert.equal(appendAll(state, brought, 'leader'), refusal, title)
    assert.equal(state.end - end, taken, title)
  }
})

/** n2, and what it does with a REC of its leader. */
function told(choose: (made: ReturnType<typeof records>) => readonly StampedRecord[], before = 0) {
  const room = new HealthyRoom()
  const { state } = room.node(2)
  const made = records(room.node(3).state, 3)
  assert.equal(
    appendAll(
      state,
      made.slice(0, before).map((one) => sealed(one)),
      'leader',
    ),
    undefined,
  )
  const { role } = state
  assert.ok(role.type === 'following')
  const rec: Frame = { type: 'rec', pos: 9, safe: 0, records: choose(made) }
  const effects = step(state, { type: 'frameReceived', link: role.link, lc: 0, frame: rec })
  const alarms = effects.filter((effect) => effect.type === 'log' && effect.line.type === 'error')
  return { room, state, leader: role.leader, alarms }
}

test('a leader that sends what nobody has signed is followed no more', () => {
  const forged = ([a]: ReturnType<typeof records>): StampedRecord[] => {
    const part = { ...a!.record.part, signature: 'e'.repeat(128) }
    return [sealed({ record: { ...a!.record, part }, chain: a!.chain })]
  }
  const missealed = ([a]: ReturnType<typeof records>): StampedRecord[] => [sealed(a!, 'c'.repeat(32) as Uid)]
  for (const choose of [forged, missealed]) {
    const { room, state, leader, alarms } = told(choose)
    assert.deepEqual([...state.distrusted], [leader.uid])
    assert.equal(state.role.type, 'leaderless')
    assert.equal(alarms.length, 1, 'people are told once')
    // Frames that name it are ignored.
    const link = state.ring.next?.link ?? state.ring.prev?.link
    assert.ok(link !== undefined)
    const { inc: leaderInc } = leader
    const { vid, members } = state.view
    const frames: Frame[] = [
      { type: 'alive', leader },
      { type: 'elect', term: 9, candidate: { uid: leader.uid, inc: leaderInc } },
      { type: 'elected', term: 9, winner: leader, list: [leader] },
      { type: 'view', view: { vid: { ...vid, ver: vid.ver + 1 }, members }, book: [] },
    ]
    for (const heard of frames) {
      const effects = step(state, { type: 'frameReceived', link, lc: 0, frame: heard })
      assert.equal(state.role.type, 'leaderless', heard.type)
      assert.equal(state.view.vid, vid)
      assert.ok(!effects.some((effect) => effect.type === 'send' && effect.frame.type === heard.type))
    }
    // n3, which was sent nothing of that kind, stays where it is.
    room.world.runFor(5000)
    assert.equal(room.world.node(3).state?.role.type, 'following')
  }
})

test('what a leader said before it was found out counts no more: tokens that are held for it go with it', () => {
  const { state } = new HealthyRoom().node(2)
  const { role } = state
  assert.ok(role.type === 'following')
  const winner = { ...role.leader, inc: makeInc(9, '0123456789abcdef') }
  const link = state.ring.next?.link ?? state.ring.prev?.link
  assert.ok(link !== undefined)
  role.held.push({ link, frame: { type: 'elected', term: 9, winner, list: [winner] } })
  dismissLeader(state, role)
  assert.equal((state.role as { type: string }).type, 'leaderless')
})

test('a leader that may be honest is followed again: a gap, and a seal over a history that is another here', () => {
  const gap = ([, b]: ReturnType<typeof records>): StampedRecord[] => [sealed(b!)]
  const otherChain = ([, b]: ReturnType<typeof records>): StampedRecord[] => [
    sealed({ record: b!.record, chain: 'f'.repeat(64) as Chain }),
  ]
  const unsealed = ([a]: ReturnType<typeof records>): StampedRecord[] => [a!.record]
  for (const [choose, before] of [[gap, 0] as const, [otherChain, 1] as const, [unsealed, 0] as const]) {
    const { state, leader } = told(choose, before)
    assert.equal(state.distrusted.size, 0)
    assert.ok(state.role.type === 'following' && state.role.leader.uid === leader.uid)
  }
})

test('only so many leaders are remembered for what they sent', () => {
  const { state } = new HealthyRoom().node(2)
  const { distrustedMax } = state.config
  for (let i = 0; i <= distrustedMax; i++) {
    const uid = i.toString(16).padStart(32, '0') as Uid
    distrust(state, { uid, inc, name: `n${i}`, addr: '10.0.0.9:4000' as Address })
  }
  assert.equal(state.distrusted.size, distrustedMax)
  assert.ok(!state.distrusted.has('0'.repeat(32) as Uid))
})

test('what was stamped together is passed on together, however long it is', () => {
  const world = new World({ seed: 1 })
  for (let i = 0; i < 4; i++) world.addNode()
  const [one, two, three, late] = [1, 2, 3, 4].map((index) => world.node(index))
  assert.ok(one && two && three && late)
  world.start(one, 'create')
  world.runFor(100)
  for (const node of [two, three]) world.start(node, { join: one })
  world.runFor(2000)
  const texts = Array.from({ length: 300 }, (_none, i) => `${i} `.padEnd(1500, 'x'))
  for (const text of texts) world.say(two, text)
  world.runFor(3000)
  world.start(late, { join: one })
  world.runFor(5000)
  for (const { disk } of [one, two, three, late])
    assert.deepEqual(
      disk.log.flatMap(({ part }) => textsOf(part)),
      texts,
    )
})

test('a long part behind many short ones, stamped in one go, is passed on', () => {
  const world = new World({ seed: 1 })
  for (let i = 0; i < 3; i++) world.addNode()
  const [one, two, late] = [1, 2, 3].map((index) => world.node(index))
  assert.ok(one && two && late)
  world.start(one, 'create')
  world.runFor(100)
  world.start(two, { join: one })
  // What is said before it has a leader goes out in one SUBMIT. The simulator counts two bytes a character.
  const texts = [...Array.from({ length: 139 }, (_none, i) => `${i % 10}`), 'x'.repeat(65_536)]
  for (const text of texts) world.say(two, text)
  world.runFor(5000)
  world.start(late, { join: one })
  world.runFor(8000)
  for (const { disk } of [one, two, late])
    assert.deepEqual(
      disk.log.flatMap(({ part }) => textsOf(part)),
      texts,
    )
})

test('what one seal covers must fit into a frame when it is passed on', () => {
  const room = new HealthyRoom()
  const { state } = room.node(3)
  const made = records(room.node(2).state, 3)
  const bytes = partBytes(made[0]!.record.part)
  const brought = [made[0]!.record, made[1]!.record, sealed(made[2]!)]
  const least = 3 * (bytes + 256)
  const blockBytesMax = least - 1
  assert.equal(
    appendAll({ ...state, config: { ...state.config, blockBytesMax } }, brought, 'leader'),
    'unsealed',
  )
  assert.equal(appendAll(state, brought, 'leader'), undefined)
})
