/**
 * Tracks whether the history and the own messages are printed, so that leaving can wait for them.
 */

import { compareSaid } from '../../chat/message-line.ts'

export class Progress {
  #historyLeft = 0
  /** The ids of the last own message that the room took, and of the last that was printed. */
  #taken: string | undefined
  #shown: string | undefined
  #look = () => {}

  /** `history`: how many messages said earlier are going to be printed. */
  begin(history: number): void {
    this.#historyLeft = history
    // In a room that was joined anew this node may be another one.
    this.#taken = undefined
    this.#shown = undefined
  }

  taken(messageId: string): void {
    this.#taken = later(this.#taken, messageId)
  }

  shown(message: { id: string; own: boolean }): void {
    this.#historyLeft -= 1
    if (message.own) this.#shown = later(this.#shown, message.id)
    this.#look()
  }

  /** Resolves when the history and the own messages taken until now are printed. */
  settled(): Promise<void> {
    const last = this.#taken
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.#historyLeft <= 0 && isReached(this.#shown, last)) resolve()
      }
      this.#look()
    })
  }
}

function later(a: string | undefined, b: string): string {
  return a !== undefined && compareSaid(a, b) > 0 ? a : b
}

/** A message that was given another id (PROTOCOL.md 2.5) has a later one. */
function isReached(shown: string | undefined, last: string | undefined): boolean {
  return last === undefined || (shown !== undefined && compareSaid(shown, last) >= 0)
}
