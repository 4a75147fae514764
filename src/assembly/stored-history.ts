/**
 * Reads the rooms that a home keeps, for the commands that show them. Takes no lock and writes nothing, so a node may
 * use the home at the same time.
 */

import { setImmediate } from 'node:timers/promises'
import { RingleaderError } from '../peer/errors.ts'
import { openForReading } from '../store/room/history-file.ts'
import { findLastRoom, listRooms, roomPath } from '../store/home/home.ts'
import { shortNames } from '../store/home/short-names.ts'
import { pickRoom } from './room-names.ts'
import { loadIdentity } from '../transport/identity.ts'
import { createVerifier } from '../transport/signatures.ts'
import { decodePart, encodePart } from '../wire/codec.ts'
import type { BookEntry } from '../core/model/frames.ts'
import { isLocked, type RoomId } from '../core/model/ids.ts'
import { titleIn } from '../core/index.ts'
import { hiddenAmong, type StampedRecord } from '../core/model/records.ts'
import type { Message } from '../peer/room.ts'
import { fits } from '../peer/search.ts'
import { toMessages } from '../peer/to-room.ts'
import type { PartFilter } from '../wire/part-search.ts'
import { HistoryCheck, type Fault } from './history-check.ts'

const codec = { decodePart, encodePart }

/** Of so many messages at the end of a history the last one is looked for that is shown. */
const lastLooked = 32

/** How long records are verified before other work has its turn. Unit: ms. */
const turnMs = 50

/** What a home holds of a room. */
export type StoredHistory = {
  /** 32 hex digits. */
  readonly room: string
  /** What people should know: which damaged file of the home was passed over. */
  readonly note: string | undefined
  /** The transcript in its final order; without marks, so `late` is false. Rejects with ERR_DAMAGED. */
  messages(options?: { last?: number }): AsyncIterable<Message>
  /** Those that `filter` means, in the same order. `progress`: as in `verify`. */
  found(filter: PartFilter, progress: (done: number, of: number) => void): AsyncIterable<Message>
  /**
   * Verifies all that is held (PROTOCOL.md section 2.2), up to the first thing that is wrong. `progress` is called now and then with
   * the records done, and those held. Rejects with ERR_DAMAGED where the database is not what was written.
   */
  verify(progress: (done: number, of: number) => void): Promise<Verified>
  close(): void
}

/** What was verified: all, or everything before the fault. */
export type Verified = ReturnType<HistoryCheck['counts']> & { readonly fault: Fault | undefined }

type Held = { title: string | undefined; count: number; unsent: number; last: Message | undefined }

/** A room in the list of a home. */
export type StoredRoom = {
  /** 32 hex digits. */
  readonly id: string
  /** The beginning of its id that tells it from the home's other rooms. */
  readonly short: string
  /** Only who has an invitation can join it. */
  readonly isLocked: boolean
  /** The home was in it last. */
  readonly isLast: boolean
  /** Its database. */
  readonly path: string
  /** The other members that the address book names. */
  readonly book: readonly BookEntry[]
  /** The title, messages held, those said here and not sent, and the last of all held; or why they cannot be read. */
  readonly held: Held | { problem: string }
}

/** `named`: the beginning of the id of a room; without it, the last one. Rejects with ERR_NO_ROOM, ERR_DAMAGED,
 * ERR_HOME_UNUSABLE, or with ERR_USAGE when several rooms have that beginning. */
export async function openHistory(home: string, named?: string): Promise<StoredHistory> {
  const { room, damaged } =
    named === undefined
      ? await findLastRoom(home)
      : { room: pickRoom(await listRooms(home), named, home).room, damaged: undefined }
  if (room === undefined) throw new RingleaderError('ERR_NO_ROOM', `${home} holds no room`)
  const note = damaged && `${damaged} is damaged: the room used last is shown`
  return { ...openRoomFile(home, room, await ownId(home)), room, note }
}

/** The rooms of a home, last used first; empty where there is no home. Rejects with ERR_HOME_UNUSABLE. */
export async function listStored(home: string): Promise<StoredRoom[]> {
  const rooms = await listRooms(home)
  const names = shortNames(rooms)
  const last = (await findLastRoom(home)).room
  const own = await ownId(home)
  return await Promise.all(
    rooms.map(async ({ room, book }) => ({
      id: room,
      short: names.get(room) ?? room,
      isLocked: isLocked(room),
      isLast: room === last,
      path: roomPath(home, room),
      book: book.filter(({ uid }) => uid !== own),
      held: await look(home, room, own).catch((error: unknown) => ({ problem: problemOf(error) })),
    })),
  )
}

/** Whether a database holds no message; false where it cannot be read. */
export function isEmpty(path: string): boolean {
  try {
    const file = openForReading(path, codec)
    const { end } = file
    file.close()
    return end === 0
  } catch {
    return false
  }
}

async function look(home: string, room: RoomId, own: string | undefined): Promise<Held> {
  const file = openRoomFile(home, room, own)
  try {
    let last: Message | undefined
    // The last ones may change the key, and are not shown.
    for await (const message of file.messages({ last: lastLooked })) last = message
    return { ...file.summary(), last }
  } finally {
    file.close()
  }
}

function problemOf(error: unknown): string {
  if (error instanceof RingleaderError) return error.message
  throw error
}

/** Which messages are one's own is a convenience: a key that cannot be read names none. */
async function ownId(home: string): Promise<string | undefined> {
  return (await loadIdentity(home).catch(() => undefined))?.uid
}

function openRoomFile(
  home: string,
  room: RoomId,
  own: string | undefined,
): Pick<StoredHistory, 'messages' | 'found' | 'verify' | 'close'> & {
  summary: () => Omit<Held, 'last'>
} {
  const file = openForReading(roomPath(home, room), codec)
  const read = (record: StampedRecord, skip?: number) =>
    toMessages(record, { late: false, history: true, own: record.part.author === own }, skip)
  return {
    summary() {
      const events = file.events()
      return { title: titleIn(events), count: file.count - hiddenAmong(events), unsent: file.unsent }
    },
    async *messages(options = {}) {
      for await (const page of file.transcript(options)) {
        let { skip } = page
        for (const record of page) {
          yield* read(record, skip)
          skip = undefined
        }
      }
    },
    async *found(filter, progress) {
      for await (const { records, looked, of } of file.found(filter)) {
        for (const record of records)
          for (const message of read(record)) if (fits(message, filter)) yield message
        progress(looked, of)
      }
    },
    async verify(progress) {
      if (file.room !== room)
        throw new RingleaderError('ERR_DAMAGED', `${roomPath(home, room)} holds another room (${file.room})`)
      const check = new HistoryCheck(room, createVerifier())
      let done = 0
      let pausedAt = performance.now()
      for (const record of file.audited()) {
        const fault = check.add(record)
        if (fault) return { ...check.counts(), fault }
        done += 1
        if (performance.now() - pausedAt < turnMs) continue
        progress(done, file.end)
        await setImmediate()
        pausedAt = performance.now()
      }
      return { ...check.counts(), fault: check.finish(file.counted()) }
    },
    close: () => file.close(),
  }
}
