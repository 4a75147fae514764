/**
 * Checks whether the files that a connection has open are still at their paths. SQLite goes on writing to files
 * that were deleted or moved, and nobody finds again what it writes.
 */

import { statSync } from 'node:fs'

/** Which file lies at a path; undefined for none. */
function identityAt(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}

/** The files of a database whose connection was just opened. */
export class OpenFiles {
  readonly #path: string
  readonly #database: string | undefined
  /** SQLite makes it at the first read or write, and keeps it until the last connection closes. */
  #wal: string | undefined

  constructor(path: string) {
    this.#path = path
    this.#database = identityAt(path)
  }

  /** Whether the database or its WAL was deleted, moved or replaced since. Two calls of the system. */
  areGone(): boolean {
    try {
      if (identityAt(this.#path) !== this.#database) return true
      const wal = identityAt(`${this.#path}-wal`)
      this.#wal ??= wal
      return wal !== this.#wal
    } catch {
      // The folder may not be looked into now; what is open can still be written.
      return false
    }
  }
}
