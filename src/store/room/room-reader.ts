/**
 * Answers questions about a room's history, each in a bounded piece of work, verifying the checksum of
 * every record that it gives out. Synchronous; runs in the worker beside the writer, or alone on a
 * read-only connection.
 */

import type { Namespace } from '../../core/model/ids.ts'
import { entriesMax, type Chain } from '../../core/model/records.ts'
import { ChainScan, type ChainPiece } from './chain-scan.ts'
import { compareRows, LogRows } from './log-rows.ts'
import { joinBytes, pageField, pageStride, StringTable, type Page } from './packing.ts'
import type { AuthorRow, LogRow } from './rows.ts'
import { prepare, prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'
import type { Summary } from './summary.ts'
import { outboxSum } from './sums.ts'

/**
 * What can be asked.
 * read: records from a position on. seek: the first position of one of some namespaces beyond a number.
 * walk: parts whose first copy lies in from..to, each by its canonical copy among positions 1..to, in
 * transcript order, beginning behind the records of timestamp `afterTs`.
 * back: walk backwards from below `beforeTs` over records of at least `count` messages that `walk` would give.
 * find: the canonical copy among 1..to of the part that a message stands in, by the stamp of the process that said it
 * and its aseq there.
 * chain: a piece of the scan of a namespace for its chains; see chain-scan.ts.
 * lowest: the least timestamp at positions from..to, for a piece of at most `lowestPieceMax` of them.
 */
export type Question =
  | { type: 'read'; from: number; bytesMax: number }
  | { type: 'seek'; lacking: ReadonlyMap<string, number> }
  | { type: 'walk'; afterTs: number; from: number; to: number; bytesMax: number }
  | { type: 'back'; beforeTs: number; count: number; to: number }
  | { type: 'find'; author: string; aseq: number; to: number }
  | { type: 'chain'; namespace: string; s: number; chain: Chain; points: readonly number[] }
  | { type: 'lowest'; from: number; to: number }
  | { type: 'end' }

/** `next`: go on from there; undefined at the end. `over`: messages from the lowest timestamp reached on that were not
 * asked for (the records of one timestamp, and the messages of one record, are never cut apart). */
export type Answers = {
  read: Page
  seek: number
  walk: { page: Page; next: number | undefined }
  back: { beforeTs: number; missing: number; over: number }
  find: { ts: number; namespace: Namespace; aseq: number; count: number } | undefined
  chain: ChainPiece
  lowest: number | null
  end: number
}

/** Positions that one `lowest` may ask about. */
export const lowestPieceMax = 8192

/** Records examined for one query: a few ms of work. */
const lookedAtMax = 1024

type Key = [pos: number, ts: number]
type OutboxRow = { id: number; inc: string; aseq: number; count: number; sum: number; part: Uint8Array }

export class RoomReader {
  readonly #summary: () => Summary
  readonly #rows: LogRows
  readonly #chains: ChainScan
  readonly #stamp: Statement<[number]>
  readonly #up: Statement<Key>
  readonly #down: Statement<Key>
  readonly #copies: Statement<[number]>
  readonly #covering: Statement<[number]>
  readonly #lowest: Statement<[number | null]>
  readonly #outbox: Statement<OutboxRow>
  readonly #unsent: Statement<[number | null]>

  /** `summary` gives the one in force: a commit that fails replaces it. */
  constructor(db: Connection, path: string, summary: () => Summary) {
    this.#summary = summary
    this.#rows = new LogRows(db, path, summary)
    this.#chains = new ChainScan(db, this.#rows, summary)
    this.#stamp = prepareRaw(db, 'SELECT pos FROM log WHERE namespace = ? AND s = ?')
    this.#copies = prepareRaw(db, 'SELECT pos FROM log WHERE author = ? AND aseq = ?')
    this.#covering = prepareRaw(
      db,
      'SELECT pos FROM log WHERE author = ?1 AND aseq BETWEEN ?2 AND ?3 AND aseq + count > ?3 ORDER BY aseq DESC',
    )
    this.#lowest = prepareRaw(db, 'SELECT min(ts) FROM log WHERE pos BETWEEN ? AND ?')
    const keys = 'SELECT pos, ts FROM log INDEXED BY log_by_ts'
    this.#up = prepareRaw(db, `${keys} WHERE ts > ? ORDER BY ts`)
    this.#down = prepareRaw(db, `${keys} WHERE ts < ? ORDER BY ts DESC`)
    this.#outbox = prepare(db, 'SELECT id, inc, aseq, count, sum, part FROM outbox ORDER BY id')
    this.#unsent = prepareRaw(db, 'SELECT sum(count) FROM outbox')
  }

  /** Throws ERR_DAMAGED when a record is not what was written, or SQLite's own errors. */
  answer<Q extends Question>(question: Q): Answers[Q['type']]
  answer(question: Question): Answers[Question['type']] {
    switch (question.type) {
      case 'read':
        return this.#read(question.from, question.bytesMax)
      case 'seek':
        return this.#seek(question.lacking)
      case 'walk':
        return this.#walk(question.afterTs, question.from, question.to, question.bytesMax)
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
    const { end } = this.#summary()
    const parts = this.#outbox.all().map(({ id, inc, aseq, count, sum, part }) => {
      if (sum !== outboxSum(id, inc, aseq, count, part)) throw this.#rows.damaged(`own message ${aseq}`)
      for (const author of this.#summary().authorsByInc(inc)) {
        const row = this.#canonical(author, aseq, end)
        if (row) placed.add(row)
      }
      return part
    })
    return { parts, placed: placed.build() }
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

  /** S2: the s of a namespace rise by one, so the first record beyond the frontier is one of those. */
  #seek(lacking: ReadonlyMap<string, number>): number {
    let first = this.#summary().end + 1
    for (const { id, stamp, last } of this.#summary().namespaces()) {
      const held = lacking.get(stamp)
      if (held === undefined || held >= last) continue
      const pos = this.#stamp.get(id, held + 1)?.[0]
      if (pos === undefined) throw this.#rows.damaged(`record ${held + 1} of ${stamp} is missing`)
      if (pos < first) first = pos
    }
    return first
  }

  #walk(afterTs: number, from: number, to: number, bytesMax: number): Answers['walk'] {
    const page = new PageBuilder()
    let lookedAt = 0
    for (const group of this.#groups(this.#up.iterate(afterTs))) {
      for (const row of group.sort(compareRows)) {
        if (row.firstPos >= from && row.firstPos <= to && isCanonical(row, to)) page.add(row)
      }
      lookedAt += group.length
      if (page.bytes >= bytesMax || lookedAt >= lookedAtMax) {
        return { page: page.build(), next: group[0]!.ts }
      }
    }
    return { page: page.build(), next: undefined }
  }

  #back(beforeTs: number, count: number, to: number): Answers['back'] {
    let missing = count
    let lookedAt = 0
    for (const group of this.#groups(this.#down.iterate(beforeTs))) {
      beforeTs = group[0]!.ts
      for (const row of group) if (isCanonical(row, to)) missing -= row.count
      lookedAt += group.length
      if (missing <= 0) return { beforeTs, missing: 0, over: -missing }
      if (lookedAt >= lookedAtMax) return { beforeTs, missing, over: 0 }
    }
    return { beforeTs: 0, missing: 0, over: 0 }
  }

  /** `stamp`: the process that said it. */
  #find(stamp: string, aseq: number, to: number): Answers['find'] {
    const author = this.#summary().authorByStamp(stamp)
    if (!author) return undefined
    // Parts may overlap when their author signs such: the one that begins last counts.
    for (const [pos] of this.#covering.all(author.id, aseq + 1 - entriesMax, aseq)) {
      const row = this.#rows.at(pos)
      if (!isCanonical(row, to)) continue
      return { ts: row.ts, namespace: row.namespace.stamp as Namespace, aseq: row.aseq, count: row.count }
    }
    return undefined
  }

  #canonical({ id }: AuthorRow, aseq: number, to: number): LogRow | undefined {
    const copies = this.#copies.all(id, aseq).map(([pos]) => this.#rows.at(pos))
    return copies.find((row) => isCanonical(row, to))
  }

  /** The verified rows of keys that come in the order of their timestamps, those of one timestamp
   * together. An index that does not agree with its table is damage. */
  *#groups(keys: Iterable<Key>): Generator<LogRow[]> {
    let group: LogRow[] = []
    for (const [pos, ts] of keys) {
      if (group.length > 0 && group[0]!.ts !== ts) {
        yield group
        group = []
      }
      const row = this.#rows.at(pos)
      if (row.ts !== ts) throw this.#rows.damaged(`record ${pos} is at a wrong place of the transcript`)
      group.push(row)
    }
    if (group.length > 0) yield group
  }
}

/** Whether a copy is the canonical one among positions 1..to. */
function isCanonical({ pos, canonicalUntil }: LogRow, to: number): boolean {
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
    this.#records[at + pageField.namespace] = this.#table.indexOf(namespace.stamp)
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
