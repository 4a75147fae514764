/**
 * Which messages were given out so far. Decides whether a record is new, and whether it comes late: its messages stay
 * together. The feed has one for the process, and each reader a copy of its own.
 */

import type { Namespace } from '../../core/model/ids.ts'
import { compareRecords, lastAseq, type StampedRecord } from '../../core/model/records.ts'

export class Given {
  /** For each author's process, the highest aseq of a message given out: all below it were too. */
  readonly #highest: Map<Namespace, number>
  /** The last place in the transcript that was given out. */
  #last: StampedRecord | undefined

  constructor(highest: ReadonlyMap<Namespace, number>, last?: StampedRecord) {
    this.#highest = new Map(highest)
    this.#last = last
  }

  /** How many messages. */
  get size(): number {
    let size = 0
    for (const aseq of this.#highest.values()) size += aseq
    return size
  }

  has({ part: { namespace, aseq } }: StampedRecord): boolean {
    return aseq <= (this.#highest.get(namespace) ?? 0)
  }

  /**
   * Notes that `record` is given out. Returns 'again' when it was before, 'late' when its place is before that
   * of another that was, 'next' when it comes after all of them.
   */
  take(record: StampedRecord): 'next' | 'late' | 'again' {
    // S18: once per process and mid, for every request.
    if (this.has(record)) return 'again'
    this.#highest.set(record.part.namespace, lastAseq(record.part))
    return this.reach(record) ? 'next' : 'late'
  }

  /** Notes that the place of `record` was given out. Returns whether it comes after all others. */
  reach(record: StampedRecord): boolean {
    const isAfter = this.#last === undefined || compareRecords(this.#last, record) <= 0
    if (isAfter) this.#last = record
    return isAfter
  }

  copy(): Given {
    return new Given(this.#highest, this.#last)
  }
}
