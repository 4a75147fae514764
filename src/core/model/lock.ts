/**
 * What a node keeps of the lock of its room (PROTOCOL.md section 2.20): the keys that it knows, and who changed them.
 */

import type { Inc, RoomKey, RoomKeyId, Uid } from './ids.ts'

/** A member changed the key of the room, as a record of the log says it. Ordered like records, by (ts, stamper, stamperInc). */
export type KeyChange = {
  readonly ts: number
  readonly stamper: Uid
  readonly stamperInc: Inc
  /** Who changed it. */
  readonly author: Uid
  /** The new key. */
  readonly id: RoomKeyId
  /** Who gets the new key for an old one. */
  readonly kept: readonly Uid[]
  /** Who is not let in again, whatever it proves. */
  readonly removed: readonly Uid[]
}

/** What lies beside the room's database. It only grows, so it may be ahead of the log, and must never be behind it. */
export type StoredLock = {
  /** In the order in which they were learnt. */
  readonly keys: readonly RoomKey[]
  /** In their order. */
  readonly changes: readonly KeyChange[]
}
