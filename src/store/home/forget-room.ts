/**
 * Deletes what a home keeps of a room.
 */

import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RoomId } from '../../core/model/ids.ts'
import { syncFolder, writeDurably } from './durable-file.ts'
import { findLastRoom, listRooms } from './home.ts'
import { lockHome } from './home-lock.ts'
import { namedError } from '../room/sqlite-errors.ts'

/**
 * Deletes the history of a room, its address book, its key, and damaged copies of them. Where it was the last room, the one
 * used last among the others takes its place. Durable when it resolves.
 * Rejects with ERR_HOME_IN_USE, ERR_HOME_UNUSABLE or ERR_DISK_FULL.
 */
export async function forgetRoom(dir: string, room: RoomId): Promise<void> {
  const lock = lockHome(dir, join(dir, 'lock.db'))
  try {
    const last = (await findLastRoom(dir)).room
    const path = join(dir, 'last-room')
    if (last === room) {
      // First: a last room that is not there is damage, and the next start would say so.
      const next = (await listRooms(dir)).find((other) => other.database && other.room !== room)
      if (next) await writeDurably(path, `${next.room}\n`)
      else await rm(path, { force: true })
    }
    const folder = join(dir, 'rooms')
    for (const name of await readdir(folder))
      if (name.startsWith(`${room}.`)) await rm(join(folder, name), { force: true })
    await syncFolder(folder)
  } catch (error) {
    throw namedError(error, dir, 'ERR_HOME_UNUSABLE')
  } finally {
    lock.release()
  }
}
