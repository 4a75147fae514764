/**
 * What may happen to processes: dying, coming back, leaving, standing still, and crowds at the door.
 */

import { chance, nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'

import type { Fault, Stage } from '../run/run-state.ts'
import type { SimNode } from '../world/world.ts'

/** Dies now, and in seven of ten cases comes back after a while. */
function crash(stage: Stage, prng: Prng, node: SimNode | undefined, forMs: number, silent = false): boolean {
  if (!node?.state) return false
  stage.world.crash(node, { silent })
  if (chance(prng, 0.7)) comeBack(stage, node, forMs)
  return true
}

function comeBack(stage: Stage, node: SimNode, forMs: number): void {
  stage.later(forMs, () => {
    if (node.state || stage.retired.has(node.index)) return
    stage.inaccurate()
    stage.restart(node)
  })
}

function crashAll(stage: Stage, nodes: readonly (SimNode | undefined)[], forMs: number, prng: Prng): boolean {
  let any = false
  for (const node of nodes) any = crash(stage, prng, node, forMs + nextBelow(prng, 500)) || any
  return any
}

function leave(stage: Stage, prng: Prng, node: SimNode | undefined): boolean {
  if (!node?.state) return false
  stage.world.leave(node, chance(prng, 0.3))
  return true
}

function pause(stage: Stage, node: SimNode | undefined, forMs: number): boolean {
  if (!node?.state || node.pausedUntil > stage.world.now) return false
  stage.world.pause(node, forMs)
  return true
}

export const nodeFaults = {
  crash: (stage, prng, forMs) => crash(stage, prng, stage.one(prng, stage.running), forMs),
  'crash-leader': (stage, prng, forMs) => crash(stage, prng, stage.one(prng, stage.leaders()), forMs),
  /** Between two effects of one of its next steps. */
  'crash-step': (stage, prng, forMs) => {
    const node = stage.one(prng, chance(prng, 0.5) ? stage.leaders() : stage.running)
    if (!node) return false
    node.crashAfterEffects = nextBelow(prng, 6)
    comeBack(stage, node, forMs)
    return true
  },
  /** The machine loses its power: nobody is told. */
  power: (stage, prng, forMs) => crash(stage, prng, stage.one(prng, stage.running), forMs, true),
  'power-leader': (stage, prng, forMs) => crash(stage, prng, stage.one(prng, stage.leaders()), forMs, true),
  /** The leader and both its neighbours at once. */
  'crash-around': (stage, prng, forMs) => {
    const leader = stage.one(prng, stage.leaders())
    if (!leader) return false
    return crashAll(stage, [stage.neighbour(leader, 1), stage.neighbour(leader, -1), leader], forMs, prng)
  },
  /** Every other member of a ring at once. */
  'crash-alternate': (stage, prng, forMs) => {
    const members = stage.one(prng, stage.running)?.state?.view.members ?? []
    const every = members.filter((_member, i) => i % 2 === 1)
    return crashAll(
      stage,
      every.map(({ uid }) => stage.world.byUid(uid)),
      forMs,
      prng,
    )
  },
  'crash-all-but-one': (stage, prng, forMs) => {
    const left = stage.one(prng, stage.running)
    return crashAll(
      stage,
      stage.running.filter((node) => node !== left),
      forMs,
      prng,
    )
  },
  /** Everything is down at once, and comes up again in any order. */
  'power-all': (stage, prng, forMs) => {
    const nodes = stage.running
    for (const node of nodes) {
      stage.world.crash(node, { silent: true })
      comeBack(stage, node, forMs + nextBelow(prng, 1500))
    }
    return nodes.length > 0
  },
  restart: (stage, prng) => {
    const node = stage.one(
      prng,
      stage.down.filter(({ index }) => !stage.retired.has(index)),
    )
    if (!node) return false
    stage.restart(node)
    return true
  },
  /** Dies and is back before anybody notices. */
  'restart-at-once': (stage, prng) => {
    const node = stage.one(prng, stage.running)
    if (!node) return false
    stage.world.crash(node)
    stage.later(nextBelow(prng, 120), () => stage.restart(node))
    return true
  },
  leave: (stage, prng) => leave(stage, prng, stage.one(prng, stage.running)),
  'leave-leader': (stage, prng) => leave(stage, prng, stage.one(prng, stage.leaders())),
  /** Leaves, and is back as soon as it is out. */
  rejoin: (stage, prng) => {
    const node = stage.one(prng, stage.running)
    if (!leave(stage, prng, node) || !node) return false
    const again = (): void => {
      if (node.state) stage.later(20, again)
      else if (!stage.retired.has(node.index)) stage.restart(node)
    }
    stage.later(1, again)
    return true
  },
  pause: (stage, prng, forMs) => pause(stage, stage.one(prng, stage.running), forMs),
  'pause-leader': (stage, prng, forMs) => pause(stage, stage.one(prng, stage.leaders()), forMs),
  join: (stage, prng) => stage.join(prng),
  'join-eight': (stage, prng) => {
    let any = false
    for (let i = 0; i < 8; i++) any = stage.join(prng) || any
    return any
  },
} satisfies Record<string, Fault>
