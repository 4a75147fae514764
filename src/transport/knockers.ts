/**
 * Those who knock at a locked room and wait for a person (PROTOCOL.md 2.20): few in all, fewer with one key and from one
 * address, and not many in a short time, so that nobody fills a screen.
 */

import { knockEveryS, knockersMax, knockersPerAddressMax, knockersPerKeyMax } from '../wire/limits.ts'
import { isLocal } from './doors.ts'
import type { Caller } from './doors.ts'

export class Knockers {
  readonly #waiting = new Set<Caller>()

  /** Knocks that are let through at once. */
  #left = knockersMax

  /** Once a second. */
  tick(): void {
    this.#left = Math.min(knockersMax, this.#left + 1 / knockEveryS)
  }

  /** False: there are too many like it. */
  add(caller: Caller): boolean {
    const { place, uid } = caller
    const count = (is: (other: Caller) => boolean): number => [...this.#waiting].filter(is).length
    if (this.#left < 1 || this.#waiting.size >= knockersMax) return false
    if (count((other) => other.uid === uid) >= knockersPerKeyMax) return false
    if (!isLocal(place) && count((other) => other.place === place) >= knockersPerAddressMax) return false
    this.#left--
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
