/**
 * The desk at the door of a locked room (PROTOCOL.md section 2.20): numbers those who knock, and keeps them until somebody answers.
 * What they can make this node show is limited: so many at a time and a minute, and none that was turned away before.
 */

import type { LinkId, RoomId, RoomKey, Uid } from '../core/model/ids.ts'
import type { LogLine } from '../core/model/log-line.ts'
import { usageError } from './errors.ts'
import type { Clock, Knock, Transport } from './ports.ts'
import type { Knocking } from './room.ts'

/** That wait at a time. */
const waitingMax = 8
/** People are told of so many new ones in a minute. */
const newMax = 6
const minuteMs = 60_000
/** How long one waits for an answer. Unit: ms. */
const answerWaitMs = 600_000

type KnockState = Extract<LogLine, { type: 'knock' }>['state']

export type KnockReport = { readonly number: number; readonly knock: Knock; readonly state: KnockState }

export type KnockingParts = {
  clock: Pick<Clock, 'after'>
  transport: Pick<Transport, 'admit' | 'deny' | 'close'>
  room: RoomId
  /** The key that the room has now; undefined: none, the room is open. */
  key: () => RoomKey | undefined
  /** Somebody knocks, or its knock has ended. */
  report: (report: KnockReport) => void
}

type Waiting = { readonly number: number; readonly knock: Knock; link: LinkId; readonly cancel: () => void }

export class KnockDesk {
  readonly #parts: KnockingParts
  readonly #waiting = new Map<Uid, Waiting>()
  /** Of all that ever knocked, until they end. */
  readonly #links = new Set<LinkId>()
  /** Turned away by somebody. */
  readonly #denied = new Set<Uid>()
  #count = 0
  /** In the minute that began with the first new one. */
  #new = 0
  #cancelMinute: (() => void) | undefined

  constructor(parts: KnockingParts) {
    this.#parts = parts
  }

  get knocking(): Knocking[] {
    return [...this.#waiting.values()].map(({ number, knock: { uid, name, addr } }) => ({
      number,
      id: uid,
      name,
      address: addr,
    }))
  }

  knocked(link: LinkId, knock: Knock): void {
    this.#links.add(link)
    const before = this.#waiting.get(knock.uid)
    if (before) {
      // The link of before may be dead. People know it under its number, and by its key.
      this.#parts.transport.close(before.link)
      before.link = link
    } else if (this.#isHeard(knock)) this.#take(link, knock)
    else this.#parts.transport.deny(link)
  }

  /** A link has ended. Returns whether it was one on which somebody knocked. */
  closed(link: LinkId): boolean {
    for (const one of this.#waiting.values()) if (one.link === link) this.#forget(one, 'gone')
    return this.#links.delete(link)
  }

  /** Throws RingleaderError ERR_USAGE. */
  admit(number: number): void {
    const one = this.#find(number)
    const key = this.#parts.key()
    if (key === undefined) throw usageError('the room has no key yet: try again in a moment')
    this.#parts.transport.admit(one.link, this.#parts.room, key)
    this.#forget(one, 'admitted')
  }

  /** Throws RingleaderError ERR_USAGE. */
  deny(number: number): void {
    const one = this.#find(number)
    this.#denied.add(one.knock.uid)
    this.#parts.transport.deny(one.link)
    this.#forget(one, 'denied')
  }

  /** The room is over. */
  end(): void {
    this.#cancelMinute?.()
    for (const { cancel } of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  #isHeard({ uid }: Knock): boolean {
    if (this.#parts.key() === undefined || this.#denied.has(uid)) return false
    return this.#waiting.size < waitingMax && this.#new < newMax
  }

  #take(link: LinkId, knock: Knock): void {
    const { clock } = this.#parts
    this.#new++
    this.#cancelMinute ??= clock.after(minuteMs, () => {
      this.#cancelMinute = undefined
      this.#new = 0
    })
    const cancel = clock.after(answerWaitMs, () => {
      this.#parts.transport.deny(one.link)
      this.#forget(one, 'expired')
    })
    const one: Waiting = { number: ++this.#count, knock, link, cancel }
    this.#waiting.set(knock.uid, one)
    this.#parts.report({ number: one.number, knock, state: 'waits' })
  }

  #find(number: number): Waiting {
    for (const one of this.#waiting.values()) if (one.number === number) return one
    throw usageError(`nobody knocks with number ${number}`)
  }

  #forget({ number, knock, cancel }: Waiting, state: KnockState): void {
    cancel()
    this.#waiting.delete(knock.uid)
    this.#parts.report({ number, knock, state })
  }
}
