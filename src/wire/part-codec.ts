/**
 * Encodes parts as bytes, for frames and for the store (ringleader.proto: Parts). The author encodes a part once; everybody
 * else passes those bytes on (`raw`).
 */

import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import protobuf from 'protobufjs/minimal.js'
import type { Inc, Namespace, Uid } from '../core/model/ids.ts'
import { entriesMax, hasEvents, rekeyKind } from '../core/model/records.ts'
import type { Draft, Entry, Part } from '../core/model/records.ts'
import { assert } from '../lib/assert.ts'
import { BadFrame } from './bad-frame.ts'
import { ByteReader, ByteWriter } from './byte-stream.ts'
import { partIdOf, uidOfPublicKey } from './digest.ts'
import {
  namespaceReader,
  readAddress,
  readBootedInc,
  readKey,
  readSignedName,
  readPartIdOrNone,
  readSignature,
  wellFormed,
} from './fields.ts'
import { bytesOf, bytesOfUnique, hexOfUnique } from './hex.ts'
import {
  addressBytesMax,
  authorBytes,
  countMax,
  incBytes,
  keyBytes,
  lamportMax,
  nameBytesMax,
  partBytesMax,
  partIdBytes,
  partTextBytesMax,
  signatureBytes,
  textBytesMax,
  wallMsMax,
} from './limits.ts'
import { signedTitleProblem } from './name-rule.ts'

/** The only form of a part so far. */
const form = 1
/** A kind's place is its number. */
const kinds: readonly (Exclude<Entry['kind'], 'other'> | undefined)[] = [
  'message',
  'action',
  'title',
  // 3 is reserved, 4 changes the key, and the next are free.
  ...new Array<undefined>(5),
  'file',
]
const titleKind = kinds.indexOf('title')
const kindMax = 0x7f
const { utf8 } = protobuf.util
const namespaceOfAuthor = namespaceReader()
/** One serves all: nothing is encoded inside another. */
const writer = new ByteWriter()

/** The author of a part, in the process that made it. */
export type Author = {
  readonly key: string
  readonly author: Uid
  readonly inc: Inc
  readonly namespace: Namespace
}

/** Where the entries of a part stand in its bytes. */
type Columns = {
  readonly count: number
  readonly kinds: number
  readonly afters: number
  readonly lengths: number
  readonly texts: number
  readonly hasEvents: boolean
}

/** The bytes of a part's body: what its id and its signature are made from. `key`: see Part. */
export function encodeBody(draft: Draft, key: string): Uint8Array {
  const { entries } = draft
  const texts = entries.map(bytesOfEntry)
  writer.clear()
  writer.bytes(bytesOf(key))
  writer.bytes(bytesOf(draft.inc))
  writer.number(form)
  writeBytes(bytesOfUnique(draft.before))
  writer.number(draft.aseq)
  writer.number(draft.lc)
  writer.number(draft.wall)
  writeBytes(bytesOfText(draft.name))
  writeBytes(bytesOfText(draft.addr))
  writer.number(entries.length)
  for (const { kind, unread } of entries) writer.number(kind === 'other' ? unread!.kind : kinds.indexOf(kind))
  for (const { after } of entries) writer.number(after)
  for (const text of texts) writer.number(text.length)
  for (const text of texts) writer.bytes(text)
  return writer.finish()
}

/** What an author has signed, with the bytes from which its entries are made when they are read. */
export function signedPart(
  { entries, ...head }: Draft,
  { key, id, signature, body }: Pick<Part, 'key' | 'id'> & { signature: Uint8Array; body: Uint8Array },
): Part {
  const raw = joinPart(signature, body)
  let decoded: Part | undefined
  return {
    ...head,
    get entries() {
      decoded ??= decodePart(raw)
      return decoded.entries
    },
    count: entries.length,
    hasEvents: hasEvents({ entries }),
    key,
    id,
    signature: hexOfUnique(signature),
    raw,
  }
}

/** The bytes of a part: its signature, then its body. */
export function joinPart(signature: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(signatureBytes + body.length)
  bytes.set(signature)
  bytes.set(body, signatureBytes)
  return bytes
}

/** The part's bytes, encoded at the first call. Asserts that they are within partBytesMax. */
export function encodePart(part: Part): Uint8Array {
  part.raw ??= joinPart(bytesOfUnique(part.signature), encodeBody(part, part.key))
  assert(part.raw.length <= partBytesMax, 'a part is at most partBytesMax')
  return part.raw
}

/** `bytes`: authorBytes of them. Throws BadFrame. */
export function readAuthor(bytes: Uint8Array, field: string): Author {
  const key = readKey(bytes.subarray(0, keyBytes), `${field}.key`)
  const inc = readBootedInc(bytes.subarray(keyBytes, keyBytes + incBytes), `${field}.inc`)
  const author = uidOfPublicKey(key)
  return { key, author, inc, namespace: namespaceOfAuthor(author, inc) }
}

/**
 * Keeps `bytes` as the part's `raw` (does not copy). All rules are checked, so that whether a part is taken depends on its
 * bytes alone; its entries are made when they are read. Id and author are computed; whether the author signed it is
 * not looked at (see transport/signatures.ts). `author`: what the bytes say of it, where the caller has read that. Throws
 * BadFrame.
 */
export function decodePart(bytes: Uint8Array, author?: Author): Part {
  if (bytes.length > partBytesMax) throw new BadFrame('part: too long')
  if (bytes.length < signatureBytes) throw new BadFrame('part: too short')
  const reader = new ByteReader(bytes, signatureBytes)
  const head = reader.take(authorBytes, 'part.key')
  const { key, author: uid, inc, namespace } = author ?? readAuthor(head, 'part')
  reader.number('part.form', form, form)
  const before = readPartIdOrNone(readBytes(reader, partIdBytes, 'part.before'), 'part.before')
  const aseq = reader.number('part.aseq', 1, countMax)
  const lc = reader.number('part.lc', 0, lamportMax)
  const wall = reader.number('part.wall', 0, wallMsMax)
  const name = readSignedName(readText(reader, nameBytesMax, 'part.name'), 'part.name')
  const addr = readAddress(readText(reader, addressBytesMax, 'part.addr'), 'part.addr')
  const columns = readColumns(reader, wallMsMax - wall)
  const { count } = columns
  if (aseq > countMax - count + 1) throw new BadFrame('part.aseq: too large for its messages')
  if (lc > lamportMax - count) throw new BadFrame('part.lc: too large for its messages')
  return {
    author: uid,
    inc,
    namespace,
    aseq,
    before,
    lc,
    wall,
    name,
    addr,
    // Not kept: a part lives until many others have come, and its texts would be most of what the garbage collector has to move.
    get entries() {
      return readEntries(bytes, columns)
    },
    count,
    hasEvents: columns.hasEvents,
    key,
    id: partIdOf(bytes.subarray(signatureBytes)),
    signature: readSignature(bytes.subarray(0, signatureBytes), 'part.signature'),
    raw: bytes,
  }
}

/** Checks all that is said of the entries, without making any. What follows them is of later versions. */
function readColumns(reader: ByteReader, afterMax: number): Columns {
  const count = reader.number('part.entries', 1, entriesMax)
  const kindsAt = reader.at
  const kindBytes = reader.take(count, 'part.entries.kind')
  // One of two bytes would move the columns.
  if (kindBytes.some((kind) => kind > kindMax)) throw new BadFrame(`part.entries.kind: above ${kindMax}`)
  const afters = reader.at
  for (let i = 0; i < count; i++) reader.number('part.entries.after', 0, afterMax)
  const lengths = reader.at
  const ends: number[] = []
  let length = 0
  for (let i = 0; i < count; i++) {
    length += reader.number('part.entries.text', isKnown(kindBytes[i]!) ? 1 : 0, textBytesMax)
    if (length > partTextBytesMax) throw new BadFrame('part.entries.text: too long')
    ends.push(length)
  }
  const texts = reader.at
  checkTexts(reader.take(length, 'part.entries.text'), kindBytes, ends)
  const hasEvents = kindBytes.includes(rekeyKind) || kindBytes.includes(titleKind)
  return { count, kinds: kindsAt, afters, lengths, texts, hasEvents }
}

function isKnown(kind: number): boolean {
  return kinds[kind] !== undefined
}

/** Each text of a known kind is UTF-8. All at once where possible: then none may begin within a character. */
function checkTexts(texts: Uint8Array, kindBytes: Uint8Array, ends: readonly number[]): void {
  const isWhole = kindBytes.every(isKnown)
  if (isWhole && !isUtf8(texts)) throw new BadFrame('part.entries.text: not UTF-8')
  let begin = 0
  for (const [i, end] of ends.entries()) {
    const isText = isWhole
      ? (texts[begin]! & 0xc0) !== 0x80
      : !isKnown(kindBytes[i]!) || isUtf8(texts.subarray(begin, end))
    if (!isText) throw new BadFrame('part.entries.text: not UTF-8')
    const problem = kindBytes[i] === titleKind && signedTitleProblem(utf8.read(texts, begin, end))
    if (problem) throw new BadFrame(`part.entries.text: a title ${problem}`)
    begin = end
  }
}

/** From bytes that `readColumns` has checked. */
function readEntries(bytes: Uint8Array, columns: Columns): Entry[] {
  const { count, kinds: kindsAt, texts } = columns
  const afters = new ByteReader(bytes, columns.afters)
  const lengths = new ByteReader(bytes, columns.lengths)
  const entries: Entry[] = []
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  // One byte a character is read in half the time.
  const encoding = isAscii(bytes.subarray(texts)) ? 'latin1' : 'utf8'
  let begin = texts
  for (let i = 0; i < count; i++) {
    const after = afters.number('after', 0, wallMsMax)
    const end = begin + lengths.number('length', 0, textBytesMax)
    const number = bytes[kindsAt + i]!
    const kind = kinds[number]
    entries.push(
      kind === undefined
        ? { kind: 'other', after, text: '', unread: { kind: number, bytes: bytes.subarray(begin, end) } }
        : { kind, after, text: buffer.toString(encoding, begin, end) },
    )
    begin = end
  }
  return entries
}

function bytesOfEntry({ kind, text, unread }: Entry): Uint8Array {
  assert((kind === 'other') === (unread !== undefined), 'what cannot be read is kept as it came')
  return unread?.bytes ?? bytesOfText(text)
}

function bytesOfText(text: string): Uint8Array {
  return Buffer.from(wellFormed(text))
}

/** Bytes with their length before them. */
function writeBytes(bytes: Uint8Array): void {
  writer.number(bytes.length)
  writer.bytes(bytes)
}

function readBytes(reader: ByteReader, max: number, field: string): Uint8Array {
  return reader.take(reader.number(field, 0, max), field)
}

function readText(reader: ByteReader, max: number, field: string): string {
  const bytes = readBytes(reader, max, field)
  if (!isUtf8(bytes)) throw new BadFrame(`${field}: not UTF-8`)
  return utf8.read(bytes, 0, bytes.length)
}
