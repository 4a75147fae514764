/** Answers /topic. */

import type { Room } from '../../peer/room.ts'

/** title: empty to ask for it. Undefined: a notice of the room tells of the new one. */
export function titleAnswer(title: string, room: Room): string | undefined {
  try {
    if (title !== '') room.setTitle(title)
    else if (room.title === undefined) return 'the room has no title: /topic and words give it one'
    else return `the title of the room is "${room.title}"`
  } catch (error) {
    return (error as Error).message
  }
  return undefined
}
