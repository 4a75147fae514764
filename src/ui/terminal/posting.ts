/**
 * Hands what is typed to the room, one message after the other, and what is piped, lines that were read together; counts what the room has not taken.
 */

import { within } from './chat-ending.ts'
import type { Room } from '../../peer/room.ts'

/** Messages that may be typed before the room takes them. */
const typedAheadMax = 1000
/** Piped lines that may wait for the room: as many as one part may have. */
const pipedMax = 1024
/** Characters of piped lines that may wait for the room, where they are more than one line. Unit: UTF-16 units. */
const pipedCharactersMax = 65_536
/** How long a room whose history is damaged may take to set it aside. Unit: ms. */
export const asideWaitMs = 5000

export type PostingParts = {
  /** The room that is being opened; undefined when it could not be. */
  opened: () => Promise<Room | undefined>
  /** The room that is open. */
  room: () => Room | undefined
  /** Resolves when the room that is open has ended. */
  closed: () => Promise<unknown>
  /** Resolves when the chat ends. */
  ended: Promise<unknown>
  /** See ChatSetup. */
  rejoins: boolean
  /** The room has taken a message; its id. */
  taken: (id: string) => void
  /** The count of waiting messages changed. */
  changed: () => void
  /** A typed message could not be sent, and why. */
  failed: (why: string) => void
}

export class Posting {
  readonly #parts: PostingParts
  /** Settles when all that was typed until now is taken by the room. */
  #posted: Promise<void> = Promise.resolve()
  #queued = 0
  /** Piped lines that the room may not have taken. */
  #piped: Promise<void>[] = []
  #pipedCharacters = 0
  /** The room counts the message that is being handed over among the unsent. */
  #isCounted = false

  constructor(parts: PostingParts) {
    this.#parts = parts
  }

  /** Typed, and not counted by the room yet. */
  get waiting(): number {
    return this.#queued - (this.#isCounted ? 1 : 0)
  }

  /** The room reported an own message as pending. */
  pending(): void {
    this.#isCounted = this.#queued > 0
    this.#parts.changed()
  }

  /** Settles when all that was typed until now is taken by the room. */
  settled(): Promise<void> {
    return this.#posted
  }

  /** Returns false when too much waits already. */
  queue(text: string, action: boolean): boolean {
    if (this.#queued >= typedAheadMax) return false
    this.#queued += 1
    this.#parts.changed()
    this.#posted = this.#posted.then(async () => {
      if (!(await this.#parts.opened())) return
      try {
        await this.post(text, action)
      } catch (error) {
        this.#parts.failed((error as Error).message)
      }
      this.#queued -= 1
      this.#isCounted = false
      this.#parts.changed()
    })
    return true
  }

  /**
   * Posts a line of a pipe behind those before. Lines that were read together may wait together, as many as the room takes
   * as one; for more it waits until the room has taken them. Never rejects.
   */
  async pipe(text: string, failed: (error: Error) => void): Promise<void> {
    if (this.#piped.length >= pipedMax || this.#pipedCharacters + text.length > pipedCharactersMax)
      await this.piped()
    this.#pipedCharacters += text.length
    this.#piped.push(this.post(text, false).catch(failed))
  }

  /** Resolves when the room has taken, or refused, all lines of the pipe. */
  async piped(): Promise<void> {
    this.#pipedCharacters = 0
    await Promise.all(this.#piped.splice(0))
  }

  /** To the room that is open; if it sets a damaged history aside before it takes this, to the next one. */
  async post(text: string, action: boolean): Promise<void> {
    const { opened, room: current, closed, ended, rejoins, taken } = this.#parts
    for (;;) {
      const room = await opened()
      if (!room) return
      try {
        const { id } = await room.post(text, { action })
        return taken(id)
      } catch (error) {
        if (rejoins && (error as { code?: unknown }).code === 'ERR_LEFT')
          await within(asideWaitMs, Promise.race([closed(), ended]))
        if (room === current()) throw error
      }
    }
  }
}
