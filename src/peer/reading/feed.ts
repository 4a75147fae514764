/**
 * Gives out the messages of the room, each once per process, in the order in which the core places them,
 * and marks what is history and what comes late. Owns the readers that follow it.
 */

import type { Effect } from '../../core/model/effects.ts'
import type { Inc, Uid } from '../../core/model/ids.ts'
import { hiddenAmong, type StampedRecord } from '../../core/model/records.ts'
import { RingleaderError } from '../errors.ts'
import type { Clock, MessageName, Store } from '../ports.ts'
import type { Message } from '../room.ts'
import { filterOf, type SearchOptions } from '../search.ts'
import { parseId, toMessages } from '../to-room.ts'
import { Durability } from './durability.ts'
import { Given } from './given.ts'
import { lastShown } from './last-shown.ts'
import { Reader } from './reader.ts'
import { foundIn } from './found-messages.ts'

/** Readers that are behind may read on for so long when the room is over. Unit: ms. */
const graceMs = 500
/** `history` waits so long for what is being written. Unit: ms. */
const historyWaitMs = 1000

export type FeedParts = {
  clock: Clock
  store: Pick<Store, 'stored' | 'arrivals' | 'transcript' | 'search' | 'flush'>
  /** This node's author id, and this process of it. */
  uid: Uid
  inc: Inc
  /** What is given out after `entered`, in order. `make`: the messages of one record, made when they are wanted. */
  show: (make: () => readonly Message[]) => void
  /** What is held now is history. Messages are given out from when it resolves. */
  entering: () => Promise<void>
  /** Resolves within `entering`; rejects when the room ends before. Readers begin then. */
  entered: Promise<void>
  /** The store could not be read. */
  failed: (error: unknown) => void
}

/** What the core asked for and waits behind a read of the store. */
type Item =
  | { type: 'record'; pos: number; record: StampedRecord }
  | { type: 'range'; from: number; to: number }
  | { type: 'entered' }

/** Takes the core's `persist`, `entered`, `deliver` and `deliverRange` in their order. */
export class Feed {
  readonly #parts: FeedParts
  readonly #durability: Durability
  readonly #storedLast: Promise<StampedRecord | undefined>
  readonly #readers = new Set<Reader>()
  /** What is held until `entered`, and from then on what is given out too. */
  readonly #given: Given
  /** The largest log position of that. */
  #givenPos: number
  /** What was held when this node entered. */
  #history: Given | undefined
  #hasEntered = false
  #queue: Item[] = []
  #isReading = false
  #isOver = false
  #noReaders: () => void = () => {}

  constructor(parts: FeedParts) {
    this.#parts = parts
    const { authors, end, events } = parts.store.stored
    this.#given = Given.of(authors, parts.inc, events)
    this.#givenPos = end
    this.#durability = new Durability(end, () => parts.store.flush())
    this.#storedLast = end === 0 ? Promise.resolve(undefined) : lastOf(parts.store)
    this.#storedLast.catch(() => {})
  }

  /** Messages held, or given out. */
  get size(): number {
    return this.#given.size
  }

  /** Titles and changes of the key among what is held. */
  get hidden(): number {
    return hiddenAmong(this.#given.hidden)
  }

  /** Whether the core has said `entered`. */
  get hasEntered(): boolean {
    return this.#hasEntered
  }

  /** Records are being written. Before `entered` nothing else says that they are here. */
  persisting({ n, write: { records } }: Extract<Effect, { type: 'persist' }>): void {
    const end = records.at(-1)?.pos
    if (end === undefined) return
    this.#durability.writing(n, end)
    if (this.#hasEntered) return
    for (const { record } of records) this.#given.take(record)
    this.#givenPos = Math.max(this.#givenPos, end)
  }

  committed(upTo: number): void {
    this.#durability.committed(upTo)
  }

  enter(): void {
    this.#hasEntered = true
    this.#push({ type: 'entered' })
  }

  deliver(pos: number, record: StampedRecord): void {
    this.#push({ type: 'record', pos, record })
  }

  deliverRange(from: number, to: number): void {
    this.#push({ type: 'range', from, to })
  }

  /** See Room.messages. Throws RingleaderError ERR_LEFT, ERR_USAGE. */
  async *messages(since: string, last: number | undefined): AsyncGenerator<Message, void, undefined> {
    this.#checkOpen()
    const after = since === 'start' || since === 'now' ? undefined : parseId(since)
    const { store, entered } = this.#parts
    try {
      await entered
    } catch {
      return
    }
    const reader = new Reader({
      store,
      readable: (pos) => this.#durability.readable(pos),
      given: this.#given.copy(),
      givenPos: this.#givenPos,
    })
    if (this.#isOver) reader.end()
    this.#readers.add(reader)
    const history = after ? { after } : last === undefined ? {} : { last }
    const none = since === 'now' || last === 0
    try {
      for await (const { record, late, skip } of reader.read(none ? undefined : history)) {
        // Not yield*: that waits three times for each.
        for (const message of this.#toMessages(record, late, skip)) yield message
      }
    } finally {
      this.#readers.delete(reader)
      if (this.#readers.size === 0) this.#noReaders()
    }
  }

  /** See Room.history. Throws RingleaderError ERR_LEFT. */
  async *history({
    last,
    before,
  }: {
    last?: number
    before?: string
  }): AsyncGenerator<Message, void, undefined> {
    this.#checkOpen()
    if (last === 0) return
    const end = before === undefined ? undefined : parseId(before)
    await this.#stored()
    if (end) return yield* this.#before(end, before ?? '', last)
    const { store } = this.#parts
    for await (const page of last === undefined
      ? store.transcript({})
      : lastShown(store, last, this.#given)) {
      let { skip } = page
      for (const record of page) {
        for (const message of this.#toMessages(record, false, skip)) yield message
        skip = undefined
      }
    }
  }

  /** What comes before a message. The store begins at or before the place where so many messages begin. */
  async *#before(
    end: MessageName,
    id: string,
    last = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<Message, void> {
    let kept: Message[] = []
    for await (const page of this.#parts.store.transcript({
      before: end,
      ...(last < Number.POSITIVE_INFINITY && { last: last + this.hidden }),
    })) {
      for (const message of page.flatMap((record) => this.#toMessages(record, false))) {
        if (message.id === id) return yield* kept.slice(-last)
        kept.push(message)
        if (last === Number.POSITIVE_INFINITY && kept.length >= 1000) {
          yield* kept
          kept = []
        }
      }
    }
  }

  /** See Search. Throws RingleaderError ERR_LEFT, ERR_USAGE. */
  async *search(words: string, options: SearchOptions = {}): AsyncGenerator<Message, void, undefined> {
    const filter = filterOf(words, options)
    this.#checkOpen()
    await this.#stored()
    yield* foundIn(this.#parts.store, filter, options, (record) => this.#toMessages(record, false))
  }

  /** Resolves when what was given out can be read from the store. */
  async #stored(): Promise<void> {
    const { clock } = this.#parts
    // With a full disk nothing more is written: then what is stored must do.
    await new Promise<void>((resolve) => {
      const cancel = clock.after(historyWaitMs, resolve)
      void this.#durability.readable(this.#givenPos).then(() => {
        cancel()
        resolve()
      })
    })
  }

  /**
   * Nothing more is given out. Resolves when all readers have read what was, or after `graceMs`: the program
   * may never ask them again.
   */
  end(): Promise<void> {
    this.#isOver = true
    this.#durability.end()
    for (const reader of this.#readers) reader.end()
    if (this.#readers.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(graceMs, resolve)
      this.#noReaders = () => {
        cancel()
        resolve()
      }
    })
  }

  #push(item: Item): void {
    this.#queue.push(item)
    this.#drain()
  }

  /** What needs no reading is given out before the call returns; the rest waits behind a read, in order. */
  #drain(): void {
    while (!this.#isReading) {
      const item = this.#queue.shift()
      if (item === undefined) return
      if (item.type === 'record') {
        this.#give(item.record, item.pos, item.pos)
        continue
      }
      this.#isReading = true
      const done = item.type === 'range' ? this.#giveRange(item.from, item.to) : this.#open()
      done.then(
        () => {
          this.#isReading = false
          this.#drain()
        },
        (error: unknown) => this.#parts.failed(error),
      )
    }
  }

  async #open(): Promise<void> {
    const stored = await this.#storedLast
    if (stored) this.#given.reach(stored)
    this.#history = this.#given.copy()
    await this.#parts.entering()
  }

  async #giveRange(from: number, to: number): Promise<void> {
    for await (const page of this.#parts.store.arrivals(from, to)) {
      for (const record of page) this.#give(record, from, to)
    }
    this.#givenPos = Math.max(this.#givenPos, to)
  }

  #give(record: StampedRecord, from: number, to: number): void {
    const place = this.#given.take(record)
    if (place === 'again') return
    this.#givenPos = Math.max(this.#givenPos, from)
    for (const reader of this.#readers) reader.push(record, from, to)
    this.#parts.show(() => this.#toMessages(record, place === 'late'))
  }

  #toMessages(record: StampedRecord, late: boolean, skip?: number): Message[] {
    const history = this.#history === undefined || this.#history.has(record)
    return toMessages(record, { late, history, own: record.part.author === this.#parts.uid }, skip)
  }

  #checkOpen(): void {
    if (this.#isOver) throw new RingleaderError('ERR_LEFT', 'this node has left the room')
  }
}

async function lastOf(store: Pick<Store, 'transcript'>): Promise<StampedRecord | undefined> {
  let last: StampedRecord | undefined
  for await (const page of store.transcript({ last: 1 })) last = page.at(-1) ?? last
  return last
}
