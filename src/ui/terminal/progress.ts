/**
 * Tracks whether the history and the own messages are printed, so that leaving can wait for them.
 */

import { numberOf } from '../../chat/message-line.ts'

export class Progress {
  #historyLeft = 0
  /** The numbers of the last own message that the room took, and of the last that was printed. */
  #taken = 0
  #shown = 0
  #look = () => {}

  /** `history`: how many messages said earlier are going to be printed. */
  begin(history: number): void {
    this.#historyLeft = history
    // A room that was joined anew counts own messages from 1 again.
    this.#taken = 0
    this.#shown = 0
  }

  taken(messageId: string): void {
    this.#taken = Math.max(this.#taken, numberOf(messageId))
  }

  shown(message: { id: string; own: boolean }): void {
    this.#historyLeft -= 1
    if (message.own) this.#shown = Math.max(this.#shown, numberOf(message.id))
    this.#look()
  }

  /** Resolves when the history and the own messages taken until now are printed. */
  settled(): Promise<void> {
    const last = this.#taken
    return new Promise((resolve) => {
      this.#look = () => {
        if (this.#historyLeft <= 0 && this.#shown >= last) resolve()
      }
      this.#look()
    })
  }
}
