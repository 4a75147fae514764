/**
 * Implements the room of room.ts over one loop: turns calls into events for the core, and effects into
 * messages, members and notices. The wording of notices is passed in.
 */

import type { Event } from '../core/model/events.ts'
import type { LogLine } from '../core/model/log-line.ts'
import type { Member } from '../core/model/frames.ts'
import type { Address, RoomKey } from '../core/model/ids.ts'
import { isSaid, type Part } from '../core/model/records.ts'
import { nameProblem } from '../wire/name-rule.ts'
import { blockedError, noRoomForHistory, stoppedBy } from './blocked.ts'
import { CheckCalls } from './check-calls.ts'
import { dialsAhead } from './dials-ahead.ts'
import { Emitter } from './emitter.ts'
import { RingleaderError } from './errors.ts'
import { Farewell } from './farewell.ts'
import { KnockDesk, knockLine, type KnockState } from './knocking.ts'
import { Lock } from './room-lock.ts'
import { Loop, type LoopSink, type SessionEffect } from './loop.ts'
import { Outgoing } from './outgoing.ts'
import type { Blocked, StoreSink, TransportSink } from './ports.ts'
import { Feed } from './reading/feed.ts'
import type {
  Knocking,
  Left,
  Message,
  Pending,
  Room,
  RoomCheck,
  RoomEvents,
  RoomLeader,
  RoomMember,
} from './room.ts'
import { Roster } from './roster.ts'
import { Telling } from './telling.ts'
import type { SessionParts } from './session-parts.ts'
import { Title } from './title.ts'
import { asError, idsOf, kindOf, pendingIn, toMember } from './to-room.ts'

/** The longest wait of a `leave` that names none. Unit: ms. Source: cli.md. */
const leaveWaitMs = 2000

/** A room, from `start` until it is left. */
export class Session implements Room {
  readonly #parts: SessionParts
  readonly #loop: Loop
  readonly #events: Emitter<RoomEvents>
  readonly #outgoing: Outgoing
  readonly #feed: Feed
  /** Why commits wait, or waited last. */
  #blockedBy: Blocked = 'full'
  #name: string
  #addr: Address
  #listening: Address
  /** The core runs; and whether the machine moved before that. */
  #isStarted = false
  #movedBefore = false
  readonly #roster: Roster
  readonly #telling: Telling
  readonly #checks: CheckCalls
  readonly #lock: Lock
  readonly #desk: KnockDesk
  readonly #title: Title
  /** Who removed this node from the room. */
  #removedBy: { name: string; addr?: Address } | undefined
  #farewell: Farewell | undefined
  #over: Promise<void> | undefined
  #resolveEntered: () => void = () => {}
  #rejectEntered: (error: Error) => void = () => {}
  #resolveOver: (left: Left) => void = () => {}

  readonly id: string
  readonly direct: Room['direct']
  readonly files: Room['files']
  readonly watching: Room['watching']
  /** Resolves when this node is in the view and holds the history; rejects when the room ends before. */
  readonly entered: Promise<void>
  /** Resolves when all is freed. Never rejects. */
  readonly closed: Promise<Left>

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.direct = parts.direct
    this.files = parts.files
    this.watching = parts.watching
    const { store, self, clock } = parts
    this.id = store.stored.room
    this.#name = self.name
    this.#addr = self.addr
    this.#listening = parts.listening
    this.#roster = new Roster({ id: self.uid, name: self.name, address: self.addr, leader: false })
    this.#events = new Emitter((run) => clock.after(0, run))
    const seenAt = parts.transport.seenAt.bind(parts.transport)
    this.#telling = new Telling({ ...parts, events: this.#events, seenAt })
    this.#checks = new CheckCalls({
      clock,
      store,
      uid: self.uid,
      request: () => this.#loop.feed({ type: 'checkRequested' }),
      hidden: () => this.#feed.hidden,
      members: () => this.members,
    })
    const key = (): RoomKey | undefined => parts.core.glance().key
    this.#lock = new Lock({
      room: store.stored.room,
      key,
      uid: self.uid,
      members: () => this.members,
      address: () => this.#addr,
      invitationOf: parts.invitationOf,
      newKey: parts.newKey,
      nameKey: parts.nameKey,
      request: (newKey, remove) =>
        this.#loop.feed({ type: 'rekeyRequested', key: newKey, remove, wall: clock.wall() }),
    })
    this.#title = new Title({ core: parts.core, clock, feed: (event) => this.#loop.feed(event) })
    this.#desk = new KnockDesk({
      clock,
      transport: parts.transport,
      self: self.uid,
      room: store.stored.room,
      key,
      report: (knocking, state, by) => this.#knockReported(knocking, state, by),
      share: (news) => this.#loop.feed({ type: 'knockShared', news }),
      answer: (door, uid, admit) => this.#loop.feed({ type: 'knockAnswerGiven', door, uid, admit }),
    })
    this.entered = new Promise((resolve, reject) => {
      this.#resolveEntered = resolve
      this.#rejectEntered = reject
    })
    this.entered.catch(() => {})
    this.closed = new Promise((resolve) => (this.#resolveOver = resolve))
    this.#outgoing = new Outgoing(
      {
        feed: (messages) => this.#loop.feed({ type: 'said', messages, wall: clock.wall() }),
        clock,
      },
      store.stored.outbox,
    )
    this.#feed = new Feed({
      clock,
      store,
      uid: self.uid,
      inc: self.inc,
      show: (make) => {
        if (this.#events.has('message')) for (const message of make()) this.#events.emit('message', message)
      },
      entered: this.entered,
      entering: async () => {
        await parts.entering()
        this.#resolveEntered()
        // A program that awaits `entered` runs, and so can listen, before the first message is shown.
        await new Promise<void>((resolve) => clock.after(0, resolve))
        this.#tellNewcomer()
      },
      failed: (error) => this.#finish(asError(error)),
    })
    this.#loop = new Loop({ ...parts, step: parts.core.step, sink: this.#sink, trace: parts.trace })
  }

  get transportSink(): TransportSink {
    return this.#loop.transportSink
  }

  get storeSink(): StoreSink {
    return this.#loop.storeSink
  }

  /** Feeds the first event; what was said before goes out after it. */
  start(event: Extract<Event, { type: 'started' }>): void {
    this.#isStarted = true
    this.#loop.feed({ ...event, wall: this.#parts.clock.wall() })
    // The machine moved while the room was being opened.
    if (this.#movedBefore) this.#loop.feed({ type: 'moved', addr: this.#addr })
    this.#outgoing.run()
  }

  get self(): RoomMember {
    const { uid } = this.#parts.self
    return { id: uid, name: this.#name, address: this.#addr, leader: this.#roster.leader?.id === uid }
  }

  get listening(): string {
    return this.#listening
  }

  get members(): RoomMember[] {
    return this.#roster.members
  }

  get leader(): RoomLeader | undefined {
    return this.#roster.leader
  }

  get unsent(): number {
    return this.#outgoing.unsent
  }

  get pending(): Pending[] {
    return this.#parts.core.unsent().flatMap(pendingIn)
  }

  get size(): number {
    return this.#feed.size
  }

  get ring(): Room['ring'] {
    const { next, previous, term, status } = this.#parts.core.glance()
    const shape = (member: Member): RoomMember => toMember(member, this.#roster.leader?.id)
    return { next: next && shape(next), previous: previous && shape(previous), term, status }
  }

  on<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): this {
    this.#events.on(event, listener)
    return this
  }

  off<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): this {
    this.#events.off(event, listener)
    return this
  }

  say(text: string, options: { action?: boolean } | null = {}): Promise<{ id: string; ts: number }> {
    return this.#outgoing.say(text, kindOf(options))
  }

  post(text: string, options: Parameters<typeof kindOf>[0] = {}): Promise<{ id: string }> {
    return this.#outgoing.post(text, kindOf(options))
  }

  check({ timeoutMs }: { timeoutMs?: number } = {}): Promise<RoomCheck> {
    return this.#checks.call(timeoutMs)
  }

  get locked(): boolean {
    return this.#lock.isLocked
  }

  invitation(): string {
    return this.#lock.invitation()
  }

  async rekey(options: { remove?: readonly string[] } = {}): Promise<void> {
    // What was said before is said under the key of before.
    this.#outgoing.flush()
    await this.#lock.rekey(options)
  }

  get knocking(): Knocking[] {
    return this.#desk.knocking
  }

  admit(number: number): void {
    this.#desk.admit(number)
  }

  deny(number: number): void {
    this.#desk.deny(number)
  }

  get title(): string | undefined {
    return this.#title.title
  }

  setTitle(given: string): void {
    if (this.#farewell || this.#over) throw this.#notTaken('leaving')
    // What was said before is said under the title of before.
    this.#outgoing.flush()
    this.#title.give(given)
  }

  rename(given: string): void {
    if (typeof given !== 'string') throw new RingleaderError('ERR_USAGE', 'a name is a string')
    const name = given.trim()
    const problem = nameProblem(name)
    if (problem !== undefined) throw new RingleaderError('ERR_USAGE', `a name ${problem}`)
    if (this.#farewell || this.#over) throw this.#notTaken('leaving')
    // What was said before is said under the name of before.
    this.#outgoing.flush()
    this.#name = name
    this.#loop.feed({ type: 'renamed', name })
  }

  messages(options: Parameters<Room['messages']>[0] = {}): AsyncIterable<Message> {
    return this.#feed.messages(options.since ?? 'start', options.last)
  }

  history(options: Parameters<Room['history']>[0] = {}): AsyncIterable<Message> {
    return this.#feed.history(options)
  }

  readonly search: Room['search'] = (...given) => this.#feed.search(...given)

  async leave(options: { waitMs?: number } = {}): Promise<Left> {
    const { waitMs = leaveWaitMs } = options
    if (this.#farewell) {
      if (waitMs === 0) this.#farewell.hurry()
    } else if (this.#over === undefined) {
      this.#outgoing.close(new RingleaderError('ERR_LEFT', 'this node is leaving the room'))
      this.#farewell = new Farewell(waitMs, {
        clock: this.#parts.clock,
        drained: this.#outgoing.drained(),
        goodbye: (hurried) => this.#loop.feed({ type: 'leaveRequested', hurried }),
        force: () => this.#finish(undefined),
      })
    }
    return this.closed
  }

  readonly #sink: LoopSink = {
    perform: (effect) => this.#perform(effect),
    persisting: (effect) => this.#feed.persisting(effect),
    committed: (upTo) => this.#feed.committed(upTo),
    broken: (error) => this.#finish(error),
    blocked: (why) => {
      this.#blockedBy = why
    },
    refused: ({ addr, uid, what }) =>
      this.#telling.refused({ type: 'refused', what, ...(uid && { uid }), ...(addr && { addr }) }),
    knocked: (link, knock) => this.#desk.knocked(link, knock),
    closed: (link) => this.#desk.closed(link),
    addressLost: () =>
      this.#tell('this machine has lost its address, and others cannot reach it until it is back:'),
    addressBack: () => this.#tell('this machine has its address back:'),
    addressMoved: (address) => this.#moved(address),
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'deliver':
        return this.#feed.deliver(effect.pos, effect.record)
      case 'deliverRange':
        return this.#feed.deliverRange(effect.from, effect.to)
      case 'entered':
        return this.#feed.enter()
      case 'pending':
        return this.#taken(effect.part)
      case 'reissued':
        return this.#outgoing.renamed(effect.parts.map(({ from, to }) => [from, to] as const))
      case 'sent':
        return this.#sent(effect.part, effect.ts)
      case 'refuse':
        return this.#outgoing.refused(effect.count, this.#notTaken(effect.why))
      case 'membersChanged':
        this.#parts.transport.favour(new Set(effect.members.map(({ uid }) => uid)))
        this.#desk.members(new Set(effect.members.map(({ uid }) => uid)))
        return this.#tellMembers(this.#roster.setMembers(effect.members, effect.leader))
      case 'leaderChanged':
        this.#tellMembers(this.#roster.setLeader(effect.leader, effect.term))
        // A leader that this node comes back to may publish no view.
        if (effect.leader) this.#desk.shareAgain()
        return this.#events.emit('leader', this.leader)
      case 'checked':
        return this.#checks.done(effect)
      case 'knockHeard':
        return this.#desk.heard(effect.news)
      case 'knockAnswered':
        return this.#desk.answered(effect.uid, effect.admit, effect.by)
      case 'mintKey':
        return this.#lock.mint()
      case 'rekeyed':
        return this.#lock.settled(effect.id, effect.why && this.#notTaken(effect.why))
      case 'log':
        return this.#hear(effect.line)
      case 'stop':
        return this.#finish(stoppedBy(effect.why, this.#blockedBy, this.#removedBy))
    }
  }

  #notTaken(why: 'disk-full' | 'leaving'): RingleaderError {
    return why === 'disk-full'
      ? blockedError(this.#blockedBy)
      : new RingleaderError('ERR_LEFT', 'this node is leaving the room')
  }

  #taken(part: Part): void {
    this.#outgoing.taken(part)
    if (this.#events.has('pending')) for (const each of pendingIn(part)) this.#events.emit('pending', each)
  }

  /** `ts`: of the first message. */
  #sent(part: Part, ts: number | undefined): void {
    this.#outgoing.sent(part, ts)
    if (!this.#events.has('sent')) return
    const idAt = idsOf(part)
    // Changes of the key and titles are sent like messages, and are none.
    for (const [i, { kind }] of part.entries.entries())
      if (isSaid(kind)) this.#events.emit('sent', { id: idAt(i), ts: ts === undefined ? undefined : ts + i })
  }

  #hear(line: LogLine): void {
    if (line.type === 'rekeyed' && line.removed.some(({ uid }) => uid === this.#parts.self.uid))
      this.#removedBy = line.by
    if (line.type === 'disk') this.#hearDisk(line)
    else this.#telling.hear(line)
  }

  /** The core knows only that the store cannot take more; people are told why. */
  #hearDisk(line: Extract<LogLine, { type: 'disk' }>): void {
    const isBlocked = line.state === 'full'
    this.#outgoing.blockedBy = isBlocked ? blockedError(this.#blockedBy) : undefined
    if (this.#blockedBy === 'locked')
      return this.#telling.log({ type: 'disk', state: isBlocked ? 'locked' : 'unlocked' })
    // Nobody would be shown anything, however long they wait.
    if (isBlocked && !this.#feed.hasEntered) this.#finish(noRoomForHistory())
    this.#telling.log(line)
  }

  #knockReported(knocking: Knocking, state: KnockState, by?: Member['uid']): void {
    this.#telling.log(knockLine(knocking, state, by && this.#roster.named(by)))
    if (state === 'waits') this.#events.emit('knock', knocking)
  }

  /** Who knocked before a program could listen, and still waits; and what the room is called. */
  #tellNewcomer(): void {
    for (const knocking of this.#desk.knocking) {
      this.#telling.notice(knockLine(knocking, 'waits'))
      this.#events.emit('knock', knocking)
    }
    if (this.#title.line) this.#telling.notice(this.#title.line)
  }

  /** Tells people of something beside the protocol. */
  note(text: string): void {
    this.report({ type: 'error', text })
  }

  /** A line of the log about something beside the protocol. */
  report(line: LogLine): void {
    this.#telling.log(line)
  }

  #tell(what: string): void {
    this.note(`${what} ${this.#addr}`)
  }

  #moved(listening: Address): void {
    const from = this.#addr
    this.#listening = listening
    this.#addr = this.#parts.addressFor(listening)
    const who = { ...this.#parts.self, name: this.#name, addr: this.#addr }
    if (this.#addr !== from) this.#telling.log({ type: 'moved', who, from, own: true })
    else
      this.note(
        `this machine has another address: this node listens at ${listening} now; others reach it at ${from} as before`,
      )
    // The core learns of it also then: links of before may lead nowhere.
    if (this.#isStarted) this.#loop.feed({ type: 'moved', addr: this.#addr })
    else this.#movedBefore = true
  }

  #tellMembers(news: boolean): void {
    if (!news) return
    this.#events.emit('members', this.members)
    // Without a leader what was prepared is about to be needed.
    if (this.leader) this.#parts.transport.prepare(dialsAhead(this.members, this.#parts.self.uid))
  }

  /** Ends the room; only the first call counts. `error`: undefined when it was left. */
  #finish(error: Error | undefined): void {
    this.#over ??= this.#end(error)
  }

  async #end(error: Error | undefined): Promise<void> {
    this.#loop.stop()
    this.#farewell?.end()
    this.#telling.end()
    this.#desk.end()
    this.#lock.end()
    this.#checks.end(new RingleaderError('ERR_LEFT', 'the room is over'))
    const { unsent } = this.#outgoing
    this.#outgoing.end(error)
    this.#rejectEntered(error ?? new RingleaderError('ERR_LEFT', 'the node left before it was in the room'))
    await this.#feed.end()
    let reason = error
    try {
      reason = await this.#parts.release(error)
    } catch (failure) {
      reason ??= asError(failure)
    }
    const { store } = this.#parts
    const kept = store.durable && store.isWritten && isHistoryLeft(error)
    this.#outgoing.rejectUnsent(error, kept)
    this.#events.emit('close', reason)
    this.#resolveOver({ unsent, kept: kept || unsent === 0 })
  }
}

/** Whether what a room ended by leaves its history, and with it the unsent messages, to the next start. */
function isHistoryLeft(error: Error | undefined): boolean {
  const code = (error as { code?: unknown } | undefined)?.code
  return code !== 'ERR_DAMAGED' && code !== 'ERR_HOME_UNUSABLE'
}
