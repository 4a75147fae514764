/**
 * The checksums of rows: CRC-32 over everything else that a row means. Guards against failing disks, not against people.
 */

import { crc32 } from 'node:zlib'
import type { LogRow } from './rows.ts'

/** Numbers of a row on their way into a checksum, little-endian on every machine. */
const numbers = new DataView(new ArrayBuffer(88))
const numberBytes = new Uint8Array(numbers.buffer)
/** In the place of NULL: no column holds it. */
const noNumber = 0.5

/** Of a row of `log`: the pages that name its namespace and its author have sums of their own. */
export function logSum(row: Omit<LogRow, 'namespace' | 'author'>): number {
  const { pos, namespaceId, s, ts, authorId, aseq, count, firstPos, canonicalUntil, behind, seal, part } = row
  numbers.setFloat64(0, pos, true)
  numbers.setFloat64(8, namespaceId, true)
  numbers.setFloat64(16, s, true)
  numbers.setFloat64(24, ts, true)
  numbers.setFloat64(32, authorId, true)
  numbers.setFloat64(40, aseq, true)
  numbers.setFloat64(48, count, true)
  numbers.setFloat64(56, firstPos, true)
  numbers.setFloat64(64, canonicalUntil ?? noNumber, true)
  numbers.setFloat64(72, behind, true)
  numbers.setFloat64(80, seal ? seal.length : noNumber, true)
  const before = crc32(numberBytes)
  return crc32(part, seal ? crc32(seal, before) : before)
}

/** Of the row of `room`: all its other columns in order. */
export function roomSum(room: string, copies: number, end: number, clock: number): number {
  return crc32(`${room} ${copies} ${end} ${clock}`)
}

/** Of a page of `namespace` or `author`. */
export function pageSum(table: string, page: number, rows: Uint8Array): number {
  return crc32(rows, crc32(`${table} ${page}`))
}

/** Of a row of `outbox`. */
export function outboxSum(id: number, inc: string, aseq: number, count: number, part: Uint8Array): number {
  return crc32(part, crc32(`${id} ${inc} ${aseq} ${count}`))
}
