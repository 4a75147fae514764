/**
 * What may happen to connections and paths between machines. Knows nothing of what runs on them.
 */

import { chance, nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'

import type { Fault, Stage } from '../run/run-state.ts'
import type { SimNode } from '../world/world.ts'

type Pair = readonly [number, number]

/** Cuts each direction given, for a while. */
function cut(stage: Stage, pairs: readonly Pair[], forMs: number): boolean {
  if (pairs.length === 0) return false
  for (const [from, to] of pairs) stage.world.network.setCut(from, to, true)
  stage.later(forMs, () => {
    for (const [from, to] of pairs) stage.world.network.setCut(from, to, false)
  })
  return true
}

/** Both directions of every pair that a boundary separates. `side` tells the part of a node. */
function across(nodes: readonly SimNode[], side: (node: SimNode) => number): Pair[] {
  const pairs: Pair[] = []
  for (const a of nodes) for (const b of nodes) if (side(a) !== side(b)) pairs.push([a.index, b.index])
  return pairs
}

function isolate(stage: Stage, alone: SimNode | undefined, forMs: number): boolean {
  if (!alone) return false
  return cut(
    stage,
    across(stage.world.nodes, (node) => (node === alone ? 1 : 0)),
    forMs,
  )
}

/** A random side for each node, the same whenever it is asked. */
function sides(stage: Stage, prng: Prng, parts: number): (node: SimNode) => number {
  const side = new Map(stage.world.nodes.map((node) => [node, nextBelow(prng, parts)]))
  return (node) => side.get(node) ?? 0
}

function twoOf(stage: Stage, prng: Prng): [SimNode, SimNode] | undefined {
  const a = stage.one(prng, stage.running)
  const b = stage.one(
    prng,
    stage.running.filter((node) => node !== a),
  )
  return a && b ? [a, b] : undefined
}

export const linkFaults = {
  /** Every connection between two nodes is reset; what was on its way is lost. */
  reset: (stage, prng) => {
    const pair = twoOf(stage, prng)
    if (!pair) return false
    stage.world.network.reset(...pair)
    return true
  },
  /** Everything becomes slower. */
  delay: (stage, prng, forMs) => {
    const before = stage.world.network.quality
    stage.world.network.quality = { ...before, delaySpread: before.delaySpread + 1 + nextBelow(prng, 60) }
    stage.later(forMs, () => (stage.world.network.quality = before))
    return true
  },
  /** One path takes up to two seconds more. */
  clog: (stage, prng, forMs) => {
    const pair = twoOf(stage, prng)
    if (!pair) return false
    const [a, b] = pair
    stage.world.network.setClog(a.index, b.index, 1 + nextBelow(prng, 2000))
    stage.later(forMs, () => stage.world.network.setClog(a.index, b.index, 0))
    return true
  },
  /** All paths of some nodes clog one after another, and clear in another order. */
  swizzle: (stage, prng, forMs) => {
    const nodes = stage.running.filter(() => chance(prng, 0.5))
    for (const node of nodes) {
      const set = (ms: number): void => {
        for (const other of stage.world.nodes) {
          stage.world.network.setClog(node.index, other.index, ms)
          stage.world.network.setClog(other.index, node.index, ms)
        }
      }
      stage.later(nextBelow(prng, forMs + 1), () => set(3000))
      stage.later(forMs + nextBelow(prng, forMs + 1), () => set(0))
    }
    return nodes.length > 0
  },
  /** One direction of one pair is cut. */
  'one-way': (stage, prng, forMs) => {
    const pair = twoOf(stage, prng)
    return pair ? cut(stage, [[pair[0].index, pair[1].index]], forMs) : false
  },
  /** One node cannot dial another, which can dial it. */
  'no-dial': (stage, prng, forMs) => {
    const pair = twoOf(stage, prng)
    if (!pair) return false
    const [a, b] = pair
    stage.world.tell(`cut dial n${a.index} | n${b.index}`)
    stage.world.network.noDial.set(a.index, b.index, true)
    if (chance(prng, 0.5)) stage.world.network.reset(a, b)
    stage.later(forMs, () => stage.world.network.noDial.set(a.index, b.index, false))
    return true
  },
  /** Two nodes cannot talk, all others can. */
  'cut-pair': (stage, prng, forMs) => {
    const pair = twoOf(stage, prng)
    if (!pair) return false
    const [a, b] = pair
    return cut(
      stage,
      [
        [a.index, b.index],
        [b.index, a.index],
      ],
      forMs,
    )
  },
  /** Each of two ring neighbours cannot talk to the other. */
  'cut-neighbours': (stage, prng, forMs) => {
    const a = stage.one(prng, stage.running)
    const b = a && stage.neighbour(a, 1)
    return a && b
      ? cut(
          stage,
          [
            [a.index, b.index],
            [b.index, a.index],
          ],
          forMs,
        )
      : false
  },
  /** One node is cut from all others. */
  isolate: (stage, prng, forMs) => isolate(stage, stage.one(prng, stage.running), forMs),
  'isolate-leader': (stage, prng, forMs) => isolate(stage, stage.one(prng, stage.leaders()), forMs),
  /** The node before or behind the leader is cut from all others. */
  'isolate-next': (stage, prng, forMs) => {
    const leader = stage.one(prng, stage.leaders())
    return isolate(stage, leader && stage.neighbour(leader, chance(prng, 0.5) ? 1 : -1), forMs)
  },
  halves: (stage, prng, forMs) => cut(stage, across(stage.world.nodes, sides(stage, prng, 2)), forMs),
  'three-way': (stage, prng, forMs) => cut(stage, across(stage.world.nodes, sides(stage, prng, 3)), forMs),
  /** The same halves again and again, at half, once or twice the time that a silent death takes to notice. */
  flap: (stage, prng) => {
    const { heartbeatEveryMs, suspectAfterBeats, deadAfterBeats } = stage.world.config
    const deadMs = heartbeatEveryMs * (suspectAfterBeats + deadAfterBeats)
    const periodMs = [deadMs / 2, deadMs, deadMs * 2][nextBelow(prng, 3)] ?? deadMs
    const pairs = across(stage.world.nodes, sides(stage, prng, 2))
    const times = 2 + nextBelow(prng, 6)
    for (let i = 0; i < times; i++) stage.later(2 * i * periodMs, () => cut(stage, pairs, periodMs))
    return pairs.length > 0
  },
} satisfies Record<string, Fault>
