/** What only a store on disk has to do: come back, whatever happened. */

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { BookEntry } from '../../src/core/messages.ts'
import type { Address, RoomId } from '../../src/core/ids.ts'
import type { Store } from '../../src/peer/ports.ts'
import { openForReading } from '../../src/store/history-file.ts'
import { openSqliteStore, type SqliteOptions } from '../../src/store/sqlite.ts'
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
  uidOf,
  writeOf,
} from './records.ts'
import { scratchFolders } from './scratch.ts'

const limit = { timeout: 60_000 }
const newFolder = scratchFolders()

function newPath(): string {
  return join(newFolder(), `${testRoom}.db`)
}

function open(path: string, more: Partial<SqliteOptions> = {}): Promise<Store> {
  return openSqliteStore({ path, room: testRoom, codec: jsonCodec, create: { copies: 2 }, ...more })
}

function reopen(path: string): Promise<Store> {
  return openSqliteStore({ path, room: testRoom, codec: jsonCodec })
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
    const put = [6, 7, 8].map((aseq) => makePart(1, aseq, { text: `mine ${aseq}` }))
    store.persist(1, { ...writeOf(1, records), outboxPut: put })
    store.persist(2, { records: [], outboxPut: [], outboxDrop: [6] })
    // Renumbered: the old numbers go before the new ones come, though one is in both.
    const renumbered = [8, 9].map((aseq) => makePart(1, aseq, { text: `again ${aseq}` }))
    store.persist(3, { records: [], outboxPut: renumbered, outboxDrop: [7, 8] })
    await heard.until(3)
    await store.close()

    const { stored, ...again } = { stored: (await reopen(path)).stored }
    assert.deepEqual(again, {})
    assert.equal(stored.room, testRoom)
    assert.equal(stored.copies, 2)
    assert.equal(stored.end, 10)
    assert.equal(stored.clock, 80)
    const e = (n: number) => `${uidOf(n)}.${incOf(1)}`
    assert.deepEqual(
      stored.frontier,
      new Map([
        [e(1), 5],
        [e(3), 4],
        [e(2), 1],
      ]),
    )
    assert.deepEqual(
      stored.have,
      new Map([
        [uidOf(2), 5],
        [uidOf(4), 3],
      ]),
    )
    assert.deepEqual(
      stored.outbox.map(({ raw, ...part }) => ({ ...part, raw: raw && Buffer.from(raw).toString() })),
      renumbered.map((part) => ({ ...part, raw: Buffer.from(jsonCodec.encodePart(part)).toString() })),
    )
  })
})
