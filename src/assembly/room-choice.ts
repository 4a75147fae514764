/**
 * Chooses the room that a node goes to (cli.md, "Going back") where nobody has to be asked: a new one, or one that its home
 * holds. Opens no room.
 */

import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { Event } from '../core/model/events.ts'
import { isLocked, type Address, type RoomId, type RoomKey } from '../core/model/ids.ts'
import type { StoredLock } from '../core/model/lock.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import type { HeldRoom, Home } from '../store/home/home.ts'
import { pickRoom } from './room-names.ts'
import { lastAside } from '../store/home/set-aside.ts'
import { howToReach } from './options.ts'
import type { JoinWish } from './neighbor-choice.ts'
import { isEmpty } from './stored-history.ts'

export type Wish =
  | { type: 'create'; copies: number; fresh: boolean; locked: boolean; title: string | undefined }
  | JoinWish
  | { type: 'resume' }

export type Choice = {
  room: RoomId
  /** Make the room where the home does not hold it. */
  create: { copies: number } | undefined
  /** To be kept before the room is opened; undefined: what the home has, or the room is open. */
  lock?: StoredLock | undefined
  started: Extract<Event, { type: 'started' }>
}

/**
 * Where no neighbour has to be asked: what -l or nothing at all means. `named`: the beginning of the id of the room to
 * go back to. Rejects with ERR_NO_ROOM, with ERR_USAGE when several rooms have that beginning, or with ERR_DAMAGED
 * when of the room only its book is left.
 */
export async function chooseHeld(
  home: Home | undefined,
  wish: Exclude<Wish, { type: 'join' }>,
  named?: string,
): Promise<Choice> {
  if (named !== undefined) {
    if (!home) throw usageError('room is one that a home holds: give the home')
    return fitting(await goBack(home, pickRoom(await home.rooms(), named, home.dir)), wish)
  }
  const last = home && !(wish.type === 'create' && wish.fresh) ? await lastRoom(home, wish.type) : undefined
  if (last) return fitting(last, wish)
  if (wish.type === 'create') return newRoom(wish)
  throw new RingleaderError(
    'ERR_NO_ROOM',
    `${home ? `${home.dir} holds no room` : 'a node without a home has no room'} to go back to: join one through a member (ringleader join, or -na), or create one (ringleader create, or -l)`,
  )
}

/** A program that asks for a locked room never gets an open one. */
function fitting(choice: Choice, wish: Exclude<Wish, { type: 'join' }>): Choice {
  if (wish.type === 'create' && wish.locked && !isLocked(choice.room))
    throw usageError(`the room to go back to (${choice.room}) is an open one: fresh makes a new one`)
  return choice
}

/** 2.20: the first bit of the id says whether the room is locked. */
function newRoom({ copies, locked, title }: Extract<Wish, { type: 'create' }>): Choice {
  const id = randomBytes(16)
  id[0] = locked ? id[0]! | 0x80 : id[0]! & 0x7f
  return {
    room: id.toString('hex') as RoomId,
    create: { copies },
    lock: locked ? { keys: [newRoomKey()] } : undefined,
    started: { type: 'started', mode: 'create', contacts: [], ...(title === undefined ? {} : { title }) },
  }
}

export function newRoomKey(): RoomKey {
  return randomBytes(16).toString('hex') as RoomKey
}

async function lastRoom(home: Home, wish: 'create' | 'resume'): Promise<Choice | undefined> {
  const rooms = await home.rooms()
  const named = await home.lastRoom()
  const held = rooms.find(({ room }) => room === named)
  if (held) return await goBack(home, held)
  // 2.12: a home that never had a view repeats the join with its contacts; it does not go alone.
  if (wish === 'create') return undefined
  const begun = rooms.find(({ database, book }) => database && book.length > 0)
  if (!begun) return undefined
  return repeatJoin(begun)
}

/** To a room that the home holds. One that it was never in, because the join was cut short, is joined again. */
async function goBack(home: Home, held: HeldRoom): Promise<Choice> {
  if (!held.database) {
    const path = home.roomPath(held.room)
    throw lost(held.book, (await lastAside(path)) ?? { missingFrom: dirname(path) })
  }
  if (held.book.length > 0 && held.room !== (await home.lastRoom()) && isEmpty(home.roomPath(held.room)))
    return repeatJoin(held)
  return { room: held.room, create: undefined, started: { type: 'started', mode: 'resume', contacts: [] } }
}

function repeatJoin({ room, book }: HeldRoom): Choice {
  const contacts = book.map(({ addr }) => addr)
  return { room, create: undefined, started: { type: 'started', mode: 'join', contacts } }
}

/**
 * The history was damaged and is set aside; nobody makes a new room in its place. `aside`: where it is kept, or the
 * folder in which it is no longer.
 */
export function lost(
  book: readonly { addr: Address; left: boolean }[],
  aside: string | { missingFrom: string },
  cause?: unknown,
): RingleaderError {
  const known = book.find(({ left }) => !left) ?? book[0]
  const how = known ? howToReach(known.addr) : '-na <address> -np <port>'
  const where =
    typeof aside === 'string'
      ? `kept as ${aside}`
      : `not kept: no damaged copy is left in ${aside.missingFrom}`
  return new RingleaderError(
    'ERR_DAMAGED',
    `the history was damaged and has been set aside; join the room again through a member (${how}), or begin a new room: ringleader create, or -l --new for an open one (${where})`,
    { cause },
  )
}
