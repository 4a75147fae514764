/**
 * Encodes parts and records as bytes, for frames and for the store. The author encodes the part once and the
 * stamper encodes the record once; everybody else passes those bytes on (`raw`).
 */

import protobuf from 'protobufjs/minimal.js'
import type { Draft, Entry, Kind, Part, Seal, StampedRecord } from '../core/model/records.ts'
import { entriesMax } from '../core/model/records.ts'
import { assert } from '../lib/assert.ts'
import { BadFrame } from './bad-frame.ts'
import { partIdOf, uidOfPublicKey } from './digest.ts'
import {
  namespaceReader,
  readAddress,
  readBootedInc,
  readCount,
  readKey,
  readList,
  readName,
  readNeeded,
  readPartIdOrNone,
  readSignature,
  readUid,
  wellFormed,
  writeHex,
} from './fields.ts'
import { bytesOf, bytesOfUnique } from './hex.ts'
import {
  countMax,
  lamportMax,
  partBytesMax,
  recordBytesMax,
  signatureBytes,
  textBytesMax,
  wallMsMax,
} from './limits.ts'
import { schema } from './schema.ts'
import type { Codec, Entry as WireEntry, Record as WireRecord } from './schema.ts'

const kindNumbers: Readonly<Record<Kind, number>> = { message: 0, action: 1 }
const stamperNamespace = namespaceReader()
const authorNamespace = namespaceReader()
const writer = protobuf.Writer.create()

/** The bytes of a part's body: what its id and its signature are made from. `key`: see Part. */
export function encodeBody(draft: Draft, key: string): Uint8Array {
  return encodeMessage(schema.Part, {
    key: bytesOf(key),
    inc: writeHex(draft.inc),
    aseq: draft.aseq,
    before: bytesOfUnique(draft.before),
    lc: draft.lc,
    wall: draft.wall,
    name: wellFormed(draft.name),
    addr: draft.addr,
    entries: draft.entries.map(writeEntry),
  })
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

/**
 * Keeps `bytes` as the part's `raw` (does not copy). Id and author are computed; whether the author signed it is not
 * looked at (see transport/signatures.ts). Throws BadFrame.
 */
export function decodePart(bytes: Uint8Array): Part {
  if (bytes.length > partBytesMax) throw new BadFrame('part: too long')
  if (bytes.length < signatureBytes) throw new BadFrame('part: too short')
  const body = bytes.subarray(signatureBytes)
  const wire = decodeMessage(schema.Part, body, 'part')
  const key = readKey(wire.key, 'part.key')
  const author = uidOfPublicKey(key)
  const inc = readBootedInc(wire.inc, 'part.inc')
  const wall = readCount(wire.wall, 'part.wall', 0, wallMsMax)
  const entries = readEntries(wire.entries, wallMsMax - wall)
  return {
    author,
    inc,
    namespace: authorNamespace(author, inc),
    aseq: readCount(wire.aseq, 'part.aseq', 1, countMax - entries.length + 1),
    before: readPartIdOrNone(wire.before, 'part.before'),
    lc: readCount(wire.lc, 'part.lc', 0, lamportMax - entries.length),
    wall,
    name: readName(wire.name, 'part.name'),
    addr: readAddress(wire.addr, 'part.addr'),
    entries,
    key,
    id: partIdOf(body),
    signature: readSignature(bytes.subarray(0, signatureBytes), 'part.signature'),
    raw: bytes,
  }
}

function writeEntry({ kind, after, text }: Entry): WireEntry {
  return { kind: kindNumbers[kind], after, text: wellFormed(text) }
}

/** `afterMax`: so that the time of each can be shown. */
function readEntries(list: readonly WireEntry[] | null | undefined, afterMax: number): Entry[] {
  const wires = readList(list, entriesMax, 'part.entries')
  if (wires.length === 0) throw new BadFrame('part.entries: none')
  const entries = wires.map(({ kind, after, text }): Entry => {
    if (!text) throw new BadFrame('part.entries.text: empty')
    return {
      kind: kind === kindNumbers.action ? 'action' : 'message',
      after: readCount(after, 'part.entries.after', 0, afterMax),
      text,
    }
  })
  // A character has at most 3 bytes, so most parts need no exact count.
  if (sumOf(entries, charsOf) * 3 > textBytesMax && sumOf(entries, utf8BytesOf) > textBytesMax) {
    throw new BadFrame('part.entries.text: too long')
  }
  return entries
}

function sumOf(entries: readonly Entry[], count: (entry: Entry) => number): number {
  let sum = 0
  for (const entry of entries) sum += count(entry)
  return sum
}

function charsOf({ text }: Entry): number {
  return text.length
}

function utf8BytesOf({ text }: Entry): number {
  return protobuf.util.utf8.length(text)
}

/** The record's bytes, encoded at the first call. */
export function encodeRecord(record: StampedRecord): Uint8Array {
  record.raw ??= encodeMessage(schema.Record, {
    part: encodePart(record.part),
    stamper: writeHex(record.stamper),
    stamperInc: writeHex(record.stamperInc),
    s: record.s,
    ts: record.ts,
    key: record.seal && bytesOf(record.seal.key),
    seal: record.seal && bytesOfUnique(record.seal.signature),
  })
  return record.raw
}

/** Keeps `bytes` as the record's `raw`, and a piece of them as its part's (does not copy). Throws BadFrame. */
export function decodeRecord(bytes: Uint8Array): StampedRecord {
  if (bytes.length > recordBytesMax) throw new BadFrame('record: too long')
  const wire = decodeMessage(schema.Record, bytes, 'record')
  const stamper = readUid(wire.stamper, 'record.stamper')
  const stamperInc = readBootedInc(wire.stamperInc, 'record.stamper_inc')
  const part = decodePart(readNeeded(wire.part, 'record.part'))
  const record: StampedRecord = {
    stamper,
    stamperInc,
    namespace: stamperNamespace(stamper, stamperInc),
    s: readCount(wire.s, 'record.s', 1, countMax),
    ts: readCount(wire.ts, 'record.ts', 0, lamportMax - part.entries.length),
    part,
    raw: bytes,
  }
  if (wire.seal?.length || wire.key?.length) record.seal = readSeal(wire)
  return record
}

function readSeal({ key, seal }: WireRecord): Seal {
  return { key: readKey(key, 'record.key'), signature: readSignature(seal, 'record.seal') }
}

/** `before` bytes of room, then the message. One writer serves all: nothing is encoded inside another. */
export function encodeMessage<T>(codec: Codec<T>, message: T, before = 0): Uint8Array {
  writer.reset()
  codec.encode(message, writer)
  return writer.finishInto(new Uint8Array(before + writer.pos), before)
}

/** Throws BadFrame when the codec library rejects `bytes`. */
export function decodeMessage<T>(codec: Codec<T>, bytes: Uint8Array, field: string): T {
  try {
    return codec.decode(bytes)
  } catch (cause) {
    throw new BadFrame(`${field}: not decodable`, { cause })
  }
}
