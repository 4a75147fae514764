/**
 * Shows node ids, which are hashes of keys, so that two people can compare them.
 */

import { escapeName } from './escape.ts'

/** Eight groups of four digits. */
export function fingerprintOf(nodeId: string): string {
  return (nodeId.match(/.{1,4}/g) ?? []).join(' ')
}

/** Its first four groups: enough to tell keys apart, as nobody can make one that begins like another. */
export function shortFingerprintOf(nodeId: string): string {
  return fingerprintOf(nodeId.slice(0, 16))
}

/** `Bob (3f2a 91c4 07bd e512)`. */
export function showNode({ name, id }: { name: string; id: string }): string {
  return `${escapeName(name)} (${shortFingerprintOf(id)})`
}
