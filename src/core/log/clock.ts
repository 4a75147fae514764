/**
 * The Lamport clock (PROTOCOL.md D1): which clocks of other nodes move ours, and how far.
 */

import { clockMaxAt } from '../model/bounds.ts'
import type { Link, State } from '../model/state.ts'

/**
 * What others than the leader bring is judged as so much earlier. So what an office takes, its followers take from it,
 * although their wall clocks are some seconds behind, and were read a beat ago. Unit: ms.
 */
const marginMs = 60_000

/** D1: the largest timestamp that this node takes from there. */
export function clockMax({ wall }: State, from: 'leader' | 'others'): number {
  return clockMaxAt(wall - (from === 'others' ? marginMs : 0))
}

/** D1: besides records only the clock of a follower moves that of its leader. It does not tick. */
export function takeClock(state: State, link: Link, lc: number): void {
  const { role } = state
  if (role.type !== 'office' || !link.who || lc <= state.clock || lc > clockMax(state, 'others')) return
  if (role.followers.get(link.who.uid)?.link === link.id) state.clock = lc
}
