/**
 * Chooses the room that a node joins: that of a neighbour, which is asked, or that of an invitation. In a locked room a node shows
 * that it knows the key before it is told anything. Opens no room.
 */

import { familyOf } from '../core/model/address.ts'
import { isLocked, type Address, type RoomId, type RoomKey, type Uid } from '../core/model/ids.ts'
import type { StoredLock } from '../core/model/lock.ts'
import { discover, type DiscoverOptions, type Found, type Shown } from '../peer/entry/discovery.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import type { JoinOptions } from '../peer/room.ts'
import { refusal } from '../peer/refusal.ts'
import type { Home } from '../store/home/home.ts'
import { resolveMember } from '../transport/hosts.ts'
import type { Invitation } from '../chat/invitation.ts'
import type { Base } from './base.ts'
import { systemClock } from './system-clock.ts'
import type { Choice } from './room-choice.ts'

export type JoinWish = {
  type: 'join'
  /** knock: where the room of the neighbour is locked, and no key is known, ask to be let in. */
  through: { neighbor: string; knock: boolean } | Invitation
  timeoutMs: number
  onConnecting: JoinOptions['onConnecting']
}

type Self = { name: string; addr: Address; visit?: true }

/** Of a room so many keys are shown, the newest first: each costs a handshake. */
const shownMax = 4

/** Who is asked first. */
export function firstAsked({ through }: JoinWish): string {
  return 'neighbor' in through ? through.neighbor : (through.addresses[0] ?? '')
}

/** Rejects as discover and resolveMember do. */
export async function chooseByJoin(base: Base, self: Self, wish: JoinWish): Promise<Choice> {
  const { through } = wish
  return 'neighbor' in through
    ? await chooseByNeighbor(base, self, wish, through)
    : await chooseByInvitation(base, self, wish, through)
}

/** Asks the neighbour; if it is silent, takes the home's room whose book lists it. */
async function chooseByNeighbor(
  base: Base,
  self: Self,
  wish: JoinWish,
  { neighbor: named, knock }: { neighbor: string; knock: boolean },
): Promise<Choice> {
  const { home } = base
  const neighbor = await resolveMember(named, familyOf(self.addr))
  if (neighbor === self.addr)
    throw usageError(`${neighbor} is this node itself; name another member as neighbor`)
  const rooms = (await home?.rooms()) ?? []
  const held = rooms.filter(({ book }) => book.some(({ addr }) => addr === neighbor))
  const shows: Shown[] = []
  for (const { room } of held) shows.push(...(await keysFor(home, room)))
  shows.push('nothing')
  // A member of another room of this home may have come to that address.
  const others = rooms.filter((one) => !held.includes(one)).slice(0, shownMax)
  for (const { room } of others) shows.push(...(await keysFor(home, room)).slice(0, 1))
  if (knock) shows.push({ knock: self.name })
  const isHeld = (id: RoomId): boolean => rooms.some(({ room }) => room === id)
  try {
    return await choiceOf(base, neighbor, await ask(base, self, wish, neighbor, { shows, isHeld }))
  } catch (error) {
    const known = held.find(({ database }) => database)
    if (!isUnreachable(error) || !known) throw error
    return goBackTo(known.room, [neighbor])
  }
}

/** Asks one address after the other; if all are silent, goes back to the room where the home holds it. */
async function chooseByInvitation(
  base: Base,
  self: Self,
  wish: JoinWish,
  { room, key, addresses }: Invitation,
): Promise<Choice> {
  const { home } = base
  const others = addresses.filter((address) => address !== self.addr)
  // The home may know a later key than the invitation.
  const held = await keysFor(home, room)
  const shows: Shown[] = [{ room, key }, ...held.filter((shown) => shown.key !== key)]
  const timeoutMs = Math.max(wish.timeoutMs / Math.max(1, others.length), Math.min(wish.timeoutMs, 1000))
  let failure: unknown
  for (const address of others) {
    try {
      const found = await ask(base, self, { ...wish, timeoutMs }, address, { shows, isInvited: true })
      return await choiceOf(base, address, found)
    } catch (error) {
      // What another member is asked may have been another program's for long.
      if (failure === undefined || isUnreachable(failure)) failure = error
    }
  }
  const isHeld = home && (await home.rooms()).some((one) => one.room === room && one.database)
  if (isHeld && held.length > 0 && (failure === undefined || isUnreachable(failure)))
    return goBackTo(room, others)
  throw failure ?? usageError('this invitation names no member but this node itself')
}

async function ask(
  { transport, switchboard, identity, homePort }: Base,
  self: Self,
  { timeoutMs, onConnecting }: Pick<JoinWish, 'timeoutMs' | 'onConnecting'>,
  target: Address,
  shown: Pick<DiscoverOptions, 'shows' | 'isInvited' | 'isHeld'>,
): Promise<Found> {
  if (familyOf(target) !== familyOf(self.addr)) throw refusal('family', target)
  return await discover({
    transport,
    switchboard,
    clock: systemClock,
    self: { uid: identity.uid, inc: homePort.inc, ...self },
    target,
    ...shown,
    timeoutMs,
    progress: (state) =>
      onConnecting?.({ address: target, state, ...(state === 'knocking' && { id: identity.uid }) }),
  })
}

async function choiceOf(base: Base, neighbor: Address, found: Found): Promise<Choice> {
  const { room, keys, copies, leader, contact, known } = found
  await keepContact(base.home, room, { ...contact, addr: neighbor })
  const lock = isLocked(room) ? await withKeys(base.home, room, keys) : undefined
  const through = contact.uid
  const started = { type: 'started', mode: 'join', contacts: [neighbor], through, known } as const
  return { room, create: { copies }, lock, started: leader ? { ...started, leader } : started }
}

function goBackTo(room: RoomId, contacts: readonly Address[]): Choice {
  return { room, create: undefined, started: { type: 'started', mode: 'resume', contacts } }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof RingleaderError && error.code === 'ERR_UNREACHABLE'
}

/** What the home can show of a room; nothing where its lock is damaged, which an invitation mends. */
async function keysFor(home: Home | undefined, room: RoomId): Promise<{ room: RoomId; key: RoomKey }[]> {
  const lock = await lockOf(home, room)
  const keys = lock ? [...lock.keys].reverse().slice(0, shownMax) : []
  return keys.map((key) => ({ room, key }))
}

async function lockOf(home: Home | undefined, room: RoomId): Promise<StoredLock | undefined> {
  return isLocked(room) ? await home?.readLock(room).catch(() => undefined) : undefined
}

/** The home's lock of a room with keys that have been proven. */
async function withKeys(
  home: Home | undefined,
  room: RoomId,
  proven: readonly RoomKey[],
): Promise<StoredLock> {
  const { keys, ...rest } = (await lockOf(home, room)) ?? { keys: [] }
  return { keys: [...keys, ...proven.filter((key) => !keys.includes(key))], ...rest }
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
