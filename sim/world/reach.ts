/** How far a log reaches, as the checkers count it for themselves. */

import type { Namespace } from '../../src/core/model/ids.ts'

/** For each namespace the highest `s` held. Contiguity makes it an exact summary. */
export type Reach = Map<Namespace, number>

/** Whether `a` holds at least everything that `b` holds. */
export function covers(a: Reach, b: Reach): boolean {
  for (const [namespace, s] of b) if ((a.get(namespace) ?? 0) < s) return false
  return true
}
