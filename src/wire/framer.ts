/**
 * Cuts a stream of bytes into frames by their length prefix.
 */

import { BadFrame } from './bad-frame.ts'
import { frameBytesMax, prefixBytes } from './limits.ts'

/** Allocated ahead for a frame that has only begun. Unit: bytes. */
const firstBytes = 1024

/** One direction of one link. Unusable after a BadFrame. */
export class Framer {
  /** The longest frame that is taken. Unit: bytes. Looked at when a frame begins. */
  lengthMax = frameBytesMax
  /**
   * For a link whose frames are nearly all long: memory for a whole frame is taken when its length is known, and is used again
   * for the next one. So what `take` is given is overwritten afterwards.
   */
  isReused = false
  #spare = new Uint8Array(0)
  #prefix = 0
  #prefixSeen = 0
  /** Grows as bytes come, never ahead of them: a large length alone allocates nothing. */
  #frame = new Uint8Array(0)
  #length = 0
  #seen = 0

  /** Whether a frame has begun, its length included, and is not complete. */
  get begun(): boolean {
    return this.#prefixSeen > 0
  }

  /** The length of the frame that has begun; 0 while that is not known. Unit: bytes. */
  get length(): number {
    return this.#prefixSeen === prefixBytes ? this.#length : 0
  }

  /** Memory that the frame which has begun takes. Unit: bytes. */
  get held(): number {
    return this.#frame.length
  }

  /**
   * Calls `take` with each frame (without its length) that is complete with `chunk`; the frame is a copy
   * of its own (but see isReused). Throws BadFrame on a length of 0 or above lengthMax. `take` returns false to stop.
   * Returns how many bytes of `chunk` were used: all of them unless it was stopped.
   */
  push(chunk: Uint8Array, take: (frame: Uint8Array) => boolean): number {
    let at = 0
    while (at < chunk.length) {
      if (this.#prefixSeen < prefixBytes) {
        this.#prefix = this.#prefix * 256 + chunk[at++]!
        if (++this.#prefixSeen < prefixBytes) continue
        if (this.#prefix === 0 || this.#prefix > this.lengthMax) throw new BadFrame('length: out of range')
        this.#length = this.#prefix
        this.#frame = this.#room(Math.min(this.#length, chunk.length - at))
        this.#seen = 0
      }
      const end = Math.min(chunk.length, at + this.#length - this.#seen)
      this.#append(chunk.subarray(at, end))
      at = end
      if (this.#seen === this.#length && !this.#finish(take)) return at
    }
    return at
  }

  /** `here`: so much of the frame has come. Unit: bytes. */
  #room(here: number): Uint8Array<ArrayBuffer> {
    const length = this.#length
    if (!this.isReused) return new Uint8Array(here === length ? length : Math.min(length, here + firstBytes))
    if (this.#spare.length < length) this.#spare = new Uint8Array(length)
    return this.#spare.subarray(0, length)
  }

  #append(piece: Uint8Array): void {
    const need = this.#seen + piece.length
    if (need > this.#frame.length) {
      const grown = new Uint8Array(Math.min(this.#length, Math.max(need, 2 * this.#frame.length)))
      grown.set(this.#frame.subarray(0, this.#seen))
      this.#frame = grown
    }
    this.#frame.set(piece, this.#seen)
    this.#seen = need
  }

  #finish(take: (frame: Uint8Array) => boolean): boolean {
    const frame = this.#frame
    this.#frame = new Uint8Array(0)
    this.#prefix = 0
    this.#prefixSeen = 0
    return take(frame)
  }
}
