/**
 * Messages and their places (PROTOCOL.md section 2.2): the author's part, the stamp around it, the
 * order of records, and frontiers.
 */

import type { Address, Inc, Namespace, Uid } from './ids.ts'

/** What was said: a message, or an action (`/me waves`). */
export type Kind = 'message' | 'action'

/**
 * The author's part of a record. Made once by its author and never changed afterwards.
 * `mid = (namespace, aseq)` names the message for ever, even if the author's disk is lost.
 */
export type Part = {
  readonly author: Uid
  /** The author's process that said it. */
  readonly inc: Inc
  /** (author, inc), in which `aseq` counts. */
  readonly namespace: Namespace
  /** 1, 2, 3 ... for each process of each author, without gaps. */
  readonly aseq: number
  /** The author's Lamport clock when the message was created. */
  readonly lc: number
  /** The author's wall clock in ms since 1970. Shown to people, never used for order. */
  readonly wall: number
  /** The name and address it was said under. */
  readonly name: string
  readonly addr: Address
  readonly kind: Kind
  readonly text: string
  /** The bytes of all this as the author encoded them. Set by the wire, passed on unchanged. */
  raw?: Uint8Array
}

/** A part with its place: stamped once by the leader whose namespace is (stamper, stamperInc). */
export type StampedRecord = {
  readonly stamper: Uid
  readonly stamperInc: Inc
  readonly namespace: Namespace
  /** Its number in the namespace: 1, 2, 3 ... */
  readonly s: number
  /** Its Lamport timestamp. */
  readonly ts: number
  readonly part: Part
  /** The bytes of the whole record. Set by the wire, so that it is encoded once for all followers. */
  raw?: Uint8Array
}

/** F (2.2, D4): for each namespace the highest `s` held. Contiguity makes it an exact summary. */
export type Frontier = Map<Namespace, number>

/** Bytes a part takes on the wire and in memory, near enough for limits and batches. */
export function partBytes(part: Part): number {
  return part.raw ? part.raw.length : 136 + part.text.length * 2
}

/** D3: the order of records, unique for each: (ts, stamper uid, stamper inc). Below 0: a first. */
export function compareRecords(a: StampedRecord, b: StampedRecord): number {
  if (a.ts !== b.ts) return a.ts - b.ts
  if (a.stamper !== b.stamper) return a.stamper < b.stamper ? -1 : 1
  if (a.stamperInc !== b.stamperInc) return a.stamperInc < b.stamperInc ? -1 : 1
  return 0
}

/** Names a message for ever: `author.inc/aseq`. */
export function midOf(part: { readonly namespace: string; readonly aseq: number }): string {
  return `${part.namespace}/${part.aseq}`
}

/** Whether two parts have one mid. */
export function isSameMessage(a: Part, b: Part): boolean {
  return a.aseq === b.aseq && a.namespace === b.namespace
}

/** Whether two parts are the same message with the same content. */
export function sameParts(a: Part, b: Part): boolean {
  return (
    isSameMessage(a, b) &&
    a.lc === b.lc &&
    a.wall === b.wall &&
    a.kind === b.kind &&
    a.text === b.text &&
    a.name === b.name &&
    a.addr === b.addr
  )
}

/** Whether `a` holds at least everything that `b` holds. */
export function covers(a: Frontier, b: Frontier): boolean {
  for (const [namespace, s] of b) if ((a.get(namespace) ?? 0) < s) return false
  return true
}
