/**
 * A process to be killed: commits one write after the other to the room at argv[2] and says on stdout
 * which were reported as committed. Each write is two records and a change of the outbox.
 */

import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../src/store/room/sqlite-store.ts'
import { jsonCodec, makePart, plainRecords, testRoom, writeOf } from './records.ts'

const path = process.argv[2]!
const store = await openSqliteStore({ path, room: testRoom, codec: jsonCodec, create: { copies: 3 } })
let n = 0
let end = store.stored.end
let waiting = 0

function writeMore(): void {
  while (waiting < 20) {
    n += 1
    waiting += 1
    const records = plainRecords(end + 1, end + 2, 'w'.repeat(100))
    store.persist(n, {
      ...writeOf(end + 1, records),
      outboxDrop: [makePart(1, end)],
      outboxPut: [makePart(1, end + 2)],
    })
    end += 2
  }
  store.flush()
}

let heard = 0
const first = end
store.attach({
  committed: (upTo) => {
    waiting -= upTo - heard
    heard = upTo
    writeSync(1, `${first + 2 * upTo}\n`)
    writeMore()
  },
  blocked: () => process.exit(3),
  freed: () => undefined,
  failed: () => process.exit(4),
})
writeMore()
