/**
 * The title of a room, as the records of its log say it (PROTOCOL.md section 2.21): the latest one counts.
 */

import { log } from './emit.ts'
import { signerOf } from './facts.ts'
import type { LogLine } from './log-line.ts'
import type { StampedRecord } from './records.ts'
import { compareRecords, hasEvents } from './records.ts'
import type { State } from './state.ts'

/** The title that a record gives; undefined: none. Of several in one part the last. */
export function titleOf({ part }: Pick<StampedRecord, 'part'>): string | undefined {
  return hasEvents(part) ? part.entries.findLast(({ kind }) => kind === 'title')?.text : undefined
}

/** Of two records the one whose title counts. That depends on the set of all records alone; copies count like others. */
export function laterTitle(
  before: StampedRecord | undefined,
  record: StampedRecord,
): StampedRecord | undefined {
  if (titleOf(record) === undefined) return before
  return before && compareRecords(record, before) <= 0 ? before : record
}

/** The title of the room, and who gave it; undefined: it has none. */
export function titledBy(
  state: State,
): Pick<Extract<LogLine, { type: 'titled' }>, 'title' | 'by'> | undefined {
  const { titled } = state
  const title = titled && titleOf(titled)
  return titled && title !== undefined ? { title, by: signerOf(state, titled.part) } : undefined
}

/** A record was taken: people who are in the room are told of another title. fresh: no copy of its part was held. */
export function noteTitle(state: State, record: StampedRecord, fresh: boolean): void {
  const before = state.titled
  state.titled = laterTitle(before, record)
  if (state.titled === before) {
    if (fresh && before) noteOverruled(state, before, record)
    return
  }
  state.overruled = undefined
  const now = titledBy(state)
  if (now && state.entered && (!before || titleOf(before) !== now.title))
    log(state, { type: 'titled', ...now })
}

/** Titles come in their order, but for those of another side of a split: which of two counts nobody there was told. */
function noteOverruled(state: State, held: StampedRecord, record: StampedRecord): void {
  const title = titleOf(record)
  if (title === undefined || title === titleOf(held) || !state.entered) return
  state.overruled = laterTitle(state.overruled, record)
}

/** Tells once which title holds, when none has come since the last heartbeat that would take its place. */
export function tellHeldTitle(state: State): void {
  const { overruled } = state
  const title = overruled && titleOf(overruled)
  const now = titledBy(state)
  if (now && overruled && title !== undefined && overruled === state.overruledBefore) {
    log(state, { type: 'titled', ...now, over: { title, by: signerOf(state, overruled.part) } })
    state.overruled = undefined
  }
  state.overruledBefore = state.overruled
}
