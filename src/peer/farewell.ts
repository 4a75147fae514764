/**
 * Leaves a room within a time limit: waits until own messages are sent, has the core say goodbye
 * (PROTOCOL.md section 2.10), and ends what hangs.
 */

import type { Clock } from './ports.ts'

/** After the caller's wait, the goodbye may take so long until the node goes without one. Unit: ms. */
const graceMs = 800

export type FarewellParts = {
  clock: Clock
  /** Resolves when nothing is unsent. */
  drained: Promise<void>
  goodbye: (hurried: boolean) => void
  force: () => void
}

/** One leaving, from the request on. */
export class Farewell {
  readonly #parts: FarewellParts
  #hurried = false
  #cancel: () => void

  /** `waitMs`: how long own messages may take to be sent; 0: a signal came. */
  constructor(waitMs: number, parts: FarewellParts) {
    this.#parts = parts
    this.#cancel = parts.clock.after(waitMs, () => this.hurry())
    if (waitMs === 0) this.hurry()
    void parts.drained.then(() => {
      if (!this.#hurried) parts.goodbye(false)
    })
  }

  /** Wait no longer. */
  hurry(): void {
    if (this.#hurried) return
    this.#hurried = true
    this.#cancel()
    this.#cancel = this.#parts.clock.after(graceMs, this.#parts.force)
    this.#parts.goodbye(true)
  }

  /** The node is gone. */
  end(): void {
    this.#hurried = true
    this.#cancel()
  }
}
