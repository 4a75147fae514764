/**
 * What one end of a link lets out and in before both ends may talk (PROTOCOL.md 2.20). A gate stands at the beginning of a
 * link, and goes when there is nothing left for it to do.
 */

import type { TLSSocket } from 'node:tls'
import type { ByeReason } from '../core/model/frames.ts'
import type { LinkEnd } from '../core/model/events.ts'
import type { RoomKey } from '../core/model/ids.ts'
import { BadFrame, decodeFrame, decodeLock, encodeLock, OtherVersion } from '../wire/codec.ts'
import type { Decoded } from '../wire/codec.ts'
import { decodeDirect } from '../wire/direct-codec.ts'
import { firstFrameBytesMax, lockBytesMax, prefixBytes } from '../wire/limits.ts'
import type { Showing } from '../peer/ports.ts'
import { bindingOf, Boxes, isProof, proofOf } from './link-lock.ts'

/** What a frame that came turned out to be. */
export type Came =
  /** `bytes` are a frame for the node, after which the link ends where `end` says so. */
  | { readonly type: 'frame'; readonly bytes: Uint8Array; readonly end?: LinkEnd }
  /** The other end knows `key`. `reply` goes out before anything else; `bytes` are its first frame. */
  | {
      readonly type: 'proved'
      readonly key: RoomKey
      readonly reply: Uint8Array
      readonly bytes: Uint8Array
    }
  | { readonly type: 'knock'; readonly name: string }
  | { readonly type: 'nothing' }
  /** The link ends. `bye`: the other end is told why. `refused`: for the log. */
  | {
      readonly type: 'end'
      readonly why: LinkEnd
      readonly bye?: ByeReason
      readonly refused?: string
    }

export interface Gate {
  /** Nothing that comes concerns the node yet. */
  readonly isShut: boolean
  /** It has nothing left to do. */
  readonly isOver: boolean
  /** The longest frame that is taken next. Unit: bytes. */
  readonly lengthMax: number
  /** A frame of the node with its length, as it goes out; undefined: it does not. */
  seal(frame: Uint8Array): Uint8Array | undefined
  /** `bytes`: without the length. Throws BadFrame. */
  take(bytes: Uint8Array): Came
}

const locked = { type: 'end', why: 'closed', bye: 'locked' } as const satisfies Came

/** A caller that comes before it is known whom to let in. It is not read. */
export class WaitingGate implements Gate {
  readonly isShut = true
  readonly isOver = false
  readonly lengthMax = firstFrameBytesMax

  seal(): undefined {}

  take(): Came {
    return { type: 'end', why: 'closed' }
  }
}

/** The listening end in an open room. Who comes with a key, or asks to be let in, is in another room: it has not said more yet. */
export class OpenListenerGate implements Gate {
  readonly isShut = false
  isOver = false
  readonly lengthMax = firstFrameBytesMax

  seal(frame: Uint8Array): Uint8Array {
    return frame
  }

  take(bytes: Uint8Array): Came {
    this.isOver = true
    if (decodeLock(bytes)) return locked
    if (decodeDirect(bytes)) return { type: 'frame', bytes }
    const decoded = decodeFrame(bytes)
    return !decoded.ignored && decoded.frame.type === 'knock' ? locked : { type: 'frame', bytes }
  }
}

/** Whom the listening end lets in. */
export type Guard = { readonly keys: readonly RoomKey[] | undefined; readonly knocks: boolean }

/** The listening end in a locked room. */
export class LockedListenerGate implements Gate {
  isShut = true
  isOver = false
  lengthMax = firstFrameBytesMax
  readonly #binding: Uint8Array
  readonly #guard: () => Guard
  #boxes: Boxes | undefined
  #hasKnocked = false

  /** `guard`: as it is when the first frame comes. */
  constructor(binding: Uint8Array, guard: () => Guard) {
    this.#binding = binding
    this.#guard = guard
  }

  seal(frame: Uint8Array): Uint8Array | undefined {
    return this.#boxes && frame
  }

  take(bytes: Uint8Array): Came {
    if (this.#hasKnocked) return { type: 'end', why: 'closed', refused: 'it says more than its knock' }
    const lock = decodeLock(bytes)
    if (!this.#boxes) return lock ? this.#judge(lock.proof, lock.box) : this.#other(bytes)
    if (!lock) {
      this.isOver = true
      return { type: 'frame', bytes }
    }
    if (lock.proof) return { type: 'end', why: 'closed', refused: 'lock.proof' }
    const frame = lock.box && this.#boxes.open(lock.box)
    return frame ? { type: 'frame', bytes: frame } : { type: 'end', why: 'closed', refused: 'lock.box' }
  }

  #judge(proof: Uint8Array | undefined, box: Uint8Array | undefined): Came {
    const keys = this.#guard().keys ?? []
    const key = proof && keys.find((one) => isProof(proof, one, this.#binding, 'dialler'))
    if (key === undefined) return { ...locked, refused: 'lock.proof' }
    const boxes = new Boxes(key, this.#binding)
    const bytes = box && boxes.open(box)
    if (!bytes) return { ...locked, refused: 'lock.box' }
    this.#boxes = boxes
    this.isShut = false
    this.lengthMax = lockBytesMax
    const reply = encodeLock({ proof: proofOf(key, this.#binding, 'listener') })
    return { type: 'proved', key, reply, bytes }
  }

  /** A node that has no key says HELLO, or knocks: that is nothing for the log. */
  #other(bytes: Uint8Array): Came {
    let decoded: Decoded
    try {
      decoded = decodeFrame(bytes)
    } catch (error) {
      // No word of the versions that are spoken here.
      if (error instanceof OtherVersion) return locked
      if (error instanceof BadFrame) return { ...locked, refused: error.message }
      throw error
    }
    if (decoded.ignored) return locked
    const { frame } = decoded
    if (frame.type !== 'knock')
      return frame.type === 'hello' ? locked : { ...locked, refused: 'it does not prove the room key' }
    if (!this.#guard().knocks) return locked
    this.#hasKnocked = true
    return { type: 'knock', name: frame.name }
  }
}

/** The dialling end that shows a room key. */
export class KeyGate implements Gate {
  isOver = false
  readonly lengthMax = firstFrameBytesMax
  readonly #key: RoomKey
  readonly #binding: Uint8Array
  readonly #boxes: Boxes
  #proof: Uint8Array | undefined

  constructor(key: RoomKey, binding: Uint8Array) {
    this.#key = key
    this.#binding = binding
    this.#boxes = new Boxes(key, binding)
    this.#proof = proofOf(key, binding, 'dialler')
  }

  get isShut(): boolean {
    return !this.isOver
  }

  seal(frame: Uint8Array): Uint8Array {
    const proof = this.#proof
    this.#proof = undefined
    return encodeLock({ proof, box: this.#boxes.seal(frame.subarray(prefixBytes)) })
  }

  take(bytes: Uint8Array): Came {
    const lock = decodeLock(bytes)
    if (lock?.proof && !lock.box && isProof(lock.proof, this.#key, this.#binding, 'listener')) {
      this.isOver = true
      return { type: 'nothing' }
    }
    if (!lock && byeOf(bytes) === 'locked') return { type: 'end', why: 'locked' }
    return { type: 'end', why: 'locked', refused: 'it does not prove the room key' }
  }
}

/** The dialling end that asks to be let in: the transport has sent its KNOCK, and waits for a person's answer. */
class KnockGate implements Gate {
  readonly isShut = true
  readonly isOver = false
  readonly lengthMax = firstFrameBytesMax

  seal(): undefined {}

  take(bytes: Uint8Array): Came {
    const decoded = decodeFrame(bytes)
    if (decoded.ignored) return { type: 'nothing' }
    const { frame } = decoded
    if (frame.type === 'admitted') return { type: 'frame', bytes }
    if (frame.type !== 'bye') return { type: 'end', why: 'closed', refused: 'it does not answer the knock' }
    const isFinal = frame.reason === 'locked' || frame.reason === 'denied'
    return { type: 'frame', bytes, end: isFinal ? 'locked' : 'closed' }
  }
}

/** The dialling end that shows nothing. */
export class OpenGate implements Gate {
  readonly isShut = false
  isOver = false
  readonly lengthMax = firstFrameBytesMax

  seal(frame: Uint8Array): Uint8Array {
    return frame
  }

  take(bytes: Uint8Array): Came {
    this.isOver = true
    return byeOf(bytes) === 'locked' ? { type: 'end', why: 'locked' } : { type: 'frame', bytes }
  }
}

/** The reason of a BYE; undefined: it is another frame, or none. */
function byeOf(bytes: Uint8Array): ByeReason | undefined {
  try {
    const decoded = decodeFrame(bytes)
    return !decoded.ignored && decoded.frame.type === 'bye' ? decoded.frame.reason : undefined
  } catch (error) {
    if (error instanceof BadFrame) return undefined
    throw error
  }
}

/** The dialling end's gate. */
export function gateOfDial(socket: TLSSocket, showing: Showing | undefined): Gate {
  if (!showing) return new OpenGate()
  return 'key' in showing ? new KeyGate(showing.key, bindingOf(socket)) : new KnockGate()
}
