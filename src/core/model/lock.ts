/**
 * The lock of a room (PROTOCOL.md section 2.20): the keys that a node knows, who changed them, and which of them counts.
 */

import type { Address, Inc, RoomKey, RoomKeyId, Uid } from './ids.ts'
import type { Verifier } from './notary.ts'
import type { Part, PartId } from './records.ts'

/** A member changed the key of the room, as a record of the log says it. Ordered like records, by (ts, stamper, stamperInc). */
export type KeyChange = Rekeying & {
  readonly ts: number
  readonly stamper: Uid
  readonly stamperInc: Inc
  /** What says so, signed by who changed it. */
  readonly part: Part
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
 * What lies in a file beside the room's database: the keys, the newest last; and as `made` those that wait for the records that
 * name them to be on the disk. What the keys mean, the records of the log say.
 */
export type StoredLock = { readonly keys: readonly RoomKey[]; readonly made?: readonly RoomKey[] }

export type HeldKey = { readonly key: RoomKey; readonly id: RoomKeyId }

/** The same, as a running node has it. */
export type Lock = {
  /** Those that let this node in, and those that a record names. */
  readonly keys: HeldKey[]
  /** Those that this node made and that no record names yet. */
  readonly made: HeldKey[]
  /** Those of before this process that no record names: they count for nothing until somebody shows the change that made them. */
  readonly spare: HeldKey[]
  /** Keys that are held for a record alone, and from which log position on the disk has it: it may be lost until then. */
  readonly awaited: Map<RoomKeyId, number>
  /** Keys that let this node in and that, named by a record or not, are not newer than what the log has. */
  readonly settled: Set<RoomKeyId>
  /** All that are held are settled. */
  isSettled: boolean
  /** Where another key than the one that is shown first opened a link lately. */
  readonly opened: Map<Address, RoomKey>
  /** All that the log has, each once, by the id of its part: of several copies the one with the smallest place. */
  readonly said: Map<PartId, KeyChange>
  /** What follows from them (`changesOf`); undefined: they changed since. */
  derived: Derived | undefined
  /** Removals unite: whatever else becomes of a change, whom it removes is removed. */
  readonly removed: Set<Uid>
  /** Something of it changed in this step. */
  changed: boolean
  /** Since the last change this office has looked whether a removed node may know the present key. */
  judged: boolean
}

/** counting: the changes that count, by the new key. named: the keys of all changes, and those that one that counts replaces. */
type Derived = {
  readonly counting: ReadonlyMap<RoomKeyId, KeyChange>
  readonly named: ReadonlySet<RoomKeyId>
}

/** At most so many keys are kept. */
const keysMax = 256
/** What opened links at so many addresses is remembered. */
const openedMax = 256

/** The name of a key, from which the key cannot be found: the first 16 bytes of a digest. */
export function nameOfKey({ digest }: Pick<Verifier, 'digest'>, key: RoomKey): RoomKeyId {
  const bytes = Uint8Array.from(`ringleader key ${key}`, (letter) => letter.charCodeAt(0))
  const name: string = digest(bytes).slice(0, 32)
  return name as RoomKeyId
}

export function makeLock(stored: StoredLock, notary: Verifier): Lock {
  const held = (key: RoomKey): HeldKey => ({ key, id: nameOfKey(notary, key) })
  const keys = stored.keys.map(held)
  return {
    keys,
    made: (stored.made ?? []).map(held),
    spare: [],
    awaited: new Map(),
    // The newest lies last.
    settled: new Set(keys.slice(0, -1).map(({ id }) => id)),
    isSettled: false,
    opened: new Map(),
    said: new Map(),
    derived: undefined,
    removed: new Set(),
    changed: false,
    judged: false,
  }
}

export function toStored(lock: Lock): StoredLock {
  const waiting = new Set(lock.keys.filter(({ id }) => lock.awaited.has(id)).map(({ key }) => key))
  const keys = keysToShow(lock)
    .reverse()
    .filter((key) => !waiting.has(key))
  for (const { key } of [...lock.made, ...lock.spare]) if (!keys.includes(key)) waiting.add(key)
  return waiting.size > 0 ? { keys, made: [...waiting] } : { keys }
}

/**
 * A change counts unless one with a smaller place removed its author, or one with a larger place makes the same key. So that
 * depends on the set of changes alone, and not on the order in which they came; and a change that somebody gives an early place
 * takes nothing from those behind it.
 */
export function changesOf(lock: Lock): Derived {
  if (lock.derived) return lock.derived
  const counting = new Map<RoomKeyId, KeyChange>()
  const replaced = new Set<RoomKeyId>()
  const removed = new Set<Uid>()
  for (const change of [...lock.said.values()].sort(compareChanges)) {
    const { id, before, part } = change
    if (!removed.has(part.author)) {
      counting.set(id, change)
      replaced.add(before)
    }
    for (const uid of change.removed) removed.add(uid)
  }
  // The key of a change that does not count is an old one, and never one that let this node in.
  const named = new Set([...replaced, ...Array.from(lock.said.values(), ({ id }) => id)])
  lock.derived = { counting, named }
  return lock.derived
}

/**
 * This node holds all that its ring holds: whatever key let it in is not newer than that. A change may name a key as the one
 * before that never was, so it takes more than records to know an old key.
 */
export function settleKeys(lock: Lock): void {
  if (lock.isSettled) return
  lock.isSettled = true
  for (const { id } of lock.keys) lock.settled.add(id)
}

/** Whether a record here names a key: as the new one, or, if it counts, as the one before. */
export function isNamed(lock: Lock, id: RoomKeyId): boolean {
  return changesOf(lock).named.has(id)
}

/**
 * Below 0: `a` came before `b`. A key that no record names, and that is not settled, let this node in and may be newer than
 * all; one that no change made is the first.
 */
function compareKeys(lock: Lock, a: HeldKey, b: HeldKey): number {
  const [isPlaced, isOther] = [a, b].map(({ id }) => isNamed(lock, id) || lock.settled.has(id))
  if (!isPlaced || !isOther) return Number(isOther) - Number(isPlaced)
  const { counting } = changesOf(lock)
  const [left, right] = [counting.get(a.id), counting.get(b.id)]
  return left && right
    ? compareChanges(left, right)
    : Number(left !== undefined) - Number(right !== undefined)
}

/**
 * The key that counts: of those held the one of the latest change. Where the key of no change is held, one that let this node
 * in and that no record names; else the last that there is.
 */
export function currentKey(lock: Lock): HeldKey {
  const { counting } = changesOf(lock)
  const made = lock.keys.filter(({ id }) => counting.has(id))
  const entered = made.length > 0 ? made : lock.keys.filter(({ id }) => !isNamed(lock, id))
  const among = entered.length > 0 ? entered : lock.keys
  return among.reduce((best, held) => (compareKeys(lock, held, best) >= 0 ? held : best))
}

/** The change that made the key that counts; undefined: none that is held here did. */
export function currentChange(lock: Lock): KeyChange | undefined {
  return changesOf(lock).counting.get(currentKey(lock).id)
}

/** The keys in the order in which a node shows them to another, the newest first. */
export function keysToShow(lock: Lock): RoomKey[] {
  const order = lock.keys.map((held, at) => ({ held, at }))
  order.sort((a, b) => compareKeys(lock, b.held, a.held) || b.at - a.at)
  return order.map(({ held }) => held.key)
}

/** The key that a dial of this address shows first. */
export function keyToShow(lock: Lock, addr: Address): RoomKey | undefined {
  const before = lock.opened.get(addr)
  return lock.keys.some(({ key }) => key === before) ? before : keysToShow(lock)[0]
}

/** A link to this address was opened with this key; undefined: none was. */
export function noteOpened(lock: Lock, addr: Address, key: RoomKey | undefined): void {
  lock.opened.delete(addr)
  if (key === undefined || key === keysToShow(lock)[0]) return
  if (lock.opened.size >= openedMax) lock.opened.clear()
  lock.opened.set(addr, key)
}

/** Whether another key has taken the place of this one, as far as is known here. One that is not kept any more is old. */
export function isOldKey(lock: Lock, key: RoomKey): boolean {
  const held = lock.keys.find((one) => one.key === key)
  return held === undefined || compareKeys(lock, held, currentKey(lock)) < 0
}

/** The keys that have had their time: a member knows them for those who come back with one. */
export function oldKeys(lock: Lock): RoomKey[] {
  const current = currentKey(lock)
  return lock.keys.filter((held) => compareKeys(lock, held, current) < 0).map(({ key }) => key)
}

export function addKey(lock: Lock, held: HeldKey): void {
  const at = lock.made.findIndex(({ id }) => id === held.id)
  if (at >= 0) lock.made.splice(at, 1)
  const spare = lock.spare.findIndex(({ id }) => id === held.id)
  if (spare >= 0) lock.spare.splice(spare, 1)
  if (!lock.keys.some(({ id }) => id === held.id)) lock.keys.push(held)
  lock.isSettled = false
  const dropped = lock.keys.length > keysMax ? dropOldest(lock) : undefined
  // Nothing is written for a key that is too old to be kept.
  if (at >= 0 || dropped !== held) lock.changed = true
}

function dropOldest(lock: Lock): HeldKey {
  // The file has one at least that waits for nothing.
  const firm = lock.keys.filter(({ id }) => !lock.awaited.has(id))
  const all = firm.length > 1 ? lock.keys : lock.keys.filter((held) => !firm.includes(held))
  const oldest = all.reduce((first, one) => (compareKeys(lock, one, first) < 0 ? one : first))
  lock.keys.splice(lock.keys.indexOf(oldest), 1)
  return oldest
}

/** Returns the uids that are removed from now on. */
export function addChange(lock: Lock, change: KeyChange): Uid[] {
  const { id } = change.part
  const known = lock.said.get(id)
  const gone = change.removed.filter((uid) => !lock.removed.has(uid))
  for (const uid of gone) lock.removed.add(uid)
  if (known && compareChanges(known, change) <= 0) return gone
  lock.said.set(id, change)
  lock.derived = undefined
  lock.changed = true
  return gone
}

/**
 * The uids that are removed, and that the key that counts may be known to: no change that led to it removed them. Two sides of
 * a cut may have changed the key, and the later change counts.
 */
export function uncovered(lock: Lock): Uid[] {
  const { counting } = changesOf(lock)
  const covered = new Set<Uid>()
  const seen = new Set<RoomKeyId>()
  let change = currentChange(lock)
  while (change && !seen.has(change.id)) {
    seen.add(change.id)
    for (const uid of change.removed) covered.add(uid)
    change = counting.get(change.before)
  }
  return [...lock.removed].filter((uid) => !covered.has(uid))
}

/** Their order is that of records (D3). */
export function compareChanges(a: KeyChange, b: KeyChange): number {
  if (a.ts !== b.ts) return a.ts - b.ts
  if (a.stamper !== b.stamper) return a.stamper < b.stamper ? -1 : 1
  return a.stamperInc < b.stamperInc ? -1 : Number(a.stamperInc > b.stamperInc)
}

/** The only form of a change so far. */
const form = 1
const idDigits = 32
/** So many nodes fit into a record with room to spare: those kept, and those removed at a time. */
export const keptMax = 2000
export const removedMax = 1000

/** The bytes of an entry of a part: form, id, before, how many are kept (2 bytes), these, and those removed to the end. */
export function encodeRekeying({ id, before, kept, removed }: Rekeying): Uint8Array {
  const count = kept.length.toString(16).padStart(4, '0')
  const hex = `0${form}${id}${before}${count}${kept.join('')}${removed.join('')}`
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  )
}

/** Undefined: the bytes are of no form that this version knows, or name too many. */
export function decodeRekeying(bytes: Uint8Array): Rekeying | undefined {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const idEnd = 2 + idDigits
  const beforeEnd = idEnd + idDigits
  const count = Number.parseInt(hex.slice(beforeEnd, beforeEnd + 4), 16)
  const uids = hex.slice(beforeEnd + 4)
  if (bytes[0] !== form || !(count * idDigits <= uids.length) || uids.length % idDigits !== 0)
    return undefined
  const all = (uids.match(/.{32}/g) ?? []) as Uid[]
  if (count > keptMax || all.length - count > removedMax) return undefined
  return {
    id: hex.slice(2, idEnd) as RoomKeyId,
    before: hex.slice(idEnd, beforeEnd) as RoomKeyId,
    kept: all.slice(0, count),
    removed: all.slice(count),
  }
}
