/**
 * Remembers which messages this process has printed, so that after damage, when the room is joined anew, it prints
 * the others and no message twice.
 */

import { authorOf, numberOf } from '../../chat/message-line.ts'
import type { Message } from '../../peer/room.ts'

/** Where a message stands in the order. */
export type Place = Pick<Message, 'id' | 'ts'>

/** Numbers of one author, both ends included. */
type Range = { first: number; last: number }

/** Costs memory for each author, not for each message: the numbers of an author come nearly always in a row. */
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
    const number = numberOf(id)
    const ranges = this.#ranges.get(authorOf(id)) ?? []
    this.#ranges.set(authorOf(id), ranges)
    const before = ranges.findLastIndex(({ first }) => first <= number)
    const range = ranges[before]
    if (range && number <= range.last + 1) range.last = Math.max(range.last, number)
    else ranges.splice(before + 1, 0, { first: number, last: number })
  }

  has({ id }: Message): boolean {
    const number = numberOf(id)
    const ranges = this.#ranges.get(authorOf(id)) ?? []
    return ranges.some(({ first, last }) => first <= number && number <= last)
  }
}
