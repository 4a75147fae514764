/**
 * The lies, by the frames that carry them. Each takes its values from a script or by chance. life.ts and the script
 * command `liar` send them.
 */

import { lamportMax, termMaxAt } from '../../src/core/model/bounds.ts'
import type { Frame, Member, Rest, Vid } from '../../src/core/model/frames.ts'
import { groupCount, type Head, type Heads } from '../../src/core/model/frontier.ts'
import type { Inc, Namespace, RoomKey, Uid } from '../../src/core/model/ids.ts'
import { namespaceOf } from '../../src/core/model/ids.ts'
import { nameOfKey } from '../../src/core/model/lock.ts'
import type { Part, Point, StampedRecord } from '../../src/core/model/records.ts'
import { countMax } from '../../src/wire/limits.ts'
import { simNotary } from '../world/notary.ts'
import type { Choices } from './choices.ts'
import { recordKinds } from './forgery.ts'
import type { Liar } from './liar.ts'
import { info, otherChain, otherDigest } from './manners.ts'

type Lie = (me: Liar, choices: Choices) => Frame[]

/** It says what another would say, or stamps as another would, and cannot sign it. */
const inAnothersName = 'in-anothers-name'

/** Most entries of one frame of records. */
const perFrame = 200

/** A node whose wall clock is behind refuses the largest term of now until it has caught up, also from the honest. */
function terms(me: Liar): number[] {
  const { nodes } = me.world
  const isNoneBehind = nodes.every(({ wallOffsetMs }) => wallOffsetMs >= 0)
  const wall = me.world.wallOf(me.node)
  const largest = isNoneBehind ? [termMaxAt(wall, 'others'), termMaxAt(wall, 'leader')] : []
  return [me.term, me.term + 1, me.term + 1, me.term + 500, ...largest, 2 ** 40, countMax]
}

/** A node to name: a ghost, the liar, one that it knows, or the one that the script names. */
function someone(me: Liar, choices: Choices, name = 'who'): Member {
  const known = [...me.known.values()]
  const word = choices.word(name, ['ghost', 'me', 'known', 'known'])
  if (word === 'ghost') return me.forger.ghost(choices)
  if (word === 'me') return me.member
  const node = me.world.nodes.find((other) => other.name === word)
  const named = node && known.find(({ uid }) => uid === node.uid)
  return named ?? (known.length > 0 ? choices.one(known) : me.member)
}

function vidOf(me: Liar, choices: Choices): Vid {
  const term = choices.count('term', terms(me))
  const leader = choices.has('leader')
    ? someone(me, choices, 'leader').uid
    : choices.one([me.vid.leader, me.node.uid])
  return { term, leader, ver: choices.count('ver', [me.vid.ver, me.vid.ver + 1, countMax]) }
}

/** A list of members with ghosts in it, with or without the real ones. */
function membersOf(me: Liar, choices: Choices): Member[] {
  const ghosts = me.forger.ghosts(choices, choices.count('ghosts', [0, 1, 3, 40, 300]))
  const real = choices.flag('real', 0.7) ? [me.member, ...me.known.values()] : [me.member]
  return [...real.slice(0, 200), ...ghosts]
}

/** Heads that claim records that do not exist; with a victim: of a later process of it. */
function headsOf(me: Liar, choices: Choices): Heads {
  const heads = new Map<Namespace, Head>()
  const claim = (namespace: Namespace, s: number): unknown =>
    heads.set(namespace, { s, chain: choices.hex(64) as Head['chain'] })
  for (const { namespace, s } of me.records) claim(namespace, s)
  const claimed = choices.count('namespaces', [0, 1, 30])
  for (let i = 0; i < claimed; i++)
    claim(namespaceOf(choices.hex(32) as Uid, `000000000001${choices.hex(16)}` as Inc), countMax)
  if (!choices.has('victim') && !choices.flag('of-others', 0.3)) return heads
  const { uid, inc } = me.forger.lastProcess(choices, someone(me, choices, 'victim'))
  claim(namespaceOf(uid, inc), 1)
  return heads
}

function pointsOf(me: Liar, choices: Choices): Point[] {
  return [...headsOf(me, choices)].map(([namespace, { s }]) => ({ namespace, s }))
}

/** Digests of nothing, or of anything. */
function restOf(me: Liar, choices: Choices): { rest?: Rest } {
  if (!choices.flag('rest', 0.3)) return {}
  const cut = choices.count('cut', [1, me.clock, lamportMax])
  const digest = choices.flag('digests', 0.5) ? choices.hex(32) : '0'.repeat(32)
  return { rest: { cut, digests: new Array<string>(groupCount).fill(digest) } }
}

function groupsOf(choices: Choices): number[] {
  return choices.flag('differing', 0.3) ? Array.from({ length: groupCount }, (_, group) => group) : []
}

/** Positions around the end of the leader's log, and far beyond. */
const positions = (me: Liar): number[] => [0, me.pos, me.pos + 1, me.pos + 1000, countMax]

function batches(records: readonly StampedRecord[]): StampedRecord[][] {
  const all: StampedRecord[][] = []
  for (let at = 0; at < records.length; at += perFrame) all.push(records.slice(at, at + perFrame))
  return all
}

function recordsOf(me: Liar, choices: Choices): StampedRecord[] {
  const isScripted = choices.has('author') || choices.has('stamper')
  const kind = isScripted ? inAnothersName : choices.word('kind', [...recordKinds, inAnothersName])
  if (kind === inAnothersName) {
    const held = [...new Set(me.world.nodes.flatMap(({ disk }) => disk.log))]
    const hasAuthor = isScripted ? choices.has('author') : choices.flag('of-author', 0.5)
    const hasStamper = isScripted ? choices.has('stamper') : !hasAuthor
    const author = hasAuthor ? someone(me, choices, 'author') : undefined
    const named = hasStamper ? someone(me, choices, 'stamper') : undefined
    const stamper = named && choices.has('boots') ? me.forger.lastProcess(choices, named) : named
    return [me.forger.inNameOf(choices, { ...(author && { author }), ...(stamper && { stamper }), held })]
  }
  return me.forger.records(choices, kind, choices.count('records', [1, 1, 2, 5]))
}

/** Messages of others, as if they were the liar's to submit; or its own, with gaps. */
function partsOf(me: Liar, choices: Choices): Part[] {
  if (choices.word('of', ['me', 'others']) === 'others') return me.records.slice(-5).map(({ part }) => part)
  if (choices.has('author')) {
    const held = [...new Set(me.world.nodes.flatMap(({ disk }) => disk.log))]
    return [me.forger.inNameOf(choices, { author: someone(me, choices, 'author'), held }).part]
  }
  const lc = choices.count('lc-of-part', [me.clock, me.clock + 2 ** 20, 2 ** 45, 2 ** 52])
  return me.forger.own(choices, choices.count('parts', [1, 3]), lc, choices.count('skip', [0, 0, 1]))
}

/** A key of the room that it was given, or one that it makes up. */
function keyOf(me: Liar, choices: Choices): RoomKey {
  const word = choices.word('key', ['new', 'new', 'last', 'old'])
  const key = word === 'last' ? me.keys.at(-1) : word === 'old' ? me.keys[0] : undefined
  return key ?? me.world.freshKey()
}

/** A change of the key by which it keeps all that it knows, or nobody; and mostly removes nobody. */
function rekeyingPart(me: Liar, choices: Choices, key: RoomKey, lc = Math.max(0, me.clock - 1)): Part {
  const known = [...me.known.keys()]
  const removes = choices.word('removes', ['none', 'none', 'none', 'one', 'me', 'ghost'])
  const one = {
    none: [],
    one: [someone(me, choices).uid],
    me: [me.node.uid],
    ghost: [me.forger.ghost(choices).uid],
  }
  const before = choices.flag('before', 0.7) ? me.keys.at(-1) : undefined
  return me.forger.rekeying(choices, lc, {
    id: nameOfKey(simNotary, key),
    before: nameOfKey(simNotary, before ?? me.world.freshKey()),
    kept: choices.flag('keeps', 0.7) ? [me.node.uid, ...known] : [],
    removed: one[removes as keyof typeof one],
  })
}

const lies = {
  HELLO: (me) => [{ type: 'hello', room: me.room, ...me.member }],
  INFO: (me) => [info(me)],
  FOLLOW: (me, choices) => [
    {
      type: 'follow',
      frontier: headsOf(me, choices),
      ...restOf(me, choices),
      after: choices.one(['' as const, someone(me, choices).uid]),
      role: choices.word('role', ['member', 'member', 'bridge']) as 'member' | 'bridge',
      disk: true,
      name: me.node.name,
      book: me.forger.book(choices, choices.count('book', [0, 10, 100, 384])),
    },
  ],
  FOLLOW_OK: (me, choices) => [
    {
      type: 'followOk',
      frontier: headsOf(me, choices),
      differing: groupsOf(choices),
      term: choices.count('term', terms(me)),
      book: me.forger.book(choices, choices.count('book', [0, 10, 384])),
    },
  ],
  HELD: (me, choices) => [{ type: 'held', heads: headsOf(me, choices), done: choices.flag('done', 0.5) }],
  LACKS: (me, choices) => [{ type: 'lacks', points: pointsOf(me, choices) }],
  REDIRECT: (me, choices) => [
    {
      type: 'redirect',
      leader: someone(me, choices),
      view: { vid: vidOf(me, choices), members: membersOf(me, choices) },
    },
  ],
  WAIT: () => [{ type: 'wait' }],
  UP: (me, choices) => batches(recordsOf(me, choices)).map((records) => ({ type: 'up', records })),
  UP_DONE: () => [{ type: 'upDone' }],
  REC: (me, choices) => [
    {
      type: 'rec',
      pos: choices.count('pos', positions(me)),
      safe: choices.count('safe', positions(me)),
      records: recordsOf(me, choices).slice(0, perFrame),
    },
  ],
  SYNCED: (me, choices) => [{ type: 'synced', pos: choices.count('pos', positions(me)) }],
  STORED: (me, choices) => [{ type: 'stored', pos: choices.count('pos', positions(me)) }],
  SAFE: (me, choices) => [{ type: 'safe', pos: choices.count('pos', positions(me)) }],
  SUBMIT: (me, choices) => [{ type: 'submit', parts: partsOf(me, choices) }],
  NACK: () => [{ type: 'nack' }],
  VIEW: (me, choices) => [
    {
      type: 'view',
      view: { vid: vidOf(me, choices), members: membersOf(me, choices) },
      book: me.forger.book(choices, choices.count('book', [0, 0, 100])),
    },
  ],
  BYE: (_me, choices) => [
    {
      type: 'bye',
      reason: choices.word('why', [
        'closing',
        'left',
        'room',
        'identity',
        'identity',
        'family',
        'removed',
        'rekeyed',
      ]) as 'closing',
    },
  ],
  LEAVE: () => [{ type: 'leave' }],
  RESIGN: (me, choices) => [{ type: 'resign', term: choices.count('term', terms(me)) }],
  LINK: (me, choices) => [{ type: 'link', vid: vidOf(me, choices) }],
  LINK_OK: (me, choices) => [{ type: 'linkOk', vid: vidOf(me, choices) }],
  REFER: (me, choices) => [{ type: 'refer', prev: someone(me, choices), vid: vidOf(me, choices) }],
  PING: (me, choices) => [
    {
      type: 'ping',
      nonce: choices.count('nonce', [0, 1, 2 ** 32 - 1]),
      vid: choices.has('term') ? vidOf(me, choices) : me.vid,
      safe: choices.count('safe', [0, ...positions(me)]),
    },
  ],
  PONG: (_me, choices) => [{ type: 'pong', nonce: choices.count('nonce', [0, 1, 2, 3, 2 ** 32 - 1]) }],
  SUSPECT: (me, choices) => {
    const { uid, inc } = someone(me, choices)
    return [{ type: 'suspect', uid, inc, refused: choices.flag('refused', 0.5) }]
  },
  ELECT: (me, choices) => {
    const { uid, inc } = someone(me, choices)
    return [{ type: 'elect', term: choices.count('term', terms(me)), candidate: { uid, inc } }]
  },
  ELECTED: (me, choices) => {
    const winner = someone(me, choices)
    const list = [winner, ...me.forger.ghosts(choices, choices.count('ghosts', [0, 0, 5]))]
    return [{ type: 'elected', term: choices.count('term', terms(me)), winner, list }]
  },
  STALE: (me, choices) => [{ type: 'stale', term: choices.count('term', terms(me)) }],
  ALIVE: (me, choices) => [{ type: 'alive', leader: someone(me, choices) }],
  PROBE: (me, choices) => [
    {
      type: 'probe',
      leader: someone(me, choices),
      many: choices.flag('many', 0.8),
      open: choices.flag('open', 0.8),
    },
  ],
  MOVE: (me, choices) => [
    {
      type: 'move',
      term: choices.count('term', terms(me)),
      many: choices.flag('many', 0.5),
      members: membersOf(me, choices),
    },
  ],
  MOVE_OK: (me, choices) => [
    { type: 'moveOk', term: choices.count('term', terms(me)), pos: choices.count('pos', positions(me)) },
  ],
  BUSY: () => [{ type: 'busy' }],
  MOVED: (me, choices) => [{ type: 'moved', leader: someone(me, choices) }],
  // In an open room these mean nothing.
  KEY: (me, choices) => [{ type: 'key', key: keyOf(me, choices) }],
  CHANGED: (me, choices) => {
    const others = choices.flag('others', 0.3) ? me.rekeyings.slice(-1) : partsOf(me, choices).slice(0, 1)
    const parts = choices.flag('key-change', 0.5) ? [rekeyingPart(me, choices, keyOf(me, choices))] : others
    return parts.map((part) => ({ type: 'changed', part }))
  },
  // It may change the key, as any member may. It gives the others the new key, another one, or none.
  REKEY: (me, choices) => {
    const key = keyOf(me, choices)
    const given = choices.word('gives', ['it', 'it', 'none', 'another'])
    if (choices.flag('early', 0.2)) {
      // A record before all others, that makes the present key, which a member made, or one of its own.
      const made = choices.flag('present', 0.5) ? (me.keys.at(-1) ?? key) : key
      return [{ type: 'up', records: [me.forger.early(choices, rekeyingPart(me, choices, made, 0))] }]
    }
    const submit: Frame = { type: 'submit', parts: [rekeyingPart(me, choices, key)] }
    if (given === 'none') return [submit]
    return [{ type: 'key', key: given === 'it' ? key : me.world.freshKey() }, submit]
  },
  KNOCKING: (me, choices) => {
    const { uid, name, addr } = me.forger.ghost(choices)
    const door =
      choices.word('door', ['me', 'me', 'another']) === 'me' ? me.node.uid : someone(me, choices).uid
    return [{ type: 'knocking', door, uid, name, addr, state: choices.one(['waits', 'admitted', 'gone']) }]
  },
  ANSWER: (me, choices) => [
    {
      type: 'answer',
      door: someone(me, choices).uid,
      uid: someone(me, choices).uid,
      admit: choices.flag('admit', 0.5),
      by: choices.word('by', ['me', 'me', 'another']) === 'me' ? me.node.uid : someone(me, choices).uid,
    },
  ],
  CHECK: () => [{ type: 'check' }],
  CHECK_POINT: (_me, choices) => [{ type: 'checkPoint', nonce: choices.count('nonce', [1, 2, 2 ** 32 - 1]) }],
  CHECKED: (_me, choices) => [
    { type: 'checked', nonce: choices.count('nonce', [1, 2, 3]), digest: otherDigest },
  ],
  CHAINS: (me, choices) => [
    {
      type: 'chains',
      nonce: choices.count('nonce', [1, 2, 3]),
      points: pointsOf(me, choices).slice(0, 100),
    },
  ],
  CHAINS_AT: (_me, choices) => [
    {
      type: 'chainsAt',
      nonce: choices.count('nonce', [1, 2, 3]),
      chains: Array.from({ length: choices.count('chains', [0, 1, 15]) }, () => otherChain),
    },
  ],
  CHECK_DONE: (me, choices) => [
    {
      type: 'checkDone',
      nonce: choices.count('nonce', [1, 2, 3]),
      digest: otherDigest,
      members: [...me.known.values()].map(({ uid, inc }) => ({
        uid,
        inc,
        verdict: choices.word('verdict', ['same', 'differs', 'silent']) as 'same',
        first: { namespace: namespaceOf(uid, inc), s: choices.count('s', [1, 2, countMax]) },
      })),
    },
  ],
} satisfies Record<string, Lie>

export type LieName = keyof typeof lies

export const lieNames = Object.keys(lies) as LieName[]

/** The frames of one lie. */
export function lieOf(name: LieName, me: Liar, choices: Choices): Frame[] {
  const lie: Lie = lies[name]
  return lie(me, choices)
}

/** The clock that the liar claims with a frame. */
export function clockOf(me: Liar, choices: Choices): number {
  const far = [me.clock + 1000, me.clock + 2 ** 30, me.clock + 2 ** 40, 2 ** 51 - 1, 2 ** 52]
  return choices.has('clock') || choices.flag('ahead-of-all', 0.05) ? choices.count('clock', far) : me.clock
}
