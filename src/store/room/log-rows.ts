/**
 * Rows of the table `log`, read with their checksum verified: what comes out of here is what was written.
 */

import { RingleaderError } from '../../peer/errors.ts'
import type { LogRow } from './rows.ts'
import { isLogRowInRange } from './rows.ts'
import { prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'
import type { Summary } from './summary.ts'
import { logSum } from './sums.ts'

type RawRow = [
  pos: number,
  namespace: number,
  s: number,
  ts: number,
  author: number,
  aseq: number,
  count: number,
  firstPos: number,
  canonicalUntil: number | null,
  behind: number,
  sum: number,
  seal: Uint8Array | null,
  part: Uint8Array,
]

const columns =
  'pos, namespace, s, ts, author, aseq, count, first_pos, canonical_until, behind, sum, seal, part'

export class LogRows {
  readonly #summary: () => Summary
  readonly #path: string
  readonly #at: Statement<RawRow>
  readonly #from: Statement<RawRow>
  readonly #down: Statement<RawRow>

  /** `summary` gives the one in force: a commit that fails replaces it. */
  constructor(db: Connection, path: string, summary: () => Summary) {
    this.#summary = summary
    this.#path = path
    this.#at = prepareRaw(db, `SELECT ${columns} FROM log WHERE pos = ?`)
    this.#from = prepareRaw(db, `SELECT ${columns} FROM log WHERE pos >= ? ORDER BY pos`)
    this.#down = prepareRaw(db, `SELECT ${columns} FROM log WHERE pos <= ? ORDER BY pos DESC`)
  }

  /** Throws ERR_DAMAGED when it is not there, or not what was written. */
  at(pos: number): LogRow {
    const row = this.#at.get(pos)
    if (!row) throw this.damaged(`record ${pos} is missing`)
    return this.#verified(row)
  }

  /** The rows from a position on, without gaps. Throws ERR_DAMAGED at one that is missing or wrong. */
  *from(pos: number): Generator<LogRow> {
    for (const row of this.#from.iterate(pos)) {
      if (row[0] !== pos) throw this.damaged(`record ${pos} is missing`)
      yield this.#verified(row)
      pos += 1
    }
    if (pos <= this.#summary().end) throw this.damaged(`record ${pos} is missing`)
  }

  /** The rows from a position down to the first, without gaps. Throws ERR_DAMAGED as `from`. */
  *downFrom(pos: number): Generator<LogRow> {
    for (const row of this.#down.iterate(pos)) {
      if (row[0] !== pos) break
      yield this.#verified(row)
      pos -= 1
    }
    if (pos > 0) throw this.damaged(`record ${pos} is missing`)
  }

  damaged(what: string): RingleaderError {
    return new RingleaderError('ERR_DAMAGED', `${this.#path} is damaged (${what})`)
  }

  #verified(row: RawRow): LogRow {
    const [
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
    ] = row
    const { namespaces, authors } = this.#summary()
    const [namespace, author] = [namespaces.nameOf(namespaceId), authors.nameOf(authorId)]
    if (namespace === undefined || author === undefined) throw this.damaged(`record ${pos} is of nobody`)
    // Spelled out, as spreading costs a microsecond.
    const verified: LogRow = {
      pos,
      namespaceId,
      namespace,
      s,
      ts,
      authorId,
      author,
      aseq,
      count,
      firstPos,
      canonicalUntil,
      behind,
      seal,
      part,
    }
    if (!(part instanceof Uint8Array) || sum !== logSum(verified)) {
      throw this.damaged(`record ${pos} is not what was written`)
    }
    if (!isLogRowInRange(verified)) throw this.damaged(`record ${pos} is out of range`)
    return verified
  }
}

/** D3. Namespaces compare as (uid, inc) do: both have a fixed width. */
export function compareRows(a: LogRow, b: LogRow): number {
  if (a.ts !== b.ts) return a.ts - b.ts
  if (a.namespace === b.namespace) return 0
  return a.namespace < b.namespace ? -1 : 1
}
