/** The stream of events: opened, kept, and opened again when the node was gone. */

import type { RoomEvent } from '../../src/chat/room-event.ts'
import { api, Refused } from './api.ts'
import { Ticket } from './ticket.ts'

export type ConnectionState =
  | { readonly type: 'connecting' }
  | { readonly type: 'open' }
  /** retryAt: ms since 1970, when it is tried again. */
  | { readonly type: 'gone'; readonly retryAt: number }
  | { readonly type: 'refused' }

type Hears = {
  readonly event: (event: RoomEvent | { readonly type: 'live' }) => void
  readonly state: (state: ConnectionState) => void
}

/** Messages that are asked for at first. */
const firstCount = 200
const waitMinMs = 1000
const waitMaxMs = 15_000

export class Connection {
  readonly #hears: Hears
  #source: EventSource | undefined
  #lastId: string | undefined
  #hasHeartbeats = false
  #waitMs = waitMinMs
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #ticket = new Ticket()

  constructor(hears: Hears) {
    this.#hears = hears
  }

  open(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
    const from =
      this.#lastId === undefined ? `last=${firstCount}` : `since=${encodeURIComponent(this.#lastId)}`
    const source = new EventSource(`/events?${from}&ring=1&heartbeats=${this.#hasHeartbeats ? 1 : 0}`)
    this.#source = source
    source.addEventListener('open', () => {
      this.#waitMs = waitMinMs
      this.#hears.state({ type: 'open' })
      void this.#ticket.get()
    })
    source.addEventListener('message', ({ data, lastEventId }) => {
      if (lastEventId !== '') this.#lastId = lastEventId
      const event = parse(String(data))
      if (event) this.#hears.event(event)
    })
    source.addEventListener('error', () => {
      if (source !== this.#source) return
      // The browser would not try again where the answer was no stream; our own wait grows.
      source.close()
      void this.#tryLater()
    })
  }

  /** Heartbeats are many: they come only while somebody wants to see them. */
  showHeartbeats(hasHeartbeats: boolean): void {
    this.#hasHeartbeats = hasHeartbeats
    this.open()
  }

  async #tryLater(): Promise<void> {
    this.#hears.state({ type: 'gone', retryAt: Date.now() + this.#waitMs })
    this.#timer = setTimeout(() => this.open(), this.#waitMs)
    this.#waitMs = Math.min(this.#waitMs * 2, waitMaxMs)
    try {
      await api.about()
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 403) return
      clearTimeout(this.#timer)
      if (await this.#ticket.use()) this.open()
      else this.#hears.state({ type: 'refused' })
    }
  }
}

function parse(data: string): RoomEvent | { readonly type: 'live' } | undefined {
  try {
    const value = JSON.parse(data) as unknown
    const isEvent = typeof value === 'object' && value !== null && 'type' in value
    return isEvent ? (value as RoomEvent) : undefined
  } catch {
    return undefined
  }
}
