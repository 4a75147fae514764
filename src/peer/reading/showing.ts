/**
 * Gives out what took its place, each message once per process, in the order in which the core said so.
 * Knows what was held before this process was in (history) and what comes too late for its place.
 */

import type { Namespace } from '../../core/model/ids.ts'
import { compareRecords, type StampedRecord } from '../../core/model/records.ts'
import type { Store } from '../ports.ts'

/** A record on its way to people. It lies somewhere at log positions `from`..`to`. */
export type Shown = { record: StampedRecord; from: number; to: number; late: boolean }

export type ShowingParts = {
  store: Pick<Store, 'stored' | 'arrivals' | 'transcript'>
  /** Each message after `entered`, in order. */
  show: (shown: Shown) => void
  /** What is held now is history; messages are shown from when it resolves. */
  entered: () => Promise<void>
  /** The store could not be read. */
  failed: (error: unknown) => void
}

type Item =
  | { type: 'record'; pos: number; record: StampedRecord }
  | { type: 'range'; from: number; to: number }
  | { type: 'entered'; held: Map<Namespace, number>; largest: StampedRecord | undefined }

/** Takes the core's `entered`, `deliver` and `deliverRange` in their order. */
export class Showing {
  readonly #parts: ShowingParts
  /** Until `entered`: for each author's process the highest aseq held, and the last place of the transcript. */
  readonly #held: Map<Namespace, number>
  readonly #storedLast: Promise<StampedRecord | undefined>
  #heldLast: StampedRecord | undefined
  #queue: Item[] = []
  #reading = false
  #history: ReadonlyMap<Namespace, number> | undefined

  /** For each author's process the highest aseq that is history or was given out. */
  readonly given = new Map<Namespace, number>()
  /** The largest log position given out. */
  givenPos: number
  /** The last place in the transcript that is history or was given out. */
  last: StampedRecord | undefined

  constructor(parts: ShowingParts) {
    this.#parts = parts
    this.#held = new Map(parts.store.stored.have as ReadonlyMap<Namespace, number>)
    this.givenPos = parts.store.stored.end
    this.#storedLast = parts.store.stored.end === 0 ? Promise.resolve(undefined) : lastOf(parts.store)
    this.#storedLast.catch(() => {})
  }

  /** Whether it was held before this process was in. */
  isHistory(record: StampedRecord): boolean {
    if (this.#history === undefined) return true
    return record.part.aseq <= (this.#history.get(record.part.namespace) ?? 0)
  }

  /** A record that is being written, before `entered`. */
  hold(record: StampedRecord, pos: number): void {
    if (record.part.aseq > (this.#held.get(record.part.namespace) ?? 0)) {
      this.#held.set(record.part.namespace, record.part.aseq)
      this.#heldLast = later(this.#heldLast, record)
    }
    this.givenPos = Math.max(this.givenPos, pos)
  }

  enter(): void {
    this.#push({ type: 'entered', held: new Map(this.#held), largest: this.#heldLast })
  }

  deliver(pos: number, record: StampedRecord): void {
    this.#push({ type: 'record', pos, record })
  }

  deliverRange(from: number, to: number): void {
    this.#push({ type: 'range', from, to })
  }

  #push(item: Item): void {
    this.#queue.push(item)
    this.#drain()
  }

  /** What needs no reading is given out before the call returns; the rest waits behind a read, in order. */
  #drain(): void {
    while (!this.#reading) {
      const item = this.#queue.shift()
      if (item === undefined) return
      if (item.type === 'record') {
        this.#give(item.record, item.pos, item.pos)
        continue
      }
      this.#reading = true
      const done = item.type === 'range' ? this.#giveRange(item.from, item.to) : this.#open(item)
      done.then(
        () => {
          this.#reading = false
          this.#drain()
        },
        (error: unknown) => this.#parts.failed(error),
      )
    }
  }

  async #open(item: Extract<Item, { type: 'entered' }>): Promise<void> {
    const stored = await this.#storedLast
    this.last = item.largest ? later(stored, item.largest) : stored
    this.#history = item.held
    for (const [process, aseq] of item.held) this.given.set(process, aseq)
    await this.#parts.entered()
  }

  async #giveRange(from: number, to: number): Promise<void> {
    for await (const page of this.#parts.store.arrivals(from, to)) {
      for (const record of page) this.#give(record, from, to)
    }
    this.givenPos = Math.max(this.givenPos, to)
  }

  #give(record: StampedRecord, from: number, to: number): void {
    const { namespace: process, aseq } = record.part
    // S18: once per process and mid, whatever was asked for.
    if (aseq <= (this.given.get(process) ?? 0)) return
    this.given.set(process, aseq)
    this.givenPos = Math.max(this.givenPos, from)
    const late = this.last !== undefined && compareRecords(record, this.last) < 0
    if (!late) this.last = record
    this.#parts.show({ record, from, to, late })
  }
}

function later(a: StampedRecord | undefined, b: StampedRecord): StampedRecord {
  return a === undefined || compareRecords(a, b) < 0 ? b : a
}

async function lastOf(store: Pick<Store, 'transcript'>): Promise<StampedRecord | undefined> {
  let last: StampedRecord | undefined
  for await (const page of store.transcript({ last: 1 })) last = page.at(-1) ?? last
  return last
}
