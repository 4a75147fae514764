/**
 * The direct links of a node (PROTOCOL.md 2.23): opens them to members, and lets members open them to us, within limits.
 * What is said on them is for the services above.
 */

import type { LinkEnd } from '../../core/model/events.ts'
import type { Address, LinkId, RoomId, RoomKey, Uid } from '../../core/model/ids.ts'
import type { DirectFrame } from '../../wire/direct-codec.ts'
import { directAnswerMs, directLinksMax, directPerPeerMax } from '../../wire/limits.ts'
import type { Clock, DirectSink, DirectTransport } from '../ports.ts'

/** Why a direct link is not there. `silent`, `refused`, `closed`, `locked` ...: as links end. */
export type NoLink = LinkEnd | Extract<DirectFrame, { type: 'refused' }>['why'] | 'gone'

/** One end of a direct link, as a service sees it. */
export interface Line {
  /** The node at the other end. */
  readonly uid: Uid
  /** Paced: wait for `drained` before much more. */
  send(frame: DirectFrame): void
  hold(isHeld: boolean): void
  close(): void
}

/** What a service does with a line. */
export interface LineUser {
  received(frame: DirectFrame): void
  drained?(): void
  /** The line is gone. Exactly once, also when this side closed it. */
  closed(why: NoLink): void
}

export type DirectLinksParts = {
  transport: DirectTransport
  clock: Pick<Clock, 'after'>
  room: RoomId
  key: () => RoomKey | undefined
  /** Where a member is reached; undefined: it is no member now, or this node itself. */
  addressOf: (uid: Uid) => Address | undefined
  /** The first frame of a line that another member opened. Undefined: it is not served, and the line ends. */
  serve: (line: Line, first: DirectFrame) => LineUser | 'busy' | undefined
}

type Dialled = {
  readonly uid: Uid
  readonly ready: (line: Line) => LineUser
  readonly failed: (why: NoLink) => void
  readonly cancel: () => void
}
type Called = { readonly uid: Uid; isOpen: boolean }

export class DirectLinks implements DirectSink {
  readonly #parts: DirectLinksParts
  readonly #users = new Map<LinkId, LineUser>()
  /** At the other ends of the links that are used. */
  readonly #uids = new Map<LinkId, Uid>()
  /** Dialled, and not opened by the other end yet. */
  readonly #dialled = new Map<LinkId, Dialled>()
  /** Of others, until they end. */
  readonly #called = new Map<LinkId, Called>()
  #isOver = false

  constructor(parts: DirectLinksParts) {
    this.#parts = parts
    parts.transport.attachDirect(this)
  }

  /**
   * Opens a line to a member. One of the two is called, once and later: `ready`, which returns who uses it from then on, or
   * `failed`. Returns a function that gives up: then neither is.
   */
  open(uid: Uid, ready: (line: Line) => LineUser, failed: (why: NoLink) => void): () => void {
    const { transport, clock, addressOf, key } = this.#parts
    const addr = this.#isOver ? undefined : addressOf(uid)
    if (addr === undefined) return clock.after(0, () => failed('gone'))
    const link = transport.mintLink()
    const cancel = clock.after(directAnswerMs, () => this.#fail(link, 'silent'))
    this.#dialled.set(link, { uid, ready, failed, cancel })
    transport.dialDirect(link, addr, key())
    return () => {
      if (!this.#dialled.delete(link)) return
      cancel()
      transport.close(link)
    }
  }

  end(): void {
    this.#isOver = true
    for (const link of [...this.#dialled.keys()]) this.#fail(link, 'gone')
    for (const link of new Set([...this.#called.keys(), ...this.#users.keys()]))
      this.#parts.transport.close(link)
  }

  /** The links of those who are members no more end: one that was removed gets nothing from then on. */
  membersChanged(): void {
    const { addressOf, transport } = this.#parts
    const all = [...this.#uids, ...[...this.#called].map(([link, { uid }]) => [link, uid] as const)]
    for (const [link, uid] of all) if (addressOf(uid) === undefined) transport.close(link)
    for (const [link, { uid }] of [...this.#dialled])
      if (addressOf(uid) === undefined) this.#fail(link, 'gone')
  }

  called(link: LinkId, uid: Uid): void {
    this.#called.set(link, { uid, isOpen: false })
  }

  opened(link: LinkId, uid: Uid): void {
    const dialled = this.#dialled.get(link)
    if (!dialled) return
    // Another node lives at this address now.
    if (dialled.uid !== uid) return this.#fail(link, 'refused')
    this.#parts.transport.sendDirect(link, { type: 'open', room: this.#parts.room })
  }

  received(link: LinkId, frame: DirectFrame): void {
    const dialled = this.#dialled.get(link)
    if (dialled) return this.#answered(link, dialled, frame)
    const user = this.#users.get(link)
    if (user) {
      if (frame.type !== 'refused') return user.received(frame)
      this.#forget(link)
      this.#parts.transport.close(link)
      return user.closed(frame.why)
    }
    const called = this.#called.get(link)
    if (called) this.#asked(link, called, frame)
  }

  drained(link: LinkId): void {
    this.#users.get(link)?.drained?.()
  }

  closed(link: LinkId, why: LinkEnd): void {
    this.#called.delete(link)
    if (this.#dialled.has(link)) return this.#fail(link, why)
    const user = this.#users.get(link)
    this.#forget(link)
    user?.closed(why)
  }

  #use(link: LinkId, uid: Uid, user: LineUser): void {
    this.#users.set(link, user)
    this.#uids.set(link, uid)
  }

  #forget(link: LinkId): void {
    this.#users.delete(link)
    this.#uids.delete(link)
  }

  #answered(link: LinkId, dialled: Dialled, frame: DirectFrame): void {
    if (frame.type === 'refused') return this.#fail(link, frame.why)
    if (frame.type !== 'opened') return this.#fail(link, 'closed')
    dialled.cancel()
    this.#dialled.delete(link)
    this.#use(link, dialled.uid, dialled.ready(this.#line(link, dialled.uid)))
  }

  #asked(link: LinkId, called: Called, frame: DirectFrame): void {
    const { transport, room, addressOf, serve } = this.#parts
    const { uid } = called
    if (!called.isOpen) {
      // A stranger learns nothing, not even which room it is.
      const isMember = frame.type === 'open' && frame.room === room && addressOf(uid) !== undefined
      if (this.#isOver || !isMember) return this.#refuse(link, 'notAMember')
      const own = [...this.#called.values()].filter((other) => other.uid === uid)
      if (own.length > directPerPeerMax || this.#called.size > directLinksMax)
        return this.#refuse(link, 'busy')
      called.isOpen = true
      return transport.sendDirect(link, { type: 'opened' })
    }
    if (addressOf(uid) === undefined) return this.#refuse(link, 'notAMember')
    const user = serve(this.#line(link, uid), frame)
    if (user === undefined || user === 'busy') return this.#refuse(link, user ?? 'notTaken')
    this.#use(link, uid, user)
  }

  #refuse(link: LinkId, why: Extract<DirectFrame, { type: 'refused' }>['why']): void {
    this.#parts.transport.sendDirect(link, { type: 'refused', why })
    this.#parts.transport.close(link)
  }

  #fail(link: LinkId, why: NoLink): void {
    const dialled = this.#dialled.get(link)
    if (!dialled) return
    this.#dialled.delete(link)
    dialled.cancel()
    this.#parts.transport.close(link)
    dialled.failed(why)
  }

  #line(link: LinkId, uid: Uid): Line {
    const { transport } = this.#parts
    return {
      uid,
      send: (frame) => transport.sendDirect(link, frame),
      hold: (isHeld) => transport.hold(link, isHeld),
      close: () => transport.close(link),
    }
  }
}
