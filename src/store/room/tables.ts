/**
 * The tables of a room's database, and how older ones become today's.
 *
 * Interned: `namespace` and `author` give every record small numbers, and their rows are at the same
 * time the frontier and `have`, so that opening reads a handful of rows for any length of history.
 * `log.part` is the author's part as the author encoded it, once; the view cuts the text out of it.
 * `sum` columns are CRC-32 over everything else that the row means (sums.ts).
 */

import { RingleaderError } from '../../peer/errors.ts'
import { transaction, valueOf, type Connection } from './sqlite-driver.ts'

/** `PRAGMA application_id` of our files: "RING". */
const applicationId = 0x52494e47

/** The oldest schema that is read. Those before it were never released: see limits.ts, `protocolVersionMin`. */
const oldestVersion = 3

/** One string of SQL per schema version: migrations[0] makes version 1. Append only, from version 3 on. */
export const migrations: readonly string[] = [
  '',
  '',
  `
  -- One row. end: records held. clock: the largest ts held.
  CREATE TABLE room (
    room TEXT NOT NULL, copies INTEGER NOT NULL, "end" INTEGER NOT NULL, clock INTEGER NOT NULL,
    sum INTEGER NOT NULL
  ) STRICT;
  -- Who stamped, in which boot, and the highest s held (the frontier).
  CREATE TABLE namespace (
    id INTEGER PRIMARY KEY, stamper TEXT NOT NULL, inc TEXT NOT NULL, last INTEGER NOT NULL,
    sum INTEGER NOT NULL, UNIQUE (stamper, inc)
  ) STRICT;
  -- Who wrote, in which boot; have: the highest aseq held without a gap before it; most: the highest held.
  CREATE TABLE author (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL, inc TEXT NOT NULL, have INTEGER NOT NULL,
    most INTEGER NOT NULL, sum INTEGER NOT NULL, UNIQUE (uid, inc)
  ) STRICT;
  -- The records in arrival order. first_pos: where the first copy of the message lies (its own pos if it
  -- is the first). canonical_until: the position of the copy that took its place in the transcript, its
  -- own pos if it never had one, NULL while it has it. text_at, text_bytes: where part holds the text.
  CREATE TABLE log (
    pos INTEGER PRIMARY KEY, namespace INTEGER NOT NULL, s INTEGER NOT NULL, ts INTEGER NOT NULL,
    author INTEGER NOT NULL, aseq INTEGER NOT NULL, first_pos INTEGER NOT NULL,
    canonical_until INTEGER,
    wall INTEGER NOT NULL, name TEXT NOT NULL, addr TEXT NOT NULL,
    text_at INTEGER, text_bytes INTEGER NOT NULL, sum INTEGER NOT NULL, part BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX log_by_stamp ON log (namespace, s);
  CREATE INDEX log_by_mid ON log (author, aseq);
  CREATE INDEX log_by_ts ON log (ts);
  -- Own messages that are not yet known as sent, in the order in which they were said.
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY, inc TEXT NOT NULL, aseq INTEGER NOT NULL, sum INTEGER NOT NULL, part BLOB NOT NULL,
    UNIQUE (inc, aseq)
  ) STRICT;
  -- For people with the sqlite3 shell.
  CREATE VIEW transcript (ts, name, address, time, text) AS
    SELECT log.ts, log.name, log.addr,
           strftime('%Y-%m-%dT%H:%M:%S', log.wall / 1000, 'unixepoch') || printf('.%03dZ', log.wall % 1000),
           CAST(substr(log.part, log.text_at, log.text_bytes) AS TEXT)
      FROM log JOIN namespace ON namespace.id = log.namespace
     WHERE log.canonical_until IS NULL
     ORDER BY log.ts, namespace.stamper, namespace.inc;
  `,
]

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
