/**
 * Appends packed writes to a room's database: one transaction for any number of them.
 */

import { entriesMax } from '../../core/model/records.ts'
import { batchField as field, batchStride, outboxField, outboxStride, type Batch } from './packing.ts'
import { compareRows, LogRows } from './log-rows.ts'
import type { AuthorRow, LogRow, NamespaceRow } from './rows.ts'
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
    this.#insert = prepare(db, 'INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
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
    const namespaces: NamespaceRow[] = []
    const authors: AuthorRow[] = []
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
      const namespace = (namespaces[stamper] ??= summary.namespaceOf(strings[stamper]!))
      const voice = records[at + field.author]!
      const author = (authors[voice] ??= summary.authorOf(strings[voice]!))
      summary.countRecord(pos, namespace, s, ts + count - 1)
      const fresh = records[at + field.fresh] === 1
      const row = {
        pos,
        namespace,
        s,
        ts,
        author: author.stamp,
        aseq,
        count,
        firstPos: pos,
        canonicalUntil: null,
        seal,
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
        count,
        placed.firstPos,
        placed.canonicalUntil,
        logSum(placed),
        seal,
        part,
      )
      this.#countMessages(author, aseq, count)
    }
    for (const [index, chain] of batch.chains) namespaces[index]!.chain = chain
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
  #placeCopy(copy: LogRow, author: AuthorRow): LogRow {
    const others = this.#copies.all(author.id, copy.aseq).map(([pos]) => this.#rows.at(pos))
    const canonical = others.find(({ canonicalUntil }) => canonicalUntil === null)
    if (!canonical) return copy
    const placed = { ...copy, firstPos: canonical.firstPos }
    if (compareRows(copy, canonical) > 0) return { ...placed, canonicalUntil: copy.pos }
    this.#dethrone.run(copy.pos, logSum({ ...canonical, canonicalUntil: copy.pos }), canonical.pos)
    return placed
  }

  /** Keeps `have` the highest aseq without a gap before it, for parts in any order. */
  #countMessages(author: AuthorRow, aseq: number, count: number): void {
    const last = aseq + count - 1
    if (last <= author.have) return
    if (aseq <= author.have + 1) author.have = last
    if (last > author.most) author.most = last
    while (author.most > author.have) {
      const reach = this.#reach.get(author.id, author.have + 2 - entriesMax, author.have + 1)?.[0] ?? 0
      if (reach <= author.have) break
      author.have = reach
    }
    this.summary.touchAuthor(author)
  }
}
