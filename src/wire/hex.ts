/**
 * Converts identities between bytes (on the wire) and lower-case hex digits (in the core). Both directions
 * cache recent values, because a room sees the same few identities again and again.
 */

import { assert } from '../lib/assert.ts'

const seenMax = 1024
const digitCodes = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const hexShape = /^(?:[0-9a-f]{2})*$/

const seenHex: ({ bytes: Uint8Array; hex: string } | undefined)[] = new Array(seenMax).fill(undefined)
const seenBytes = new Map<string, Uint8Array>()

/** Lower-case hex digits of `bytes`, which are at least two. */
export function hexOf(bytes: Uint8Array): string {
  const slot = (bytes[bytes.length - 1]! | (bytes[bytes.length - 2]! << 8)) % seenMax
  const seen = seenHex[slot]
  if (seen && equal(seen.bytes, bytes)) return seen.hex
  const hex = hexOfUnique(bytes)
  seenHex[slot] = { bytes: Uint8Array.from(bytes), hex }
  return hex
}

/** The bytes of lower-case hex digits; not to be changed. Asserts that `hex` is such. */
export function bytesOf(hex: string): Uint8Array {
  const seen = seenBytes.get(hex)
  if (seen) return seen
  assert(hex !== '', 'an identity is not empty')
  const bytes = bytesOfUnique(hex)
  if (seenBytes.size >= seenMax) seenBytes.clear()
  seenBytes.set(hex, bytes)
  return bytes
}

/** The same for what is hardly seen twice: hashes, signatures. No cache; one call of fromCharCode is faster than appending. */
export function hexOfUnique(bytes: Uint8Array): string {
  const codes = new Array<number>(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    codes[2 * i] = digitCodes[byte >> 4]!
    codes[2 * i + 1] = digitCodes[byte & 15]!
  }
  return String.fromCharCode.apply(undefined, codes)
}

/** The bytes of lower-case hex digits, of which there may be none. Asserts that `hex` is such. */
export function bytesOfUnique(hex: string): Uint8Array {
  assert(hexShape.test(hex), 'bytes are written in lower-case hex digits')
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (valueOf(hex.charCodeAt(2 * i)) << 4) | valueOf(hex.charCodeAt(2 * i + 1))
  }
  return bytes
}

/** Of a digit: 0x30 is '0', 0x61 is 'a'. */
function valueOf(code: number): number {
  return code < 0x61 ? code - 0x30 : code - 0x61 + 10
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false
  return true
}
