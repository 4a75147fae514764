/**
 * Which messages were given out so far. Decides whether a record is new, and whether it comes late: its messages stay
 * together. The feed has one for the process, and each reader a copy of its own.
 */

import { Heard } from '../../core/model/frontier.ts'
import type { Inc, Namespace } from '../../core/model/ids.ts'
import type { PackedRows } from '../../core/model/process-table.ts'
import {
  compareRecords,
  hiddenAmong,
  hiddenIn,
  lastAseq,
  type StampedRecord,
} from '../../core/model/records.ts'

export class Given {
  /** What was given out at first: never changed, and shared by all copies. */
  readonly #first: Heard
  /** For each author's process of which more was since, the highest aseq of a message: all below it were too. */
  readonly #highest: Map<Namespace, number>
  /** How many messages that are shown. */
  #size: number
  /** Records with something that is not, each part once. */
  readonly #hidden: StampedRecord[]
  /** The last place in the transcript that was given out. */
  #last: StampedRecord | undefined

  private constructor(
    first: Heard,
    highest: ReadonlyMap<Namespace, number>,
    size: number,
    hidden: readonly StampedRecord[],
    last?: StampedRecord,
  ) {
    this.#first = first
    this.#highest = new Map(highest)
    this.#size = size
    this.#hidden = [...hidden]
    this.#last = last
  }

  /** What a store held at its opening (Stored.authors and Stored.events). `inc`: of this process; nobody knew it when others chose theirs. */
  static of(authors: PackedRows, inc: Inc, events: readonly StampedRecord[]): Given {
    // The keys never change, so they are shared. The core changes the numbers.
    const rows = { ...authors, numbers: authors.numbers.slice() }
    const first = new Heard(Number.parseInt(inc.slice(-8), 16), rows)
    // Of several copies the one that is in the transcript.
    const hidden = new Map(
      [...events].sort((a, b) => compareRecords(b, a)).map((record) => [record.part.id, record]),
    )
    return new Given(first, new Map(), first.total() - hiddenAmong(events), [...hidden.values()])
  }

  get size(): number {
    return this.#size
  }

  get hidden(): readonly StampedRecord[] {
    return this.#hidden
  }

  has({ part: { namespace, aseq } }: StampedRecord): boolean {
    return aseq <= this.#highestOf(namespace)
  }

  /**
   * Notes that `record` is given out. Returns 'again' when it was before, 'late' when its place is before that
   * of another that was, 'next' when it comes after all of them.
   */
  take(record: StampedRecord): 'next' | 'late' | 'again' {
    // S18: once per process and mid, for every request.
    if (this.has(record)) {
      this.#noteCopy(record)
      return 'again'
    }
    const { namespace } = record.part
    this.#size += lastAseq(record.part) - this.#highestOf(namespace) - hiddenIn(record.part)
    this.#highest.set(namespace, lastAseq(record.part))
    if (hiddenIn(record.part) > 0) this.#hidden.push(record)
    return this.reach(record) ? 'next' : 'late'
  }

  /** The smallest copy is the one in the transcript. */
  #noteCopy(record: StampedRecord): void {
    if (hiddenIn(record.part) === 0) return
    const at = this.#hidden.findIndex(({ part }) => part.id === record.part.id)
    const known = this.#hidden[at]
    if (known && compareRecords(record, known) < 0) this.#hidden[at] = record
  }

  /** Notes that the place of `record` was given out. Returns whether it comes after all others. */
  reach(record: StampedRecord): boolean {
    const isAfter = this.#last === undefined || compareRecords(this.#last, record) <= 0
    if (isAfter) this.#last = record
    return isAfter
  }

  copy(): Given {
    return new Given(this.#first, this.#highest, this.#size, this.#hidden, this.#last)
  }

  #highestOf(namespace: Namespace): number {
    return this.#highest.get(namespace) ?? this.#first.get(namespace)
  }
}
