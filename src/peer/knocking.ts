/**
 * The desk at the door of a locked room (PROTOCOL.md section 2.20): numbers those who knock, here or at other members, and
 * keeps them until somebody answers. What they can make this node show is limited, all doors together: so many at a time and
 * a minute, and none that was turned away before.
 */

import type { KnockNews } from '../core/model/frames.ts'
import type { Address, LinkId, RoomId, RoomKey, Uid } from '../core/model/ids.ts'
import type { LogLine } from '../core/model/log-line.ts'
import { knockMs, knockersMax, knockNewsMax, knocksKeptForDoor } from '../wire/limits.ts'
import { usageError } from './errors.ts'
import type { Clock, Knock, Transport } from './ports.ts'
import type { Knocking } from './room.ts'

const minuteMs = 60_000
/** What ends at another door is told by it. So much later it counts as ended anyway. Unit: ms. */
const toldLateMs = 10_000
const endedMax = 32

const ends = {
  admitted: 'it was let in',
  denied: 'it was turned away',
  gone: 'it gave up',
  expired: 'nobody answered it in time',
  unreachable: 'the member at which it knocked is gone',
} as const

/** What becomes of a knock. unreachable: the member at which it knocks is one no more. */
export type KnockState = KnockNews['state'] | 'unreachable'

export type KnockingParts = {
  self: Uid
  clock: Pick<Clock, 'after'>
  transport: Pick<Transport, 'admit' | 'deny' | 'close'>
  room: RoomId
  /** The key that the room has now; undefined: none, the room is open. */
  key: () => RoomKey | undefined
  /** Somebody knocks, or its knock has ended. */
  report: (knocking: Knocking, state: KnockState, by: Uid | undefined) => void
  /** All other members are to know it: it is at this door. */
  share: (news: Omit<KnockNews, 'door'>) => void
  /** The person here answers one at another door. */
  answer: (door: Uid, uid: Uid, admit: boolean) => void
}

/** at: the link on which it knocks here, or the member at which it does. */
type Waiting = {
  readonly number: number
  knock: Knock
  at: { link: LinkId } | { door: Uid }
  cancel: () => void
}

export class KnockDesk {
  readonly #parts: KnockingParts
  readonly #waiting = new Map<Uid, Waiting>()
  /** Of all that ever knocked here, until they end. */
  readonly #links = new Set<LinkId>()
  /** Turned away by the person here, or at this door. What other doors say of their own does not count. */
  readonly #denied = new Set<Uid>()
  /** What became of the last ones, for who answers one of them too late. */
  readonly #ended = new Map<number, string>()
  #count = 0
  /** In the minute that began with the first new one. */
  #new = 0
  #cancelMinute: (() => void) | undefined

  constructor(parts: KnockingParts) {
    this.#parts = parts
  }

  get knocking(): Knocking[] {
    return [...this.#waiting.values()].map(toKnocking)
  }

  /** Somebody knocks here. */
  knocked(link: LinkId, knock: Knock): void {
    this.#links.add(link)
    const before = this.#waiting.get(knock.uid)
    if (before) {
      // The link of before may be dead. People know it under its number, and by its key.
      if ('link' in before.at) this.#parts.transport.close(before.at.link)
      // What another member said that it is called is that one's word.
      const isRenamed = before.knock.name !== knock.name && 'door' in before.at
      before.knock = knock
      before.at = { link }
      before.cancel()
      before.cancel = this.#expiry(before)
      if (isRenamed) this.#tell(before, 'waits')
      else this.#parts.share({ ...knock, state: 'waits' })
    } else if (this.#isHeard(knock.uid, 0)) this.#take({ link }, knock)
    else this.#parts.transport.deny(link, this.#denied.has(knock.uid) ? 'denied' : 'locked')
  }

  /** Somebody knocks at another member, or has ended there. */
  heard({ door, state, uid, name, addr, by }: KnockNews): void {
    const one = this.#waiting.get(uid)
    if (state === 'waits') {
      if (!one && this.#isHeard(uid, knocksKeptForDoor)) this.#take({ door }, { uid, name, addr })
    } else if (one && 'door' in one.at && one.at.door === door) this.#forget(one, state, by)
  }

  /** A person at another member answers one that knocks here. It may have ended meanwhile. */
  answered(uid: Uid, admit: boolean, by?: Uid): void {
    const one = this.#waiting.get(uid)
    if (one && 'link' in one.at && this.#parts.key() !== undefined)
      this.#answer(one, one.at.link, { admit, by })
  }

  /** These are members now: they are told who knocks here, and who knocked at others is forgotten. */
  members(uids: ReadonlySet<string>): void {
    this.shareAgain()
    for (const one of this.#waiting.values())
      if ('door' in one.at && !uids.has(one.at.door)) this.#forget(one, 'unreachable')
  }

  /** There is a leader, which may not have heard who knocks here. */
  shareAgain(): void {
    for (const one of this.#waiting.values())
      if ('link' in one.at) this.#parts.share({ ...one.knock, state: 'waits' })
  }

  /** A link has ended. Returns whether it was one on which somebody knocked. */
  closed(link: LinkId): boolean {
    for (const one of this.#waiting.values())
      if ('link' in one.at && one.at.link === link) this.#forget(one, 'gone')
    return this.#links.delete(link)
  }

  /** Throws RingleaderError ERR_USAGE. */
  admit(number: number): void {
    this.#decide(number, true)
  }

  /** Throws RingleaderError ERR_USAGE. */
  deny(number: number): void {
    this.#decide(number, false)
  }

  /** The room is over. */
  end(): void {
    this.#cancelMinute?.()
    for (const { cancel } of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  /** `kept`: so many are left for others. */
  #isHeard(uid: Uid, kept: number): boolean {
    if (this.#parts.key() === undefined || this.#denied.has(uid)) return false
    return this.#waiting.size < knockersMax - kept && this.#new < knockNewsMax - kept
  }

  #take(at: Waiting['at'], knock: Knock): void {
    this.#new++
    this.#cancelMinute ??= this.#parts.clock.after(minuteMs, () => {
      this.#cancelMinute = undefined
      this.#new = 0
    })
    const one: Waiting = { number: ++this.#count, knock, at, cancel: () => {} }
    one.cancel = this.#expiry(one)
    this.#waiting.set(knock.uid, one)
    this.#tell(one, 'waits')
  }

  #expiry(one: Waiting): () => void {
    const { at } = one
    return this.#parts.clock.after('link' in at ? knockMs : knockMs + toldLateMs, () => {
      if ('link' in at) this.#parts.transport.deny(at.link, 'denied')
      this.#forget(one, 'expired')
    })
  }

  #decide(number: number, admit: boolean): void {
    const one = [...this.#waiting.values()].find((other) => other.number === number)
    if (!one) throw usageError(this.#ended.get(number) ?? `nobody knocks with number ${number}`)
    const { at, knock } = one
    if ('link' in at) this.#answer(one, at.link, { admit, by: this.#parts.self })
    // The end comes from there. Another person may have been faster.
    else {
      if (!admit) this.#denied.add(knock.uid)
      this.#parts.answer(at.door, knock.uid, admit)
    }
  }

  #answer(one: Waiting, link: LinkId, { admit, by }: { admit: boolean; by: Uid | undefined }): void {
    const { transport, room } = this.#parts
    const key = this.#parts.key()
    if (key === undefined) throw usageError('the room has no key yet: try again in a moment')
    if (admit) transport.admit(link, room, key)
    else {
      this.#denied.add(one.knock.uid)
      transport.deny(link, 'denied')
    }
    this.#forget(one, admit ? 'admitted' : 'denied', by)
  }

  #forget(one: Waiting, state: keyof typeof ends, by?: Uid): void {
    one.cancel()
    this.#waiting.delete(one.knock.uid)
    this.#ended.set(one.number, `knock ${one.number} has ended: ${ends[state]}`)
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > endedMax && oldest !== undefined) this.#ended.delete(oldest)
    this.#tell(one, state, by)
  }

  #tell(one: Waiting, state: KnockState, by?: Uid): void {
    this.#parts.report(toKnocking(one), state, by)
    if ('link' in one.at && state !== 'unreachable') this.#parts.share({ ...one.knock, state, by })
  }
}

function toKnocking({ number, knock: { uid, name, addr } }: Waiting): Knocking {
  return { number, id: uid, name, address: addr }
}

/** The line of the log about a knock. */
export function knockLine(
  { number, id, name, address }: Knocking,
  state: KnockState,
  by?: { uid: Uid; name: string; addr?: Address },
): LogLine {
  const who = { uid: id as Uid, name, addr: address as Address }
  return { type: 'knock', number, who, state, ...(by && { by }) }
}
