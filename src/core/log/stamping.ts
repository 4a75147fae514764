/**
 * Giving messages their place (PROTOCOL.md D2, section 2.5): what an open office stamps, and what it asks for again.
 */

import { send } from '../model/emit.ts'
import type { Follower } from '../model/follower.ts'
import { isUploading } from '../model/follower.ts'
import { namespaceOf } from '../model/ids.ts'
import type { Part } from '../model/records.ts'
import type { Office, State } from '../model/state.ts'
import { append } from './log.ts'
import { submit } from './outbox.ts'

/** S11: nobody stamps while gathering, paused, frozen, or on the way out. */
function mayStamp(office: Office): boolean {
  return office.phase === 'open' && office.pauseNonce === 0 && !office.moving?.frozen
}

/** D2: gives a part its place. False when it is not the author's next, or we may not begin a namespace. */
function stamp(state: State, office: Office, part: Part): boolean {
  if (part.aseq !== (state.have.get(part.namespace) ?? 0) + 1) return false
  const record = {
    stamper: state.uid,
    stamperInc: state.inc,
    namespace: namespaceOf(state.uid, state.inc),
    s: state.last + 1,
    ts: Math.max(state.clock, part.lc) + 1,
    part,
  }
  // Appending moves the clock on.
  if (append(state, record) !== 'new') return false
  state.last++
  const follower = office.followers.get(part.author)
  if (follower) follower.authorPos = state.end
  return true
}

/** Sends or stamps what is durable in the outbox and not yet ordered. Called whenever that may have changed. */
export function flushOutbox(state: State): void {
  const role = state.role
  if (role.type === 'office') {
    if (!mayStamp(role)) return
    for (;;) {
      const entry = state.outbox[state.ordered]
      // stamp() appends, and appending counts the entry as ordered.
      if (!entry || entry.n > state.durableN || !stamp(state, role, entry.part)) return
    }
  }
  if (role.type === 'following' && role.phase === 'live') submit(state, role)
}

/** A follower's messages reach the leader. */
export function onSubmit(state: State, office: Office, follower: Follower, parts: readonly Part[]): void {
  // D7: upload before submit. NACK asks again for a SUBMIT that cannot be taken now, as soon as it can be taken (2.11).
  if (isUploading(follower) || !mayStamp(office)) {
    follower.submission = 'dropped'
    return
  }
  for (const part of parts) {
    if (part.author !== follower.member.uid) continue
    const have = state.have.get(part.namespace) ?? 0
    // What is ordered already is not stamped again.
    if (part.aseq <= have) continue
    if (stamp(state, office, part)) follower.submission = 'taken'
    else if (follower.submission !== 'asked-again') {
      // Once for each gap: what follows in the pipe has the same one.
      nack(state, follower)
    }
  }
}

function nack(state: State, follower: Follower): void {
  follower.submission = 'asked-again'
  if (follower.link !== undefined) send(state, follower.link, { type: 'nack' })
}

/** What was dropped while nothing could be stamped is asked for again. */
export function nackDropped(state: State, office: Office): void {
  for (const follower of office.followers.values()) {
    if (follower.submission === 'dropped') nack(state, follower)
  }
}
