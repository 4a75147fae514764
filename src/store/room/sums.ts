/**
 * The checksums of rows: CRC-32 over what a row means, names instead of interned numbers, so that a
 * flipped bit in an interned name shows as well. Guards against failing disks, not against people.
 */

import { crc32 } from 'node:zlib'
import type { LogRow } from './rows.ts'

/** Of a row of `log`. */
export function logSum(row: LogRow): number {
  const { pos, namespace, s, ts, author, aseq, count, firstPos, canonicalUntil, seal, part } = row
  const columns = `${pos} ${namespace.stamp} ${s} ${ts} ${author} ${aseq} ${count} ${firstPos} ${canonicalUntil}`
  const before = crc32(columns)
  return crc32(part, seal ? crc32(seal, before) : before)
}

/** Of a row of the small tables: all its other columns in order. */
export function rowSum(...columns: readonly (string | number)[]): number {
  return crc32(columns.join(' '))
}

/** Of a row of `outbox`. */
export function outboxSum(id: number, inc: string, aseq: number, count: number, part: Uint8Array): number {
  return crc32(part, crc32(`${id} ${inc} ${aseq} ${count}`))
}
