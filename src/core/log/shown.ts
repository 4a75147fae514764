/**
 * What people have been shown of the log, and what they are told came from the other side of a split
 * (PROTOCOL.md sections 2.4 and 2.11, S18).
 */

import { log } from '../model/emit.ts'
import { memberOf } from '../model/facts.ts'
import { namespaceOf } from '../model/ids.ts'
import { compareRecords, partBytes, type StampedRecord } from '../model/records.ts'
import type { State } from '../model/state.ts'

/** From now on records are shown as they come; what came in bulk before is shown first, in order. */
export function goLive(state: State): void {
  if (state.live) return
  state.live = true
  state.out.push({ type: 'log', line: { type: 'stored', count: state.end } })
  if (state.unshownBytes < Infinity) {
    showUnshown(state)
    return
  }
  // A fixed mark: with the end of the log as mark, nothing would ever be shown in a steady flow.
  state.showTo = Math.max(state.end, 1)
  flushShown(state)
}

export function quitLive(state: State): void {
  if (!state.live) return
  state.live = false
  // Where a range waits for the disk, the next goLive shows it, and all behind it, as one.
  state.unshownBytes = state.showTo === 0 ? 0 : Infinity
  state.unshown = []
  state.showTo = 0
}

/** So much of what came while not live is shown from memory: after an election it is little. Unit: bytes. */
const unshownBytesMax = 65_536

/**
 * A record came while not live. Where there are many, second copies, or some out of order, a range is read from the disk
 * instead: it is shown in the order of records, by the copies that count.
 */
export function keepUnshown(state: State, record: StampedRecord, fresh: boolean): void {
  if (state.unshownBytes === Infinity) return
  const last = state.unshown.at(-1)?.record
  state.unshownBytes += partBytes(record.part)
  if (fresh && state.unshownBytes <= unshownBytesMax && !(last && compareRecords(record, last) < 0)) {
    state.unshown.push({ pos: state.end, record })
    return
  }
  state.unshownBytes = Infinity
  state.unshown = []
}

function showUnshown(state: State): void {
  for (const { pos, record } of state.unshown) state.out.push({ type: 'deliver', pos, record })
  state.unshown = []
  state.unshownBytes = 0
  state.shownEnd = state.end
  state.showTo = 0
}

/** A range is shown when it is on disk, because it is read from there. */
export function flushShown(state: State): void {
  if (!state.live || state.showTo === 0 || state.durableEnd < Math.min(state.showTo, state.end)) return
  const to = Math.min(state.showTo, state.end)
  if (!state.entered) {
    // What is held by now is history, which is read from the store when it is shown.
    state.entered = true
    state.out.push({ type: 'entered' })
  } else if (state.shownEnd < to) {
    state.out.push({ type: 'deliverRange', from: state.shownEnd + 1, to })
  }
  showUnshown(state)
}

/**
 * Whether a record comes from the other side of a split. It does when its stamper is an office that this process
 * never followed, or a leader that was out of our view, though not dead, or one that held office while we followed
 * another. So do all records that arrive while an office of one follows another again.
 */
export function isForeign(state: State, { namespace, stamper }: StampedRecord): boolean {
  const { role, live, offices } = state
  if (role.type === 'following' && role.origin === 'merge' && !live) return true
  const leader = role.type === 'following' ? role.leader : state
  if (!live || namespace === namespaceOf(leader.uid, leader.inc)) return false
  if (!offices.has(namespace)) return true
  const member = memberOf(state, stamper)
  if (member) return namespace === namespaceOf(member.uid, member.inc)
  const absent = state.book.get(stamper)
  return absent !== undefined && !absent.left && absent.gone !== 'died'
}

/** Reports the number of messages from the other side of a split once, when no more of them arrive. */
export function tellMerged(state: State): void {
  if (state.foreign > 0 && state.live && state.foreign === state.foreignBefore) {
    log(state, { type: 'merged', count: state.foreign })
    state.foreign = 0
  }
  state.foreignBefore = state.foreign
}
