/**
 * One process a home: an exclusive transaction held on a database of its own, which the system ends
 * when the process does, however it ends. The histories themselves are never locked.
 */

import { chmodSync, closeSync, openSync } from 'node:fs'
import { RingleaderError } from '../../peer/errors.ts'
import { namedError, openConnection, sqliteCode } from '../room/sqlite-driver.ts'

export interface HomeLock {
  release(): void
}

/** Throws ERR_HOME_IN_USE, ERR_HOME_UNUSABLE, ERR_DISK_FULL. */
export function lockHome(home: string, path: string): HomeLock {
  try {
    createOnce(path)
    const db = openConnection(path, { timeout: 0, fileMustExist: true })
    try {
      db.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      throw error
    }
    return { release: () => db.close() }
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') || sqliteCode(error)?.startsWith('SQLITE_LOCKED')) {
      throw new RingleaderError(
        'ERR_HOME_IN_USE',
        `${home} is in use by another process: end that one, or choose another folder with --home`,
        { cause: error },
      )
    }
    if (sqliteCode(error)?.startsWith('SQLITE_NOTADB')) {
      const what = `${path} is not a lock of ours: remove it if no other program uses it, or choose another folder with --home`
      throw new RingleaderError('ERR_HOME_UNUSABLE', what, { cause: error })
    }
    throw namedError(error, home, 'ERR_HOME_UNUSABLE')
  }
}

/** Never opens a file that is there: closing it again would drop the locks that this process may hold
 * on it (POSIX). */
function createOnce(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    chmodSync(path, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
