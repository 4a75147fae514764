/**
 * Plans in files: what `--save` writes and `--replay` reads.
 */

import { faultNames } from '../faults/all-faults.ts'
import type { Action, Plan } from './actions.ts'
import { workNames } from './workload.ts'

const kinds: ReadonlySet<unknown> = new Set<unknown>([...faultNames, ...workNames])
const orders: ReadonlySet<unknown> = new Set(['rising', 'falling', 'random'])

export function planText(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`
}

/** The plan that a text holds; undefined when it holds none that can be played. */
export function readPlan(text: string): Plan | undefined {
  let found: Partial<Record<keyof Plan, unknown>>
  try {
    found = JSON.parse(text) as typeof found
  } catch {
    return undefined
  }
  if (typeof found !== 'object' || found === null) return undefined
  const { seed, chance, nodes, uids, copies, delayMinMs, delaySpreadMs, fsyncMs, faultsUntilMs, restart } =
    found
  const { faults, actions, memory } = found
  const isPlan =
    isWhole(seed, 0, 2 ** 32) &&
    (chance === undefined || isWhole(chance, 0, 2 ** 40)) &&
    isWhole(nodes, 1, 200) &&
    orders.has(uids) &&
    isWhole(copies, 1, 200) &&
    (memory === undefined || isWhole(memory, 0, 100)) &&
    [delayMinMs, delaySpreadMs, fsyncMs, faultsUntilMs].every((ms) => isWhole(ms, 0, 1e9)) &&
    isWhole(restart, 0, 2) &&
    Array.isArray(faults) &&
    Array.isArray(actions) &&
    actions.every(isAction)
  return isPlan ? (found as Plan) : undefined
}

function isAction(found: Partial<Record<keyof Action, unknown>> | null): boolean {
  return (
    typeof found === 'object' &&
    found !== null &&
    isWhole(found.atMs, 0, 1e9) &&
    isWhole(found.forMs, 0, 1e9) &&
    isWhole(found.pick, 0, 2 ** 32) &&
    kinds.has(found.what)
  )
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}
