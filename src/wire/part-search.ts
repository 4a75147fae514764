/**
 * Looks through parts for what people search, in the bytes as they are stored: nothing is made of a part in which there is
 * nothing to be found.
 */

import { Buffer, isAscii } from 'node:buffer'
import { foldText, hasWords } from '../lib/find-text.ts'
import { BadFrame } from './bad-frame.ts'
import { ByteReader } from './byte-stream.ts'
import { uidOfPublicKey } from './digest.ts'
import { hexOf } from './hex.ts'
import { addressBytesMax, authorBytes, countMax, keyBytes, lamportMax, nameBytesMax } from './limits.ts'
import { partIdBytes, signatureBytes, textBytesMax, wallMsMax } from './limits.ts'

/** What is searched: messages of which all of this holds. */
export type PartFilter = {
  /** Folded (lib/find-text.ts): each stands in the text. */
  readonly words: readonly string[]
  readonly from?: AuthorFilter | undefined
  /** By the author's clock: not before `since`, and before `until`. Unit: ms since 1970. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

/** Whom a person means: the name under which something was said, folded, or the beginning of the node id. Either is enough. */
export type AuthorFilter = { readonly name?: string | undefined; readonly id?: string | undefined }

/** `word`: a name, at least four digits of a fingerprint with or without spaces, or both as shown, `Ann[3f2a]`. */
export function authorMeantBy(word: string): AuthorFilter {
  const wanted = foldText(word.trim())
  // No name contains brackets.
  const [, piece] = /\[([\da-f]{4,32})\]$/.exec(wanted) ?? []
  if (piece !== undefined) return { id: piece }
  const bare = wanted.replace(/\s/g, '')
  const id = /^[\da-f]{4,32}$/.test(bare) ? bare : undefined
  return { id, name: id?.length === 32 ? undefined : wanted }
}

/** Whether something was said by whom a person means. `id`: the node id, as 32 hex digits. */
export function isMeant({ name, id }: AuthorFilter, who: { name: string; id: string }): boolean {
  return (id !== undefined && who.id.startsWith(id)) || (name !== undefined && foldText(who.name) === name)
}

/** Bytes of kinds 0 and 1 are what was said: see part-codec.ts. */
const saidKindMax = 1
const offerKind = 8

/**
 * Whether a message of the part is meant. Also where the bytes are no part: who decodes them finds out.
 */
export function mayHold(bytes: Uint8Array, filter: PartFilter): boolean {
  try {
    return looksThrough(bytes, filter)
  } catch (error) {
    if (error instanceof BadFrame) return true
    throw error
  }
}

function looksThrough(bytes: Uint8Array, { words, from, since, until }: PartFilter): boolean {
  const reader = new ByteReader(bytes, signatureBytes)
  const key = reader.take(authorBytes, 'key').subarray(0, keyBytes)
  reader.number('form', 1, 1)
  reader.take(reader.number('before', 0, partIdBytes), 'before')
  reader.number('aseq', 1, countMax)
  reader.number('lc', 0, lamportMax)
  const wall = reader.number('wall', 0, wallMsMax)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const nameBytes = reader.take(reader.number('name', 0, nameBytesMax), 'name').length
  if (from) {
    const name = buffer.toString('utf8', reader.at - nameBytes, reader.at)
    const id = from.id === undefined ? '' : uidOfPublicKey(hexOf(key))
    if (!isMeant(from, { name, id })) return false
  }
  reader.take(reader.number('addr', 0, addressBytesMax), 'addr')
  const count = reader.number('count', 1, bytes.length)
  const kinds = reader.take(count, 'kinds')
  const isTimed: boolean[] = []
  for (let i = 0; i < count; i++) {
    const time = wall + reader.number('after', 0, wallMsMax)
    isTimed.push((since === undefined || time >= since) && (until === undefined || time < until))
  }
  if (!isTimed.includes(true)) return false
  const ends: number[] = []
  let length = 0
  for (let i = 0; i < count; i++) ends.push((length += reader.number('length', 0, textBytesMax)))
  const texts = reader.take(length, 'texts')
  if (words.length === 0) return true
  // An offer is shown in other words than it is encoded in: who decodes it decides.
  if (kinds.some((kind, i) => kind === offerKind && isTimed[i])) return true
  // As one text: where a word is not in all of them, it is in none.
  const isPlain = isAscii(texts)
  if (isPlain && !hasWords(buffer.toString('latin1', reader.at - length, reader.at).toLowerCase(), words))
    return false
  const start = reader.at - length
  let begin = start
  for (let i = 0; i < count; i++) {
    const end = start + ends[i]!
    const isSaid = kinds[i]! <= saidKindMax && isTimed[i]!
    if (isSaid && hasWords(foldText(buffer.toString(isPlain ? 'latin1' : 'utf8', begin, end)), words))
      return true
    begin = end
  }
  return false
}
