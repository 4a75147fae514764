/**
 * What a row of each table means, once it is verified. See tables.ts for the columns.
 */

import { bootMax, countMax, lamportMax } from '../../core/model/bounds.ts'
import { bootCounter, type Inc } from '../../core/model/ids.ts'

/** Of `namespace`. `stamp`: (stamper, inc), as it names records. */
export type NamespaceRow = { id: number; stamper: string; inc: string; stamp: string; last: number }

/** Of `author`. `stamp`: (uid, inc), as it names messages. */
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
  aseq: number
  firstPos: number
  canonicalUntil: number | null
  part: Uint8Array
}

function isCount(value: number, max = countMax): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= max
}

function isInc(inc: string): boolean {
  return /^[0-9a-f]{28}$/.test(inc) && bootCounter(inc as Inc) <= bootMax
}

/** Whether a row holds what a record may be made of. One that does not is damage, whatever its checksum says. */
export function isNamespaceInRange({ inc, last }: NamespaceRow): boolean {
  return isInc(inc) && isCount(last)
}

export function isAuthorInRange({ inc, have, most }: AuthorRow): boolean {
  return isInc(inc) && isCount(have) && isCount(most)
}

export function isLogRowInRange({ s, ts, aseq }: LogRow): boolean {
  return isCount(s) && isCount(ts, lamportMax) && isCount(aseq)
}

export function isRoomInRange({ end, clock }: { end: number; clock: number }): boolean {
  return isCount(end) && isCount(clock, lamportMax)
}
