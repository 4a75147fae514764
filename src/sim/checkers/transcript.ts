/**
 * A transcript kept step by step (D3): messages in the order of the smallest key among their copies.
 * Written independently of the core, so that it can judge it. Knows nothing of nodes.
 */

import type { Uid } from '../../core/ids.ts'
import type { StampedRecord } from '../../core/records.ts'

/** The order of records. Below 0: a stands first. */
export function byKey(a: StampedRecord, b: StampedRecord): number {
  if (a.ts !== b.ts) return a.ts < b.ts ? -1 : 1
  if (a.stamper !== b.stamper) return a.stamper < b.stamper ? -1 : 1
  return a.stamperInc === b.stamperInc ? 0 : a.stamperInc < b.stamperInc ? -1 : 1
}

/** What adding a record did: the message was appended, put in between, moved up, or nothing changed. */
export type Change = 'appended' | 'inserted' | 'moved' | 'none'

export class Transcript {
  /** The canonical copies in order. */
  readonly order: StampedRecord[] = []
  /** The canonical copy of each message by author; aseq k at index k - 1. */
  readonly byAuthor = new Map<Uid, StampedRecord[]>()

  /** Adds a record of the log. A message beyond its author's next leaves a hole, which S6 finds. */
  add(record: StampedRecord): Change {
    const { author, aseq } = record.part
    let own = this.byAuthor.get(author)
    if (!own) this.byAuthor.set(author, (own = []))
    const held = own[aseq - 1]
    if (held && byKey(held, record) <= 0) return 'none'
    own[aseq - 1] = record
    if (held) {
      this.order.splice(this.#place(held), 1)
      this.order.splice(this.#place(record), 0, record)
      return 'moved'
    }
    const last = this.order.at(-1)
    if (!last || byKey(last, record) < 0) {
      this.order.push(record)
      return 'appended'
    }
    this.order.splice(this.#place(record), 0, record)
    return 'inserted'
  }

  canonical(author: Uid, aseq: number): StampedRecord | undefined {
    return this.byAuthor.get(author)?.[aseq - 1]
  }

  /** Index of the first copy that is not before `record`. */
  #place(record: StampedRecord): number {
    let low = 0
    let high = this.order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (byKey(this.order[middle] as StampedRecord, record) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The transcript of a whole log, from nothing. */
export function transcriptOf(log: readonly StampedRecord[]): StampedRecord[] {
  const smallest = new Map<string, StampedRecord>()
  for (const record of log) {
    const mid = `${record.part.author}/${record.part.aseq}`
    const held = smallest.get(mid)
    if (!held || byKey(record, held) < 0) smallest.set(mid, record)
  }
  return [...smallest.values()].sort(byKey)
}
