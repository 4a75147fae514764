/**
 * The errors that people get when another node refuses this one.
 */

import type { Address } from '../core/model/ids.ts'
import { RingleaderError } from './errors.ts'

/** For a refusal that another try would not change. `at`: who refused; undefined: some member. */
export function refusal(
  why: 'alien' | 'version' | 'locked' | 'identity' | 'family' | 'room' | 'removed' | 'rekeyed',
  at: Address | undefined,
): RingleaderError {
  const who = at ?? 'a member'
  switch (why) {
    case 'alien':
      return new RingleaderError(
        'ERR_NOT_RINGLEADER',
        `${who} is not a Ringleader node; check its address and port`,
      )
    case 'version':
      return new RingleaderError(
        'ERR_VERSION',
        `${who} speaks another version of the protocol; install the same version of ringleader everywhere`,
      )
    case 'locked':
      return new RingleaderError(
        'ERR_LOCKED',
        `${who} is in a locked room: ask a member for an invitation, and use it with: ringleader join`,
      )
    case 'identity':
      return new RingleaderError(
        'ERR_IDENTITY_IN_USE',
        'another process uses this identity; stop it, or give this one another home',
      )
    case 'family':
      return new RingleaderError(
        'ERR_FAMILY',
        `the room of ${who} uses the other address family (IPv4 or IPv6); give this node such an address`,
      )
    case 'room':
      return new RingleaderError(
        'ERR_OTHER_ROOM',
        `${who} is in another room by now; join through another member`,
      )
    case 'removed':
      return new RingleaderError('ERR_LOCKED', 'this node was removed from the room')
    case 'rekeyed':
      return new RingleaderError('ERR_LOCKED', 'the room has another key: ask a member for a new invitation')
  }
}
