/**
 * The checksums of rows: CRC-32 over what a row means, names instead of interned numbers, so that a
 * flipped bit in an interned name shows as well. Guards against failing disks, not against people.
 */

import { crc32 } from 'node:zlib'

/** Of a row of `log`. `stamp` is `<stamper>.<inc>`, `author` a uid. */
export function logSum(
  pos: number,
  stamp: string,
  s: number,
  ts: number,
  author: string,
  aseq: number,
  firstPos: number,
  part: Uint8Array,
): number {
  return crc32(part, crc32(`${pos} ${stamp} ${s} ${ts} ${author} ${aseq} ${firstPos}`))
}

/** Of a row of the small tables: all its other columns in order. */
export function rowSum(...columns: readonly (string | number)[]): number {
  return crc32(columns.join(' '))
}

/** Of a row of `outbox`. */
export function outboxSum(aseq: number, part: Uint8Array): number {
  return crc32(part, crc32(`${aseq}`))
}
