/**
 * /history: goes back through the history a page at a time, and repeats nothing that is on the screen.
 */

import type { Message, Room } from '../../peer/room.ts'

export class EarlierPages {
  /** Id of the message on the screen whose place is before that of all others there. */
  #oldest: string | undefined
  /** Messages on the screen. */
  #count = 0
  /** On the screen too, but its place may be before the oldest. */
  readonly #late = new Set<string>()

  /** A message was printed. */
  printed({ id, late }: Message): void {
    this.#count += 1
    if (late) this.#late.add(id)
    else this.#oldest ??= id
  }

  /** The screen is empty again. */
  cleared(): void {
    this.#oldest = undefined
    this.#count = 0
    this.#late.clear()
  }

  /** Whether the screen shows any. */
  get hasShown(): boolean {
    return this.#count > 0
  }

  /** At most `count` messages before those on the screen, which are on it from now on. Empty: there are none. */
  async next(room: Room, count: number): Promise<Message[]> {
    for (let last = this.#count + count; ; last *= 2) {
      const page = await this.#read(room, last, count)
      // Messages that are not printed yet took the places of some that were asked for.
      if (page.length < count && last < room.size) continue
      this.#oldest = page[0]?.id ?? this.#oldest
      this.#count += page.length
      return page
    }
  }

  async #read(room: Room, last: number, count: number): Promise<Message[]> {
    const page: Message[] = []
    for await (const message of room.history({ last })) {
      if (message.id === this.#oldest) return page
      if (this.#late.has(message.id)) continue
      page.push(message)
      if (page.length > count) page.shift()
    }
    return this.#oldest === undefined ? page : []
  }
}
