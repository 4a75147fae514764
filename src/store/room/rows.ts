/**
 * What a row of each table means, once it is verified. See tables.ts for the columns.
 */

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
  said: number
}

/** Of `log`. `author`: the stamp of the author, so with the process that said it. */
export type LogRow = {
  pos: number
  namespace: NamespaceRow
  s: number
  ts: number
  author: string
  aseq: number
  number: number
  firstPos: number
  canonicalUntil: number | null
  part: Uint8Array
}
