/**
 * How much of what is private one member may have written down here: a burst, then a little at a time, so that nobody fills a
 * disk or a screen.
 */

import { utf8Bytes } from '../../wire/name-rule.ts'
import type { Clock } from '../ports.ts'

/** At once, and then in a minute. Unit: bytes. */
const burst = 2 * 1024 * 1024
const perMinute = 1024 * 1024
/** Each message counts so much more than its text. Unit: bytes. */
const perMessage = 8 * 1024
/** Members of which it is known how much they have left. */
const membersMax = 2000

export class Budget {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #left = new Map<string, { bytes: number; at: number }>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** False: not now. */
  takes(uid: string, text: string): boolean {
    const now = this.#clock.monotonic()
    const last = this.#left.get(uid) ?? { bytes: burst, at: now }
    const bytes = Math.min(burst, last.bytes + ((now - last.at) * perMinute) / 60_000)
    const cost = perMessage + utf8Bytes(text)
    const isTaken = cost <= bytes
    this.#left.delete(uid)
    this.#left.set(uid, { bytes: isTaken ? bytes - cost : bytes, at: now })
    const [oldest] = this.#left.keys()
    if (this.#left.size > membersMax && oldest !== undefined) this.#left.delete(oldest)
    return isTaken
  }
}
