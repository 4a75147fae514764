/**
 * /history: goes back through the history a page at a time, and repeats nothing that is on the screen.
 */

import { Printed } from './printed.ts'
import type { Message, Room } from '../../peer/room.ts'

export class EarlierPages {
  #printed = new Printed()
  /** Id of the message on the screen whose place is before that of all others there, but for late ones. */
  #oldest: string | undefined
  /** Messages on the screen. */
  #count = 0

  /** A message was printed. */
  printed(message: Message): void {
    this.#printed.take(message)
    this.#count += 1
    this.#oldest ??= this.#printed.first?.id
  }

  /** The screen is empty again. */
  cleared(): void {
    this.#printed = new Printed()
    this.#oldest = undefined
    this.#count = 0
  }

  /** Whether the screen shows any. */
  get hasShown(): boolean {
    return this.#count > 0
  }

  /**
   * At most `count` messages before those on the screen, which are on it from now on. Empty: there are none. `isHidden`: not
   * to be shown.
   */
  async next(room: Room, count: number, isHidden: (message: Message) => boolean): Promise<Message[]> {
    for (let last = this.#count + count; ; last *= 2) {
      const page = await this.#read(room, last, count, isHidden)
      // Messages that are not printed yet took the places of some that were asked for.
      if (page.length < count && last < room.size) continue
      this.#oldest = page[0]?.id ?? this.#oldest
      this.#count += page.length
      return page
    }
  }

  async #read(
    room: Room,
    last: number,
    count: number,
    isHidden: (message: Message) => boolean,
  ): Promise<Message[]> {
    const page: Message[] = []
    for await (const message of room.history({ last })) {
      if (message.id === this.#oldest) return page
      if (this.#printed.has(message) || isHidden(message)) continue
      page.push(message)
      if (page.length > count) page.shift()
    }
    return this.#oldest === undefined ? page : []
  }
}
