/**
 * Writes and reads what is not a protobuf message: whole numbers of as few bytes as they need (LEB128), and plain bytes.
 * The reader checks each step against what is left, so nothing is allocated for bytes that are not there.
 */

import { BadFrame } from './bad-frame.ts'

/** The largest number that can be written: beyond it numbers are not exact. */
export const numberMax = Number.MAX_SAFE_INTEGER
/** Above this a further digit (7 bits) does not fit. */
const lastScale = 2 ** 49

/** Appends to a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(1024)
  #length = 0

  /** `value`: whole, 0 to numberMax. */
  number(value: number): void {
    this.#reserve(8)
    let rest = value
    // Bit operations know 32 bits only.
    while (rest > 0x7fff_ffff) {
      this.#bytes[this.#length++] = 0x80 | (rest % 128)
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = 0x80 | (rest & 0x7f)
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  /** `value`: whole, above -2^52 and below 2^52. Small values of either sign take few bytes. */
  difference(value: number): void {
    this.number(value >= 0 ? 2 * value : -2 * value - 1)
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Forgets what was written: also what an error left behind. */
  clear(): void {
    this.#length = 0
  }

  /** What was written since `clear`, as bytes of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #reserve(more: number): void {
    const need = this.#length + more
    if (need <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(need, 2 * this.#bytes.length))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

/** Reads `bytes` from position `at` on. Every function throws a BadFrame that names `field`. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  /** Where the next byte stands. */
  get at(): number {
    return this.#at
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** A whole number from `min` to `max`. Each has one spelling: that of the fewest bytes. */
  number(field: string, min: number, max: number): number {
    let value = 0
    let scale = 1
    for (;;) {
      if (this.#at >= this.#bytes.length) throw new BadFrame(`${field}: cut short`)
      const byte = this.#bytes[this.#at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) throw new BadFrame(`${field}: not written in the fewest bytes`)
        break
      }
      if (scale >= lastScale) throw new BadFrame(`${field}: too many bytes`)
      scale *= 128
    }
    if (value < min || value > max) throw new BadFrame(`${field}: not from ${min} to ${max}`)
    return value
  }

  /** What `ByteWriter.difference` has written. */
  difference(field: string): number {
    const value = this.number(field, 0, numberMax)
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** The next `length` bytes: a window, not a copy. */
  take(length: number, field: string): Uint8Array {
    if (length > this.left) throw new BadFrame(`${field}: cut short`)
    const bytes = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return bytes
  }
}
