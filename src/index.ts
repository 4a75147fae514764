/**
 * Rooms for programs: create one or join one, then say, read and leave. **A room is open, to anybody who reaches a port of a
 * member, unless it was made with `locked: true`.** The terminal is built on this. Nothing is printed, and there is no global state: many rooms live in one process. Everything is typed, and every error is a
 * {@link RingleaderError} with a `code`. Begin with {@link createRoom}, {@link joinRoom} and {@link Room}.
 *
 * @module ringleader
 * @group API
 */

import { checkShape } from './assembly/option-shapes.ts'
import { checkCopies, checkInvitation, checkOptions, checkTimeout } from './assembly/options.ts'
import type { Diagnosis, DiagnoseOptions } from './peer/diagnosis.ts'
import type { NearbyOptions, NearbyRoom } from './peer/nearby-list.ts'
import type { CreateOptions, JoinOptions, Room } from './peer/room.ts'
export type { Search, SearchOptions } from './peer/search.ts'
import { checkTitle } from './peer/title.ts'

export { errorCodes, RingleaderError } from './peer/errors.ts'
export type { ErrorCode } from './peer/errors.ts'
export type { Diagnosis, DiagnoseOptions, Hop } from './peer/diagnosis.ts'
export type { NearbyMember, NearbyOptions, NearbyRoom } from './peer/nearby-list.ts'
export type { LogLine } from './core/model/log-line.ts'
export type { Correspondent, DirectEvents, PrivateReceipt } from './peer/direct/direct.ts'
export type { FileEvents, FileOffer, FileProgress, HeldFile, ReceivedFile } from './peer/direct/files.ts'
export type {
  FrameEvent,
  LogEvent,
  MissedEvent,
  NodeEvent,
  RingEvent,
  RingView,
  Seen,
  TokenEvent,
  WatchedEvent,
} from './chat/room-event.ts'
export type { MessageRecord, Watching, WatchOptions } from './peer/watching/watching.ts'
export type {
  CheckedMember,
  Connecting,
  CreateOptions,
  Direct,
  Files,
  JoinOptions,
  Knocking,
  Pending,
  Left,
  Message,
  Notice,
  OfferedFile,
  PrivateMessage,
  Room,
  RoomCheck,
  RoomEvents,
  RoomLeader,
  RoomMember,
  RoomOptions,
} from './peer/room.ts'

/**
 * Creates a room and leads it, or goes back to the room that the home was last in (unless `fresh`). The room is open, to
 * anybody who reaches a port of a member, unless you say `locked: true`: then only who has an invitation
 * ({@link Room.invitation}), or is let in ({@link Room.admit}), can join and read.
 *
 * Resolves when this node is in the room: at once when it is alone, and after about two seconds at most when it goes
 * back and nobody of the old room answers. Going back never takes the office from a leader that lives, and keeps the
 * `copies` with which the room was made.
 *
 * Rejects with a {@link RingleaderError}: `ERR_USAGE`, `ERR_PORT_IN_USE`, `ERR_ADDRESS_NOT_OURS`; with a home also
 * `ERR_HOME_IN_USE`, `ERR_HOME_UNUSABLE`, `ERR_DISK_FULL`, `ERR_COMMIT_FAILED`, `ERR_DAMAGED`, `ERR_IDENTITY_IN_USE`,
 * `ERR_LOCKED` (the home has no key of its locked room). With `locked`, a home whose last room is open is `ERR_USAGE`, unless
 * `fresh`. What was opened is closed again then.
 *
 * @param options - all have defaults: see {@link CreateOptions}
 * @example
 * ```ts
 * import { createRoom } from 'ringleader'
 *
 * const room = await createRoom({ name: 'Ann', address: '127.0.0.1', port: 0, home: './ann', copies: 2 })
 * console.log(room.members.length) // prints: 1
 * console.log(room.leader?.name) // prints: Ann
 * await room.leave()
 * ```
 * @example
 * ```ts
 * import { createRoom, joinRoom } from 'ringleader'
 *
 * const ann = await createRoom({ name: 'Ann', address: '127.0.0.1', locked: true })
 * const bob = await joinRoom({ name: 'Bob', address: '127.0.0.1', invitation: ann.invitation() })
 * console.log(bob.locked, bob.members.length) // prints: true 2
 * await bob.leave()
 * await ann.leave()
 * ```
 */
export async function createRoom(options: CreateOptions = {}): Promise<Room> {
  checkShape('createRoom', options)
  const { fresh = false, locked = false } = options
  const title = options.title === undefined ? undefined : checkTitle(options.title)
  const copies = checkCopies(options)
  const checked = checkOptions(options)
  // What opens a room is loaded with the first one: a program that only may open one starts without it.
  const { openRoom } = await import('./assembly/open.ts')
  return openRoom(checked, { type: 'create', copies, fresh, locked, title })
}

/**
 * Joins a room through `neighbor`, any of its members, or by an `invitation`; without either, goes back to the room that the
 * home was last in. A locked room needs an invitation, a home that has been in it, or `knock`; it is never joined where it is
 * offered without proof of its key. A home can hold several rooms; the one to open is that which the neighbour names. If the neighbour is
 * silent for `timeoutMs` and the home knows a room with that address, that room is opened.
 *
 * Resolves when this node is in the ring and holds the history (100,000 messages take some 2.5 s).
 *
 * Rejects with a {@link RingleaderError}: those of {@link createRoom}, and `ERR_UNREACHABLE`, `ERR_NOT_RINGLEADER`,
 * `ERR_VERSION`, `ERR_FAMILY`, `ERR_IDENTITY_IN_USE`, `ERR_OTHER_ROOM`, `ERR_NO_ROOM`, `ERR_LOCKED`.
 *
 * @param options - all have defaults, but without `home` a `neighbor` or an `invitation` is needed: see {@link JoinOptions}
 * @example
 * ```ts
 * import { createRoom, joinRoom } from 'ringleader'
 *
 * const ann = await createRoom({ name: 'Ann', address: '127.0.0.1' })
 * await ann.say('first')
 *
 * const bob = await joinRoom({ name: 'Bob', address: '127.0.0.1', neighbor: ann.self.address })
 * console.log(bob.members.map(({ name }) => name).join(' ')) // prints: Ann Bob
 * console.log(bob.size) // prints: 1
 *
 * await ann.leave() // the leader leaves, and Bob, who is left, leads on
 * await bob.say('second')
 * console.log(bob.leader?.name) // prints: Bob
 * await bob.leave()
 * ```
 */
export async function joinRoom(options: JoinOptions = {}): Promise<Room> {
  checkShape('joinRoom', options)
  const { neighbor, invitation, knock = false, onConnecting } = options
  const checked = checkOptions(options)
  const { openRoom } = await import('./assembly/open.ts')
  if (neighbor === undefined && invitation === undefined) return openRoom(checked, { type: 'resume' })
  return openRoom(checked, {
    type: 'join',
    through: invitation === undefined ? { neighbor: neighbor ?? '', knock } : checkInvitation(invitation),
    timeoutMs: checkTimeout(options),
    onConnecting,
  })
}

/**
 * Lists the rooms that members in the local network announce (mDNS): those of the program unless they are locked, and those of
 * programs that say `announce`. They tell the room's id and title, and the member's id, name and address; a member at a loopback
 * address is told on its machine alone. Where a room cannot be announced, the log says so, and the room goes on. What is announced
 * proves nothing: see {@link NearbyMember}.
 *
 * Resolves when `timeoutMs` is over. Rejects with a {@link RingleaderError}: `ERR_USAGE`, `ERR_NO_MULTICAST`.
 *
 * @param options - see {@link NearbyOptions}
 * @example
 * ```ts
 * import { createRoom, joinRoom, nearbyRooms } from 'ringleader'
 *
 * const ann = await createRoom({ name: 'Ann', address: '127.0.0.1', announce: true })
 * const rooms = await nearbyRooms()
 * const found = rooms.find(({ id }) => id === ann.id)
 * console.log(found?.members[0]?.name) // prints: Ann
 *
 * const bob = await joinRoom({ name: 'Bob', address: '127.0.0.1', neighbor: found?.members[0]?.address ?? '' })
 * console.log(bob.members.length) // prints: 2
 * await bob.leave()
 * await ann.leave()
 * ```
 */
export async function nearbyRooms(options: NearbyOptions = {}): Promise<NearbyRoom[]> {
  checkShape('nearbyRooms', options)
  const { findNearby } = await import('./assembly/find-nearby.ts')
  return findNearby(options)
}

/**
 * Tries each thing that stands between this machine and a member, in order: addresses, port, name, route, TCP, TLS, version, room
 * or key, clock, large packets. It ends with the first that fails, and says what to do. It does not join the room: its members see
 * nothing of it.
 *
 * Rejects with a {@link RingleaderError} `ERR_USAGE`: what is wrong with the world is what it returns.
 *
 * @param options - see {@link DiagnoseOptions}
 * @example
 * ```ts
 * import { diagnose } from 'ringleader'
 *
 * const { ok, code, hops } = await diagnose({ address: '127.0.0.1', neighbor: '127.0.0.1:1' })
 * console.log(ok, code) // prints: false ERR_UNREACHABLE
 * console.log(hops.at(-1)?.text) // prints: nothing listens at 127.0.0.1:1
 * ```
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  checkShape('diagnose', options)
  const { examine } = await import('./assembly/examination.ts')
  return examine(options)
}
