/**
 * The SQLite that this Node.js has: its own (`node:sqlite`), or the package with the same API where its own is
 * missing or lacks what the store needs.
 */

import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { RingleaderError } from '../../peer/errors.ts'

type Value = null | number | string | Uint8Array

/** A prepared statement. Its methods throw SQLite's errors (sqlite-errors.ts). */
export interface Statement<Row = Record<string, Value>> {
  run(...values: readonly Value[]): unknown
  get(...values: readonly Value[]): Row | undefined
  all(...values: readonly Value[]): Row[]
  /** Ending the loop early resets the statement. */
  iterate(...values: readonly Value[]): Iterable<Row>
  setReturnArrays(enabled: boolean): void
}

/** What the store needs of a connection. */
export interface Connection {
  readonly isTransaction: boolean
  exec(sql: string): void
  prepare(sql: string): Statement<unknown>
  close(): void
}

/** Where a driver comes from; in the order in which they are tried. */
const driverNames = ['node:sqlite', '@photostructure/sqlite'] as const
export type DriverName = (typeof driverNames)[number]

type Driver = {
  DatabaseSync: new (path: string, options: { readOnly: boolean; timeout: number }) => Connection
  StatementSync: { readonly prototype: object }
}

type OpenOptions = {
  /** rw: the file must exist. rwc: it is made when it does not. ro: nothing is ever written. frozen: as ro, and nobody else
   * writes either, so that no lock and no file beside it is needed. Default rw. */
  mode?: 'ro' | 'frozen' | 'rw' | 'rwc'
  /** How long a statement waits for a lock that another connection holds. Unit: ms. Default 0. */
  timeout?: number
  /** For tests. Default the first one that works. */
  driver?: DriverName | undefined
}

const loaded = new Map<DriverName, Driver | undefined>()

/** Opens a database. Throws SQLite's own errors, and ERR_HOME_UNUSABLE where there is no SQLite. */
export function openConnection(path: string, options: OpenOptions = {}): Connection {
  const { mode = 'rw', timeout = 0, driver } = options
  const { DatabaseSync } = loadDriver(driver === undefined ? driverNames : [driver])
  // A URI, because only that can say that the file must exist.
  const isReadOnly = mode === 'ro' || mode === 'frozen'
  const query = mode === 'frozen' ? 'mode=ro&immutable=1' : `mode=${mode}`
  return new DatabaseSync(`${pathToFileURL(path).href}?${query}`, { readOnly: isReadOnly, timeout })
}

/** Prepares a statement whose rows are objects by column name. */
export function prepare<Row>(db: Connection, sql: string): Statement<Row> {
  return db.prepare(sql) as Statement<Row>
}

/** Prepares a statement whose rows are arrays. */
export function prepareRaw<Row extends readonly Value[]>(db: Connection, sql: string): Statement<Row> {
  const statement = db.prepare(sql) as Statement<Row>
  statement.setReturnArrays(true)
  return statement
}

/** The value that a statement of one row and one column gives. */
export function valueOf(db: Connection, sql: string): Value | undefined {
  return prepareRaw<[Value]>(db, sql).get()?.[0]
}

/** Runs `action` in a transaction: all of it, or nothing when it throws. */
export function transaction(db: Connection, action: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    action()
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** Which drivers can be used here. */
export function driversHere(): DriverName[] {
  return driverNames.filter((name) => tryDriver(name, []) !== undefined)
}

/** The first of some drivers that can be used. Throws ERR_HOME_UNUSABLE. */
export function loadDriver(names: readonly DriverName[]): Driver {
  const causes: unknown[] = []
  for (const name of names) {
    const driver = tryDriver(name, causes)
    if (driver) return driver
  }
  throw new RingleaderError(
    'ERR_HOME_UNUSABLE',
    `Node.js ${process.versions.node} has no SQLite that can be used here, and a home needs one: use Node.js 22.16 or ` +
      'newer, which has its own, or install ringleader again together with its optional dependencies ' +
      '(npm install --include=optional --ignore-scripts)',
    { cause: causes.at(-1) },
  )
}

function tryDriver(name: DriverName, causes: unknown[]): Driver | undefined {
  if (loaded.has(name)) return loaded.get(name)
  let driver: Driver | undefined
  try {
    const found = withoutWarning(() => createRequire(import.meta.url)(name) as Driver)
    // Node.js before 22.16 has a `node:sqlite` without rows as arrays, time-outs and `isTransaction`.
    if ('setReturnArrays' in found.StatementSync.prototype) driver = found
  } catch (error) {
    causes.push(error)
  }
  loaded.set(name, driver)
  return driver
}

/** Node.js 22 warns that its SQLite is experimental. People who chat can do nothing about that. */
function withoutWarning<T>(load: () => T): T {
  const emitWarning = Reflect.get(process, 'emitWarning') as (...words: readonly unknown[]) => void
  process.emitWarning = (...words: readonly unknown[]) => {
    if (words[1] !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, words)
  }
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}
