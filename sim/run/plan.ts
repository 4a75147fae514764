/**
 * Makes a plan from a seed: which faults strike, how often and for how long, what people say, how many nodes
 * there are, and how fast the network is.
 */

import { chance, createPrng, nextBelow, nextUint32 } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { Action, Plan } from './actions.ts'
import type { FaultName } from '../faults/all-faults.ts'
import { faultNames, gentle } from '../faults/all-faults.ts'
import type { UidOrder } from '../world/identities.ts'
import { workNames } from './workload.ts'

export type PlanOptions = {
  /** 1 to 200; drawn where it is not given. */
  readonly nodes?: number
  /** Only these faults, and all of them; drawn where it is not given. */
  readonly faults?: readonly FaultName[]
}

/** When the first fault may strike: by then the first nodes are in. Unit: ms. */
const quietMs = 1500

/** Everything that a seed means. Equal seeds and options give equal plans. */
export function makePlan(seed: number, options: PlanOptions = {}): Plan {
  const prng = createPrng(seed)
  const nodes = options.nodes ?? drawNodes(prng)
  const share = nextBelow(prng, 100)
  const faults = options.faults ?? drawFaults(prng, share)
  const faultsUntilMs = quietMs + 1000 + nextBelow(prng, 12_000)
  const actions: Action[] = []
  for (const what of faults) {
    // From a few in a run to several a second.
    const everyMs = 400 + nextBelow(prng, 8000)
    const leastMs = 1 + nextBelow(prng, chance(prng, 0.5) ? 500 : 4000)
    spread(prng, actions, { what, fromMs: quietMs, untilMs: faultsUntilMs, everyMs, leastMs })
  }
  for (const what of workNames) {
    if (what === 'check' || what === 'rekey' || what === 'remove' || !chance(prng, 0.5)) continue
    const everyMs = 100 + nextBelow(prng, 3000)
    spread(prng, actions, { what, fromMs: 100, untilMs: faultsUntilMs, everyMs, leastMs: 1 })
  }
  if (options.faults === undefined) addLiar(seed, actions, faultsUntilMs)
  addChecks(seed, actions, faultsUntilMs)
  const locked = addKeyChanges(seed, actions, faultsUntilMs)
  actions.sort((a, b) => a.atMs - b.atMs)
  const copies = chance(prng, 0.6) ? 3 : 1 + nextBelow(prng, 4)
  const near = drawDelays(prng)
  const fsyncMs = chance(prng, 0.7) ? 1 : nextBelow(prng, 15)
  const restart = nextBelow(prng, 3)
  const uids = drawUids(prng)
  const { delayMinMs, delaySpreadMs } = drawFarDelays(prng) ?? near
  return {
    seed,
    nodes,
    copies,
    delayMinMs,
    delaySpreadMs,
    fsyncMs,
    faultsUntilMs,
    restart,
    uids,
    locked,
    memory: drawMemory(seed),
    faults,
    actions,
  }
}

type Delays = Pick<Plan, 'delayMinMs' | 'delaySpreadMs'>

function drawDelays(prng: Prng): Delays {
  const delayMinMs = chance(prng, 0.8) ? 1 : nextBelow(prng, 20)
  return { delayMinMs, delaySpreadMs: chance(prng, 0.4) ? 0 : nextBelow(prng, chance(prng, 0.7) ? 4 : 40) }
}

/** In one run of twelve the members are far apart: round trips of 60 to 360 ms. */
function drawFarDelays(prng: Prng): Delays | undefined {
  if (!chance(prng, 1 / 12)) return undefined
  return { delayMinMs: 30 + nextBelow(prng, 121), delaySpreadMs: nextBelow(prng, 31) }
}

function drawNodes(prng: Prng): number {
  return chance(prng, 0.9) ? 1 + nextBelow(prng, 8) : 9 + nextBelow(prng, 24)
}

/** Mostly in no order, as hashes of keys are. */
function drawUids(prng: Prng): UidOrder {
  const share = nextBelow(prng, 100)
  return share < 70 ? 'random' : share < 85 ? 'falling' : 'rising'
}

/**
 * One in twenty has no fault at all, one in ten a single one, one in ten only such as leave detection
 * accurate (S17); the others a random part of all.
 */
function drawFaults(prng: Prng, share: number): FaultName[] {
  if (share < 5) return []
  const one = drawn[nextBelow(prng, drawn.length)] as FaultName
  if (share < 15) return [one]
  if (share < 25) return drawn.filter((name) => gentle.has(name) && chance(prng, 0.5))
  // Few kinds at a time find more than all of them at once; so half of the runs have only some.
  const p = share < 60 ? 0.12 : 0.5
  return drawn.filter(() => chance(prng, p))
}

/** All but the liar, which has a share of its own. */
const drawn = faultNames.filter((name) => name !== 'liar')

/** In one run of so many somebody lies for a stretch of it. */
const runsPerLiar = 10

/** Drawn apart, so that the other choices of a seed stay. */
function addLiar(seed: number, actions: Action[], untilMs: number): void {
  const prng = createPrng(seed ^ 0x11a2)
  if (!chance(prng, 1 / runsPerLiar)) return
  const atMs = quietMs + nextBelow(prng, untilMs - quietMs)
  actions.push({
    atMs,
    what: 'liar',
    pick: nextUint32(prng),
    forMs: 500 + nextBelow(prng, untilMs - atMs + 500),
  })
}

/** In one run of so many somebody asks now and then whether all hold the same. */
const runsPerCheck = 3

/** Drawn apart, likewise. */
function addChecks(seed: number, actions: Action[], untilMs: number): void {
  const prng = createPrng(seed ^ 0xc4ec)
  if (!chance(prng, 1 / runsPerCheck)) return
  const everyMs = 200 + nextBelow(prng, 3000)
  spread(prng, actions, { what: 'check', fromMs: quietMs, untilMs, everyMs, leastMs: 1 })
}

/** One room of so many is locked. */
const roomsPerLock = 3

/** Drawn apart, likewise. In half of the locked rooms the key changes now and then, in a quarter nodes are removed. */
function addKeyChanges(seed: number, actions: Action[], untilMs: number): boolean {
  const prng = createPrng(seed ^ 0x10c4)
  if (!chance(prng, 1 / roomsPerLock)) return false
  for (const [what, share] of [
    ['rekey', 0.5],
    ['remove', 0.25],
  ] as const) {
    if (!chance(prng, share)) continue
    const everyMs = 500 + nextBelow(prng, what === 'rekey' ? 5000 : 12_000)
    spread(prng, actions, { what, fromMs: quietMs, untilMs, everyMs, leastMs: 1 })
  }
  return true
}

/** In one room of so many some of the nodes keep nothing on a disk, or all. */
const roomsPerMemory = 4

/** Drawn apart, likewise. */
function drawMemory(seed: number): number {
  const prng = createPrng(seed ^ 0x3e30)
  return chance(prng, 1 / roomsPerMemory) ? ([25, 50, 100][nextBelow(prng, 3)] as number) : 0
}

function spread(
  prng: Prng,
  into: Action[],
  what: { what: Action['what']; fromMs: number; untilMs: number; everyMs: number; leastMs: number },
): void {
  let atMs = what.fromMs + nextBelow(prng, 2 * what.everyMs)
  while (atMs < what.untilMs) {
    const forMs = what.leastMs + nextBelow(prng, what.leastMs * 2)
    into.push({ atMs, what: what.what, pick: nextUint32(prng), forMs })
    atMs += 1 + nextBelow(prng, 2 * what.everyMs)
  }
}
