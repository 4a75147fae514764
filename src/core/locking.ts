/**
 * Another key for a locked room, and what follows from one (PROTOCOL.md section 2.20).
 */

import { dismissRemoved } from './leading/losing.ts'
import { evict } from './leading/evicting.ts'
import { requestLeave } from './leaving.ts'
import { speak } from './log/outbox.ts'
import { send } from './model/emit.ts'
import { memberOf } from './model/facts.ts'
import type { RoomKey, Uid } from './model/ids.ts'
import type { Lock } from './model/lock.ts'
import {
  addKey,
  currentChange,
  currentKey,
  encodeRekeying,
  keptMax,
  nameOfKey,
  toStored,
} from './model/lock.ts'
import { rekeyKind } from './model/records.ts'
import type { State } from './model/state.ts'
import { endLink } from './on-link.ts'
import { giveKey, isRemoved } from './ring/keys.ts'
import { hangUp } from './ring/links.ts'

/** The person, or this node itself, wants another key. All that are known here are kept, but those that are removed. */
export function requestRekey(state: State, key: RoomKey, remove: readonly Uid[], wall: number): void {
  const { lock, notary } = state
  if (!lock) return
  const id = nameOfKey(notary, key)
  const known = new Set([state.uid, ...state.view.members.map(({ uid }) => uid), ...state.book.keys()])
  const kept = [...known].filter((uid) => !remove.includes(uid) && !isRemoved(state, uid)).slice(0, keptMax)
  const bytes = encodeRekeying({ id, before: currentKey(lock).id, kept, removed: remove })
  const entry = { kind: 'other', after: 0, text: '', unread: { kind: rekeyKind, bytes } } as const
  const part = speak(state, [entry], wall)
  if (typeof part === 'string') {
    state.out.push({ type: 'rekeyed', id, why: part })
    return
  }
  addKey(lock, key, id)
}

/** Once a step: what a change of the lock means. It is on disk before the records that say so. */
export function decideLock(state: State): void {
  const { lock } = state
  if (!lock) return
  if (lock.changed) {
    lock.changed = false
    state.out.push({ type: 'keepLock', lock: toStored(lock) })
    state.out.push({ type: 'guard', keys: lock.keys.map(({ key }) => key) })
    shutOut(state, lock)
    for (const link of state.links.values()) if (link.who) giveKey(state, link)
  }
  if (state.role.type === 'office') evictRemoved(state, lock)
  const { role } = state
  // Who moves to a larger office leaves it to that.
  const isToChange = role.type === 'office' && role.phase === 'open' && !role.moving && !lock.asked
  if (!isCompromised(lock) || !isToChange) return
  lock.asked = true
  state.out.push({ type: 'mintKey' })
}

/** Those who were removed hear it, and are talked with no more. */
function shutOut(state: State, { removed }: Lock): void {
  const { role } = state
  if (removed.has(state.uid)) {
    requestLeave(state, false, 'removed')
    return
  }
  if (role.type === 'following' && removed.has(role.leader.uid)) dismissRemoved(state, role)
  for (const link of [...state.links.values()]) {
    if (link.peer === undefined || !removed.has(link.peer) || !state.links.has(link.id)) continue
    if (link.who || link.purpose === 'accepted') send(state, link.id, { type: 'bye', reason: 'removed' })
    endLink(state, link, 'closed')
  }
}

function evictRemoved(state: State, { removed }: Lock): void {
  const { role } = state
  if (role.type !== 'office') return
  for (const uid of removed) {
    if (uid === state.uid || role.evicted.has(uid)) continue
    const follower = role.followers.get(uid)
    if (follower?.link !== undefined) hangUp(state, follower.link, 'removed')
    if (follower || memberOf(state, uid)) evict(state, role, uid, 'left')
  }
}

/** Two sides of a cut changed the key: the later change counts, but it may have kept a node that the other side removed. */
function isCompromised(lock: Lock): boolean {
  const isIn = currentChange(lock)?.kept.some((uid) => lock.removed.has(uid)) === true
  if (!isIn) lock.asked = false
  return isIn
}
