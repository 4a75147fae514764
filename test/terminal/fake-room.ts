/**
 * A room of one in memory, whose every event the test brings about: messages are ordered and known as
 * sent only when it says so.
 */

import { RingleaderError } from '../../src/peer/errors.ts'
import { filterOf, fits, type SearchOptions } from '../../src/peer/search.ts'
import type {
  Knocking,
  Pending,
  Left,
  Message,
  Room,
  RoomCheck,
  RoomEvents,
  RoomLeader,
  RoomMember,
} from '../../src/peer/room.ts'
import { FakeDirect, FakeFiles, FakeWatching } from './fake-direct.ts'

export const annId = 'a'.repeat(32)
export const bobId = 'b'.repeat(32)

export function makeMessage(given: Partial<Message> & { text: string }): Message {
  const id = given.id ?? `${bobId}:1`
  return {
    id,
    author: id.slice(0, 32),
    ts: 1,
    name: 'Bob',
    address: '10.0.0.2:4000',
    time: new Date('2026-11-22T12:00:00.000Z'),
    late: false,
    history: false,
    own: false,
    action: false,
    ...given,
  }
}

type Listeners = { [E in keyof RoomEvents]: Set<RoomEvents[E]> }

export class FakeRoom implements Room {
  readonly id = 'f'.repeat(32)
  locked = false
  readonly direct = new FakeDirect()
  readonly files = new FakeFiles()
  readonly watching = new FakeWatching()
  title: string | undefined
  setTitle(title: string): void {
    this.title = title
    this.asked.push(`title ${title}`)
  }
  knocking: Knocking[] = []
  pending: Pending[] = []
  invitation(): string {
    return 'ringleader://127.0.0.1:4000/f'
  }
  /** What was asked of its lock. */
  readonly asked: string[] = []
  async rekey({ remove = [] }: { remove?: readonly string[] } = {}): Promise<void> {
    this.asked.push(['rekey', ...remove].join(' '))
  }
  admit(number: number): void {
    this.asked.push(`admit ${number}`)
  }
  deny(number: number): void {
    this.asked.push(`deny ${number}`)
  }
  readonly stored: Message[] = []
  readonly posted: { text: string; action: boolean }[] = []
  /** Whether `post` resolves at once; otherwise it waits for `take`. */
  takesAtOnce = true
  /** Whether messages are ordered and sent as soon as they are taken. */
  sendsAtOnce = true
  listening = '10.0.0.1:4000'
  leftAfter: number | undefined
  /** Resolves when it is left. */
  readonly left: Promise<void>
  #resolveLeft: () => void = () => {}
  leader: RoomLeader | undefined
  /** Members beside this node. */
  others: RoomMember[] = []
  ring: Room['ring'] = { next: undefined, previous: undefined, term: 1, status: 'open' }
  #name = 'Ann'
  #ts = 0
  #unsent: Message[] = []
  #takes: (() => void)[] = []
  #live: Message[] = []
  #wake: () => void = () => {}
  #isOver = false
  readonly #listeners: Listeners = {
    message: new Set(),
    sent: new Set(),
    pending: new Set(),
    knock: new Set(),
    title: new Set(),
    members: new Set(),
    leader: new Set(),
    notice: new Set(),
    log: new Set(),
    close: new Set(),
  }

  constructor() {
    this.left = new Promise((resolve) => (this.#resolveLeft = resolve))
    this.leader = { id: annId, name: 'Ann', address: '10.0.0.1:4000', term: 1 }
  }

  get self(): RoomMember {
    return { id: annId, name: this.#name, address: '10.0.0.1:4000', leader: this.leader?.id === annId }
  }
  get members(): RoomMember[] {
    return [this.self, ...this.others]
  }
  get unsent(): number {
    return this.#unsent.length
  }
  get size(): number {
    return this.stored.length
  }

  on<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): this {
    this.#listeners[event].add(listener)
    return this
  }
  off<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): this {
    this.#listeners[event].delete(listener)
    return this
  }
  emit<E extends keyof RoomEvents>(event: E, ...args: Parameters<RoomEvents[E]>): void {
    for (const listener of [...this.#listeners[event]]) (listener as (...all: unknown[]) => void)(...args)
  }

  async post(text: string, { action = false } = {}): Promise<{ id: string }> {
    if (Buffer.byteLength(text) > 65_536)
      throw new RingleaderError('ERR_MESSAGE_TOO_LONG', 'a message has at most 65536 bytes')
    if (!this.takesAtOnce) await new Promise<void>((resolve) => this.#takes.push(resolve))
    if (this.#isOver) throw new RingleaderError('ERR_LEFT', 'left')
    this.posted.push({ text, action })
    const message = makeMessage({
      id: `${annId}:${this.posted.length}`,
      name: this.#name,
      address: '10.0.0.1:4000',
      own: true,
      text,
      action,
    })
    this.#unsent.push(message)
    this.emit('pending', { id: message.id, text, action })
    if (this.sendsAtOnce) this.sendAll()
    return { id: message.id }
  }

  /** Lets the oldest waiting `post` resolve. */
  take(): void {
    this.#takes.shift()?.()
  }

  get waitingPosts(): number {
    return this.#takes.length
  }

  /** Orders and marks as sent what was taken. */
  sendAll(): void {
    for (const message of this.#unsent.splice(0)) {
      this.hear({ ...message, ts: ++this.#ts })
      this.emit('sent', { id: message.id, ts: this.#ts })
    }
  }

  /** A message takes its place. */
  hear(message: Message): void {
    this.stored.push(message)
    this.#live.push(message)
    this.#wake()
  }

  async say(text: string, options?: { action?: boolean }): Promise<{ id: string; ts: number }> {
    return { ...(await this.post(text, options)), ts: this.#ts }
  }

  /** What the next checks find; undefined: they wait for ever. */
  found: RoomCheck | Error | undefined

  check(): Promise<RoomCheck> {
    const { found } = this
    if (found instanceof Error) return Promise.reject(found)
    return found ? Promise.resolve(found) : new Promise(() => {})
  }

  rename(name: string): void {
    this.#name = name
    this.emit('members', this.members)
  }

  async *messages({ since = 'start', last = Infinity }: { since?: string; last?: number } = {}) {
    const past = since === 'start' && last > 0 ? this.stored.slice(-last) : []
    this.#live = []
    for (const message of past) yield { ...message, history: true }
    for (;;) {
      const next = this.#live.shift()
      if (next) yield next
      else if (this.#isOver) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async *history({ last = Infinity }: { last?: number } = {}) {
    yield* this.stored.slice(-last)
  }

  /** What a search waits for before it looks at the next message. */
  searching: Promise<void> = Promise.resolve()
  readonly search: Room['search'] = (words, options) => this.#search(words, options)
  async *#search(words: string, { signal, ...options }: SearchOptions = {}): AsyncGenerator<Message> {
    const filter = filterOf(words, options)
    for (const message of this.stored.toReversed()) {
      await this.searching
      signal?.throwIfAborted()
      if (fits(message, filter)) yield message
    }
  }

  /** The room is over without having been left. */
  break(error: Error): void {
    this.#end()
    this.emit('close', error)
  }

  async leave({ waitMs = 2000 }: { waitMs?: number } = {}): Promise<Left> {
    this.leftAfter = waitMs
    this.#resolveLeft()
    this.#end()
    this.emit('close', undefined)
    return { unsent: this.unsent, kept: true }
  }

  #end(): void {
    this.#isOver = true
    this.#wake()
    for (const take of this.#takes.splice(0)) take()
  }
}
