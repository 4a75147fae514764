/**
 * What a program asks of the lock of its room: whether there is one, a line that lets others in, and another key.
 */

import {
  isLocked,
  type Address,
  type RoomId,
  type RoomKey,
  type RoomKeyId,
  type Uid,
} from '../core/model/ids.ts'
import { removedMax } from '../core/model/lock.ts'
import { RingleaderError, usageError } from './errors.ts'
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
  readonly newKey: SessionParts['newKey']
  readonly nameKey: SessionParts['nameKey']
  /** Gives a change to the core; `settled` follows. */
  readonly request: (key: RoomKey, remove: readonly Uid[]) => void
}

type Call = { readonly resolve: () => void; readonly reject: (error: RingleaderError) => void }

export class Lock {
  readonly #parts: Parts
  /** By the new key. */
  readonly #calls = new Map<RoomKeyId, Call>()
  #ended: RingleaderError | undefined

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

  /** Rejects with ERR_USAGE, and with what `settled` and `end` are given. */
  async rekey({ remove = [] }: { remove?: readonly string[] }): Promise<void> {
    if (!this.isLocked) throw usageError('the room is open, and has no key')
    // Programs in JavaScript may give anything.
    if (!Array.isArray(remove) || !remove.every(isUid))
      throw usageError('remove is a list of node ids, each of 32 hex digits')
    if (remove.length > removedMax) throw usageError(`at most ${removedMax} nodes are removed at a time`)
    if (remove.includes(this.#parts.uid)) throw usageError('a node cannot remove itself: leave the room')
    if (this.#ended) throw this.#ended
    const { newKey, nameKey, request } = this.#parts
    const key = newKey()
    await new Promise<void>((resolve, reject) => {
      this.#calls.set(nameKey(key), { resolve, reject })
      request(key, [...new Set(remove)])
    })
  }

  /** The core wants another key for the room, which nobody waits for. */
  mint(): void {
    this.#parts.request(this.#parts.newKey(), [])
  }

  /** Enough members hold a change; or it was not taken, for this reason. */
  settled(id: RoomKeyId, why: RingleaderError | undefined): void {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    if (why) call?.reject(why)
    else call?.resolve()
  }

  /** The room is over. */
  end(): void {
    this.#ended = new RingleaderError('ERR_LEFT', 'the room is over')
    const text = 'the room ended before enough members held the new key; look at its log after the next start'
    for (const { reject } of this.#calls.values()) reject(new RingleaderError('ERR_NOT_SENT', text))
    this.#calls.clear()
  }
}

function isUid(id: unknown): id is Uid {
  return typeof id === 'string' && /^[0-9a-f]{32}$/.test(id)
}
