/**
 * The room as something to read: history, then what is shown live. Keeps all readers, tells them of what
 * is shown, and lets them finish when the room is over.
 */

import type { Uid } from '../../core/model/ids.ts'
import type { StampedRecord } from '../../core/model/records.ts'
import type { Durability } from './durability.ts'
import { RingleaderError } from '../errors.ts'
import type { Clock, Store } from '../ports.ts'
import { Reader } from './reader.ts'
import type { Message } from '../room.ts'
import { parseId, toMessage } from '../shapes.ts'
import type { Showing, Shown } from './showing.ts'

/** Readers that are behind may read on for so long when the room is over. Unit: ms. */
const graceMs = 500
/** `history` waits so long for what is being written. Unit: ms. */
const historyWaitMs = 1000

export type ReadersParts = {
  clock: Clock
  store: Pick<Store, 'arrivals' | 'transcript'>
  durability: Durability
  showing: Showing
  /** Resolves when the history is held. */
  entered: Promise<void>
  uid: Uid
}

export class Readers {
  readonly #parts: ReadersParts
  readonly #readers = new Set<Reader>()
  #over = false
  #idle: () => void = () => {}

  constructor(parts: ReadersParts) {
    this.#parts = parts
  }

  push(shown: Shown): void {
    for (const reader of this.#readers) reader.push(shown)
  }

  /** See Room.messages. Throws RingleaderError ERR_LEFT, ERR_USAGE. */
  async *messages(since: string, last: number | undefined): AsyncGenerator<Message, void, undefined> {
    this.#checkOpen()
    const after = since === 'start' || since === 'now' ? undefined : parseId(since)
    try {
      await this.#parts.entered
    } catch {
      return
    }
    const { store, durability, showing } = this.#parts
    const { given, givenPos, last: lastPlace } = showing
    const reader = new Reader({
      store,
      readable: (pos) => durability.readable(pos),
      given,
      givenPos,
      last: lastPlace,
    })
    if (this.#over) reader.end()
    this.#readers.add(reader)
    const history = after ? { after } : last === undefined ? {} : { last }
    const none = since === 'now' || last === 0
    try {
      for await (const { record, late } of reader.read(none ? undefined : history)) {
        yield this.toMessage(record, late)
      }
    } finally {
      this.#readers.delete(reader)
      if (this.#readers.size === 0) this.#idle()
    }
  }

  /** See Room.history. Throws RingleaderError ERR_LEFT. */
  async *history(last: number | undefined): AsyncGenerator<Message, void, undefined> {
    this.#checkOpen()
    if (last === 0) return
    const { clock, store, durability, showing } = this.#parts
    // With a full disk nothing more is written: then what is stored must do.
    await new Promise<void>((resolve) => {
      const cancel = clock.after(historyWaitMs, resolve)
      void durability.readable(showing.givenPos).then(() => {
        cancel()
        resolve()
      })
    })
    for await (const page of store.transcript(last === undefined ? {} : { last })) {
      for (const record of page) yield this.toMessage(record, false)
    }
  }

  toMessage(record: StampedRecord, late: boolean): Message {
    const own = record.part.author === this.#parts.uid
    return toMessage(record, { late, history: this.#parts.showing.isHistory(record), own })
  }

  /** Resolves when all have given out what was shown, or after a limit: a reader may never be asked again. */
  end(): Promise<void> {
    this.#over = true
    for (const reader of this.#readers) reader.end()
    if (this.#readers.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(graceMs, resolve)
      this.#idle = () => {
        cancel()
        resolve()
      }
    })
  }

  #checkOpen(): void {
    if (this.#over) throw new RingleaderError('ERR_LEFT', 'this node has left the room')
  }
}
