/**
 * Which messages were given out so far. Decides whether a record is new, and whether it comes late: its messages stay
 * together. The feed has one for the process, and each reader a copy of its own.
 */

import type { Heard } from '../../core/model/frontier.ts'
import type { Namespace } from '../../core/model/ids.ts'
import { compareRecords, lastAseq, type StampedRecord } from '../../core/model/records.ts'

export class Given {
  /** For each author's process, the highest aseq of a message given out: all below it were too. */
  readonly #before: Heard
  /** The same, where it is higher by now: the processes of years are not copied for each reader. */
  readonly #since: Map<Namespace, number>
  #size: number
  /** The last place in the transcript that was given out. */
  #last: StampedRecord | undefined

  /** `before` is not changed, nor may it be elsewhere. */
  constructor(before: Heard, from?: Given) {
    this.#before = before
    this.#since = new Map(from ? from.#since : [])
    this.#size = from ? from.#size : before.total()
    this.#last = from ? from.#last : undefined
  }

  /** How many messages. */
  get size(): number {
    return this.#size
  }

  has({ part: { namespace, aseq } }: StampedRecord): boolean {
    return aseq <= this.#highest(namespace)
  }

  /**
   * Notes that `record` is given out. Returns 'again' when it was before, 'late' when its place is before that
   * of another that was, 'next' when it comes after all of them.
   */
  take(record: StampedRecord): 'next' | 'late' | 'again' {
    // S18: once per process and mid, for every request.
    if (this.has(record)) return 'again'
    const { namespace } = record.part
    this.#size += lastAseq(record.part) - this.#highest(namespace)
    this.#since.set(namespace, lastAseq(record.part))
    return this.reach(record) ? 'next' : 'late'
  }

  /** Notes that the place of `record` was given out. Returns whether it comes after all others. */
  reach(record: StampedRecord): boolean {
    const isAfter = this.#last === undefined || compareRecords(this.#last, record) <= 0
    if (isAfter) this.#last = record
    return isAfter
  }

  copy(): Given {
    return new Given(this.#before, this)
  }

  #highest(namespace: Namespace): number {
    return this.#since.get(namespace) ?? this.#before.get(namespace)
  }
}
