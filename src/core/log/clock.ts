/**
 * The Lamport clock (PROTOCOL.md D1): how far the clock of another node moves ours.
 */

import { log } from '../model/emit.ts'
import type { Member } from '../model/frames.ts'
import type { State } from '../model/state.ts'

/** D1: others' clocks move ours, but not beyond what clocks that only count can have reached. */
export function isSaneClock(state: State, lc: number): boolean {
  return lc <= state.clock + state.config.clockJumpMax && lc < 2 ** 51
}

/**
 * D1: a control frame carries its sender's clock; ours becomes the larger of both and does not tick. False when the
 * sender's clock is absurd: its link has to be closed.
 */
export function takeClock(state: State, who: Member, lc: number): boolean {
  if (lc <= state.clock) return true
  if (!isSaneClock(state, lc)) {
    log(state, { type: 'error', text: `an absurd clock: ${lc} from ${who.name}(${who.addr})` })
    return false
  }
  state.clock = lc
  return true
}
