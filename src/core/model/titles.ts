/**
 * The title of a room, as the records of its log say it (PROTOCOL.md section 2.21): the latest one counts.
 */

import { log } from './emit.ts'
import type { PartId, StampedRecord } from './records.ts'
import { compareRecords, hasEvents } from './records.ts'
import type { State } from './state.ts'

/** By the id of their part; of several copies the one with the smallest place. Few, the latest. */
export type Titles = Map<PartId, StampedRecord>

/** So many are kept in memory. Only the latest counts, but of that a copy with a smaller place may come. */
const titlesMax = 16

/** The title that a record gives; undefined: none. Of several in one part the last. */
function titleIn({ part }: StampedRecord): string | undefined {
  return hasEvents(part) ? part.entries.findLast(({ kind }) => kind === 'title')?.text : undefined
}

/** Takes a record into account. Returns whether it gives a title. */
export function addTitle(titles: Titles, record: StampedRecord): boolean {
  if (titleIn(record) === undefined) return false
  const { id } = record.part
  const known = titles.get(id)
  if (!known || compareRecords(record, known) < 0) titles.set(id, record)
  if (titles.size <= titlesMax) return true
  const first = [...titles.values()].reduce((least, one) => (compareRecords(one, least) < 0 ? one : least))
  titles.delete(first.part.id)
  return true
}

/** The title that counts, and who gave it; undefined: the room has none. */
export function titleOf(titles: Titles): { title: string; by: StampedRecord['part'] } | undefined {
  let latest: StampedRecord | undefined
  for (const one of titles.values()) if (!latest || compareRecords(one, latest) > 0) latest = one
  const title = latest && titleIn(latest)
  return latest && title !== undefined ? { title, by: latest.part } : undefined
}

/** A record was taken: people who are in the room are told of a new title. */
export function noteTitle(state: State, record: StampedRecord): void {
  if (!hasEvents(record.part)) return
  const before = titleOf(state.titles)
  if (!addTitle(state.titles, record) || !state.entered) return
  const now = titleOf(state.titles)
  if (!now || (before && before.by.id === now.by.id)) return
  const { author: uid, name, addr } = now.by
  log(state, { type: 'titled', title: now.title, by: { uid, name, addr } })
}
