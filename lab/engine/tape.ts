/**
 * Everything that happened in a run, step by step, and what the room looked like after each. So one can look at any moment
 * at once, without playing it again.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Violation } from '../../sim/checkers/verdict.ts'
import type { Comparison } from './comparison.ts'
import type { NodeView } from './node-view.ts'

/** A frame on its way. `sentBy`: the number of the entry that sent it. */
export type Flight = {
  readonly from: number
  readonly to: number
  readonly frame: Frame
  readonly sentAtMs: number
  readonly sentBy: number
}

/** How much an entry tells: life signs and disks; the protocol's other business; elections, rings, messages and acts. */
export type Weight = 0 | 1 | 2

export type Entry = {
  readonly at: number
  /** Since the room was ready. Unit: virtual ms. */
  readonly atMs: number
  /** The node that made the step, by number; 0: something was done to the room. */
  readonly node: number
  readonly weight: Weight
  /** Of a step. */
  readonly event: Event | undefined
  readonly effects: readonly Effect[]
  /** Of an act, or of what a fault did: as a command of a script. */
  readonly command: string | undefined
  /** The frame that came. */
  readonly came: Flight | undefined
  readonly comparisons: readonly Comparison[]
  /** What broke in this step. */
  readonly violations: readonly Violation[]
  /** What changed. */
  readonly views: NodeView[]
  readonly sent: Flight[]
  readonly gone: Flight[]
  /** Paths that are cut: from and to, by number; undefined: as before. */
  cuts: readonly (readonly [number, number])[] | undefined
  /** The number of this node's entry before; 0: none. */
  readonly before: number
  /** An act is possible behind this entry: the world stood still there. */
  isRest: boolean
  /** Of the whole run up to here. */
  readonly hash: number
}

/** What the room looks like at one moment. */
export type Scene = {
  readonly at: number
  readonly atMs: number
  /** By number, from 1; index 0 is empty. */
  readonly nodes: readonly (NodeView | undefined)[]
  readonly flights: readonly Flight[]
  readonly cuts: readonly (readonly [number, number])[]
}

const nothing: Scene = { at: 0, atMs: 0, nodes: [undefined], flights: [], cuts: [] }

/** Scenes are kept whole behind each so many entries. */
const sceneEvery = 128

export class Tape {
  readonly entries: Entry[] = []
  #scenes: Scene[] = []
  #start: Scene = nothing

  /** What was there before the first entry. */
  begin(nodes: readonly NodeView[], flights: readonly Flight[], cuts: Scene['cuts'] = []): void {
    this.#start = { ...nothing, nodes: [undefined, ...nodes], flights, cuts }
    this.#scenes = [this.#start]
  }

  get length(): number {
    return this.entries.length
  }

  /** `at`: 1 to length. */
  entry(at: number): Entry | undefined {
    return this.entries[at - 1]
  }

  add(entry: Entry): void {
    if (this.length > 0 && this.length % sceneEvery === 0) this.#scenes.push(this.scene(this.length))
    this.entries.push(entry)
  }

  /** The room behind the first `at` entries. */
  scene(at: number): Scene {
    const whole = Math.min(Math.floor(at / sceneEvery), this.#scenes.length - 1)
    const base = this.#scenes[whole] ?? this.#start
    const from = whole * sceneEvery
    if (from === at) return base
    const nodes = [...base.nodes]
    const flights = new Set(base.flights)
    let { cuts } = base
    for (const entry of this.entries.slice(from, at)) {
      for (const view of entry.views) nodes[view.index] = view
      for (const flight of entry.gone) flights.delete(flight)
      for (const flight of entry.sent) flights.add(flight)
      cuts = entry.cuts ?? cuts
    }
    return { at, atMs: this.entry(at)?.atMs ?? 0, nodes, flights: [...flights], cuts }
  }

  /** All entries that could have caused this one, itself included: what Lamport calls its past. */
  pastOf(at: number): Set<number> {
    const past = new Set<number>()
    const open = [at]
    for (let next; (next = open.pop()) !== undefined;) {
      const entry = this.entry(next)
      if (!entry || past.has(next)) continue
      past.add(next)
      if (entry.before > 0) open.push(entry.before)
      if (entry.came && entry.came.sentBy > 0) open.push(entry.came.sentBy)
    }
    return past
  }
}
