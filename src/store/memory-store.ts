/**
 * A room in memory, for `home: false`: the same contract as on disk, and gone with the process.
 */

import { setImmediate as turn } from 'node:timers/promises'
import { assert } from '../lib/assert.ts'
import type { Write } from '../core/model/effects.ts'
import type { StoredLock } from '../core/model/lock.ts'
import type { Namespace, RoomId } from '../core/model/ids.ts'
import { Frontier, Heard } from '../core/model/frontier.ts'
import {
  compareRecords,
  countOf,
  lastAseq,
  midOf,
  noChain,
  partBytes,
  type Chain,
  type StampedRecord,
} from '../core/model/records.ts'
import { RingleaderError } from '../peer/errors.ts'
import { extendChain } from '../wire/digest.ts'
import { mayHold, type PartFilter } from '../wire/part-search.ts'
import { notHere, pageOf } from './room/history-pages.ts'
import type { FoundPage, HistoryPage, MessageName, Store, Stored, StoreSink } from '../peer/ports.ts'

/** `pos` of this copy, of the part's first copy, and of the copy that took its place (Infinity while
 * it has it, its own if it never had it). */
type Copy = { record: StampedRecord; pos: number; firstPos: number; canonicalUntil: number }

/** Records in one page. */
const pageLength = 500

/** A new room in memory. */
export function openMemoryStore(options: { room: RoomId; copies: number; lock?: StoredLock }): Store {
  return new MemoryStore(options.room, options.copies, options.lock)
}

class MemoryStore implements Store {
  readonly stored: Stored
  readonly durable = false
  readonly isWritten = true
  readonly #log: Copy[] = []
  /** All copies in the order of records (D3). */
  readonly #ordered: Copy[] = []
  readonly #canonical = new Map<string, Copy>()
  readonly #last = new Map<string, number>()
  #sink: StoreSink | undefined
  #failed = false
  #closed = false

  constructor(room: RoomId, copies: number, lock: StoredLock | undefined) {
    const empty = {
      end: 0,
      namespaces: new Frontier(0).rows(),
      authors: new Heard(0).rows(),
      clock: 0,
      outbox: [],
      placed: [],
      events: [],
      book: [],
    }
    this.stored = { room, copies, ...empty, lock }
  }

  attach(sink: StoreSink): void {
    this.#sink = sink
  }

  persist(n: number, write: Write): void {
    if (this.#failed || this.#closed) return
    try {
      this.#check(write)
    } catch (error) {
      this.#failed = true
      setImmediate(() => this.#sink?.failed(error as Error))
      return
    }
    for (const { pos, record, fresh } of write.records) this.#append(pos, record, fresh)
    // The outbox serves the next process, and a room in memory has none.
    setImmediate(() => this.#sink?.committed(n))
  }

  flush(): void {
    // Nothing waits here.
  }

  async read(from: number, bytesMax: number): Promise<StampedRecord[]> {
    this.#checkOpen()
    const records: StampedRecord[] = []
    let bytes = 0
    for (let index = Math.max(0, from - 1); index < this.#log.length; index++) {
      const { record } = this.#log[index]!
      bytes += partBytes(record.part)
      if (records.length > 0 && bytes > bytesMax) break
      records.push(record)
    }
    return records
  }

  async seek(lacking: ReadonlyMap<Namespace, number>): Promise<number> {
    this.#checkOpen()
    const index = this.#log.findIndex(({ record }) => record.s > (lacking.get(record.namespace) ?? Infinity))
    return index < 0 ? this.#log.length + 1 : index + 1
  }

  async chainsAt(namespace: Namespace, points: readonly number[]): Promise<Chain[]> {
    this.#checkOpen()
    const last = Math.max(0, ...points)
    const chains = [noChain]
    for (const { record } of this.#log) {
      if (chains.length > last) break
      if (record.namespace !== namespace) continue
      chains.push(extendChain(chains[chains.length - 1]!, record.ts, record.part.id))
    }
    return points.map((s) => chains[s] ?? noChain)
  }

  keepBook(): void {
    // Like the outbox: for the next process.
  }

  keepLock(): void {
    // Likewise.
  }

  async *arrivals(from: number, to: number): AsyncGenerator<readonly StampedRecord[]> {
    this.#checkOpen()
    const arrived = this.#ordered.filter(({ firstPos }) => firstPos >= from && firstPos <= to)
    yield* pagesOf(canonicalAt(arrived, to))
  }

  async *transcript(options: {
    last?: number
    after?: MessageName
    before?: MessageName
  }): AsyncGenerator<HistoryPage> {
    this.#checkOpen()
    const copies = canonicalAt(this.#ordered, this.#log.length)
    if (options.after) {
      const { at, skip } = placeAfter(copies, options.after)
      yield* pagesOf(copies.slice(at), skip)
    } else if (options.before) {
      const { at: next, skip } = placeAfter(copies, options.before)
      const at = skip > 0 ? next : next - 1
      const from = options.last === undefined ? 0 : placeOfLast(copies.slice(0, at), options.last).at
      yield* pagesOf(copies.slice(from))
    } else if (options.last !== undefined) {
      const { at, skip } = placeOfLast(copies, options.last)
      yield* pagesOf(copies.slice(at), skip)
    } else yield* pagesOf(copies)
  }

  async *search(filter: PartFilter): AsyncGenerator<FoundPage> {
    this.#checkOpen()
    const copies = canonicalAt(this.#ordered, this.#log.length).reverse()
    for (let at = 0; at < copies.length; at += pageLength) {
      const records = copies.slice(at, at + pageLength).map(({ record }) => record)
      const found = records.filter(({ part }) => !part.raw || mayHold(part.raw, filter))
      yield { records: found, looked: at + records.length, of: copies.length }
      await turn()
      this.#checkOpen()
    }
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #checkOpen(): void {
    if (this.#closed) throw new RingleaderError('ERR_LEFT', 'the room has been left')
  }

  /** Before anything is changed: all or nothing. */
  #check(write: Write): void {
    let end = this.#log.length
    const last = new Map<string, number>()
    for (const { pos, record } of write.records) {
      const { namespace, s } = record
      const before = last.get(namespace) ?? this.#last.get(namespace) ?? 0
      assert(pos === end + 1, `record at position ${pos} after ${end}`)
      assert(s === before + 1, `record ${s} of ${namespace} after ${before}`)
      last.set(namespace, s)
      end = pos
    }
  }

  #append(pos: number, record: StampedRecord, fresh: boolean): void {
    const mid = midOf(record.part)
    const copy: Copy = { record, pos, firstPos: pos, canonicalUntil: Infinity }
    const other = fresh ? undefined : this.#canonical.get(mid)
    if (other) {
      copy.firstPos = other.firstPos
      const smaller = compareRecords(record, other.record) < 0
      if (smaller) other.canonicalUntil = pos
      else copy.canonicalUntil = pos
    }
    if (copy.canonicalUntil > pos) this.#canonical.set(mid, copy)
    this.#last.set(record.namespace, record.s)
    this.#log.push(copy)
    this.#ordered.splice(placeIn(this.#ordered, record), 0, copy)
  }
}

/** Where a record belongs; most belong at the end. */
function placeIn(ordered: readonly Copy[], record: StampedRecord): number {
  let low = 0
  let high = ordered.length
  if (high === 0 || compareRecords(ordered[high - 1]!.record, record) < 0) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareRecords(ordered[middle]!.record, record) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Those of some copies that are in the transcript of positions 1..to. */
function canonicalAt(copies: readonly Copy[], to: number): Copy[] {
  return copies.filter(({ pos, canonicalUntil }) => pos <= to && canonicalUntil > to)
}

/** Where the messages after one begin: so many of the copy at index `at` come before. Throws ERR_USAGE. */
function placeAfter(copies: readonly Copy[], { namespace, aseq }: MessageName): { at: number; skip: number } {
  let at = -1
  let first = 0
  for (const [index, { record }] of copies.entries()) {
    const { part } = record
    if (part.namespace !== namespace || part.aseq > aseq || lastAseq(part) < aseq) continue
    // Parts may overlap when their author signs such: the one that begins last counts.
    if (part.aseq > first) [at, first] = [index, part.aseq]
  }
  const found = copies[at]
  if (!found) throw notHere({ namespace, aseq })
  return lastAseq(found.record.part) === aseq ? { at: at + 1, skip: 0 } : { at, skip: aseq - first + 1 }
}

/** Where the last messages begin, likewise. */
function placeOfLast(copies: readonly Copy[], last: number): { at: number; skip: number } {
  let at = copies.length
  let missing = last
  while (missing > 0 && at > 0) missing -= countOf(copies[--at]!.record.part)
  return { at, skip: Math.max(0, -missing) }
}

function* pagesOf(copies: readonly Copy[], skip = 0): Generator<HistoryPage> {
  for (let at = 0; at < copies.length; at += pageLength) {
    const records = copies.slice(at, at + pageLength).map(({ record }) => record)
    yield pageOf(records, at === 0 ? skip : 0)
  }
}
