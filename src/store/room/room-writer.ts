/**
 * Appends packed writes to a room's database: one transaction for any number of them.
 */

import type { Namespace } from '../../core/model/ids.ts'
import { entriesMax } from '../../core/model/records.ts'
import { batchField as field, batchStride, outboxField, outboxStride, type Batch } from './packing.ts'
import { compareRows, LogRows } from './log-rows.ts'
import { authorColumn, type LogRow } from './rows.ts'
import { prepare, prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'
import { Summary } from './summary.ts'
import { logSum, outboxSum } from './sums.ts'

export class RoomWriter {
  readonly #db: Connection
  readonly #path: string
  #summary: Summary
  /** A commit failed: the tables in memory are ahead of those on disk. */
  #isAhead = false
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #insert: Statement
  readonly #insertRun: Statement
  readonly #insertEvent: Statement
  readonly #rows: LogRows
  readonly #copies: Statement<[number]>
  readonly #reach: Statement<[number | null]>
  readonly #dethrone: Statement
  readonly #put: Statement
  readonly #drop: Statement
  readonly #lastPut: Statement<[number | null]>

  constructor(db: Connection, path: string) {
    this.#db = db
    this.#path = path
    this.#summary = new Summary(db, path)
    this.#begin = prepare(db, 'BEGIN IMMEDIATE')
    this.#commit = prepare(db, 'COMMIT')
    this.#insert = prepare(db, 'INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#insertRun = prepare(db, 'INSERT INTO run VALUES (?, ?, ?)')
    this.#insertEvent = prepare(db, 'INSERT INTO event VALUES (?)')
    this.#rows = new LogRows(db, path, () => this.summary)
    this.#copies = prepareRaw(db, 'SELECT pos FROM log WHERE author = ? AND aseq = ?')
    this.#reach = prepareRaw(
      db,
      'SELECT max(aseq + count - 1) FROM log WHERE author = ? AND aseq BETWEEN ? AND ?',
    )
    this.#dethrone = prepare(db, 'UPDATE log SET canonical_until = ?, sum = ? WHERE pos = ?')
    this.#put = prepare(db, 'INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?)')
    this.#lastPut = prepareRaw(db, 'SELECT max(id) FROM outbox')
    this.#drop = prepare(db, 'DELETE FROM outbox WHERE inc = ? AND aseq = ?')
  }

  /** The small tables as they were last committed. Throws SQLite's errors when they must be read again. */
  get summary(): Summary {
    if (this.#isAhead) this.#summary = new Summary(this.#db, this.#path)
    this.#isAhead = false
    return this.#summary
  }

  /** All or nothing, and on disk when it returns. Throws SQLite's errors, and AssertionFailed for
   * positions or numbers that do not follow on; nothing is changed then. */
  commit(batches: readonly Batch[]): void {
    this.#begin.run()
    try {
      for (const batch of batches) this.#append(batch)
      this.summary.write()
      this.#commit.run()
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      this.#isAhead = true
      throw error
    }
  }

  #append(batch: Batch): void {
    const { strings, records, outbox, bytes } = batch
    const { summary } = this
    const namespaceIds: number[] = []
    const authorIds: number[] = []
    let from = 0
    for (let at = 0; at < records.length; at += batchStride) {
      const sealBytes = records[at + field.sealBytes]!
      const seal = sealBytes > 0 ? bytes.subarray(from, (from += sealBytes)) : null
      const part = bytes.subarray(from, (from += records[at + field.partBytes]!))
      const pos = records[at + field.pos]!
      const s = records[at + field.s]!
      const ts = records[at + field.ts]!
      const aseq = records[at + field.aseq]!
      const count = records[at + field.count]!
      const stamper = records[at + field.namespace]!
      const namespace = strings[stamper] as Namespace
      const namespaceId = (namespaceIds[stamper] ??= summary.namespaces.idOf(namespace))
      const voice = records[at + field.author]!
      const author = strings[voice] as Namespace
      const authorId = (authorIds[voice] ??= summary.authors.idOf(author))
      if (summary.countRecord(pos, namespaceId, s, ts + count - 1)) this.#insertRun.run(namespaceId, s, pos)
      const fresh = records[at + field.fresh] === 1
      const row: LogRow = {
        pos,
        namespaceId,
        namespace,
        s,
        ts,
        authorId,
        author,
        aseq,
        count,
        firstPos: pos,
        canonicalUntil: null,
        behind: summary.rise(ts),
        seal,
        part,
      }
      const placed = fresh ? row : this.#placeCopy(row)
      const { firstPos, canonicalUntil, behind } = placed
      const sum = logSum(placed)
      this.#insert.run(
        pos,
        namespaceId,
        s,
        ts,
        authorId,
        aseq,
        count,
        firstPos,
        canonicalUntil,
        behind,
        sum,
        seal,
        part,
      )
      if (records[at + field.hasEvents] === 1) this.#insertEvent.run(pos)
      this.#countMessages(authorId, aseq, count)
    }
    for (const [index, chain] of batch.chains) summary.namespaces.setHash(namespaceIds[index]!, chain)
    for (let at = 0; at < outbox.length; at += outboxStride) {
      const inc = strings[outbox[at + outboxField.inc]!]!
      const aseq = outbox[at + outboxField.aseq]!
      const count = outbox[at + outboxField.count]!
      const partBytes = outbox[at + outboxField.partBytes]!
      if (partBytes < 0) {
        this.#drop.run(inc, aseq)
        continue
      }
      const part = bytes.subarray(from, (from += partBytes))
      const id = 1 + (this.#lastPut.get()?.[0] ?? 0)
      this.#put.run(id, inc, aseq, count, outboxSum(id, inc, aseq, count, part), part)
    }
  }

  /**
   * D3: of several copies the one with the smallest key is canonical. There may be no other at this place: an author may
   * sign parts that overlap, and what a later one says is not new then, although it begins where no other does.
   */
  #placeCopy(copy: LogRow): LogRow {
    const others = this.#copies.all(copy.authorId, copy.aseq).map(([pos]) => this.#rows.at(pos))
    const canonical = others.find(({ canonicalUntil }) => canonicalUntil === null)
    if (!canonical) return copy
    const placed = { ...copy, firstPos: canonical.firstPos }
    if (compareRows(copy, canonical) > 0) return { ...placed, canonicalUntil: copy.pos }
    this.#dethrone.run(copy.pos, logSum({ ...canonical, canonicalUntil: copy.pos }), canonical.pos)
    return placed
  }

  /** Keeps `have` the highest aseq without a gap before it, for parts in any order. */
  #countMessages(authorId: number, aseq: number, count: number): void {
    const { authors } = this.summary
    const last = aseq + count - 1
    let have = authors.number(authorId, authorColumn.have)
    if (last <= have) return
    if (aseq <= have + 1) have = last
    const most = Math.max(last, authors.number(authorId, authorColumn.most))
    while (most > have) {
      const reach = this.#reach.get(authorId, have + 2 - entriesMax, have + 1)?.[0] ?? 0
      if (reach <= have) break
      have = reach
    }
    authors.setNumber(authorId, authorColumn.have, have)
    authors.setNumber(authorId, authorColumn.most, most)
  }
}
