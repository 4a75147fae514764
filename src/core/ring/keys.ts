/**
 * The keys of a locked room on links: which one a node shows, and what it does for another that shows an old one
 * (PROTOCOL.md section 2.20).
 */

import { rekeyingOf } from '../model/key-changes.ts'
import { log, send, startTimer } from '../model/emit.ts'
import { isKnownNode } from '../model/facts.ts'
import type { LinkId, RoomKey, Uid } from '../model/ids.ts'
import { splitNamespace } from '../model/ids.ts'
import {
  addKey,
  currentChange,
  currentKey,
  isNamed,
  isOldKey,
  keysToShow,
  nameOfKey,
  noteOpened,
  oldKeys,
} from '../model/lock.ts'
import type { KeyChange, Lock, Rekeying } from '../model/lock.ts'
import type { Part } from '../model/records.ts'
import type { Link, State } from '../model/state.ts'

/** Whether this node does not let itself be led by another: it lied, or was removed. */
export function isBarred(state: State, uid: Uid): boolean {
  return state.distrusted.has(uid) || isRemoved(state, uid)
}

export function isRemoved({ lock }: State, uid: Uid): boolean {
  return lock?.removed.has(uid) === true
}

/** The other end does not know the key that it was shown: it may be behind, so it is shown the next one. False: no more. */
export function showNextKey(state: State, link: Link): boolean {
  const { lock, out } = state
  if (!lock || link.addr === undefined || link.key === undefined) return false
  const keys = keysToShow(lock)
  const isRemembered = lock.opened.get(link.addr) === link.key
  noteOpened(lock, link.addr, undefined)
  const at = keys.indexOf(link.key)
  const key = isRemembered && at > 0 ? keys[0] : keys[at + 1]
  if (at < 0 || key === undefined) return false
  link.key = key
  out.push({ type: 'dial', link: link.id, addr: link.addr, key })
  // The other end replies, so it is not silent: each key has the time of a dial.
  if (link.dialMs !== undefined) startTimer(state, `dial:${link.id}`, link.dialMs)
  return true
}

/** The link was opened with a key that counts no more, and the other end has not been given the one that does. */
export function isOldLink({ lock }: State, { key }: Link): boolean {
  return lock !== undefined && key !== undefined && isOldKey(lock, key)
}

/**
 * Judges the key that the node at the other end knows. Returns the reason to hang up: it was removed, or does not get the key
 * that the room has now. One that was kept is given that key, and goes on.
 */
export function judgeKey(state: State, link: Link, uid: Uid): 'removed' | 'rekeyed' | undefined {
  const { lock } = state
  if (!lock) return undefined
  if (isRemoved(state, uid)) return 'removed'
  if (!isOldLink(state, link)) return undefined
  if (!currentChange(lock)?.kept.includes(uid)) return 'rekeyed'
  giveKey(state, link)
  return undefined
}

/** Says why the other end is not let in: with the part, signed by who made the change, so that it need not be believed. */
export function turnAway(state: State, link: Link, uid: Uid, reason: 'removed' | 'rekeyed'): void {
  const { lock } = state
  const change = lock && (reason === 'removed' ? removalOf(state, lock, uid) : currentChange(lock))
  if (change) send(state, link.id, { type: 'changed', part: change.part })
  // It may know the newest key as well.
  if (lock && link.addr !== undefined) noteOpened(lock, link.addr, undefined)
  send(state, link.id, { type: 'bye', reason })
}

/** What removed a node. One that a member made can be believed by others. */
function removalOf(state: State, lock: Lock, uid: Uid): KeyChange | undefined {
  const all = [...lock.said.values()].filter(({ removed }) => removed.includes(uid))
  return all.findLast(({ part }) => isKnownNode(state, part.author)) ?? all.at(-1)
}

/** Gives the other end the key that the room has now, where the one that it is known to have has had its time. */
export function giveKey(state: State, link: Link): void {
  const { lock } = state
  if (!lock || !isOldLink(state, link)) return
  const { key } = currentKey(lock)
  send(state, link.id, { type: 'key', key })
  link.key = key
  link.gaveKey = true
}

/** The other end holds all records that name them: it gets the old keys, for those who come back with one. */
export function tellOldKeys(state: State, link: LinkId): void {
  if (!state.lock) return
  for (const key of oldKeys(state.lock)) send(state, link, { type: 'key', key })
}

/**
 * KEY. A key that no record names is kept with the link alone, until one does: it lets nobody in, and is shown to nobody.
 * What the other end has proved to know does not change by it.
 */
export function onKey(state: State, link: Link, key: RoomKey): void {
  const { lock, notary } = state
  if (!lock || link.peer === undefined || isRemoved(state, link.peer)) return
  const id = nameOfKey(notary, key)
  if (lock.keys.some((held) => held.id === id)) return
  if (isNamed(lock, id)) addKey(lock, { key, id })
  else link.given = { key, id }
}

/** CHANGED. The other end shows why it will not let this node in. It counts when BYE follows. */
export function onChanged(state: State, link: Link, part: Part): void {
  const { lock, notary, room } = state
  const rekeying = rekeyingOf(part)
  if (!lock || !rekeying || notary.findForged(room, [part])) return
  link.shutBy = part
  // There is such a change: the key was lost with a record alone.
  const spare = lock.spare.find(({ id }) => id === rekeying.id)
  if (spare) addKey(lock, spare)
}

/**
 * BYE. Returns what shows that this node is not let in, where its author was a member here. Else people are told, and the node
 * goes on.
 */
export function shutOutBy(state: State, link: Link, reason: 'removed' | 'rekeyed'): Part | undefined {
  const { shutBy } = link
  const rekeying = shutBy && rekeyingOf(shutBy)
  if (!rekeying) return undefined
  const isRemoval = reason === 'removed'
  if (!(isRemoval ? isTakenOut(state, link, rekeying) : isLeftOut(state, link, rekeying))) return undefined
  const { author } = shutBy
  if (!isRemoval && isRemoved(state, author)) return undefined
  if (wasEverMember(state, author)) return shutBy
  tellShut(state, shutBy, ', whom this node does not know,')
  return undefined
}

/**
 * Removals unite, so it does not matter whether this node has removed the author as well. But who was left out or removed knows
 * old keys, and may have signed anything: the other end must know the key that counts here, or be one that gets it.
 */
function isTakenOut(state: State, link: Link, { removed }: Rekeying): boolean {
  const { lock } = state
  const { peer } = link
  if (!lock || !removed.includes(state.uid) || peer === undefined || isRemoved(state, peer)) return false
  return !isOldLink(state, link) || currentChange(lock)?.kept.includes(peer) === true
}

/**
 * Where the link was opened with an old key, it may be this node that knows of a later change. A newcomer believes nothing of
 * changes that were made before it came.
 */
function isLeftOut(state: State, link: Link, { id, kept }: Rekeying): boolean {
  const { lock, uid, wasIn } = state
  if (!lock || !wasIn || link.gaveKey || isOldLink(state, link)) return false
  return !lock.keys.some((held) => held.id === id) && !kept.includes(uid)
}

/** Once for each process. */
export function tellShut(state: State, { name, addr }: Part, whom = ''): void {
  if (state.shutTold) return
  state.shutTold = true
  const text = `${name}(${addr})${whom} has changed the key of this room, and others do not let this node in: ask a member for a new invitation`
  log(state, { type: 'error', text })
}

/** Whether a node is or was a member here: a view listed it, or the log has what it said. */
export function wasEverMember(state: State, uid: Uid): boolean {
  if (isKnownNode(state, uid)) return true
  for (const [process] of state.have) if (splitNamespace(process).uid === uid) return true
  return false
}
