/**
 * A member, or a stranger, that lies for a while, and then leaves for good.
 */

import { LiarLife } from '../adversary/life.ts'
import type { Fault, RunState } from '../run/run-state.ts'

/** Liars in one run, one after another. */
const liarsMax = 2

export const liarFaults = {
  liar: (run: RunState, prng, forMs) => {
    const { world } = run
    const contact = run.one(prng, run.running)
    const before = world.nodes.filter(({ lies }) => lies)
    if (!contact || before.length >= liarsMax || before.some(({ program }) => program)) return false
    const node = world.addNode()
    world.tell(`# n${node.index} is a liar, which knows n${contact.index}`)
    const { liar } = new LiarLife(world, node, contact, prng)
    run.later(forMs, () => liar.leave())
    return true
  },
} satisfies Record<string, Fault>
