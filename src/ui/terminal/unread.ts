/**
 * Draws a line between what a person was shown before they left a room, and what is new, and keeps the place for the next time.
 */

import { plural } from '../../chat/notices.ts'
import type { Message } from '../../peer/room.ts'
import type { SeenPlace } from './chat-setup.ts'

/** The place is kept at once, and then no more often than this. Unit: ms. */
const keptEveryMs = 1000

type Place = Pick<Message, 'id' | 'ts'>

export class Unread {
  readonly #keep: (place: Place) => void
  /** Where the line belongs; undefined: it stands already, or belongs nowhere. */
  #before: Place | undefined
  #isNext = false
  /** Messages of the history that are not printed yet. */
  #left: number
  #hasPrinted = false
  #last: Place | undefined
  #isKept = true
  #timer: NodeJS.Timeout | undefined

  /** `count`: messages of the history that are going to be printed. */
  constructor({ read, keep }: SeenPlace, count: number) {
    this.#keep = keep
    this.#before = read()
    this.#left = count
  }

  /** A message is about to be printed. Returns the line that stands before it; undefined: none. */
  take(message: Message): string | undefined {
    const text = message.history ? this.#lineBefore(message) : undefined
    if (!message.history) this.#before = undefined
    this.#left -= 1
    this.#hasPrinted = true
    if (!message.late) this.#note({ id: message.id, ts: message.ts })
    return text
  }

  #lineBefore(message: Message): string | undefined {
    const before = this.#before
    if (!before) return undefined
    if (message.id === before.id) {
      this.#isNext = true
      return undefined
    }
    // Nobody has to be told what they said themselves.
    if (message.own || !(this.#isNext || message.ts > before.ts)) return undefined
    this.#before = undefined
    return this.#hasPrinted
      ? plural(this.#left, 'new message')
      : `${plural(this.#left, 'new message')}; /history shows those before`
  }

  /** Keeps the place now: the chat ends. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isKept || !this.#last) return
    this.#isKept = true
    this.#keep(this.#last)
  }

  #note(place: Place): void {
    this.#last = place
    this.#isKept = false
    if (this.#timer) return
    this.flush()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#isKept && this.#last) this.#note(this.#last)
    }, keptEveryMs)
    this.#timer.unref()
  }
}
