/**
 * Prints private messages as they come, at the speed of the reader. While it does not read a few wait; the others are counted.
 */

import { plural } from '../../chat/notices.ts'
import type { PrivateMessage } from '../../peer/room.ts'
import type { Printer } from './printer.ts'

/** What waits for the reader: messages, and the length of their texts. Unit of the second: UTF-16 units. */
const waitingMax = 200
const unitsMax = 1_048_576

export class Incoming {
  readonly #drained: () => Promise<void>
  readonly #printer: () => Pick<Printer, 'notice' | 'private'>
  #waiting: { readonly message: PrivateMessage; readonly isCall: boolean }[] = []
  #units = 0
  #leftOut = 0
  #isPrinting = false

  /** `drained`: resolves when more may be printed. */
  constructor(drained: () => Promise<void>, printer: () => Pick<Printer, 'notice' | 'private'>) {
    this.#drained = drained
    this.#printer = printer
  }

  take(message: PrivateMessage, isCall: boolean): void {
    // Once one is left out, so are those behind it: the count then stands where the gap is.
    if (this.#leftOut > 0 || this.#waiting.length >= waitingMax || this.#units > unitsMax) this.#leftOut++
    else {
      this.#waiting.push({ message, isCall })
      this.#units += message.text.length
    }
    if (!this.#isPrinting) void this.#print()
  }

  async #print(): Promise<void> {
    this.#isPrinting = true
    for (;;) {
      await this.#drained()
      const next = this.#waiting.shift()
      if (!next) break
      this.#units -= next.message.text.length
      this.#printer().private(next.message, next.isCall)
    }
    this.#isPrinting = false
    const count = this.#leftOut
    this.#leftOut = 0
    if (count > 0)
      this.#printer().notice(
        `this was not read for a while: ${plural(count, 'private message')} left out; /msg lists the last`,
      )
  }
}
