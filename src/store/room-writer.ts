/**
 * Appends packed writes to a room's database: one transaction for any number of them.
 * Synchronous; knows nothing of threads, retries or who waits for the commit.
 */

import { assert } from '../lib/assert.ts'
import { batchField as field, batchStride, type Batch } from './packing.ts'
import { logSum, outboxSum } from './sums.ts'
import { Summary, type AuthorRow, type NamespaceRow } from './summary.ts'
import type { Connection, Statement } from './sqlite-driver.ts'

type Copy = { pos: number; namespace: number; ts: number; first_pos: number; canonical_until: number | null }

export class RoomWriter {
  summary: Summary
  readonly #db: Connection
  readonly #path: string
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #insert: Statement
  readonly #copies: Statement<Copy>
  readonly #dethrone: Statement
  readonly #holds: Statement<number>
  readonly #put: Statement
  readonly #drop: Statement

  constructor(db: Connection, path: string) {
    this.#db = db
    this.#path = path
    this.summary = new Summary(db, path)
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#insert = db.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#copies = db.prepare(
      'SELECT pos, namespace, ts, first_pos, canonical_until FROM log WHERE author = ? AND aseq = ?',
    )
    this.#dethrone = db.prepare('UPDATE log SET canonical_until = ? WHERE pos = ?')
    this.#holds = db.prepare('SELECT 1 FROM log WHERE author = ? AND aseq = ?').pluck() as Statement<number>
    this.#put = db.prepare('INSERT OR REPLACE INTO outbox VALUES (?, ?, ?)')
    this.#drop = db.prepare('DELETE FROM outbox WHERE aseq = ?')
  }

  /** All or nothing, and on disk when it returns. Throws SQLite's errors, and AssertionFailed for
   * positions or numbers that do not follow on; nothing is changed then. */
  commit(batches: readonly Batch[]): void {
    try {
      this.#begin.run()
      for (const batch of batches) this.#append(batch)
      this.summary.write()
      this.#commit.run()
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
      this.summary = new Summary(this.#db, this.#path)
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
      const author = this.summary.authorOf(strings[records[at + field.author]!]!)
      this.summary.countRecord(pos, namespace, s, ts)
      const place =
        records[at + field.fresh] === 1
          ? { firstPos: pos, until: null }
          : this.#placeCopy(pos, namespace, ts, author, aseq)
      this.#insert.run(
        pos,
        namespace.id,
        s,
        ts,
        author.id,
        aseq,
        place.firstPos,
        place.until,
        records[at + field.wall],
        strings[records[at + field.name]!],
        strings[records[at + field.addr]!],
        records[at + field.textAt] || null,
        records[at + field.textBytes],
        logSum(pos, namespace.stamp, s, ts, author.uid, aseq, place.firstPos, part),
        part,
      )
      this.#countMessage(author, aseq)
    }
    for (let at = 0; at < outbox.length; at += 2) {
      const aseq = outbox[at]!
      if (aseq < 0) {
        this.#drop.run(-aseq)
        continue
      }
      const part = bytes.subarray(from, (from += outbox[at + 1]!))
      this.#put.run(aseq, outboxSum(aseq, part), part)
    }
  }

  /** D3: of several copies the one with the smallest key is canonical. */
  #placeCopy(
    pos: number,
    namespace: NamespaceRow,
    ts: number,
    author: AuthorRow,
    aseq: number,
  ): { firstPos: number; until: number | null } {
    const copies = this.#copies.all(author.id, aseq)
    const canonical = copies.find((copy) => copy.canonical_until === null)
    assert(canonical, `second copy of ${author.uid}:${aseq} without a first`)
    const other = this.summary.namespaceById(canonical.namespace)
    assert(other, `namespace ${canonical.namespace} is unknown`)
    const smaller = ts !== canonical.ts ? ts < canonical.ts : namespace.stamp < other.stamp
    if (smaller) this.#dethrone.run(pos, canonical.pos)
    return { firstPos: canonical.first_pos, until: smaller ? null : pos }
  }

  /** Keeps `have` the highest aseq without a gap before it, in whatever order they come. */
  #countMessage(author: AuthorRow, aseq: number): void {
    if (aseq <= author.have) return
    if (aseq === author.have + 1) author.have = aseq
    if (aseq > author.most) author.most = aseq
    while (author.most > author.have && this.#holds.get(author.id, author.have + 1) !== undefined) {
      author.have += 1
    }
    this.summary.touchAuthor(author)
  }
}
