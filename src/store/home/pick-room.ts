/**
 * Finds a room of a home by the beginning of its id, and gives each room a short name that no other has.
 */

import { RingleaderError } from '../../peer/errors.ts'
import type { HeldRoom } from './home.ts'

/** A short name has so many digits, or more where two rooms would share it. */
const shortLength = 8

/**
 * The one room of `rooms` whose id begins with `start`. `where`: the home, for people. Throws ERR_NO_ROOM, or
 * ERR_USAGE when there are several.
 */
export function pickRoom<R extends Pick<HeldRoom, 'room'>>(
  rooms: readonly R[],
  start: string,
  where: string,
): R {
  const found = rooms.filter(({ room }) => room.startsWith(start))
  const [only] = found
  if (only && found.length === 1) return only
  const names = shortNames(rooms)
  const list = (some: readonly R[]) => some.map(({ room }) => names.get(room)).join(', ')
  if (only) throw new RingleaderError('ERR_USAGE', `several rooms begin with ${start}: ${list(found)}`)
  const held = rooms.length === 0 ? 'no room' : `no room ${start}, but ${list(rooms)}`
  throw new RingleaderError('ERR_NO_ROOM', `${where} holds ${held}`)
}

/** The beginning of each room's id that tells it from the others. */
export function shortNames(rooms: readonly Pick<HeldRoom, 'room'>[]): Map<string, string> {
  const ids = rooms.map(({ room }) => String(room))
  return new Map(
    ids.map((id) => {
      let length = shortLength
      while (ids.some((other) => other !== id && other.startsWith(id.slice(0, length)))) length += 1
      return [id, id.slice(0, length)]
    }),
  )
}
