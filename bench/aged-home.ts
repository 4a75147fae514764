/**
 * A home with a room that was in use for years: many processes have led it, and more have spoken. All of it is signed and
 * sealed, as `ringleader history --verify` finds; some hundred people have run all the processes.
 */
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeInc, namespaceOf } from '../src/core/model/ids.ts'
import type { Address, Namespace, RoomId, Uid } from '../src/core/model/ids.ts'
import type { Notary } from '../src/core/model/notary.ts'
import { noChain, type PartId, type StampedRecord } from '../src/core/model/records.ts'
import { packWrites } from '../src/store/room/packing.ts'
import { pageRows } from '../src/store/room/process-pages.ts'
import { openRoomDatabase } from '../src/store/room/room-database.ts'
import { RoomWriter } from '../src/store/room/room-writer.ts'
import { uidOfKey } from '../src/transport/identity.ts'
import { createNotary } from '../src/transport/signatures.ts'
import { decodePart, encodePart } from '../src/wire/codec.ts'
import type { Stage } from '../test/e2e/harness.ts'

const people = 500
/** Records written together. */
const atOnce = 32 * pageRows

type Person = { uid: Uid; name: string; addr: Address; notary: Notary }

function newPerson(n: number): Person {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const uid = uidOfKey(publicKey)
  if (!uid) throw new Error('no uid')
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const addr = `10.0.${n >> 8}.${n & 255}:4000` as Address
  return { uid, name: `P${n}`, addr, notary: createNotary({ uid, key }) }
}

/** Makes a home of such a room. `authors` is a multiple of `namespaces`. Returns the path of the home, and of the database. */
export async function ageHome(
  stage: Stage,
  { namespaces = 100_000, authors = 200_000 } = {},
): Promise<{ home: string; path: string }> {
  const home = join(stage.dir, `aged-${namespaces}`)
  const flags = ['-l', '-a', '127.0.0.1', '-p', '0', '-n', 'Ann', '--home', home, '--log', 'none']
  const { code, stderr } = await stage.run([...flags, '--copies', '1'], 'the first line\n')
  if (code !== 0) throw new Error(`making ${home}: ${code} ${stderr}`)
  const name = readdirSync(join(home, 'rooms')).find((file) => file.endsWith('.db'))
  if (name === undefined) throw new Error(`no room in ${home}`)
  const path = join(home, 'rooms', name)
  fill(path, name.slice(0, 32) as RoomId, namespaces, authors)
  return { home, path }
}

function fill(path: string, room: RoomId, namespaces: number, authors: number): void {
  const db = openRoomDatabase(path)
  try {
    db.exec('PRAGMA synchronous = OFF')
    const writer = new RoomWriter(db, path)
    const all = Array.from({ length: people }, (_, n) => newPerson(n))
    const nth = (n: number): { person: Person; inc: ReturnType<typeof makeInc>; namespace: Namespace } => {
      const person = all[n % people]!
      const inc = makeInc(1 + Math.floor(n / people), n.toString(16).padStart(16, '0'))
      return { person, inc, namespace: namespaceOf(person.uid, inc) }
    }
    const each = authors / namespaces
    let { end, clock } = writer.summary
    let batch: Parameters<typeof packWrites>[0][0]['records'][number][] = []
    for (let n = 0; n < namespaces; n++) {
      const { person, inc: stamperInc, namespace } = nth(n)
      let chain = noChain
      for (let s = 1; s <= each; s++) {
        const author = nth(n * each + s - 1)
        const { name, uid, addr, notary } = author.person
        const part = notary.sign(room, {
          ...{
            author: uid,
            inc: author.inc,
            namespace: author.namespace,
            aseq: 1,
            before: '' as PartId,
            lc: clock,
          },
          ...{ wall: 1_763_800_000_000 + n * 1000, name, addr },
          entries: [{ kind: 'message', after: 0, text: `said by ${name} while another led, years ago` }],
        })
        clock += 1
        const record: StampedRecord = { stamper: person.uid, stamperInc, namespace, s, ts: clock, part }
        chain = person.notary.extend(chain, record)
        if (s === each) record.seal = person.notary.seal(room, namespace, s, chain)
        batch.push({ pos: ++end, record, fresh: true, chain })
      }
      if (batch.length < atOnce && n < namespaces - 1) continue
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
