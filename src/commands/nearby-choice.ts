/**
 * Offers the rooms of the local network to a person at a terminal who joins without saying which room, and who may type an
 * invitation all the while.
 */

import { contactOf, inOrder, showRoom } from '../chat/nearby-rooms.ts'
import type { AnnouncedRoom } from '../chat/nearby-rooms.ts'
import { readFirstLine } from './first-line.ts'
import { memberIn } from './given-invitation.ts'
import type { Way } from './given-invitation.ts'

/** So many rooms are listed. */
const listedMax = 20

/** `line`: what was typed, or is being typed; undefined: the end of the input. */
export type Offer = { rooms: readonly AnnouncedRoom[]; line: Promise<string | undefined> }

/** Lists what is found, unless a person types a line before that. */
export async function offerRooms(): Promise<Offer> {
  process.stderr.write('looking for rooms in the local network ...\n')
  const search = new AbortController()
  const early = { isTyped: false, isAnswer: false }
  const line = readFirstLine()
  void line.then((text) => {
    early.isTyped = true
    // An empty line only says that somebody waits.
    early.isAnswer = text === undefined || text.trim() !== ''
    if (early.isAnswer) search.abort()
  })
  const rooms = await find(search.signal)
  if (early.isAnswer) return { rooms: [], line }
  for (const [at, room] of rooms.entries()) process.stderr.write(`  ${at + 1}  ${showRoom(room)}\n`)
  return { rooms, line: early.isTyped ? readFirstLine() : line }
}

/** What a person is asked then. */
export function questionFor({ length }: readonly AnnouncedRoom[]): string {
  const others = 'invitation (or the address of a member, to knock): '
  if (length === 0) return others
  return `${length === 1 ? 'press Enter to join it' : 'give the number of a room'}, or an ${others}`
}

/**
 * The way into the room that a line names. A string: why there is none; undefined: it names no room. `isFirst`: Enter alone
 * means the only room, and later that a person gives up.
 */
export function chosen(
  rooms: readonly AnnouncedRoom[],
  line: string,
  isFirst: boolean,
): Way | string | undefined {
  const word = line.trim()
  const isOnly = word === '' && isFirst && rooms.length === 1
  if (!isOnly && (rooms.length === 0 || !/^\d{1,3}$/.test(word))) return undefined
  const room = rooms[isOnly ? 0 : Number(word) - 1]
  if (!room) return `there is no room ${word}`
  const contact = contactOf(room)
  const neighbor = contact && memberIn(contact.address)
  return neighbor
    ? { invitation: undefined, neighbor }
    : 'it has another version of ringleader: install the same one everywhere'
}

/** Nothing where the network cannot be asked: there are other ways into a room. */
async function find(signal: AbortSignal): Promise<AnnouncedRoom[]> {
  const { findNearby } = await import('../assembly/find-nearby.ts')
  const found = await findNearby({ signal }).catch(() => [])
  return inOrder(found).slice(0, listedMax)
}
