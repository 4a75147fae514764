/**
 * The title of a room, as the records of its log say it (PROTOCOL.md section 2.21): the latest one counts.
 */

import { isKnownNode } from './facts.ts'
import { log } from './emit.ts'
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

/** A record was taken: people who are in the room are told of another title. */
export function noteTitle(state: State, record: StampedRecord): void {
  const before = state.titled
  state.titled = laterTitle(before, record)
  const title = state.titled && titleOf(state.titled)
  if (state.titled === before || title === undefined || !state.entered) return
  if (before && titleOf(before) === title) return
  const { author: uid, name, addr } = record.part
  log(state, { type: 'titled', title, by: isKnownNode(state, uid) ? { uid, name, addr } : { uid, name } })
}
