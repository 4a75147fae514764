/**
 * Virtual time: what is due when, and the clock that jumps from one moment to the next.
 */

import { Heap } from './heap.ts'

type Entry = { readonly at: number; readonly tie: number; readonly run: () => void }

export class Agenda {
  /** Unit: ms since the world began. */
  now = 0
  readonly #heap = new Heap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.tie < b.tie))

  /** `tie`: of what is due at one moment, the smallest comes first. */
  add(ms: number, tie: number, run: () => void): void {
    this.#heap.push({ at: this.now + ms, tie, run })
  }

  /** Runs what is due until the moment `until`. */
  runUntil(until: number): void {
    while (this.#runNext(until)) continue
    this.now = Math.max(this.now, until)
  }

  /** Runs until `done` holds, at most `ms`. Returns whether it does. */
  runWhile(ms: number, done: () => boolean): boolean {
    const until = this.now + ms
    while (!done()) {
      if (this.#runNext(until)) continue
      this.now = until
      return done()
    }
    return true
  }

  /** Runs what comes next, unless it is due later than `until`. Returns whether it was run. */
  #runNext(until: number): boolean {
    const entry = this.#heap.peek()
    if (!entry || entry.at > until) return false
    this.#heap.pop()
    this.now = entry.at
    entry.run()
    return true
  }
}
