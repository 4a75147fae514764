/**
 * Answers questions about a room's history, each in a bounded piece of work, verifying the checksum of
 * every record that it gives out. Synchronous; runs in the worker beside the writer, or alone on a
 * read-only connection.
 */

import type { Inc, Namespace } from '../../core/model/ids.ts'
import { entriesMax, type Chain } from '../../core/model/records.ts'
import { mayHold, type PartFilter } from '../../wire/part-search.ts'
import { ChainScan, type ChainPiece } from './chain-scan.ts'
import { compareRows, LogRows } from './log-rows.ts'
import { joinBytes, pageField, pageStride, StringTable, type Page } from './packing.ts'
import { namespaceColumn, type LogRow } from './rows.ts'
import { ScanRows, type ScanRow } from './scan-rows.ts'
import { prepare, prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'
import type { Summary } from './summary.ts'
import { outboxSum } from './sums.ts'
import { lastRun } from './tables.ts'
import { TranscriptOrder } from './transcript-order.ts'

/**
 * What can be asked.
 * read: records from a position on. seek: the first position below `before` that holds one of the records beyond `held`, of
 * at most `seekPieceMax` namespaces; null for none.
 * walk: parts whose first copy lies in from..to, each by its canonical copy among positions 1..to, in
 * transcript order, beginning behind the records of timestamp `afterTs`.
 * find-down, find-up: a piece of the transcript at positions 1..to, below or above a timestamp: the records in which a message
 * may be meant by `filter`, in the order in which they are come upon.
 * back: walk backwards from below `beforeTs` over records of at least `count` messages that `walk` would give.
 * find: the canonical copy among 1..to of the part that a message stands in, by the process that said it and its aseq
 * there.
 * chain: a piece of the scan of a namespace for its chains; see chain-scan.ts.
 * lowest: the least timestamp at positions from..to, for a piece of at most `lowestPieceMax` of them.
 */
export type Question =
  | { type: 'read'; from: number; bytesMax: number }
  | { type: 'seek'; lacking: readonly Lacking[]; before: number }
  | { type: 'walk'; afterTs: number; from: number; to: number; bytesMax: number }
  | { type: 'find-down' | 'find-up'; ts: number; to: number; filter: PartFilter; bytesMax: number }
  | { type: 'back'; beforeTs: number; count: number; to: number }
  | { type: 'find'; author: Namespace; aseq: number; to: number }
  | { type: 'chain'; namespace: Namespace; s: number; chain: Chain; points: readonly number[] }
  | { type: 'lowest'; from: number; to: number }
  | { type: 'end' }

/** Of a namespace, the highest s that a peer holds. */
export type Lacking = readonly [namespace: Namespace, held: number]

/** `next`: go on from there; undefined at the end. `over`: messages from the lowest timestamp reached on that were not
 * asked for (the records of one timestamp, and the messages of one record, are never cut apart). `seen`: how many of the
 * records at from..to, or 1..to, were looked at. */
export type Answers = {
  read: Page
  seek: number | null
  walk: { page: Page; next: number | undefined; seen: number }
  'find-down': Found
  'find-up': Found
  back: { beforeTs: number; missing: number; over: number; seen: number }
  find: { ts: number; namespace: Namespace; aseq: number; count: number } | undefined
  chain: ChainPiece
  lowest: number | null
  end: number
}

/** `next`: the timestamp to go on from; undefined at the end. `seen`: records at 1..to that were looked at. */
type Found = { page: Page; next: number | undefined; seen: number }

/** Records, and bytes of parts, that a search looks at for one question: a few ms of work. */
const searchedMax = 2048
const searchedBytesMax = 1 << 20

/** Positions that one `lowest` may ask about. */
export const lowestPieceMax = 8192

/** Namespaces that one `seek` may ask about. */
export const seekPieceMax = 512

/** Records examined for one query, and bytes of parts on the way back: a few ms of work. */
const lookedAtMax = 1024
const backBytesMax = 4 << 20

type OutboxRow = { id: number; inc: string; aseq: number; count: number; sum: number; part: Uint8Array }

export class RoomReader {
  readonly #summary: () => Summary
  readonly #rows: LogRows
  readonly #chains: ChainScan
  readonly #run: Statement<[number, number]>
  readonly #stamp: Statement<[number, number]>
  readonly #order: TranscriptOrder
  readonly #scan: TranscriptOrder<ScanRow>
  readonly #copies: Statement<[number]>
  readonly #covering: Statement<[number]>
  readonly #lowest: Statement<[number | null]>
  readonly #outbox: Statement<OutboxRow>
  readonly #unsent: Statement<[number | null]>
  readonly #events: Statement<[number]>

  /** `summary` gives the one in force: a commit that fails replaces it. */
  constructor(db: Connection, path: string, summary: () => Summary) {
    this.#summary = summary
    this.#rows = new LogRows(db, path, summary)
    this.#chains = new ChainScan(db, this.#rows, summary)
    this.#order = new TranscriptOrder(db, this.#rows, () => summary().end)
    const scanned = new ScanRows(db, this.#rows, () => summary().end)
    this.#scan = new TranscriptOrder<ScanRow>(db, scanned, () => summary().end)
    this.#run = prepareRaw(db, lastRun)
    this.#stamp = prepareRaw(db, 'SELECT namespace, s FROM log WHERE pos = ?')
    this.#copies = prepareRaw(db, 'SELECT pos FROM log WHERE author = ? AND aseq = ?')
    this.#covering = prepareRaw(
      db,
      'SELECT pos FROM log WHERE author = ?1 AND aseq BETWEEN ?2 AND ?3 AND aseq + count > ?3 ORDER BY aseq DESC',
    )
    this.#lowest = prepareRaw(db, 'SELECT min(ts) FROM log WHERE pos BETWEEN ? AND ?')
    this.#outbox = prepare(db, 'SELECT id, inc, aseq, count, sum, part FROM outbox ORDER BY id')
    this.#unsent = prepareRaw(db, 'SELECT sum(count) FROM outbox')
    this.#events = prepareRaw(db, 'SELECT pos FROM event ORDER BY pos')
  }

  /** Throws ERR_DAMAGED when a record is not what was written, or SQLite's own errors. */
  answer<Q extends Question>(question: Q): Answers[Q['type']]
  answer(question: Question): Answers[Question['type']] {
    switch (question.type) {
      case 'read':
        return this.#read(question.from, question.bytesMax)
      case 'seek':
        return this.#seek(question.lacking, question.before)
      case 'walk':
        return this.#walk(question.afterTs, question.from, question.to, question.bytesMax)
      case 'find-down':
      case 'find-up':
        return this.#search(question)
      case 'back':
        return this.#back(question.beforeTs, question.count, question.to)
      case 'find':
        return this.#find(question.author, question.aseq, question.to)
      case 'chain':
        return this.#chains.piece(question.namespace, question.s, question.chain, question.points)
      case 'lowest':
        return this.#lowest.get(question.from, question.to)?.[0] ?? null
      case 'end':
        return this.#summary().end
    }
  }

  /**
   * Own unsent parts in the order in which they were said, and the canonical copies held at their places (also some of
   * other authors: a row does not tell whose it is). Throws ERR_DAMAGED.
   */
  outbox(): { parts: Uint8Array[]; placed: Page } {
    const placed = new PageBuilder()
    const { end, authors } = this.#summary()
    const namesakes = new Map<string, readonly number[]>()
    const parts = this.#outbox.all().map(({ id, inc, aseq, count, sum, part }) => {
      if (sum !== outboxSum(id, inc, aseq, count, part)) throw this.#rows.damaged(`own message ${aseq}`)
      const ids = namesakes.get(inc) ?? authors.withInc(inc as Inc)
      namesakes.set(inc, ids)
      for (const authorId of ids) {
        const row = this.#canonical(authorId, aseq, end)
        if (row) placed.add(row)
      }
      return part
    })
    return { parts, placed: placed.build() }
  }

  /** The records that say what became of the room, in arrival order. Throws ERR_DAMAGED. */
  events(): Page {
    const page = new PageBuilder()
    for (const [pos] of this.#events.all()) page.add(this.#rows.at(pos))
    return page.build()
  }

  /** How many own messages are not known as sent. Without a look at their checksums. */
  unsent(): number {
    return this.#unsent.get()?.[0] ?? 0
  }

  #read(from: number, bytesMax: number): Page {
    const page = new PageBuilder()
    for (const row of this.#rows.from(from)) {
      if (page.bytes > 0 && page.bytes + row.part.length > bytesMax) break
      page.add(row)
    }
    return page.build()
  }

  /** S2: the s of a namespace rise by one, so the first record beyond what is held is the next one. */
  #seek(lacking: readonly Lacking[], before: number): number | null {
    const { namespaces } = this.#summary()
    let first = before
    for (const [namespace, held] of lacking) {
      const id = namespaces.find(namespace)
      if (id === 0 || held >= namespaces.number(id, namespaceColumn.last)) continue
      const s = held + 1
      const [firstS, firstPos] = this.#run.get(id, s) ?? [s, 0]
      const pos = firstPos + s - firstS
      // Runs have no checksums: each is compared with the log before it counts.
      const found = this.#stamp.get(pos)
      if (found?.[0] !== id || found[1] !== s)
        throw this.#rows.damaged(`record ${s} of ${namespace} is missing`)
      first = Math.min(first, pos)
    }
    return first < before ? first : null
  }

  #walk(afterTs: number, from: number, to: number, bytesMax: number): Answers['walk'] {
    const page = new PageBuilder()
    let seen = 0
    for (const group of this.#order.up(afterTs)) {
      for (const row of group.sort(compareRows)) {
        if (row.pos >= from && row.pos <= to) seen += 1
        if (row.firstPos >= from && row.firstPos <= to && isCanonical(row, to)) page.add(row)
      }
      if (page.bytes >= bytesMax || this.#order.lookedAt >= lookedAtMax) {
        return { page: page.build(), next: group[0]!.ts, seen }
      }
    }
    return { page: page.build(), next: undefined, seen }
  }

  #search({ type, ts, to, filter, bytesMax }: Extract<Question, { type: 'find-down' | 'find-up' }>): Found {
    const page = new PageBuilder()
    const isUp = type === 'find-up'
    let seen = 0
    let bytes = 0
    for (const group of isUp ? this.#scan.up(ts) : this.#scan.down(ts)) {
      const found: LogRow[] = []
      for (const row of group) {
        if (row.pos > to) continue
        seen += 1
        bytes += row.part.length
        if (isCanonical(row, to) && mayHold(row.part, filter)) found.push(this.#rows.at(row.pos))
      }
      found.sort(compareRows)
      for (const row of isUp ? found : found.reverse()) page.add(row)
      if (page.bytes >= bytesMax || this.#scan.lookedAt >= searchedMax || bytes >= searchedBytesMax)
        return { page: page.build(), next: group[0]!.ts, seen }
    }
    return { page: page.build(), next: undefined, seen }
  }

  #back(beforeTs: number, count: number, to: number): Answers['back'] {
    let missing = count
    let seen = 0
    let bytes = 0
    for (const group of this.#order.down(beforeTs)) {
      beforeTs = group[0]!.ts
      for (const row of group) {
        bytes += row.part.length
        if (row.pos <= to) seen += 1
        if (isCanonical(row, to)) missing -= row.count
      }
      if (missing <= 0) return { beforeTs, missing: 0, over: -missing, seen }
      if (this.#order.lookedAt >= lookedAtMax || bytes >= backBytesMax)
        return { beforeTs, missing, over: 0, seen }
    }
    return { beforeTs: 0, missing: 0, over: 0, seen }
  }

  /** `author`: the process that said it. */
  #find(author: Namespace, aseq: number, to: number): Answers['find'] {
    const id = this.#summary().authors.find(author)
    // Parts may overlap when their author signs such: the one that begins last counts.
    for (const [pos] of this.#covering.all(id, aseq + 1 - entriesMax, aseq)) {
      const row = this.#rows.at(pos)
      if (!isCanonical(row, to)) continue
      return { ts: row.ts, namespace: row.namespace, aseq: row.aseq, count: row.count }
    }
    return undefined
  }

  #canonical(authorId: number, aseq: number, to: number): LogRow | undefined {
    const copies = this.#copies.all(authorId, aseq).map(([pos]) => this.#rows.at(pos))
    return copies.find((row) => isCanonical(row, to))
  }
}

/** Whether a copy is the canonical one among positions 1..to. */
function isCanonical({ pos, canonicalUntil }: ScanRow, to: number): boolean {
  return pos <= to && (canonicalUntil === null || canonicalUntil > to)
}

class PageBuilder {
  bytes = 0
  readonly #table = new StringTable()
  readonly #records: number[] = []
  readonly #parts: Uint8Array[] = []

  add({ namespace, s, ts, seal, part }: LogRow): void {
    const at = this.#records.length
    this.#records.length = at + pageStride
    this.#records[at + pageField.namespace] = this.#table.indexOf(namespace)
    this.#records[at + pageField.s] = s
    this.#records[at + pageField.ts] = ts
    this.#records[at + pageField.sealBytes] = seal?.length ?? 0
    this.#records[at + pageField.partBytes] = part.length
    if (seal) this.#parts.push(seal)
    this.#parts.push(part)
    this.bytes += part.length
  }

  build(): Page {
    return {
      strings: this.#table.strings,
      records: Float64Array.from(this.#records),
      bytes: joinBytes(this.#parts),
    }
  }
}
