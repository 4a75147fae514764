/**
 * Changes of the room's key among the records of the log (PROTOCOL.md section 2.20).
 */

import { log } from '../model/emit.ts'
import { memberOf } from '../model/facts.ts'
import type { Uid } from '../model/ids.ts'
import type { Rekeying } from '../model/lock.ts'
import { addChange, decodeRekeying } from '../model/lock.ts'
import type { Part, StampedRecord } from '../model/records.ts'
import { rekeyKind } from '../model/records.ts'
import type { State } from '../model/state.ts'

/** The changes that a part makes: nearly always none. */
export function rekeyingsOf(part: Part): Rekeying[] {
  if (part.hasEvents === false) return []
  const found: Rekeying[] = []
  for (const { unread } of part.entries) {
    const rekeying = unread?.kind === rekeyKind ? decodeRekeying(unread.bytes) : undefined
    if (rekeying) found.push(rekeying)
  }
  return found
}

/** A record was taken: what it changes counts from now on. */
export function noteRekeyings(state: State, { stamper, stamperInc, ts, part }: StampedRecord): void {
  const { lock } = state
  if (!lock) return
  for (const rekeying of rekeyingsOf(part)) {
    const isNew = !lock.changes.some(({ id }) => id === rekeying.id)
    addChange(lock, { ...rekeying, ts, stamper, stamperInc, author: part.author })
    // Of changes in the history that a newcomer gets it is told nothing, but if it was removed.
    if (!isNew || !(state.entered || rekeying.removed.includes(state.uid))) continue
    const { author: uid, name, addr } = part
    log(state, {
      type: 'rekeyed',
      by: { uid, name, addr },
      removed: rekeying.removed.map((one) => nameOf(state, one)),
    })
  }
}

function nameOf(state: State, uid: Uid): { uid: Uid; name: string; addr?: State['addr'] } {
  const known = uid === state.uid ? state : (memberOf(state, uid) ?? state.book.get(uid))
  return known ? { uid, name: known.name, addr: known.addr } : { uid, name: '' }
}
