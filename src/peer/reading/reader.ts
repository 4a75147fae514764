/**
 * One reader of the room: history from the store, then what is shown live, nothing doubled and nothing
 * lost between. A reader that is slow is not waited for and costs no memory: it reads from the store.
 */

import type { Namespace } from '../../core/model/ids.ts'
import { compareRecords, type StampedRecord } from '../../core/model/records.ts'
import type { Store } from '../ports.ts'
import type { Shown } from './showing.ts'

/** Live records kept for a reader; one that falls further behind reads from the store. */
const keptMax = 1024

export type ReaderParts = {
  store: Pick<Store, 'arrivals' | 'transcript'>
  /** Resolves when log positions up to `pos` can be read from the store. */
  readable: (pos: number) => Promise<void>
  /** Where the reader begins: what was given out by then is history to it. */
  given: ReadonlyMap<Namespace, number>
  givenPos: number
  last: StampedRecord | undefined
}

export type Read = { record: StampedRecord; late: boolean }

/** Begins to listen when it is made; `read` gives out. */
export class Reader {
  readonly #parts: ReaderParts
  /** For each author's process the highest aseq that this reader need not be given any more. */
  readonly #seen: Map<Namespace, number>
  #last: StampedRecord | undefined
  #kept: StampedRecord[] = []
  /** Log positions that are shown and not kept: read from the store when `kept` is empty. */
  #behind: { from: number; to: number } | undefined
  #over = false
  #wake: () => void = () => {}

  constructor(parts: ReaderParts) {
    this.#parts = parts
    this.#seen = new Map(parts.given)
    this.#last = parts.last
  }

  push(shown: Shown): void {
    if (this.#behind) this.#behind.to = Math.max(this.#behind.to, shown.to)
    else if (this.#kept.length < keptMax) this.#kept.push(shown.record)
    else this.#behind = { from: shown.from, to: shown.to }
    this.#wake()
  }

  /** No more will be pushed. */
  end(): void {
    this.#over = true
    this.#wake()
  }

  /** `history`: which part of what was given out before this reader began; undefined: none. */
  async *read(
    history: Parameters<Store['transcript']>[0] | undefined,
  ): AsyncGenerator<Read, void, undefined> {
    if (history) {
      await this.#parts.readable(this.#parts.givenPos)
      for await (const page of this.#parts.store.transcript(history)) {
        // What lies beyond was not yet given out when this reader began, and is pushed to it.
        for (const record of page) if (!this.#isNew(record)) yield { record, late: false }
      }
    }
    for (;;) {
      const kept = this.#kept
      this.#kept = []
      // While these are given out, more may come: they are kept behind them.
      for (const record of kept) if (this.#isNew(record)) yield this.#give(record)
      if (this.#kept.length > 0) continue
      if (this.#behind) yield* this.#catchUp(this.#behind)
      else if (this.#over) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async *#catchUp(behind: { from: number; to: number }): AsyncGenerator<Read, void, undefined> {
    const { from, to } = behind
    behind.from = to + 1
    await this.#parts.readable(to)
    for await (const page of this.#parts.store.arrivals(from, to)) {
      for (const record of page) if (this.#isNew(record)) yield this.#give(record)
    }
    if (behind.to < behind.from) this.#behind = undefined
  }

  #isNew(record: StampedRecord): boolean {
    return record.part.aseq > (this.#seen.get(record.part.namespace) ?? 0)
  }

  #give(record: StampedRecord): Read {
    this.#seen.set(record.part.namespace, record.part.aseq)
    const late = this.#last !== undefined && compareRecords(record, this.#last) < 0
    if (!late) this.#last = record
    return { record, late }
  }
}
