/**
 * Shows node ids, which are hashes of keys, so that two people can compare them.
 */

/** Eight groups of four digits. */
export function fingerprintOf(nodeId: string): string {
  return (nodeId.match(/.{1,4}/g) ?? []).join(' ')
}
