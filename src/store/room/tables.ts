/**
 * The tables of a room's database, and how older ones become today's.
 *
 * `namespace` and `author` have a row for each process, in pages of 64 (process-pages.ts). The number of a row there, from 1
 * on, is what rows of `log` name it by; the rows are at the same time the frontier and `have`. So opening reads some pages
 * for any length of history.
 * `log.part` is the author's part as the author encoded it, once: what it says to people stands nowhere else.
 * `ringleader history --json` is for those who want to read it. `sum` columns are CRC-32 over everything
 * else that the row means (sums.ts).
 */

import { RingleaderError } from '../../peer/errors.ts'
import { transaction, valueOf, type Connection } from './sqlite-driver.ts'

/** `PRAGMA application_id` of our files: "RING". */
const applicationId = 0x52494e47

/** The oldest schema that is read. Those before it were never released: see limits.ts, `protocolVersionMin`. */
const oldestVersion = 6

/** One string of SQL per schema version: migrations[0] makes version 1. Append only, from version 6 on. */
export const migrations: readonly string[] = [
  '',
  '',
  '',
  '',
  '',
  `
  -- One row. end: records held. clock: the largest timestamp of a message held.
  CREATE TABLE room (
    room TEXT NOT NULL, copies INTEGER NOT NULL, "end" INTEGER NOT NULL, clock INTEGER NOT NULL,
    sum INTEGER NOT NULL
  ) STRICT;
  -- Who stamped, in which boot: uid, inc; the highest s held (the frontier), the timestamp of its last message, and the
  -- chain over all records up to it. Rows are never taken out, so that all pages but the last are full.
  CREATE TABLE namespace (page INTEGER PRIMARY KEY, rows BLOB NOT NULL, sum INTEGER NOT NULL) STRICT;
  -- Who wrote, in which boot: uid, inc, have, most. Both count messages; have: the highest aseq held without a gap before
  -- it; most: the highest held.
  CREATE TABLE author (page INTEGER PRIMARY KEY, rows BLOB NOT NULL, sum INTEGER NOT NULL) STRICT;
  -- The records in arrival order. ts, aseq: of the first message of the part. count: messages of the part.
  -- first_pos: where the first copy of the part lies (its own pos if it is the first). canonical_until: the
  -- position of the copy that took its place in the transcript, its own pos if it never had one, NULL while
  -- it has it. behind: how much larger ts would have to be to be larger than that of every record before; 0: it is
  -- (see transcript-order.ts). seal: the key and the signature of the stamper's seal, NULL for none.
  CREATE TABLE log (
    pos INTEGER PRIMARY KEY, namespace INTEGER NOT NULL, s INTEGER NOT NULL, ts INTEGER NOT NULL,
    author INTEGER NOT NULL, aseq INTEGER NOT NULL, count INTEGER NOT NULL, first_pos INTEGER NOT NULL,
    canonical_until INTEGER, behind INTEGER NOT NULL, sum INTEGER NOT NULL, seal BLOB, part BLOB NOT NULL
  ) STRICT;
  CREATE INDEX log_by_mid ON log (author, aseq);
  -- The others stand in the order of their ts anyway.
  CREATE INDEX log_behind ON log (ts) WHERE behind > 0;
  -- Where the records of a namespace lie: at (s, pos), (s + 1, pos + 1) and so on, up to the next run of any namespace.
  CREATE TABLE run (
    namespace INTEGER NOT NULL, s INTEGER NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (namespace, s)
  ) STRICT, WITHOUT ROWID;
  -- Own parts that are not yet known as sent, in the order in which they were said. aseq, count: as in log.
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, inc TEXT NOT NULL, aseq INTEGER NOT NULL, count INTEGER NOT NULL,
    sum INTEGER NOT NULL, part BLOB NOT NULL, UNIQUE (inc, aseq)
  ) STRICT;
  -- Where the records lie that say what became of the room, such as a change of its key.
  CREATE TABLE event (pos INTEGER PRIMARY KEY) STRICT;
  `,
  // A part may have 1024 messages, not 256: a program that knows version 6 would take it for damage.
  '',
  // A part may have 128 KiB of text, not 64: a program that knows version 7 would take it for damage.
  '',
]

/** The run in which record `s` of a namespace lies, if it is held: its first `s` and position. */
export const lastRun = 'SELECT s, pos FROM run WHERE namespace = ? AND s <= ? ORDER BY s DESC LIMIT 1'

/** The schema that this program writes. */
export const schemaVersion = migrations.length

/**
 * Brings a database to today's schema, each version in a transaction of its own.
 * Throws ERR_HOME_UNUSABLE when a newer program wrote it, ERR_DAMAGED when it is not ours.
 */
export function migrate(db: Connection, path: string, steps: readonly string[] = migrations): void {
  const version = checkVersion(db, path, steps.length)
  for (const [index, sql] of steps.entries()) {
    if (index < version) continue
    transaction(db, () => {
      db.exec(`${sql}; PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${index + 1}`)
    })
  }
}

/** The schema version of a database; 0 for an empty one. Errors as `migrate`. */
export function checkVersion(db: Connection, path: string, known: number = schemaVersion): number {
  const version = valueOf(db, 'PRAGMA user_version') as number
  const application = valueOf(db, 'PRAGMA application_id') as number
  const tables = valueOf(db, 'SELECT count(*) FROM sqlite_schema') as number
  // The old versions have nothing in them: a new database may have been cut off there.
  if (version < oldestVersion && tables === 0) return 0
  if (application !== applicationId || version < 1) {
    throw new RingleaderError('ERR_DAMAGED', `${path} is not the database of a room`)
  }
  if (version < oldestVersion) {
    throw new RingleaderError(
      'ERR_HOME_UNUSABLE',
      `${path} was written before the first release, in a form that is read no more: take another --home, or move this one away and join anew`,
    )
  }
  if (version > known) {
    throw new RingleaderError(
      'ERR_HOME_UNUSABLE',
      `${path} was written by a newer Ringleader (schema ${version}, this one knows ${known}): install the newer one`,
    )
  }
  return version
}
