/**
 * Reads a room's database beside the node that may be using it: no lock, no thread, no change. SQLite may
 * leave an empty -wal and a -shm file where no node runs; the next start takes them away.
 * For `ringleader history`.
 */

import type { Namespace, RoomId } from '../../core/model/ids.ts'
import type { StampedRecord } from '../../core/model/records.ts'
import type { FoundPage, HistoryPage } from '../../peer/ports.ts'
import type { PartFilter } from '../../wire/part-search.ts'
import {
  arrivalPages,
  foundPages,
  transcriptPages,
  type Ask,
  type TranscriptOptions,
} from './history-pages.ts'
import { LogAudit } from './log-audit.ts'
import { unpackPage, type PartCodec } from './packing.ts'
import { openRoomSnapshot } from './room-database.ts'
import { RoomReader } from './room-reader.ts'
import { authorColumn, namespaceColumn } from './rows.ts'
import type { DriverName } from './sqlite-driver.ts'
import { namedError } from './sqlite-errors.ts'
import { Summary } from './summary.ts'

/** A room as it was when it was opened for reading. */
interface HistoryFile {
  readonly room: RoomId
  /** Records held. */
  readonly end: number
  /** Messages held: each once, whatever number of copies. */
  readonly count: number
  /** Own messages that are not known as sent. */
  readonly unsent: number
  /** The records that say what becomes of the room, in arrival order. */
  events(): StampedRecord[]
  /** See `Store.transcript`. Rejects with ERR_DAMAGED at a record that is not what was written. */
  transcript(options: TranscriptOptions): AsyncIterable<HistoryPage>
  /** The records in which a message may be meant by `filter`, from the first on. Rejects likewise. */
  found(filter: PartFilter): AsyncIterable<FoundPage>
  /** In the order of their arrival, from the first on; see LogAudit. Throws ERR_DAMAGED, ERR_HOME_UNUSABLE. */
  audited(): Iterable<StampedRecord>
  /** What the database counts. */
  counted(): { namespaces: Iterable<CountedNamespace>; authors: Iterable<CountedAuthor> }
  arrivals(from: number, to: number): AsyncIterable<readonly StampedRecord[]>
  close(): void
}

/** Of a namespace: the highest s held, the timestamp of its last message, and the chain up to it. */
export type CountedNamespace = { namespace: Namespace; last: number; lastTs: number; chain: string }

/** Of a process of an author: the highest aseq held without a gap before it. */
export type CountedAuthor = { author: Namespace; have: number }

function* countedNamespaces({ namespaces: { rows } }: Summary): Generator<CountedNamespace> {
  for (let row = 0; row < rows.size; row++)
    yield {
      namespace: rows.processOf(row),
      last: rows.number(row, namespaceColumn.last),
      lastTs: rows.number(row, namespaceColumn.lastTs),
      chain: rows.hash(row),
    }
}

function* countedAuthors({ authors: { rows } }: Summary): Generator<CountedAuthor> {
  for (let row = 0; row < rows.size; row++)
    yield { author: rows.processOf(row), have: rows.number(row, authorColumn.have) }
}

/** Opens `<home>/rooms/<room id>.db`. Throws ERR_NO_ROOM, ERR_DAMAGED, ERR_HOME_UNUSABLE. */
export function openForReading(path: string, codec: PartCodec, driver?: DriverName): HistoryFile {
  const db = openRoomSnapshot(path, driver)
  try {
    const summary = new Summary(db, path)
    const reader = new RoomReader(db, path, () => summary)
    const ask: Ask = async (question) => {
      try {
        return reader.answer(question)
      } catch (error) {
        throw namedError(error, path, 'ERR_HOME_UNUSABLE')
      }
    }
    const unpack = (page: Parameters<typeof unpackPage>[0]) => unpackPage(page, codec)
    return {
      room: summary.room,
      end: summary.end,
      count: summary.messages(),
      unsent: reader.unsent(),
      events: () => unpack(reader.events()),
      transcript: (options) => transcriptPages(ask, unpack, options),
      found: (filter) => foundPages(ask, unpack, filter, true),
      *audited() {
        try {
          yield* new LogAudit(db, path, summary, codec).records()
        } catch (error) {
          throw namedError(error, path, 'ERR_HOME_UNUSABLE')
        }
      },
      counted: () => ({ namespaces: countedNamespaces(summary), authors: countedAuthors(summary) }),
      arrivals: (from, to) => arrivalPages(ask, unpack, from, to),
      close: () => db.close(),
    }
  } catch (error) {
    db.close()
    throw namedError(error, path, 'ERR_HOME_UNUSABLE')
  }
}
