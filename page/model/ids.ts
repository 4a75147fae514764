/** How ids are shown: a node by its first digits and its colour. */

import { escapeName } from '../../src/chat/escape.ts'

/** Hex digits of a short node id. */
const shortDigits = 4

/** The first four hex digits: enough to see which of two ids is the larger. */
export function shortId(id: string): string {
  return escapeName(id.slice(0, shortDigits))
}

/** Where a node is, without the port. */
export function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
}

/** Which of `count` colours a node has, everywhere on the page. */
export function hueOf(id: string, count = 8): number {
  // An id is a hash: its digits are spread evenly.
  const drawn = Number.parseInt(id.slice(0, 8), 16)
  return Number.isNaN(drawn) ? 0 : drawn % count
}
