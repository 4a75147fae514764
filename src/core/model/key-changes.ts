/**
 * Changes of the room's key among the records of the log (PROTOCOL.md section 2.20).
 */

import { log } from './emit.ts'
import { memberOf, signerOf } from './facts.ts'
import type { RoomKeyId, Uid } from './ids.ts'
import type { Lock, Rekeying } from './lock.ts'
import { addChange, addKey, decodeRekeying } from './lock.ts'
import type { Part, StampedRecord } from './records.ts'
import { countOf, hasEvents, rekeyKind } from './records.ts'
import type { State } from './state.ts'

/** The change that a part makes: nearly always none. It stands alone in its part. */
export function rekeyingOf(part: Part): Rekeying | undefined {
  if (!hasEvents(part) || countOf(part) !== 1) return undefined
  const unread = part.entries[0]?.unread
  return unread?.kind === rekeyKind ? decodeRekeying(unread.bytes) : undefined
}

/** A record is held. Returns the change that it makes, and who is removed from now on. */
export function addChanges(
  lock: Lock,
  { stamper, stamperInc, ts, part }: StampedRecord,
): { rekeying: Rekeying; isNew: boolean; gone: Uid[] } | undefined {
  const rekeying = rekeyingOf(part)
  if (!rekeying) return undefined
  const isNew = !lock.said.has(part.id)
  return { rekeying, isNew, gone: addChange(lock, { ...rekeying, ts, stamper, stamperInc, part }) }
}

/** A record was taken: its key counts if it is known here, and people are told what it changes. */
export function noteRekeyings(state: State, record: StampedRecord): void {
  const { lock } = state
  if (!lock || !hasEvents(record.part)) return
  const found = addChanges(lock, record)
  if (!found) return
  const { rekeying, isNew, gone } = found
  const { id } = rekeying
  if (!lock.keys.some((held) => held.id === id)) lock.awaited.set(id, lock.awaited.get(id) ?? state.end)
  adopt(state, lock, rekeying.id)
  // Of changes in the history that a newcomer gets it is told nothing, but if it was removed.
  if (!(isNew || gone.length > 0) || !(state.entered || gone.includes(state.uid))) return
  tellRekeying(state, record.part, gone)
}

/** A record names a key: this node has made it, had it before, or was given it on a link that is there. */
function adopt({ links }: State, lock: Lock, id: RoomKeyId): void {
  const made = [...lock.made, ...lock.spare].find((held) => held.id === id)
  if (made) addKey(lock, made)
  for (const link of links.values()) {
    const { given } = link
    if (given?.id !== id) continue
    addKey(lock, given)
    link.key = given.key
    delete link.given
  }
}

export function tellRekeying(state: State, part: Part, removed: readonly Uid[]): void {
  const named = removed.map((one) => nameOf(state, one))
  log(state, { type: 'rekeyed', by: signerOf(state, part), removed: named })
}

function nameOf(state: State, uid: Uid): { uid: Uid; name: string; addr?: State['addr'] } {
  const known = uid === state.uid ? state : (memberOf(state, uid) ?? state.book.get(uid))
  return known ? { uid, name: known.name, addr: known.addr } : { uid, name: '' }
}
