/**
 * The laboratory: a tree of runs, and the moment of one of them that is shown. An act in the past begins a new branch; the old
 * future stays as a branch of its own.
 */

import type { Opening } from './opening.ts'
import { Run } from './run.ts'
import type { Entry, Scene, Weight } from './tape.ts'

export type Branch = {
  readonly number: number
  readonly run: Run
  /** Where it left another; undefined: the first. */
  readonly from: { readonly branch: number; readonly at: number } | undefined
}

/** A world ready for a branch. `branch`: whose acts it has. */
type Spare = { readonly branch: number; readonly run: Run }

/** Most branches that are kept; the oldest that is not looked at goes first. */
const branchesMax = 8

/** A room at rest is played on for so long in search of an event. Unit: virtual ms. */
const restMs = 3000

/** Most entries that one search of an event passes over. */
const passedMax = 5000

/**
 * What a search of an event came to: it was found; nothing can happen any more; the room is at rest, and only life signs follow; or
 * so many others were passed over that a pause is due.
 */
export type Found = 'event' | 'end' | 'rest' | 'pause'

/** A world is kept ready behind each so many entries, so that going back to it takes no long replay. */
const spareEvery = 4096

export class Lab {
  branches: Branch[] = []
  #current!: Branch
  #made = 0
  #at = 0
  /** Worlds ready for a branch, each at the end of its tape. They have the acts of the branch of that number up to there. */
  #spares: Spare[] = []
  #growing: { readonly branch: number; readonly run: Run; readonly until: number } | undefined

  /** Throws ScriptError where the opening is wrong. */
  constructor(opening: Opening) {
    this.open(opening)
  }

  /** Begins anew. */
  open(opening: Opening): void {
    const run = new Run(opening)
    this.#spares = []
    this.#growing = undefined
    this.branches = []
    this.#made = 0
    this.#add(run, undefined)
    this.#at = 0
  }

  /** Goes on with what another laboratory has. */
  take({ branches, branch, at }: Lab): void {
    this.branches = branches
    this.#current = branch
    this.#made = branch.number
    this.#spares = []
    this.#growing = undefined
    this.#at = at
  }

  #add(run: Run, from: Branch['from']): void {
    this.#current = { number: ++this.#made, run, from }
    this.branches.push(this.#current)
    if (this.branches.length > branchesMax) {
      const [oldest] = this.branches
      this.branches = this.branches.slice(1)
      this.#spares = this.#spares.filter(({ branch }) => branch !== oldest?.number)
    }
  }

  get branch(): Branch {
    return this.#current
  }

  get run(): Run {
    return this.#current.run
  }

  /** Entries behind which one looks: 0 to `length`. */
  get at(): number {
    return this.#at
  }

  get length(): number {
    return this.run.tape.length
  }

  get isAtEnd(): boolean {
    return this.#at === this.length
  }

  get scene(): Scene {
    return this.run.tape.scene(this.#at)
  }

  get entry(): Entry | undefined {
    return this.run.tape.entry(this.#at)
  }

  /** Looks at another moment of what has happened. */
  seek(at: number): void {
    this.#at = Math.max(0, Math.min(this.length, Math.round(at)))
  }

  switchTo(number: number): void {
    const branch = this.branches.find((one) => one.number === number)
    if (!branch) return
    this.#current = branch
    this.seek(this.#at)
  }

  /** One entry on, played where it is new. False where nothing can happen any more. */
  #next(): boolean {
    if (this.#at === this.length && !this.run.advance()) return false
    this.#at++
    return true
  }

  /** To the next entry that tells at least so much, passing over at most so many. */
  forward(weight: Weight = 0, most = passedMax): Found {
    for (let i = 0; i < most; i++) {
      if (weight > 0 && this.#isResting) return 'rest'
      if (!this.#next()) return 'end'
      if ((this.entry?.weight ?? 0) >= weight) return 'event'
    }
    return 'pause'
  }

  /** At the end of a run, nothing is planned, and the room has been at rest for a while. */
  get #isResting(): boolean {
    const { run, isAtEnd, atMs } = this
    const sinceMs = isAtEnd && run.isFree ? run.restSince(this.#at) : undefined
    return sinceMs !== undefined && atMs - sinceMs > restMs
  }

  /** To the entry before that tells at least so much, or to the beginning. */
  back(weight: Weight = 0): boolean {
    if (this.#at === 0) return false
    do this.#at--
    while (this.#at > 0 && (this.entry?.weight ?? 0) < weight)
    return true
  }

  /** Goes on until `isMet`, within so many entries and so much virtual time. Whether it was met. */
  until(isMet: (scene: Entry, lab: Lab) => boolean, withinMs = 60_000, most = 20_000): boolean {
    const startMs = this.atMs
    for (let i = 0; i < most; i++) {
      if (!this.#next()) return false
      const { entry } = this
      if (entry && isMet(entry, this)) return true
      if (this.atMs - startMs > withinMs) return false
    }
    return false
  }

  /** To a moment of virtual time, in whole ms since the room was ready. What is due at that moment is played. */
  toClock(wantedMs: number): void {
    const ms = Math.floor(wantedMs)
    while (this.#at < this.length && (this.run.tape.entry(this.#at + 1)?.atMs ?? Infinity) <= ms) this.#at++
    if (this.#at < this.length) return
    while (this.run.nowMs <= ms && this.run.advance(ms)) this.#at = this.length
  }

  get atMs(): number {
    return this.entry?.atMs ?? 0
  }

  /** The last moment up to `at` at which the world stood still, so that an act is possible. */
  restAt(at: number): number {
    const { tape } = this.run
    let place = at
    while (place > 0 && tape.entry(place)?.isRest !== true) place--
    return place
  }

  /**
   * Does a command of a script here. In the past it begins a branch, and the future that was stays. Throws ScriptError, and
   * changes nothing, where it is impossible. Returns whether a branch began.
   */
  act(command: string): boolean {
    const place = this.restAt(this.#at)
    if (place === this.length) {
      this.run.act(command)
      this.#at = this.length
      return false
    }
    const run = this.#runTo(place)
    run.act(command)
    this.#add(run, { branch: this.#current.number, at: place })
    this.#at = run.tape.length
    return true
  }

  /** A run of its own that has come so far as this one had. */
  #runTo(place: number): Run {
    const { run, number } = this.#current
    const acts = run.acts.filter(({ at }) => at < place)
    let found: Spare | undefined
    for (const spare of this.#spares)
      if (
        spare.branch === number &&
        spare.run.tape.length <= place &&
        spare.run.tape.length > (found?.run.tape.length ?? -1)
      )
        found = spare
    if (found) this.#spares = this.#spares.filter((spare) => spare !== found)
    const fresh = found?.run ?? new Run(run.opening)
    fresh.replay(acts.slice(fresh.acts.length), place)
    return fresh
  }

  /**
   * Makes worlds ready for going back, in spare time: at most so many entries in one call. Returns whether there is more
   * to do.
   */
  prepare(entries = 200): boolean {
    const { run, number } = this.#current
    const places = this.#spares
      .filter(({ branch }) => branch === number)
      .map(({ run: spare }) => spare.tape.length)
    this.#growing = this.#growing?.branch === number ? this.#growing : undefined
    if (!this.#growing) {
      const wanted = Math.floor((this.length - 1) / spareEvery) * spareEvery
      for (let until = wanted; until > 0 && until > wanted - 3 * spareEvery; until -= spareEvery) {
        if (places.some((place) => place > until - spareEvery && place <= until)) continue
        this.#growing = { branch: number, run: new Run(run.opening), until: this.restAt(until) }
        break
      }
      if (!this.#growing) return false
    }
    const { run: spare, until } = this.#growing
    const to = Math.min(until, spare.tape.length + entries)
    const acts = run.acts.filter(({ at }) => at < to).slice(spare.acts.length)
    const came = spare.replay(acts, to)
    if (spare.tape.length < until && came) return true
    if (came) this.#spares.push({ branch: number, run: spare })
    this.#growing = undefined
    return true
  }
}
