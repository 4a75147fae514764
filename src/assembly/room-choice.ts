/**
 * Chooses the room that a node goes to (cli.md, "Going back"): a new one, one that its home holds, or that
 * of its neighbour, which is asked. Opens no room.
 */

import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { familyOf } from '../core/model/address.ts'
import type { Event } from '../core/model/events.ts'
import type { Address, RoomId, Uid } from '../core/model/ids.ts'
import { discover } from '../peer/entry/discovery.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import type { JoinOptions } from '../peer/room.ts'
import { refusal } from '../peer/refusal.ts'
import type { HeldRoom, Home } from '../store/home/home.ts'
import { pickRoom } from '../store/home/pick-room.ts'
import { lastAside } from '../store/home/set-aside.ts'
import { resolveMember } from '../transport/hosts.ts'
import type { Base } from './base.ts'
import { systemClock } from './system-clock.ts'
import { howToReach } from './options.ts'
import { isEmpty } from './stored-history.ts'

export type Wish =
  | { type: 'create'; copies: number; fresh: boolean }
  | { type: 'join'; neighbor: string; timeoutMs: number; onConnecting: JoinOptions['onConnecting'] }
  | { type: 'resume' }

export type Choice = {
  room: RoomId
  /** Make the room where the home does not hold it. */
  create: { copies: number } | undefined
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
    return await goBack(home, pickRoom(await home.rooms(), named, home.dir))
  }
  const last = home && !(wish.type === 'create' && wish.fresh) ? await lastRoom(home, wish.type) : undefined
  if (last) return last
  if (wish.type === 'create') {
    const room = randomBytes(16).toString('hex') as RoomId
    return {
      room,
      create: { copies: wish.copies },
      started: { type: 'started', mode: 'create', contacts: [] },
    }
  }
  throw new RingleaderError(
    'ERR_NO_ROOM',
    `${home ? `${home.dir} holds no room` : 'a node without a home has no room'} to go back to: join one through a member (-na, -np), or create one (-l)`,
  )
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
    `the history was damaged and has been set aside; join the room again through a member (${how}), or begin a new room (-l --new) (${where})`,
    { cause },
  )
}

/**
 * Asks the neighbour; if it is silent, the home's room whose book lists it. Rejects as discover does, or
 * with ERR_USAGE, ERR_FAMILY.
 */
export async function chooseByNeighbor(
  base: Base,
  self: { name: string; addr: Address; visit?: true },
  wish: Extract<Wish, { type: 'join' }>,
): Promise<Choice> {
  const { home, transport, switchboard, identity, homePort } = base
  const neighbor = await resolveMember(wish.neighbor, familyOf(self.addr))
  if (neighbor === self.addr)
    throw usageError(`${neighbor} is this node itself; name another member as neighbor`)
  if (familyOf(neighbor) !== familyOf(self.addr)) throw refusal('family', neighbor)
  try {
    const found = await discover({
      transport,
      switchboard,
      clock: systemClock,
      self: { uid: identity.uid, inc: homePort.inc, ...self },
      target: neighbor,
      timeoutMs: wish.timeoutMs,
      progress: (state) => wish.onConnecting?.({ address: neighbor, state }),
    })
    const { room, copies, leader, contact, known } = found
    await keepContact(home, room, { ...contact, addr: neighbor })
    const through = contact.uid
    const started = { type: 'started', mode: 'join', contacts: [neighbor], through, known } as const
    return { room, create: { copies }, started: leader ? { ...started, leader } : started }
  } catch (error) {
    if (!(error instanceof RingleaderError) || error.code !== 'ERR_UNREACHABLE' || !home) throw error
    const rooms = await home.rooms()
    const known = rooms.find(({ database, book }) => database && book.some(({ addr }) => addr === neighbor))
    if (!known) throw error
    const started = { type: 'started', mode: 'resume', contacts: [neighbor] } as const
    return { room: known.room, create: undefined, started }
  }
}

/** 2.3: every contact given by a person is in the book, so that a join that was cut short can be repeated. */
async function keepContact(
  home: Home | undefined,
  room: RoomId,
  { uid, name, addr }: { uid: Uid; name: string; addr: Address },
): Promise<void> {
  if (!home) return
  const book = await home.readBook(room)
  if (book.some((entry) => entry.uid === uid && entry.addr === addr && !entry.left)) return
  const others = book.filter((entry) => entry.uid !== uid)
  await home.keepBook(room, [...others, { uid, addr, name, left: false }])
}
