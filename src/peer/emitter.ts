/**
 * Calls listeners by event name. An exception in a listener is rethrown outside of the call, as an uncaught
 * one, and reaches neither the other listeners nor the caller.
 */

import { usageError } from './errors.ts'

type Listener = (...args: never[]) => void

/** `later` runs a function outside of the present call, in order. */
export class Emitter<Events extends { [name in keyof Events]: Listener }> {
  readonly #listeners = new Map<keyof Events, Set<Listener>>()
  readonly #later: (run: () => void) => void

  constructor(later: (run: () => void) => void) {
    this.#later = later
  }

  /** Throws ERR_USAGE for what cannot be called: later it would end the process. */
  on<E extends keyof Events>(event: E, listener: Events[E]): void {
    if (typeof listener !== 'function') throw usageError(`a listener of ${String(event)} is a function`)
    let listeners = this.#listeners.get(event)
    if (listeners === undefined) this.#listeners.set(event, (listeners = new Set()))
    listeners.add(listener)
  }

  off<E extends keyof Events>(event: E, listener: Events[E]): void {
    this.#listeners.get(event)?.delete(listener)
  }

  /** Whether anybody listens; spares the making of what nobody reads. */
  has(event: keyof Events): boolean {
    return (this.#listeners.get(event)?.size ?? 0) > 0
  }

  emit<E extends keyof Events>(event: E, ...args: Parameters<Events[E]>): void {
    this.#listeners.get(event)?.forEach((listener) => this.#call(listener, args))
  }

  #call(listener: Listener, args: readonly unknown[]): void {
    try {
      listener(...(args as never[]))
    } catch (error) {
      this.#later(() => {
        throw error
      })
    }
  }
}
