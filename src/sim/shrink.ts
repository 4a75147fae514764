/**
 * Makes a failing plan smaller: leaves out actions, nodes and options as long as the same invariant fails.
 * Knows nothing of what actions do.
 */

import type { Plan } from './actions.ts'

/** Whether a plan still fails in the same way. */
export type StillFails = (plan: Plan) => boolean

/** The smallest plan found within `triesMax` runs. The plan given must fail. */
export function shrinkPlan(plan: Plan, stillFails: StillFails, triesMax: number): Plan {
  let best = plan
  let tries = 0
  const attempt = (candidate: Plan): boolean => {
    if (tries >= triesMax) return false
    tries++
    if (!stillFails(candidate)) return false
    best = candidate
    return true
  }
  for (let chunk = best.actions.length >> 1; chunk >= 1 && tries < triesMax;) {
    let any = false
    for (let at = 0; at < best.actions.length && tries < triesMax;) {
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
  const last = best.actions.at(-1)
  if (last) attempt({ ...best, faultsUntilMs: Math.min(best.faultsUntilMs, last.atMs + last.forMs + 1) })
  return {
    ...best,
    faults: [...new Set(best.actions.map(({ what }) => what as string))].filter((name) =>
      best.faults.includes(name),
    ),
  }
}
