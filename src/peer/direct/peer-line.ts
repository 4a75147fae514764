/**
 * What is said to one other member: a queue of private messages, and the line on which they go out, which is opened when there is
 * something to say.
 */

import type { Inc, Uid } from '../../core/model/ids.ts'
import type { AwayText, DirectFrame } from '../../wire/direct-codec.ts'
import { directIdleMs } from '../../wire/limits.ts'
import type { Clock } from '../ports.ts'
import type { DirectLinks, Line, LineUser, NoLink } from './direct-links.ts'

/** A message on its way. Exactly one of `done` and `failed` is called, unless it is taken back. */
export type Outgoing = {
  readonly inc: Inc
  readonly n: number
  readonly text: string
  /** Ms since 1970. */
  readonly wall: number
  readonly done: (away: AwayText) => void
  readonly failed: (why: NoLink) => void
}

/** Messages that wait for their answer on the line. */
const aheadMax = 8
/** Pause before a line is opened again. Unit: ms. */
const againMs = 500
const awayTries = 10
/** There is no point in trying again: nobody listens there, it is no member any more, or its disk takes nothing. */
const final: readonly NoLink[] = ['refused', 'gone', 'notTaken']

export type PeerLineParts = {
  uid: Uid
  links: Pick<DirectLinks, 'open'>
  clock: Pick<Clock, 'after'>
  /** Why the person here is away. */
  away: () => AwayText
  /** What the other end says of its own person. */
  heard: (away: AwayText) => void
  /** Nothing is left to say, and the line is gone. */
  idle: () => void
}

export class PeerLine implements LineUser {
  readonly #parts: PeerLineParts
  #queue: Outgoing[] = []
  /** So many of the queue are on the line. */
  #ahead = 0
  #line: Line | undefined
  #cancelOpen: (() => void) | undefined
  #cancelWait = (): void => {}
  /** The other end is to hear whether the person here is away: so many tries are left for it. */
  #triesAway = 0
  /** As many as were left when it was said on this line: an end that is busy has not heard it. */
  #triesSaid = 0

  constructor(parts: PeerLineParts) {
    this.#parts = parts
  }

  say(message: Outgoing): void {
    this.#queue.push(message)
    this.#go()
  }

  /** It is no longer waited for. It may be on its way. */
  takeBack(message: Outgoing): void {
    const at = this.#queue.indexOf(message)
    if (at < 0) return
    this.#queue.splice(at, 1)
    // A line that does not answer may be dead: what is left is said on another.
    if (at < this.#ahead) {
      this.#ahead--
      this.#line?.close()
    }
    this.#settle()
  }

  tellAway(): void {
    this.#triesAway = awayTries
    this.#go()
  }

  end(): void {
    this.#cancelWait()
    this.#cancelOpen?.()
    this.#line?.close()
    this.#ahead = 0
    this.#triesAway = 0
    for (const { failed } of this.#queue.splice(0)) failed('gone')
  }

  received(frame: DirectFrame): void {
    if (frame.type !== 'taken') return this.#line?.close()
    const at = this.#queue.findIndex(({ inc, n }) => inc === frame.inc && n === frame.n)
    const [message] = at < 0 || at >= this.#ahead ? [] : this.#queue.splice(at, 1)
    // Of one that was taken back, or sent twice.
    if (!message) return
    this.#ahead--
    this.#parts.heard(frame.away)
    message.done(frame.away)
    this.#go()
  }

  closed(why: NoLink): void {
    this.#line = undefined
    this.#ahead = 0
    if (why === 'busy') this.#triesAway = Math.max(this.#triesAway, this.#triesSaid)
    this.#triesSaid = 0
    this.#failed(why)
  }

  get #isDone(): boolean {
    return this.#queue.length === 0 && this.#triesAway === 0
  }

  #go(): void {
    this.#cancelWait()
    const line = this.#line
    if (!line) {
      if (this.#isDone) return this.#parts.idle()
      this.#cancelOpen ??= this.#parts.links.open(
        this.#parts.uid,
        (opened) => {
          this.#cancelOpen = undefined
          this.#line = opened
          // Nothing may be said before who opens the line knows who uses it.
          this.#cancelWait = this.#parts.clock.after(0, () => this.#go())
          return this
        },
        (why) => {
          this.#cancelOpen = undefined
          this.#failed(why)
        },
      )
      return
    }
    if (this.#triesAway > 0) {
      this.#triesSaid = this.#triesAway
      this.#triesAway = 0
      line.send({ type: 'away', away: this.#parts.away() })
    }
    while (this.#ahead < Math.min(aheadMax, this.#queue.length)) {
      const { inc, n, text, wall } = this.#queue[this.#ahead++]!
      line.send({ type: 'private', inc, n, text, wall })
    }
    this.#settle()
  }

  #settle(): void {
    if (this.#queue.length > 0 || !this.#line) return
    this.#cancelWait()
    this.#cancelWait = this.#parts.clock.after(directIdleMs, () => this.#line?.close())
  }

  #failed(why: NoLink): void {
    const isFinal = final.includes(why)
    // Whoever cannot be told is told when it says something.
    this.#triesAway = isFinal ? 0 : Math.max(0, this.#triesAway - 1)
    if (isFinal) for (const { failed } of this.#queue.splice(0)) failed(why)
    this.#cancelWait()
    if (this.#isDone) this.#parts.idle()
    else this.#cancelWait = this.#parts.clock.after(againMs, () => this.#go())
  }
}
