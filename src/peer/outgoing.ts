/**
 * Queues own messages from `say` until they are sent: puts those of one turn of the event loop together, limits how many
 * are on the way, and settles the promises of the callers. The core names, orders and confirms them.
 */

import type { Said } from '../core/model/events.ts'
import { entriesMax, type Kind, type Part } from '../core/model/records.ts'
import { textBytesMax } from '../wire/limits.ts'
import { RingleaderError } from './errors.ts'
import { idsOf } from './to-room.ts'

/** More than this is never unsent at a time; further calls wait. */
const unsentMax = 1024
const unsentBytesMax = 1024 * 1024

type Entry = Said & {
  bytes: number
  /** The core took it, as the message of this id. */
  taken: (id: string) => void
  sent: (id: string, ts: number | undefined) => void
  failed: (error: RingleaderError) => void
}

export type OutgoingParts = {
  /** Gives messages to the core that become one part: not more than a part may have. */
  feed: (messages: readonly Said[]) => void
  /** Runs `run` when what runs now is through. */
  afterTurn: (run: () => void) => void
}

/** Own messages in the order in which they were said. */
export class Outgoing {
  readonly #parts: OutgoingParts
  /** Not yet told to the core. */
  #blockedBy: RingleaderError | undefined
  readonly #waiting: Entry[] = []
  /** Told, and the core has not answered yet; it answers in order. */
  readonly #told: Entry[] = []
  /** By id; undefined: said by an earlier process. */
  readonly #unsent = new Map<string, Entry | undefined>()
  #bytes = 0
  #running = false
  #pumping = false
  #isGathering = false
  #closed: RingleaderError | undefined
  #over = false
  #drained: (() => void)[] = []

  constructor(parts: OutgoingParts, stored: readonly Part[]) {
    this.#parts = parts
    for (const id of stored.flatMap(idsOf)) this.#unsent.set(id, undefined)
  }

  /** Own messages that are not known as sent. */
  get unsent(): number {
    return this.#waiting.length + this.#told.length + this.#unsent.size
  }

  /** The core runs: what was said so far goes to it. */
  run(): void {
    this.#running = true
    this.flush()
  }

  /** What was said so far goes to the core before what comes now. */
  flush(): void {
    this.#pump()
    if (this.#blockedBy) this.blockedBy = this.#blockedBy
  }

  /** What is said until the end of this turn goes to the core together: one part, signed once. */
  #gather(): void {
    if (this.#isGathering || !this.#running) return
    this.#isGathering = true
    this.#parts.afterTurn(() => {
      this.#isGathering = false
      this.flush()
    })
  }

  /** Rejects with ERR_USAGE (empty), ERR_MESSAGE_TOO_LONG, ERR_DISK_FULL, ERR_LEFT, ERR_NOT_SENT. */
  say(text: string, kind: Kind): Promise<{ id: string; ts: number | undefined }> {
    return new Promise((resolve, reject) => {
      this.#take(text, kind, { taken() {}, sent: (id, ts) => resolve({ id, ts }), failed: reject })
    })
  }

  /** Resolves when the core took it. Rejects with the same errors but ERR_NOT_SENT. */
  post(text: string, kind: Kind): Promise<{ id: string }> {
    return new Promise((resolve, reject) => {
      this.#take(text, kind, { taken: (id) => resolve({ id }), sent() {}, failed: reject })
    })
  }

  #take(given: string, kind: Kind, answers: Pick<Entry, 'taken' | 'sent' | 'failed'>): void {
    // Programs in JavaScript may give anything.
    if (typeof given !== 'string')
      return answers.failed(new RingleaderError('ERR_USAGE', 'what is said is a string'))
    // Half a surrogate pair has no UTF-8: others would read another text than this node.
    const text = given.replace(/\p{Surrogate}/gu, '\ufffd')
    const bytes = utf8Bytes(text)
    if (this.#closed) return answers.failed(this.#closed)
    if (bytes === 0) {
      return answers.failed(new RingleaderError('ERR_USAGE', 'a message has at least one character'))
    }
    if (bytes > textBytesMax) {
      const problem = `a message has at most ${textBytesMax} bytes of UTF-8, this one has ${bytes}; split it`
      return answers.failed(new RingleaderError('ERR_MESSAGE_TOO_LONG', problem))
    }
    this.#waiting.push({ text, kind, bytes, ...answers })
    if (this.#running) this.#gather()
    else if (this.#blockedBy) this.blockedBy = this.#blockedBy
  }

  #pump(): void {
    // `feed` may call back into this function. The outer call goes on in order, so the inner one does nothing.
    if (!this.#running || this.#pumping) return
    this.#pumping = true
    for (;;) {
      const entries = this.#nextPart()
      if (entries.length === 0) break
      this.#told.push(...entries)
      for (const { bytes } of entries) this.#bytes += bytes
      this.#parts.feed(entries.map(({ text, kind }) => ({ text, kind })))
    }
    this.#pumping = false
  }

  /** Takes from those that wait as many as go into one part and may be unsent; none: the others wait on. */
  #nextPart(): Entry[] {
    const before = this.#told.length + this.#unsent.size
    let count = 0
    let bytes = 0
    for (const entry of this.#waiting) {
      const unsent = before + count
      const sum = bytes + entry.bytes
      if (count === entriesMax || sum > textBytesMax || unsent >= unsentMax) break
      if (unsent > 0 && this.#bytes + sum > unsentBytesMax) break
      bytes = sum
      count++
    }
    return this.#waiting.splice(0, count)
  }

  /** The core took what it was told first, as the messages `ids`. */
  taken(ids: readonly string[]): void {
    const entries = this.#told.splice(0, ids.length)
    // A callback may ask how many are unsent: first all are noted.
    for (const [i, id] of ids.entries()) this.#unsent.set(id, entries[i])
    for (const [i, id] of ids.entries()) entries[i]?.taken(id)
  }

  /** The core did not take what it was told first, `count` messages. */
  refused(count: number, error: RingleaderError): void {
    for (const entry of this.#told.splice(0, count)) {
      this.#bytes -= entry.bytes
      entry.failed(error)
    }
    this.#settle()
  }

  /** Set while the disk is full: callers that would wait get this error. undefined: there is room again. */
  set blockedBy(error: RingleaderError | undefined) {
    this.#blockedBy = error
    if (error) for (const entry of this.#waiting.splice(0)) entry.failed(error)
  }

  /** Messages have other ids now, each as [before, after]. */
  renamed(ids: readonly (readonly [string, string])[]): void {
    const entries = ids.map(([before]) => this.#unsent.get(before))
    for (const [before] of ids) this.#unsent.delete(before)
    for (const [i, [, after]] of ids.entries()) this.#unsent.set(after, entries[i])
  }

  /** `ts`: of the first; each further one has the next. */
  sent(ids: readonly string[], ts: number | undefined): void {
    for (const [i, id] of ids.entries()) {
      const entry = this.#unsent.get(id)
      this.#unsent.delete(id)
      if (!entry) continue
      this.#bytes -= entry.bytes
      entry.sent(id, ts === undefined ? undefined : ts + i)
    }
    this.#settle()
  }

  /** Resolves when nothing is unsent, or the room is over. */
  drained(): Promise<void> {
    if (this.unsent === 0 || this.#over) return Promise.resolve()
    return new Promise((resolve) => this.#drained.push(resolve))
  }

  /** Nothing more can be said; what was said goes to the core, and may still be sent. */
  close(error: RingleaderError): void {
    this.flush()
    this.#closed ??= error
  }

  /** The room is over: rejects the promises that are left. `cause`: why it ended. `isKept`: the next start sends what is unsent. */
  end(cause: Error | undefined, isKept: boolean): void {
    this.#over = true
    this.#running = false
    this.#closed ??= new RingleaderError('ERR_LEFT', 'this node has left the room', { cause })
    const kept = isKept
      ? 'it is kept and goes out at the next start: do not repeat it'
      : 'it may be lost, as this node has not kept it'
    const notSent = new RingleaderError('ERR_NOT_SENT', `said, but not known as sent; ${kept}`, { cause })
    const notTaken = new RingleaderError('ERR_LEFT', 'this node left the room before it took this message', {
      cause,
    })
    for (const entry of this.#unsent.values()) entry?.failed(notSent)
    for (const entry of [...this.#told, ...this.#waiting]) entry.failed(notTaken)
    this.#release()
  }

  #settle(): void {
    // Several parts may be settled in one turn: what waits for them goes out together.
    if (this.#waiting.length > 0) this.#gather()
    if (this.unsent === 0) this.#release()
  }

  #release(): void {
    for (const resolve of this.#drained.splice(0)) resolve()
  }
}

function utf8Bytes(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // Each half of a pair counts two, as a pair takes four.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3
  }
  return bytes
}
