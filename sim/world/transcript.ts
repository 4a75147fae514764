/**
 * Computes what people read from records (PROTOCOL.md D3): one place for each message, smallest key first.
 */

import type { StampedRecord } from '../../src/core/model/records.ts'
import { compareRecords, midOf } from '../../src/core/model/records.ts'

/** The canonical copy of every message, in order. A pure function of the set of records. */
export function transcriptOf(records: Iterable<StampedRecord>): StampedRecord[] {
  const canonical = new Map<string, StampedRecord>()
  for (const record of records) {
    const mid = midOf(record.part)
    const held = canonical.get(mid)
    if (!held || compareRecords(record, held) < 0) canonical.set(mid, record)
  }
  return [...canonical.values()].sort(compareRecords)
}
