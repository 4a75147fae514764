/**
 * What a row of each table means, once it is verified. See tables.ts for the columns.
 */

import { bootMax, countMax, lamportMax } from '../../core/model/bounds.ts'
import { authorColumns, namespaceColumns } from '../../core/model/frontier.ts'
import type { Namespace } from '../../core/model/ids.ts'
import type { PackedRows } from '../../core/model/process-table.ts'
import { entriesMax } from '../../core/model/records.ts'
import { sealLength } from './packing.ts'

/** Of `namespace`, with the chain as the hash. lastTs: of the last message of record `last`. */
export const namespaceColumn = { last: 0, lastTs: 1 } as const

/** Of `author`. */
export const authorColumn = { have: 0, most: 1 } as const

/** Of `log`. */
export type LogRow = {
  pos: number
  namespaceId: number
  /** As it names records. */
  namespace: Namespace
  s: number
  ts: number
  authorId: number
  /** The process that said it. */
  author: Namespace
  /** Of the first message of the part. */
  aseq: number
  /** Messages of the part. */
  count: number
  firstPos: number
  canonicalUntil: number | null
  behind: number
  /** See packing.ts. */
  seal: Uint8Array | null
  part: Uint8Array
}

function isCount(value: number, max = countMax): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max
}

/** Of a process: 16 bytes of uid, 6 of boot counter, 8 of chance, and 2 that are 0. */
function isKey({ keys }: PackedRows, row: number): boolean {
  const at = row * 8
  const boot = keys[at + 4]! * 0x10000 + (keys[at + 5]! >>> 16)
  return boot <= bootMax && (keys[at + 7]! & 0xffff) === 0
}

/** Whether a row holds what a record may be made of. One that does not is damage, whatever its checksum says. */
export function isNamespaceInRange(rows: PackedRows, row: number): boolean {
  const at = row * namespaceColumns.numbers
  const [last, lastTs] = [
    rows.numbers[at + namespaceColumn.last]!,
    rows.numbers[at + namespaceColumn.lastTs]!,
  ]
  return isKey(rows, row) && isCount(last) && isCount(lastTs, lamportMax)
}

export function isAuthorInRange(rows: PackedRows, row: number): boolean {
  const at = row * authorColumns.numbers
  const [have, most] = [rows.numbers[at + authorColumn.have]!, rows.numbers[at + authorColumn.most]!]
  return isKey(rows, row) && isCount(have) && isCount(most)
}

/** The largest ts of the records up to this one. */
export function topOf({ ts, behind }: { ts: number; behind: number }): number {
  return behind === 0 ? ts : ts + behind - 1
}

export function isLogRowInRange({ s, ts, behind, aseq, count, seal }: LogRow): boolean {
  if (seal && seal.length !== sealLength) return false
  if (!isCount(count, entriesMax) || count === 0) return false
  if (!isCount(behind, lamportMax) || !isCount(topOf({ ts, behind }), lamportMax)) return false
  return isCount(s) && isCount(ts + count - 1, lamportMax) && isCount(aseq + count - 1)
}

export function isRoomInRange({ end, clock }: { end: number; clock: number }): boolean {
  return isCount(end) && isCount(clock, lamportMax)
}
