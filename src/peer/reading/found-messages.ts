/**
 * Reads what is found in the store, message by message, the newest first.
 */

import type { StampedRecord } from '../../core/model/records.ts'
import type { PartFilter } from '../../wire/part-search.ts'
import type { Store } from '../ports.ts'
import type { Message } from '../room.ts'
import { fits, type SearchOptions } from '../search.ts'

/** `toMessages`: those of a record in their order. Throws the reason of `signal`. */
export async function* foundIn(
  store: Pick<Store, 'search'>,
  filter: PartFilter,
  { signal, onProgress }: Pick<SearchOptions, 'signal' | 'onProgress'>,
  toMessages: (record: StampedRecord) => Message[],
): AsyncGenerator<Message, void, undefined> {
  for await (const { records, looked, of } of store.search(filter)) {
    signal?.throwIfAborted()
    for (const record of records)
      for (const message of toMessages(record).reverse()) if (fits(message, filter)) yield message
    onProgress?.({ looked, of })
  }
}
