// What a node does with a leader that fails while tokens wait for it, and with dials that get no reply in time.
// The states come from a simulated room that is well; from there on each node is stepped by hand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import { selfOf } from '../../src/core/model/facts.ts'
import type { Frame, Member } from '../../src/core/model/frames.ts'
import { bootCounter, makeInc, type LinkId, type Namespace } from '../../src/core/model/ids.ts'
import type { Following, Office, Purpose } from '../../src/core/model/state.ts'
import type { State } from '../../src/core/index.ts'
import { step } from '../../src/core/index.ts'
import { dial } from '../../src/core/ring/links.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'
import { movingTo } from './states.ts'

const idleBeats = 40

function room(): { n1: State; n2: State; n3: State } {
  const healthy = new HealthyRoom()
  return { n1: healthy.node(1).state, n2: healthy.node(2).state, n3: healthy.node(3).state }
}

function following(state: State): Following {
  assert.equal(state.role.type, 'following')
  return state.role
}

function timerOf(effects: readonly Effect[], name: string): number | undefined {
  const found = effects.find((effect) => effect.type === 'startTimer' && effect.name === name)
  return found?.type === 'startTimer' ? found.ms : undefined
}

/** What was done last to a timer. */
function lastOf(effects: readonly Effect[], name: string): string | undefined {
  return effects.findLast((effect) => 'name' in effect && effect.name === name)?.type
}

function receive(state: State, link: LinkId, frame: Frame): Effect[] {
  return step(state, { type: 'frameReceived', link, lc: 0, frame })
}

function beat(state: State): Effect[] {
  return step(state, { type: 'timerFired', name: 'heartbeat' })
}

/** n2 has lost n1, was told that n3 leads, and dials it. */
function followsNamed(state: State, leader: Member): Following {
  const { link } = following(state)
  state.role = { type: 'leaderless', lost: leader.uid, started: false, voided: 0, offered: undefined }
  receive(state, state.ring.next?.link ?? link, { type: 'alive', leader })
  const role = following(state)
  assert.deepEqual([role.phase, role.origin], ['dialling', 'named'])
  return role
}

/** ELECTED of `winner`, over the link to next. */
function elected(state: State, winner: Member): void {
  const link = state.ring.next?.link
  assert.ok(link !== undefined)
  receive(state, link, { type: 'elected', term: 7, winner, list: [winner] })
}

test('a failed FOLLOW does not make a node go solo when a held token has named the leader that was elected', () => {
  const { n1, n2, n3 } = room()
  n2.election.failedFollows = n2.config.failedFollowsMax - 1
  const { link } = followsNamed(n2, selfOf(n3))
  elected(n2, selfOf(n1))
  const effects = step(n2, { type: 'linkClosed', link, why: 'refused' })
  assert.equal(following(n2).leader.uid, n1.uid)
  assert.equal(lastOf(effects, 'backup'), 'stopTimer')
})

test('a failed FOLLOW begins no second election beside the one that a held token has begun', () => {
  const { n2, n3 } = room()
  const { link } = followsNamed(n2, selfOf(n3))
  const next = n2.ring.next?.link
  assert.ok(next !== undefined)
  receive(n2, next, { type: 'elect', term: 7, candidate: { uid: n3.uid, inc: n3.inc } })
  const effects = step(n2, { type: 'linkClosed', link, why: 'refused' })
  assert.equal(n2.role.type === 'leaderless' && n2.role.started, true)
  assert.equal(lastOf(effects, 'backup'), 'stopTimer')
})

test('tokens that wait for the leader go on waiting when it names another', () => {
  const { n1, n2, n3 } = room()
  followsNamed(n2, selfOf(n3))
  elected(n2, selfOf(n1))
  const role = following(n2)
  const link = n2.links.get(role.link)
  assert.ok(link)
  link.who = selfOf(n3)
  const third = {
    ...selfOf(n3),
    uid: 'f'.repeat(32) as Member['uid'],
    addr: '10.0.0.99:4000' as Member['addr'],
  }
  receive(n2, role.link, { type: 'redirect', leader: third, view: n2.view })
  assert.equal(following(n2).leader.uid, third.uid)
  assert.equal(following(n2).held.length, 1)
  const again = following(n2)
  const second = n2.links.get(again.link)
  assert.ok(second)
  second.who = third
  again.phase = 'live'
  receive(n2, again.link, { type: 'moved', leader: selfOf(n3) })
  assert.deepEqual([following(n2).leader.uid, following(n2).held.length], [n3.uid, 1])
})

test('earlier failures do not count once there is a leader again, by any way', () => {
  const { n1, n3 } = room()
  n3.election.failedTerms = 6
  n3.election.failedFollows = 2
  step(n3, { type: 'linkClosed', link: following(n3).link, why: 'refused' })
  // No other member is left: n3 continues alone.
  n3.ring.down = new Set(n3.view.members.map(({ uid }) => uid))
  for (const id of [...n3.links.keys()]) step(n3, { type: 'linkClosed', link: id, why: 'refused' })
  for (let i = 0; i < 8 && n3.role.type !== 'office'; i++) {
    for (const id of [...n3.links.keys()]) step(n3, { type: 'linkClosed', link: id, why: 'refused' })
    beat(n3)
  }
  assert.equal(n3.role.type, 'office')
  assert.deepEqual([n3.election.failedTerms, n3.election.failedFollows], [0, 0])
  // An office that moves in with another.
  const office = n3.role
  const link = dial(n3, 'bridge', n1.addr, { expects: n1.uid, ms: 1000 })
  const bridge = n3.links.get(link)
  assert.ok(bridge)
  bridge.who = selfOf(n1)
  const upload = {
    link,
    kind: 'up' as const,
    cursor: n3.end + 1,
    told: 0,
    holds: { has: new Map<Namespace, number>(), equal: new Set<number>(), since: n3.end },
    taken: [],
    takenBytes: 0,
    open: new Set<Namespace>(),
    cuts: [],
    request: 0,
    done: true,
    mark: undefined,
  }
  office.moving = { to: selfOf(n1), link, asked: undefined, upload, synced: true, frozen: true, stable: [] }
  n3.election.failedTerms = 6
  n3.election.failedFollows = 2
  receive(n3, link, { type: 'moveOk', term: 9, pos: n3.end })
  assert.equal(following(n3).leader.uid, n1.uid)
  assert.deepEqual([n3.election.failedTerms, n3.election.failedFollows], [0, 0])
})

test('the ring link to a lost leader is closed with the star link', () => {
  const { n2 } = room()
  const next = n2.ring.next
  assert.equal(next?.member.uid, following(n2).leader.uid, 'n1 leads, and stands behind n2 in the ring')
  n2.links.get(following(n2).link)!.quiet = 1000
  const effects = beat(n2)
  assert.ok(effects.some((effect) => effect.type === 'close' && effect.link === next?.link))
  assert.equal(n2.links.has(next.link), false)
})

/** A dial without a reply. `pace`: how far away the slowest known member is, in local round trips. */
function unanswered(state: State, purpose: Purpose, pace: number): LinkId {
  state.roundTripMs = pace * state.config.roundTripMs
  return dial(state, purpose, '10.0.0.99:4000' as State['addr'], { ms: 1000 })
}

test('a dial without a reply ends by its own timer, and not because it is idle', () => {
  const { n1 } = room()
  const office = n1.role as Office
  const link = unanswered(n1, 'bridge', 12)
  const to = { ...selfOf(n1), uid: 'f'.repeat(32) as Member['uid'] }
  office.moving = movingTo(to, link)
  for (let i = 0; i <= idleBeats + 1; i++) {
    for (const other of n1.links.values()) if (other.id !== link) other.quiet = 0
    beat(n1)
  }
  assert.equal(n1.links.has(link), true, 'its 12 s are not over')
  step(n1, { type: 'timerFired', name: `dial:${link}` })
  assert.equal(office.moving, undefined)
})

test('a link that serves nothing is closed after ten seconds', () => {
  const { n1 } = room()
  step(n1, { type: 'linkAccepted', link: 999 as LinkId, uid: 'f'.repeat(32) as Member['uid'] })
  for (let i = 0; i <= idleBeats; i++) {
    for (const other of n1.links.values()) if (other.id !== 999) other.quiet = 0
    assert.equal(n1.links.has(999 as LinkId), true)
    beat(n1)
  }
  assert.equal(n1.links.has(999 as LinkId), false)
})

test('only a dial whose own path is long gets more time when it opens', () => {
  const { n1 } = room()
  const near = unanswered(n1, 'search', 5)
  const far = unanswered(n1, 'search', 5)
  const uid = 'f'.repeat(32) as Member['uid']
  assert.equal(timerOf(step(n1, { type: 'linkOpened', link: near, uid }), `dial:${near}`), undefined)
  n1.links.get(far)!.roundTripMs = 2 * n1.config.roundTripMs
  assert.ok(timerOf(step(n1, { type: 'linkOpened', link: far, uid }), `dial:${far}`))
})

test('a candidate that does not reply to LINK keeps its timer when the ring is tried again', () => {
  const { n3 } = room()
  const member = n3.ring.next?.member
  assert.ok(member)
  const link = dial(n3, 'candidate', member.addr, { expects: member.uid, ms: 250 })
  n3.links.get(link)!.who = member
  n3.ring.next = undefined
  n3.ring.candidates.set(link, { member, linking: 'no' })
  const asked = (effects: readonly Effect[]): boolean =>
    effects.some((effect) => effect.type === 'send' && effect.link === link && effect.frame.type === 'link')
  assert.equal(asked(beat(n3)), true)
  for (let i = 0; i < 8; i++) {
    for (const other of n3.links.values()) other.quiet = 0
    const effects = beat(n3)
    assert.equal(asked(effects), false)
    assert.equal(timerOf(effects, `dial:${link}`), undefined)
  }
})

test('an office on its way into another keeps no list of positions that grows with each record', () => {
  const { n1, n2 } = room()
  const office = n1.role as Office
  const link = dial(n1, 'bridge', n2.addr, { ms: 1000 })
  n1.links.get(link)!.who = selfOf(n2)
  const moving = movingTo(selfOf(n2), link)
  office.moving = moving
  for (let i = 1; i <= 100; i++) {
    receive(n1, link, { type: 'rec', pos: i, safe: 0, records: [] })
    step(n1, { type: 'said', messages: [{ text: 'x', kind: 'message' }], wall: 1 })
    step(n1, { type: 'committed', upTo: n1.persistN })
  }
  assert.ok(moving.stable.length <= 2, `${moving.stable.length} entries`)
})

test('a leader that has stored all of a quiet room is not behind', () => {
  const { n1 } = room()
  assert.ok(n1.role.type === 'office')
  for (let n = 0; n < 12; n++) beat(n1)
  assert.equal(n1.role.ownBehind, 0)
})

test('memory does not count while a member that keeps a disk is listed, also one that does not follow now', () => {
  for (const isListed of [true, false]) {
    const { n1, n2, n3 } = room()
    const office = n1.role as Office
    Object.assign(n1, { durable: false, copies: 1 })
    const members = n1.view.members
      .filter(({ uid }) => uid !== n3.uid || isListed)
      .map((member) => (member.uid === n3.uid ? member : { ...member, memory: true as const }))
    n1.view = { ...n1.view, members }
    const follower = office.followers.get(n2.uid)
    assert.ok(follower?.link !== undefined)
    Object.assign(follower, { disk: false })
    office.followers.delete(n3.uid)
    step(n1, { type: 'said', messages: [{ text: 'x', kind: 'message' }], wall: 1 })
    step(n1, { type: 'committed', upTo: n1.persistN })
    const before = office.safe
    receive(n1, follower.link, { type: 'stored', pos: n1.end })
    assert.equal(office.safe, isListed ? before : n1.end)
    assert.ok(before < n1.end || !isListed)
  }
})

test('a follower that meets a newer process of its leader names it to the older one', () => {
  const { n2 } = room()
  const { leader, link } = following(n2)
  const newer = makeInc(bootCounter(leader.inc) + 1, '0'.repeat(16))
  const from = 901 as LinkId
  step(n2, { type: 'linkAccepted', link: from, uid: leader.uid })
  const effects = receive(n2, from, { type: 'hello', room: n2.room, ...leader, inc: newer })
  const told = effects.filter((effect) => effect.type === 'send' && effect.link === link)
  assert.deepEqual(
    told.map((effect) => effect.type === 'send' && effect.frame),
    [{ type: 'alive', leader: { ...leader, inc: newer } }],
  )
})
