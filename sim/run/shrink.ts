/**
 * Makes a failing plan smaller: leaves out actions, nodes and options as long as the same invariant fails.
 */

import type { Plan } from './actions.ts'

/** Whether a plan still fails in the same way. */
export type StillFails = (plan: Plan) => boolean

/** Leaving out a choice shifts the world's random numbers, so each smaller plan is tried with a few draws of them. */
const draws = 4

/** The smallest plan found while `mayGoOn`. The plan given must fail. */
export function shrinkPlan(plan: Plan, stillFails: StillFails, mayGoOn: () => boolean): Plan {
  let best = plan
  const attempt = (candidate: Plan): boolean => {
    const chance = best.chance ?? best.seed
    for (let draw = 0; draw < draws && mayGoOn(); draw++) {
      const drawn = { ...candidate, chance: chance + draw * 7919 }
      if (!stillFails(drawn)) continue
      best = drawn
      return true
    }
    return false
  }
  for (let chunk = best.actions.length >> 1; chunk >= 1 && mayGoOn();) {
    let any = false
    for (let at = 0; at < best.actions.length && mayGoOn();) {
      const actions = [...best.actions.slice(0, at), ...best.actions.slice(at + chunk)]
      if (attempt({ ...best, actions })) any = true
      else at += chunk
    }
    if (!any || chunk > 1) chunk >>= 1
  }
  while (best.nodes > 1 && attempt({ ...best, nodes: best.nodes - 1 })) continue
  attempt({ ...best, delaySpreadMs: 0 })
  attempt({ ...best, delayMinMs: 1 })
  attempt({ ...best, fsyncMs: 1 })
  attempt({ ...best, copies: 3 })
  attempt({ ...best, uids: 'rising' })
  const last = best.actions.at(-1)
  if (last) attempt({ ...best, faultsUntilMs: Math.min(best.faultsUntilMs, last.atMs + last.forMs + 1) })
  return {
    ...best,
    faults: [...new Set(best.actions.map(({ what }) => what as string))].filter((name) =>
      best.faults.includes(name),
    ),
  }
}
