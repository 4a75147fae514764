// Whether the machine itself stood still for a while: what a test measures then says nothing about the attack.
const everyMs = 20
/** A process that waited longer than this for its turn was held up by others. Unit: ms. */
const stallMs = 500

/** Looks how late the timers of the test's own process are, which nobody attacks. */
export class Pulse {
  #longestMs = 0
  #at = performance.now()
  readonly #timer = setInterval(() => this.#look(), everyMs)

  #look(): void {
    const now = performance.now()
    this.#longestMs = Math.max(this.#longestMs, now - this.#at - everyMs)
    this.#at = now
  }

  /** Ends the watch. Returns how long the machine stood still, or undefined if it did not. Unit: ms. */
  stop(): number | undefined {
    this.#look()
    clearInterval(this.#timer)
    return this.#longestMs > stallMs ? Math.round(this.#longestMs) : undefined
  }
}
