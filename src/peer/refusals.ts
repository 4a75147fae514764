/**
 * Limits what refused peers can make this node log and show: so many lines a minute about one peer and in all, with a
 * count of those left out, and one notice a minute without a word of theirs.
 */

import type { LogLine } from '../core/model/log-line.ts'
import { errorLinesPerKind, refusedEveryMs, refusedLinesMax, refusedLinesPerPeer } from '../wire/limits.ts'
import type { Clock } from './ports.ts'

export type RefusedLine = Extract<LogLine, { type: 'refused' }>

export type RefusalParts = {
  clock: Pick<Clock, 'after'>
  log: (line: LogLine) => void
  /** For people. */
  tell: (text: string) => void
}

/** Counts by the minute. A minute begins with the first refusal after the one before. */
export class Refusals {
  readonly #parts: RefusalParts
  /** Lines of this minute, by the key or the IP address they are about. No more entries than lines. */
  readonly #lines = new Map<string, number>()
  #lineCount = 0
  /** Errors of this minute, by their kind. The core has few kinds. */
  readonly #errors = new Map<string, number>()
  /** Left out of the log in this minute. */
  #refusedMore = 0
  #errorsMore = 0
  /** Not told to people. */
  #untold = 0
  #cancel: (() => void) | undefined

  constructor(parts: RefusalParts) {
    this.#parts = parts
  }

  refused(line: RefusedLine): void {
    const isFirst = this.#cancel === undefined
    this.#begin()
    this.#untold++
    if (this.#takes(line)) this.#parts.log(line)
    else this.#refusedMore++
    if (isFirst) this.#tell()
  }

  /** Something that a person should look at, and that peers can cause. */
  error(line: Extract<LogLine, { type: 'error' }>): void {
    this.#begin()
    // What stands behind the colon is of one case: a name, an address, a count.
    const kind = line.text.split(':', 1)[0] ?? ''
    const count = this.#errors.get(kind) ?? 0
    if (count >= errorLinesPerKind) {
      this.#errorsMore++
      return
    }
    this.#errors.set(kind, count + 1)
    this.#parts.log(line)
  }

  end(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #takes({ uid, addr }: RefusedLine): boolean {
    if (this.#lineCount >= refusedLinesMax) return false
    // A peer has as many ports as it likes, and may have many keys, or many addresses.
    const names = [uid, addr?.slice(0, addr.lastIndexOf(':'))].filter((name) => name !== undefined)
    if (names.some((name) => (this.#lines.get(name) ?? 0) >= refusedLinesPerPeer)) return false
    for (const name of names) this.#lines.set(name, (this.#lines.get(name) ?? 0) + 1)
    this.#lineCount++
    return true
  }

  #begin(): void {
    this.#cancel ??= this.#parts.clock.after(refusedEveryMs, () => this.#minuteOver())
  }

  #minuteOver(): void {
    this.#cancel = undefined
    const { log } = this.#parts
    if (this.#refusedMore > 0) log({ type: 'refused', what: 'left out of this log', more: this.#refusedMore })
    if (this.#errorsMore > 0)
      log({ type: 'error', text: `${this.#errorsMore} more errors like these were left out` })
    const goesOn = this.#untold > 0
    this.#lines.clear()
    this.#errors.clear()
    this.#lineCount = this.#refusedMore = this.#errorsMore = 0
    // The next notice comes a minute after this one at the earliest.
    if (!goesOn) return
    this.#begin()
    this.#tell()
  }

  #tell(): void {
    const count = this.#untold
    this.#untold = 0
    this.#parts.tell(
      count === 1
        ? '1 connection was refused; see the log'
        : `${count} connections were refused; see the log`,
    )
  }
}
