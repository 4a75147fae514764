/** What this node holds at a point of its leader's log, for a check (PROTOCOL.md section 2.19). */

import type { Mark } from '../model/checks.ts'
import type { State } from '../model/state.ts'

/** Equal digests mean equal records, and so equal transcripts. */
export function markOf({ frontier, have, notary }: State, nonce: number): Mark {
  return { nonce, digest: frontier.digest(notary), messages: have.total() }
}
