/** Databases that are not what was written: named, never a crash, never wrong records. */

import assert from 'node:assert/strict'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import type { Store } from '../../src/peer/ports.ts'
import { openForReading } from '../../src/store/room/history-file.ts'
import { namespaceOf } from '../../src/core/model/ids.ts'
import { compareRecords, type StampedRecord } from '../../src/core/model/records.ts'
import type { LogRow } from '../../src/store/room/rows.ts'
import { logSum } from '../../src/store/room/sums.ts'
import { openConnection, valueOf } from '../../src/store/room/sqlite-driver.ts'
import { openSqliteStore, setAside, type SqliteOptions } from '../../src/store/room/sqlite-store.ts'
import { listen } from './listen.ts'
import {
  collect,
  gist,
  incOf,
  jsonCodec,
  makePart,
  makeRecord,
  plainRecords,
  testRoom,
  writeOf,
} from './records.ts'
import { scratchFolders } from './scratch.ts'

const limit = { timeout: 60_000 }
const newFolder = scratchFolders()
const opened: Store[] = []
after(async () => {
  for (const store of opened) await store.close()
})

async function open(path: string, more: Partial<SqliteOptions> = {}): Promise<Store> {
  const store = await openSqliteStore({ path, room: testRoom, codec: jsonCodec, ...more })
  opened.push(store)
  return store
}

/** A closed database of `count` records with texts of `length`. */
async function written(count: number, length = 100): Promise<string> {
  const path = join(newFolder(), `${testRoom}.db`)
  const store = await open(path, { create: { copies: 3 } })
  const heard = listen(store)
  store.persist(1, writeOf(1, plainRecords(1, count, 'd'.repeat(length))))
  await heard.until(1)
  await store.close()
  return path
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const content = readFileSync(path)
  content.set(bytes, at)
  writeFileSync(path, content)
}

describe('a damaged database', () => {
  it('is found at opening, set aside, and followed by a new one', limit, async () => {
    const path = await written(200)
    const whole = readFileSync(path)
    const damages: [string, () => void][] = [
      ['not a database', () => overwrite(path, 0, Buffer.from('this is no database, is it?'))],
      ['empty', () => writeFileSync(path, '')],
      ['another program', () => overwrite(path, 68, Buffer.from([1, 2, 3, 4]))],
      ['cut in the middle', () => truncateSync(path, 4096 * 5 + 100)],
      ['only a header', () => truncateSync(path, 100)],
      ['zeroes behind the header', () => overwrite(path, 100, Buffer.alloc(8192))],
      ['noise from page 2 on', () => overwrite(path, 4096, Buffer.alloc(whole.length - 4096, 0x5a))],
    ]
    for (const [index, [what, damage]] of damages.entries()) {
      writeFileSync(path, whole)
      damage()
      const damaged = readFileSync(path)
      await assert.rejects(open(path, { create: { copies: 3 } }), { code: 'ERR_DAMAGED' }, what)
      assert.throws(() => openForReading(path, jsonCodec), { code: 'ERR_DAMAGED' }, what)
      const aside = await setAside(path)
      assert.ok(basename(aside).startsWith(`${testRoom}.db.damaged-`), aside)
      assert.deepEqual(readFileSync(aside), damaged, what)
      assert.equal(existsSync(path), false)
      const names = readdirSync(dirname(path)).filter((name) => /\.damaged-.*Z(-\d+)?$/.test(name))
      assert.equal(names.length, index + 1, `${what}: ${names.join()}`)
    }
    const store = await open(path, { create: { copies: 3 } })
    assert.equal(store.stored.end, 0)
  })

  it('is one whose counts are larger than any that can be sent', limit, async () => {
    const part = makePart(2, 1)
    const plain = makeRecord(1, 1, 5, part)
    const cases: [string, StampedRecord][] = [
      ['ts', { ...plain, ts: 2 ** 52 + 1 }],
      ['ts of its last message', makeRecord(1, 1, 2 ** 52 - 1, makePart(2, 1, { count: 3 }))],
      ['boot of the author', { ...plain, part: makePart(2, 1, { inc: incOf(2 ** 40 + 1) }) }],
      ['boot of the leader', { ...plain, namespace: namespaceOf(plain.stamper, incOf(2 ** 40 + 1)) }],
    ]
    for (const [what, record] of cases) {
      const path = join(newFolder(), `${testRoom}.db`)
      const store = await open(path, { create: { copies: 3 } })
      const heard = listen(store)
      store.persist(1, writeOf(1, [record]))
      await heard.until(1)
      await store.close()
      await assert.rejects(open(path), { code: 'ERR_DAMAGED' }, what)
      assert.throws(() => openForReading(path, jsonCodec), { code: 'ERR_DAMAGED' }, what)
    }
    // A row that the small tables do not show.
    const path = await written(3)
    const db = openConnection(path)
    const row = {
      pos: 2,
      namespaceId: 1,
      s: 2,
      ts: 2,
      authorId: 1,
      aseq: 2,
      count: 1,
    }
    const found = valueOf(db, 'SELECT part FROM log WHERE pos = 2') as Uint8Array
    const sound = { ...row, firstPos: 2, canonicalUntil: null, behind: 0, seal: null, part: found }
    const update = db.prepare('UPDATE log SET s = ?, ts = ?, count = ?, sum = ? WHERE pos = 2')
    for (const [s, ts, count] of [
      [2 ** 48, 2, 1],
      [2, 2, 0],
      [2, 2, 1025],
      [2, 2 ** 52 - 1, 3],
    ] as const) {
      update.run(s, ts, count, logSum({ ...sound, s, ts, count }))
      const file = openForReading(path, jsonCodec)
      await assert.rejects(collect(file.transcript({})), {
        code: 'ERR_DAMAGED',
        message: /record 2 is out of range/,
      })
      file.close()
    }
    db.close()
  })

  it('is found at opening in the pages of processes', limit, async () => {
    const path = join(newFolder(), `${testRoom}.db`)
    const store = await open(path, { create: { copies: 3 } })
    const heard = listen(store)
    const log = Array.from({ length: 100 }, (_, i) => makeRecord(i + 1, 1, i + 1, makePart(i + 1, 1)))
    store.persist(1, writeOf(1, log))
    await heard.until(1)
    await store.close()
    const whole = readFileSync(path)
    const edits = (table: string) => [
      `UPDATE ${table} SET sum = sum + 1 WHERE page = 1`,
      `UPDATE ${table} SET rows = CAST(substr(rows, 1, length(rows) - 1) || x'77' AS BLOB) WHERE page = 0`,
      `UPDATE ${table} SET rows = CAST(substr(rows, 1, length(rows) - 1) AS BLOB) WHERE page = 1`,
      `UPDATE ${table} SET rows = x'' WHERE page = 1`,
      `UPDATE ${table} SET page = 2 WHERE page = 1`,
      `UPDATE ${table} SET page = page - 1`,
      `UPDATE ${table} SET page = -page`,
      `DELETE FROM ${table} WHERE page = 0`,
      `DELETE FROM ${table} WHERE page = 1`,
      `DELETE FROM ${table}`,
    ]
    for (const edit of [...edits('namespace'), ...edits('author')]) {
      writeFileSync(path, whole)
      const db = openConnection(path)
      db.exec(edit)
      db.close()
      await assert.rejects(open(path), { code: 'ERR_DAMAGED' }, edit)
    }
  })

  it('is found where runs do not agree with the rows', limit, async () => {
    const path = join(newFolder(), `${testRoom}.db`)
    const store = await open(path, { create: { copies: 3 } })
    const heard = listen(store)
    const stampers = [1, 1, 1, 2, 2, 1, 3, 1, 1, 2]
    const s = [1, 2, 3, 1, 2, 4, 1, 5, 6, 3]
    const log = stampers.map((stamper, i) => makeRecord(stamper, s[i]!, i + 1, makePart(9, i + 1)))
    store.persist(1, writeOf(1, log))
    await heard.until(1)
    await store.close()
    const whole = readFileSync(path)
    const runs = openConnection(path)
    assert.equal(valueOf(runs, 'SELECT count(*) FROM run'), 6)
    runs.close()
    const sound = openForReading(path, jsonCodec)
    assert.equal([...sound.audited()].length, 10)
    sound.close()
    for (const edit of [
      'UPDATE run SET pos = pos + 1 WHERE namespace = 1 AND s = 4',
      'UPDATE run SET s = 2 WHERE namespace = 1 AND s = 1',
      'UPDATE run SET s = 3 WHERE namespace = 1 AND s = 4',
      'UPDATE run SET pos = pos + 1 WHERE namespace = 3',
      'DELETE FROM run WHERE namespace = 1 AND s = 5',
      'DELETE FROM run WHERE namespace = 2 AND s = 1',
      'DELETE FROM run',
      'INSERT INTO run VALUES (1, 2, 3)',
      'INSERT INTO run VALUES (1, 9, 3)',
    ]) {
      const path = join(newFolder(), `${testRoom}.db`)
      writeFileSync(path, whole)
      const db = openConnection(path)
      db.exec(edit)
      db.close()
      const file = openForReading(path, jsonCodec)
      assert.throws(() => [...file.audited()], { code: 'ERR_DAMAGED' }, edit)
      file.close()
      // A question is replied to rightly, or not at all.
      let refused = 0
      for (let at = 0; at < log.length; at++) {
        const store = await open(path)
        listen(store).failure.catch(() => undefined)
        const { namespace } = log[at]!
        try {
          assert.equal(await store.seek(new Map([[namespace, s[at]! - 1]])), at + 1, edit)
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'ERR_DAMAGED', edit)
          refused += 1
        }
        await store.close()
      }
      assert.equal(refused > 0, !edit.endsWith('9, 3)'), edit)
    }
  })

  it('is found where the order of timestamps does not agree with the rows', limit, async () => {
    const path = join(newFolder(), `${testRoom}.db`)
    const store = await open(path, { create: { copies: 3 } })
    const heard = listen(store)
    const log = Array.from({ length: 200 }, (_, i) =>
      i < 100
        ? makeRecord(1, i + 1, i + 101, makePart(9, i + 1))
        : makeRecord(2, i - 99, i, makePart(9, i + 1)),
    )
    store.persist(1, writeOf(1, log))
    await heard.until(1)
    await store.close()
    const whole = readFileSync(path)
    const damaged = { code: 'ERR_DAMAGED' }
    const index = 'CREATE INDEX log_behind ON log (ts) WHERE behind > 0'
    /** What a row says of its place, with a checksum that fits. */
    const say = (pos: number, behind: number) => (db: ReturnType<typeof openConnection>) => {
      const select =
        'SELECT pos, namespace AS namespaceId, s, ts, author AS authorId, aseq, count, first_pos AS firstPos, canonical_until AS canonicalUntil, seal, part FROM log WHERE pos = ?'
      const row = db.prepare(select).get(pos) as Omit<LogRow, 'behind'>
      const sum = logSum({ ...row, behind })
      db.prepare('UPDATE log SET behind = ?, sum = ? WHERE pos = ?').run(behind, sum, pos)
    }
    const edits: [string, (db: ReturnType<typeof openConnection>) => void][] = [
      ['a late record that is not said to be late', say(150, 0)],
      ['one that is said to be more so', say(150, 80)],
      ['one that is said to be late and is not', say(50, 3)],
      [
        'an index that lost entries',
        (db) => db.exec(`DROP INDEX log_behind; ${index.replace('> 0', '> 9')}`),
      ],
    ]
    for (const [what, edit] of edits) {
      const copy = join(newFolder(), `${testRoom}.db`)
      writeFileSync(copy, whole)
      const db = openConnection(copy)
      edit(db)
      db.close()
      const narrowed = readFileSync(copy).indexOf('WHERE behind > 9')
      if (narrowed > 0) overwrite(copy, narrowed, Buffer.from('WHERE behind > 0'))
      const file = openForReading(copy, jsonCodec)
      assert.throws(() => [...file.audited()], damaged, what)
      if (/^an index|^a late/.test(what)) await assert.rejects(collect(file.transcript({})), damaged, what)
      file.close()
    }
    const sound = openForReading(path, jsonCodec)
    assert.equal([...sound.audited()].length, 200)
    assert.deepEqual(
      (await collect(sound.transcript({}))).map(gist),
      [...log.slice(100), ...log.slice(0, 100)].sort(compareRecords).map(gist),
    )
    sound.close()
  })

  it('does not lend its leftover WAL to the next one', limit, async () => {
    const path = join(newFolder(), `${testRoom}.db`)
    const store = await open(path, { create: { copies: 3 } })
    const heard = listen(store)
    store.persist(1, writeOf(1, plainRecords(1, 50)))
    await heard.until(1)
    const wal = readFileSync(`${path}-wal`)
    assert.ok(wal.length > 0)
    await store.close()
    await setAside(path)
    writeFileSync(`${path}-wal`, wal)
    assert.equal((await open(path, { create: { copies: 3 } })).stored.end, 0)
    assert.equal(
      readdirSync(dirname(path)).filter((name) => name.endsWith('-wal') && name.includes('damaged')).length,
      1,
    )
  })

  it('returns right records or none when any byte is flipped', limit, async () => {
    const path = await written(150, 60)
    const expected = plainRecords(1, 150, 'd'.repeat(60)).map(gist)
    const whole = readFileSync(path)
    const prng = createPrng(20_261_102)
    const outcomes = { right: 0, damaged: 0 }
    for (let round = 0; round < 400; round++) {
      const at = nextBelow(prng, whole.length)
      const flipped = Buffer.from(whole)
      flipped[at]! ^= 1 << nextBelow(prng, 8)
      writeFileSync(path, flipped)
      try {
        const history = openForReading(path, jsonCodec)
        try {
          assert.deepEqual((await collect(history.transcript({}))).map(gist), expected, `byte ${at}`)
          outcomes.right += 1
        } finally {
          history.close()
        }
      } catch (error) {
        if ((error as { code?: string }).code === 'ERR_ASSERTION') throw error
        assert.equal((error as { code?: string }).code, 'ERR_DAMAGED', `byte ${at}: ${String(error)}`)
        outcomes.damaged += 1
      }
    }
    assert.ok(outcomes.damaged > 100 && outcomes.right > 20, JSON.stringify(outcomes))
  })

  it('is noticed by its checksums when it is read, by any way', limit, async () => {
    const path = await written(400)
    const edits = [
      "UPDATE log SET part = CAST(replace(CAST(part AS TEXT), 'd', 'e') AS BLOB) WHERE pos = 200",
      'UPDATE log SET ts = 999 WHERE pos = 200',
      'UPDATE log SET count = 2 WHERE pos = 200',
      'UPDATE log SET seal = zeroblob(96) WHERE pos = 200',
      'UPDATE log SET first_pos = 3 WHERE pos = 200',
      'UPDATE log SET canonical_until = 200 WHERE pos = 200',
      'UPDATE log SET behind = 1 WHERE pos = 200',
      'DELETE FROM log WHERE pos = 200',
    ]
    const whole = readFileSync(path)
    for (const edit of edits) {
      writeFileSync(path, whole)
      const db = openConnection(path)
      db.exec(edit)
      db.close()
      const store = await open(path)
      const heard = listen(store)
      const damaged = { code: 'ERR_DAMAGED' }
      assert.equal((await store.read(1, 1)).length, 1)
      if (!edit.startsWith('DELETE')) await assert.rejects(collect(store.transcript({})), damaged, edit)
      await assert.rejects(store.read(200, 1), damaged, edit)
      assert.equal(((await heard.failure) as Error & { code: string }).code, 'ERR_DAMAGED')
      await store.close()
    }
  })

  it('is found at opening in the outbox, and when its bytes are no message', limit, async () => {
    const path = join(newFolder(), `${testRoom}.db`)
    const store = await open(path, { create: { copies: 3 } })
    const heard = listen(store)
    store.persist(1, { ...writeOf(1, plainRecords(1, 3)), outboxPut: [makePart(1, 1, { text: 'unsent' })] })
    await heard.until(1)
    await store.close()
    const whole = readFileSync(path)
    const damaged = { code: 'ERR_DAMAGED' }
    for (const edit of ["part = x'00'", 'aseq = 7', 'count = 2', 'id = 9', 'sum = 1']) {
      writeFileSync(path, whole)
      const db = openConnection(path)
      db.exec(`UPDATE outbox SET ${edit}`)
      db.close()
      await assert.rejects(open(path), damaged, edit)
    }
    writeFileSync(path, whole)
    const undecodable = {
      ...jsonCodec,
      decodePart: () => {
        throw new Error('these bytes are no part')
      },
    }
    await assert.rejects(openSqliteStore({ path, room: testRoom, codec: undecodable }), damaged)
    const history = openForReading(path, undecodable)
    await assert.rejects(collect(history.transcript({})), damaged)
    history.close()
  })

  it('is found in the background when the history is too long for a look at opening', limit, async () => {
    const path = await written(3000, 2000)
    assert.ok(statSync(path).size > 4_194_304)
    const sound = await open(path, { scrub: { afterMs: 0, everyMs: 1 } })
    const healthy = listen(sound)
    const copy = join(newFolder(), `${testRoom}.db`)
    copyFileSync(path, copy)
    overwrite(copy, readFileSync(copy).indexOf('dddd', 3_000_000), Buffer.from('?'))
    const store = await open(copy, { scrub: { afterMs: 0, everyMs: 1 } })
    const heard = listen(store)
    assert.equal(((await heard.failure) as Error & { code: string }).code, 'ERR_DAMAGED')
    assert.deepEqual(healthy.failed, [])
  })
})
