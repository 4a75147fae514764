// Every safety checker reports a violation that is forged for it, so none of them is blind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import { namespaceOf } from '../../src/core/model/ids.ts'
import type { Address, LinkId, Namespace, Uid } from '../../src/core/model/ids.ts'
import { markOf } from '../../src/core/leading/mark.ts'
import type { BookEntry, Compared, Frame } from '../../src/core/model/frames.ts'
import type { Digest } from '../../src/core/model/records.ts'
import { checkS14, checkTold } from '../../sim/checkers/transcript-rules.ts'
import { wireBytes } from '../../sim/checkers/sizes.ts'
import type { SimNode } from '../../sim/world/world.ts'
import { encodeFrame } from '../../src/wire/codec.ts'
import { Before, noteAsked } from '../../sim/checkers/office-rules.ts'
import { checkSent } from '../../sim/checkers/promise-rules.ts'
import { Disk } from '../../sim/world/disk.ts'
import { HealthyRoom, sealed } from './healthy-room.ts'

const tick: Event = { type: 'committed', upTo: 0 }

function persist(write: Partial<Extract<Effect, { type: 'persist' }>['write']>): Effect {
  return { type: 'persist', n: 1000, write: { records: [], outboxPut: [], outboxDrop: [], ...write } }
}

/** How the messages of a node are named. */
function processOf(room: HealthyRoom, index: number): Namespace {
  const { uid, state } = room.node(index)
  return namespaceOf(uid, state.inc)
}

test('S1: a record in flight that differs from the one stamped', () => {
  const room = new HealthyRoom()
  const [held] = room.log(1)
  assert.ok(held)
  const rec: Frame = { type: 'rec', pos: 1, safe: 0, records: [{ ...held, ts: held.ts + 1 }] }
  room.checks.sent(room.node(1), room.node(2), rec, 0, 0)
  room.assertFound('S1')
})

test('S1: a record that no node stamped', () => {
  const room = new HealthyRoom()
  const record = room.next()
  room.append(2, record)
  room.assertFound('S1')
})

test('S2: a record is skipped', () => {
  const room = new HealthyRoom()
  const first = room.next()
  const second = room.next({ s: first.s + 1, ts: first.ts + 1 }, { aseq: 4 })
  room.append(1, first, second)
  room.assertFound()
  room.checks.ghost.shadow(2).transcript.add(first)
  room.append(2, second)
  assert.ok(room.found.includes('S2'), room.found.join())
})

test('S3: a timestamp that is not above the one before, nor above the lc of its message', () => {
  const room = new HealthyRoom()
  const last = room.log(1).at(-1)
  assert.ok(last)
  room.append(1, room.next({ ts: last.ts }, { lc: last.ts + 5 }))
  assert.equal(room.found.filter((id) => id === 'S3').length, 2)
})

test('S4: a record comes before one that its stamper had', () => {
  const room = new HealthyRoom()
  const before = room.strange(1, 90, room.next({}, { author: room.node(3).uid }).part)
  room.checks.ghost.register(before)
  const after = room.next()
  room.append(1, after)
  room.checks.ghost.deps.set(after, new Map([[before.namespace, 1]]))
  room.append(2, after)
  room.assertFound('S4')
})

test('S5: a message that its author never made', () => {
  const room = new HealthyRoom()
  const record = room.next()
  room.checks.ghost.created.delete(record.part)
  room.append(1, record)
  room.assertFound('S5')
})

test('S5: the transcript kept differs from the one computed', () => {
  const room = new HealthyRoom()
  room.checks.ghost.shadow(2).transcript.order.pop()
  room.checks.audit()
  assert.ok(room.found.includes('S5'))
})

test('S5: the core calls a held message new, or a new one a copy, or misjudges a copy', () => {
  const room = new HealthyRoom()
  const [held] = room.log(2)
  assert.ok(held)
  const again = room.strange(1, held.ts + 9, held.part)
  room.checks.ghost.register(again)
  room.append(2, again)
  room.assertFound('S5')
  const other = new HealthyRoom()
  const record = other.next()
  const { told } = other.checks.ghost.shadow(2)
  assert.equal(told.add(record, false), 'orphan')
  const found: string[] = []
  const say = (id: string): number => found.push(id)
  checkTold('orphan', 'appended', record, 2, say)
  checkTold('none', 'moved', record, 2, say)
  checkTold('moved', 'none', record, 2, say)
  assert.deepEqual(found, ['S5', 'S5', 'S5'])
})

test('S6: a message of an author arrives without the one before', () => {
  const room = new HealthyRoom()
  room.append(1, room.next({}, { aseq: 4 }))
  assert.ok(room.found.includes('S6'), room.found.join())
  const other = new HealthyRoom()
  const record = other.next()
  // What another process of the author had left in the outbox.
  other.checks.ghost.previous.set(record.part, other.next().part)
  other.append(1, record)
  other.assertFound('S6')
})

test('S6: the core counts other messages than its log holds', () => {
  const room = new HealthyRoom()
  room.node(2).state.have.set(processOf(room, 3), 1)
  room.checks.audit()
  room.assertFound('S6')
})

test('S7: a message that the author had seen is missing', () => {
  const room = new HealthyRoom()
  const record = room.next()
  room.checks.ghost.created.set(record.part, new Map([[processOf(room, 3), 3]]))
  room.append(1, record)
  room.assertFound('S7')
})

test('S7: a message that the author had seen stands behind', () => {
  const room = new HealthyRoom()
  const early = room.next()
  const cause = room.next(
    { s: early.s + 1, ts: early.ts + 1 },
    { author: room.node(3).uid, inc: room.node(3).state.inc },
  )
  room.append(1, early, cause)
  room.assertFound()
  // n3 gets them in the other order of time: the same message with a later place.
  const late = room.strange(1, cause.ts + 9, { ...cause.part, aseq: 4 })
  room.checks.ghost.created.set(late.part, new Map([[early.part.namespace, 3]]))
  room.checks.ghost.created.set(early.part, new Map([[cause.part.namespace, 3]]))
  room.append(3, early)
  room.assertFound('S7')
})

test('S8: two transcripts in different orders', () => {
  const room = new HealthyRoom()
  const { order } = room.checks.ghost.shadow(3).told
  const [a, b] = order
  assert.ok(a && b)
  order[0] = b
  order[1] = a
  room.checks.audit()
  room.assertFound('S5', 'S8')
})

test('S9: safe moves past the records that enough disks hold', () => {
  const room = new HealthyRoom()
  const { state } = room.node(1)
  const record = room.next()
  room.append(1, record)
  assert.ok(state.role.type === 'office')
  state.role.safe++
  room.forge(1, tick, [])
  room.assertFound('S9')
})

test('S9: an office that leaves out followers that are not behind', () => {
  const room = new HealthyRoom()
  const { state } = room.node(1)
  assert.ok(state.role.type === 'office')
  for (const follower of state.role.followers.values()) follower.behind = 99
  room.world.say(room.node(1), 'alone')
  room.world.runFor(2)
  assert.equal(state.role.safe, state.end, 'the office has taken its own disk for enough')
  room.assertFound('S9')
})

test('S9: an office waits two seconds for a full disk, and then no longer', () => {
  const room = new HealthyRoom()
  const { state } = room.node(1)
  assert.ok(state.role.type === 'office')
  room.world.setDiskFull(room.node(3), true)
  room.world.say(room.node(1), 'without n3')
  room.world.runFor(1700)
  assert.ok(state.role.safe < state.end)
  room.world.runFor(800)
  assert.equal(state.role.safe, state.end)
  room.assertFound()
  // That it had stored all the same would have been known.
  room.world.setDiskFull(room.node(3), false)
  room.world.runFor(1000)
  const follower = state.role.followers.get(room.node(3).uid)
  assert.ok(follower)
  follower.behind = 99
  room.world.setDiskFull(room.node(3), true)
  room.world.say(room.node(1), 'at once')
  room.world.runFor(20)
  room.assertFound('S9')
})

test('S9: a disk that was put back stops counting when the office has learnt of it', () => {
  const room = new HealthyRoom()
  const { ghost } = room.checks
  const last = room.log(1).at(-1)
  assert.ok(last)
  const { state } = room.node(3)
  assert.equal(ghost.holdersOf(last, []), 3)
  room.world.crash(room.node(3))
  room.world.replaceDisk(room.world.node(3), new Disk())
  assert.equal(ghost.holdersOf(last, []), 2)
  assert.equal(ghost.holdersOf(last, [{ inc: state.inc, countsAs: state.uid }]), 3)
})

test('S9: a record that was lost with a disk, and held again, is not excused a second time', () => {
  const room = new HealthyRoom()
  const { ghost } = room.checks
  const { log } = room.node(3).disk
  for (const { part } of log) ghost.lost.add(part)
  for (const node of room.world.nodes) node.disk.log = []
  room.checks.audit()
  assert.ok(!room.found.includes('S9'))
  room.node(3).disk.log = log
  ghost.shadow(3).durableEnd = 0
  room.checks.committed(room.node(3))
  room.node(3).disk.log = []
  room.checks.audit()
  assert.ok(room.found.includes('S9'))
})

test('S9: sent is shown twice, or for a message that is not safe or not on the disk of its author', () => {
  const room = new HealthyRoom()
  const part = room.log(2).find((record) => record.part.author === room.node(2).uid)?.part
  assert.ok(part)
  room.forge(2, tick, [{ type: 'sent', part, ts: 1 }])
  room.assertFound('S9')
  const other = new HealthyRoom()
  const record = other.next()
  other.append(1, record)
  other.append(2, record)
  other.forge(2, tick, [{ type: 'sent', part: record.part, ts: record.ts }])
  assert.equal(other.found.filter((id) => id === 'S9').length, 2)
  const found: string[] = []
  const { ghost } = other.checks
  checkSent(ghost, ghost.shadow(2), 2, record.part, (id) => found.push(id))
  assert.deepEqual(found, ['S9', 'S9'])
})

test('S9: a sent message is on no disk any more', () => {
  const room = new HealthyRoom()
  for (const node of room.world.nodes) node.disk.log.pop()
  room.checks.audit()
  room.assertFound('S9')
})

test('S10: a message leaves the outbox unsent', () => {
  const room = new HealthyRoom()
  room.forge(2, tick, [persist({ outboxDrop: [room.next().part] })])
  room.assertFound('S10')
})

test('S10: after a crash a message is neither in the outbox nor in the log', () => {
  const room = new HealthyRoom()
  const { part } = room.next({}, { aseq: 4 })
  room.checks.ghost.previous.set(part, room.next().part)
  room.node(2).disk.outbox.push(part)
  room.world.crash(room.node(2))
  room.assertFound('S10')
})

test('S11: a follower stamps', () => {
  const room = new HealthyRoom()
  const { uid, state } = room.node(2)
  const record = {
    ...room.next(),
    stamper: uid,
    stamperInc: state.inc,
    namespace: `${uid}.${state.inc}` as never,
    s: 1,
  }
  room.append(2, record)
  room.assertFound('S11')
})

test('S11: records come from a node that is not the leader', () => {
  const room = new HealthyRoom()
  const record = room.next()
  room.append(1, record)
  const frame: Frame = { type: 'rec', pos: 9, safe: 0, records: [record] }
  room.node(2).state.clock = record.ts
  const write = { records: [{ ...sealed(record), pos: room.log(2).length + 1, fresh: true }] }
  room.forge(2, { type: 'frameReceived', link: 999 as LinkId, lc: 0, frame }, [persist(write)])
  room.assertFound('S11')
})

test('S11: two links to leaders', () => {
  const room = new HealthyRoom()
  const { links } = room.node(2).state
  const link = [...links.values()].find(({ purpose }) => purpose === 'leader')
  assert.ok(link)
  links.set(998 as LinkId, { ...link, id: 998 as LinkId })
  room.forge(2, { type: 'linkDrained', link: link.id }, [])
  room.assertFound('S11')
})

test('S11: one that slept is sure when a follower replied, also one that the reply lets it put out', () => {
  const room = new HealthyRoom()
  const { state } = room.node(1)
  const { role } = state
  assert.ok(role.type === 'office')
  const [first] = role.followers.values()
  assert.ok(first?.link !== undefined)
  const before = new Before()
  before.note(state)
  const ping: Frame = { type: 'ping', nonce: 7, vid: state.view.vid, safe: 0 }
  const sent: Effect = { type: 'send', link: first.link, lc: 0, frame: ping, paced: false }
  noteAsked(before, state, { type: 'woke', sleptMs: 60_000 }, [sent])
  const pong = (link: LinkId): Event => ({
    type: 'frameReceived',
    link,
    lc: 0,
    frame: { type: 'pong', nonce: 7 },
  })
  noteAsked(before, state, pong(999 as LinkId), [])
  assert.ok(before.asked, 'nobody that follows')
  role.followers.delete(first.member.uid)
  noteAsked(before, state, pong(first.link), [])
  assert.equal(before.asked, undefined)
})

test('S12: a smaller candidate after a larger one', () => {
  const room = new HealthyRoom()
  const elect = (index: number): Effect => {
    const { uid, state } = room.node(index)
    const frame: Frame = { type: 'elect', term: 9, candidate: { uid, inc: state.inc } }
    return { type: 'send', link: 1 as LinkId, lc: 0, frame, paced: false }
  }
  room.forge(2, tick, [elect(3)])
  room.forge(2, tick, [elect(2)])
  room.assertFound('S12')
})

test('S12: a quiet term with too many messages, and not the largest as winner', () => {
  const room = new HealthyRoom()
  const { elections } = room.checks
  const members = room.node(1).state.view.members
  elections.won(5, room.node(2).uid)
  for (let i = 0; i < 7; i++) {
    const { uid, state } = room.node(3)
    const frame: Frame = { type: 'elect', term: 5, candidate: { uid, inc: state.inc } }
    elections.sent(1, `p${i}`, { frame, link: 1 as LinkId })
  }
  elections.opened(2, 5, room.node(2).uid, members)
  assert.equal(room.found.filter((id) => id === 'S12').length, 3, 'the winner, ELECT, ELECTED')
})

test('S13: an older view of the same leader', () => {
  const room = new HealthyRoom()
  const { state } = room.node(2)
  const { vid, members } = state.view
  state.view = { vid: { ...vid, ver: vid.ver - 1 }, members }
  room.forge(2, tick, [])
  room.assertFound('S13')
})

test('S13: an office yields to a rank that it was not told', () => {
  const room = new HealthyRoom()
  const following = room.node(2).state.role
  assert.ok(following.type === 'following')
  const leader = room.node(1)
  leader.state.role = { ...following, leader: { ...following.leader, uid: 'ff'.repeat(16) as Uid } }
  room.forge(1, tick, [])
  room.assertFound('S13')
})

test('S14: a transcript changes in the middle although the newest record came', () => {
  const room = new HealthyRoom()
  const found: string[] = []
  const record = room.next()
  checkS14('inserted', record, room.log(1).at(-1), 1, (id) => found.push(id))
  checkS14('appended', record, room.log(1).at(-1), 1, (id) => found.push(id))
  checkS14('inserted', record, { ...record, ts: record.ts + 1 }, 1, (id) => found.push(id))
  assert.deepEqual(found, ['S14'])
})

test('S15: a clock behind the log, a message number used again, an inc used again', () => {
  const room = new HealthyRoom()
  room.node(2).state.clock = 1
  room.forge(2, tick, [])
  room.assertFound('S15')
  const other = new HealthyRoom()
  const { part } = other.next({}, { aseq: 2 })
  other.forge(2, tick, [persist({ outboxPut: [part] })])
  other.assertFound('S15')
  const third = new HealthyRoom()
  third.checks.started(third.node(2))
  third.assertFound('S15')
  const fourth = new HealthyRoom()
  const [first, second] = [fourth.node(2).state, fourth.node(3).state]
  const { inc } = first
  first.inc = second.inc
  fourth.forge(2, tick, [])
  fourth.assertFound()
  first.inc = inc
  fourth.forge(2, tick, [])
  fourth.assertFound('S15')
})

test('S16: a frame, a link and a book beyond their limits', () => {
  const room = new HealthyRoom()
  const { view } = room.node(1).state
  const member = { ...view.members[0]!, name: 'x'.repeat(32) }
  const many = Array.from({ length: 4000 }, () => member)
  const long: Frame = { type: 'view', view: { ...view, members: many }, book: [] }
  room.checks.sent(room.node(1), room.node(2), long, 300_000, 300_000)
  assert.deepEqual(room.found, ['S16', 'S16'])
  // No frame is too long, but nothing is taken out of the link.
  const full = new HealthyRoom()
  const [from, to] = [full.node(1), full.node(2)]
  full.world.network.setDeaf(to, true)
  const third: Frame = { type: 'view', view: { ...view, members: many.slice(0, 1300) }, book: [] }
  for (let i = 0; i < 4; i++) full.world.network.inject(from, to, third)
  full.assertFound('S16')
  const other = new HealthyRoom()
  const { state } = other.node(2)
  for (let i = 0; i < 257; i++) {
    const uid = `e${i.toString(16).padStart(31, '0')}` as Uid
    state.book.set(uid, { uid, addr: state.addr, name: 'x', left: false })
  }
  other.forge(2, tick, [{ type: 'keepBook', book: [] }])
  other.assertFound('S16')
})

test('S16: no frame is longer than its estimate', () => {
  const room = new HealthyRoom()
  let seen = 0
  const sent = (_from: SimNode, _to: SimNode, frame: Frame): void => {
    seen++
    const bytes = encodeFrame(2 ** 51, frame).length
    assert.ok(bytes <= wireBytes(frame), `${frame.type} of ${bytes} bytes counts as ${wireBytes(frame)}`)
  }
  room.world.observers.push({ sent })
  room.world.crash(room.node(1))
  for (const node of room.world.running) room.world.say(node, '你好 🦊 ça va')
  room.world.runFor(3000)
  room.world.start(room.world.node(1), 'resume')
  room.world.runFor(3000)
  assert.ok(seen > 100)
})

test('S17: a message takes a place before another although detection was accurate', () => {
  const room = new HealthyRoom()
  const { part } = room.next()
  const author = 'dd'.repeat(16) as Uid
  const namespace = namespaceOf(author, part.inc)
  const record = room.strange(1, 2, { ...part, lc: 1, author, namespace, aseq: 1 })
  room.checks.ghost.created.set(record.part, new Map())
  room.checks.ghost.register(record)
  room.append(2, record)
  room.assertFound('S17')
})

test('S18: a message is shown twice, skipped, or shown before the node entered', () => {
  const room = new HealthyRoom()
  const record = room.next()
  room.forge(2, tick, [{ type: 'deliver', pos: 1, record }])
  assert.ok(room.found.includes('S18'))
  const other = new HealthyRoom()
  const first = other.next()
  const second = other.next({ s: first.s + 1, ts: first.ts + 1 }, { aseq: 4 })
  other.append(1, first, second)
  other.forge(1, tick, [{ type: 'deliver', pos: other.log(1).length, record: second }])
  other.assertFound('S18')
  const wrong = new HealthyRoom()
  const { shown = 0 } = wrong.checks.ghost.shadow(1)
  wrong.append(1, wrong.next())
  wrong.forge(1, tick, [{ type: 'deliver', pos: shown + 1, record: second }])
  wrong.assertFound('S18')
  const third = new HealthyRoom()
  third.checks.ghost.shadow(2).shown = undefined
  third.forge(2, tick, [{ type: 'deliver', pos: 1, record }])
  third.assertFound('S18')
})

test('S19: what a liar made up stays in a book, a counter is near its end, or a process was made to stop', () => {
  const harms: ((room: HealthyRoom) => void)[] = [
    ({ world }) => {
      const ghost = (i: number): BookEntry => ({
        uid: String(i).padStart(32, '0') as Uid,
        addr: `10.66.0.${i}:4000` as Address,
        name: 'ghost',
        left: false,
      })
      world.node(2).disk.book = Array.from({ length: 121 }, (_none, i) => ghost(i))
    },
    ({ world }) => (world.node(2).disk.boots = 2 ** 30),
    (room) => (room.node(2).state.election.term = 2 ** 47),
    (room) => (room.node(2).state.clock = 2 ** 52 - 1),
    (room) => room.forge(2, tick, [{ type: 'stop', why: 'identity' }]),
  ]
  for (const harm of harms) {
    const room = new HealthyRoom()
    room.checks.ghost.liars.add('ee'.repeat(16))
    room.checks.audit()
    room.assertFound()
    harm(room)
    room.checks.audit()
    room.assertFound('S19')
  }
})

test('S21: a record is held of which the stamper has said nothing', () => {
  const room = new HealthyRoom()
  const { record, chain } = sealed(room.next())
  room.append(1, record)
  for (const seal of [undefined, { ...record.seal!, signature: 'e'.repeat(128) }, record.seal]) {
    const wrong = new HealthyRoom()
    const next = { ...wrong.next() }
    wrong.checks.ghost.register(next)
    wrong.checks.ghost.created.set(next.part, new Map())
    wrong.node(2).state.clock = next.ts
    const { role } = wrong.node(2).state
    assert.ok(role.type === 'following')
    if (seal === record.seal) sealed(next)
    else if (seal) next.seal = seal
    const frame: Frame = { type: 'rec', pos: 9, safe: 0, records: [next] }
    const event = { type: 'frameReceived', link: role.link, lc: 0, frame } as const
    const records = [{ record: next, chain, pos: wrong.log(2).length + 1, fresh: true }]
    wrong.forge(2, event, [persist({ records })])
    wrong.assertFound(...(seal === record.seal ? [] : ['S21' as const]))
  }
})

test('S22: a reply to a check that leaves something out, and members that are said to differ', () => {
  const reply = (room: HealthyRoom, digest: Digest): Effect => {
    const { role } = room.node(2).state
    assert.ok(role.type === 'following')
    return {
      type: 'send',
      link: role.link,
      lc: 1,
      frame: { type: 'checked', nonce: 1, digest },
      paced: false,
    }
  }
  const room = new HealthyRoom()
  const { digest } = markOf(room.node(2).state, 1)
  room.forge(2, tick, [reply(room, digest)])
  room.assertFound()
  room.forge(2, tick, [reply(room, 'd'.repeat(64) as Digest)])
  room.assertFound('S22')
  const { uid, inc } = room.node(3).state
  const members: Compared[] = [{ uid, inc, verdict: 'differs' }]
  const told: Effect[] = [
    { type: 'checked', digest, messages: 6, members },
    {
      type: 'send',
      link: 2 as LinkId,
      lc: 1,
      paced: false,
      frame: { type: 'checkDone', nonce: 1, digest, members },
    },
  ]
  for (const effect of told) {
    const other = new HealthyRoom()
    other.forge(1, tick, [effect])
    other.assertFound('S22')
    // Where a node lies, others may differ.
    const lied = new HealthyRoom()
    lied.checks.ghost.liars.add('ee'.repeat(16))
    lied.forge(1, tick, [effect])
    lied.assertFound()
  }
})

test('S20: a node that has started once dials eighty-one addresses of a liar at once', () => {
  const room = new HealthyRoom()
  const dial = (i: number): Effect => ({
    type: 'dial',
    link: (1000 + i) as LinkId,
    addr: `10.66.0.${i}:4000` as Address,
  })
  room.forge(
    2,
    tick,
    Array.from({ length: 80 }, (_none, i) => dial(i)),
  )
  room.assertFound()
  room.forge(2, tick, [dial(80)])
  room.assertFound('S20')
})
