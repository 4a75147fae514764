/**
 * Packs the records of one frame in columns (ringleader.proto: Records): who stamped and who spoke stand in tables, once, and
 * the parts behind one another. Encoded once for all followers that get the same records.
 */

import type { Inc, Namespace, Uid } from '../core/model/ids.ts'
import { countOf } from '../core/model/records.ts'
import type { Seal, StampedRecord } from '../core/model/records.ts'
import { assert } from '../lib/assert.ts'
import { BadFrame } from './bad-frame.ts'
import { ByteReader, ByteWriter } from './byte-stream.ts'
import { namespaceReader, readBootedInc, readKey, readSignature, readUid } from './fields.ts'
import { bytesOf, bytesOfUnique } from './hex.ts'
import {
  authorBytes,
  countMax,
  keyBytes,
  lamportMax,
  partBytesMax,
  recordsPerFrameMax,
  sealBytes,
  signatureBytes,
  stamperBytes,
  uidBytes,
} from './limits.ts'
import { decodePart, encodePart, readAuthor } from './part-codec.ts'
import type { Author } from './part-codec.ts'

type Stamper = Pick<StampedRecord, 'stamper' | 'stamperInc' | 'namespace'>

/** The stamp of a record, and where its part comes from. */
type Stamp = { stamper: Stamper; s: number; ts: number; author: number; length: number; isSealed: boolean }

/** What follows the author in a part, and the signature before it. */
const restBytesMax = partBytesMax - authorBytes
/**
 * Parts of up to a quarter of this share blocks of so many bytes. To keep one part keeps its block in memory, and not the whole
 * frame: a part may stay in the outbox for long. Unit: bytes.
 */
const blockBytes = 4096

const writer = new ByteWriter()
const stamperNamespace = namespaceReader()
/** By the list itself: the same list goes to all followers that stand at the same place. */
const encoded = new WeakMap<readonly StampedRecord[], Uint8Array>()

/** Empty for no records. Asserts that there are at most recordsPerFrameMax. */
export function encodeRecords(records: readonly StampedRecord[]): Uint8Array {
  let bytes = encoded.get(records)
  if (!bytes) {
    bytes = write(records)
    encoded.set(records, bytes)
  }
  return bytes
}

function write(records: readonly StampedRecord[]): Uint8Array {
  assert(records.length <= recordsPerFrameMax, 'a frame has at most recordsPerFrameMax records')
  const parts = records.map(({ part }) => encodePart(part))
  if (parts.length === 0) return new Uint8Array(0)
  const stampers = new Table(records.map(({ namespace }) => namespace))
  const authors = new Table(records.map(({ part: { key, inc } }) => key + inc))
  writer.clear()
  writer.number(records.length)
  writer.number(stampers.names.length)
  for (const name of stampers.names) writer.bytes(bytesOf(name.replace('.', '')))
  writer.number(authors.names.length)
  for (const name of authors.names) writer.bytes(bytesOf(name))
  for (const index of stampers.indexes) writer.number(index)
  // Nearly always each is the next of its stamper.
  const next = stampers.names.map(() => 1)
  for (const [i, { s }] of records.entries()) {
    const stamper = stampers.indexes[i]!
    writer.difference(s - next[stamper]!)
    next[stamper] = s + 1
  }
  let before = 0
  for (const { ts } of records) {
    writer.difference(ts - before)
    before = ts
  }
  for (const index of authors.indexes) writer.number(index)
  for (const part of parts) writer.number(part.length - authorBytes)
  for (const { seal } of records) writer.number(seal ? 1 : 0)
  for (const { seal } of records) if (seal) writeSeal(seal)
  for (const part of parts) {
    writer.bytes(part.subarray(0, signatureBytes))
    writer.bytes(part.subarray(signatureBytes + authorBytes))
  }
  return writer.finish()
}

function writeSeal({ key, signature }: Seal): void {
  writer.bytes(bytesOf(key))
  writer.bytes(bytesOfUnique(signature))
}

/** Names, numbered in the order of their first use. */
class Table {
  readonly names: string[]
  readonly indexes: number[]

  constructor(names: readonly string[]) {
    const numbers = new Map<string, number>()
    this.indexes = names.map((name) => {
      const number = numbers.get(name) ?? numbers.size
      numbers.set(name, number)
      return number
    })
    this.names = [...numbers.keys()]
  }
}

/**
 * All lengths, counts and indexes are checked before anything is made of the parts. `field`: for errors. `bytes` are not kept:
 * parts are put together, with their authors, in blocks of their own. Throws BadFrame.
 */
export function decodeRecords(bytes: Uint8Array, field: string): StampedRecord[] {
  if (bytes.length === 0) return []
  const reader = new ByteReader(bytes)
  const count = reader.number(field, 1, recordsPerFrameMax)
  const stampers = readTable(reader, count, stamperBytes, `${field}.stampers`).map((entry) =>
    readStamper(entry, field),
  )
  const authors = readTable(reader, count, authorBytes, `${field}.authors`)
  const stamps = readStamps(reader, { count, stampers, authors: authors.length }, field)
  const seals = stamps.map(({ isSealed }) => (isSealed ? readSeal(reader, field) : undefined))
  let left = 0
  for (const { length } of stamps) left += length
  if (left !== reader.left) throw new BadFrame(`${field}.parts: not as long as they say`)
  const known = authors.map((entry) => readAuthor(entry, 'part'))
  left += count * authorBytes
  let block = new Uint8Array(0)
  return stamps.map((stamp, i) => {
    const { author, length } = stamp
    const whole = length + authorBytes
    const isLarge = whole > blockBytes / 4
    if (!isLarge && block.length < whole) block = new Uint8Array(Math.min(left, blockBytes))
    const raw = isLarge ? new Uint8Array(whole) : block.subarray(0, whole)
    if (!isLarge) block = block.subarray(whole)
    left -= whole
    raw.set(reader.take(signatureBytes, `${field}.parts`))
    raw.set(authors[author]!, signatureBytes)
    raw.set(reader.take(length - signatureBytes, `${field}.parts`), signatureBytes + authorBytes)
    return recordOf(stamp, raw, known[author]!, seals[i], field)
  })
}

function recordOf(
  { stamper: { stamper, stamperInc, namespace }, s, ts }: Stamp,
  raw: Uint8Array,
  author: Author,
  seal: Seal | undefined,
  field: string,
): StampedRecord {
  const part = decodePart(raw, author)
  if (ts > lamportMax - countOf(part)) throw new BadFrame(`${field}.ts: too large for its messages`)
  // Spelled out: a spread of the stamper takes longer than all else here.
  return seal
    ? { stamper, stamperInc, namespace, s, ts, part, seal }
    : { stamper, stamperInc, namespace, s, ts, part }
}

/** At most one entry a record. */
function readTable(reader: ByteReader, count: number, length: number, field: string): Uint8Array[] {
  const size = reader.number(field, 1, count)
  const table = reader.take(size * length, field)
  const entries: Uint8Array[] = []
  for (let at = 0; at < table.length; at += length) entries.push(table.subarray(at, at + length))
  return entries
}

function readStamper(bytes: Uint8Array, field: string): Stamper {
  const stamper: Uid = readUid(bytes.subarray(0, uidBytes), `${field}.stamper`)
  const stamperInc: Inc = readBootedInc(bytes.subarray(uidBytes), `${field}.stamper_inc`)
  const namespace: Namespace = stamperNamespace(stamper, stamperInc)
  return { stamper, stamperInc, namespace }
}

type Tables = { count: number; stampers: readonly Stamper[]; authors: number }

function readStamps(reader: ByteReader, { count, stampers, authors }: Tables, field: string): Stamp[] {
  const ofStamper = readIndexes(reader, count, stampers.length, `${field}.stampers`)
  const next = stampers.map(() => 1)
  const s = column(count, (i) => {
    const stamper = ofStamper[i]!
    const value = checkRange(next[stamper]! + reader.difference(`${field}.s`), 1, countMax, `${field}.s`)
    next[stamper] = value + 1
    return value
  })
  let before = 0
  const ts = column(
    count,
    () => (before = checkRange(before + reader.difference(`${field}.ts`), 0, lamportMax, `${field}.ts`)),
  )
  const ofAuthor = readIndexes(reader, count, authors, `${field}.authors`)
  const lengths = column(count, () => reader.number(`${field}.lengths`, signatureBytes, restBytesMax))
  const sealed = column(count, () => reader.number(`${field}.sealed`, 0, 1))
  return ofStamper.map((stamper, i) => ({
    stamper: stampers[stamper]!,
    s: s[i]!,
    ts: ts[i]!,
    author: ofAuthor[i]!,
    length: lengths[i]!,
    isSealed: sealed[i] === 1,
  }))
}

/** Each takes a byte at least, so a column never grows beyond the bytes that are there. */
function column(count: number, read: (i: number) => number): number[] {
  const values: number[] = []
  for (let i = 0; i < count; i++) values.push(read(i))
  return values
}

/** Entries of a table stand in the order of their first use, and each is used. */
function readIndexes(reader: ByteReader, count: number, size: number, field: string): number[] {
  let used = 0
  const indexes = column(count, () => {
    const index = reader.number(field, 0, Math.min(used, size - 1))
    if (index === used) used++
    return index
  })
  if (used < size) throw new BadFrame(`${field}: one is not used`)
  return indexes
}

function checkRange(value: number, min: number, max: number, field: string): number {
  if (value < min || value > max) throw new BadFrame(`${field}: not from ${min} to ${max}`)
  return value
}

function readSeal(reader: ByteReader, field: string): Seal {
  const bytes = reader.take(sealBytes, `${field}.seal`)
  return {
    key: readKey(bytes.subarray(0, keyBytes), `${field}.key`),
    signature: readSignature(bytes.subarray(keyBytes), `${field}.seal`),
  }
}
