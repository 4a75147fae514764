// Records that tests make up.
import type { StampedRecord } from '../../src/core/model/records.ts'
import { noChain } from '../../src/core/model/records.ts'
import { sealAs, simNotary } from '../../sim/world/notary.ts'

/** With the seal of its stamper, as the first of its namespace. */
export function sealedFirst(record: StampedRecord): StampedRecord {
  const { stamper, namespace, s } = record
  return { ...record, seal: sealAs(stamper, namespace, s, simNotary.extend(noChain, record)) }
}
