/**
 * Remembers which messages this process has printed, so that after damage, when the room is joined anew, it prints
 * the others and no message twice.
 */

import { placeOf } from '../../chat/message-line.ts'
import type { Message } from '../../peer/room.ts'

/** Where a message stands in the order. */
export type Place = Pick<Message, 'id' | 'ts'>

/** Counts of one process of an author, both ends included. */
type Range = { first: number; last: number }

/** Costs memory for each process, not for each message: the messages of a process come nearly always in a row. */
export class Printed {
  readonly #ranges = new Map<string, Range[]>()
  #first: Place | undefined
  #last: Place | undefined

  get isEmpty(): boolean {
    return this.#ranges.size === 0
  }

  /** The message with which printing began; undefined while all that was printed was late. */
  get first(): Place | undefined {
    return this.#first
  }

  /** The printed message whose place is the last. */
  get last(): Place | undefined {
    return this.#last
  }

  take({ id, ts, late }: Message): void {
    if (!late) {
      this.#first ??= { id, ts }
      this.#last = { id, ts }
    }
    const { start, count } = placeOf(id)
    const ranges = this.#ranges.get(start) ?? []
    this.#ranges.set(start, ranges)
    const before = ranges.findLastIndex(({ first }) => first <= count)
    const range = ranges[before]
    if (range && count <= range.last + 1) range.last = Math.max(range.last, count)
    else ranges.splice(before + 1, 0, { first: count, last: count })
  }

  has({ id }: Message): boolean {
    const { start, count } = placeOf(id)
    const ranges = this.#ranges.get(start) ?? []
    return ranges.some(({ first, last }) => first <= count && count <= last)
  }
}
