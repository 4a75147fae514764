/**
 * Messages and their places (PROTOCOL.md section 2.2): the author's signed part, the stamp around it, the
 * order of records, and frontiers.
 */

import type { Address, Inc, Namespace, Uid } from './ids.ts'

/** What was said: a message, an action (`/me waves`), or an offer of a file (2.24). */
export type Kind = 'message' | 'action' | 'file'

/** Whether an entry is shown among what was said; the others say what becomes of the room. */
export function isSaid(kind: Entry['kind']): kind is Kind {
  return kind === 'message' || kind === 'action' || kind === 'file'
}

/** The kind of an entry that changes the key of a locked room (2.20). What it says are bytes. */
export const rekeyKind = 4

/** One message of a part. */
export type Entry = {
  /**
   * title: gives the room a title (2.21). other: of a kind that only later versions know, or whose content is no text. Both have a
   * place and a name like any other, and are not shown.
   */
  readonly kind: Kind | 'title' | 'other'
  /** How long after the first message of the part it was said. Unit: ms. */
  readonly after: number
  /** Empty where the kind is `other`. */
  readonly text: string
  /** Just there: the number of the kind, and the content, passed on as they came. */
  readonly unread?: { readonly kind: number; readonly bytes: Uint8Array }
}

/** Names a part for ever: SHA-256 over its bytes, as 64 lower-case hex digits. Empty: none. */
export type PartId = string & { readonly __part: unique symbol }

/**
 * The author's part of a record: one or more messages that one process of one author said in one go. Made, signed and
 * encoded once, by its author, and never changed afterwards. Message `i` of it has the name `(namespace, aseq + i)`.
 */
export type Part = Draft & {
  /** The author's public key (Ed25519), as 64 hex digits. The author's uid is made from it. */
  readonly key: string
  readonly id: PartId
  /** Ed25519, over the room and what `id` is made from, as 128 hex digits. */
  readonly signature: string
  /** The bytes of all this as the author encoded them. Set by the wire, passed on unchanged. */
  raw?: Uint8Array
  /** How many entries there are. Set by the wire, which makes the entries themselves only when they are read. */
  readonly count?: number
  /** Whether an entry says what becomes of the room. Set by the wire; undefined: look. */
  readonly hasEvents?: boolean
}

/** A part before its author signs it. */
export type Draft = {
  readonly author: Uid
  /** The author's process that said it. */
  readonly inc: Inc
  /** (author, inc), in which `aseq` counts. */
  readonly namespace: Namespace
  /** Of its first message: 1, 2, 3 ... for each process of each author, without gaps. */
  readonly aseq: number
  /** The part of this process before; empty: this is its first. */
  readonly before: PartId
  /** The author's Lamport clock when the part was made. */
  readonly lc: number
  /** The author's wall clock at the first message in ms since 1970. Shown to people, never used for order. */
  readonly wall: number
  /** The name and address it was said under. */
  readonly name: string
  readonly addr: Address
  /** 1 to entriesMax. Made anew at each read where the wire set `raw`: read once, not in a loop. */
  readonly entries: readonly Entry[]
}

/** Messages of one part, at most. */
export const entriesMax = 1024

/** A part with its place: stamped once by the leader whose namespace is (stamper, stamperInc). */
export type StampedRecord = {
  readonly stamper: Uid
  readonly stamperInc: Inc
  readonly namespace: Namespace
  /** Its number in the namespace: 1, 2, 3 ... */
  readonly s: number
  /** The Lamport timestamp of its first message; each further one counts one on. */
  readonly ts: number
  readonly part: Part
  /**
   * Its stamper's word for this record and all before it in the namespace. The last record that a stamper made in one go
   * has it; what is passed on ends, in each namespace, with one that has it.
   */
  seal?: Seal
  /** The same without the seal, made when it is first wanted: it is encoded once. */
  bare?: StampedRecord
}

/**
 * Ed25519 over the room, the namespace, `s` and the chain there. The uid of the stamper is made from `key`. Both in hex, 64
 * and 128 digits.
 */
export type Seal = { readonly key: string; readonly signature: string }

/**
 * Stands for all records of a namespace up to one: a hash over the chain before it, its timestamp and its part's id. 64 hex
 * digits; empty before the first.
 */
export type Chain = string & { readonly __chain: unique symbol }

/** Before the first record of a namespace. */
export const noChain = '' as Chain

/** A place in a namespace, as in `Frontier`. */
export type Point = { readonly namespace: Namespace; readonly s: number }

/** Stands for all records that a node holds (2.19): a hash over the points of its frontier and the chains there. 64 hex digits. */
export type Digest = string & { readonly __digest: unique symbol }

/** Bytes a part takes on the wire and in memory, near enough for limits and batches. */
export function partBytes(part: Part): number {
  if (part.raw) return part.raw.length
  let bytes = 224
  for (const { text } of part.entries) bytes += 8 + text.length * 2
  return bytes
}

/** How many messages a part has. */
export function countOf(part: Pick<Part, 'count' | 'entries'>): number {
  return part.count ?? part.entries.length
}

/** The aseq of the last message of a part. */
export function lastAseq(part: Pick<Part, 'aseq' | 'count' | 'entries'>): number {
  return part.aseq + countOf(part) - 1
}

/** The Lamport timestamp of the last message of a record. */
export function lastTs({ ts, part }: StampedRecord): number {
  return ts + countOf(part) - 1
}

/** D3: the order of records, unique for each: (ts, stamper uid, stamper inc). Below 0: a first. */
export function compareRecords(a: StampedRecord, b: StampedRecord): number {
  if (a.ts !== b.ts) return a.ts - b.ts
  if (a.stamper !== b.stamper) return a.stamper < b.stamper ? -1 : 1
  if (a.stamperInc !== b.stamperInc) return a.stamperInc < b.stamperInc ? -1 : 1
  return 0
}

/** Whether an entry of a part says what becomes of the room. */
export function hasEvents(part: Pick<Part, 'hasEvents' | 'entries'>): boolean {
  // The entries are made when they are read: not where the wire has said it.
  return (
    part.hasEvents ?? part.entries.some(({ kind, unread }) => kind === 'title' || unread?.kind === rekeyKind)
  )
}

/** How many entries of a part are not shown among what was said. */
export function hiddenIn(part: Part): number {
  return hasEvents(part) ? part.entries.filter(({ kind }) => !isSaid(kind)).length : 0
}

/** The same of records, each part once. */
export function hiddenAmong(records: readonly StampedRecord[]): number {
  const parts = new Map(records.map(({ part }) => [part.id, hiddenIn(part)]))
  return [...parts.values()].reduce((sum, one) => sum + one, 0)
}

/** Names the place of a part in what its process said: `author.inc/aseq`. */
export function midOf(part: { readonly namespace: string; readonly aseq: number }): string {
  return `${part.namespace}/${part.aseq}`
}

/** Whether two parts stand at one place of one process. Only a process that runs twice signs two for one place. */
export function isSamePlace(a: Part, b: Part): boolean {
  return a.aseq === b.aseq && a.namespace === b.namespace
}

/** Whether two records are the same. Their seals may differ: one may have been passed on without. */
export function sameRecords(a: StampedRecord, b: StampedRecord): boolean {
  return a === b || (a.s === b.s && a.ts === b.ts && a.namespace === b.namespace && sameParts(a.part, b.part))
}

/** Whether two parts are the same. */
export function sameParts(a: Part, b: Part): boolean {
  return a.id === b.id
}
