/**
 * Keeps the public keys that were needed last, to read one takes as long as to verify a signature; and verifies with them.
 */

import { createPublicKey, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { spkiOf } from '../wire/digest.ts'

/** Keys at hand: more than a room has authors at a time. */
const keysMax = 1024

/** Returns a function that makes a key of its 64 hex digits. */
export function keyCache(): (hex: string) => KeyObject {
  const keys = new Map<string, KeyObject>()
  return (hex) => {
    const key =
      keys.get(hex) ?? createPublicKey({ key: Buffer.from(spkiOf(hex)), format: 'der', type: 'spki' })
    // The one that was not needed for longest is the first of the map.
    keys.delete(hex)
    keys.set(hex, key)
    if (keys.size > keysMax) keys.delete(keys.keys().next().value!)
    return key
  }
}

/** Returns a function that says whether a signature is right. `key`: 64 hex digits; one that is none has signed nothing. */
export function signatureCheck(): (key: string, signed: Uint8Array, signature: Uint8Array) => boolean {
  const keyOf = keyCache()
  return (key, signed, signature) => {
    try {
      return verify(null, signed, keyOf(key), signature)
    } catch {
      return false
    }
  }
}
