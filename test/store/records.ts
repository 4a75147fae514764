/**
 * Records and a stand-in codec for the tests of stores: what comes out must be what went in, so the
 * bytes need only be made and read here.
 */

import { midOf } from '../../src/core/model/records.ts'
import type { Write } from '../../src/core/model/effects.ts'
import {
  makeInc,
  namespaceOf,
  type Address,
  type Inc,
  type RoomId,
  type Uid,
} from '../../src/core/model/ids.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import type { PartCodec } from '../../src/store/room/packing.ts'

export const testRoom = '00112233445566778899aabbccddeeff' as RoomId

export function uidOf(n: number): Uid {
  return n.toString(16).padStart(32, '0') as Uid
}

export function incOf(n: number) {
  return makeInc(n, 'abcdef0123456789')
}

/** JSON: strings stand in it as UTF-8, as they do on the wire. */
export const jsonCodec: PartCodec = {
  encodePart: (part) => {
    const { author, inc, aseq, lc, wall, name, addr, kind, text } = part
    return Buffer.from(JSON.stringify([author, inc, aseq, lc, wall, name, addr, kind, text]))
  },
  decodePart: (bytes) => {
    const [author, inc, aseq, lc, wall, name, addr, kind, text] = JSON.parse(
      Buffer.from(bytes).toString(),
    ) as [Uid, Inc, number, number, number, string, Address, Part['kind'], string]
    return {
      author,
      inc,
      namespace: namespaceOf(author, inc),
      aseq,
      lc,
      wall,
      name,
      addr,
      kind,
      text,
    }
  },
}

export function makePart(author: number, aseq: number, more: Partial<Part> = {}): Part {
  const inc = more.inc ?? incOf(1)
  return {
    author: uidOf(author),
    inc,
    namespace: namespaceOf(uidOf(author), inc),
    aseq,
    lc: aseq,
    wall: 1_700_000_000_000 + aseq,
    name: `N${author}`,
    addr: `10.0.0.${author}:4000` as Address,
    kind: 'message',
    text: `text ${aseq} of ${author}`,
    ...more,
  }
}

export function makeRecord(stamper: number, s: number, ts: number, part: Part): StampedRecord {
  const uid = uidOf(stamper)
  return { stamper: uid, stamperInc: incOf(1), namespace: namespaceOf(uid, incOf(1)), s, ts, part }
}

/** Writes of some records from position `from` on; the second and later copies of a message not fresh. */
export function writeOf(from: number, records: readonly StampedRecord[], seen = new Set<string>()): Write {
  return {
    records: records.map((record, index) => {
      const mid = midOf(record.part)
      const fresh = !seen.has(mid)
      seen.add(mid)
      return { pos: from + index, record, fresh }
    }),
    outboxPut: [],
    outboxDrop: [],
  }
}

/** Records `from`..`to` of one stamper and one author. */
export function plainRecords(from: number, to: number, text?: string): StampedRecord[] {
  const records: StampedRecord[] = []
  for (let s = from; s <= to; s++) {
    records.push(makeRecord(1, s, s, makePart(2, s, text === undefined ? {} : { text })))
  }
  return records
}

/** What a record says, for comparison: without the bytes that stores may add. */
export function gist(record: StampedRecord): unknown {
  const { raw: _recordRaw, part, ...stamp } = record
  const { raw: _partRaw, ...said } = part
  return { ...stamp, part: said }
}

export async function collect(pages: AsyncIterable<readonly StampedRecord[]>): Promise<StampedRecord[]> {
  const all: StampedRecord[] = []
  for await (const page of pages) all.push(...page)
  return all
}
