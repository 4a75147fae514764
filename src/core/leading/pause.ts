/**
 * The pause rule (PROTOCOL.md section 2.6): a leader that slept stamps nothing until a follower replies.
 */

import { flushOutbox, nackDropped } from '../log/stamping.ts'
import { log, send, startTimer } from '../model/emit.ts'
import type { Office, State } from '../model/state.ts'

/** The process slept. A leader that slept long may have been replaced: it stamps nothing until it knows. */
export function onWoke(state: State, sleptMs: number): void {
  log(state, { type: 'woke', sleptMs })
  // What waited meanwhile came over more than a second (2.17).
  for (const link of state.links.values()) link.said.clear()
  const { role } = state
  if (role.type !== 'office' || sleptMs <= state.config.pauseMs) return
  probeSoon(state, role)
  if (role.followers.size === 0) return
  role.pauseNonce = ++state.nonce
  for (const follower of role.followers.values()) {
    if (follower.link === undefined) continue
    send(state, follower.link, { type: 'ping', nonce: role.pauseNonce, vid: state.view.vid, safe: role.safe })
  }
}

/** A follower still follows us, or none is left: stamping continues. */
export function endPause(state: State, office: Office): void {
  office.pauseNonce = 0
  nackDropped(state, office)
  flushOutbox(state)
}

export function decidePause(state: State): void {
  const { role } = state
  if (role.type === 'office' && role.pauseNonce !== 0 && role.followers.size === 0) {
    probeSoon(state, role)
    endPause(state, role)
  }
}

/** Looks for the absent at once: a leader that slept finds the new office by its followers' absence (2.12). */
function probeSoon(state: State, office: Office): void {
  office.probing.clear()
  startTimer(state, 'probe', 0)
}
