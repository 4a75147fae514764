/**
 * Decides when each event of the ring is shown. An election takes milliseconds: its messages are shown one after the other,
 * slowly enough to be followed, and all that comes meanwhile waits behind them. Pausing stops what is shown, never the ring.
 */

import type { RoomEvent } from '../../src/chat/room-event.ts'

/**
 * So long an event waits for others that came before it: members tell what they see every 50 ms, each over a link of its own. What
 * waits is put in the order of the Lamport clocks, and where those are equal (frames without messages do not move them) of the wall
 * clocks, so that no effect is shown before its cause. Unit: ms.
 */
const settleMs = 150
/** An event goes before so many others at most. */
const settlingMax = 1000

/** What one message of an election may take at most and at least, and all that wait together at most. Unit: ms. */
const stepMaxMs = 600
const stepMinMs = 40
const electionMaxMs = 12_000
/** Beyond so many events, or so long a wait, what waits is not drawn but only counted. */
const waitingMax = 20_000
const skipAbove = 1500
const skipAboveMs = 25_000

export type Behind = { readonly events: number; readonly ms: number }

/** When an event was, by the node that told it. */
type Stamp = { readonly node: string; readonly lamport: number; readonly at: number }

/** One node tells its events in their order. */
function isBefore(a: Stamp, b: Stamp | undefined): boolean {
  if (!b || a.node === b.node) return false
  return a.lamport < b.lamport || (a.lamport === b.lamport && a.at < b.at)
}

export class Player {
  readonly #isStep: (event: RoomEvent) => boolean
  #queue: { event: RoomEvent; at: number; isStep: boolean; stamp: Stamp }[] = []
  #head = 0
  #steps = 0
  #nextAt = 0
  #isPaused = false
  #lost = 0
  /** The node of this page, and its clock as it told it last: what has no clock of its own is told by it. */
  #own: Stamp = { node: '', lamport: 0, at: 0 }

  /** isStep: whether an event is one of an election, and drawn. */
  constructor(isStep: (event: RoomEvent) => boolean) {
    this.#isStep = isStep
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Takes an event that came at `now`. */
  push(event: RoomEvent, now: number): void {
    if (event.type === 'ready') this.#own = { ...this.#own, node: event.id }
    const stamp: Stamp = 'lamport' in event ? event : this.#own
    if (stamp.node === this.#own.node) this.#own = { node: stamp.node, lamport: stamp.lamport, at: stamp.at }
    const isStep = this.#isStep(event)
    let place = this.#queue.length
    const least = Math.max(this.#head, place - settlingMax)
    while (place > least && isBefore(stamp, this.#queue[place - 1]?.stamp)) place--
    this.#queue.splice(place, 0, { event, at: now, isStep, stamp })
    if (isStep) this.#steps++
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
  }

  behind(now: number): Behind {
    const events = this.#queue.length - this.#head
    const first = this.#queue[this.#head]
    return { events: events + this.#lost, ms: first ? now - first.at : 0 }
  }

  /** The time that one message of the election is shown for. Unit: ms. */
  get stepMs(): number {
    return Math.min(stepMaxMs, Math.max(stepMinMs, electionMaxMs / Math.max(this.#steps, 1)))
  }

  /**
   * Hands out what is to be shown by `now`. isDrawn false: only the state is brought up to date. Returns how many events were
   * passed over so.
   */
  play(now: number, show: (event: RoomEvent, isDrawn: boolean) => void): number {
    if (this.#isPaused) return 0
    let skipped = this.#lost
    this.#lost = 0
    const { events, ms } = this.behind(now)
    if (events > skipAbove && (ms > skipAboveMs || events > waitingMax)) {
      skipped += events
      this.catchUp(show)
    }
    while (this.#head < this.#queue.length) {
      const { event, isStep, at = 0 } = this.#queue[this.#head] ?? {}
      if (now < at + settleMs) break
      if (isStep) {
        if (now < this.#nextAt) break
        // A verdict is shown when the token has arrived; what it leads to, a moment later.
        this.#nextAt = now + this.stepMs
      } else if (now < this.#nextAt && event && waits(event)) break
      this.#next(show, true)
    }
    this.#compact()
    return skipped
  }

  /** Hands out all that waits at once, to bring only the state up to date. */
  catchUp(show: (event: RoomEvent, isDrawn: boolean) => void): void {
    while (this.#head < this.#queue.length) this.#next(show, false)
    this.#nextAt = 0
    this.#compact()
  }

  /** Bounds what waits, for as long as nobody calls `play`: the oldest only count. */
  bound(show: (event: RoomEvent, isDrawn: boolean) => void): void {
    while (this.#queue.length - this.#head > waitingMax) {
      this.#next(show, false)
      this.#lost++
    }
    this.#compact()
  }

  #next(show: (event: RoomEvent, isDrawn: boolean) => void, isDrawn: boolean): void {
    const next = this.#queue[this.#head++]
    if (!next) return
    if (next.isStep) this.#steps--
    show(next.event, isDrawn)
  }

  #compact(): void {
    if (this.#head < 256 && this.#head < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }
}

/** Who leads, and how nodes stand, is what an election leads to: it is not shown before it. */
function waits(event: RoomEvent): boolean {
  return (
    event.type === 'leader' || event.type === 'node' || event.type === 'members' || event.type === 'frame'
  )
}
