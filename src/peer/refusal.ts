/**
 * The errors that people get when another node refuses this one, or is refused by it.
 */

import type { Address } from '../core/model/ids.ts'
import { RingleaderError, type ErrorCode } from './errors.ts'

/**
 * Why another try would not change anything. locked, invitation: no key that was shown opens the room, of a home or of an
 * invitation. unproven: a locked room was offered without its key. held: a knock brought another key for a room that the home
 * holds. unheard, doorGone: a knock is not taken, or the node at which this one knocked ended.
 */
type Refused =
  | 'alien'
  | 'version'
  | 'locked'
  | 'invitation'
  | 'unproven'
  | 'held'
  | 'rekeyed'
  | 'removed'
  | 'denied'
  | 'unanswered'
  | 'unheard'
  | 'doorGone'
  | 'identity'
  | 'family'
  | 'room'

const texts: { readonly [R in Refused]: readonly [code: ErrorCode, text: (who: string) => string] } = {
  alien: ['ERR_NOT_RINGLEADER', (who) => `${who} is not a Ringleader node; check its address and port`],
  version: [
    'ERR_VERSION',
    (who) =>
      `${who} speaks another version of the protocol; install the same version of ringleader everywhere`,
  ],
  locked: [
    'ERR_LOCKED',
    (who) => `${who} is in a locked room: ask a member for an invitation, and use it with: ringleader join`,
  ],
  invitation: ['ERR_LOCKED', () => 'this invitation does not open this room: ask a member for a new one'],
  unproven: ['ERR_LOCKED', (who) => `${who} offers a locked room without its key: it was not joined`],
  held: [
    'ERR_LOCKED',
    (who) => `${who} gives another key for a room that this home holds: ask a member for an invitation`,
  ],
  rekeyed: ['ERR_LOCKED', () => 'the room has another key: ask a member for a new invitation'],
  removed: [
    'ERR_LOCKED',
    () =>
      'this node was removed from the room; its members can invite you again as another node: ringleader join -P <name>',
  ],
  denied: [
    'ERR_LOCKED',
    () => 'a member turned this node away: ask one for an invitation, or knock at another one',
  ],
  unanswered: [
    'ERR_LOCKED',
    () =>
      'nobody let this node in: no member answered for 10 minutes; knock again, or ask one for an invitation',
  ],
  unheard: [
    'ERR_LOCKED',
    (who) =>
      `${who} is in a locked room and takes no knock now: ask a member for an invitation, or knock at another one`,
  ],
  doorGone: [
    'ERR_LOCKED',
    (who) => `${who} is gone before anybody answered: knock at another member, or ask one for an invitation`,
  ],
  identity: [
    'ERR_IDENTITY_IN_USE',
    () => 'another process uses this identity; stop it, or give this one another home',
  ],
  family: [
    'ERR_FAMILY',
    (who) =>
      `the room of ${who} uses the other address family (IPv4 or IPv6); give this node such an address`,
  ],
  room: ['ERR_OTHER_ROOM', (who) => `${who} is in another room by now; join through another member`],
}

/** `at`: who refused; undefined: some member. */
export function refusal(why: Refused, at: Address | undefined): RingleaderError {
  const [code, text] = texts[why]
  return new RingleaderError(code, text(at ?? 'a member'))
}
