/**
 * Gives each room of a home a short name that no other has.
 */

import type { HeldRoom } from './home.ts'

/** A short name has so many digits, or more where two rooms would share it. */
const shortLength = 8

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
