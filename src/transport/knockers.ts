/**
 * Those who knock at a locked room and wait for a person (PROTOCOL.md 2.20): few in all, fewer with one key and from one
 * address, so that nobody fills a screen, or keeps others from knocking.
 */

import { knockersMax, knockersPerAddressMax, knockersPerKeyMax } from '../wire/limits.ts'
import { isLocal } from './doors.ts'
import type { Caller } from './doors.ts'

export class Knockers {
  readonly #waiting = new Set<Caller>()

  /** False: there are too many like it. */
  add(caller: Caller): boolean {
    const { place, uid } = caller
    const count = (is: (other: Caller) => boolean): number => [...this.#waiting].filter(is).length
    if (this.#waiting.size >= knockersMax) return false
    if (count((other) => other.uid === uid) >= knockersPerKeyMax) return false
    if (!isLocal(place) && count((other) => other.place === place) >= knockersPerAddressMax) return false
    this.#waiting.add(caller)
    return true
  }

  has(caller: Caller): boolean {
    return this.#waiting.has(caller)
  }

  remove(caller: Caller): void {
    this.#waiting.delete(caller)
  }
}
