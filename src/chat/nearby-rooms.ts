/**
 * How rooms in the local network read, for people and in `--json`. What is told of them comes from strangers.
 */

import { escapeText, toJsonLine } from './escape.ts'
import { showWho } from './message-line.ts'

/** As members announce it. */
export type AnnouncedRoom = {
  readonly id: string
  readonly title?: string
  readonly locked: boolean
  readonly members: readonly {
    readonly id: string
    readonly name: string
    readonly address: string
    readonly compatible: boolean
  }[]
}

/** So many members of a room are named. */
const namedMax = 4
/** Of a room's id so many digits are shown. */
const idDigits = 8

/** `8f2a41d0  "Tea", open, with Ann(192.168.1.5:4000) and 2 more` */
export function showRoom(room: AnnouncedRoom): string {
  const { id, title, locked, members } = room
  const names = members.slice(0, namedMax).map((member) => showWho(member))
  const more = members.length - names.length
  const others = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const words = title === undefined ? '' : `"${escapeText(title)}", `
  const note = contactOf(room) ? '' : ' (another version of ringleader)'
  return `${id.slice(0, idDigits)}  ${words}${locked ? 'locked' : 'open'}, with ${others}${note}`
}

/** Who is asked to join it; undefined: all of its members speak another version. */
export function contactOf({ members }: AnnouncedRoom): AnnouncedRoom['members'][number] | undefined {
  return members.find(({ compatible }) => compatible)
}

export function nearbyObject({ id, title, locked, members }: AnnouncedRoom): string {
  return toJsonLine({
    type: 'nearby',
    id,
    ...(title === undefined ? {} : { title }),
    locked,
    members: members.map(({ name, address, id: uid, compatible }) => ({
      name,
      address,
      id: uid,
      compatible,
    })),
  })
}

/** Those that can be joined come first, and of these the open ones. */
export function inOrder<R extends AnnouncedRoom>(rooms: readonly R[]): R[] {
  const rank = (room: R): number => (contactOf(room) ? 0 : 2) + (room.locked ? 1 : 0)
  return [...rooms].sort((a, b) => rank(a) - rank(b))
}
