/**
 * The Lamport clock (PROTOCOL.md D1): which clocks of other nodes move ours, and how far.
 */

import { clockMaxAt } from '../model/bounds.ts'
import type { Link, State } from '../model/state.ts'

/** D1: besides records only the clock of a follower moves that of its leader. It does not tick. */
export function takeClock(state: State, link: Link, lc: number): void {
  const { role } = state
  if (role.type !== 'office' || !link.who || lc <= state.clock || lc > clockMaxAt(state.wall, 'others'))
    return
  if (role.followers.get(link.who.uid)?.link === link.id) state.clock = lc
}
