/**
 * What the simulator's programs print: lines of a result, complaints, and a progress line on a terminal.
 */

import { performance } from 'node:perf_hooks'

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Says in one line what is wrong with the command line or a file. Returns the exit code for that, 2. */
export function refuse(program: string, line: string): number {
  process.stderr.write(`${program}: ${line}\n`)
  return 2
}

/** A run that takes no longer than this shows no progress. Unit: ms. */
const quietMs = 1000

/** Least time between two progress lines. Unit: ms. */
const everyMs = 100

/** What a progress line needs of a terminal. */
export type Screen = {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** A line that is overwritten as work proceeds, and wiped before anything else is printed. */
export class Progress {
  readonly #screen: Screen
  readonly #now: () => number
  readonly #startedAt: number
  #shownAt = -Infinity
  #isShown = false

  /** `now`: real time that never goes back. Unit: ms. */
  constructor(screen: Screen = process.stdout, now: () => number = () => performance.now()) {
    this.#screen = screen
    this.#now = now
    this.#startedAt = now()
  }

  /** Shows a line, on a terminal and unless it is too early. `text` is asked only when it is shown. */
  show(text: () => string): void {
    if (this.#screen.isTTY !== true) return
    const now = this.#now()
    if (now - this.#startedAt < quietMs || now - this.#shownAt < everyMs) return
    this.#shownAt = now
    this.#isShown = true
    // A line that wraps could not be wiped. Some terminals say that they have 0 columns.
    this.#screen.write(`\r\u001b[K${text().slice(0, (this.#screen.columns || 80) - 1)}`)
  }

  /** Wipes the line, so that something else may be printed. */
  wipe(): void {
    if (this.#isShown) this.#screen.write('\r\u001b[K')
    this.#isShown = false
  }
}
