/**
 * The library's public interface: rooms for programs. The terminal is built on it. Nothing is printed, and there is
 * no global state: many rooms live in one process.
 */

import { openRoom } from './assembly/open.ts'
import { checkCopies, checkOptions, checkTimeout } from './assembly/options.ts'
import type { CreateOptions, JoinOptions, Room } from './peer/room.ts'

export { errorCodes, RingleaderError } from './peer/errors.ts'
export type { ErrorCode } from './peer/errors.ts'
export type { LogLine } from './core/model/log-line.ts'
export type {
  CreateOptions,
  JoinOptions,
  Message,
  Notice,
  Room,
  RoomEvents,
  RoomLeader,
  RoomMember,
  RoomOptions,
} from './peer/room.ts'

/**
 * Makes a room, or goes back to the one that the home was last in (unless `fresh`; `copies` is then the
 * room's own). Resolves when the node is in the room: at once when alone, and at the latest when nobody
 * of an old room answered for about two seconds. Rejects with a RingleaderError.
 */
export async function createRoom(options: CreateOptions = {}): Promise<Room> {
  const { fresh = false } = options
  return openRoom(checkOptions(options), { type: 'create', copies: checkCopies(options), fresh })
}

/**
 * Joins a room through `neighbor`, any of its members; without one, goes back to the room that the home
 * was last in. A neighbour that is silent for `timeoutMs` is not needed where the home knows its room.
 * Resolves when the node is in the view and holds the history. Rejects with a RingleaderError.
 */
export async function joinRoom(options: JoinOptions = {}): Promise<Room> {
  const { neighbor } = options
  if (neighbor === undefined) return openRoom(checkOptions(options), { type: 'resume' })
  return openRoom(checkOptions(options), { type: 'join', neighbor, timeoutMs: checkTimeout(options) })
}
