/** Homes: one process each, never a boot counter twice, nothing for others to read. */

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bootCounter, type Address, type RoomId } from '../../src/core/model/ids.ts'
import type { BookEntry } from '../../src/core/model/frames.ts'
import { readBooks } from '../../src/store/home/book-file.ts'
import { findLastRoom, listRooms, openHome, type Home } from '../../src/store/home/home.ts'
import { lastAside } from '../../src/store/home/set-aside.ts'
import { openSqliteStore, setAside } from '../../src/store/room/sqlite-store.ts'
import { jsonCodec, testRoom, uidOf } from './records.ts'
import { scratchFolders } from './scratch.ts'
import { tinyDisks } from './tiny-disk.ts'

const limit = { timeout: 60_000 }
const newFolder = scratchFolders()
const newDisk = tinyDisks()
const otherRoom = 'ffffffffffffffffffffffffffffffff' as RoomId

const opened: Home[] = []
after(() => {
  for (const home of opened) home.close()
})

async function open(dir: string): Promise<Home> {
  const home = await openHome(dir)
  opened.push(home)
  return home
}

describe('a home', () => {
  it('is made for its owner alone', limit, async () => {
    const dir = join(newFolder(), 'deep', 'home')
    const home = await open(dir)
    await home.setLastRoom(testRoom)
    await home.keepBook(testRoom, [])
    for (const folder of ['', 'rooms']) assert.equal(statSync(join(dir, folder)).mode & 0o777, 0o700, folder)
    for (const file of ['lock.db', 'boot.json', 'last-room', `rooms/${testRoom}.json`]) {
      assert.equal(statSync(join(dir, file)).mode & 0o777, 0o600, file)
    }
  })

  it('counts boots, each counter once, durably', limit, async () => {
    const dir = newFolder()
    const incs: string[] = []
    for (let boot = 1; boot <= 3; boot++) {
      const home = await openHome(dir)
      assert.equal(bootCounter(home.inc), boot)
      incs.push(home.inc)
      home.close()
    }
    const home = await open(dir)
    const [above, next] = await Promise.all([home.mintInc(100), home.mintInc(7)])
    assert.deepEqual([bootCounter(above), bootCounter(next)], [101, 102])
    assert.equal(home.inc, next)
    assert.deepEqual(JSON.parse(readFileSync(join(dir, 'boot.json'), 'utf8')), { counter: 102 })
    assert.equal(new Set([...incs, above, next].map((inc) => inc.slice(12))).size, 5)
  })

  it('does not guess a boot counter that it cannot read', limit, async () => {
    const dir = newFolder()
    const home = await openHome(dir)
    home.close()
    for (const text of ['', '{"counter":', '{"counter":0}', '{"counter":99999999999999999999}']) {
      writeFileSync(join(dir, 'boot.json'), text)
      await assert.rejects(openHome(dir), { code: 'ERR_HOME_UNUSABLE', message: /boot counter/ })
      assert.equal(readFileSync(join(dir, 'boot.json'), 'utf8'), text)
    }
    for (const counter of [2 ** 40, 2 ** 48 - 1]) {
      writeFileSync(join(dir, 'boot.json'), JSON.stringify({ counter }))
      await assert.rejects(openHome(dir), { code: 'ERR_HOME_UNUSABLE', message: /come to its end.*--home/ })
    }
    writeFileSync(join(dir, 'boot.json'), '{"counter":5}\n')
    assert.equal(bootCounter((await open(dir)).inc), 6)
  })

  it('is one process’s at a time, until that ends, however it ends', limit, async () => {
    const dir = newFolder()
    const first = await openHome(dir)
    await assert.rejects(openHome(dir), { code: 'ERR_HOME_IN_USE', message: /--home/ })
    first.close()
    const holder = fileURLToPath(new URL('home-holder.js', import.meta.url))
    const child = spawn(process.execPath, [holder, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(createInterface(child.stdout), 'line')
    await assert.rejects(openHome(dir), { code: 'ERR_HOME_IN_USE' })
    await assert.rejects(openHome(dir), { code: 'ERR_HOME_IN_USE' })
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    assert.equal(bootCounter((await open(dir)).inc), 3)
  })

  it('knows its rooms, also one whose database was set aside', limit, async () => {
    const dir = newFolder()
    const home = await open(dir)
    assert.deepEqual(await home.rooms(), [])
    assert.equal(await home.lastRoom(), undefined)
    const entry: BookEntry = { uid: uidOf(2), addr: '10.0.0.2:4000' as Address, name: 'Bo', left: false }
    for (const room of [testRoom, otherRoom]) {
      const path = home.roomPath(room)
      const store = await openSqliteStore({ path, room, codec: jsonCodec, create: { copies: 3 } })
      store.keepBook([entry])
      await store.close()
      await home.setLastRoom(room)
    }
    const longAgo = new Date(1_700_000_000_000)
    for (const end of ['db', 'json']) utimesSync(join(dir, 'rooms', `${testRoom}.${end}`), longAgo, longAgo)
    writeFileSync(`${home.roomPath(testRoom)}-wal`, '')
    const [latest, earlier] = await home.rooms()
    assert.deepEqual([latest?.room, earlier?.room], [otherRoom, testRoom])
    assert.equal(earlier?.lastUsed, longAgo.getTime())
    assert.equal(await home.lastRoom(), otherRoom)

    const path = home.roomPath(otherRoom)
    assert.equal(await lastAside(path), undefined)
    const aside = await setAside(path)
    assert.equal(await lastAside(path), aside)
    const later = `${path}.damaged-2999-01-01T00-00-00-000Z`
    for (const end of ['', '-2', '-10', '-10-wal']) {
      writeFileSync(`${later}${end}`, '')
      assert.equal(await lastAside(path), `${later}${end.replace('-wal', '')}`)
    }
    const rest = (await listRooms(dir)).find(({ room }) => room === otherRoom)
    assert.deepEqual([rest?.database, rest?.book], [false, [entry]])
    assert.deepEqual(await home.readBook(otherRoom), [entry])
    assert.deepEqual((await readBooks(dir)).get(otherRoom), [entry])
    assert.equal((await readBooks(join(dir, 'nowhere'))).size, 0)
    assert.deepEqual(await findLastRoom(dir), { room: otherRoom })
    assert.deepEqual(await listRooms(join(dir, 'nowhere')), [])
    assert.deepEqual(await findLastRoom(join(dir, 'nowhere')), {})
  })

  it('sets a damaged book or last room aside, says so, and continues with what it holds', limit, async () => {
    const dir = newFolder()
    const first = await openHome(dir)
    const entry: BookEntry = { uid: uidOf(2), addr: '10.0.0.2:4000' as Address, name: 'Bo', left: false }
    for (const [index, room] of [otherRoom, testRoom].entries()) {
      const path = first.roomPath(room)
      const store = await openSqliteStore({ path, room, codec: jsonCodec, create: { copies: 3 } })
      store.keepBook([entry, { ...entry, uid: uidOf(3) }])
      await store.close()
      await first.setLastRoom(room)
      const time = new Date(1_700_000_000_000 + index * 1000)
      for (const end of ['db', 'json']) utimesSync(join(dir, 'rooms', `${room}.${end}`), time, time)
    }
    assert.deepEqual(first.notes, [])
    first.close()
    const asides = () =>
      [...readdirSync(dir), ...readdirSync(join(dir, 'rooms'))].filter((name) => name.includes('.damaged-'))
    const lastRoom = join(dir, 'last-room')
    for (const [index, text] of [
      '',
      '\n',
      'not a room',
      `${testRoom}${testRoom}`,
      '\0'.repeat(33),
    ].entries()) {
      writeFileSync(lastRoom, text)
      const found = { room: testRoom, damaged: lastRoom }
      assert.deepEqual(await findLastRoom(dir), found, 'also without the lock')
      assert.equal(readFileSync(lastRoom, 'utf8'), text, 'which changes nothing')
      const home = await openHome(dir)
      assert.equal(await home.lastRoom(), testRoom)
      assert.equal(home.notes.length, 1)
      assert.match(home.notes[0] ?? '', /last room.*last-room\.damaged-/)
      home.close()
      assert.equal(asides().length, index + 1)
    }
    const kept = asides().length
    const book = join(dir, 'rooms', `${testRoom}.json`)
    const whole = readFileSync(book, 'utf8')
    const texts: [string, number][] = [
      ['', 0],
      [whole.slice(0, -40), 0],
      ['{"book":7}', 0],
      [whole.replace(uidOf(3), 'x'), 1],
    ]
    for (const [index, [text, left]] of texts.entries()) {
      writeFileSync(book, text)
      const home = await openHome(dir)
      assert.equal((await home.readBook(testRoom)).length, left)
      assert.match(home.notes.join(), /address book.*\.json\.damaged-/)
      home.close()
      assert.equal(asides().length, kept + index + 1)
    }
    const later = await open(dir)
    assert.deepEqual(later.notes, [])
  })

  it('is not made out of a folder that holds other things, or a file', limit, async () => {
    const dir = newFolder()
    writeFileSync(join(dir, 'letter.txt'), 'Dear Ann')
    const mode = statSync(dir).mode
    await assert.rejects(openHome(dir), { code: 'ERR_HOME_UNUSABLE', message: /--home/ })
    assert.equal(statSync(dir).mode, mode)
    assert.equal(existsSync(join(dir, 'lock.db')), false)
    await assert.rejects(openHome(join(dir, 'letter.txt')), { code: 'ERR_HOME_UNUSABLE' })
    const spoilt = newFolder()
    mkdirSync(join(spoilt, 'rooms'))
    writeFileSync(join(spoilt, 'lock.db'), 'this is no lock of ours, nor a database')
    await assert.rejects(openHome(spoilt), { code: 'ERR_HOME_UNUSABLE', message: /lock\.db/ })
  })

  it('is refused where no folder can be made, however deep it lies', limit, async () => {
    for (const dir of [
      '/dev/null/home',
      ...(existsSync('/proc/self') ? ['/proc/home', '/proc/deep/home'] : []),
    ])
      await assert.rejects(openHome(dir), { code: 'ERR_HOME_UNUSABLE', message: /--home/ })
  })

  it('says so when it cannot be written', limit, async (t) => {
    const disk = newDisk(256)
    if (!disk) return t.skip('may not mount a small disk here')
    const dir = join(disk, 'home')
    const home = await openHome(dir)
    home.close()
    execFileSync('mount', ['-o', 'remount,ro', disk])
    await assert.rejects(openHome(dir), { code: 'ERR_HOME_UNUSABLE', message: /--home/ })
    await assert.rejects(openHome(join(disk, 'another')), { code: 'ERR_HOME_UNUSABLE', message: /--home/ })
  })

  it('says so when the disk is full', limit, async (t) => {
    const disk = newDisk(64)
    if (!disk) return t.skip('may not mount a small disk here')
    const dir = join(disk, 'home')
    const home = await openHome(dir)
    assert.throws(() => writeFileSync(join(disk, 'ballast'), Buffer.alloc(65_536)), { code: 'ENOSPC' })
    await assert.rejects(home.mintInc(0), { code: 'ERR_DISK_FULL' })
    assert.equal(bootCounter(home.inc), 1)
    home.close()
    await assert.rejects(openHome(dir), { code: 'ERR_DISK_FULL' })
    await assert.rejects(openHome(dir), { code: 'ERR_DISK_FULL' })
  })
})
