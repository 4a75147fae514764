/**
 * Holds the messages that the page shows, in their order, bounded in number and in size. It is changed in place: 100,000
 * messages are not copied for each new one.
 */

import type { MessageEvent } from '../../src/chat/room-event.ts'

/** Messages held at a time. Unit: messages; UTF-16 code units of their texts. */
const messagesMax = 120_000
const textMax = 48 * 1024 * 1024
/** What is dropped at once when a live message goes beyond: a tenth, so that it is seldom. */
const dropShare = 10

export class Transcript {
  #messages: MessageEvent[] = []
  readonly #byId = new Map<string, MessageEvent>()
  /** The same author, name and address thousands of times are one string each. */
  readonly #strings = new Map<string, string>()
  #textLength = 0
  #hasAll = false
  readonly #max: number

  constructor(max = messagesMax) {
    this.#max = max
  }

  get messages(): readonly MessageEvent[] {
    return this.#messages
  }

  /** Nothing is before the first one. */
  get hasAll(): boolean {
    return this.#hasAll
  }

  /** No older ones are taken any more. */
  get isFull(): boolean {
    return this.#messages.length >= this.#max || this.#textLength >= textMax
  }

  get(id: string): MessageEvent | undefined {
    return this.#byId.get(id)
  }

  /** Takes a message in; false when it was held already. */
  add(message: MessageEvent): boolean {
    if (this.#byId.has(message.id)) return false
    const kept = this.#keep(message)
    const list = this.#messages
    const last = list.at(-1)
    if (!last || last.ts <= kept.ts) list.push(kept)
    else list.splice(this.#placeOf(kept.ts), 0, kept)
    if (list.length > this.#max || this.#textLength > textMax) this.#dropOldest()
    return true
  }

  /** Takes in a page that is before the first one; an empty one says that there is nothing more. Returns how many were new. */
  addOlder(page: readonly MessageEvent[]): number {
    if (page.length === 0) this.#hasAll = true
    const first = this.#messages[0]
    const fresh = page.filter(({ id, ts }) => !this.#byId.has(id) && (!first || ts <= first.ts))
    // A page of which nothing is new would be asked for again and again.
    if (fresh.length === 0) this.#hasAll = true
    this.#messages = [...fresh.map((message) => this.#keep(message)), ...this.#messages]
    return fresh.length
  }

  /** Behind all that are not later. */
  #placeOf(ts: number): number {
    let [low, high] = [0, this.#messages.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#messages[middle]?.ts ?? 0) <= ts) low = middle + 1
      else high = middle
    }
    return low
  }

  #keep(message: MessageEvent): MessageEvent {
    const { author, name, address } = message
    const kept = {
      ...message,
      author: this.#one(author),
      name: this.#one(name),
      address: this.#one(address),
    }
    this.#byId.set(kept.id, kept)
    this.#textLength += kept.text.length
    return kept
  }

  #one(text: string): string {
    const known = this.#strings.get(text)
    if (known !== undefined) return known
    if (this.#strings.size > 10_000) this.#strings.clear()
    this.#strings.set(text, text)
    return text
  }

  #dropOldest(): void {
    const gone = this.#messages.splice(0, Math.ceil(this.#messages.length / dropShare))
    for (const { id, text } of gone) {
      this.#byId.delete(id)
      this.#textLength -= text.length
    }
    this.#hasAll = false
  }
}
