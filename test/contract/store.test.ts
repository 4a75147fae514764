/** Both stores under the same suite. */

import { join } from 'node:path'
import { after } from 'node:test'
import type { Store } from '../../src/peer/ports.ts'
import { openMemoryStore } from '../../src/store/memory-store.ts'
import { openSqliteStore } from '../../src/store/room/sqlite-store.ts'
import { jsonCodec, testRoom } from '../store/records.ts'
import { scratchFolders } from '../store/scratch.ts'
import { storeContract } from './store.contract.ts'

const opened: Store[] = []
after(async () => {
  for (const store of opened) await store.close()
})
const newFolder = scratchFolders()

function remember(store: Store): Store {
  opened.push(store)
  return store
}

storeContract('MemoryStore', async () => remember(openMemoryStore({ room: testRoom, copies: 3 })))

storeContract('SqliteStore', async () => {
  const path = join(newFolder(), `${testRoom}.db`)
  return remember(await openSqliteStore({ path, room: testRoom, codec: jsonCodec, create: { copies: 3 } }))
})
