/**
 * One line on which another member watches this node (PROTOCOL.md 2.25): what is seen goes out in batches, and what the line
 * does not take is counted.
 */

import type { DirectFrame } from '../../wire/direct-codec.ts'
import { sightsEveryMs, sightsPerFrameMax, sightsPerSecondMax } from '../../wire/limits.ts'
import type { Sight } from '../../wire/sight-codec.ts'
import type { Line, LineUser } from '../direct/direct-links.ts'
import type { Clock } from '../ports.ts'
import type { OwnSights, Watcher } from './own-sights.ts'

/** A line that says nothing for a minute ends (2.23). Unit: ms. */
const aliveEveryMs = 20_000
/** A frame with more is long: a node may have 512 members, and names them in each of its states. Unit: bytes. */
const frameBytes = 32 * 1024

export type ToldLineParts = {
  line: Line
  sights: OwnSights
  clock: Pick<Clock, 'after'>
  ended: () => void
}

export class ToldLine implements LineUser {
  /** Who watches. */
  readonly uid: string
  readonly #parts: ToldLineParts
  readonly #watcher: Watcher
  #stop = (): void => {}
  #waiting: Sight[] = []
  #missed = 0
  #cancel: (() => void) | undefined
  #cancelAlive: () => void = () => {}
  /** A frame is out, and the line has not taken it. */
  #isOut = false

  constructor(parts: ToldLineParts, heartbeats: boolean) {
    this.#parts = parts
    this.uid = parts.line.uid
    this.#watcher = {
      heartbeats,
      tell: (sight) => this.#take(sight),
      missed: (count) => {
        this.#missed += count
        this.#later()
      },
    }
  }

  begin(): void {
    this.#parts.line.send({ type: 'watching' })
    this.#stop = this.#parts.sights.add(this.#watcher)
    this.#stayAlive()
  }

  #stayAlive(): void {
    const { clock, line } = this.#parts
    this.#cancelAlive = clock.after(aliveEveryMs, () => {
      if (!this.#isOut) line.send({ type: 'seen', sights: [], missed: 0 })
      this.#stayAlive()
    })
  }

  received(frame: DirectFrame): void {
    if (frame.type === 'watch') this.#watcher.heartbeats = frame.heartbeats
    else this.#parts.line.close()
  }

  drained(): void {
    this.#isOut = false
    if (this.#waiting.length > 0 || this.#missed > 0) this.#later()
  }

  closed(): void {
    this.#stop()
    this.#cancel?.()
    this.#cancelAlive()
    this.#waiting = []
    this.#parts.ended()
  }

  #take(sight: Sight): void {
    if (this.#waiting.length >= sightsPerSecondMax) {
      // How the node stands now matters more than how it stood.
      if (sight.type === 'node') this.#waiting.shift()
      this.#missed++
      if (sight.type !== 'node') return
    }
    this.#waiting.push(sight)
    this.#later()
  }

  #later(): void {
    if (this.#isOut || this.#cancel) return
    this.#cancel = this.#parts.clock.after(sightsEveryMs, () => {
      this.#cancel = undefined
      this.#flush()
    })
  }

  #flush(): void {
    while (!this.#isOut && (this.#waiting.length > 0 || this.#missed > 0)) {
      let bytes = 0
      let count = 0
      for (const sight of this.#waiting) {
        bytes += sizeOf(sight)
        if (count >= sightsPerFrameMax || (count > 0 && bytes > frameBytes)) break
        count++
      }
      const sights = this.#waiting.splice(0, count)
      const missed = this.#missed
      this.#missed = 0
      this.#isOut = this.#waiting.length === 0
      this.#parts.line.send({ type: 'seen', sights, missed })
    }
  }
}

/** At most so many bytes of a frame. */
function sizeOf(sight: Sight): number {
  if (sight.type === 'node') return 200 + 20 * sight.view.members.length
  if (sight.type === 'frame') return 100 + 60 * (sight.messages?.length ?? 0)
  return sight.type === 'log' ? 100 + 3 * sight.text.length : 100
}
