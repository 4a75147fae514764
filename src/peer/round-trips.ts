/**
 * Measures how long answers take: a dial until it is up, HELLO until INFO, PING until PONG. The core knows no time, so
 * it is told; the simulator measures in its own time with the same means.
 */

import type { Effect } from '../core/model/effects.ts'
import type { Event } from '../core/model/events.ts'
import type { LinkId } from '../core/model/ids.ts'

/** Questions of one link that are remembered. An answer that never came is pushed out by newer questions. */
const askedMax = 4
/** A dial is up after two round trips: TCP takes one, TLS 1.3 another. */
const dialRoundTrips = 2

export class RoundTrips {
  /** For each link, when which question went out. Unit: ms of the monotonic clock. */
  readonly #asked = new Map<LinkId, Map<string, number>>()

  /** Notes what is asked. `now` is only called where something is. */
  performing(effect: Effect, now: () => number): void {
    if (effect.type === 'dial') this.#ask(effect.link, 'dial', now())
    else if (effect.type === 'send' && effect.frame.type === 'hello') this.#ask(effect.link, 'hello', now())
    else if (effect.type === 'send' && effect.frame.type === 'ping' && effect.frame.nonce !== 0)
      this.#ask(effect.link, `ping ${effect.frame.nonce}`, now())
  }

  /** The event to be told before this one, if this one is an answer. */
  measured(event: Event, now: () => number): Extract<Event, { type: 'roundTrip' }> | undefined {
    if (event.type === 'linkOpened') return this.#answer(event.link, 'dial', now, dialRoundTrips)
    if (event.type === 'linkClosed') this.#asked.delete(event.link)
    if (event.type !== 'frameReceived') return undefined
    const { link, frame } = event
    if (frame.type === 'info') return this.#answer(link, 'hello', now)
    if (frame.type === 'pong') return this.#answer(link, `ping ${frame.nonce}`, now)
    return undefined
  }

  /** A link was dialled before it was asked for, and was up at once. startedAt: ms of the monotonic clock, as if it had been dialled then. */
  dialTook(link: LinkId, startedAt: number): void {
    if (this.#asked.get(link)?.has('dial')) this.#ask(link, 'dial', startedAt)
  }

  /** What is under way does not count: the process slept. */
  clear(): void {
    this.#asked.clear()
  }

  #ask(link: LinkId, what: string, atMs: number): void {
    const asked = this.#asked.get(link) ?? new Map<string, number>()
    this.#asked.set(link, asked)
    asked.set(what, atMs)
    const [oldest] = asked.keys()
    if (asked.size > askedMax && oldest !== undefined) asked.delete(oldest)
  }

  #answer(
    link: LinkId,
    what: string,
    now: () => number,
    roundTrips = 1,
  ): Extract<Event, { type: 'roundTrip' }> | undefined {
    const asked = this.#asked.get(link)
    const atMs = asked?.get(what)
    if (atMs === undefined) return undefined
    asked?.delete(what)
    return { type: 'roundTrip', link, ms: Math.round((now() - atMs) / roundTrips) }
  }
}
