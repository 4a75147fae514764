/**
 * Keeps the public keys that were needed last: to read one takes as long as to verify a signature.
 */

import { createPublicKey } from 'node:crypto'
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
