/**
 * Private messages and /away (PROTOCOL.md 2.23), over direct links. What it keeps and when is in direct.ts.
 */

import type { Inc, Uid } from '../../core/model/ids.ts'
import type { AwayText, DirectFrame } from '../../wire/direct-codec.ts'
import { directAnswerMs, privatesWaitingMax, textBytesMax } from '../../wire/limits.ts'
import { awayProblem, utf8Bytes } from '../../wire/name-rule.ts'
import { Emitter } from '../emitter.ts'
import { RingleaderError, usageError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import type { RoomMember } from '../room.ts'
import { Budget } from './budget.ts'
import type { Direct, DirectEvents, PrivateMessage } from './direct.ts'
import type { DirectLinks, Line, LineUser, NoLink } from './direct-links.ts'
import { PeerLine, type Outgoing } from './peer-line.ts'
import type { PrivateFile } from './private-file.ts'
import { PrivateLog } from './private-log.ts'

/** How often those that are there are offered again what is kept for them. Unit: ms. */
const offerEveryMs = 15_000
/** Kept at a time, for all together. */
const keptMax = 100
/** Messages that failed of which the name is remembered, should they be kept after all. */
const failedMax = 32
/** Nodes of which the name is remembered when they are gone. */
const seenMax = 2000
/** Between two members that are told that the person here is away. Unit: ms. A handshake takes some 3. */
const tellEveryMs = 20
/** Between two events that tell of one member whether it is away. Unit: ms. */
const newsEveryMs = 1000
/** How long the end waits for what is to be kept. Unit: ms. */
const keepingMs = 1000

export type PrivateTalkParts = {
  links: Pick<DirectLinks, 'open'>
  clock: Pick<Clock, 'after' | 'monotonic' | 'wall'>
  self: { uid: Uid; inc: Inc; visit?: true }
  members: () => readonly RoomMember[]
  file: PrivateFile | undefined
}

type Failed = { readonly to: string; readonly text: string; readonly n: number; readonly wall: number }

export class PrivateTalk implements Direct {
  readonly #parts: PrivateTalkParts
  readonly #log: PrivateLog
  readonly #budget: Budget
  readonly #events: Emitter<DirectEvents>
  readonly #peers = new Map<string, PeerLine>()
  /** Of other members, as they said last. */
  readonly #away = new Map<string, string>()
  /** Members of which programs have just heard. */
  readonly #news = new Map<string, { isStale: boolean; cancel: () => void }>()
  #ownAway: AwayText
  /** Those that were told, or are being told, that the person here is away. */
  #told = new Set<string>()
  /** Members since the start, as they were last. */
  readonly #seen = new Map<string, { name: string; address: string }>()
  /** Names of messages that are being written down. */
  readonly #coming = new Map<string, Promise<void>>()
  /** Kept ones that are on their way, and what takes each back. */
  readonly #offered = new Map<string, () => void>()
  /** Not delivered, as far as is known, and not kept. */
  readonly #failed: Failed[] = []
  /** Calls of `send` that are under way. They never reject. */
  readonly #sending = new Set<Promise<void>>()
  #count = 0
  #cancelOffer: (() => void) | undefined
  #isListening = false
  #isOver = false

  constructor(parts: PrivateTalkParts) {
    this.#parts = parts
    this.#log = new PrivateLog(parts.file)
    this.#budget = new Budget(parts.clock)
    this.#events = new Emitter((run) => parts.clock.after(0, run))
  }

  send(
    to: string,
    text: string,
    { keep = false }: { keep?: boolean } = {},
  ): Promise<{ id: string; state: 'delivered' | 'kept'; away: string | undefined }> {
    const sending = this.#send(to, text, keep)
    const settled = sending.then(
      () => undefined,
      () => undefined,
    )
    this.#sending.add(settled)
    void settled.then(() => this.#sending.delete(settled))
    return sending
  }

  async #send(
    to: string,
    text: string,
    keep: boolean,
  ): Promise<{ id: string; state: 'delivered' | 'kept'; away: string | undefined }> {
    if (this.#isOver) throw new RingleaderError('ERR_LEFT', 'the room is over')
    const member = this.#check(to, text)
    const { self, clock } = this.#parts
    if (keep && this.#log.kept.length >= keptMax)
      throw usageError(`${keptMax} private messages are kept already: drop some first`)
    // What may have arrived goes out under its name again, so that it is not shown twice.
    const again = keep ? this.#failed.findIndex((one) => one.to === to && one.text === text) : -1
    const [named] = again < 0 ? [] : this.#failed.splice(again, 1)
    const { n, wall } = named ?? { n: ++this.#count, wall: clock.wall() }
    const id = idOf(self.uid, self.inc, n)
    const { name, address } = member ?? this.#known(to)
    const said = { id, with: { id: to, name, address }, text: text.toWellFormed(), time: wall }
    if (member) this.#offer()
    const result = member
      ? await this.#deliver(to, { inc: self.inc, n, text: said.text, wall })
      : ({ why: 'gone' } as const)
    if ('away' in result) {
      // It has arrived, whatever the own disk says.
      await this.#log.add({ type: 'out', ...said }).catch(() => undefined)
      return { id, state: 'delivered', away: result.away }
    }
    if (!keep && this.#isOver) throw new RingleaderError('ERR_LEFT', 'the room is over')
    if (!keep) {
      this.#rememberFailed({ to, text, n, wall })
      throw unreachableError(name || to, result.why)
    }
    try {
      await this.#log.add({ type: 'kept', ...said })
    } catch (error) {
      this.#rememberFailed({ to, text, n, wall })
      throw error
    }
    this.#offerLater()
    return { id, state: 'kept', away: undefined }
  }

  get kept(): PrivateMessage[] {
    return this.#log.kept
  }

  async drop(id: string): Promise<boolean> {
    if (!this.#log.isKept(id)) return false
    await this.#log.add({ type: 'dropped', id })
    this.#offered.get(id)?.()
    return true
  }

  get recent(): PrivateMessage[] {
    return this.#log.recent
  }

  get readProblem(): string | undefined {
    return this.#parts.file?.problem
  }

  get away(): string | undefined {
    return this.#ownAway
  }

  setAway(text: string | undefined): void {
    const problem = text === undefined || text === '' ? undefined : awayProblem(text)
    if (problem !== undefined) throw usageError(`what you say of being away ${problem}`)
    const wasAway = this.#ownAway !== undefined
    this.#ownAway = text
    if (text === undefined && !wasAway) return
    this.#told = new Set()
    this.#tellAway()
    if (text === undefined) this.#told = new Set()
  }

  awayOf(id: string): string | undefined {
    return id === this.#parts.self.uid ? this.#ownAway : this.#away.get(id)
  }

  on<E extends keyof DirectEvents>(event: E, listener: DirectEvents[E]): this {
    this.#events.on(event, listener)
    return this
  }

  off<E extends keyof DirectEvents>(event: E, listener: DirectEvents[E]): this {
    this.#events.off(event, listener)
    return this
  }

  /** Others are members now than before, or this node has come in. */
  membersChanged(): void {
    const present = new Set(this.#parts.members().map(({ id }) => id))
    for (const { id, name, address } of this.#parts.members()) this.#seen.set(id, { name, address })
    const [oldest] = this.#seen.keys()
    if (this.#seen.size > seenMax && oldest !== undefined) this.#seen.delete(oldest)
    for (const id of this.#away.keys()) if (!present.has(id)) this.#away.delete(id)
    for (const id of this.#told) if (!present.has(id)) this.#told.delete(id)
    if (this.#ownAway !== undefined) this.#tellAway()
    this.#offer()
  }

  /** From now on programs listen; before, what others say would reach nobody. */
  begin(): void {
    this.#isListening = true
    this.membersChanged()
  }

  /** A line that another member opened. Undefined: nothing is taken here. */
  serve(line: Line, first: DirectFrame): LineUser | 'busy' | undefined {
    if (this.#parts.self.visit || (first.type !== 'private' && first.type !== 'away')) return undefined
    // Who is away is remembered at any time: a newcomer is told while it comes in.
    if (!this.#isListening && first.type !== 'away') return 'busy'
    let waiting = 0
    let isShut = false
    const refuse = (why: 'notAMember' | 'notTaken' | 'busy'): void => {
      isShut = true
      line.send({ type: 'refused', why })
      line.close()
    }
    const take = (frame: DirectFrame): void => {
      // What comes behind one that was not taken would be out of order.
      if (isShut) return
      if (frame.type === 'away') return this.#hearAway(line.uid, frame.away)
      if (frame.type !== 'private') return line.close()
      if (!this.#isListening) return refuse('busy')
      if (++waiting === privatesWaitingMax) line.hold(true)
      void this.#take(line, frame, refuse).finally(() => {
        if (waiting-- === privatesWaitingMax) line.hold(false)
      })
    }
    take(first)
    return { received: take, closed: () => undefined }
  }

  async end(): Promise<void> {
    this.#isOver = true
    this.#cancelOffer?.()
    for (const { cancel } of this.#news.values()) cancel()
    for (const peer of this.#peers.values()) peer.end()
    this.#peers.clear()
    // What is to be kept is written down before the home is let go.
    let cancel = (): void => undefined
    const limit = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(keepingMs, resolve)
    })
    await Promise.race([Promise.all(this.#sending), limit])
    cancel()
    await this.#log.close()
  }

  #rememberFailed(message: Failed): void {
    this.#failed.push(message)
    if (this.#failed.length > failedMax) this.#failed.shift()
  }

  #check(to: unknown, text: unknown): RoomMember | undefined {
    if (typeof to !== 'string' || !/^[0-9a-f]{32}$/.test(to))
      throw usageError('a private message is for a node id, 32 hex digits')
    if (to === this.#parts.self.uid) throw usageError('a private message is for another member')
    if (typeof text !== 'string' || text === '') throw usageError('a private message has a text')
    if (utf8Bytes(text) > textBytesMax)
      throw new RingleaderError('ERR_MESSAGE_TOO_LONG', `a message has at most ${textBytesMax} bytes`)
    const member = this.#parts.members().find(({ id }) => id === to)
    if (member?.visit) throw usageError(`${member.name} is a visit, which reads nothing`)
    return member
  }

  /** One that is not there, as it was seen last. */
  #known(id: string): { name: string; address: string } {
    const last = this.#log.recent.findLast(({ with: who }) => who.id === id)
    return this.#seen.get(id) ?? last?.with ?? { name: '', address: '' }
  }

  /** Never rejects. */
  #deliver(
    to: string,
    message: Omit<Outgoing, 'done' | 'failed'>,
    /** Is given what takes it back. */
    begun?: (takeBack: () => void) => void,
  ): Promise<{ away: AwayText } | { why: NoLink }> {
    const peer = this.#peer(to as Uid)
    return new Promise((resolve) => {
      const outgoing: Outgoing = {
        ...message,
        done: (away) => {
          cancel()
          resolve({ away })
        },
        failed: (why) => {
          cancel()
          resolve({ why })
        },
      }
      const takeBack = (): void => {
        cancel()
        peer.takeBack(outgoing)
        resolve({ why: 'silent' })
      }
      const cancel = this.#parts.clock.after(directAnswerMs, takeBack)
      begun?.(takeBack)
      peer.say(outgoing)
    })
  }

  #peer(uid: Uid): PeerLine {
    const found = this.#peers.get(uid)
    if (found) return found
    const peer = new PeerLine({
      uid,
      links: this.#parts.links,
      clock: this.#parts.clock,
      away: () => this.#ownAway,
      heard: (away) => this.#hearAway(uid, away),
      idle: () => {
        if (this.#peers.get(uid) === peer) this.#peers.delete(uid)
      },
    })
    this.#peers.set(uid, peer)
    return peer
  }

  async #take(
    line: Line,
    { inc, n, text, wall }: Extract<DirectFrame, { type: 'private' }>,
    refuse: (why: 'notAMember' | 'notTaken' | 'busy') => void,
  ): Promise<void> {
    const from = this.#parts.members().find(({ id }) => id === line.uid)
    if (!from || this.#isOver) return refuse('notAMember')
    const id = idOf(line.uid, inc, n)
    try {
      if (!this.#log.hasCome(line.uid, id)) {
        const { name, address } = from
        const entry = { id, with: { id: from.id, name, address }, text, time: wall }
        let coming = this.#coming.get(id)
        if (!coming) {
          if (!this.#budget.takes(line.uid, text)) return refuse('busy')
          coming = this.#log.add({ type: 'in', ...entry }).finally(() => this.#coming.delete(id))
          this.#coming.set(id, coming)
          await coming
          this.#events.emit('private', {
            ...entry,
            time: new Date(wall),
            own: false,
            state: 'delivered',
          })
        } else await coming
      }
    } catch {
      return refuse('notTaken')
    }
    line.send({ type: 'taken', inc, n, away: this.#ownAway })
  }

  #hearAway(id: string, text: AwayText): void {
    const isMember = this.#parts.members().some((member) => member.id === id)
    if (!isMember || this.#away.get(id) === text) return
    if (text === undefined) this.#away.delete(id)
    else this.#away.set(id, text)
    this.#tellNews(id)
  }

  /** Programs hear of one member once in a while: how it is then. */
  #tellNews(id: string): void {
    const told = this.#news.get(id)
    if (told) return void (told.isStale = true)
    const text = this.#away.get(id)
    const news = {
      isStale: false,
      cancel: this.#parts.clock.after(newsEveryMs, () => {
        this.#news.delete(id)
        const isMember = this.#parts.members().some((member) => member.id === id)
        if (news.isStale && isMember && this.#away.get(id) !== text) this.#tellNews(id)
      }),
    }
    this.#news.set(id, news)
    this.#events.emit('away', { id, text })
  }

  #tellAway(): void {
    const { members, self, clock } = this.#parts
    const others = members().filter(({ id, visit }) => id !== self.uid && !visit && !this.#told.has(id))
    for (const [i, { id }] of others.entries()) {
      this.#told.add(id)
      clock.after(i * tellEveryMs, () => {
        if (!this.#isOver) this.#peer(id as Uid).tellAway()
      })
    }
  }

  #offerLater(): void {
    if (this.#isOver) return
    this.#cancelOffer ??= this.#parts.clock.after(offerEveryMs, () => {
      this.#cancelOffer = undefined
      this.#offer()
    })
  }

  /** Those that are there get what is kept for them. */
  #offer(): void {
    if (this.#isOver) return
    const kept = this.#log.kept
    if (kept.length > 0) this.#offerLater()
    const present = new Set(this.#parts.members().map(({ id }) => id))
    for (const message of kept)
      if (present.has(message.with.id) && !this.#offered.has(message.id)) void this.#offerOne(message)
  }

  async #offerOne(message: PrivateMessage): Promise<void> {
    const { id, with: who, text, time } = message
    const name = nameOf(id)
    if (!name) return
    const result = await this.#deliver(who.id, { ...name, text, wall: time.getTime() }, (takeBack) =>
      this.#offered.set(id, takeBack),
    )
    this.#offered.delete(id)
    if (!('away' in result) || !this.#log.isKept(id)) return
    // Where the disk does not take it, it is sent again later; the other end knows its name.
    await this.#log.add({ type: 'delivered', id }).then(
      () => this.#events.emit('delivered', { ...message, state: 'delivered' }),
      () => undefined,
    )
  }
}

/** What names a private message of a process. */
function idOf(uid: string, inc: Inc, n: number): string {
  return `${uid}:${inc}:p${n}`
}

function nameOf(id: string): { inc: Inc; n: number } | undefined {
  const [, inc, n] = /^[0-9a-f]{32}:([0-9a-f]{28}):p([1-9]\d{0,14})$/.exec(id) ?? []
  return inc === undefined ? undefined : { inc: inc as Inc, n: Number(n) }
}

function unreachableError(name: string, why: NoLink): RingleaderError {
  const what =
    why === 'gone' || why === 'notAMember'
      ? `${name} is not in the room now`
      : why === 'notTaken'
        ? `${name} cannot take it: its disk may be full`
        : why === 'silent'
          ? `${name} did not confirm it in time: it may have arrived nevertheless`
          : `${name} cannot be reached now`
  return new RingleaderError('ERR_UNREACHABLE', what)
}
