/**
 * One reader of the feed: history from the store, then what the feed gives out, without gap or double.
 * Nobody waits for a slow reader: it keeps a bounded number of records and reads the rest from the store.
 */

import { partBytes, type StampedRecord } from '../../core/model/records.ts'
import type { Store } from '../ports.ts'
import type { Given } from './given.ts'
import { lastShown } from './last-shown.ts'

/** What is kept for a reader: records, and bytes of their parts. One that falls further behind reads from the store. */
const keptMax = 1024
const keptBytesMax = 4 << 20

export type ReaderParts = {
  store: Pick<Store, 'arrivals' | 'transcript'>
  /** Resolves when log positions up to `pos` can be read from the store. */
  readable: (pos: number) => Promise<void>
  /** What the feed has given out: history to this reader. The reader's own copy. */
  given: Given
  /** The largest log position of that. */
  givenPos: number
}

/** `skip`: messages at the beginning of the record that are not to be given out. */
export type Read = { record: StampedRecord; late: boolean; skip?: number | undefined }

/** Takes what is pushed from when it is made; `read` gives it out. */
export class Reader {
  readonly #parts: ReaderParts
  #kept: StampedRecord[] = []
  #keptBytes = 0
  /** Log positions of records that were pushed and not kept. */
  #behind: { from: number; to: number } | undefined
  #over = false
  #wake: () => void = () => {}

  constructor(parts: ReaderParts) {
    this.#parts = parts
  }

  /** `record` lies somewhere at log positions `from`..`to`. */
  push(record: StampedRecord, from: number, to: number): void {
    if (this.#behind) this.#behind.to = Math.max(this.#behind.to, to)
    else if (this.#kept.length < keptMax && this.#keptBytes < keptBytesMax) {
      this.#kept.push(record)
      this.#keptBytes += partBytes(record.part)
    } else this.#behind = { from, to }
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
    const { store, given, givenPos, readable } = this.#parts
    if (history) {
      await readable(givenPos)
      const { last } = history
      for await (const page of last === undefined
        ? store.transcript(history)
        : lastShown(store, last, given)) {
        let { skip } = page
        for (const record of page) {
          // The store may hold more by now: that is pushed to this reader.
          if (given.has(record)) yield { record, late: false, skip }
          skip = undefined
        }
      }
    }
    for (;;) {
      const kept = this.#kept
      this.#kept = []
      this.#keptBytes = 0
      // What comes while these are given out is kept behind them.
      yield* this.#give(kept)
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
    for await (const page of this.#parts.store.arrivals(from, to)) yield* this.#give(page)
    if (behind.to < behind.from) this.#behind = undefined
  }

  /** The store gives ranges in another order than the feed did, so `late` is decided again for this reader. */
  *#give(records: readonly StampedRecord[]): Generator<Read, void, undefined> {
    for (const record of records) {
      const place = this.#parts.given.take(record)
      if (place !== 'again') yield { record, late: place === 'late' }
    }
  }
}
