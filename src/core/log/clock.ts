/**
 * The Lamport clock (PROTOCOL.md D1): which clocks of other nodes move ours, and how far.
 */

import type { Link, State } from '../model/state.ts'

/** 2020-01-01 and 2026-01-01. Unit: ms since 1970. A wall clock that shows an earlier year than 2026 is not set. */
const countedSince = 1_577_836_800_000
const wallClockMin = 1_767_225_600_000
/** How far the wall clocks of two nodes may be apart. Unit: ms. */
const slackMs = 86_400_000
/** One tick a microsecond: no room counts faster. */
const ticksPerMs = 1000
/** The bound where no wall clock is set: what remains up to the limit of a frame (2^52) is enough to go on with. */
const unsetMax = 2 ** 51

/**
 * D1: the largest timestamp that a clock which only counts can show by now. All honest nodes have the same bound, to
 * within what their wall clocks are apart. What lies beyond it is refused for now.
 */
export function clockMax({ wall }: State): number {
  return wall < wallClockMin ? unsetMax : Math.min(unsetMax, (wall + slackMs - countedSince) * ticksPerMs)
}

/** D1: besides records only the clock of a follower moves that of its leader. It does not tick. */
export function takeClock(state: State, link: Link, lc: number): void {
  const { role } = state
  if (role.type !== 'office' || !link.who || lc <= state.clock || lc > clockMax(state)) return
  if (role.followers.get(link.who.uid)?.link === link.id) state.clock = lc
}
