/**
 * Opens a home's last room for reading, for `ringleader history`. Takes no lock and writes nothing, so a
 * node may use the home at the same time.
 */

import { RingleaderError } from '../peer/errors.ts'
import { openForReading } from '../store/room/history-file.ts'
import { findLastRoom, roomPath } from '../store/home/home.ts'
import { loadIdentity } from '../transport/identity.ts'
import { decodePart, encodePart } from '../wire/codec.ts'
import type { Message } from '../peer/room.ts'
import { idOf } from '../peer/to-room.ts'

/** What a home holds of the room it was last in. */
export type StoredHistory = {
  /** 32 hex digits. */
  readonly room: string
  /** What people should know: which damaged file of the home was passed over. */
  readonly note: string | undefined
  /** The transcript in its final order; without marks, so `late` is false. Rejects with ERR_DAMAGED. */
  messages(): AsyncIterable<Message>
  close(): void
}

/** Rejects with ERR_NO_ROOM, ERR_DAMAGED or ERR_HOME_UNUSABLE. */
export async function openHistory(home: string): Promise<StoredHistory> {
  const { room, damaged } = await findLastRoom(home)
  if (room === undefined) throw new RingleaderError('ERR_NO_ROOM', `${home} holds no room`)
  const file = openForReading(roomPath(home, room), { decodePart, encodePart })
  const own = (await loadIdentity(home).catch(() => undefined))?.uid
  const note = damaged && `${damaged} is damaged: the room used last is shown`
  return {
    room,
    note,
    async *messages() {
      for await (const page of file.transcript({}))
        for (const { ts, part } of page)
          yield {
            id: idOf(part),
            ts,
            name: part.name,
            address: part.addr,
            text: part.text,
            time: new Date(part.wall),
            late: false,
            history: true,
            own: part.author === own,
            action: part.kind === 'action',
          }
    },
    close: () => file.close(),
  }
}
