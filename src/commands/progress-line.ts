/**
 * Shows on stderr how far a command has come.
 */

/** Nothing is said of the progress before this. Unit: ms. */
const quietMs = 1000
/** Between two lines on the progress. Unit: ms. */
const everyMs = 200

/** One line on stderr that is written over; nothing where stderr is no terminal. */
export class ProgressLine {
  readonly #startedAt = performance.now()
  #shownAt = -Infinity

  show(text: string): void {
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.#startedAt < quietMs || now - this.#shownAt < everyMs) return
    this.#shownAt = now
    process.stderr.write(`\r${text}\x1b[K`)
  }

  clear(): void {
    if (this.#shownAt > 0) process.stderr.write('\r\x1b[K')
  }
}
