/**
 * Tracks how far the log can be read back from the store.
 */

/** What is written, and what of it is committed. */
export class Durability {
  #pos: number
  #over = false
  readonly #flush: () => void
  readonly #writing: { n: number; end: number }[] = []
  #waiting: { pos: number; resolve: () => void }[] = []

  /** `end`: log position that the store held when it was opened. `flush`: asks it for a commit. */
  constructor(end: number, flush: () => void) {
    this.#pos = end
    this.#flush = flush
  }

  /** Persist `n` carries the log up to position `end`. */
  writing(n: number, end: number): void {
    this.#writing.push({ n, end })
  }

  committed(upTo: number): void {
    let count = 0
    for (const { n, end } of this.#writing) {
      if (n > upTo) break
      this.#pos = end
      count++
    }
    this.#writing.splice(0, count)
    this.#release()
  }

  /** Resolves when positions up to `pos` can be read, or when there will be no more. */
  readable(pos: number): Promise<void> {
    if (pos <= this.#pos || this.#over) return Promise.resolve()
    this.#flush()
    return new Promise((resolve) => this.#waiting.push({ pos, resolve }))
  }

  end(): void {
    this.#over = true
    this.#release()
  }

  #release(): void {
    if (this.#waiting.length === 0) return
    const still = this.#waiting.filter(({ pos }) => pos > this.#pos && !this.#over)
    const now = this.#waiting.filter(({ pos }) => pos <= this.#pos || this.#over)
    this.#waiting = still
    for (const { resolve } of now) resolve()
  }
}
