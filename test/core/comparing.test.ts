/** Two nodes compare what they hold (PROTOCOL.md section 2.4), and stream what the other lacks. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { initialState, type State } from '../../src/core/index.ts'
import {
  compareWith,
  judgeFollow,
  noteFollowOk,
  noteHeld,
  onLacks,
  tellHeld,
} from '../../src/core/log/comparing.ts'
import { noteSought, openStream, pump } from '../../src/core/log/streams.ts'
import { defaultConfig } from '../../src/core/model/config.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { Frontier, groupCount, Heard } from '../../src/core/model/frontier.ts'
import type { Address, LinkId, Namespace, RoomId, Uid } from '../../src/core/model/ids.ts'
import { bootCounter, makeInc, namespaceOf, splitNamespace } from '../../src/core/model/ids.ts'
import type { Chain, Part, StampedRecord } from '../../src/core/model/records.ts'
import type { Asked, PeerHolds, Stream } from '../../src/core/model/state.ts'
import { simNotary } from '../../sim/world/notary.ts'

const link = 7 as LinkId

function namespaceNumber(n: number): Namespace {
  return namespaceOf(`${(n % 5) + 1}`.repeat(32) as Uid, makeInc(n + 1, n.toString(16).padStart(16, '0')))
}

/** Of each namespace the highest `s`, and the timestamp of its last message: the same in all nodes that hold as much. */
type Held = readonly (readonly [n: number, s: number])[]

const tsOf = (n: number, s: number): number => 10 * s + ((n * 7) % 40)
const chainOf = (n: number, s: number): Chain => (n * 1000 + s).toString(16).padStart(64, '0') as Chain

function node(uid: string, held: Held, config: Partial<typeof defaultConfig>): State {
  const frontier = new Frontier(1)
  let end = 0
  for (const [n, s] of held) {
    if (s > 0) frontier.advance(namespaceNumber(n), s, tsOf(n, s), chainOf(n, s))
    end += s
  }
  const state = initialState({
    uid: uid.repeat(32) as Uid,
    inc: makeInc(1, '0123456789abcdef'),
    name: 'Ann',
    addr: '10.0.0.1:4000' as Address,
    room: 'f'.repeat(32) as RoomId,
    copies: 3,
    durable: true,
    seed: 1,
    config: { ...defaultConfig, ...config },
    notary: simNotary,
    stored: {
      end,
      namespaces: frontier.rows(),
      authors: new Heard(0).rows(),
      clock: 0,
      outbox: [],
      placed: [],
      book: [],
    },
  })
  state.links.set(link, { id: link, busy: false } as never)
  return state
}

type Asker = { readonly link: LinkId; asked: Asked | undefined; upload: Stream | undefined }

/** The frames of the last calls. */
function sent(state: State): Frame[] {
  return state.out.splice(0).flatMap((effect) => (effect.type === 'send' ? [effect.frame] : []))
}

/** Plays FOLLOW up to the point where both know what the other holds. Returns how many pages it took. */
function compare(asker: State, leader: State): { pages: number; holds: PeerHolds; upload: PeerHolds } {
  const { asked, told } = compareWith(asker)
  const here: Asker = { link, asked, upload: undefined }
  const { uid, inc } = asker
  const reply = judgeFollow(
    leader,
    { uid, inc },
    {
      ...{ type: 'follow', after: '', role: 'member', disk: true, name: 'x', book: [] },
      ...told,
    },
  )
  noteFollowOk(asker, here, { type: 'followOk', ...reply.told, term: 1, book: [] })
  let pages = 0
  while (!here.upload) {
    asker.links.get(link)!.busy = false
    tellHeld(asker, here)
    const held = sent(asker).find((frame) => frame.type === 'held')
    assert.ok(held, 'there is a page until all is known')
    pages++
    noteHeld(leader, link, reply.holds, held)
    const lacks = sent(leader).find((frame) => frame.type === 'lacks')
    assert.ok(lacks)
    onLacks(asker, here, lacks)
  }
  return { pages, holds: reply.holds, upload: here.upload.holds }
}

/** What `holds` says of one namespace of a node's. */
function heldBy(state: State, { has, equal }: PeerHolds, namespace: Namespace): number {
  return (
    has.get(namespace) ?? (equal.has(state.frontier.groupOf(namespace)) ? state.frontier.get(namespace) : 0)
  )
}

function checkKnown(mine: State, theirs: State, holds: PeerHolds): void {
  for (const [namespace, { s }] of mine.frontier) {
    const truth = theirs.frontier.get(namespace)
    const known = heldBy(mine, holds, namespace)
    assert.equal(
      Math.min(known, s),
      Math.min(truth, s),
      `of ${namespace.slice(0, 40)} ${truth} are held there`,
    )
  }
}

const holdings = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 6 })), {
  maxLength: 40,
  selector: ([n]) => n,
})

test('each learns exactly what the other holds, however much digests stand for', () => {
  fc.assert(
    fc.property(
      holdings,
      holdings,
      holdings,
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 1, max: 7 }),
      (common, some, others, recentMax, headsPerPage) => {
        const config = { recentMax, headsPerPage }
        const mine = new Map([...common, ...some])
        const theirs = new Map([...common, ...others])
        const [asker, leader] = [node('a', [...mine], config), node('b', [...theirs], config)]
        // Twice, with a change between: digests that are kept must follow.
        for (const _time of [1, 2]) {
          const { holds, upload } = compare(asker, leader)
          checkKnown(leader, asker, holds)
          checkKnown(asker, leader, upload)
          const [n, s] = [...theirs][0] ?? [1, 0]
          leader.frontier.advance(namespaceNumber(n), s + 1, tsOf(n, s + 1), chainOf(n, s + 1))
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('where two hold the same, no page is sent, however many namespaces there are', () => {
  const held = Array.from({ length: 3000 }, (_, n) => [n, 1 + (n % 3)] as const)
  const { pages, holds } = compare(node('a', held, {}), node('b', held, {}))
  assert.equal(pages, 0)
  assert.equal(holds.equal.size, groupCount)
  assert.ok(holds.has.size <= 2 * defaultConfig.recentMax)
})

test('what a page names that is not held here is not kept', () => {
  const leader = node('b', [[1, 1]], {})
  const { frontier } = node(
    'a',
    Array.from({ length: 500 }, (_, n) => [n, 2] as const),
    {},
  )
  const holds: PeerHolds = { has: new Map(), equal: new Set(), since: 1 }
  noteHeld(leader, link, holds, { type: 'held', heads: new Map(frontier), done: false })
  assert.deepEqual([...holds.has.keys()], [namespaceNumber(1)])
  assert.equal([...sent(leader)].find((frame) => frame.type === 'lacks')?.heads.size, 500)
})

test('as many records and other ones: people are told of a key that is used twice', () => {
  const told = (chain: Chain): number => {
    const leader = node('b', [[1, 4]], {})
    judgeFollow(leader, leader, {
      ...{ type: 'follow', after: '', role: 'member', disk: true, name: 'x', book: [] },
      frontier: new Map([[namespaceNumber(1), { s: 4, chain }]]),
    })
    return leader.out.filter((effect) => effect.type === 'log' && /one identity/.test(JSON.stringify(effect)))
      .length
  }
  assert.equal(told(chainOf(1, 4)), 0)
  assert.equal(told(chainOf(1, 5)), 1)
})

function recordOf(n: number, s: number): StampedRecord {
  const namespace = namespaceNumber(n)
  const [stamper, stamperInc] = namespace.split('.') as [
    StampedRecord['stamper'],
    StampedRecord['stamperInc'],
  ]
  const part = { raw: new Uint8Array(100), namespace, aseq: s, lc: 0, entries: [0] } as unknown as Part
  return { stamper, stamperInc, namespace, s, ts: tsOf(n, s), part, seal: { key: '', signature: '' } }
}

test('what comes after the comparison is sent, also of a namespace that was equal, and while the store looks', () => {
  const held = [
    [1, 2],
    [2, 2],
  ] as const
  const state = node('b', held, {})
  const equal = new Set([state.frontier.groupOf(namespaceNumber(1))])
  const stream = openStream(state, link, 'rec', { has: new Map([[namespaceNumber(2), 1]]), equal, since: 4 })
  assert.equal(state.out.splice(0)[0]?.type, 'seek')
  // Meanwhile one more comes, and the store finds nothing: another thread had not yet committed it.
  const later = recordOf(1, 3)
  state.frontier.advance(later.namespace, 3, later.ts, chainOf(1, 3))
  state.tail.push(later)
  state.end = 5
  noteSought(stream, 6)
  pump(state, stream, 0)
  const rec = sent(state).find((frame) => frame.type === 'rec')
  assert.deepEqual(
    rec?.records.map(({ s }) => s),
    [3],
  )
})

test('a leader names the newest process of who follows, but none that is behind it or beyond belief', () => {
  const leader = node('b', [], {})
  const uid = 'c'.repeat(32) as Uid
  const boots = [3, 7, 9, 2 ** 20 + 8]
  for (const boot of boots)
    leader.frontier.advance(namespaceOf(uid, makeInc(boot, 'fedcba9876543210')), 1, 1, chainOf(1, 1))
  const newest = (boot: number): number[] => {
    const inc = makeInc(boot, '0123456789abcdef')
    const { told } = judgeFollow(
      leader,
      { uid, inc },
      {
        ...{ type: 'follow', after: '', role: 'member', disk: true, name: 'x', book: [] },
        frontier: new Map(),
      },
    )
    return [...told.frontier.keys()].map((namespace) => bootCounter(splitNamespace(namespace).inc))
  }
  assert.deepEqual([newest(1), newest(7), newest(8), newest(10)], [[9], [9], [2 ** 20 + 8], [2 ** 20 + 8]])
  assert.deepEqual(newest(2 ** 20 + 9), [])
})
