/**
 * A home with a room in which some people said much: each part signed, each record sealed, as when they type.
 */
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeInc, namespaceOf } from '../src/core/model/ids.ts'
import type { Address, RoomId } from '../src/core/model/ids.ts'
import { noChain, type PartId, type StampedRecord } from '../src/core/model/records.ts'
import { packWrites } from '../src/store/room/packing.ts'
import { openRoomDatabase } from '../src/store/room/room-database.ts'
import { RoomWriter } from '../src/store/room/room-writer.ts'
import { uidOfKey } from '../src/transport/identity.ts'
import { createNotary } from '../src/transport/signatures.ts'
import { decodePart, encodePart } from '../src/wire/codec.ts'
import type { Stage } from '../test/e2e/harness.ts'

const people = 5
/** Records written together. */
const atOnce = 2048
/** One message every 30 s, from here on. Unit: ms since 1970. */
const [firstMs, everyMs] = [1_763_800_000_000, 30_000]

type Said = {
  messages: number
  /** Messages said in one go. */
  perPart: number
  textOf: (n: number) => string
}

/** Makes a home of such a room. Returns the path of the home, and of the database. */
export async function saidHome(
  stage: Stage,
  name: string,
  said: Said,
): Promise<{ home: string; path: string }> {
  const home = join(stage.dir, name)
  const flags = ['-l', '-a', '127.0.0.1', '-p', '0', '-n', 'Ann', '--home', home, '--log', 'none']
  const { code, stderr } = await stage.run([...flags, '--copies', '1'], 'the first line\n')
  if (code !== 0) throw new Error(`making ${home}: ${code} ${stderr}`)
  const file = readdirSync(join(home, 'rooms')).find((each) => each.endsWith('.db'))
  if (file === undefined) throw new Error(`no room in ${home}`)
  const path = join(home, 'rooms', file)
  fill(path, file.slice(0, 32) as RoomId, said)
  return { home, path }
}

function fill(path: string, room: RoomId, { messages, perPart, textOf }: Said): void {
  const db = openRoomDatabase(path)
  try {
    db.exec('PRAGMA synchronous = OFF')
    const writer = new RoomWriter(db, path)
    const all = Array.from({ length: people }, (_, n) => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      const uid = uidOfKey(publicKey)
      if (!uid) throw new Error('no uid')
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
      const inc = makeInc(1, n.toString(16).padStart(16, '0'))
      const addr = `10.0.0.${n + 1}:4000` as Address
      const notary = createNotary({ uid, key })
      const before = '' as PartId
      return { uid, name: `P${n}`, addr, inc, namespace: namespaceOf(uid, inc), notary, aseq: 1, before }
    })
    const stamper = all[0]!
    let { end, clock } = writer.summary
    let chain = noChain
    let batch: Parameters<typeof packWrites>[0][0]['records'][number][] = []
    for (let n = 0, s = 1; n < messages; n += perPart, s++) {
      const person = all[s % people]!
      const { uid, name, addr, inc, namespace, notary, aseq, before } = person
      const entries = Array.from({ length: Math.min(perPart, messages - n) }, (_, i) => ({
        kind: 'message' as const,
        after: i,
        text: textOf(n + i),
      }))
      const wall = firstMs + n * everyMs
      const part = notary.sign(room, {
        ...{ author: uid, inc, namespace, aseq, before, lc: clock, wall, name, addr, entries },
      })
      person.before = part.id
      person.aseq += entries.length
      const record: StampedRecord = {
        ...{
          stamper: stamper.uid,
          stamperInc: stamper.inc,
          namespace: stamper.namespace,
          s,
          ts: clock + 1,
          part,
        },
      }
      clock += entries.length
      chain = stamper.notary.extend(chain, record)
      record.seal = stamper.notary.seal(room, stamper.namespace, s, chain)
      batch.push({ pos: ++end, record, fresh: true, chain })
      if (batch.length < atOnce && n + perPart < messages) continue
      writer.commit([
        packWrites([{ records: batch, outboxPut: [], outboxDrop: [] }], { encodePart, decodePart }),
      ])
      batch = []
    }
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}
