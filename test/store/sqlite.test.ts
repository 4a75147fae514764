/** What only a store on disk has to do: open again after any failure. */

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { BookEntry } from '../../src/core/model/frames.ts'
import type { Address, RoomId } from '../../src/core/model/ids.ts'
import { entriesMax, midOf, type StampedRecord } from '../../src/core/model/records.ts'
import type { Store } from '../../src/peer/ports.ts'
import { openForReading } from '../../src/store/room/history-file.ts'
import { migrate, migrations } from '../../src/store/room/tables.ts'
import {
  driversHere,
  loadDriver,
  openConnection,
  valueOf,
  type DriverName,
} from '../../src/store/room/sqlite-driver.ts'
import { isDamage, isFull, isLocked, isNotDatabase } from '../../src/store/room/sqlite-errors.ts'
import { openSqliteStore, type SqliteOptions } from '../../src/store/room/sqlite-store.ts'
import { listen } from './listen.ts'
import {
  chainOf,
  collect,
  gist,
  heldBy,
  incOf,
  jsonCodec,
  makePart,
  makeRecord,
  plainRecords,
  testRoom,
  uidOf,
  writeOf,
} from './records.ts'
import { scratchFolders } from './scratch.ts'
import { tinyDisks } from './tiny-disk.ts'

const limit = { timeout: 60_000 }
const newFolder = scratchFolders()
const newDisk = tinyDisks()

const opened: Store[] = []
after(async () => {
  for (const store of opened) await store.close()
})

function newPath(): string {
  return join(newFolder(), `${testRoom}.db`)
}

async function open(path: string, more: Partial<SqliteOptions> = {}): Promise<Store> {
  const store = await openSqliteStore({
    path,
    room: testRoom,
    codec: jsonCodec,
    create: { copies: 2 },
    ...more,
  })
  opened.push(store)
  return store
}

async function reopen(path: string, more: Partial<SqliteOptions> = {}): Promise<Store> {
  const store = await openSqliteStore({ path, room: testRoom, codec: jsonCodec, ...more })
  opened.push(store)
  return store
}

/** A closed database of `count` records. */
async function written(count: number, text?: string): Promise<string> {
  const path = newPath()
  const store = await open(path)
  const heard = listen(store)
  store.persist(1, writeOf(1, plainRecords(1, count, text)))
  await heard.until(1)
  await store.close()
  return path
}

describe('SqliteStore on disk', () => {
  it('comes back as it was closed: log, outbox, copies', limit, async () => {
    const path = newPath()
    const store = await open(path)
    const heard = listen(store)
    const twice = makePart(4, 1)
    const records = [
      ...plainRecords(1, 5),
      makeRecord(3, 1, 77, twice),
      makeRecord(2, 1, 9, twice),
      makeRecord(3, 2, 78, makePart(4, 3)),
      makeRecord(3, 3, 79, makePart(4, 2)),
      makeRecord(3, 4, 80, makePart(4, 5)),
    ]
    // What an earlier process left, then what this one said: not in the order of their numbers.
    const put = [6, 7, 8].map((aseq) => makePart(1, aseq, { text: `mine ${aseq}` }))
    const later = [1, 2, 6].map((aseq) => makePart(1, aseq, { inc: incOf(2), text: `later ${aseq}` }))
    store.persist(1, { ...writeOf(1, records), outboxPut: put })
    store.persist(2, { records: [], outboxPut: later, outboxDrop: put.slice(0, 1) })
    store.persist(3, { records: [], outboxPut: [], outboxDrop: put.slice(1, 2) })
    const unsent = [...put.slice(2), ...later]
    await heard.until(3)
    await store.close()

    const { stored } = await reopen(path)
    assert.equal(stored.room, testRoom)
    assert.equal(stored.copies, 2)
    assert.equal(stored.end, 10)
    assert.equal(stored.clock, 80)
    const held = heldBy(stored)
    const e = (n: number) => `${uidOf(n)}.${incOf(1)}`
    assert.deepEqual(
      held.frontier,
      new Map([
        [e(1), 5],
        [e(3), 4],
        [e(2), 1],
      ]),
    )
    assert.deepEqual([...held.lastTs.values()], [5, 80, 9])
    assert.deepEqual([...held.most.values()], [5, 5])
    assert.deepEqual(
      held.chains,
      new Map([records[4]!, records[9]!, records[6]!].map((record) => [record.namespace, chainOf(record)])),
    )
    assert.deepEqual(
      held.have,
      new Map([
        [e(2), 5],
        [e(4), 3],
      ]),
    )
    assert.deepEqual(
      stored.outbox.map(({ raw, ...part }) => ({ ...part, raw: raw && Buffer.from(raw).toString() })),
      unsent.map((part) => ({ ...part, raw: Buffer.from(jsonCodec.encodePart(part)).toString() })),
    )
  })

  it(
    'counts messages, not parts, and each once: have, clock, what is held and what is unsent',
    limit,
    async () => {
      const path = newPath()
      const store = await open(path)
      const heard = listen(store)
      const part = (author: number, aseq: number, count: number) => makePart(author, aseq, { count })
      const records = [
        makeRecord(1, 1, 10, part(2, 1, 3)),
        makeRecord(3, 1, 10, part(2, 1, 3)),
        makeRecord(1, 2, 20, part(2, 4, 256)),
        // In an order, and over one another, as only a hostile author could have them.
        makeRecord(1, 3, 300, part(4, 6, 5)),
        makeRecord(1, 4, 400, part(4, 20, 2)),
        makeRecord(1, 5, 500, part(4, 1, 2)),
        makeRecord(1, 6, 600, part(4, 2, 6)),
        makeRecord(1, 7, 700, part(4, 9, 1)),
      ]
      const put = [part(1, 1, entriesMax), part(1, entriesMax + 1, 1), part(1, entriesMax + 2, 7)]
      store.persist(1, { ...writeOf(1, records.slice(0, 2)), outboxPut: put })
      store.persist(2, { ...writeOf(3, records.slice(2)), outboxDrop: put.slice(1, 2) })
      await heard.until(2)
      await store.close()
      const { stored } = await reopen(path)
      assert.equal(stored.end, 8)
      assert.equal(stored.clock, 700)
      assert.deepEqual(
        heldBy(stored).have,
        new Map([
          [`${uidOf(2)}.${incOf(1)}`, 259],
          [`${uidOf(4)}.${incOf(1)}`, 10],
        ]),
      )
      assert.deepEqual(
        stored.outbox.map(({ aseq, entries }) => [aseq, entries.length]),
        [
          [1, entriesMax],
          [entriesMax + 2, 7],
        ],
      )
      const history = openForReading(path, jsonCodec)
      assert.deepEqual([history.end, history.count, history.unsent], [8, 269, entriesMax + 7])
      assert.equal((await collect(history.transcript({ last: 1 }))).at(-1)?.ts, 700)
      history.close()
    },
  )

  it('holds any number of processes, in pages that a commit touches', limit, async () => {
    const path = newPath()
    let store = await open(path)
    let heard = listen(store)
    const last = new Map<number, number>()
    const log: StampedRecord[] = []
    // Two of each: its pages are written again.
    for (let round = 1; round <= 2; round++)
      for (let n = 1; n <= 300; n++) {
        log.push(makeRecord(n, round, log.length + 1, makePart(n % 150, Math.ceil((log.length + 1) / 150))))
        last.set(n, round)
      }
    let [n, end] = [0, 0]
    for (const size of [63, 1, 1, 128, 7, 300, 100]) {
      store.persist(++n, writeOf(end + 1, log.slice(end, end + size)))
      end += size
      await heard.until(n)
      if (size > 1) continue
      await store.close()
      store = await reopen(path)
      heard = listen(store)
      n = 0
    }
    await store.close()
    const held = heldBy((await reopen(path)).stored)
    const e = (one: number) => `${uidOf(one)}.${incOf(1)}`
    assert.deepEqual(held.frontier, new Map([...last].map(([one, s]) => [e(one), s])))
    assert.deepEqual(held.lastTs, new Map([...last.keys()].map((one) => [e(one), 300 + one])))
    assert.deepEqual(
      held.chains,
      new Map(log.slice(300).map((record) => [record.namespace, chainOf(record)])),
    )
    assert.deepEqual(
      [...held.have.values()],
      Array.from({ length: 150 }, () => 4),
    )
    const db = openConnection(path)
    assert.equal(valueOf(db, 'SELECT count(*) FROM namespace'), 5)
    assert.equal(valueOf(db, 'SELECT count(*) FROM author'), 3)
    // Little-endian on every machine: the key, s, the timestamp, the chain.
    const page = Buffer.from(valueOf(db, 'SELECT rows FROM namespace WHERE page = 4') as Uint8Array)
    db.close()
    const count = 300 - 4 * 64
    assert.equal(page.length, count * 80)
    const words = (column: number) =>
      Array.from({ length: 8 }, (_, word) => page.readUInt32LE(column + word * 4))
    const hex = (column: number) =>
      words(column)
        .map((word) => word.toString(16).padStart(8, '0'))
        .join('')
    assert.equal(hex(0), `${uidOf(257)}${incOf(1)}0000`)
    assert.deepEqual([page.readDoubleLE(count * 32), page.readDoubleLE(count * 32 + 8)], [2, 557])
    assert.equal(hex(count * 48), chainOf(log[556]!))
  })

  it('takes the clock from the last message of a part', limit, async () => {
    const path = newPath()
    const store = await open(path)
    const heard = listen(store)
    const large = makeRecord(1, 1, 10, makePart(2, 1, { count: 100 }))
    store.persist(1, writeOf(1, [large, makeRecord(3, 1, 90, makePart(4, 1))]))
    await heard.until(1)
    await store.close()
    assert.equal((await reopen(path)).stored.clock, 109)
  })

  it('tells which copies stand under the names of unsent messages', limit, async () => {
    const path = newPath()
    const store = await open(path)
    const heard = listen(store)
    const put = [1, 2, 3].map((aseq) => makePart(1, aseq, { text: `mine ${aseq}` }))
    const [own, robbed] = [put[0]!, put[1]!]
    // Of another author, in a process of the same inc: whoever looks must look at the author too.
    const other = makeRecord(3, 1, 5, makePart(4, 1))
    const first = makeRecord(2, 3, 12, own)
    const forged = makeRecord(2, 4, 20, makePart(1, robbed.aseq, { text: 'not mine' }))
    const log = [makeRecord(2, 1, 10, makePart(5, 1)), other, makeRecord(3, 2, 30, own), first, forged]
    const again = makeRecord(3, 3, 31, robbed)
    const records = [...log.slice(0, 1), makeRecord(2, 2, 11, makePart(5, 2)), ...log.slice(1), again]
    store.persist(1, { ...writeOf(1, records), outboxPut: put })
    await heard.until(1)
    await store.close()
    const { stored } = await reopen(path)
    const found = put.map((part) => stored.placed.find((record) => midOf(record.part) === midOf(part)))
    assert.deepEqual(
      found.map((record) => record && gist(record)),
      [gist(first), gist(forged), undefined],
    )
  })

  it('keeps the address book beside the database', limit, async () => {
    const path = newPath()
    const store = await open(path)
    const entry = (n: number): BookEntry => ({
      uid: uidOf(n),
      addr: `10.0.0.${n}:4000` as Address,
      name: `N${n}`,
      left: n % 2 === 0,
    })
    for (let n = 1; n <= 20; n++) store.keepBook([entry(n), entry(n + 1)])
    await store.close()
    const bookPath = path.replace('.db', '.json')
    assert.equal(statSync(bookPath).mode & 0o777, 0o600)
    assert.deepEqual((await reopen(path)).stored.book, [entry(20), entry(21)])
    writeFileSync(bookPath, '{"book":[{"uid":')
    assert.deepEqual((await reopen(path)).stored.book, [])
  })

  it('is readable to its owner alone, and leaves nothing beside it', limit, async () => {
    const path = newPath()
    const store = await open(path)
    const heard = listen(store)
    store.persist(1, writeOf(1, plainRecords(1, 3)))
    await heard.until(1)
    for (const suffix of ['', '-wal', '-shm'])
      assert.equal(statSync(path + suffix).mode & 0o777, 0o600, suffix)
    await store.close()
    assert.deepEqual(readdirSync(dirname(path)), [`${testRoom}.db`])
  })

  it('does not make a room that it was not told to make', limit, async () => {
    const path = newPath()
    await assert.rejects(reopen(path), { code: 'ERR_NO_ROOM' })
    assert.equal(existsSync(path), false)
    await open(path)
    const other = { room: 'ffffffffffffffffffffffffffffffff' as RoomId }
    await assert.rejects(reopen(path, other), { code: 'ERR_DAMAGED' })
  })

  it('commits queued writes together, and all of them before it closes', limit, async () => {
    const path = newPath()
    const store = await open(path)
    const heard = listen(store)
    for (let n = 1; n <= 500; n++) {
      store.persist(n, writeOf(n, plainRecords(n, n)))
      store.flush()
      if (n % 5 === 0) await new Promise(setImmediate)
    }
    await store.close()
    assert.equal(heard.committed.at(-1), 500)
    assert.ok(heard.committed.length < 100, `${heard.committed.length} commits`)
    assert.equal((await reopen(path)).stored.end, 500)
  })

  it('commits without a flush as well, some time', limit, async () => {
    const store = await open(newPath())
    const committed: number[] = []
    const heard = new Promise<void>((done) => {
      store.attach({
        committed: (upTo) => {
          committed.push(upTo)
          if (upTo === 3) done()
        },
        blocked: () => {},
        freed: () => {},
        failed: (error) => {
          throw error
        },
      })
    })
    for (let n = 1; n <= 3; n++) store.persist(n, writeOf(n, plainRecords(n, n)))
    await heard
    assert.deepEqual(committed, [3])
    await store.close()
  })

  it('commits, reads and closes while more comes than it can write at once', limit, async () => {
    const path = newPath()
    const store = await open(path)
    const heard = listen(store)
    const count = 400
    for (let n = 1; n <= count; n++) {
      store.persist(n, writeOf(n, plainRecords(n, n)))
      store.flush()
      // Each a message of its own to the thread: some find it resting.
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (n % 50 === 0) await heard.until(n - 25)
      if (n % 100 === 0) assert.ok((await store.read(1, 1 << 20)).length > 0)
    }
    // Nothing is waited for: what rests is written before the end.
    await store.close()
    const { stored } = await reopen(path)
    assert.equal(stored.end, count)
  })

  it('takes over a room of the schema before', limit, async () => {
    const path = await written(3)
    const db = openConnection(path, { mode: 'rw', timeout: 1000 })
    db.exec('PRAGMA user_version = 7')
    db.close()
    const { stored } = await reopen(path)
    assert.equal(stored.end, 3)
  })

  it('holds after kill -9 all that it reported, and no partial write', limit, async () => {
    const path = newPath()
    const writer = fileURLToPath(new URL('crash-writer.js', import.meta.url))
    for (let round = 1; round <= 4; round++) {
      const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] })
      let reported = 0
      let lines = 0
      for await (const line of createInterface(child.stdout)) {
        reported = Number(line)
        // What was printed before the kill still counts: the loop reads to the end of the pipe.
        if (++lines === 15 * round) child.kill('SIGKILL')
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      assert.equal(child.signalCode, 'SIGKILL')
      const store = await reopen(path)
      const { end, outbox } = store.stored
      assert.ok(reported > 0 && end >= reported, `${reported} reported, ${end} held`)
      assert.equal(end % 2, 0)
      assert.deepEqual(
        outbox.map(({ aseq }) => aseq),
        [end],
      )
      const expected = plainRecords(1, end, 'w'.repeat(100)).map(gist)
      assert.deepEqual((await store.read(1, 1e9)).map(gist), expected)
      await store.close()
    }
  })

  it('can be read by another process while it is written', limit, async () => {
    const path = newPath()
    const store = await open(path)
    const heard = listen(store)
    store.persist(1, writeOf(1, plainRecords(1, 400)))
    await heard.until(1)
    const history = openForReading(path, jsonCodec)
    store.persist(2, writeOf(401, plainRecords(401, 800)))
    await heard.until(2)
    assert.equal(history.room, testRoom)
    assert.equal((await collect(history.transcript({}))).length, 400)
    history.close()
    const later = openForReading(path, jsonCodec)
    const tail = await collect(later.transcript({ last: 3 }))
    assert.deepEqual(tail.map(gist), plainRecords(798, 800).map(gist))
    later.close()
    assert.throws(() => openForReading(newPath(), jsonCodec), { code: 'ERR_NO_ROOM' })
  })

  it('continues with a later schema, and refuses one that it does not know', limit, async () => {
    const path = await written(3)
    let db = openConnection(path)
    migrate(db, path, [...migrations, 'CREATE TABLE extra (x)', 'INSERT INTO extra VALUES (7)'])
    assert.equal(valueOf(db, 'PRAGMA user_version'), migrations.length + 2)
    assert.equal(valueOf(db, 'SELECT x FROM extra'), 7)
    db.close()
    const newer = { code: 'ERR_HOME_UNUSABLE', message: /newer Ringleader/ }
    await assert.rejects(reopen(path), newer)
    assert.throws(() => openForReading(path, jsonCodec), newer)
    db = openConnection(path)
    db.exec(`PRAGMA user_version = ${migrations.length}`)
    db.close()
    assert.equal((await reopen(path)).stored.end, 3)
    const early = openConnection(path)
    early.exec('PRAGMA user_version = 4')
    early.close()
    const unreleased = { code: 'ERR_HOME_UNUSABLE', message: /before the first release/ }
    await assert.rejects(reopen(path), unreleased)
    assert.throws(() => openForReading(path, jsonCodec), unreleased)
  })
})

/** Messages that another process reads with a driver: two copies of SQLite in one process would drop each
 * other's locks. */
function countElsewhere(path: string, driver: DriverName): number {
  const url = (module: string) => JSON.stringify(new URL(module, import.meta.url).href)
  const script = `import { openForReading } from ${url('../../src/store/room/history-file.js')}
    import { collect, jsonCodec } from ${url('records.js')}
    const history = openForReading(${JSON.stringify(path)}, jsonCodec, ${JSON.stringify(driver)})
    console.log((await collect(history.transcript({}))).length)
    history.close()`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  return Number(stdout)
}

describe('the drivers', () => {
  it('read and continue what the other one wrote', limit, async (t) => {
    const drivers = driversHere()
    if (drivers.length < 2) return t.skip(`this Node.js has only ${drivers.join()}`)
    for (const [writer, reader] of [drivers, drivers.toReversed()]) {
      const path = newPath()
      const store = await open(path, { driver: writer! })
      const heard = listen(store)
      const put = [makePart(1, 1, { text: 'nul \u0000 and grüße 👋' })]
      store.persist(1, { ...writeOf(1, plainRecords(1, 300)), outboxPut: put })
      await heard.until(1)
      assert.equal(countElsewhere(path, reader!), 300)
      await store.close()
      const later = await reopen(path, { driver: reader! })
      const { end, clock, namespaces, authors, outbox } = later.stored
      assert.deepEqual([end, clock, namespaces.size, authors.size], [300, 300, 1, 1])
      assert.deepEqual(outbox[0]?.entries, put[0]?.entries)
      const heardLater = listen(later)
      later.persist(1, writeOf(301, plainRecords(301, 400)))
      await heardLater.until(1)
      await later.close()
      const last = openForReading(path, jsonCodec, writer)
      assert.deepEqual((await collect(last.transcript({}))).map(gist), plainRecords(1, 400).map(gist))
      last.close()
    }
  })

  it('write nothing when they open for reading', limit, async () => {
    const path = await written(10)
    const whole = readFileSync(path)
    for (const driver of driversHere()) {
      const db = openConnection(path, { mode: 'ro', driver })
      for (const sql of ['DELETE FROM log', 'PRAGMA user_version = 9', 'CREATE TABLE x (y)'])
        assert.throws(() => db.exec(sql), { errcode: 8 }, `${driver}: ${sql}`)
      db.close()
      assert.deepEqual(readFileSync(path), whole)
      assert.throws(() => openConnection(newPath(), { mode: 'ro', driver }), { errcode: 14 })
      assert.throws(() => openConnection(newPath(), { driver }), { errcode: 14 })
    }
  })

  it('keep every kind of error apart, however it is met', limit, async () => {
    for (const driver of driversHere()) {
      const path = newPath()
      const db = openConnection(path, { mode: 'rwc', driver })
      db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER, x TEXT) STRICT')
      db.exec("INSERT INTO t VALUES (9007199254740993, 'large')")
      const ways = (sql: string): (() => unknown)[] => [
        () => db.exec(sql),
        () => db.prepare(sql).run(),
        () => db.prepare(sql).get(),
        () => db.prepare(sql).all(),
        () => [...db.prepare(sql).iterate()],
      ]
      const caught = (action: () => unknown): unknown => {
        try {
          action()
        } catch (error) {
          return error
        }
        return undefined
      }
      for (const way of ways('SELECT n FROM t').slice(2))
        assert.ok(isDamage(caught(way)), `${driver}: ${String(way)}`)
      for (const way of ways('SELECT * FROM missing'))
        assert.ok(isDamage(caught(way)), `${driver}: ${String(way)}`)
      const other = openConnection(path, { driver })
      other.exec('BEGIN EXCLUSIVE')
      for (const way of ways('BEGIN IMMEDIATE')) {
        const error = caught(way)
        assert.ok(isLocked(error) && !isDamage(error) && !isFull(error), `${driver}: ${String(way)}`)
      }
      other.close()
      db.exec('PRAGMA max_page_count = 4')
      const grow = 'INSERT INTO t SELECT 1, hex(zeroblob(9000)) RETURNING n'
      for (const way of ways(grow)) {
        const error = caught(way)
        assert.ok(isFull(error) && !isDamage(error) && !isLocked(error), `${driver}: ${String(way)}`)
      }
      db.close()
      const text = newPath()
      writeFileSync(text, 'this is no database, and long enough not to be taken for an empty one'.repeat(9))
      const none = openConnection(text, { driver })
      for (const sql of ['PRAGMA user_version', 'SELECT * FROM t']) {
        for (const way of [() => none.prepare(sql).get(), () => none.prepare(sql).all()])
          assert.ok(isNotDatabase(caught(way)) && isDamage(caught(way)), `${driver}: ${String(way)}`)
      }
      none.close()
    }
  })

  it('are named, with what to do, if there is none', () => {
    assert.throws(() => loadDriver([]), {
      code: 'ERR_HOME_UNUSABLE',
      message: /Node\.js 22\.16 or newer.*--include=optional/,
    })
  })

  it('say nothing on stderr when they are loaded, and let other warnings through', limit, () => {
    const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
    const script = `import { openConnection } from ${url('../../src/store/room/sqlite-driver.js')}
      openConnection(${JSON.stringify(newPath())}, { mode: 'rwc' }).close()
      process.emitWarning('one of ours', 'ExperimentalWarning')`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    assert.match(stderr, /^\(node:\d+\) ExperimentalWarning: one of ours\n/)
  })
})

describe('a lock that another program holds', () => {
  /** A store with 20 records, and the connection of a program that has just locked it. */
  async function lockedStore() {
    const path = await written(20)
    const store = await reopen(path)
    const heard = listen(store)
    const other = openConnection(path)
    other.exec('BEGIN EXCLUSIVE')
    store.persist(1, writeOf(21, plainRecords(21, 30)))
    await heard.untilDisk('locked')
    return { path, store, heard, other }
  }

  it(
    'is waited for: reads still work, nothing is reported as committed, and then all is committed',
    limit,
    async () => {
      const { path, store, heard, other } = await lockedStore()
      store.persist(2, writeOf(31, plainRecords(31, 40)))
      assert.equal((await store.read(1, 1e9)).length, 20)
      assert.deepEqual([heard.committed, heard.failed], [[], []])
      other.exec('ROLLBACK')
      await heard.until(2)
      assert.deepEqual(heard.disk, ['locked', 'freed'])
      // For a moment only: nobody is told.
      other.exec('BEGIN EXCLUSIVE')
      store.persist(3, writeOf(41, plainRecords(41, 41)))
      setTimeout(() => other.exec('ROLLBACK'), 50)
      await heard.until(3)
      assert.deepEqual(heard.disk, ['locked', 'freed'])
      other.close()
      await store.close()
      assert.equal((await reopen(path)).stored.end, 41)
      assert.deepEqual(heard.failed, [])
    },
  )

  it('ends while the room is left: all that was given is committed', limit, async () => {
    const { path, store, other } = await lockedStore()
    // Behind what is tried again.
    store.persist(2, { ...writeOf(31, plainRecords(31, 31)), outboxPut: [makePart(7, 1)] })
    assert.equal(store.isWritten, false)
    const closing = store.close()
    other.exec('ROLLBACK')
    other.close()
    await closing
    assert.equal(store.isWritten, true)
    const { end, outbox } = (await reopen(path)).stored
    assert.deepEqual([end, outbox.length], [31, 1])
  })

  it('can be left, and is named when a room is opened or read', { timeout: 60_000 }, async () => {
    const { path, store, heard, other } = await lockedStore()
    await store.close()
    assert.deepEqual([store.isWritten, heard.committed, heard.failed], [false, [], []])
    other.exec('ROLLBACK')
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT')
    const locked = { code: 'ERR_HOME_UNUSABLE', message: /another program has locked/ }
    await assert.rejects(reopen(path), locked)
    assert.throws(() => openForReading(path, jsonCodec), locked)
    other.close()
    assert.equal((await reopen(path)).stored.end, 20)
  })
})

describe('files that are gone under a running store', () => {
  const ways: [string, (path: string) => void][] = [
    ['the home is deleted', (path) => rmSync(dirname(path), { recursive: true })],
    ['the home is moved', (path) => renameSync(dirname(path), `${dirname(path)}-moved`)],
    ['only the database is deleted', (path) => rmSync(path)],
    ['only the WAL is deleted', (path) => rmSync(`${path}-wal`)],
    [
      'the database is replaced by a copy',
      (path) => {
        copyFileSync(path, `${path}.copy`)
        renameSync(`${path}.copy`, path)
      },
    ],
  ]
  for (const [what, happens] of ways) {
    it(`${what}: nothing is claimed any more`, limit, async () => {
      const folder = join(newFolder(), 'rooms')
      mkdirSync(folder)
      const path = join(folder, `${testRoom}.db`)
      const gone = { code: 'ERR_HOME_UNUSABLE', message: /deleted, moved or replaced/ }
      for (const isIdle of [false, true]) {
        rmSync(folder, { recursive: true, force: true })
        mkdirSync(folder)
        const store = await open(path)
        const heard = listen(store)
        store.persist(1, writeOf(1, plainRecords(1, 20)))
        await heard.until(1)
        happens(path)
        if (!isIdle) store.persist(2, writeOf(21, plainRecords(21, 30)))
        await assert.rejects(Promise.reject(await heard.failure), gone)
        assert.deepEqual(heard.committed, [1])
        await store.close()
        rmSync(`${folder}-moved`, { recursive: true, force: true })
      }
    })
  }

  it('a new room at the same place is not touched by the old store that closes', limit, async () => {
    const path = await written(20)
    const store = await reopen(path)
    const heard = listen(store)
    store.persist(1, writeOf(21, plainRecords(21, 30)))
    await heard.until(1)
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix)
    const script = [fileURLToPath(new URL('crash-writer.js', import.meta.url)), path]
    const child = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines = createInterface(child.stdout)
    await once(lines, 'line')
    await heard.failure
    await store.close()
    const ended = once(child, 'exit')
    let reported = 0
    lines.on('line', (line) => (reported = Number(line)))
    await once(lines, 'line')
    child.kill('SIGKILL')
    await ended
    assert.ok((await reopen(path)).stored.end >= reported && reported > 0)
  })
})

describe('a full disk', () => {
  it('keeps writes that do not fit and commits them when there is room', limit, async (t) => {
    const folder = newDisk(1024)
    if (!folder) return t.skip('may not mount a small disk here')
    const path = join(folder, `${testRoom}.db`)
    const ballast = join(folder, 'ballast')
    writeFileSync(ballast, Buffer.alloc(400 * 1024))
    const store = await open(path)
    const heard = listen(store)
    let n = 0
    while (heard.disk.length === 0 && n < 1000) {
      n += 1
      store.persist(n, writeOf(n, plainRecords(n, n, 'f'.repeat(2000))))
      await Promise.race([heard.until(n), heard.untilDisk('full')])
    }
    assert.deepEqual(heard.disk, ['full'])
    const before = heard.committed.at(-1)!
    assert.equal(before, n - 1)
    store.persist(n + 1, writeOf(n + 1, plainRecords(n + 1, n + 1)))
    assert.equal((await store.read(1, 1e9)).length, before)
    rmSync(ballast)
    await heard.until(n + 1)
    assert.deepEqual(heard.disk, ['full', 'freed'])
    await store.close()
    assert.equal((await reopen(path)).stored.end, n + 1)
    assert.deepEqual(heard.failed, [])
  })

  it('can be closed, and then holds what was committed', limit, async () => {
    const path = newPath()
    const store = await open(path, { pagesMax: 24 })
    const heard = listen(store)
    let n = 0
    while (heard.disk.length === 0 && n < 1000) {
      n += 1
      store.persist(n, writeOf(n, plainRecords(n, n, 'f'.repeat(3000))))
      await Promise.race([heard.until(n), heard.untilDisk('full')])
    }
    assert.deepEqual(heard.disk, ['full'])
    await store.close()
    assert.deepEqual(heard.failed, [])
    assert.equal((await reopen(path)).stored.end, n - 1)
  })

  it('is named at the start', limit, async (t) => {
    const folder = newDisk(64)
    if (!folder) return t.skip('may not mount a small disk here')
    assert.throws(() => writeFileSync(join(folder, 'ballast'), Buffer.alloc(65 * 1024)), { code: 'ENOSPC' })
    const path = join(folder, `${testRoom}.db`)
    await assert.rejects(open(path), { code: 'ERR_DISK_FULL' })
    await assert.rejects(reopen(path), { code: 'ERR_NO_ROOM' })
  })
})
