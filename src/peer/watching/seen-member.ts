/**
 * The watch of one other member: keeps a line to it while somebody wants it, and passes on what it tells as its own.
 */

import type { NodeEvent, RingEvent, WatchedEvent } from '../../chat/room-event.ts'
import type { Uid } from '../../core/model/ids.ts'
import type { DirectFrame } from '../../wire/direct-codec.ts'
import { sightsPerSecondMax } from '../../wire/limits.ts'
import type { Sight } from '../../wire/sight-codec.ts'
import type { DirectLinks, Line, LineUser, NoLink } from '../direct/direct-links.ts'
import type { Clock } from '../ports.ts'

/** Pause before a line is opened again: to one that is gone, and to one that does not tell. Unit: ms. */
const againMs = 1000
const refusedMs = 30_000

/** An honest member sends one in 50 ms, and a few more where there is much to tell. */
const framesPerSecondMax = 500
/** As JSON, near enough: what one member can make a page take, or a trace. */
const charsPerSecondMax = 512 * 1024

function charsOf(sight: Sight): number {
  if (sight.type === 'node') return 300 + 36 * sight.view.members.length
  if (sight.type === 'frame') return 200 + 80 * (sight.messages?.length ?? 0)
  return 200 + (sight.type === 'log' ? sight.text.length : 0)
}

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
  #frames = 0
  #came = 0
  #chars = 0
  /** Events that it did not tell, or that were too many: told once a second. */
  #missed = 0
  #cancelMissed: (() => void) | undefined

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
    this.#cancelMissed?.()
    this.#line?.close()
  }

  received(frame: DirectFrame): void {
    if (frame.type === 'watching') return this.#become('on')
    if (frame.type !== 'seen' || this.state !== 'on') return this.#line?.close()
    const { uid, tell, clock } = this.#parts
    const node: string = uid
    const second = Math.floor(clock.monotonic() / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#frames = this.#came = this.#chars = 0
    }
    if (++this.#frames > framesPerSecondMax) return this.#line?.close()
    let over = frame.missed
    for (const sight of frame.sights) {
      this.#chars += charsOf(sight)
      if (++this.#came > sightsPerSecondMax * 4 || this.#chars > charsPerSecondMax) {
        over++
        continue
      }
      const event = { ...sight, node }
      if (event.type === 'node') this.node = event
      tell(event)
    }
    if (over > 0) this.#miss(over)
  }

  #miss(count: number): void {
    const { uid, tell, clock } = this.#parts
    this.#missed += count
    this.#cancelMissed ??= clock.after(1000, () => {
      this.#cancelMissed = undefined
      tell({ type: 'missed', node: uid, count: this.#missed })
      this.#missed = 0
    })
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
