/**
 * Writes and pages as a few flat arrays, so that crossing to the worker costs a fraction of a
 * microsecond a record: numbers in one Float64Array, bytes in one Uint8Array (both transferred, not
 * copied), each distinct string once.
 */

import type { Write } from '../../core/model/effects.ts'
import { namespaceOf, type Inc, type Uid } from '../../core/model/ids.ts'
import type { Part, StampedRecord } from '../../core/model/records.ts'
import { RingleaderError } from '../../peer/errors.ts'

/** How the author's part becomes bytes and comes back. `decodePart` throws on bytes that are none. */
export type PartCodec = {
  encodePart(part: Part): Uint8Array
  decodePart(bytes: Uint8Array): Part
}

/** Numbers of one record in `Batch.records`; text indexes point into `Batch.strings`. */
export const batchField = {
  pos: 0,
  stamper: 1,
  inc: 2,
  s: 3,
  ts: 4,
  author: 5,
  authorInc: 6,
  aseq: 7,
  fresh: 8,
  wall: 9,
  name: 10,
  addr: 11,
  /** Where the part holds the text, from 1; 0 if it does not hold it as UTF-8. */
  textAt: 12,
  textBytes: 13,
  partBytes: 14,
} as const
export const batchStride = 15

/** Numbers of one entry in `Batch.outbox`; `partBytes` is -1 for a drop. */
export const outboxField = { inc: 0, aseq: 1, partBytes: 2 } as const
export const outboxStride = 3

/** Some writes, in order. `bytes`: the parts of the records, then those of the puts. */
export type Batch = { strings: string[]; records: Float64Array; outbox: Float64Array; bytes: Uint8Array }

export const pageField = { stamper: 0, inc: 1, s: 2, ts: 3, partBytes: 4 } as const
export const pageStride = 5

/** Some records on their way back, in order. */
export type Page = { strings: string[]; records: Float64Array; bytes: Uint8Array }

/** Numbers strings in the order of their first use. */
export class StringTable {
  readonly strings: string[] = []
  readonly #indexes = new Map<string, number>()

  indexOf(text: string): number {
    let index = this.#indexes.get(text)
    if (index === undefined) {
      index = this.strings.push(text) - 1
      this.#indexes.set(text, index)
    }
    return index
  }
}

/** The bytes of a part as its author encoded them. */
function bytesOfPart(part: Part, codec: PartCodec): Uint8Array {
  return part.raw ?? codec.encodePart(part)
}

/** The buffers of a batch or page that `postMessage` may take with it. */
export function transferables(packed: Batch | Page): ArrayBuffer[] {
  const buffers = [packed.records.buffer, packed.bytes.buffer]
  if ('outbox' in packed) buffers.push(packed.outbox.buffer)
  return buffers as ArrayBuffer[]
}

export function packWrites(writes: readonly Write[], codec: PartCodec): Batch {
  const table = new StringTable()
  const parts: Uint8Array[] = []
  const outbox: number[] = []
  let count = 0
  for (const write of writes) count += write.records.length
  const records = new Float64Array(count * batchStride)
  let at = 0
  for (const write of writes) {
    for (const { pos, record, fresh } of write.records) {
      const part = record.part
      const bytes = bytesOfPart(part, codec)
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      records[at + batchField.pos] = pos
      records[at + batchField.stamper] = table.indexOf(record.stamper)
      records[at + batchField.inc] = table.indexOf(record.stamperInc)
      records[at + batchField.s] = record.s
      records[at + batchField.ts] = record.ts
      records[at + batchField.author] = table.indexOf(part.author)
      records[at + batchField.authorInc] = table.indexOf(part.inc)
      records[at + batchField.aseq] = part.aseq
      records[at + batchField.fresh] = fresh ? 1 : 0
      records[at + batchField.wall] = part.wall
      records[at + batchField.name] = table.indexOf(part.name)
      records[at + batchField.addr] = table.indexOf(part.addr)
      records[at + batchField.textAt] = view.lastIndexOf(part.text) + 1
      records[at + batchField.textBytes] = Buffer.byteLength(part.text)
      records[at + batchField.partBytes] = bytes.length
      parts.push(bytes)
      at += batchStride
    }
  }
  for (const write of writes) {
    for (const { inc, aseq } of write.outboxDrop) outbox.push(table.indexOf(inc), aseq, -1)
    for (const part of write.outboxPut) {
      const bytes = bytesOfPart(part, codec)
      outbox.push(table.indexOf(part.inc), part.aseq, bytes.length)
      parts.push(bytes)
    }
  }
  return { strings: table.strings, records, outbox: Float64Array.from(outbox), bytes: joinBytes(parts) }
}

/** One buffer of its own (not of Node's pool, which must not be transferred). */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  let total = 0
  for (const chunk of chunks) total += chunk.length
  const joined = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}

/** A part as it was stored; `raw` are its bytes. Throws ERR_DAMAGED when they are not a part. */
export function decodeStored(raw: Uint8Array, codec: PartCodec): Part {
  try {
    const part = codec.decodePart(raw)
    part.raw ??= raw
    return part
  } catch (error) {
    throw new RingleaderError('ERR_DAMAGED', 'the history is damaged (a message cannot be decoded)', {
      cause: error,
    })
  }
}

/** The records of a page. Their parts' `raw` are windows on the page's bytes. */
export function unpackPage(page: Page, codec: PartCodec): StampedRecord[] {
  const { strings, records, bytes } = page
  const unpacked: StampedRecord[] = []
  let from = 0
  for (let at = 0; at < records.length; at += pageStride) {
    const stamper = strings[records[at + pageField.stamper]!] as Uid
    const stamperInc = strings[records[at + pageField.inc]!] as Inc
    const raw = bytes.subarray(from, (from += records[at + pageField.partBytes]!))
    const part = decodeStored(raw, codec)
    unpacked.push({
      stamper,
      stamperInc,
      namespace: namespaceOf(stamper, stamperInc),
      s: records[at + pageField.s]!,
      ts: records[at + pageField.ts]!,
      part,
    })
  }
  return unpacked
}
