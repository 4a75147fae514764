/**
 * The end of a node, on request or because it cannot go on.
 */

import type { StopReason } from '../model/effects.ts'
import type { State } from '../model/state.ts'
import { hangUpAll } from './links.ts'

/** The node is done, on request or because it cannot go on. */
export function stop(state: State, why: StopReason): void {
  hangUpAll(state, why === 'left' || why === 'removed' ? 'left' : 'closing')
  state.role = { type: 'stopped', why }
}
