/**
 * The end of all faults in a run: networks, disks and clocks work again, and some of the nodes that are down
 * are started.
 */

import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import { islandsOf } from '../checkers/islands.ts'
import type { Plan } from './actions.ts'
import type { SimNode } from '../world/world.ts'
import type { RunState } from './run-state.ts'

/** Ends all faults, and starts as many of the nodes that are down as the plan says. */
export function heal(plan: Plan, run: RunState): void {
  const { world } = run
  const prng = createPrng(plan.seed ^ 0x4ea1)
  run.healed = true
  for (const node of world.nodes) world.endProgram(node)
  world.network.healAll()
  world.network.quality = { delayMin: plan.delayMinMs, delaySpread: plan.delaySpreadMs }
  for (const node of world.nodes) {
    node.crashAfterEffects = -1
    if (node.timerFactor !== 1) world.catchUp(node)
    node.readBytesPerSecond = 0
    if (node.deaf) world.network.setDeaf(node, false)
    node.answersAs = 'refused'
    node.fsyncMs = plan.fsyncMs
    if (node.diskFull) world.setDiskFull(node, false)
    world.thaw(node)
  }
  // One copy may outlive the faults: of two processes of one node the older stops (2.1), and is not started again. With
  // several, two rings can list the same nodes: then nobody is absent, and neither ring looks for the other.
  const survivor =
    run.copies.length > 0 && nextBelow(prng, 2) === 0 ? run.copies.find(({ state }) => state) : undefined
  for (const copy of run.copies) if (copy !== survivor) world.crash(copy)
  for (const node of world.nodes) if (node.uid === survivor?.uid) run.retired.add(node.index)
  const back = run.down.filter(({ index }) => !run.retired.has(index))
  for (const node of back) {
    const isAlone = run.running.length === 0
    if (!isAlone && (plan.restart === 0 || (plan.restart === 1 && nextBelow(prng, 2) === 0))) continue
    run.inaccurate()
    run.restart(node)
  }
  dropHopeless(run)
}

/**
 * The person at a node that leads, and whose room has another key by now, is told to ask for a new invitation, and does so.
 * Returns whether somebody did.
 */
export function inviteAgain(run: RunState): boolean {
  const { world } = run
  const isShut = ({ state }: SimNode): boolean => state?.shutTold === true && state.role.type === 'office'
  for (const node of run.running) {
    if (!isShut(node) || !node.disk.lock) continue
    const own = world.keyOf(node)
    const size = (other: SimNode): number => other.state?.view.members.length ?? 0
    const [member] = run.running
      .filter((other) => other.room === world.room && world.keyOf(other) !== own && !isShut(other))
      .sort((a, b) => size(b) - size(a))
    const key = member && world.keyOf(member)
    if (!member || key === undefined) continue
    world.end(node)
    if (node.memory) {
      run.joinAgain(node, member)
      return true
    }
    const keys = node.disk.lock.keys.filter((held) => held !== key)
    node.disk.lock = { ...node.disk.lock, keys: [...keys, key] }
    world.start(node, { join: member })
    return true
  }
  return false
}

/** Ends joiners that were never members and know no node that was: they have nobody to ask. */
export function dropHopeless(run: RunState): void {
  if (run.running.every(({ index }) => run.entered.has(index))) return
  for (const island of islandsOf(run.running)) {
    if (island.some(({ index }) => run.entered.has(index))) continue
    for (const node of island) run.world.crash(node)
  }
}
