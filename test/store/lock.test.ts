/** The lock of a room in its file: kept as it was given, for its owner alone, and never taken when damaged. */

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RoomId, RoomKey } from '../../src/core/model/ids.ts'
import type { StoredLock } from '../../src/core/model/lock.ts'
import { forgetRoom } from '../../src/store/home/forget-room.ts'
import { openHome } from '../../src/store/home/home.ts'
import { openMemoryStore } from '../../src/store/memory-store.ts'
import { openSqliteStore } from '../../src/store/room/sqlite-store.ts'
import { jsonCodec } from './records.ts'
import { scratchFolders } from './scratch.ts'

const newFolder = scratchFolders()
const room = '9f2a91c407bde5128f2a91c407bde512' as RoomId
const key = (digit: string) => digit.repeat(32) as RoomKey
const first: StoredLock = { keys: [key('a')] }
const second: StoredLock = { keys: [key('a'), key('b')] }

test('a home and a store keep the lock in one file, which only its owner may read', async () => {
  const home = await openHome(newFolder())
  assert.equal(await home.readLock(room), undefined)
  home.keepLock(room, first)
  assert.deepEqual(await home.readLock(room), first)
  const path = home.roomPath(room)
  const options = { path, room, codec: jsonCodec, create: { copies: 3 } }
  const store = await openSqliteStore(options)
  assert.deepEqual(store.stored.lock, first)
  store.keepLock(second)
  // At once: what follows may be performed.
  const file = path.replace(/\.db$/, '.key')
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), second)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  await store.close()
  const again = await openSqliteStore(options)
  assert.deepEqual(again.stored.lock, second)
  await again.close()
  home.close()
})

test('a store in memory has the lock that it is given', async () => {
  const store = openMemoryStore({ room, copies: 3, lock: first })
  assert.deepEqual(store.stored.lock, first)
  store.keepLock(second)
  await store.close()
})

test('a lock that cannot be kept ends the room', async () => {
  const home = await openHome(newFolder())
  const path = home.roomPath(room)
  const store = await openSqliteStore({ path, room, codec: jsonCodec, create: { copies: 3 } })
  const failed = new Promise<Error>((resolve) =>
    store.attach({ committed() {}, blocked() {}, freed() {}, failed: resolve }),
  )
  // A folder in its place.
  mkdirSync(join(path.replace(/\.db$/, '.key'), 'full'), { recursive: true })
  store.keepLock(first)
  assert.equal(((await failed) as { code?: string }).code, 'ERR_COMMIT_FAILED')
  await store.close()
  home.close()
})

test('a damaged lock is named, and no room is opened with it', async () => {
  const home = await openHome(newFolder())
  home.keepLock(room, second)
  const path = home.roomPath(room)
  const file = path.replace(/\.db$/, '.key')
  const whole = readFileSync(file, 'utf8')
  for (const text of [
    '',
    whole.slice(0, -9),
    '{}',
    '{"keys":[]}',
    whole.replace(/a{32}/, 'a'.repeat(31)),
    whole.replace(key('b'), 'x'),
    whole.replace(`"${key('b')}"`, '3'),
    'null',
  ]) {
    writeFileSync(file, text)
    const isNamed = (error: { code?: string; message: string }) =>
      error.code === 'ERR_LOCKED' && error.message.includes(file) && /with an invitation/.test(error.message)
    await assert.rejects(home.readLock(room), isNamed, text)
    await assert.rejects(openSqliteStore({ path, room, codec: jsonCodec, create: { copies: 3 } }), isNamed)
  }
  assert.ok(!existsSync(path))
  home.close()
})

test('to forget a room is to forget its key', async () => {
  const home = await openHome(newFolder())
  home.keepLock(room, first)
  const store = await openSqliteStore({
    path: home.roomPath(room),
    room,
    codec: jsonCodec,
    create: { copies: 3 },
  })
  await store.close()
  home.close()
  await forgetRoom(home.dir, room)
  assert.deepEqual(readdirSync(join(home.dir, 'rooms')), [])
})
