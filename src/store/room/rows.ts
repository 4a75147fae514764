/**
 * What a row of each table means, once it is verified. See tables.ts for the columns.
 */

import { bootMax, countMax, lamportMax } from '../../core/model/bounds.ts'
import { bootCounter, type Inc } from '../../core/model/ids.ts'
import { entriesMax } from '../../core/model/records.ts'
import { sealLength } from './packing.ts'

/** Of `namespace`. `stamp`: (stamper, inc), as it names records. `chain`: up to its last record. */
export type NamespaceRow = {
  id: number
  stamper: string
  inc: string
  stamp: string
  last: number
  chain: string
}

/** Of `author`. `stamp`: (uid, inc), as it names messages. `have`, `most`: see tables.ts. */
export type AuthorRow = {
  id: number
  uid: string
  inc: string
  stamp: string
  have: number
  most: number
}

/** Of `log`. `author`: the stamp of the author, so with the process that said it. */
export type LogRow = {
  pos: number
  namespace: NamespaceRow
  s: number
  ts: number
  author: string
  /** Of the first message of the part. */
  aseq: number
  /** Messages of the part. */
  count: number
  firstPos: number
  canonicalUntil: number | null
  /** See packing.ts. */
  seal: Uint8Array | null
  part: Uint8Array
}

function isCount(value: number, max = countMax): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max
}

function isInc(inc: string): boolean {
  return /^[0-9a-f]{28}$/.test(inc) && bootCounter(inc as Inc) <= bootMax
}

/** Whether a row holds what a record may be made of. One that does not is damage, whatever its checksum says. */
export function isNamespaceInRange({ inc, last, chain }: NamespaceRow): boolean {
  return isInc(inc) && isCount(last) && /^[0-9a-f]{64}$/.test(chain)
}

export function isAuthorInRange({ inc, have, most }: AuthorRow): boolean {
  return isInc(inc) && isCount(have) && isCount(most)
}

export function isLogRowInRange({ s, ts, aseq, count, seal }: LogRow): boolean {
  if (seal && seal.length !== sealLength) return false
  if (!isCount(count, entriesMax) || count === 0) return false
  return isCount(s) && isCount(ts + count - 1, lamportMax) && isCount(aseq + count - 1)
}

export function isRoomInRange({ end, clock }: { end: number; clock: number }): boolean {
  return isCount(end) && isCount(clock, lamportMax)
}
