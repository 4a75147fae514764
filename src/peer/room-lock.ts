/**
 * What a program asks of the lock of its room: whether there is one, a line that lets others in, and another key.
 */

import { isLocked, type Address, type RoomId, type RoomKey, type Uid } from '../core/model/ids.ts'
import { usageError } from './errors.ts'
import type { RoomMember } from './room.ts'
import type { SessionParts } from './session-parts.ts'

/** Addresses in an invitation: this node's, and others in case that it is away. More make a line that is hard to hand on. */
const addressesMax = 3

type Parts = {
  readonly room: RoomId
  /** That the room has now. */
  readonly key: () => RoomKey | undefined
  readonly uid: Uid
  readonly members: () => readonly RoomMember[]
  /** Where others reach this node. */
  readonly address: () => Address
  readonly invitationOf: SessionParts['invitationOf']
}

export class Lock {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get isLocked(): boolean {
    return isLocked(this.#parts.room)
  }

  /** Throws RingleaderError ERR_USAGE. */
  invitation(): string {
    const { room, uid, invitationOf } = this.#parts
    if (!this.isLocked) throw usageError('the room is open, and needs no invitation')
    const key = this.#parts.key()
    if (key === undefined) throw usageError('the room has no key yet: try again in a moment')
    const others = this.#parts.members().filter(({ id, visit }) => id !== uid && !visit)
    const addresses = [this.#parts.address(), ...others.map(({ address }) => address as Address)]
    return invitationOf({ room, key, addresses: addresses.slice(0, addressesMax) })
  }

  /** What a program wants of `rekey`. Throws RingleaderError ERR_USAGE. */
  checked({ remove = [] }: { remove?: readonly string[] }): { remove: Uid[] } {
    if (!this.isLocked) throw usageError('the room is open, and has no key')
    // Programs in JavaScript may give anything.
    if (!Array.isArray(remove) || !remove.every(isUid))
      throw usageError('remove is a list of node ids, each of 32 hex digits')
    if (remove.includes(this.#parts.uid)) throw usageError('a node cannot remove itself: leave the room')
    return { remove: [...new Set(remove)] }
  }
}

function isUid(id: unknown): id is Uid {
  return typeof id === 'string' && /^[0-9a-f]{32}$/.test(id)
}
