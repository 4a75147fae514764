/**
 * Opens the store of a database again and again in this process, and prints what it took as one JSON object. For `years`.
 * Arguments: the path of the database, and how often.
 */
import { setTimeout } from 'node:timers/promises'
import { basename } from 'node:path'
import type { RoomId } from '../src/core/model/ids.ts'
import { openSqliteStore } from '../src/store/room/sqlite-store.ts'
import { decodePart, encodePart } from '../src/wire/codec.ts'

const [path = '', times = '1'] = process.argv.slice(2)
const room = basename(path).slice(0, 32) as RoomId
const mib = (): number => process.memoryUsage().rss / 2 ** 20
const before = mib()
const openMs: number[] = []
let opened = 0
let collected = 0
for (let n = 1; n <= Number(times); n++) {
  const at = performance.now()
  const store = await openSqliteStore({ path, room, codec: { encodePart, decodePart } })
  openMs.push(performance.now() - at)
  if (n === 1) {
    opened = mib()
    await setTimeout(500)
    globalThis.gc?.()
    await setTimeout(500)
    collected = mib()
  }
  await store.close()
}
console.log(JSON.stringify({ openMs, before, opened, collected }))
