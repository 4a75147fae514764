/**
 * The tables `namespace` and `author` of a room's database: a row for each process, packed into pages of 64 rows, so that
 * opening reads some thousand blobs where a room has seen some hundred thousand processes.
 */

import { randomBytes } from 'node:crypto'
import type { Inc, Namespace } from '../../core/model/ids.ts'
import { ProcessTable, type Columns, type PackedRows } from '../../core/model/process-table.ts'
import type { RingleaderError } from '../../peer/errors.ts'
import { isAuthorInRange, isNamespaceInRange } from './rows.ts'
import { prepareRaw, valueOf, type Connection, type Statement } from './sqlite-driver.ts'
import { pageSum } from './sums.ts'

/** Rows of a page: all but the last one are full. */
export const pageRows = 64

/** Of a process: the uid and the inc. Unit: bytes. */
const keyBytes = 32
const numberBytes = 8
const hashBytes = 32

/** Names of processes that were read last are kept: it takes a microsecond to write one. */
const namesMax = 1024

type Page = [page: number, rows: Uint8Array, sum: number]
type Table = 'namespace' | 'author'
type Damaged = (what: string) => RingleaderError

/** Processes are numbered from 1 on, in the order in which they were added: the ids by which rows of `log` name them. */
export class ProcessPages {
  readonly rows: ProcessTable
  readonly #db: Connection
  readonly #table: Table
  readonly #touched = new Set<number>()
  readonly #names = new Map<number, Namespace>()
  #put: Statement<unknown> | undefined

  /** Reads and verifies the table. Throws what `damaged` makes, or SQLite's own errors. */
  constructor(db: Connection, table: Table, columns: Columns, damaged: Damaged) {
    this.#db = db
    this.#table = table
    const rows = readPages(db, table, columns, damaged)
    const isInRange = table === 'namespace' ? isNamespaceInRange : isAuthorInRange
    for (let row = 0; row < rows.size; row++)
      if (!isInRange(rows, row)) throw damaged(`row ${row + 1} of the table ${table} is out of range`)
    this.rows = new ProcessTable(columns, randomBytes(4).readUInt32LE(), rows)
  }

  /** The id of a process; 0: it has none. */
  find(process: Namespace): number {
    return this.rows.find(process) + 1
  }

  /** The id of a process, made if need be: with zeros. */
  idOf(process: Namespace): number {
    return this.rows.rowOf(process) + 1
  }

  /** Undefined when a damaged row names a process that is not there. */
  nameOf(id: number): Namespace | undefined {
    const known = this.#names.get(id)
    if (known !== undefined) return known
    if (id < 1 || id > this.rows.size) return undefined
    const name = this.rows.processOf(id - 1)
    if (this.#names.size >= namesMax) this.#names.clear()
    this.#names.set(id, name)
    return name
  }

  /** The processes of any uid that have this inc. */
  withInc(inc: Inc): number[] {
    return this.rows.rowsWithInc(inc).map((row) => row + 1)
  }

  number(id: number, column: number): number {
    return this.rows.number(id - 1, column)
  }

  setNumber(id: number, column: number, value: number): void {
    this.rows.setNumber(id - 1, column, value)
    this.#touch(id)
  }

  /** `hash`: 64 hex digits. */
  setHash(id: number, hash: string): void {
    this.rows.setHash(id - 1, hash)
    this.#touch(id)
  }

  /** A copy of all rows, with space for more. */
  copy(): PackedRows {
    return this.rows.rows(0, this.rows.size, pageRows)
  }

  /** Writes the pages that were touched; inside a transaction. */
  write(): void {
    this.#put ??= this.#db.prepare(`INSERT OR REPLACE INTO ${this.#table} VALUES (?, ?, ?)`)
    for (const page of this.#touched) {
      const from = page * pageRows
      const rows = packRows(this.rows.rows(from, Math.min(this.rows.size, from + pageRows)))
      this.#put.run(page, rows, pageSum(this.#table, page, rows))
    }
    this.#touched.clear()
  }

  #touch(id: number): void {
    this.#touched.add(Math.floor((id - 1) / pageRows))
  }
}

/** Some rows as one blob: their keys, their numbers, their hashes, each little-endian on every machine. */
export function packRows({ keys, numbers, hashes }: PackedRows): Uint8Array {
  // Copies, because the order of bytes is changed in place.
  const columns = [
    Buffer.from(bytesOf(keys)),
    Buffer.from(bytesOf(numbers)),
    Buffer.from(bytesOf(hashes)),
  ] as const
  toLittleEndian(...columns)
  return Buffer.concat(columns)
}

function readPages(db: Connection, table: Table, { numbers, hash }: Columns, damaged: Damaged): PackedRows {
  const pages = valueOf(db, `SELECT count(*) FROM ${table}`) as number
  // With space for a page more: the next processes need no copy of all.
  const space = (pages + 1) * pageRows
  const widths = [keyBytes, numbers * numberBytes, hash ? hashBytes : 0] as const
  const columns = widths.map((width) => Buffer.from(new ArrayBuffer(space * width)))
  const width = widths[0] + widths[1] + widths[2]
  let [size, due] = [0, 0]
  const select = prepareRaw<Page>(db, `SELECT page, rows, sum FROM ${table} ORDER BY page`)
  for (const [page, rows, sum] of select.iterate()) {
    const count = rows.length / width
    // Only the last one may have less than all its rows.
    const isNext = page === due && due < pages && size === page * pageRows
    if (!isNext || !(count > 0 && count <= pageRows) || !Number.isInteger(count))
      throw damaged(`page ${due} of the table ${table} is not there`)
    if (sum !== pageSum(table, page, rows))
      throw damaged(`page ${page} of the table ${table} is not what was written`)
    let from = 0
    for (const [column, one] of widths.entries()) {
      columns[column]!.set(rows.subarray(from, (from += count * one)), size * one)
    }
    size += count
    due += 1
  }
  const [keyColumn, numberColumn, hashColumn] = columns as [Column, Column, Column]
  toLittleEndian(keyColumn, numberColumn, hashColumn)
  return {
    size,
    keys: new Uint32Array(keyColumn.buffer),
    numbers: new Float64Array(numberColumn.buffer),
    hashes: new Uint32Array(hashColumn.buffer),
  }
}

type Column = Buffer<ArrayBuffer>

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Turns the order of bytes in place, or back, where that of the machine is another. */
function toLittleEndian(keys: Buffer, numbers: Buffer, hashes: Buffer): void {
  if (isLittleEndian) return
  keys.swap32()
  numbers.swap64()
  hashes.swap32()
}

function bytesOf(column: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
}
