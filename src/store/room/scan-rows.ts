/**
 * Rows of the table `log` as a search looks at them: without their checksums, and without what it does not need. What it
 * finds is read again, and verified then.
 */

import type { LogRows } from './log-rows.ts'
import type { LogRow } from './rows.ts'
import { prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'

export type ScanRow = Pick<LogRow, 'pos' | 'ts' | 'behind' | 'firstPos' | 'canonicalUntil' | 'part'>

type RawRow = [
  pos: number,
  ts: number,
  behind: number,
  firstPos: number,
  canonicalUntil: number | null,
  part: Uint8Array,
]

const columns = 'pos, ts, behind, first_pos, canonical_until, part'

export class ScanRows {
  readonly #verified: LogRows
  readonly #end: () => number
  readonly #from: Statement<RawRow>
  readonly #down: Statement<RawRow>

  constructor(db: Connection, verified: LogRows, end: () => number) {
    this.#verified = verified
    this.#end = end
    this.#from = prepareRaw(db, `SELECT ${columns} FROM log WHERE pos >= ? ORDER BY pos`)
    this.#down = prepareRaw(db, `SELECT ${columns} FROM log WHERE pos <= ? ORDER BY pos DESC`)
  }

  /** Verified. Throws ERR_DAMAGED. */
  at(pos: number): LogRow {
    return this.#verified.at(pos)
  }

  /** As in LogRows. */
  *from(pos: number): Generator<ScanRow> {
    for (const row of this.#from.iterate(pos)) {
      if (row[0] !== pos) break
      yield rowOf(row)
      pos += 1
    }
    if (pos <= this.#end()) throw this.damaged(`record ${pos} is missing`)
  }

  /** As in LogRows. */
  *downFrom(pos: number): Generator<ScanRow> {
    for (const row of this.#down.iterate(pos)) {
      if (row[0] !== pos) break
      yield rowOf(row)
      pos -= 1
    }
    if (pos > 0) throw this.damaged(`record ${pos} is missing`)
  }

  damaged(what: string): Error {
    return this.#verified.damaged(what)
  }
}

function rowOf([pos, ts, behind, firstPos, canonicalUntil, part]: RawRow): ScanRow {
  return { pos, ts, behind, firstPos, canonicalUntil, part }
}
