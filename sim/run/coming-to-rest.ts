/**
 * What must follow once a run is healed: the room comes to rest in time (L1 to L7), with a member that stands
 * still (L8), and without links that serve nothing (L5).
 */

import { defaultConfig } from '../../src/core/model/config.ts'
import { createPrng } from '../../src/lib/prng.ts'
import { isMadeUp } from '../adversary/forgery.ts'
import { islandsOf } from '../checkers/islands.ts'
import { findUnrest, linkUnrest, runningNodes, standingUnrest, strayLinks } from '../checkers/rest-rules.ts'
import type { Running, Unrest } from '../checkers/rest-rules.ts'
import type { SimNode } from '../world/world.ts'
import type { Plan } from './actions.ts'
import { dropHopeless, inviteAgain } from './healing.ts'
import type { RunState } from './run-state.ts'

/**
 * How long a healed room may take to come to rest: detection, three elections at their longest, the
 * slowest probe, and two seconds. Unit: ms of virtual time.
 */
export function boundOf(plan: Plan): number {
  return Math.round(paceOf(plan) * (1250 + 3 * 8000)) + 15_000 + 2000
}

/** By how much the nodes stretch the times that wait for replies, where the members are far apart (PROTOCOL.md section 2.6). */
function paceOf({ delayMinMs, delaySpreadMs }: Plan): number {
  return Math.max(1, (2 * (delayMinMs + delaySpreadMs)) / defaultConfig.roundTripMs)
}

/** How long until a request is answered or given up. Unit: ms. */
const questionMs = 3000

/** A link that serves nothing is closed after 40 beats at last. Unit: ms. */
const leftoverMs = 11_000

/** So long it must stay at rest to count. Unit: ms. */
export const restMs = 1500

/** Runs the world until a moment, or until an invariant does not hold: then it returns true. */
type RunUntil = (untilMs: number) => boolean

export function comeToRest(plan: Plan, run: RunState, count: RunUntil): Unrest | undefined {
  const { world, checks } = run
  const start = world.now + boundOf(plan) + ghostsMs(runningNodes(world), plan)
  let until = start
  let restSince: number | undefined
  let terms = 'none yet'
  let unrest: Unrest | undefined
  while (world.now < until || (restSince !== undefined && world.now - restSince < restMs)) {
    if (count(world.now + 100)) return undefined
    // A contact may have gone since.
    dropHopeless(run)
    if (inviteAgain(run)) until = Math.max(until, world.now + boundOf(plan))
    const rooms = judgedTogether(runningNodes(world))
    unrest = firstOf(rooms, (nodes) => findUnrest(nodes, checks.ghost))
    const now = runningNodes(world).map(termOf).join()
    if (unrest) restSince = undefined
    else if (now !== terms) restSince = world.now
    else restSince ??= world.now
    terms = now
    if (unrest && world.now >= until) until = start + goodbyesMs(runningNodes(world))
    if (restSince !== undefined && world.now - restSince >= restMs)
      return firstOf(rooms, (nodes) => standingUnrest(nodes, checks.ghost))
  }
  if (!unrest) return { id: 'L5', node: 0, detail: `terms go on changing: ${terms}` }
  // Only now: nobody can be asked to find one whose address it does not know.
  const islands = islandsOf(runningNodes(world))
  if (islands.length < 2) return unrest
  for (const island of islands) {
    const inside = findUnrest(island as Running[], checks.ghost)
    if (inside) return inside
  }
  return undefined
}

/** Nodes that were removed, and those that removed others where these know nothing of it, are judged apart. */
function judgedTogether(nodes: readonly Running[]): Running[][] {
  return nodes.some(({ state }) => state.lock?.removed.size)
    ? (islandsOf(nodes) as Running[][])
    : [[...nodes]]
}

function firstOf(
  rooms: readonly Running[][],
  find: (nodes: Running[]) => Unrest | undefined,
): Unrest | undefined {
  for (const nodes of rooms) {
    const unrest = find(nodes)
    if (unrest) return unrest
  }
  return undefined
}

/** By how much a member that is silent delays the closing of a ring, twice. Unit: ms. */
const passingMs = 200

/** A ring that a liar has filled with members that never were passes them by one after another. Unit: ms. */
function ghostsMs(nodes: readonly Running[], plan: Plan): number {
  const counts = nodes.map(({ state }) => state.view.members.filter(({ addr }) => isMadeUp(addr)).length)
  return Math.round(paceOf(plan) * passingMs * Math.max(0, ...counts))
}

/**
 * How much longer nodes may take that know one another only by lines of members that said goodbye: a leader probes one of
 * those each slowest turn, and a ring that does not know that leader heeds only one probe of several. Unit: ms.
 */
function goodbyesMs(nodes: readonly Running[]): number {
  if (islandsOf(nodes, 'quick').length === islandsOf(nodes).length) return 0
  const counts = nodes.map(({ state }) => [...state.book.values()].filter(({ left }) => left).length)
  // A turn takes up to a fifth longer, and another leader begins anew: twice.
  return (2 + defaultConfig.strangerProbes) * Math.max(...counts) * defaultConfig.probeSlowestMs
}

/** L8: in one run of four somebody stands still for good, and the others go on; then it comes back. */
export function standStill(plan: Plan, run: RunState, count: RunUntil): Unrest | undefined {
  const { world } = run
  if (plan.seed % 4 !== 0 || run.running.length < 2) return undefined
  const prng = createPrng(plan.seed ^ 0x5711)
  const still = run.one(prng, run.running)
  if (!still) return undefined
  run.inaccurate()
  world.pause(still, 2 * boundOf(plan))
  for (const node of run.running) if (node !== still) world.say(node, 'without it')
  const late = comeToRest(plan, run, count)
  if (late) return { ...late, id: 'L8', detail: `n${still.index} stands still, and ${late.detail}` }
  world.thaw(still)
  return comeToRest(plan, run, count)
}

/** L5: in one run of four, not those of L8, what serves nothing is gone when it has had the time to go. */
export function standOn(plan: Plan, run: RunState, count: RunUntil): Unrest | undefined {
  const { world } = run
  if (plan.seed % 4 !== 1) return undefined
  // A node that takes another to be far away waits for it accordingly.
  const due = runningNodes(world).flatMap(({ timerDue, timers }) =>
    [...timerDue].filter(([name]) => timers.has(name) && name.startsWith('dial:')).map(([, at]) => at),
  )
  const longestMs = Math.max(Math.round(questionMs * paceOf(plan)), ...due.map((at) => at - world.now))
  const before = strayLinks(runningNodes(world))
  const asking = new Set([...before].filter((link) => /probe|bridge|check|errand/.test(link)))
  for (const [links, ms] of [
    [asking, longestMs],
    [before, Math.max(0, leftoverMs - longestMs)],
  ] as const) {
    if (count(world.now + ms)) return undefined
    const found = linkUnrest(runningNodes(world), links)
    if (found) return found
  }
  return undefined
}

function termOf(node: SimNode): number {
  const { state } = node
  return state?.role.type === 'office' ? state.role.term : (state?.election.term ?? 0)
}
