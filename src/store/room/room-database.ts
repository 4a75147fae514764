/**
 * Opening a room's database: creating it, finding out whether it is one and whole as far as can be told
 * without reading the history, setting a damaged one aside.
 */

import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { RoomId } from '../../core/model/ids.ts'
import { RingleaderError } from '../../peer/errors.ts'
import { anyExists, setFilesAside } from '../home/set-aside.ts'
import { openConnection, valueOf, type Connection, type DriverName } from './sqlite-driver.ts'
import { isUnwritable, namedError } from './sqlite-errors.ts'
import { Summary } from './summary.ts'
import { checkVersion, migrate, schemaVersion } from './tables.ts'

/** Files up to this size are checked whole at opening (a few ms); larger ones in the background. */
const quickCheckBytesMax = 4_194_304
/** How long opening waits for a lock that another program holds. Unit: ms. */
const lockWaitMs = 5000

/**
 * Opens an existing database for writing. A commit is on disk when it returns: WAL, synchronous=FULL.
 * Throws ERR_NO_ROOM, ERR_DAMAGED, ERR_HOME_UNUSABLE, ERR_DISK_FULL.
 */
export function openRoomDatabase(path: string, driver?: DriverName): Connection {
  if (!existsSync(path)) throw new RingleaderError('ERR_NO_ROOM', `there is no room at ${path}`)
  refuseFolder(path)
  return guarded(path, () => {
    const db = openConnection(path, { timeout: lockWaitMs, driver })
    try {
      // Before anything is written: what is damaged, or not ours, is left as it is.
      if (checkVersion(db, path) === 0) throw new RingleaderError('ERR_DAMAGED', `${path} is empty`)
      db.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA trusted_schema = OFF;
        PRAGMA journal_size_limit = 16777216;
        PRAGMA cache_size = -8192`)
      migrate(db, path)
      if (statSync(path).size <= quickCheckBytesMax) quickCheck(db, path)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/**
 * Opens a database that another process may be writing, for reading alone, as it is at this moment. Where the files
 * that this needs cannot be made, in a folder that is read-only, nobody has it open if it has no WAL: then it is read
 * as it lies; otherwise a copy of both is. Throws ERR_NO_ROOM, ERR_DAMAGED, ERR_HOME_UNUSABLE, ERR_DISK_FULL.
 */
export function openRoomSnapshot(path: string, driver?: DriverName): Connection {
  if (!existsSync(path)) throw new RingleaderError('ERR_NO_ROOM', `there is no room at ${path}`)
  refuseFolder(path)
  return guarded(path, () => {
    accessSync(path, constants.R_OK)
    try {
      return openSnapshot(path, 'ro', driver)
    } catch (error) {
      if (!isUnwritable(error)) throw error
    }
    if (!hasWal(path)) return openSnapshot(path, 'frozen', driver)
    return openCopy(path, driver)
  })
}

/** SQLite only says that it cannot open a folder. */
function refuseFolder(path: string): void {
  if (statSync(path).isDirectory())
    throw new RingleaderError(
      'ERR_HOME_UNUSABLE',
      `${path} is a folder where there must be a file: move it away, or choose another home with --home`,
    )
}

function hasWal(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** The copy is gone as soon as it is open; where open files cannot be removed, the system's cleaning takes it. */
function openCopy(path: string, driver?: DriverName): Connection {
  const folder = mkdtempSync(join(tmpdir(), 'ringleader-history-'))
  try {
    const copy = join(folder, 'room.db')
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, copy + suffix)
    return openSnapshot(copy, 'ro', driver)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Throws SQLite's own errors, too. */
function openSnapshot(path: string, mode: 'ro' | 'frozen', driver?: DriverName): Connection {
  const db = openConnection(path, { mode, timeout: lockWaitMs, driver })
  try {
    db.exec('PRAGMA trusted_schema = OFF; BEGIN')
    const version = checkVersion(db, path)
    if (version === 0) throw new RingleaderError('ERR_DAMAGED', `${path} is empty`)
    if (version < schemaVersion) {
      throw new RingleaderError(
        'ERR_HOME_UNUSABLE',
        `${path} was written by an older Ringleader: start its node once to bring it up to date`,
      )
    }
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Makes a room's database, 0600. It is built under another name, so that a file of the right name is
 * never half made. Leftovers of a database that was there before must have been set aside.
 */
export function createRoomDatabase(path: string, room: RoomId, copies: number, driver?: DriverName): void {
  const building = `${path}.new`
  guarded(path, () => {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(building + suffix, { force: true })
    closeSync(openSync(building, 'wx', 0o600))
    chmodSync(building, 0o600)
    const db = openConnection(building, { driver })
    try {
      migrate(db, path)
      Summary.create(db, room, copies)
      db.exec('PRAGMA journal_mode = WAL')
    } finally {
      db.close()
    }
    renameSync(building, path)
    syncFolder(dirname(path))
  })
}

/** Makes what was created or renamed in a folder durable. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** The files of a database that lie beside it, by what they add to its name. */
const suffixes = ['', '-wal', '-shm'] as const

/** Sets a damaged database aside with what lies beside it. Its connections must be closed. Resolves to the new
 * path, which sqlite3 can open. */
export function setAside(path: string): Promise<string> {
  return setFilesAside(path, suffixes)
}

/** What of an earlier database lies at `path`: without its main file, SQLite would take a leftover WAL
 * for the new one's. */
export async function hasLeftovers(path: string): Promise<boolean> {
  return !(await anyExists(path, [''])) && (await anyExists(path, suffixes))
}

function quickCheck(db: Connection, path: string): void {
  const found = valueOf(db, 'PRAGMA quick_check(1)')
  if (found !== 'ok') {
    throw new RingleaderError('ERR_DAMAGED', `${path} is damaged (${String(found).split('\n').at(-1)})`)
  }
}

/** Gives SQLite's and the file system's errors their names. */
function guarded<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw namedError(error, path, 'ERR_HOME_UNUSABLE')
  }
}
