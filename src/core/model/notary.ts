/**
 * What the core needs of cryptography (PROTOCOL.md section 2.2). All are functions: the same input gives the same
 * result, so the core stays one.
 */

import type { Namespace, RoomId } from './ids.ts'
import type { Chain, Digest, Draft, Part, Seal, StampedRecord } from './records.ts'

/** What somebody has signed, as far as it can be told before it is taken: a part, or the seal of a record over a chain. */
export type Claim =
  | { readonly type: 'part'; readonly part: Part }
  | { readonly type: 'seal'; readonly record: StampedRecord; readonly chain: Chain }

/** What needs no key of one's own. */
export type Verifier = {
  /**
   * The first of some parts that its author did not sign for this room; undefined: all are proven, each by its own
   * signature, so that frames may end with any of them.
   */
  findForged(room: RoomId, parts: readonly Part[]): Part | undefined
  /** A digest of bytes: nobody can find two that share one. */
  digest(bytes: Uint8Array): Digest
  /** The chain of a namespace with one more record. */
  extend(chain: Chain, record: Pick<StampedRecord, 'ts' | 'part'>): Chain
  /** Whether the stamper of a record has sealed this chain with it. */
  isSealed(room: RoomId, record: StampedRecord, chain: Chain): boolean
}

export type Notary = Verifier & {
  /** Signs a part of this node's for a room. */
  sign(room: RoomId, draft: Draft): Part
  /** This node's seal over what it has stamped in a namespace, up to record `s`. */
  seal(room: RoomId, namespace: Namespace, s: number, chain: Chain): Seal
}
