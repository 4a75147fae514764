/**
 * The watch of one other member: keeps a line to it while somebody wants it, and passes on what it tells as its own.
 */

import type { NodeEvent, RingEvent, WatchedEvent } from '../../chat/room-event.ts'
import type { Uid } from '../../core/model/ids.ts'
import type { DirectFrame } from '../../wire/direct-codec.ts'
import { sightsPerSecondMax } from '../../wire/limits.ts'
import type { DirectLinks, Line, LineUser, NoLink } from '../direct/direct-links.ts'
import type { Clock } from '../ports.ts'

/** Pause before a line is opened again: to one that is gone, and to one that does not tell. Unit: ms. */
const againMs = 1000
const refusedMs = 30_000

export type SeenMemberParts = {
  uid: Uid
  links: Pick<DirectLinks, 'open'>
  clock: Pick<Clock, 'after' | 'monotonic'>
  tell: (event: RingEvent) => void
}

export class SeenMember implements LineUser {
  readonly #parts: SeenMemberParts
  #heartbeats: boolean
  #line: Line | undefined
  #cancel: () => void = () => {}
  #isOver = false
  /** As it said last; undefined: it has not yet, or is out of reach. */
  node: NodeEvent | undefined
  state: WatchedEvent['state'] | undefined
  /** What came in this second: one that lies may send more than it should. */
  #second = 0
  #came = 0

  constructor(parts: SeenMemberParts, heartbeats: boolean) {
    this.#parts = parts
    this.#heartbeats = heartbeats
    this.#open()
  }

  want(heartbeats: boolean): void {
    if (heartbeats === this.#heartbeats) return
    this.#heartbeats = heartbeats
    this.#line?.send({ type: 'watch', heartbeats })
  }

  end(): void {
    this.#isOver = true
    this.#cancel()
    this.#line?.close()
  }

  received(frame: DirectFrame): void {
    if (frame.type === 'watching') return this.#become('on')
    if (frame.type !== 'seen' || this.state !== 'on') return this.#line?.close()
    const { uid, tell, clock } = this.#parts
    const node: string = uid
    if (frame.missed > 0) tell({ type: 'missed', node, count: frame.missed })
    const second = Math.floor(clock.monotonic() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#came = 0
    }
    let over = 0
    for (const sight of frame.sights) {
      if (++this.#came > sightsPerSecondMax * 4) {
        over++
        continue
      }
      const event = { ...sight, node }
      if (event.type === 'node') this.node = event
      tell(event)
    }
    if (over > 0) tell({ type: 'missed', node, count: over })
  }

  closed(why: NoLink): void {
    this.#line = undefined
    this.node = undefined
    if (this.#isOver) return
    // One that does not know the question ends the line without an answer.
    const isRefused = this.state !== 'on' && (why === 'notTaken' || why === 'closed' || why === 'busy')
    this.#become(isRefused ? 'refused' : 'gone')
    this.#cancel = this.#parts.clock.after(isRefused ? refusedMs : againMs, () => this.#open())
  }

  #open(): void {
    const { links, uid } = this.#parts
    this.#cancel = links.open(
      uid,
      (line) => {
        this.#cancel = () => {}
        this.#line = line
        if (this.state !== 'refused') this.state = undefined
        line.send({ type: 'watch', heartbeats: this.#heartbeats })
        return this
      },
      (why) => this.closed(why),
    )
  }

  #become(state: WatchedEvent['state']): void {
    if (state === this.state) return
    this.state = state
    this.#parts.tell({ type: 'watched', node: this.#parts.uid, state })
  }
}
