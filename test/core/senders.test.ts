// The sender table (PROTOCOL.md section 2.17): each frame from each standing, with each value at and beyond its bound.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Effect } from '../../src/core/model/effects.ts'
import { selfOf } from '../../src/core/model/facts.ts'
import { newFollower, comparisonEnded } from '../../src/core/model/follower.ts'
import type { Frame, FrameType, Member, Vid } from '../../src/core/model/frames.ts'
import type { Address, LinkId, Uid } from '../../src/core/model/ids.ts'
import { bootCounter, makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import { senders } from '../../src/core/model/senders.ts'
import type { Standing } from '../../src/core/model/standing.ts'
import { isStanding } from '../../src/core/model/standing.ts'
import type { Link, Office, Purpose } from '../../src/core/model/state.ts'
import type { State } from '../../src/core/index.ts'
import { step } from '../../src/core/index.ts'
import { judge } from '../../src/core/judge.ts'
import { newFollowing } from '../../src/core/leading/following.ts'
import { dial } from '../../src/core/ring/links.ts'
import { samples } from '../wire/samples.ts'
import { signAs } from '../../sim/world/notary.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'
import type { Follower } from '../../src/core/model/follower.ts'
import { movingTo } from './states.ts'

const outsider: Member = {
  uid: 'f'.repeat(32) as Uid,
  inc: makeInc(1, '0123456789abcdef'),
  name: 'Mal',
  addr: '10.0.0.99:4000' as Address,
}

type Place = { readonly state: State; readonly link: Link }

function place(state: State, purpose: Purpose, who: Member | undefined): Place {
  const id = dial(state, purpose, outsider.addr, { ms: 1000 })
  const link = state.links.get(id)
  assert.ok(link)
  link.peer = (who ?? outsider).uid
  if (who) link.who = who
  state.out = []
  return { state, link }
}

function office(state: State): Office {
  assert.equal(state.role.type, 'office')
  return state.role
}

/** n1 leads n2 and n3. A fresh room for each place, so that no test sees what another did. */
const places: Readonly<Record<Standing, () => Place>> = {
  stranger: () => place(node(1), 'accepted', undefined),
  asked: () => place(node(1), 'check', undefined),
  anybody: () => place(node(1), 'accepted', undefined),
  greeted: () => place(node(1), 'accepted', outsider),
  itself: () => place(node(1), 'accepted', outsider),
  member: () => {
    const healthy = new HealthyRoom()
    return place(healthy.node(2).state, 'accepted', selfOf(healthy.node(3).state))
  },
  neighbour: () => {
    const state = node(2)
    const link = state.links.get(state.ring.next?.link ?? (0 as LinkId))
    assert.ok(link)
    return { state, link }
  },
  applicant: () => {
    const at = place(node(2), 'accepted', outsider)
    at.link.applied = true
    return at
  },
  'leader-asked': () => {
    const at = place(node(2), 'leader', outsider)
    at.state.role = newFollowing(outsider, at.link.id, { origin: 'named', after: '' })
    return at
  },
  leader: () => {
    const at = place(node(2), 'leader', outsider)
    at.state.role = { ...newFollowing(outsider, at.link.id, { origin: 'named', after: '' }), phase: 'live' }
    return at
  },
  follower: () => {
    const at = place(node(1), 'accepted', outsider)
    const who = { member: outsider, after: '' as const, disk: true }
    office(at.state).followers.set(outsider.uid, follower(who, at.link.id))
    return at
  },
  bridge: () => {
    const at = place(node(1), 'accepted', outsider)
    const who = { member: outsider, after: '' as const, disk: true }
    office(at.state).bridges.set(outsider.uid, follower(who, at.link.id))
    return at
  },
  larger: () => {
    const at = place(node(1), 'bridge', outsider)
    office(at.state).moving = movingTo(outsider, at.link.id)
    return at
  },
  searched: () => place(node(1), 'search', outsider),
  probed: () => place(node(1), 'probe', outsider),
}

function node(index: number): State {
  return new HealthyRoom().node(index).state
}

function follower(who: Pick<Follower, 'member' | 'after' | 'disk'>, link: LinkId): Follower {
  const holds = { has: new Map<never, number>(), equal: new Set<number>(), since: 0 }
  const made = newFollower(who, link, holds, 0)
  const nothing = { taken: [], takenBytes: 0, open: new Set<never>(), cuts: [] }
  comparisonEnded(made, {
    link,
    kind: 'rec',
    cursor: 1,
    told: 0,
    holds,
    ...nothing,
    request: 0,
    done: false,
    mark: undefined,
  })
  return made
}

const types = Object.keys(senders) as FrameType[]
const standings = Object.keys(places) as Standing[]

function sampleOf(type: FrameType): Frame {
  return samples[type]
}

function receive({ state, link }: Place, frame: Frame): Effect[] {
  return step(state, { type: 'frameReceived', link: link.id, lc: 0, frame })
}

for (const standing of standings) {
  test(`who stands as ${standing} is recognized, and what it may not send is ignored`, () => {
    for (const type of types) {
      const at = places[standing]()
      const frame = sampleOf(type)
      if (standing !== 'itself') assert.ok(isStanding(at.state, at.link, frame, standing), standing)
      const may = senders[type].from.some((one) => isStanding(at.state, at.link, frame, one))
      const verdict = judge(at.state, at.link, frame)
      assert.equal(verdict === 'ignore', !may, `${type} from ${standing}: ${JSON.stringify(verdict)}`)
      if (may) continue
      const fresh = places[standing]()
      const asked = receive(fresh, frame).filter((effect) =>
        ['dial', 'persist', 'deliver', 'keepBook', 'mintInc', 'stop', 'log', 'leaderChanged'].includes(
          effect.type,
        ),
      )
      assert.deepEqual(asked, [], `${type} from ${standing} changes nothing`)
      assert.ok(fresh.state.links.has(fresh.link.id), `${type} from ${standing}: the link stays`)
    }
  })
}

test('strangers may greet, outsiders may ask, followers may hand in, and only a leader orders', () => {
  const from = (standing: Standing): FrameType[] =>
    types.filter((type) => senders[type].from.some((one) => one === standing || one === 'anybody'))
  assert.deepEqual(from('stranger'), ['hello', 'bye'])
  assert.deepEqual(from('greeted'), ['key', 'changed', 'bye', 'follow', 'link', 'probe'])
  const ofFollower =
    'knocking answer bye held up upDone stored submit leave ping pong suspect check checked chainsAt'
  assert.deepEqual(from('follower'), ofFollower.split(' '))
  const ofLeader =
    'key changed knocking answer bye lacks rec synced safe nack view ping pong resign moved checkPoint chains checkDone'
  assert.deepEqual(from('leader'), ofLeader.split(' '))
})

const mine = 7
/** Noon of 2026-07-01. Unit: ms since 1970. */
const wall = Date.UTC(2026, 6, 1, 12)
/** One a millisecond since 2020, and a day. */
const farthest = wall - Date.UTC(2020, 0, 1) + 86_400_000
/** From others than the leader. */
const near = farthest - 60_000

/** A value of each bounded frame at its bound, and one beyond: the name of what is refused. */
type Bounded = {
  readonly frame: (value: number) => Frame
  readonly from: Standing
  readonly max: number
  readonly field: string
}

const vid = (term: number): Vid => ({ term, leader: outsider.uid, ver: 1 })
const view = (term: number) => ({ vid: vid(term), members: [outsider] })

const candidate = { uid: outsider.uid, inc: outsider.inc }
const bounds: readonly Bounded[] = [
  {
    from: 'leader-asked',
    max: farthest,
    field: 'term',
    frame: (term) => ({ type: 'followOk', frontier: new Map(), differing: [], term, book: [] }),
  },
  {
    from: 'leader-asked',
    max: farthest,
    field: 'view.vid.term',
    frame: (term) => ({ type: 'redirect', leader: outsider, view: view(term) }),
  },
  {
    from: 'leader',
    max: farthest,
    field: 'view.vid.term',
    frame: (term) => ({ type: 'view', view: view(term), book: [] }),
  },
  { from: 'greeted', max: farthest, field: 'vid.term', frame: (term) => ({ type: 'link', vid: vid(term) }) },
  {
    from: 'neighbour',
    max: farthest,
    field: 'vid.term',
    frame: (term) => ({ type: 'linkOk', vid: vid(term) }),
  },
  {
    from: 'neighbour',
    max: farthest,
    field: 'vid.term',
    frame: (term) => ({ type: 'refer', prev: outsider, vid: vid(term) }),
  },
  {
    from: 'neighbour',
    max: farthest,
    field: 'vid.term',
    frame: (term) => ({ type: 'ping', nonce: 0, vid: vid(term), safe: 0 }),
  },
  { from: 'member', max: near, field: 'term', frame: (term) => ({ type: 'elect', term, candidate }) },
  {
    from: 'member',
    max: near,
    field: 'term',
    frame: (term) => ({ type: 'elected', term, winner: outsider, list: [outsider] }),
  },
  { from: 'member', max: near, field: 'term', frame: (term) => ({ type: 'stale', term }) },
  {
    from: 'bridge',
    max: near,
    field: 'term',
    frame: (term) => ({ type: 'move', term, many: true, members: [outsider] }),
  },
  { from: 'larger', max: farthest, field: 'term', frame: (term) => ({ type: 'moveOk', term, pos: 0 }) },
  { from: 'follower', max: mine, field: 'pos', frame: (pos) => ({ type: 'stored', pos }) },
  { from: 'neighbour', max: mine, field: 'nonce', frame: (nonce) => ({ type: 'pong', nonce }) },
]

for (const { frame, from, max, field } of bounds) {
  const { type } = frame(0)
  test(`${type}.${field} from ${from} is taken up to ${max}; beyond, the link ends and the log names it`, () => {
    const at = places[from]()
    at.state.wall = wall
    at.state.end = mine
    at.state.nonce = mine
    for (const value of [0, max - 1, max])
      assert.equal(judge(at.state, at.link, frame(value)), 'take', `${value}`)
    assert.deepEqual(judge(at.state, at.link, frame(max + 1)), { beyond: field })
    const effects = receive(at, frame(max + 1))
    assert.ok(effects.some((effect) => effect.type === 'close' && effect.link === at.link.id))
    const line = effects.find((effect) => effect.type === 'log' && effect.line.type === 'refused')
    assert.ok(line?.type === 'log' && line.line.type === 'refused')
    assert.equal(line.line.what, `${type}.${field}`)
    assert.equal(line.line.uid, at.link.peer)
  })
}

test('the bound of terms moves on with the wall clock, and is of 2026 where none is set', () => {
  const at = places.member()
  const judgeTerm = (term: number) => judge(at.state, at.link, { type: 'elect', term, candidate })
  at.state.wall = wall
  at.state.election.term = farthest
  assert.deepEqual(judgeTerm(near + 1), { beyond: 'term' }, 'what this node has reached counts for nothing')
  at.state.wall = wall + 1
  assert.equal(judgeTerm(near + 1), 'take')
  const early = Date.UTC(2026, 0, 1) - Date.UTC(2020, 0, 1) + 86_400_000 - 60_000
  for (const unset of [0, Date.UTC(2025, 11, 31)]) {
    at.state.wall = unset
    assert.equal(judgeTerm(early), 'take')
    assert.deepEqual(judgeTerm(early + 1), { beyond: 'term' })
  }
})

test('each frame with a rate is taken so often in a second, and again in the next', () => {
  const tried: string[] = []
  for (const type of types) {
    const { perSecond, from } = senders[type]
    if (perSecond === undefined) continue
    const standing = from.find((one) => one in places)
    assert.ok(standing)
    const at = places[standing]()
    // Only the count is judged here.
    at.link.said.set(type, perSecond - 1)
    const before = at.link.said.get(type)
    judge(at.state, at.link, sampleOf(type))
    if (at.link.said.get(type) === before) continue
    tried.push(type)
    assert.deepEqual(judge(at.state, at.link, sampleOf(type)), { beyond: 'rate' }, type)
    for (let beat = 0; beat < 4; beat++) {
      for (const link of at.state.links.values()) link.quiet = 0
      step(at.state, { type: 'timerFired', name: 'heartbeat' })
    }
    assert.equal(at.link.said.size, 0, type)
  }
  // The samples of the others are beyond a bound before they are counted.
  assert.ok(tried.length >= 12, tried.join())
})

test('a stranger that names itself as leader is not followed by a node without one', () => {
  const { state, link } = places.applicant()
  link.applied = false
  state.role = { type: 'leaderless', lost: outsider.uid, started: false, voided: 0, offered: undefined }
  assert.equal(judge(state, link, { type: 'alive', leader: outsider }), 'ignore')
})

test('a view is of the leader that sends it, and no older than its last', () => {
  const at = places.leader()
  assert.equal(judge(at.state, at.link, { type: 'view', view: view(1), book: [] }), 'take')
  const other = { vid: { ...vid(1), leader: selfOf(at.state).uid }, members: [outsider] }
  assert.deepEqual(judge(at.state, at.link, { type: 'view', view: other, book: [] }), { beyond: 'view.vid' })
  if (at.state.role.type === 'following') at.state.role.viewSeen = { ...vid(1), ver: 2 }
  assert.deepEqual(judge(at.state, at.link, { type: 'view', view: view(1), book: [] }), {
    beyond: 'view.vid',
  })
})

test('a neighbour hands on a view of those who are known, and of a few others', () => {
  const at = places.neighbour()
  const ghosts = (count: number): Member[] =>
    Array.from({ length: count }, (_, i) => ({
      ...outsider,
      uid: (i + 1).toString(16).padStart(32, 'a') as Uid,
    }))
  const handed = (count: number): Frame => ({
    type: 'view',
    view: { vid: vid(1), members: [...at.state.view.members, ...ghosts(count)] },
    book: [],
  })
  assert.equal(judge(at.state, at.link, handed(14)), 'take')
  assert.deepEqual(judge(at.state, at.link, handed(15)), { beyond: 'view.members' })
})

test('a view of a living leader counts when the leader sends it, and when a neighbour has it only once it is lost', () => {
  const { state } = places.neighbour()
  const { vid: held, members } = state.view
  const link = [...state.links.values()].find(({ who }) => who && who.uid !== held.leader)
  assert.ok(link)
  const newer = { vid: { ...held, ver: held.ver + 1 }, members }
  receive({ state, link }, { type: 'view', view: newer, book: [] })
  assert.equal(state.view.vid.ver, held.ver)
  if (state.role.type !== 'following') assert.fail()
  const leaderLink = state.role.link
  step(state, { type: 'linkClosed', link: leaderLink, why: 'refused' })
  for (const id of [...state.links.keys()])
    if (id !== link.id) step(state, { type: 'linkClosed', link: id, why: 'refused' })
  assert.ok(state.view.vid.ver > held.ver || state.view.vid.term > held.term)
})

test('an author submits only what it said itself', () => {
  const at = places.follower()
  assert.deepEqual(judge(at.state, at.link, sampleOf('submit')), { beyond: 'parts.author' })
})

test('a message may bear a fresh inc above that of its process, but not of any boot', () => {
  const at = places.follower()
  const { who } = at.link
  assert.ok(who)
  const verdictOf = (boot: number) => {
    const inc = makeInc(bootCounter(who.inc) + boot, '0123456789abcdef')
    const draft = { ...samples.submit.parts[0]!, author: who.uid, inc, namespace: namespaceOf(who.uid, inc) }
    const part = signAs(who.uid, draft)
    return judge(at.state, at.link, { type: 'submit', parts: [part] })
  }
  assert.equal(verdictOf(2 ** 20), 'take')
  assert.deepEqual(verdictOf(2 ** 20 + 1), { beyond: 'parts.inc' })
})

test('a PROBE, and a MOVE, are of the one that sends them', () => {
  const probing = places.greeted()
  assert.deepEqual(judge(probing.state, probing.link, sampleOf('probe')), { beyond: 'leader' })
  const moving = places.bridge()
  const frame: Frame = { type: 'move', term: 1, many: true, members: [selfOf(moving.state)] }
  assert.deepEqual(judge(moving.state, moving.link, frame), { beyond: 'members' })
})

test('PROTOCOL.md shows the table', () => {
  const text = readFileSync(new URL('../../../docs/PROTOCOL.md', import.meta.url), 'utf8')
  for (const type of types) {
    const name = type.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
    const row = text.split('\n').find((line) => line.startsWith(`| ${name} `))
    assert.ok(row, `${name} has a row in section 2.17`)
    const [, , from = '', rate = ''] = row.split('|').map((cell) => cell.trim())
    assert.deepEqual(from.split(', ').filter(Boolean), [...senders[type].from], name)
    assert.equal(rate, `${senders[type].perSecond ?? ''}`, name)
  }
})
