/**
 * Appends packed writes to a room's database: one transaction for any number of them.
 */

import { assert } from '../../lib/assert.ts'
import { batchField as field, batchStride, outboxField, outboxStride, type Batch } from './packing.ts'
import { compareRows, LogRows } from './log-rows.ts'
import type { AuthorRow, LogRow } from './rows.ts'
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
  readonly #rows: LogRows
  readonly #copies: Statement<[number]>
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
    this.#insert = prepare(db, 'INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#rows = new LogRows(db, path, () => this.summary)
    this.#copies = prepareRaw(db, 'SELECT pos FROM log WHERE author = ? AND aseq = ?')
    this.#dethrone = prepare(db, 'UPDATE log SET canonical_until = ?, sum = ? WHERE pos = ?')
    this.#put = prepare(db, 'INSERT INTO outbox VALUES (?, ?, ?, ?, ?)')
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
    let from = 0
    for (let at = 0; at < records.length; at += batchStride) {
      const part = bytes.subarray(from, (from += records[at + field.partBytes]!))
      const pos = records[at + field.pos]!
      const s = records[at + field.s]!
      const ts = records[at + field.ts]!
      const aseq = records[at + field.aseq]!
      const namespace = this.summary.namespaceOf(
        strings[records[at + field.stamper]!]!,
        strings[records[at + field.inc]!]!,
      )
      const author = this.summary.authorOf(
        strings[records[at + field.author]!]!,
        strings[records[at + field.authorInc]!]!,
      )
      this.summary.countRecord(pos, namespace, s, ts)
      const fresh = records[at + field.fresh] === 1
      const row = {
        pos,
        namespace,
        s,
        ts,
        author: author.stamp,
        aseq,
        firstPos: pos,
        canonicalUntil: null,
        part,
      }
      const placed = fresh ? row : this.#placeCopy(row, author)
      this.#insert.run(
        pos,
        namespace.id,
        s,
        ts,
        author.id,
        aseq,
        placed.firstPos,
        placed.canonicalUntil,
        records[at + field.wall]!,
        strings[records[at + field.name]!]!,
        strings[records[at + field.addr]!]!,
        records[at + field.textAt] || null,
        records[at + field.textBytes]!,
        logSum(placed),
        part,
      )
      this.#countMessage(author, aseq)
    }
    for (let at = 0; at < outbox.length; at += outboxStride) {
      const inc = strings[outbox[at + outboxField.inc]!]!
      const aseq = outbox[at + outboxField.aseq]!
      const partBytes = outbox[at + outboxField.partBytes]!
      if (partBytes < 0) {
        this.#drop.run(inc, aseq)
        continue
      }
      const part = bytes.subarray(from, (from += partBytes))
      const id = 1 + (this.#lastPut.get()?.[0] ?? 0)
      this.#put.run(id, inc, aseq, outboxSum(id, inc, aseq, part), part)
    }
  }

  /** D3: of several copies the one with the smallest key is canonical. */
  #placeCopy(copy: LogRow, author: AuthorRow): LogRow {
    const others = this.#copies.all(author.id, copy.aseq).map(([pos]) => this.#rows.at(pos))
    const canonical = others.find(({ canonicalUntil }) => canonicalUntil === null)
    assert(canonical, `second copy of ${author.stamp}:${copy.aseq} without a first`)
    const placed = { ...copy, firstPos: canonical.firstPos }
    if (compareRows(copy, canonical) > 0) return { ...placed, canonicalUntil: copy.pos }
    this.#dethrone.run(copy.pos, logSum({ ...canonical, canonicalUntil: copy.pos }), canonical.pos)
    return placed
  }

  /** Keeps `have` the highest aseq without a gap before it, for records in any order. */
  #countMessage(author: AuthorRow, aseq: number): void {
    if (aseq <= author.have) return
    if (aseq === author.have + 1) author.have = aseq
    if (aseq > author.most) author.most = aseq
    while (author.most > author.have && this.#copies.get(author.id, author.have + 1) !== undefined) {
      author.have += 1
    }
    this.summary.touchAuthor(author)
  }
}
