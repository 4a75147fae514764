/**
 * Finds a room of a home by what a person calls it: the beginning of its id, or of its title.
 */

import { titleIn } from '../core/index.ts'
import type { RoomId } from '../core/model/ids.ts'
import { foldText } from '../lib/find-text.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import { roomPath, type HeldRoom } from '../store/home/home.ts'
import { shortNames } from '../store/home/short-names.ts'
import { openForReading } from '../store/room/history-file.ts'
import { decodePart, encodePart } from '../wire/codec.ts'

/**
 * The one room of `rooms` that is meant. Ids come first; then whole titles, and then beginnings of titles, without regard to case.
 * `dir`: the home. Throws ERR_NO_ROOM, or ERR_USAGE when several are meant.
 */
export function pickRoom<R extends Pick<HeldRoom, 'room' | 'database'>>(
  rooms: readonly R[],
  named: string,
  dir: string,
): R {
  const id = named.toLowerCase()
  const byId = /^[\da-f]{1,32}$/.test(id) ? rooms.filter(({ room }) => room.startsWith(id)) : []
  const titles = byId.length === 1 ? new Map<RoomId, string>() : titlesOf(rooms, dir)
  const wanted = foldText(named.trim())
  const titled = rooms.filter(({ room }) => foldText(titles.get(room) ?? '').startsWith(wanted))
  const whole = titled.filter(({ room }) => foldText(titles.get(room) ?? '') === wanted)
  const found = [byId, whole, titled].find((some) => some.length > 0) ?? []
  const [only] = found
  if (only && found.length === 1) return only
  const short = shortNames(rooms)
  const list = (some: readonly R[]) =>
    some
      .map(({ room }) => {
        const title = titles.get(room)
        return `${short.get(room)}${title === undefined ? '' : ` "${title}"`}`
      })
      .join(', ')
  if (only) throw usageError(`several rooms begin with ${named}: ${list(found)}`)
  const held = rooms.length === 0 ? 'no room' : `no room ${named}, but ${list(rooms)}`
  throw new RingleaderError('ERR_NO_ROOM', `${dir} holds ${held}`)
}

/** A room whose history cannot be read has none. */
function titlesOf(rooms: readonly Pick<HeldRoom, 'room' | 'database'>[], dir: string): Map<RoomId, string> {
  const titles = new Map<RoomId, string>()
  for (const { room, database } of rooms) {
    const title = database ? titleAt(roomPath(dir, room)) : undefined
    if (title !== undefined) titles.set(room, title)
  }
  return titles
}

function titleAt(path: string): string | undefined {
  try {
    const file = openForReading(path, { decodePart, encodePart })
    try {
      return titleIn(file.events())
    } finally {
      file.close()
    }
  } catch {
    return undefined
  }
}
