/**
 * Reads all records of a room in the order of their arrival, and checks that what each row says of its part is true: whose it is,
 * and which of several copies stands in the transcript. Checksums do not show this: they are those of whatever was written.
 */

import { splitNamespace } from '../../core/model/ids.ts'
import { countOf } from '../../core/model/records.ts'
import type { StampedRecord } from '../../core/model/records.ts'
import { compareRows, LogRows } from './log-rows.ts'
import { decodeStored, sealOf, type PartCodec } from './packing.ts'
import type { LogRow } from './rows.ts'
import { prepareRaw, valueOf, type Connection, type Statement } from './sqlite-driver.ts'
import type { Summary } from './summary.ts'

export class LogAudit {
  readonly #rows: LogRows
  readonly #summary: Summary
  readonly #codec: PartCodec
  readonly #db: Connection
  readonly #copies: Statement<[number]>
  readonly #run: Statement<[number]>

  constructor(db: Connection, path: string, summary: Summary, codec: PartCodec) {
    this.#rows = new LogRows(db, path, () => summary)
    this.#summary = summary
    this.#codec = codec
    this.#db = db
    this.#run = prepareRaw(db, 'SELECT pos FROM run WHERE namespace = ? AND s = ?')
    this.#copies = prepareRaw(
      db,
      'SELECT pos FROM log INDEXED BY log_by_mid WHERE author = ? AND aseq = ? ORDER BY pos',
    )
  }

  /** From the first on. Throws ERR_DAMAGED at one that is wrong, or SQLite's own errors. */
  *records(): Generator<StampedRecord> {
    this.#checkNames()
    let before = 0
    let runs = 0
    let late = 0
    let top = 0
    for (const row of this.#rows.from(1)) {
      const { pos, namespace, s, ts, seal } = row
      const { uid: stamper, inc: stamperInc } = splitNamespace(namespace)
      const part = decodeStored(row.part, this.#codec)
      const isItself = part.namespace === row.author && part.aseq === row.aseq && countOf(part) === row.count
      if (!isItself) throw this.#rows.damaged(`record ${pos} is kept as another message than it has`)
      this.#checkCopies(row)
      if (row.namespaceId !== before) {
        runs += 1
        if (this.#run.get(row.namespaceId, s)?.[0] !== pos)
          throw this.#rows.damaged(`record ${pos} is not found by its leader`)
      }
      before = row.namespaceId
      if (row.behind !== Math.max(0, top + 1 - ts))
        throw this.#rows.damaged(`record ${pos} is at a wrong place of the transcript`)
      top = Math.max(top, ts)
      if (row.behind > 0) late += 1
      yield { stamper, stamperInc, namespace, s, ts, part, ...(seal && { seal: sealOf(seal) }) }
    }
    this.#checkCounts(runs, late)
  }

  /** A run that begins where no other namespace ends would lead elsewhere. */
  #checkCounts(runs: number, late: number): void {
    const found = valueOf(this.#db, 'SELECT count(*) FROM run')
    if (found !== runs) throw this.#rows.damaged(`${String(found)} runs where there are ${runs}`)
    const indexed = valueOf(this.#db, 'SELECT count(*) FROM log INDEXED BY log_behind WHERE behind > 0')
    if (indexed !== late) throw this.#rows.damaged(`${String(indexed)} late records where there are ${late}`)
  }

  /** A process that stands in two rows would be counted in each of them. */
  #checkNames(): void {
    const { namespaces, authors } = this.#summary
    for (const { rows } of [namespaces, authors])
      for (let row = 0; row < rows.size; row++)
        if (rows.find(rows.processOf(row)) !== row)
          throw this.#rows.damaged(`${rows.processOf(row)} is counted twice`)
  }

  /** Looks at all copies of a part where its first one lies (D3): the one with the smallest key is the canonical one. */
  #checkCopies(row: LogRow): void {
    const found = this.#copies.all(row.authorId, row.aseq).map(([pos]) => pos)
    if (!found.includes(row.pos)) throw this.#rows.damaged(`record ${row.pos} is not found by its message`)
    if (found[0] !== row.pos) return
    const until = new Map<LogRow, number | null>([[row, null]])
    let canonical = row
    for (const copy of found.slice(1).map((pos) => this.#rows.at(pos))) {
      if (compareRows(copy, canonical) > 0) {
        until.set(copy, copy.pos)
        continue
      }
      until.set(canonical, copy.pos)
      until.set(copy, null)
      canonical = copy
    }
    for (const [{ pos, firstPos, canonicalUntil }, expected] of until) {
      if (firstPos === row.pos && canonicalUntil === expected) continue
      throw this.#rows.damaged(`record ${pos} is at a wrong place of the transcript`)
    }
  }
}
