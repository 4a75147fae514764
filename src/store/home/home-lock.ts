/**
 * One process a home: an exclusive transaction held on a database of its own, which the system ends
 * when the process does, however it ends. The histories themselves are never locked.
 */

import { chmodSync, closeSync, openSync } from 'node:fs'
import { RingleaderError } from '../../peer/errors.ts'
import { openConnection } from '../room/sqlite-driver.ts'
import { isLocked, isNotDatabase, namedError } from '../room/sqlite-errors.ts'

export interface HomeLock {
  /** A second call does nothing. */
  release(): void
}

/** Throws ERR_HOME_IN_USE, ERR_HOME_UNUSABLE, ERR_DISK_FULL. */
export function lockHome(home: string, path: string): HomeLock {
  try {
    createOnce(path)
    const db = openConnection(path)
    try {
      db.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      throw error
    }
    let isHeld = true
    const release = (): void => {
      if (isHeld) db.close()
      isHeld = false
    }
    return { release }
  } catch (error) {
    if (isLocked(error)) {
      throw new RingleaderError(
        'ERR_HOME_IN_USE',
        `${home} is in use by another process: end that one, or choose another folder with --home`,
        { cause: error },
      )
    }
    if (isNotDatabase(error)) {
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
