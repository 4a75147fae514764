/**
 * Reads all records of a room in the order of their arrival, and checks that what each row says of its part is true: whose it is,
 * and which of several copies stands in the transcript. Checksums do not show this: they are those of whatever was written.
 */

import { splitNamespace, type Namespace } from '../../core/model/ids.ts'
import type { StampedRecord } from '../../core/model/records.ts'
import { compareRows, LogRows } from './log-rows.ts'
import { decodeStored, sealOf, type PartCodec } from './packing.ts'
import type { LogRow } from './rows.ts'
import { prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'
import type { Summary } from './summary.ts'

export class LogAudit {
  readonly #rows: LogRows
  readonly #summary: Summary
  readonly #codec: PartCodec
  readonly #copies: Statement<[number]>

  constructor(db: Connection, path: string, summary: Summary, codec: PartCodec) {
    this.#rows = new LogRows(db, path, () => summary)
    this.#summary = summary
    this.#codec = codec
    this.#copies = prepareRaw(
      db,
      'SELECT pos FROM log INDEXED BY log_by_mid WHERE author = ? AND aseq = ? ORDER BY pos',
    )
  }

  /** From the first on. Throws ERR_DAMAGED at one that is wrong, or SQLite's own errors. */
  *records(): Generator<StampedRecord> {
    for (const row of this.#rows.from(1)) {
      const { pos, s, ts, seal } = row
      const namespace = row.namespace.stamp as Namespace
      const { uid: stamper, inc: stamperInc } = splitNamespace(namespace)
      const part = decodeStored(row.part, this.#codec)
      const isItself =
        part.namespace === row.author && part.aseq === row.aseq && part.entries.length === row.count
      if (!isItself) throw this.#rows.damaged(`record ${pos} is kept as another message than it has`)
      this.#checkCopies(row)
      yield { stamper, stamperInc, namespace, s, ts, part, ...(seal && { seal: sealOf(seal) }) }
    }
  }

  /** Looks at all copies of a part where its first one lies (D3): the one with the smallest key is the canonical one. */
  #checkCopies(row: LogRow): void {
    const author = this.#summary.authorByStamp(row.author)
    const found = this.#copies.all(author?.id ?? 0, row.aseq).map(([pos]) => pos)
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
