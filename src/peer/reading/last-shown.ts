/**
 * The last messages of the transcript, of those that are shown. A store counts titles and changes of the key as messages: so it is
 * asked for as many more as there are, and what is then too much at the beginning is passed over.
 */

import { compareRecords, hiddenAmong, isSaid, type StampedRecord } from '../../core/model/records.ts'
import type { HistoryPage, Store } from '../ports.ts'

/** `given`: what counts as held. `hidden`: the records with something that is not shown, each part once. `size`: how many messages are shown. */
export async function* lastShown(
  store: Pick<Store, 'transcript'>,
  last: number,
  given: { readonly hidden: readonly StampedRecord[]; readonly size: number },
): AsyncGenerator<HistoryPage, void, undefined> {
  // More may come meanwhile.
  const { size } = given
  const hidden = [...given.hidden]
  const total = hiddenAmong(hidden)
  let over: number | undefined
  for await (const page of store.transcript({ last: last + total })) {
    const [first] = page
    if (!first) continue
    const cut = first.part.entries.slice(0, page.skip ?? 0).filter(({ kind }) => !isSaid(kind)).length
    const among = hiddenAmong(hidden.filter((record) => compareRecords(record, first) >= 0)) - cut
    over ??= Math.min(last, size) + total - among - last
    const { rest, left } = over > 0 ? passOver(page, over) : { rest: page, left: 0 }
    over = left
    if (rest.length > 0) yield rest
  }
}

/** Passes over so many messages that are shown. `left`: those that the page has not. */
function passOver(page: HistoryPage, count: number): { rest: HistoryPage; left: number } {
  let skip = page.skip ?? 0
  for (const [at, { part }] of page.entries()) {
    for (; count > 0 && skip < part.entries.length; skip++) if (isSaid(part.entries[skip]!.kind)) count--
    if (skip < part.entries.length) return { rest: Object.assign(page.slice(at), { skip }), left: 0 }
    skip = 0
  }
  return { rest: [], left: count }
}
