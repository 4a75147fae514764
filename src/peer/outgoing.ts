/**
 * Queues own messages from `say` until they are sent: puts those of one turn of the event loop together, and those that are said
 * shortly behind others, limits how many are on the way, and settles the promises of the callers. The core names, orders and
 * confirms them.
 */

import type { Said } from '../core/model/events.ts'
import { countOf, entriesMax, midOf, type Kind, type Part } from '../core/model/records.ts'
import { assert } from '../lib/assert.ts'
import { wellFormed } from '../wire/fields.ts'
import { partTextBytesMax, textBytesMax } from '../wire/limits.ts'
import { utf8Bytes } from '../wire/name-rule.ts'
import { RingleaderError } from './errors.ts'
import type { Clock } from './ports.ts'
import { idsOf } from './to-room.ts'

/** More than this is never unsent at a time; further calls wait. */
const unsentMax = 4096
const unsentBytesMax = 1024 * 1024

/**
 * While messages are on the way, a part that is not full leaves no sooner than this behind the one before: each costs every
 * member a signature to verify, a row and a commit. Unit: ms.
 */
const partEveryMs = 4

/** A message that was said, and its caller, who waits until it is taken, or sent. text: empty once the core has it. */
type Entry = {
  text: string
  readonly kind: Kind
  readonly bytes: number
  readonly reject: (error: RingleaderError) => void
} & (
  | { readonly until: 'taken'; readonly resolve: (answer: { id: string }) => void }
  | { readonly until: 'sent'; readonly resolve: (answer: { id: string; ts: number }) => void }
)

export type OutgoingParts = {
  /** Gives messages to the core that become one part: not more than a part may have. */
  feed: (messages: readonly Said[]) => void
  clock: Pick<Clock, 'after' | 'afterTurn' | 'monotonic'>
}

/** Own messages in the order in which they were said. */
export class Outgoing {
  readonly #parts: OutgoingParts
  /** Not yet told to the core. */
  readonly #waiting: Entry[] = []
  /** Told, and the core has not answered yet; it answers in order. */
  readonly #told: Entry[] = []
  /** The parts that the core has, by their place. entries: none where an earlier process said them. */
  readonly #parted = new Map<string, { count: number; entries: readonly Entry[] }>()
  /** How many messages these parts have. */
  #partedCount = 0
  #bytes = 0
  #blockedBy: RingleaderError | undefined
  #running = false
  #pumping = false
  #isGathering = false
  /** Ends the wait for a part to fill. */
  #stopWaiting: (() => void) | undefined
  /** When a part left last. Unit: ms, of the monotonic clock. */
  #leftAt = -Infinity
  #closed: RingleaderError | undefined
  #over = false
  #drained: (() => void)[] = []

  constructor(parts: OutgoingParts, stored: readonly Part[]) {
    this.#parts = parts
    for (const part of stored) {
      this.#parted.set(midOf(part), { count: countOf(part), entries: [] })
      this.#partedCount += countOf(part)
    }
  }

  /** Own messages that are not known as sent. */
  get unsent(): number {
    return this.#waiting.length + this.#told.length + this.#partedCount
  }

  /** The core runs: what was said so far goes to it. */
  run(): void {
    this.#running = true
    this.flush()
  }

  /** What was said so far goes to the core before what comes now, as far as it may be unsent. */
  flush(): void {
    this.#pump(true)
    this.#rejectBlocked()
  }

  /** What is said until the end of this turn goes to the core together: one part, signed once. */
  #gather(): void {
    if (this.#isGathering || !this.#running) return
    this.#isGathering = true
    this.#parts.clock.afterTurn(() => {
      this.#isGathering = false
      this.#pump(false)
      this.#rejectBlocked()
    })
  }

  /** Rejects with ERR_USAGE (empty), ERR_MESSAGE_TOO_LONG, ERR_DISK_FULL, ERR_LEFT, ERR_NOT_SENT. */
  say(given: string, kind: Kind): Promise<{ id: string; ts: number }> {
    const said = this.#read(given)
    if (said instanceof Error) return Promise.reject(said)
    const { text, bytes } = said
    return new Promise((resolve, reject) => {
      this.#take({ text, kind, bytes, until: 'sent', resolve, reject })
    })
  }

  /** Resolves when the core took it. Rejects with the same errors but ERR_NOT_SENT. */
  post(given: string, kind: Kind): Promise<{ id: string }> {
    const said = this.#read(given)
    if (said instanceof Error) return Promise.reject(said)
    const { text, bytes } = said
    return new Promise((resolve, reject) => {
      this.#take({ text, kind, bytes, until: 'taken', resolve, reject })
    })
  }

  /** What can be said of what was given, or why nothing can. */
  #read(given: string): { text: string; bytes: number } | RingleaderError {
    // Programs in JavaScript may give anything.
    if (typeof given !== 'string') return new RingleaderError('ERR_USAGE', 'what is said is a string')
    if (this.#closed) return this.#closed
    if (given === '') return new RingleaderError('ERR_USAGE', 'a message has at least one character')
    // Half a surrogate pair has no UTF-8: others would read another text than this node.
    const text = wellFormed(given)
    const bytes = utf8Bytes(text)
    if (bytes <= textBytesMax) return { text, bytes }
    const problem = `a message has at most ${textBytesMax} bytes of UTF-8, this one has ${bytes}; split it`
    return new RingleaderError('ERR_MESSAGE_TOO_LONG', problem)
  }

  #take(entry: Entry): void {
    this.#waiting.push(entry)
    if (this.#running) this.#gather()
    else this.#rejectBlocked()
  }

  /** Gives the core what may leave now. isForced: also parts that could still fill. */
  #pump(isForced: boolean): void {
    // `feed` may call back into this function. The outer call goes on in order, so the inner one does nothing.
    if (!this.#running || this.#pumping) return
    this.#pumping = true
    this.#stopWaiting?.()
    this.#stopWaiting = undefined
    for (;;) {
      const { count, limit } = this.#nextPart()
      if (count === 0 || (!isForced && this.#waits(count, limit))) break
      const entries = this.#waiting.splice(0, count)
      this.#leftAt = this.#parts.clock.monotonic()
      this.#told.push(...entries)
      for (const { bytes } of entries) this.#bytes += bytes
      const messages = entries.map(({ text, kind }) => ({ text, kind }))
      for (const entry of entries) entry.text = ''
      this.#parts.feed(messages)
    }
    this.#pumping = false
  }

  /** How many of those that wait go into one part, and what keeps the next one out: the part is full, or too much is unsent. */
  #nextPart(): { count: number; limit: 'part' | 'unsent' | undefined } {
    const before = this.#told.length + this.#partedCount
    let count = 0
    let bytes = 0
    for (const entry of this.#waiting) {
      const unsent = before + count
      const sum = bytes + entry.bytes
      if (count === entriesMax || sum > partTextBytesMax) return { count, limit: 'part' }
      if (unsent >= unsentMax || (unsent > 0 && this.#bytes + sum > unsentBytesMax))
        return { count, limit: 'unsent' }
      bytes = sum
      count++
    }
    return { count, limit: count === entriesMax || bytes === partTextBytesMax ? 'part' : undefined }
  }

  /**
   * Whether the next part, of the first `count` that wait, may still fill. Not where nothing is on the way, so a single message
   * never waits; nor where a caller waits until one of them is taken, who may have the next one to say.
   */
  #waits(count: number, limit: 'part' | 'unsent' | undefined): boolean {
    if (limit === 'part' || this.#told.length + this.#partedCount === 0) return false
    // What is sent next makes room, and that is a turn of its own.
    if (limit === 'unsent') return true
    for (let at = 0; at < count; at++) if (this.#waiting[at]?.until === 'taken') return false
    const { clock } = this.#parts
    const waitMs = Math.ceil(this.#leftAt + partEveryMs - clock.monotonic())
    if (waitMs <= 0) return false
    this.#stopWaiting = clock.after(waitMs, () => {
      this.#stopWaiting = undefined
      this.#pump(false)
    })
    return true
  }

  /** The core took what it was told first, as a part. */
  taken(part: Part): void {
    const count = countOf(part)
    const entries = this.#told.splice(0, count)
    // A callback may ask how many are unsent: first all are noted.
    this.#parted.set(midOf(part), { count, entries })
    this.#partedCount += count
    const idAt = idsOf(part)
    for (const [i, entry] of entries.entries()) if (entry.until === 'taken') entry.resolve({ id: idAt(i) })
  }

  /** The core did not take what it was told first, `count` messages. */
  refused(count: number, error: RingleaderError): void {
    for (const entry of this.#told.splice(0, count)) {
      this.#bytes -= entry.bytes
      entry.reject(error)
    }
    this.#settle()
  }

  /** Set while the disk is full: callers that would wait get this error. undefined: there is room again. */
  set blockedBy(error: RingleaderError | undefined) {
    this.#blockedBy = error
    this.#rejectBlocked()
  }

  #rejectBlocked(): void {
    const error = this.#blockedBy
    if (error) for (const entry of this.#waiting.splice(0)) entry.reject(error)
  }

  /** Parts have other places now, each as [before, after]. */
  renamed(parts: readonly (readonly [Part, Part])[]): void {
    const all = parts.map(([before]) => this.#parted.get(midOf(before)))
    for (const [before] of parts) this.#parted.delete(midOf(before))
    for (const [i, [, after]] of parts.entries()) {
      // A title, or a change of the key, was not said here.
      const one = all[i]
      if (one) this.#parted.set(midOf(after), one)
    }
  }

  /** `ts`: of the first message; each further one has the next. undefined: an earlier process said the part. */
  sent(part: Part, ts: number | undefined): void {
    const mid = midOf(part)
    const found = this.#parted.get(mid)
    if (!found) return
    this.#parted.delete(mid)
    this.#partedCount -= found.count
    const idAt = idsOf(part)
    for (const [i, entry] of found.entries.entries()) {
      this.#bytes -= entry.bytes
      if (entry.until !== 'sent') continue
      assert(ts !== undefined, 'this process saw its own message take its place')
      entry.resolve({ id: idAt(i), ts: ts + i })
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

  /** The room is over: what was not taken is rejected. `cause`: why it ended. */
  end(cause: Error | undefined): void {
    this.#over = true
    this.#running = false
    this.#stopWaiting?.()
    this.#closed ??= new RingleaderError('ERR_LEFT', 'this node has left the room', { cause })
    const notTaken = new RingleaderError('ERR_LEFT', 'this node left the room before it took this message', {
      cause,
    })
    for (const entry of [...this.#told, ...this.#waiting]) entry.reject(notTaken)
    this.#release()
  }

  /** The store is closed: what was taken and is not sent is rejected. `isKept`: the next start sends it. */
  rejectUnsent(cause: Error | undefined, isKept: boolean): void {
    const kept = isKept
      ? 'it is kept and goes out at the next start: do not repeat it'
      : 'it may be lost, as nothing shows that this node has kept it'
    const notSent = new RingleaderError('ERR_NOT_SENT', `said, but not known as sent; ${kept}`, { cause })
    for (const { entries } of this.#parted.values()) for (const entry of entries) entry.reject(notSent)
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
