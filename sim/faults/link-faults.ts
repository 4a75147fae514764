/**
 * Faults of connections, and of paths between machines.
 */

import { chance, nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'

import type { Fault, RunState } from '../run/run-state.ts'
import type { SimNode } from '../world/world.ts'

type Pair = readonly [number, number]

/** Cuts each direction given, for a while. */
function cut(run: RunState, pairs: readonly Pair[], forMs: number): boolean {
  if (pairs.length === 0) return false
  for (const [from, to] of pairs) run.world.network.setCut(from, to, true)
  run.later(forMs, () => {
    for (const [from, to] of pairs) run.world.network.setCut(from, to, false)
  })
  return true
}

/** Both directions of every pair that a boundary separates. `side` tells the part of a node. */
function across(nodes: readonly SimNode[], side: (node: SimNode) => number): Pair[] {
  const pairs: Pair[] = []
  for (const a of nodes) for (const b of nodes) if (side(a) !== side(b)) pairs.push([a.index, b.index])
  return pairs
}

function isolate(run: RunState, alone: SimNode | undefined, forMs: number): boolean {
  if (!alone) return false
  return cut(
    run,
    across(run.world.nodes, (node) => (node === alone ? 1 : 0)),
    forMs,
  )
}

/** A random side for each node, the same whenever it is asked. */
function sides(run: RunState, prng: Prng, parts: number): (node: SimNode) => number {
  const side = new Map(run.world.nodes.map((node) => [node, nextBelow(prng, parts)]))
  return (node) => side.get(node) ?? 0
}

function twoOf(run: RunState, prng: Prng): [SimNode, SimNode] | undefined {
  const a = run.one(prng, run.running)
  const b = run.one(
    prng,
    run.running.filter((node) => node !== a),
  )
  return a && b ? [a, b] : undefined
}

export const linkFaults = {
  /** Every connection between two nodes is reset; what was on its way is lost. */
  reset: (run, prng) => {
    const pair = twoOf(run, prng)
    if (!pair) return false
    run.world.network.reset(...pair)
    return true
  },
  /** Everything becomes slower. */
  delay: (run, prng, forMs) => {
    const before = run.world.network.quality
    run.world.network.quality = { ...before, delaySpread: before.delaySpread + 1 + nextBelow(prng, 60) }
    run.later(forMs, () => (run.world.network.quality = before))
    return true
  },
  /** One path takes up to two seconds more. */
  clog: (run, prng, forMs) => {
    const pair = twoOf(run, prng)
    if (!pair) return false
    const [a, b] = pair
    run.world.network.setClog(a.index, b.index, 1 + nextBelow(prng, 2000))
    run.later(forMs, () => run.world.network.setClog(a.index, b.index, 0))
    return true
  },
  /** All paths of some nodes clog one after another, and clear in another order. */
  swizzle: (run, prng, forMs) => {
    const nodes = run.running.filter(() => chance(prng, 0.5))
    for (const node of nodes) {
      const set = (ms: number): void => {
        for (const other of run.world.nodes) {
          run.world.network.setClog(node.index, other.index, ms)
          run.world.network.setClog(other.index, node.index, ms)
        }
      }
      run.later(nextBelow(prng, forMs + 1), () => set(3000))
      run.later(forMs + nextBelow(prng, forMs + 1), () => set(0))
    }
    return nodes.length > 0
  },
  /** One direction of one pair is cut. */
  'one-way': (run, prng, forMs) => {
    const pair = twoOf(run, prng)
    return pair ? cut(run, [[pair[0].index, pair[1].index]], forMs) : false
  },
  /** One node cannot dial another, which can dial it. */
  'no-dial': (run, prng, forMs) => {
    const pair = twoOf(run, prng)
    if (!pair) return false
    const [a, b] = pair
    run.world.tell(`cut dial n${a.index} | n${b.index}`)
    run.world.network.noDial.set(a.index, b.index, true)
    if (chance(prng, 0.5)) run.world.network.reset(a, b)
    run.later(forMs, () => run.world.network.noDial.set(a.index, b.index, false))
    return true
  },
  /** Two nodes cannot talk, all others can. */
  'cut-pair': (run, prng, forMs) => {
    const pair = twoOf(run, prng)
    if (!pair) return false
    const [a, b] = pair
    return cut(
      run,
      [
        [a.index, b.index],
        [b.index, a.index],
      ],
      forMs,
    )
  },
  /** Each of two ring neighbours cannot talk to the other. */
  'cut-neighbours': (run, prng, forMs) => {
    const a = run.one(prng, run.running)
    const b = a && run.neighbour(a, 1)
    return a && b
      ? cut(
          run,
          [
            [a.index, b.index],
            [b.index, a.index],
          ],
          forMs,
        )
      : false
  },
  /** One node is cut from all others. */
  isolate: (run, prng, forMs) => isolate(run, run.one(prng, run.running), forMs),
  'isolate-leader': (run, prng, forMs) => isolate(run, run.one(prng, run.leaders()), forMs),
  /** The node before or behind the leader is cut from all others. */
  'isolate-next': (run, prng, forMs) => {
    const leader = run.one(prng, run.leaders())
    return isolate(run, leader && run.neighbour(leader, chance(prng, 0.5) ? 1 : -1), forMs)
  },
  halves: (run, prng, forMs) => cut(run, across(run.world.nodes, sides(run, prng, 2)), forMs),
  'three-way': (run, prng, forMs) => cut(run, across(run.world.nodes, sides(run, prng, 3)), forMs),
  /** The same halves again and again, at half, once or twice the time that a silent death takes to notice. */
  flap: (run, prng) => {
    const { heartbeatEveryMs, suspectAfterBeats, deadAfterBeats } = run.world.config
    const deadMs = heartbeatEveryMs * (suspectAfterBeats + deadAfterBeats)
    const periodMs = [deadMs / 2, deadMs, deadMs * 2][nextBelow(prng, 3)] ?? deadMs
    const pairs = across(run.world.nodes, sides(run, prng, 2))
    const times = 2 + nextBelow(prng, 6)
    for (let i = 0; i < times; i++) run.later(2 * i * periodMs, () => cut(run, pairs, periodMs))
    return pairs.length > 0
  },
} satisfies Record<string, Fault>
