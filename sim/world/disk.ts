/**
 * The simulated disk of one node: what is durable, and what is on its way there. A crash keeps every
 * acknowledged write, and any prefix of the others. The address book is a file of its own.
 */

import { assert } from '../../src/lib/assert.ts'
import type { Write } from '../../src/core/model/effects.ts'
import type { BookEntry } from '../../src/core/model/frames.ts'
import type { StoredLock } from '../../src/core/model/lock.ts'
import type { StoredFacts } from '../../src/core/index.ts'
import { Frontier, Heard } from '../../src/core/model/frontier.ts'
import type { Namespace } from '../../src/core/model/ids.ts'
import type { Chain, Part, StampedRecord } from '../../src/core/model/records.ts'
import {
  hasEvents,
  compareRecords,
  isSamePlace,
  lastAseq,
  lastTs,
  noChain,
  partBytes,
} from '../../src/core/model/records.ts'
import { simNotary } from './notary.ts'

export class Disk {
  /** Arrival log: position p is at index p - 1. */
  log: StampedRecord[] = []
  outbox: Part[] = []
  book: readonly BookEntry[] = []
  /** Given to be written to the file of the book, oldest first: only the newest is wanted. */
  books: (readonly BookEntry[])[] = []
  boots = 0
  /** Of a locked room. */
  lock: StoredLock | undefined
  /** Written by the running process but not yet durable, oldest first. */
  pending: { readonly n: number; readonly write: Write }[] = []

  /** All writes up to `n` are durable. */
  commit(n: number): void {
    while (this.pending[0] && this.pending[0].n <= n)
      this.#apply((this.pending.shift() as { write: Write }).write)
  }

  /** The process died: `survivors` of the pending writes made it. */
  crash(survivors: number): void {
    for (const { write } of this.pending.splice(0, survivors)) this.#apply(write)
    this.pending = []
  }

  /** The oldest `count` books were written, each over the one before; the others still wait. */
  writeBooks(count: number): void {
    this.book = this.books.splice(0, count).at(-1) ?? this.book
  }

  #apply(write: Write): void {
    for (const { record } of write.records) this.log.push(record)
    if (write.outboxDrop.length > 0) {
      const dropped = new Set(write.outboxDrop)
      this.outbox = this.outbox.filter((part) => !dropped.has(part))
    }
    this.outbox.push(...write.outboxPut)
  }

  /** As the store: what is asked for was committed. */
  read(from: number, bytesMax: number): StampedRecord[] {
    assert(from <= this.log.length, `position ${from} is read, of ${this.log.length} that are durable`)
    const records: StampedRecord[] = []
    let bytes = 0
    for (let pos = from; bytes < bytesMax && pos <= this.log.length; pos++) {
      const record = this.log[pos - 1] as StampedRecord
      records.push(record)
      bytes += partBytes(record.part)
    }
    return records
  }

  /** What the running process has written, durable or not. */
  at(pos: number): StampedRecord | undefined {
    if (pos <= this.log.length) return this.log[pos - 1]
    let rest = pos - this.log.length - 1
    for (const { write } of this.pending) {
      if (rest < write.records.length) return write.records[rest]?.record
      rest -= write.records.length
    }
    return undefined
  }

  /** The first durable position of a record of one of these namespaces beyond the number given with it. */
  seek(lacking: ReadonlyMap<string, number>): number | undefined {
    const index = this.log.findIndex((record) => record.s > (lacking.get(record.namespace) ?? Infinity))
    return index < 0 ? undefined : index + 1
  }

  /** The chains of a namespace up to each of these s, which are durable; noChain where so much is not held. */
  chainsAt(namespace: Namespace, points: readonly number[]): Chain[] {
    const chains = [noChain]
    for (const record of this.log)
      if (record.namespace === namespace) chains.push(simNotary.extend(chains.at(-1) ?? noChain, record))
    return points.map((s) => chains[s] ?? noChain)
  }

  /** A copy, as an old backup of the disk. */
  copy(): Disk {
    const copy = new Disk()
    copy.log = [...this.log]
    copy.outbox = [...this.outbox]
    copy.book = this.book
    copy.boots = this.boots
    copy.lock = this.lock
    return copy
  }

  facts(): StoredFacts {
    const events = this.log.filter(({ part }) => hasEvents(part))
    const frontier = new Frontier(0)
    const have = new Heard(0)
    let clock = 0
    for (const record of this.log) {
      const { namespace, s, part } = record
      frontier.advance(namespace, s, lastTs(record), simNotary.extend(frontier.chain(namespace), record))
      have.set(part.namespace, Math.max(have.get(part.namespace), lastAseq(part)))
      clock = Math.max(clock, lastTs(record))
    }
    const { log, outbox, book } = this
    const named = log.filter(({ part }) => outbox.some((own) => isSamePlace(own, part)))
    // D3: the first of its name.
    const placed = named.sort(compareRecords).filter((record, at) => {
      return named.findIndex(({ part }) => isSamePlace(part, record.part)) === at
    })
    const rows = { namespaces: frontier.rows(), authors: have.rows() }
    return { end: log.length, ...rows, clock, outbox: [...outbox], placed, events, book }
  }
}
