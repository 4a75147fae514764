/**
 * Converts identities between bytes (on the wire) and lower-case hex digits (in the core). Both directions
 * cache recent values, because a room sees the same few identities again and again.
 */

import { assert } from '../lib/assert.ts'

const seenMax = 1024
const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const hexShape = /^(?:[0-9a-f]{2})+$/

const seenHex: ({ bytes: Uint8Array; hex: string } | undefined)[] = new Array(seenMax).fill(undefined)
const seenBytes = new Map<string, Uint8Array>()

/** Lower-case hex digits of `bytes`, which are at least two. */
export function hexOf(bytes: Uint8Array): string {
  const slot = (bytes[bytes.length - 1]! | (bytes[bytes.length - 2]! << 8)) % seenMax
  const seen = seenHex[slot]
  if (seen && equal(seen.bytes, bytes)) return seen.hex
  let hex = ''
  for (const byte of bytes) hex += digits[byte]!
  seenHex[slot] = { bytes: Uint8Array.from(bytes), hex }
  return hex
}

/** The bytes of lower-case hex digits; not to be changed. Asserts that `hex` is such. */
export function bytesOf(hex: string): Uint8Array {
  const seen = seenBytes.get(hex)
  if (seen) return seen
  assert(hexShape.test(hex), 'an identity is written in lower-case hex digits')
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  if (seenBytes.size >= seenMax) seenBytes.clear()
  seenBytes.set(hex, bytes)
  return bytes
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false
  return true
}
