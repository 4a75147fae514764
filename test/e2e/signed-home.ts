// Homes with a stored room that real keys signed and sealed, written row by row: each row and each table can be made to lie, and
// the checksums are right all the same.
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Address, Namespace, RoomId, Uid } from '../../src/core/model/ids.ts'
import { ProcessTable } from '../../src/core/model/process-table.ts'
import type { Notary } from '../../src/core/model/notary.ts'
import { lastAseq, lastTs, noChain } from '../../src/core/model/records.ts'
import type { Chain, Part, PartId, StampedRecord } from '../../src/core/model/records.ts'
import { roomPath } from '../../src/store/home/home.ts'
import { packRows } from '../../src/store/room/process-pages.ts'
import { createRoomDatabase } from '../../src/store/room/room-database.ts'
import { openConnection, transaction } from '../../src/store/room/sqlite-driver.ts'
import { logSum, pageSum, roomSum } from '../../src/store/room/sums.ts'
import { uidOfKey } from '../../src/transport/identity.ts'
import { createNotary } from '../../src/transport/signatures.ts'
import { decodePart, encodePart } from '../../src/wire/codec.ts'

export const signedRoom = '00112233445566778899aabbccddeeff' as RoomId
const inc = makeInc(1, '0123456789abcdef')

export type Person = { name: string; uid: Uid; namespace: ReturnType<typeof namespaceOf>; notary: Notary }

export function newPerson(name: string): Person {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const uid = uidOfKey(publicKey)
  if (!uid) throw new Error('no uid')
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return { name, uid, namespace: namespaceOf(uid, inc), notary: createNotary({ uid, key }) }
}

/** What one says in one go, as the store keeps it. */
export function say(who: Person, aseq: number, texts: readonly string[], room = signedRoom): Part {
  const { name, uid: author, namespace, notary } = who
  const entries = texts.map((text) => ({ kind: 'message' as const, after: 0, text }))
  const at = { wall: 1_763_800_000_123, addr: '10.0.0.1:4000' as Address, before: '' as PartId, lc: aseq }
  return decodePart(encodePart(notary.sign(room, { author, inc, namespace, aseq, name, entries, ...at })))
}

/** The same part with another text, under the old signature. */
export function reworded(signed: Part, text: string): Part {
  const { raw: _, ...part } = signed
  return decodePart(encodePart({ ...part, entries: [{ kind: 'message', after: 0, text }] }))
}

type Row = { record: StampedRecord; firstPos: number; canonicalUntil: number | null; author?: Namespace }

/** What stands in the tables of a room. */
export type Tables = {
  rows: Row[]
  frontier: Map<Namespace, { last: number; lastTs: number; chain: Chain }>
  have: Map<Namespace, number>
}

/** Stamps parts in the order given; `sealed`: with a seal. Each is its own first copy. */
export function stampAll(
  stamps: readonly { leader: Person; ts: number; part: Part; sealed?: boolean }[],
): Tables {
  const tables: Tables = { rows: [], frontier: new Map(), have: new Map() }
  for (const [index, { leader, ts, part, sealed = true }] of stamps.entries()) {
    const { uid: stamper, namespace, notary } = leader
    const before = tables.frontier.get(namespace) ?? { last: 0, lastTs: 0, chain: noChain }
    const s = before.last + 1
    const chain = notary.extend(before.chain, { ts, part })
    const record: StampedRecord = { stamper, stamperInc: inc, namespace, s, ts, part }
    if (sealed) record.seal = notary.seal(signedRoom, namespace, s, chain)
    tables.rows.push({ record, firstPos: index + 1, canonicalUntil: null })
    tables.frontier.set(namespace, { last: s, lastTs: lastTs(record), chain })
    tables.have.set(part.namespace, Math.max(tables.have.get(part.namespace) ?? 0, lastAseq(part)))
  }
  return tables
}

/** Writes a room into a home. Returns the path of its database. */
export function writeRoom(home: string, { rows, frontier, have }: Tables, room = signedRoom): string {
  const path = roomPath(home, room)
  mkdirSync(dirname(path), { recursive: true })
  createRoomDatabase(path, room, 3)
  const db = openConnection(path)
  const [namespaces, authors] = [[...frontier.keys()], [...have.keys()]]
  const clock = Math.max(0, ...rows.map(({ record }) => lastTs(record)))
  transaction(db, () => {
    const insert = db.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    let [before, top] = [0, 0]
    for (const [index, { record, firstPos, canonicalUntil, author }] of rows.entries()) {
      const { namespace: stamp, s, ts, part, seal } = record
      const row = { pos: index + 1, s, ts, aseq: part.aseq, count: part.entries.length }
      const bytes = seal ? Buffer.from(seal.key + seal.signature, 'hex') : null
      const voice = author ?? part.namespace
      const behind = Math.max(0, top + 1 - ts)
      top = Math.max(top, ts)
      const kept = { ...row, behind, firstPos, canonicalUntil, seal: bytes, part: encodePart(part) }
      const [namespaceId, authorId] = [namespaces.indexOf(stamp) + 1, authors.indexOf(voice) + 1]
      const sum = logSum({ ...kept, namespaceId, authorId })
      const ids = [row.pos, namespaceId, s, ts, authorId, row.aseq, row.count]
      if (namespaceId !== before) db.prepare('INSERT INTO run VALUES (?, ?, ?)').run(namespaceId, s, row.pos)
      before = namespaceId
      insert.run(...ids, firstPos, canonicalUntil, behind, sum, bytes, kept.part)
    }
    const stamped = new ProcessTable({ numbers: 2, hash: true }, 1)
    for (const [stamp, { last, lastTs: ts, chain }] of frontier) {
      const at = stamped.rowOf(stamp)
      for (const [column, number] of [last, ts].entries()) stamped.setNumber(at, column, number)
      stamped.setHash(at, chain)
    }
    const said = new ProcessTable({ numbers: 2, hash: false }, 1)
    for (const [stamp, count] of have)
      for (const column of [0, 1]) said.setNumber(said.rowOf(stamp), column, count)
    for (const [table, rows] of [
      ['namespace', stamped],
      ['author', said],
    ] as const) {
      const page = packRows(rows.rows())
      if (rows.size > 0)
        db.prepare(`INSERT INTO ${table} VALUES (0, ?, ?)`).run(page, pageSum(table, 0, page))
    }
    const sum = roomSum(room, 3, rows.length, clock)
    db.prepare('UPDATE room SET "end" = ?, clock = ?, sum = ?').run(rows.length, clock, sum)
  })
  db.close()
  return path
}
