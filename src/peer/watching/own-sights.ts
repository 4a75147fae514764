/**
 * Follows the steps of this node's core while somebody watches it, and tells what they show, within a bound a second.
 */

import type { Effect } from '../../core/model/effects.ts'
import type { Event } from '../../core/model/events.ts'
import type { LinkId, Uid } from '../../core/model/ids.ts'
import type { LogLine } from '../../core/model/log-line.ts'
import type { Standing } from '../../core/node-standing.ts'
import { sightsPerSecondMax } from '../../wire/limits.ts'
import type { Sight } from '../../wire/sight-codec.ts'
import type { Clock } from '../ports.ts'
import { hasMoved, isHeartbeat, nodeSight, sightsOf, type NodeSight } from './sights.ts'

/** Heartbeats have a part of the bound, so that who asks for them takes nothing else from other watchers. */
const beatsPerSecondMax = sightsPerSecondMax / 2

/** How often the size of the history is told while it grows. Unit: ms. */
const sizeEveryMs = 1000

export type OwnSightsParts = {
  clock: Pick<Clock, 'monotonic' | 'wall'>
  standing: () => Standing
  peerOf: (link: LinkId) => Uid | undefined
  logText: (line: LogLine) => string
  /** Messages held. */
  size: () => number
}

/** One that hears what this node sees. */
export type Watcher = {
  heartbeats: boolean
  tell(sight: Sight): void
  missed(count: number): void
}

export class OwnSights {
  readonly #parts: OwnSightsParts
  readonly #watchers = new Set<Watcher>()
  #last: Standing | undefined
  #lastSize = 0
  #sizeAt = 0
  /** The second that is counted, and how many frames were told and left out in it. */
  #second = 0
  #told = 0
  #missed = 0
  /** Heartbeats in that second. */
  #beats = 0

  constructor(parts: OwnSightsParts) {
    this.#parts = parts
  }

  /** The node as it stands now. */
  node(): NodeSight {
    const { standing, clock, size } = this.#parts
    return nodeSight(standing(), Math.round(clock.wall()), size())
  }

  /** Tells how the node stands at once. Returns a function that ends it. */
  add(watcher: Watcher): () => void {
    if (this.#watchers.size === 0) {
      this.#last = this.#parts.standing()
      this.#lastSize = this.#parts.size()
      this.#told = this.#missed = this.#beats = 0
    }
    this.#watchers.add(watcher)
    watcher.tell(this.node())
    return () => void this.#watchers.delete(watcher)
  }

  /** Sees each step. */
  readonly trace = (event: Event, effects: readonly Effect[]): void => {
    if (this.#watchers.size > 0) this.#look(event, effects)
  }

  #look(event: Event, effects: readonly Effect[]): void {
    const { clock, standing, peerOf, logText, size } = this.#parts
    const now = clock.monotonic()
    this.#count(now)
    const after = standing()
    const at = Math.round(clock.wall())
    const watchers = [...this.#watchers]
    const sights = sightsOf(event, effects, {
      at,
      lamport: after.clock,
      peerOf,
      logText,
      heartbeats: watchers.some(({ heartbeats }) => heartbeats),
      mayTell: (isBeat) => {
        if (isBeat) return ++this.#beats <= beatsPerSecondMax
        if (this.#told >= sightsPerSecondMax) this.#missed++
        else this.#told++
        return this.#missed === 0
      },
    })
    const held = size()
    const hasGrown = held !== this.#lastSize && now - this.#sizeAt >= sizeEveryMs
    if (hasGrown || (this.#last && hasMoved(this.#last, after))) {
      this.#last = after
      this.#lastSize = held
      this.#sizeAt = now
      sights.push(nodeSight(after, at, held))
    }
    for (const sight of sights) {
      const beats = isHeartbeat(sight)
      for (const watcher of watchers) if (!beats || watcher.heartbeats) watcher.tell(sight)
    }
  }

  #count(now: number): void {
    const second = Math.floor(now / 1000)
    if (second === this.#second) return
    if (this.#missed > 0) for (const watcher of this.#watchers) watcher.missed(this.#missed)
    this.#second = second
    this.#told = 0
    this.#missed = 0
    this.#beats = 0
  }
}
