/** How ids are shown: a node by its first digits, a message by its author. */

import { escapeName } from '../../src/chat/escape.ts'

/** Hex digits of a short node id. */
const shortDigits = 4

/** The first four hex digits: enough to see which of two ids is the larger. */
export function shortId(id: string): string {
  return escapeName(id.slice(0, shortDigits))
}

/** Node id of a message's author: a message id is `<uid>:<inc>:<n>`. */
export function authorOf(messageId: string): string {
  const colon = messageId.indexOf(':')
  return colon < 0 ? messageId : messageId.slice(0, colon)
}

/** Which of `count` colours a node has, everywhere on the page. */
export function hueOf(id: string, count = 8): number {
  // An id is a hash: its digits are spread evenly.
  const drawn = Number.parseInt(id.slice(0, 8), 16)
  return Number.isNaN(drawn) ? 0 : drawn % count
}
