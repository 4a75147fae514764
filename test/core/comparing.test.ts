/** Two nodes compare what they hold (PROTOCOL.md section 2.4), and stream what the other lacks. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { State } from '../../src/core/index.ts'
import type { Asker } from '../../src/core/log/comparing.ts'
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
import { Frontier, groupCount } from '../../src/core/model/frontier.ts'
import type { LinkId, Namespace, Uid } from '../../src/core/model/ids.ts'
import { bootCounter, makeInc, namespaceOf, splitNamespace } from '../../src/core/model/ids.ts'
import type { Chain, Part, StampedRecord } from '../../src/core/model/records.ts'
import type { PeerHolds } from '../../src/core/model/state.ts'
import { storedNode } from './states.ts'

const link = 7 as LinkId

function namespaceNumber(n: number): Namespace {
  return namespaceOf(`${(n % 5) + 1}`.repeat(32) as Uid, makeInc(n + 1, n.toString(16).padStart(16, '0')))
}

/** Of each namespace the highest `s`, and the timestamp of its last message: the same in all nodes that hold as much. */
type Held = readonly (readonly [n: number, s: number])[]

const tsOf = (n: number, s: number): number => 10 * s + ((n * 7) % 40)
const chainOf = (n: number, s: number): Chain => (n * 1000 + s).toString(16).padStart(64, '0') as Chain

function node(uid: string, log: Held, config: Partial<typeof defaultConfig>): State {
  const frontier = new Frontier(1)
  let end = 0
  for (const [n, s] of log) {
    if (s > 0) frontier.advance(namespaceNumber(n), s, tsOf(n, s), chainOf(n, s))
    end += s
  }
  const state = storedNode({ uid: uid.repeat(32) as Uid, end, frontier, config })
  state.links.set(link, { id: link, busy: false } as never)
  return state
}

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
  const { pages, holds } = compare(node('a', held(3000), {}), node('b', held(3000), {}))
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
  assert.equal([...sent(leader)].find((frame) => frame.type === 'lacks')?.points.length, 500)
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

test('what was not durable when the store was asked is sent, whatever the store finds', () => {
  const state = node('b', [[2, 2]], {})
  // What was compared, and is not on the disk yet.
  const taken = recordOf(2, 3)
  state.frontier.advance(taken.namespace, 3, taken.ts, chainOf(2, 3))
  state.tail.push(taken)
  state.end = 3
  const holds = { has: new Map([[namespaceNumber(2), 2]]), equal: new Set<number>(), since: 3 }
  const stream = openStream(state, link, 'rec', holds)
  assert.equal(state.out.splice(0)[0]?.type, 'seek')
  // It is committed while the store looks: that does not find it, and has an end behind it.
  state.durableEnd = 3
  noteSought(stream, 4)
  pump(state, stream, 0)
  const rec = sent(state).find((frame) => frame.type === 'rec')
  assert.deepEqual(
    rec?.records.map(({ s }) => s),
    [3],
  )
})

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

test('FOLLOW_OK counts once: a second one does not make a follower begin again', () => {
  const asker = node('a', held(600), { recentMax: 1 })
  const { asked } = compareWith(asker)
  const here: Asker = { link, asked, upload: undefined }
  const differing = Array.from({ length: groupCount }, (_, group) => group)
  const ok = { type: 'followOk', frontier: new Map(), differing, term: 1, book: [] } as const
  noteFollowOk(asker, here, ok)
  tellHeld(asker, here)
  assert.equal(sent(asker).length, 1)
  assert.equal(asked.held, undefined, 'one page is enough')
  noteFollowOk(asker, here, ok)
  assert.equal(asked.held, undefined)
})

test('no more than four pages go out ahead of the replies', () => {
  const asker = node('a', held(60), { recentMax: 1, headsPerPage: 1 })
  const { asked } = compareWith(asker)
  const here: Asker = { link, asked, upload: undefined }
  const differing = Array.from({ length: groupCount }, (_, group) => group)
  noteFollowOk(asker, here, { type: 'followOk', frontier: new Map(), differing, term: 1, book: [] })
  const tell = (): number => {
    for (let i = 0; i < 20; i++) {
      asker.links.get(link)!.busy = false
      tellHeld(asker, here)
    }
    return sent(asker).length
  }
  assert.equal(tell(), 4)
  onLacks(asker, here, { type: 'lacks', points: [] })
  assert.equal(tell(), 1)
})

test('where nearly all grew later than a cut, all is named in pages, and no list of it is kept before', () => {
  const leader = node('b', held(5000), {})
  const { holds, told } = judgeFollow(leader, leader, {
    ...{ type: 'follow', after: '', role: 'member', disk: true, name: 'x', book: [] },
    frontier: new Map(),
    rest: { cut: 1, digests: new Array<string>(groupCount).fill('') },
  })
  assert.equal(holds.has.size, 0)
  assert.equal(told.differing.length, groupCount)
})

test('once all was sent it is forgotten of which namespaces it was noted', () => {
  const state = node('b', held(600), {})
  const has = new Map(held(600).map(([n]) => [namespaceNumber(n), 0]))
  const stream = openStream(state, link, 'rec', { has, equal: new Set(), since: state.end })
  stream.request = 0
  stream.cursor = state.end + 1
  pump(state, stream, 0)
  assert.deepEqual(
    [stream.holds.has.size, stream.holds.equal.size, stream.holds.since],
    [0, groupCount, state.end],
  )
  // What comes later is sent.
  const later = recordOf(1, state.frontier.get(namespaceNumber(1)) + 1)
  state.tail.push(later)
  state.tailStart = state.end + 1
  state.end++
  state.out.length = 0
  pump(state, stream, 0)
  assert.equal(sent(state).find((frame) => frame.type === 'rec')?.records.length, 1)
})

function held(count: number): Held {
  return Array.from({ length: count }, (_, n) => [n, 1 + (n % 3)] as const)
}
