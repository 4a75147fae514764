/**
 * What passes between a store and its worker. Types, and how an error keeps its name on the way.
 */

import type { RoomId } from '../../core/model/ids.ts'
import type { PackedRows } from '../../core/model/process-table.ts'
import { RingleaderError, type ErrorCode } from '../../peer/errors.ts'
import type { Blocked } from '../../peer/ports.ts'
import type { Batch, Page } from './packing.ts'
import type { Question } from './room-reader.ts'
import type { DriverName } from './sqlite-driver.ts'

/** `workerData`. */
export type WorkerSetup = {
  path: string
  /** Which room it must be. */
  room: RoomId
  /** Make it when it is not there. */
  create: { copies: number } | undefined
  /** See SqliteOptions. */
  scrub: { afterMs: number; everyMs: number }
  /** A limit on the database's pages, for tests of a full disk; 0 for none. */
  pagesMax: number
  /** See SqliteOptions. */
  driver: DriverName | undefined
}

export type Command =
  | { type: 'write'; upTo: number; batch: Batch }
  | { type: 'ask'; id: number; question: Question }
  /** Somebody listens: look through the history for damage, after a while. */
  | { type: 'scrub' }
  | { type: 'close' }

/** An error on its way out of the worker. */
type Failure = { code: ErrorCode; message: string; detail: string }

/** What the small tables say at opening; `outbox` holds parts as bytes. */
export type Opened = {
  type: 'opened'
  room: RoomId
  copies: number
  end: number
  clock: number
  /** See Stored. */
  namespaces: PackedRows
  authors: PackedRows
  outbox: Uint8Array[]
  placed: Page
  events: Page
}

export type Report =
  | Opened
  | { type: 'unopened'; failure: Failure }
  | { type: 'committed'; upTo: number }
  | { type: 'blocked'; why: Blocked }
  | { type: 'freed' }
  | { type: 'failed'; failure: Failure }
  | { type: 'answer'; id: number; value: unknown }
  | { type: 'refusal'; id: number; failure: Failure }

export function toFailure(error: RingleaderError): Failure {
  const cause = error.cause instanceof Error ? error.cause : error
  return { code: error.code, message: error.message, detail: cause.stack ?? cause.message }
}

export function fromFailure(failure: Failure): RingleaderError {
  return new RingleaderError(failure.code, failure.message, { cause: new Error(failure.detail) })
}
