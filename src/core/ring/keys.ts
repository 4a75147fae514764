/**
 * The keys of a locked room on links: which one a node shows, and what it does for another that shows an old one
 * (PROTOCOL.md section 2.20).
 */

import { send } from '../model/emit.ts'
import type { ByeReason } from '../model/frames.ts'
import type { LinkId, RoomKey, Uid } from '../model/ids.ts'
import {
  addKey,
  currentChange,
  currentKey,
  isOldKey,
  isOlderKey,
  keysToShow,
  nameOfKey,
  oldKeys,
} from '../model/lock.ts'
import type { Link, State } from '../model/state.ts'

/** Whether this node does not let itself be led by another: it lied, or was removed. */
export function isBarred(state: State, uid: Uid): boolean {
  return state.distrusted.has(uid) || isRemoved(state, uid)
}

export function isRemoved({ lock }: State, uid: Uid): boolean {
  return lock?.removed.has(uid) === true
}

/** The other end does not know the key that it was shown: it may be behind, so it is shown the next one. False: no more. */
export function showNextKey({ lock, out }: State, link: Link): boolean {
  if (!lock || link.addr === undefined || link.key === undefined) return false
  const keys = keysToShow(lock)
  const key = keys[keys.indexOf(link.key) + 1]
  if (key === undefined) return false
  link.key = key
  out.push({ type: 'dial', link: link.id, addr: link.addr, key })
  return true
}

/** The link was opened with a key that counts no more: nothing but HELLO is said over it. */
export function isOldLink({ lock }: State, { key }: Link): boolean {
  return lock !== undefined && key !== undefined && isOldKey(lock, key)
}

/**
 * Judges the key that the node at the other end knows. Returns the reason to hang up: it was removed, or does not get the key
 * that the room has now. One that was kept is given that key, and comes again with it: `closing`.
 */
export function judgeKey(state: State, link: Link, uid: Uid): ByeReason | undefined {
  const { lock } = state
  if (!lock) return undefined
  if (isRemoved(state, uid)) return 'removed'
  if (!isOldLink(state, link)) return undefined
  if (!currentChange(lock)?.kept.includes(uid)) return 'rekeyed'
  giveKey(state, link)
  link.hasKeyNews = true
  return 'closing'
}

/** Gives the other end the key that the room has now, unless it is known to have it. */
export function giveKey(state: State, link: Link): void {
  const { lock } = state
  if (!lock || link.key === undefined) return
  const { key } = currentKey(lock)
  if (link.key === key) return
  send(state, link.id, { type: 'key', key })
  link.key = key
}

/** A follower is live, and knows of all changes: it gets the old keys, for those who come back with one. */
export function tellOldKeys({ lock, out, clock }: State, link: LinkId): void {
  if (!lock) return
  for (const key of oldKeys(lock))
    out.push({ type: 'send', link, lc: clock, frame: { type: 'key', key }, paced: false })
}

/** KEY. Whoever sent it has proved to know an earlier one. */
export function onKey(state: State, link: Link, key: RoomKey): void {
  const { lock, notary } = state
  if (!lock || link.peer === undefined || isRemoved(state, link.peer)) return
  const id = nameOfKey(notary, key)
  addKey(lock, key, id)
  lock.given = id
  if (link.key === undefined || !isOlderKey(lock, key, link.key)) link.key = key
  if (!link.who) link.hasKeyNews = true
}
