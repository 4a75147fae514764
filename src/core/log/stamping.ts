/**
 * Giving messages their place (PROTOCOL.md D2, section 2.5): what an open office stamps, and what it asks for again.
 */

import { assert } from '../../lib/assert.ts'
import { clockMaxAt } from '../model/bounds.ts'
import { send } from '../model/emit.ts'
import type { Follower } from '../model/follower.ts'
import { isUploading } from '../model/follower.ts'
import { namespaceOf } from '../model/ids.ts'
import type { Part, StampedRecord } from '../model/records.ts'
import { partBytes } from '../model/records.ts'
import type { Office, State } from '../model/state.ts'
import { append, stampBytes } from './log.ts'
import { areNamesOwn, renameOwn } from './names.ts'
import { submit } from './outbox.ts'

/** S11: nobody stamps while gathering, paused, frozen, or on the way out. */
function mayStamp(office: Office): boolean {
  return office.phase === 'open' && office.pauseNonce === 0 && !office.moving?.frozen
}

/** D2: gives a part its place. False when it is not the author's next, or we may not begin a namespace. */
function stamp(state: State, office: Office, part: Part): boolean {
  if (part.aseq !== state.have.get(part.namespace) + 1) return false
  const namespace = namespaceOf(state.uid, state.inc)
  const record: StampedRecord = {
    stamper: state.uid,
    stamperInc: state.inc,
    namespace,
    // From the frontier: a record of this name may have been uploaded, and then counts like one that was stamped.
    s: state.frontier.get(namespace) + 1,
    ts: Math.max(state.clock, part.lc) + 1,
    part,
  }
  // Appending moves the clock on.
  if (append(state, record) !== 'new') return false
  state.unsealed = { record, bytes: (state.unsealed?.bytes ?? 0) + partBytes(part) + stampBytes }
  // A frame has to hold what is sealed together: less than this, and the longest part.
  if (state.unsealed.bytes >= state.config.batchBytes / 2) sealStamped(state)
  const follower = office.followers.get(part.author)
  if (follower) follower.authorPos = state.end
  return true
}

/** Once a step: what it stamped gets one seal, before it leaves or is written (2.2). */
export function sealStamped(state: State): void {
  const { room, config, frontier, notary, unsealed } = state
  if (!unsealed) return
  const { record, bytes } = unsealed
  // Every follower would refuse it, now and later.
  assert(bytes <= config.blockBytesMax, 'what is sealed together fits into a frame')
  record.seal = notary.seal(room, record.namespace, record.s, frontier.chain(record.namespace))
  state.unsealed = undefined
}

/** Sends or stamps what is in the outbox and not yet ordered. Called whenever that may have changed. */
export function flushOutbox(state: State): void {
  const role = state.role
  const isLive = role.type === 'following' && role.phase === 'live'
  if (!isLive && !(role.type === 'office' && mayStamp(role))) return
  if (!areNamesOwn(state)) renameOwn(state)
  if (!areNamesOwn(state)) return
  if (role.type === 'office') {
    for (;;) {
      const entry = state.outbox[state.ordered]
      // stamp() appends, and appending counts the entry as ordered.
      if (!entry || !stamp(state, role, entry.part)) return
    }
  }
  if (isLive) submit(state, role)
}

/** A follower's messages reach the leader. Returns false where its author has not signed one that was to be stamped. */
export function onSubmit(state: State, office: Office, follower: Follower, parts: readonly Part[]): boolean {
  // D7: upload before submit. NACK asks again for a SUBMIT that cannot be taken now, as soon as it can be taken (2.11).
  if (isUploading(follower) || !mayStamp(office)) {
    follower.submission = 'dropped'
    return true
  }
  // What is in the pipe behind the first that was left out has a gap before it.
  if (follower.submission === 'crowding') return true
  forgetSafe(office, follower)
  for (const part of parts) {
    const have = state.have.get(part.namespace)
    // What is ordered already is not stamped again.
    if (part.aseq <= have) continue
    if (isCrowding(state, follower)) {
      follower.submission = 'crowding'
      return true
    }
    // D1: asked for again at the next heartbeat, when it may have its place.
    if (part.lc > clockMaxAt(state.wall, 'others')) {
      follower.submission = 'early'
      return true
    }
    if (part.aseq !== have + 1) {
      // Once for each gap: what follows in the pipe has the same one.
      if (follower.submission !== 'asked-again') nack(state, follower)
      return true
    }
    // Not earlier: it costs more than all else, and what is not stamped now comes again.
    if (state.notary.findForged(state.room, [part])) return false
    if (stamp(state, office, part)) {
      follower.submission = 'taken'
      noteUnsafe(follower, state.end, partBytes(part))
    } else if (follower.submission !== 'asked-again') nack(state, follower)
  }
  return true
}

/** 2.5: whether all others would have to wait while this author's next message is written by enough members. */
function isCrowding({ config }: State, { unsafe, unsafeBytes }: Follower): boolean {
  return unsafe.length >= config.unsafeMax || unsafeBytes >= config.unsafeBytesMax
}

function noteUnsafe(follower: Follower, pos: number, bytes: number): void {
  follower.unsafe.push({ pos, bytes })
  follower.unsafeBytes += bytes
}

function forgetSafe({ safe }: Office, follower: Follower): void {
  const count = follower.unsafe.findIndex(({ pos }) => pos > safe)
  for (const { bytes } of follower.unsafe.splice(0, count < 0 ? follower.unsafe.length : count))
    follower.unsafeBytes -= bytes
}

/** `safe` has moved on: authors that had too much stamped may submit again once half of it is safe. */
export function nackCrowding(state: State, office: Office): void {
  for (const follower of office.followers.values()) {
    if (follower.submission !== 'crowding') continue
    forgetSafe(office, follower)
    const { unsafeMax, unsafeBytesMax } = state.config
    if (2 * follower.unsafe.length <= unsafeMax && 2 * follower.unsafeBytes <= unsafeBytesMax)
      nack(state, follower)
  }
}

function nack(state: State, follower: Follower): void {
  follower.submission = 'asked-again'
  if (follower.link !== undefined) send(state, follower.link, { type: 'nack' })
}

/** At each heartbeat: messages that were ahead of time are asked for again. */
export function nackEarly(state: State, office: Office): void {
  for (const follower of office.followers.values()) {
    if (follower.submission === 'early' && mayStamp(office)) nack(state, follower)
  }
}

/** What was dropped while nothing could be stamped is asked for again. */
export function nackDropped(state: State, office: Office): void {
  for (const follower of office.followers.values()) {
    if (follower.submission === 'dropped') nack(state, follower)
  }
}
