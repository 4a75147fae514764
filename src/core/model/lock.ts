/**
 * The lock of a room (PROTOCOL.md section 2.20): the keys that a node knows, who changed them, and which of them counts.
 */

import type { Inc, RoomKey, RoomKeyId, Uid } from './ids.ts'
import type { Verifier } from './notary.ts'

/** A member changed the key of the room, as a record of the log says it. Ordered like records, by (ts, stamper, stamperInc). */
export type KeyChange = Rekeying & {
  readonly ts: number
  readonly stamper: Uid
  readonly stamperInc: Inc
  /** Who changed it. */
  readonly author: Uid
}

/** What a record of a change says. */
export type Rekeying = {
  /** The new key, and the one that it takes the place of. */
  readonly id: RoomKeyId
  readonly before: RoomKeyId
  /** Who gets the new key for an old one. */
  readonly kept: readonly Uid[]
  /** Who is not let in again, whatever it proves. */
  readonly removed: readonly Uid[]
}

/**
 * What lies in a file beside the room's database: the keys, in the order in which they were learnt. It may be ahead of the log:
 * what the keys mean, the records of the log say.
 */
export type StoredLock = { readonly keys: readonly RoomKey[] }

type HeldKey = { readonly key: RoomKey; readonly id: RoomKeyId }

/** The same, as a running node has it. */
export type Lock = {
  /** In the order in which they were learnt. The first one let this node in. */
  readonly keys: HeldKey[]
  /** In their order, each key once. */
  readonly changes: KeyChange[]
  readonly removed: Set<Uid>
  /** Something of it changed in this step. */
  changed: boolean
  /** The key that another node gave last: it may know of a later change. */
  given: RoomKeyId | undefined
  /** The present key is known to a node that was removed, and no other has been asked for. */
  isCompromised: boolean
}

/** At most so many keys are kept, and of those that no record here names. */
const keysMax = 64
const unnamedMax = 8

/** The name of a key, from which the key cannot be found: the first 16 bytes of a digest. */
export function nameOfKey({ digest }: Pick<Verifier, 'digest'>, key: RoomKey): RoomKeyId {
  const bytes = Uint8Array.from(`ringleader key ${key}`, (letter) => letter.charCodeAt(0))
  const name: string = digest(bytes).slice(0, 32)
  return name as RoomKeyId
}

export function makeLock(stored: StoredLock, notary: Verifier): Lock {
  const keys = stored.keys.map((key) => ({ key, id: nameOfKey(notary, key) }))
  return { keys, changes: [], removed: new Set(), changed: false, given: undefined, isCompromised: false }
}

export function toStored({ keys }: Lock): StoredLock {
  return { keys: keys.map(({ key }) => key) }
}

/** The place of a key among the changes: from 1 on; 0: the one that the room, or this node, began with. Infinity: unnamed. */
function rankOf({ keys, changes }: Lock, { id }: HeldKey): number {
  const rank = changes.findIndex((change) => change.id === id) + 1
  const isFirst = keys[0]?.id === id || changes.some(({ before }) => before === id)
  return rank > 0 ? rank : isFirst ? 0 : Infinity
}

/** The key that counts: of those held the one of the latest change. */
export function currentKey(lock: Lock): HeldKey {
  let found = lock.keys[0]!
  let best = -1
  for (const held of lock.keys) {
    const rank = rankOf(lock, held)
    if (rank < best || rank === Infinity) continue
    found = held
    best = rank
  }
  return found
}

/** The change that made the key that counts; undefined: none that is held here did. */
export function currentChange(lock: Lock): KeyChange | undefined {
  const { id } = currentKey(lock)
  return lock.changes.find((change) => change.id === id)
}

/**
 * The keys in the order in which a node shows them to another: those that no record here names yet, which may be newer than
 * all, the one that was given last before the others; then by their changes, the latest first.
 */
export function keysToShow(lock: Lock): RoomKey[] {
  const ranked = lock.keys.map((held, i) => ({
    key: held.key,
    rank: rankOf(lock, held),
    at: held.id === lock.given ? Infinity : i,
  }))
  ranked.sort((a, b) => (a.rank === b.rank ? b.at - a.at : b.rank > a.rank ? 1 : -1))
  return ranked.map(({ key }) => key)
}

/** Whether another key has taken the place of this one, as far as is known here. */
export function isOldKey(lock: Lock, key: RoomKey): boolean {
  return isOlderKey(lock, key, currentKey(lock).key)
}

/** The keys that have had their time: a member knows them for those who come back with one. */
export function oldKeys(lock: Lock): RoomKey[] {
  return lock.keys.filter(({ key }) => isOldKey(lock, key)).map(({ key }) => key)
}

/** Whether the first of two keys came before the second, as far as is known here. One that is unnamed may be newer than all. */
export function isOlderKey(lock: Lock, key: RoomKey, other: RoomKey): boolean {
  const [first, second] = [key, other].map((one) => lock.keys.find((held) => held.key === one))
  return first !== undefined && second !== undefined && rankOf(lock, first) < rankOf(lock, second)
}

export function addKey(lock: Lock, key: RoomKey, id: RoomKeyId): void {
  if (lock.keys.some((held) => held.id === id)) return
  lock.keys.push({ key, id })
  lock.changed = true
  const unnamed = lock.keys.filter((held) => rankOf(lock, held) === Infinity)
  if (unnamed.length > unnamedMax) drop(lock, unnamed[0]!)
  while (lock.keys.length > keysMax) {
    const ranked = lock.keys.toSorted((a, b) => rankOf(lock, a) - rankOf(lock, b))
    drop(lock, ranked[0]!)
  }
}

function drop(lock: Lock, held: HeldKey): void {
  lock.keys.splice(lock.keys.indexOf(held), 1)
}

/** Two copies of one change have two places: the smaller one counts, as for all records (D3). */
export function addChange(lock: Lock, change: KeyChange): void {
  const at = lock.changes.findIndex(({ id }) => id === change.id)
  const known = lock.changes[at]
  if (known && compareChanges(known, change) <= 0) return
  if (known) lock.changes.splice(at, 1)
  const behind = lock.changes.findIndex((other) => compareChanges(other, change) > 0)
  lock.changes.splice(behind < 0 ? lock.changes.length : behind, 0, change)
  for (const uid of change.removed) lock.removed.add(uid)
  lock.changed = true
}

function compareChanges(a: KeyChange, b: KeyChange): number {
  if (a.ts !== b.ts) return a.ts - b.ts
  const [left, right] = [`${a.stamper}${a.stamperInc}`, `${b.stamper}${b.stamperInc}`]
  return left < right ? -1 : Number(left > right)
}

/** The only form of a change so far. */
const form = 1
const idDigits = 32
/** So many nodes fit into a record with room to spare. */
export const keptMax = 2000

/** The bytes of an entry of a part: form, id, before, how many are kept (2 bytes), these, and those removed to the end. */
export function encodeRekeying({ id, before, kept, removed }: Rekeying): Uint8Array {
  const count = kept.length.toString(16).padStart(4, '0')
  const hex = `0${form}${id}${before}${count}${kept.join('')}${removed.join('')}`
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  )
}

/** Undefined: the bytes are of no form that this version knows. */
export function decodeRekeying(bytes: Uint8Array): Rekeying | undefined {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const idEnd = 2 + idDigits
  const beforeEnd = idEnd + idDigits
  const count = Number.parseInt(hex.slice(beforeEnd, beforeEnd + 4), 16)
  const uids = hex.slice(beforeEnd + 4)
  if (bytes[0] !== form || !(count * idDigits <= uids.length) || uids.length % idDigits !== 0)
    return undefined
  const all = (uids.match(/.{32}/g) ?? []) as Uid[]
  return {
    id: hex.slice(2, idEnd) as RoomKeyId,
    before: hex.slice(idEnd, beforeEnd) as RoomKeyId,
    kept: all.slice(0, count),
    removed: all.slice(count),
  }
}
