/**
 * Writes and pages as a few flat arrays, so that crossing to the worker costs a fraction of a
 * microsecond a record: numbers in one Float64Array, bytes in one Uint8Array (both transferred, not
 * copied), each distinct string once.
 */

import type { Write } from '../../core/model/effects.ts'
import { splitNamespace, type Namespace } from '../../core/model/ids.ts'
import { hasEvents, countOf } from '../../core/model/records.ts'
import type { Part, Seal, StampedRecord } from '../../core/model/records.ts'
import { RingleaderError } from '../../peer/errors.ts'

/** How the author's part becomes bytes and comes back. `decodePart` throws on bytes that are none. */
export type PartCodec = {
  encodePart(part: Part): Uint8Array
  decodePart(bytes: Uint8Array): Part
}

/** Numbers of one record in `Batch.records`; text indexes point into `Batch.strings`. */
export const batchField = {
  pos: 0,
  namespace: 1,
  s: 2,
  ts: 3,
  /** The namespace of the part. */
  author: 4,
  aseq: 5,
  /** Messages. */
  count: 6,
  fresh: 7,
  /** Of the seal, before the part; 0: none. */
  sealBytes: 8,
  partBytes: 9,
  hasEvents: 10,
} as const
export const batchStride = 11

/** Numbers of one entry in `Batch.outbox`; `partBytes` is -1 for a drop. */
export const outboxField = { inc: 0, aseq: 1, count: 2, partBytes: 3 } as const
export const outboxStride = 4

/** Some writes, in order. `bytes`: the seals and parts of the records, then the parts of the puts. `chains`: for the indexes
 * of namespaces, the chain up to the last record there. */
export type Batch = {
  strings: string[]
  records: Float64Array
  outbox: Float64Array
  bytes: Uint8Array
  chains: Map<number, string>
}

export const pageField = { namespace: 0, s: 1, ts: 2, sealBytes: 3, partBytes: 4 } as const
export const pageStride = 5

/** Some records on their way back, in order. `bytes`: their seals and parts. */
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

/** A seal is kept as its key (32 bytes) and its signature (64). */
const keyLength = 32
export const sealLength = 96

function bytesOfSeal({ key, signature }: Seal): Uint8Array {
  return Buffer.from(key + signature, 'hex')
}

export function sealOf(bytes: Uint8Array): Seal {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
  return { key: hex.slice(0, 2 * keyLength), signature: hex.slice(2 * keyLength) }
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
  const chains = new Map<number, string>()
  let count = 0
  for (const write of writes) count += write.records.length
  const records = new Float64Array(count * batchStride)
  let at = 0
  for (const write of writes) {
    for (const { pos, record, fresh, chain } of write.records) {
      const { part, seal } = record
      const namespace = table.indexOf(record.namespace)
      const bytes = bytesOfPart(part, codec)
      records[at + batchField.pos] = pos
      records[at + batchField.namespace] = namespace
      records[at + batchField.s] = record.s
      records[at + batchField.ts] = record.ts
      records[at + batchField.author] = table.indexOf(part.namespace)
      records[at + batchField.aseq] = part.aseq
      records[at + batchField.count] = countOf(part)
      records[at + batchField.fresh] = fresh ? 1 : 0
      records[at + batchField.hasEvents] = hasEvents(record.part) ? 1 : 0
      records[at + batchField.sealBytes] = seal ? sealLength : 0
      records[at + batchField.partBytes] = bytes.length
      if (seal) parts.push(bytesOfSeal(seal))
      parts.push(bytes)
      chains.set(namespace, chain)
      at += batchStride
    }
  }
  for (const write of writes) {
    for (const { inc, aseq } of write.outboxDrop) outbox.push(table.indexOf(inc), aseq, 0, -1)
    for (const part of write.outboxPut) {
      const bytes = bytesOfPart(part, codec)
      outbox.push(table.indexOf(part.inc), part.aseq, countOf(part), bytes.length)
      parts.push(bytes)
    }
  }
  const bytes = joinBytes(parts)
  return { strings: table.strings, records, outbox: Float64Array.from(outbox), bytes, chains }
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
    const namespace = strings[records[at + pageField.namespace]!] as Namespace
    const { uid: stamper, inc: stamperInc } = splitNamespace(namespace)
    const seal = bytes.subarray(from, (from += records[at + pageField.sealBytes]!))
    const raw = bytes.subarray(from, (from += records[at + pageField.partBytes]!))
    const part = decodeStored(raw, codec)
    unpacked.push({
      stamper,
      stamperInc,
      namespace,
      s: records[at + pageField.s]!,
      ts: records[at + pageField.ts]!,
      part,
      ...(seal.length > 0 && { seal: sealOf(seal) }),
    })
  }
  return unpacked
}
