/**
 * Rows of the table `log` as a search looks at them: many at a time, as each row costs more to fetch than to look through;
 * without their checksums, and without what it does not need. What it finds is read again, and verified then.
 */

import type { LogRows } from './log-rows.ts'
import type { LogRow } from './rows.ts'
import { prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'

export type ScanRow = Pick<LogRow, 'pos' | 'ts' | 'behind' | 'firstPos' | 'canonicalUntil' | 'part'>

/** Parts fetched together, near enough: their number follows the length of those before. Unit: bytes. */
const chunkBytes = 512 * 1024
const chunkRowsFirst = 4
const chunkRowsMax = 256
/** Numbers of a row in `chunk`. */
const stride = 5

/** The rows at some positions in one row: the numbers of each as text, and the bytes of all parts behind one another. */
const chunk = `SELECT group_concat(ts || ',' || behind || ',' || first_pos || ',' || ifnull(canonical_until, 0) || ',' ||
  length(part)), CAST(group_concat(part, '') AS BLOB) FROM log WHERE pos BETWEEN ? AND ?`

export class ScanRows {
  readonly #verified: LogRows
  readonly #end: () => number
  readonly #chunk: Statement<[numbers: string | null, parts: Uint8Array | null]>

  constructor(db: Connection, verified: LogRows, end: () => number) {
    this.#verified = verified
    this.#end = end
    this.#chunk = prepareRaw(db, chunk)
  }

  /** Verified. Throws ERR_DAMAGED. */
  at(pos: number): LogRow {
    return this.#verified.at(pos)
  }

  /** As in LogRows. */
  *from(pos: number): Generator<ScanRow> {
    const end = this.#end()
    let count = chunkRowsFirst
    while (pos <= end) {
      const rows = this.#rowsAt(pos, Math.min(end, pos + count - 1))
      yield* rows
      pos += rows.length
      count = nextCount(rows)
    }
  }

  /** As in LogRows. */
  *downFrom(pos: number): Generator<ScanRow> {
    let count = chunkRowsFirst
    while (pos > 0) {
      const rows = this.#rowsAt(Math.max(1, pos - count + 1), pos).reverse()
      yield* rows
      pos -= rows.length
      count = nextCount(rows)
    }
  }

  damaged(what: string): Error {
    return this.#verified.damaged(what)
  }

  /** All of them. Throws ERR_DAMAGED. */
  #rowsAt(from: number, to: number): ScanRow[] {
    const [text, parts] = this.#chunk.get(from, to) ?? [null, null]
    const numbers = JSON.parse(`[${text ?? ''}]`) as number[]
    const count = to - from + 1
    const rows: ScanRow[] = []
    let end = 0
    for (let i = 0, at = 0; i < count && parts && at < numbers.length; i++, at += stride) {
      const begin = end
      end += numbers[at + 4]!
      rows.push({
        pos: from + i,
        ts: numbers[at]!,
        behind: numbers[at + 1]!,
        firstPos: numbers[at + 2]!,
        // No position is 0.
        canonicalUntil: numbers[at + 3]! || null,
        part: parts.subarray(begin, end),
      })
    }
    if (numbers.length !== count * stride || end !== parts?.length)
      throw this.damaged(`not all of the records ${from} to ${to} are there`)
    return rows
  }
}

/** How many rows like these are worth one fetch. */
function nextCount(rows: readonly ScanRow[]): number {
  let bytes = 1
  for (const { part } of rows) bytes += part.length
  return Math.min(chunkRowsMax, Math.max(1, Math.floor((rows.length * chunkBytes) / bytes)))
}
