/**
 * Encodes parts and records as bytes, for frames and for the store. The author encodes the part once and the
 * stamper encodes the record once; everybody else passes those bytes on (`raw`).
 */

import protobuf from 'protobufjs/minimal.js'
import type { Kind, Part, StampedRecord } from '../core/model/records.ts'
import { assert } from '../lib/assert.ts'
import { BadFrame } from './bad-frame.ts'
import {
  readAddress,
  readCount,
  readBootedInc,
  readLamport,
  readName,
  namespaceReader,
  readNeeded,
  readUid,
  wellFormed,
  writeHex,
} from './fields.ts'
import { countMax, partBytesMax, recordBytesMax, textBytesMax, wallMsMax } from './limits.ts'
import { schema } from './schema.ts'
import type { Codec } from './schema.ts'

const kindNumbers: Readonly<Record<Kind, number>> = { message: 0, action: 1 }
const stamperNamespace = namespaceReader()
const authorNamespace = namespaceReader()
const writer = protobuf.Writer.create()

/** The part's bytes, encoded at the first call. Asserts that they are within partBytesMax. */
export function encodePart(part: Part): Uint8Array {
  part.raw ??= encodeMessage(schema.Part, {
    author: writeHex(part.author),
    inc: writeHex(part.inc),
    aseq: part.aseq,
    lc: part.lc,
    wall: part.wall,
    name: wellFormed(part.name),
    addr: part.addr,
    kind: kindNumbers[part.kind],
    text: wellFormed(part.text),
  })
  assert(part.raw.length <= partBytesMax, 'a part is at most partBytesMax')
  return part.raw
}

/** Keeps `bytes` as the part's `raw` (does not copy). Throws BadFrame. */
export function decodePart(bytes: Uint8Array): Part {
  if (bytes.length > partBytesMax) throw new BadFrame('part: too long')
  const wire = decodeMessage(schema.Part, bytes, 'part')
  const text = wire.text ?? ''
  if (text.length === 0) throw new BadFrame('part.text: empty')
  if (text.length * 3 > textBytesMax && protobuf.util.utf8.length(text) > textBytesMax) {
    throw new BadFrame('part.text: too long')
  }
  const author = readUid(wire.author, 'part.author')
  const inc = readBootedInc(wire.inc, 'part.inc')
  return {
    author,
    inc,
    namespace: authorNamespace(author, inc),
    aseq: readCount(wire.aseq, 'part.aseq', 1),
    lc: readLamport(wire.lc, 'part.lc'),
    wall: readCount(wire.wall, 'part.wall', 0, wallMsMax),
    name: readName(wire.name, 'part.name'),
    addr: readAddress(wire.addr, 'part.addr'),
    kind: wire.kind === kindNumbers.action ? 'action' : 'message',
    text,
    raw: bytes,
  }
}

/** The record's bytes, encoded at the first call. */
export function encodeRecord(record: StampedRecord): Uint8Array {
  record.raw ??= encodeMessage(schema.Record, {
    part: encodePart(record.part),
    stamper: writeHex(record.stamper),
    stamperInc: writeHex(record.stamperInc),
    s: record.s,
    ts: record.ts,
  })
  return record.raw
}

/** Keeps `bytes` as the record's `raw`, and a piece of them as its part's (does not copy). Throws BadFrame. */
export function decodeRecord(bytes: Uint8Array): StampedRecord {
  if (bytes.length > recordBytesMax) throw new BadFrame('record: too long')
  const wire = decodeMessage(schema.Record, bytes, 'record')
  const stamper = readUid(wire.stamper, 'record.stamper')
  const stamperInc = readBootedInc(wire.stamperInc, 'record.stamper_inc')
  return {
    stamper,
    stamperInc,
    namespace: stamperNamespace(stamper, stamperInc),
    s: readCount(wire.s, 'record.s', 1, countMax),
    ts: readLamport(wire.ts, 'record.ts'),
    part: decodePart(readNeeded(wire.part, 'record.part')),
    raw: bytes,
  }
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
