/**
 * Faults of processes: they crash, come back, leave, stand still, or join in crowds.
 */

import { chance, nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'

import type { Fault, RunState } from '../run/run-state.ts'
import type { SimNode } from '../world/world.ts'

/** Dies now, and in seven of ten cases comes back after a while. */
function crash(run: RunState, prng: Prng, node: SimNode | undefined, forMs: number, silent = false): boolean {
  if (!node?.state) return false
  run.world.crash(node, { silent })
  if (chance(prng, 0.7)) comeBack(run, node, forMs)
  return true
}

function comeBack(run: RunState, node: SimNode, forMs: number): void {
  run.later(forMs, () => {
    if (node.state || run.retired.has(node.index)) return
    run.inaccurate()
    run.restart(node)
  })
}

function crashAll(
  run: RunState,
  nodes: readonly (SimNode | undefined)[],
  forMs: number,
  prng: Prng,
): boolean {
  let any = false
  for (const node of nodes) any = crash(run, prng, node, forMs + nextBelow(prng, 500)) || any
  return any
}

function leave(run: RunState, prng: Prng, node: SimNode | undefined): boolean {
  if (!node?.state) return false
  run.world.leave(node, chance(prng, 0.3))
  return true
}

function pause(run: RunState, node: SimNode | undefined, forMs: number): boolean {
  if (!node?.state || node.pausedUntil > run.world.now) return false
  run.world.pause(node, forMs)
  return true
}

export const nodeFaults = {
  crash: (run, prng, forMs) => crash(run, prng, run.one(prng, run.running), forMs),
  'crash-leader': (run, prng, forMs) => crash(run, prng, run.one(prng, run.leaders()), forMs),
  /** Between two effects of one of its next steps. */
  'crash-step': (run, prng, forMs) => {
    const node = run.one(prng, chance(prng, 0.5) ? run.leaders() : run.running)
    if (!node) return false
    node.crashAfterEffects = nextBelow(prng, 6)
    comeBack(run, node, forMs)
    return true
  },
  /** The machine loses its power: nobody is told. */
  power: (run, prng, forMs) => crash(run, prng, run.one(prng, run.running), forMs, true),
  'power-leader': (run, prng, forMs) => crash(run, prng, run.one(prng, run.leaders()), forMs, true),
  /** The leader and both its neighbours at once. */
  'crash-around': (run, prng, forMs) => {
    const leader = run.one(prng, run.leaders())
    if (!leader) return false
    return crashAll(run, [run.neighbour(leader, 1), run.neighbour(leader, -1), leader], forMs, prng)
  },
  /** Every other member of a ring at once. */
  'crash-alternate': (run, prng, forMs) => {
    const members = run.one(prng, run.running)?.state?.view.members ?? []
    const every = members.filter((_member, i) => i % 2 === 1)
    return crashAll(
      run,
      every.map(({ uid }) => run.world.byUid(uid)),
      forMs,
      prng,
    )
  },
  'crash-all-but-one': (run, prng, forMs) => {
    const left = run.one(prng, run.running)
    return crashAll(
      run,
      run.running.filter((node) => node !== left),
      forMs,
      prng,
    )
  },
  /** Everything is down at once, and comes up again in any order. */
  'power-all': (run, prng, forMs) => {
    const nodes = run.running
    for (const node of nodes) {
      run.world.crash(node, { silent: true })
      comeBack(run, node, forMs + nextBelow(prng, 1500))
    }
    return nodes.length > 0
  },
  restart: (run, prng) => {
    const node = run.one(
      prng,
      run.down.filter(({ index }) => !run.retired.has(index)),
    )
    if (!node) return false
    run.restart(node)
    return true
  },
  /** Dies and is back before anybody notices. */
  'restart-at-once': (run, prng) => {
    const node = run.one(prng, run.running)
    if (!node) return false
    run.world.crash(node)
    run.later(nextBelow(prng, 120), () => run.restart(node))
    return true
  },
  leave: (run, prng) => leave(run, prng, run.one(prng, run.running)),
  'leave-leader': (run, prng) => leave(run, prng, run.one(prng, run.leaders())),
  /** Leaves, and is back as soon as it is out. */
  rejoin: (run, prng) => {
    const node = run.one(prng, run.running)
    if (!leave(run, prng, node) || !node) return false
    const again = (): void => {
      if (node.state) run.later(20, again)
      else if (!run.retired.has(node.index)) run.restart(node)
    }
    run.later(1, again)
    return true
  },
  pause: (run, prng, forMs) => pause(run, run.one(prng, run.running), forMs),
  'pause-leader': (run, prng, forMs) => pause(run, run.one(prng, run.leaders()), forMs),
  join: (run, prng) => run.join(prng),
  'join-eight': (run, prng) => {
    let any = false
    for (let i = 0; i < 8; i++) any = run.join(prng) || any
    return any
  },
} satisfies Record<string, Fault>
