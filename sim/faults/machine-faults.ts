/**
 * What may happen to disks, clocks and addresses of a machine.
 */

import { chance, nextBelow } from '../../src/lib/prng.ts'
import type { Address } from '../../src/core/model/ids.ts'
import type { Fault } from '../run/run-state.ts'
import type { SimNode, World } from '../world/world.ts'

/** A machine gets another address: all its connections break, and its program, if it runs, is told. */
export function relocate(world: World, node: SimNode, addr: Address): void {
  world.tell(`relocate n${node.index}`)
  node.addr = addr
  world.network.breakAll(node)
  world.feed(node, { type: 'moved', addr })
}

export const machineFaults = {
  'disk-full': (stage, prng, forMs) => {
    const node = stage.one(prng, stage.running)
    if (!node || node.diskFull) return false
    stage.world.setDiskFull(node, true)
    stage.later(forMs, () => {
      if (node.diskFull) stage.world.setDiskFull(node, false)
    })
    return true
  },
  'disk-slow': (stage, prng, forMs) => {
    const node = stage.one(prng, stage.running)
    if (!node) return false
    const { fsyncMs } = node
    node.fsyncMs = 20 + nextBelow(prng, 1500)
    stage.later(forMs, () => (node.fsyncMs = fsyncMs))
    return true
  },
  /** A copy of a disk is made, and put back later: a whole home, or the history without what stands beside it. */
  'disk-old': (stage, prng, forMs) => {
    const node = stage.one(prng, stage.running)
    if (!node) return false
    const copy = node.disk.copy()
    const isBookKept = chance(prng, 0.5)
    const areBootsKept = chance(prng, 0.3)
    stage.later(forMs, () => {
      if (stage.retired.has(node.index)) return
      stage.world.crash(node)
      if (isBookKept) copy.book = node.disk.book
      if (areBootsKept) copy.boots = node.disk.boots
      stage.world.replaceDisk(node, copy)
      stage.restart(node)
    })
    return true
  },
  /** A database fails its check: it is set aside, and a new identity begins with the address book. */
  'disk-bad': (stage, prng) => {
    const node = stage.one(
      prng,
      stage.running.filter(({ index }) => stage.entered.has(index)),
    )
    if (!node || stage.running.length < 2) return false
    stage.world.crash(node)
    stage.renew(node)
    return true
  },
  /** A home is copied, and the copy started on another machine: one identity runs twice. */
  twice: (stage, prng) => {
    const node = stage.one(
      prng,
      stage.running.filter(({ index }) => stage.entered.has(index)),
    )
    return node !== undefined && stage.runTwice(node)
  },
  /** A commit fails for good: the program stops, and of what it could not be sure of any suffix is lost. */
  'disk-fails': (stage, prng, forMs) => {
    const node = stage.one(prng, stage.running)
    if (!node) return false
    stage.world.crash(node)
    stage.later(forMs, () => {
      stage.inaccurate()
      if (!stage.retired.has(node.index)) stage.restart(node)
    })
    return true
  },
  /** A wall clock jumps, by seconds to years. */
  'wall-jump': (stage, prng) => {
    const node = stage.one(prng, stage.running)
    if (!node) return false
    node.wallOffsetMs += (chance(prng, 0.5) ? 1 : -1) * 10 ** (3 + nextBelow(prng, 9))
    return true
  },
  /** Timers of one node are up to ten times late. */
  'late-timers': (stage, prng, forMs) => {
    const node = stage.one(prng, stage.running)
    if (!node) return false
    node.timerFactor = 1 + nextBelow(prng, 90) / 10
    stage.later(forMs, () => stage.world.catchUp(node))
    return true
  },
  /** A machine gets another address. */
  move: (stage, prng) => {
    const node = stage.one(prng, stage.running)
    if (!node) return false
    const addr = `10.9.${nextBelow(prng, 256)}.${nextBelow(prng, 256)}:${4000 + (stage.world.steps % 1000)}`
    relocate(stage.world, node, addr as Address)
    return true
  },
} satisfies Record<string, Fault>
