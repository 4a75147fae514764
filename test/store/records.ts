/**
 * Records and a stand-in codec for the tests of stores: what comes out must be what went in, so the
 * bytes need only be made and read here.
 */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { lastTs, midOf } from '../../src/core/model/records.ts'
import type { Write } from '../../src/core/model/effects.ts'
import {
  makeInc,
  namespaceOf,
  type Address,
  type Inc,
  type RoomId,
  type Uid,
} from '../../src/core/model/ids.ts'
import type { Chain, Draft, Kind, Part, PartId, StampedRecord } from '../../src/core/model/records.ts'
import { ProcessTable } from '../../src/core/model/process-table.ts'
import type { HistoryPage, Stored } from '../../src/peer/ports.ts'
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
    const { raw: _, namespace: __, ...rest } = part
    return Buffer.from(JSON.stringify(rest))
  },
  decodePart: (bytes) => {
    const part = JSON.parse(Buffer.from(bytes).toString()) as Omit<Part, 'namespace'>
    return { ...part, namespace: namespaceOf(part.author, part.inc) }
  },
}

/** `texts`: of its messages; `count`: so many, with texts of their own. Default: one message. */
type More = { inc?: Inc; name?: string; lc?: number; wall?: number; kind?: Kind } & (
  { text?: string } | { texts: readonly string[] } | { count: number }
)

/** A part whose first message is `aseq` of `author`. Nobody signed it: the id alone is as it would be. */
export function makePart(author: number, aseq: number, more: More = {}): Part {
  const { inc = incOf(1), name = `N${author}`, lc = aseq, wall = 1_700_000_000_000 + aseq, kind } = more
  const entries = textsOf(author, aseq, more).map((text, i) => ({ kind: kind ?? 'message', after: i, text }))
  const uid = uidOf(author)
  const addr = `10.0.0.${author}:4000` as Address
  const draft: Draft = {
    author: uid,
    inc,
    namespace: namespaceOf(uid, inc),
    aseq,
    before: '' as PartId,
    lc,
    wall,
    name,
    addr,
    entries,
  }
  const id = createHash('sha256').update(JSON.stringify(draft)).digest('hex') as PartId
  return { ...draft, key: uid.padEnd(64, '0'), id, signature: uid.padEnd(128, '0') }
}

function textsOf(author: number, aseq: number, more: More): readonly string[] {
  if ('texts' in more) return more.texts
  if ('count' in more) return Array.from({ length: more.count }, (_, i) => `text ${aseq + i} of ${author}`)
  return [('text' in more ? more.text : undefined) ?? `text ${aseq} of ${author}`]
}

/** Every third record of a namespace has a seal. Nobody made it. */
export function makeRecord(stamper: number, s: number, ts: number, part: Part): StampedRecord {
  const uid = uidOf(stamper)
  const record = { stamper: uid, stamperInc: incOf(1), namespace: namespaceOf(uid, incOf(1)), s, ts, part }
  if (s % 3 !== 0) return record
  return { ...record, seal: { key: uid.padEnd(64, 'a'), signature: `${part.id}${s}`.padEnd(128, 'f') } }
}

/** What stands for the chain up to a record. */
export function chainOf({ namespace, s }: StampedRecord): Chain {
  return createHash('sha256').update(`${namespace} ${s}`).digest('hex') as Chain
}

/** Writes of some records from position `from` on; the second and later copies of a part not fresh. */
export function writeOf(from: number, records: readonly StampedRecord[], seen = new Set<string>()): Write {
  return {
    records: records.map((record, index) => {
      const mid = midOf(record.part)
      const fresh = !seen.has(mid)
      seen.add(mid)
      return { pos: from + index, record, fresh, chain: chainOf(record) }
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

/** Records of parts of `counts` messages, one behind the other: of stamper 1, author 2. */
export function partRecords(counts: readonly number[]): StampedRecord[] {
  const records: StampedRecord[] = []
  let aseq = 1
  let ts = 1
  for (const [index, count] of counts.entries()) {
    const record = makeRecord(1, index + 1, ts, makePart(2, aseq, { count }))
    records.push(record)
    aseq += count
    ts = lastTs(record) + 1
  }
  return records
}

/** What a store held at its opening, by process. */
export function heldBy({ namespaces, authors }: Stored) {
  const stamped = new ProcessTable({ numbers: 2, hash: true }, 1, namespaces)
  const said = new ProcessTable({ numbers: 2, hash: false }, 1, authors)
  const mapOf = <V>(table: ProcessTable, value: (row: number) => V): Map<string, V> =>
    new Map(Array.from({ length: table.size }, (_, row) => [table.processOf(row), value(row)]))
  return {
    frontier: mapOf(stamped, (row) => stamped.number(row, 0)),
    lastTs: mapOf(stamped, (row) => stamped.number(row, 1)),
    chains: mapOf(stamped, (row) => stamped.hash(row)),
    have: mapOf(said, (row) => said.number(row, 0)),
    most: mapOf(said, (row) => said.number(row, 1)),
  }
}

/** What a record says, for comparison: without the bytes that stores may add. */
export function gist(record: StampedRecord): unknown {
  const { part, ...stamp } = record
  const { raw: _, ...said } = part
  return { ...stamp, part: said }
}

/** The messages that a transcript gives, in order, each as `namespace/n: text`. Checks `skip`. */
export async function collectMessages(pages: AsyncIterable<HistoryPage>): Promise<string[]> {
  const all: string[] = []
  for await (const page of pages) {
    const { skip = 0 } = page
    assert.ok(skip === 0 || all.length === 0, 'only the first record may be cut')
    assert.ok(skip < (page[0]?.part.entries.length ?? 0), `${skip} messages passed over`)
    all.push(...messagesOf(page).slice(skip))
  }
  return all
}

/** The messages of some records, likewise. */
export function messagesOf(records: readonly StampedRecord[]): string[] {
  return records.flatMap(({ part }) =>
    part.entries.map(({ text }, i) => `${part.namespace}/${part.aseq + i}: ${text}`),
  )
}

export async function collect(pages: AsyncIterable<readonly StampedRecord[]>): Promise<StampedRecord[]> {
  const all: StampedRecord[] = []
  for await (const page of pages) all.push(...page)
  return all
}
