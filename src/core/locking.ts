/**
 * Another key for a locked room, and what follows from one (PROTOCOL.md section 2.20).
 */

import { dismissRemoved } from './leading/losing.ts'
import { evict } from './leading/evicting.ts'
import { requestLeave } from './leaving.ts'
import { speak } from './log/outbox.ts'
import { linkOf } from './model/facts.ts'
import type { RoomKey, Uid } from './model/ids.ts'
import { splitNamespace } from './model/ids.ts'
import type { Lock } from './model/lock.ts'
import {
  currentKey,
  encodeRekeying,
  keptMax,
  nameOfKey,
  removedMax,
  settleKeys,
  toStored,
  uncovered,
} from './model/lock.ts'
import { rekeyKind } from './model/records.ts'
import type { Office, State } from './model/state.ts'
import { endLink } from './on-link.ts'
import { giveKey, isRemoved, turnAway } from './ring/keys.ts'
import { cutLink } from './ring/links.ts'

/**
 * The person, or this node itself, wants another key. All that were members here are kept, but those that are removed. Whoever
 * was removed, and may know the key that counts now, is removed once more: the new key comes behind all of that.
 */
export function requestRekey(state: State, key: RoomKey, remove: readonly Uid[], wall: number): void {
  const { lock, notary } = state
  if (!lock) return
  const id = nameOfKey(notary, key)
  const removed = [...new Set([...remove, ...knowingOf(state, lock)])].slice(0, removedMax)
  const kept = knownNodes(state)
    .filter((uid) => !removed.includes(uid) && !isRemoved(state, uid))
    .slice(0, keptMax)
  const bytes = encodeRekeying({ id, before: currentKey(lock).id, kept, removed })
  const entry = { kind: 'other', after: 0, text: '', unread: { kind: rekeyKind, bytes } } as const
  const part = speak(state, [entry], wall)
  if (typeof part === 'string') {
    state.out.push({ type: 'rekeyed', id, why: part })
    return
  }
  lock.made.push({ key, id })
  lock.changed = true
}

/** All that were ever members here, those that are there now first. What others say about nodes does not count. */
function knownNodes({ uid, view, book, have }: State): Uid[] {
  const known = new Set([uid, ...view.members.map((member) => member.uid)])
  for (const [process] of have) known.add(splitNamespace(process).uid)
  for (const { uid: one, told } of book.values()) if (!told) known.add(one)
  return [...known]
}

/** Who was removed and may know the key that counts. A uid that was never a member here knows no key. */
function knowingOf(state: State, lock: Lock): Uid[] {
  const known = new Set(knownNodes(state))
  return uncovered(lock).filter((uid) => known.has(uid))
}

/** This node holds what its ring holds. One that is alone may be behind a cut, and have a key from those on the other side. */
function holdsTheLog({ role, view }: State): boolean {
  if (role.type === 'following') return role.phase === 'live'
  return role.type === 'office' && role.phase === 'open' && view.members.length > 1
}

/** Once a step: what a change of the lock means. The keys are on disk before the records that name them. */
export function decideLock(state: State): void {
  const { lock } = state
  if (!lock) return
  if (holdsTheLog(state)) settleKeys(lock)
  const isWritten = forgetWritten(state, lock)
  if (!lock.changed) {
    if (isWritten) state.out.push({ type: 'keepLock', lock: toStored(lock) })
    return
  }
  lock.changed = false
  lock.judged = false
  lock.opened.clear()
  state.out.push({ type: 'keepLock', lock: toStored(lock) })
  state.out.push({ type: 'guard', keys: lock.keys.map(({ key }) => key) })
  shutOut(state, lock)
  for (const link of state.links.values()) if (link.who) giveKey(state, link)
}

/** Records are on the disk. Returns whether a key waited for one. */
function forgetWritten({ durableEnd }: State, { awaited, keys }: Lock): boolean {
  let any = false
  for (const [id, pos] of awaited) {
    if (pos > durableEnd) continue
    awaited.delete(id)
    any ||= keys.some((held) => held.id === id)
  }
  return any
}

/** What an office does about those that were removed. Not in a step that moves records only. */
export function tendLock(state: State): void {
  const { lock, role } = state
  if (!lock || lock.removed.size === 0 || role.type !== 'office') return
  evictRemoved(state, role, lock)
  // Who moves to a larger office leaves it to that. An own change that is on its way may be the answer.
  if (role.phase !== 'open' || role.moving || lock.judged || lock.made.length > 0) return
  lock.judged = true
  if (knowingOf(state, lock).length > 0) state.out.push({ type: 'mintKey' })
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
    if (link.who || link.purpose === 'accepted') turnAway(state, link, link.peer, 'removed')
    endLink(state, link, 'closed')
  }
}

function evictRemoved(state: State, office: Office, { removed }: Lock): void {
  for (const { uid } of [
    ...state.view.members,
    ...[...office.followers.values()].map(({ member }) => member),
  ]) {
    if (!removed.has(uid) || uid === state.uid || office.evicted.has(uid)) continue
    const link = linkOf(state, office.followers.get(uid)?.link)
    if (link) turnAway(state, link, uid, 'removed')
    cutLink(state, link?.id)
    evict(state, office, uid, 'left')
  }
}
