/**
 * The lock of a room in a small file beside its database: the keys that let this node in, in plain. Nobody but the owner of the
 * home may read it.
 */

import { readFile } from 'node:fs/promises'
import type { RoomKey } from '../../core/model/ids.ts'
import type { StoredLock } from '../../core/model/lock.ts'
import { RingleaderError } from '../../peer/errors.ts'
import { writeDurablySync } from './durable-file.ts'
import { namedError } from '../room/sqlite-errors.ts'

/** Where the lock of the database at `path` (`<room id>.db`) stands. */
export function lockPathOf(databasePath: string): string {
  return databasePath.replace(/\.db$/, '') + '.key'
}

/**
 * Undefined when there is none. Rejects with ERR_LOCKED when it is not what was written: a room is never opened without its
 * lock. Rejects with ERR_HOME_UNUSABLE when it cannot be read.
 */
export async function readLock(path: string): Promise<StoredLock | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw namedError(error, path, 'ERR_HOME_UNUSABLE')
  }
  const lock = parseLock(text)
  if (lock) return lock
  const what = `the key of the room is damaged (${path}): join the room again with an invitation, through ringleader join`
  throw new RingleaderError('ERR_LOCKED', what)
}

/** Durable when it returns; the file is the old or the new one at any moment. Throws the system's error. */
export function writeLock(path: string, { keys, made }: StoredLock): void {
  writeDurablySync(path, `${JSON.stringify({ keys, made }, undefined, 1)}\n`)
}

function parseLock(text: string): StoredLock | undefined {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof content !== 'object' || content === null) return undefined
  const { keys, made = [] } = content as Record<string, unknown>
  if (!isKeys(keys) || keys.length === 0 || !isKeys(made)) return undefined
  return made.length > 0 ? { keys, made } : { keys }
}

function isKeys(value: unknown): value is RoomKey[] {
  return Array.isArray(value) && value.every((key) => typeof key === 'string' && /^[0-9a-f]{32}$/.test(key))
}
