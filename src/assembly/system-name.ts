/**
 * The name of the system's user: what a member is called that gives no name.
 */

import { userInfo } from 'node:os'

/** Undefined where the system knows none, as for a user of a container without an entry in passwd. */
export function systemName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
