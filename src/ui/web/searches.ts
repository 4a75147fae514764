/**
 * Keeps the searches of pages that may be gone on with.
 */

import { randomBytes } from 'node:crypto'
import type { Message, Room } from '../../peer/room.ts'

/** Messages on one page of what was found. */
const pageLength = 50
/** Searches that wait to be gone on with. */
const searchesMax = 8

type Found = { readonly found: readonly Message[]; readonly next?: string }
type Running = { readonly results: AsyncIterator<Message>; ahead: Message | undefined }

export class Searches {
  readonly #waiting = new Map<string, Running>()

  /** The first page, newest first. Rejects with a RingleaderError. `signal`: ends it. */
  async begin(room: Room, words: string, signal: AbortSignal): Promise<Found> {
    return this.#page({ results: room.search(words, { signal })[Symbol.asyncIterator](), ahead: undefined })
  }

  /** The next one; undefined: it is too old to be gone on with. */
  async more(cursor: string): Promise<Found | undefined> {
    const running = this.#waiting.get(cursor)
    if (!running) return undefined
    this.#waiting.delete(cursor)
    return this.#page(running)
  }

  async #page(running: Running): Promise<Found> {
    const found: Message[] = running.ahead ? [running.ahead] : []
    running.ahead = undefined
    for (;;) {
      const { done, value } = await running.results.next()
      if (done) return { found }
      if (found.length === pageLength) {
        running.ahead = value
        return { found, next: this.#keep(running) }
      }
      found.push(value)
    }
  }

  #keep(running: Running): string {
    const cursor = randomBytes(9).toString('base64url')
    this.#waiting.set(cursor, running)
    for (const [oldest, { results }] of this.#waiting) {
      if (this.#waiting.size <= searchesMax) break
      this.#waiting.delete(oldest)
      void results.return?.()
    }
    return cursor
  }
}
