/**
 * Transcripts kept step by step (D3): messages in the order of the smallest key among their copies. One is
 * written independently of the core, so that it can judge the core; the other is what a store makes of what
 * the core writes.
 */

import type { Namespace } from '../../src/core/model/ids.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import { compareRecords, lastAseq, midOf } from '../../src/core/model/records.ts'

/** The order of records. Below 0: a stands first. */
export function byKey(a: StampedRecord, b: StampedRecord): number {
  if (a.ts !== b.ts) return a.ts < b.ts ? -1 : 1
  if (a.stamper !== b.stamper) return a.stamper < b.stamper ? -1 : 1
  return a.stamperInc === b.stamperInc ? 0 : a.stamperInc < b.stamperInc ? -1 : 1
}

type Order = (a: StampedRecord, b: StampedRecord) => number

/** What adding a record did: the message was appended, put in between, moved up, or nothing changed. */
export type Change = 'appended' | 'inserted' | 'moved' | 'none'

/** Puts a record where it belongs; `held`: the copy whose place it takes. */
function place(
  into: StampedRecord[],
  order: Order,
  record: StampedRecord,
  held: StampedRecord | undefined,
): Change {
  if (held) {
    into.splice(indexIn(into, order, held), 1)
    into.splice(indexIn(into, order, record), 0, record)
    return 'moved'
  }
  const last = into.at(-1)
  if (!last || order(last, record) < 0) {
    into.push(record)
    return 'appended'
  }
  into.splice(indexIn(into, order, record), 0, record)
  return 'inserted'
}

/** Index of the first copy that is not before `record`. */
function indexIn(copies: readonly StampedRecord[], order: Order, record: StampedRecord): number {
  let low = 0
  let high = copies.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (order(copies[middle] as StampedRecord, record) < 0) low = middle + 1
    else high = middle
  }
  return low
}

export class Transcript {
  /** The canonical copies in order. */
  readonly order: StampedRecord[] = []
  /** By process, the canonical copies of what it said; that of message k at index k - 1. */
  readonly byProcess = new Map<Namespace, StampedRecord[]>()
  /** By the message itself, not by its name. */
  readonly #canonical = new Map<Part, StampedRecord>()

  /** Adds a record of the log. A message beyond its author's next leaves a hole, which S6 finds. */
  add(record: StampedRecord): Change {
    const { part } = record
    const held = this.#canonical.get(part)
    if (held && byKey(held, record) <= 0) return 'none'
    this.#canonical.set(part, record)
    let own = this.byProcess.get(part.namespace)
    if (!own) this.byProcess.set(part.namespace, (own = []))
    for (let aseq = part.aseq; aseq <= lastAseq(part); aseq++) own[aseq - 1] = record
    return place(this.order, byKey, record, held)
  }

  /** The copy that stands in the transcript. */
  canonical(part: Part): StampedRecord | undefined {
    return this.#canonical.get(part)
  }

  /** The same by number. */
  numbered(namespace: Namespace, aseq: number): StampedRecord | undefined {
    return this.byProcess.get(namespace)?.[aseq - 1]
  }
}

/** What a store makes of what the core writes: it trusts the core's `fresh`, its names and its order. */
export class ToldTranscript {
  readonly order: StampedRecord[] = []
  readonly #canonical = new Map<string, StampedRecord>()

  /** Whether the message itself is shown, and not another under its name. */
  has(part: Part): boolean {
    return this.#canonical.get(midOf(part))?.part === part
  }

  /** What the record did, or what no store can do. */
  add(record: StampedRecord, fresh: boolean): Change | 'twice' | 'orphan' {
    const mid = midOf(record.part)
    const held = this.#canonical.get(mid)
    if (fresh === (held !== undefined)) return fresh ? 'twice' : 'orphan'
    if (held && compareRecords(held, record) <= 0) return 'none'
    this.#canonical.set(mid, record)
    return place(this.order, compareRecords, record, held)
  }
}
