/**
 * Faults of a machine: its disk, its clocks, its address.
 */

import { chance, nextBelow } from '../../src/lib/prng.ts'
import type { Address } from '../../src/core/model/ids.ts'
import type { Fault } from '../run/run-state.ts'
import type { SimNode, World } from '../world/world.ts'

/**
 * A machine gets another address, and its program, if it runs, is told. All its connections break, or (`silent`) lead
 * nowhere, and nobody hears of it.
 */
export function relocate(
  world: World,
  node: SimNode,
  addr: Address,
  { silent }: { silent: boolean } = { silent: false },
): void {
  world.tell(`relocate n${node.index}${silent ? ' silent' : ''}`)
  node.addr = addr
  if (silent) world.network.strand(node)
  else world.network.breakAll(node)
  world.feed(node, { type: 'moved', addr })
}

export const machineFaults = {
  'disk-full': (run, prng, forMs) => {
    const node = run.one(prng, run.running)
    if (!node || node.memory || node.diskFull) return false
    run.world.setDiskFull(node, true)
    run.later(forMs, () => {
      if (node.diskFull) run.world.setDiskFull(node, false)
    })
    return true
  },
  'disk-slow': (run, prng, forMs) => {
    const node = run.one(prng, run.running)
    if (!node || node.memory) return false
    const { fsyncMs } = node
    node.fsyncMs = 20 + nextBelow(prng, 1500)
    run.later(forMs, () => (node.fsyncMs = fsyncMs))
    return true
  },
  /** A copy of a disk is made, and put back later: a whole home, or the history without what stands beside it. */
  'disk-old': (run, prng, forMs) => {
    const node = run.one(prng, run.running)
    if (!node || node.memory) return false
    const copy = node.disk.copy()
    const isBookKept = chance(prng, 0.5)
    const areBootsKept = chance(prng, 0.3)
    run.later(forMs, () => {
      if (run.retired.has(node.index)) return
      run.world.crash(node)
      if (isBookKept) copy.book = node.disk.book
      if (areBootsKept) copy.boots = node.disk.boots
      run.world.replaceDisk(node, copy)
      run.restart(node)
    })
    return true
  },
  /** A database fails its check: it is set aside, and a new identity begins with the address book. */
  'disk-bad': (run, prng) => {
    const node = run.one(
      prng,
      run.running.filter(({ index }) => run.entered.has(index)),
    )
    if (!node || node.memory || run.running.length < 2) return false
    run.world.crash(node)
    run.renew(node)
    return true
  },
  /** A home is copied, and the copy started on another machine: one identity runs twice. */
  twice: (run, prng) => {
    const node = run.one(
      prng,
      run.running.filter(({ index }) => run.entered.has(index)),
    )
    return node !== undefined && !node.memory && run.runTwice(node)
  },
  /** A commit fails for good: the program stops, and of what it could not be sure of any suffix is lost. */
  'disk-fails': (run, prng, forMs) => {
    const node = run.one(prng, run.running)
    if (!node) return false
    run.world.crash(node)
    run.later(forMs, () => {
      run.inaccurate()
      if (!run.retired.has(node.index)) run.restart(node)
    })
    return true
  },
  /** A wall clock jumps, by seconds to years; forwards only where a liar was: see its terms. */
  'wall-jump': (run, prng) => {
    const node = run.one(prng, run.running)
    if (!node) return false
    const isBack = chance(prng, 0.5) && !run.world.nodes.some(({ program }) => program)
    node.wallOffsetMs += (isBack ? -1 : 1) * 10 ** (3 + nextBelow(prng, 9))
    return true
  },
  /** Timers of one node are up to ten times late. */
  'late-timers': (run, prng, forMs) => {
    const node = run.one(prng, run.running)
    if (!node) return false
    node.timerFactor = 1 + nextBelow(prng, 90) / 10
    run.later(forMs, () => run.world.catchUp(node))
    return true
  },
  /** A machine gets another address. */
  move: (run, prng) => {
    const node = run.one(prng, run.running)
    if (!node) return false
    const last = nextBelow(prng, 256)
    const addr = `10.9.${nextBelow(prng, 256)}.${last}:${4000 + (run.world.steps % 1000)}`
    relocate(run.world, node, addr as Address, { silent: last % 2 === 1 })
    return true
  },
} satisfies Record<string, Fault>
