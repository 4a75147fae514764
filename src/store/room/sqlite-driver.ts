/**
 * Knows which build of SQLite this Node.js can load, and what its errors mean to us.
 * Knows nothing of tables.
 */

import { createRequire } from 'node:module'
import type Database from 'better-sqlite3'
import { RingleaderError, type ErrorCode } from '../../peer/errors.ts'

export type Connection = Database.Database
export type Statement<Row = unknown> = Database.Statement<unknown[], Row>

/** The package whose binary fits a Node.js version (`process.versions.node`): major 22 and newer load
 * the one that ships its binaries; it crashes on 20, so neither is ever tried on the other's versions. */
export function driverPackage(nodeVersion: string): string {
  return Number.parseInt(nodeVersion, 10) >= 22 ? 'better-sqlite3-node22' : 'better-sqlite3-node20'
}

let driver: typeof Database | undefined

/** Opens a database; SQLite's own errors come as they are. Throws ERR_HOME_UNUSABLE without SQLite. */
export function openConnection(path: string, options: Database.Options = {}): Connection {
  driver ??= loadDriver()
  try {
    return new driver(path, options)
  } catch (error) {
    if (sqliteCode(error) || errnoOf(error) || error instanceof TypeError) throw error
    throw driverMissing(error)
  }
}

function loadDriver(): typeof Database {
  try {
    return createRequire(import.meta.url)(driverPackage(process.versions.node)) as typeof Database
  } catch (error) {
    throw driverMissing(error)
  }
}

function driverMissing(cause: unknown): RingleaderError {
  return new RingleaderError(
    'ERR_HOME_UNUSABLE',
    `SQLite (${driverPackage(process.versions.node)}) cannot be loaded by Node.js ${process.versions.node}: ` +
      'install ringleader again with this Node.js, optional dependencies and install scripts included',
    { cause },
  )
}

/** `SQLITE_FULL` and the like; undefined for errors that are not SQLite's. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'SqliteError') return undefined
  return (error as Error & { code?: string }).code
}

function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code?.startsWith('E') && (error as NodeJS.ErrnoException).errno !== undefined ? code : undefined
}

/** Whether a failed write means that there is no room and may simply be tried again. SHMSIZE is how
 * SQLite says that the shared index of the WAL could not grow. */
export function isFull(error: unknown): boolean {
  const code = sqliteCode(error) ?? errnoOf(error)
  return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE' || code === 'ENOSPC' || code === 'EDQUOT'
}

/** Whether what SQLite says means that the file's content is not what was written. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error)
  if (code === undefined) return false
  // Our own statements name what the schema has, or had.
  if (code === 'SQLITE_ERROR')
    return error instanceof Error && /^no such (table|column|index)/.test(error.message)
  return /^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ)/.test(code)
}

/** The named error for a failure on `path`; `otherwise` where it is neither damage nor a full disk. */
export function namedError(error: unknown, path: string, otherwise: ErrorCode): RingleaderError {
  if (error instanceof RingleaderError) return error
  const said = error instanceof Error ? error.message : String(error)
  if (isDamage(error)) {
    return new RingleaderError('ERR_DAMAGED', `${path} is damaged (${said})`, { cause: error })
  }
  if (isFull(error)) {
    return new RingleaderError('ERR_DISK_FULL', `the disk of ${path} is full: free some space`, {
      cause: error,
    })
  }
  const what =
    otherwise === 'ERR_COMMIT_FAILED'
      ? `a commit to ${path} failed (${said}): check the disk, then start again`
      : `${path} cannot be used (${said}): check that it exists and that you may read and write it, or choose another with --home`
  return new RingleaderError(otherwise, what, { cause: error })
}
