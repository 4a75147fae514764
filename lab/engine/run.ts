/**
 * One run from its opening on, with the acts that were done to it: a world that only goes forward, and the tape of it.
 * Equal openings and acts give equal runs.
 */

import type { Line } from '../../sim/script/parse-script.ts'
import { at, playAll } from '../../sim/script/play-lines.ts'
import { failureOf, isExpectation } from '../../sim/script/expectations.ts'
import type { Stage } from '../../sim/script/stage.ts'
import { durationOf, fail, failUnmet, option, ScriptError } from '../../sim/script/words.ts'
import { findUnrest, runningNodes, unrest } from '../../sim/checkers/rest-rules.ts'
import type { Unrest } from '../../sim/checkers/rest-rules.ts'
import type { InvariantId } from '../../sim/checkers/verdict.ts'
import { restMs } from '../../sim/script/waiting-commands.ts'
import type { World } from '../../sim/world/world.ts'
import type { Begun, Opening } from './opening.ts'
import { begin, lineOf } from './opening.ts'
import { Recorder } from './recorder.ts'
import { Tape } from './tape.ts'

/** Something that a person did, as a command of a script, behind `at` entries of the tape. */
export type Act = { readonly at: number; readonly ms: number; readonly command: string }

/** Most entries of one run. */
export const entriesMax = 200_000

/** So far an idle room is played in search of the next step. Unit: virtual ms. */
const idleMs = 60_000

/** How the room stands from an entry on: at rest, or not. */
type Standing = { readonly at: number; readonly unrest: Unrest | undefined }

type Goal = {
  readonly untilMs: number
  readonly line: Line
  readonly isMet: () => boolean
  /** The time is over. */
  readonly missed: () => void
}

export class Run {
  readonly opening: Opening
  readonly acts: Act[] = []
  readonly tape = new Tape()
  /** Why a script stopped: file, line and reason. */
  trouble: string | undefined
  /** Invariants that broke, with the entries at which they did. */
  readonly violations: {
    readonly at: number
    readonly id: InvariantId
    readonly node: number
    readonly detail: string
  }[] = []
  /** What kept the room from rest, from which entry on. */
  readonly #standings: Standing[] = []
  readonly #begun: Begun
  readonly #recorder: Recorder
  #goal: Goal | undefined

  /** Throws ScriptError where the opening is wrong. */
  constructor(opening: Opening) {
    this.opening = opening
    this.#begun = begin(opening)
    const { stage, lines, file } = this.#begun
    // A script sets up its room at once; what follows is the run.
    if (opening.kind === 'script') {
      const setUp = lines.findIndex(({ words }) => words[0] === 'nodes')
      playAll(file, stage, lines.splice(0, setUp + 1), '')
    }
    this.#recorder = new Recorder(stage.world, stage.checks, this.tape, this.sinceMs)
    this.#judge()
  }

  /** Asks the checkers how the room stands. */
  #judge(): void {
    const { world, checks } = this.stage
    const at = this.tape.length
    for (const { id, node, detail } of checks.violations.slice(this.violations.length))
      this.violations.push({ at, id, node, detail })
    const last = this.#standings.at(-1)
    const { weight } = this.tape.entry(at) ?? { weight: 2 }
    if (last && weight === 0 && last.unrest === undefined) return
    const unrest = findUnrest(runningNodes(world), checks.ghost)
    if (!last || last.unrest?.detail !== unrest?.detail) this.#standings.push({ at, unrest })
  }

  /** What kept the room from rest behind entry `at`; undefined: it was at rest. */
  unrestAt(at: number): Unrest | undefined {
    return this.#standingAt(at)?.unrest
  }

  /** Since when the room is at rest behind entry `at`; undefined: it is not. Unit: virtual ms since the room was ready. */
  restSince(at: number): number | undefined {
    const standing = this.#standingAt(at)
    return standing && standing.unrest === undefined ? (this.tape.entry(standing.at)?.atMs ?? 0) : undefined
  }

  #standingAt(at: number): Standing | undefined {
    let low = 0
    let high = this.#standings.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#standings[middle]?.at ?? 0) <= at) low = middle
      else high = middle
    }
    return this.#standings[low]
  }

  get stage(): Stage {
    return this.#begun.stage
  }

  get world(): World {
    return this.stage.world
  }

  get sinceMs(): number {
    return this.opening.kind === 'seed' ? 0 : this.stage.since || this.#begun.sinceMs
  }

  get nowMs(): number {
    return this.world.now - this.sinceMs
  }

  /** Of everything that happened so far. */
  get hash(): number {
    return this.#recorder.hash
  }

  /** A script still has commands. */
  get isPlaying(): boolean {
    return this.#goal !== undefined || this.#begun.lines.length > 0
  }

  /** Nothing is planned any more: by a script, by a seed, or that a frozen node wakes. */
  get isFree(): boolean {
    const { now, nodes } = this.world
    return !this.isPlaying && !this.#begun.director && nodes.every(({ pausedUntil }) => pausedUntil <= now)
  }

  /**
   * Plays until at least one more entry is written, or to a moment, in ms since the room was ready. False where no entry was
   * written: until then, or because nothing can happen any more.
   */
  advance(untilMs = Infinity): boolean {
    const limitMs = untilMs + this.sinceMs
    const { tape } = this
    if (tape.length >= entriesMax) return false
    const from = tape.length
    // Each turn plays an entry, or a command of a script.
    for (let turn = 0; turn < 1000 && tape.length === from; turn++) {
      if (this.trouble !== undefined && this.world.running.length === 0) return false
      // What is due at that very moment is played too.
      if (turn > 0 && this.world.now >= limitMs) return false
      if (this.#goal) this.#pursue(this.#goal, from, limitMs)
      else if (this.#begun.lines.length > 0) this.#playLine(this.#begun.lines.shift() as Line)
      else if (!this.#idle(from, limitMs)) return false
    }
    this.#rested()
    return tape.length > from
  }

  #runWhile(untilMs: number, from: number): boolean {
    return this.world.runWhile(Math.max(0, untilMs - this.world.now), () => this.tape.length > from)
  }

  /** Nothing is planned: the room goes on by itself. */
  #idle(from: number, limitMs: number): boolean {
    const { director } = this.#begun
    if (!director) {
      const isAnyUp = this.world.nodes.some(({ state, program }) => state ?? program)
      return isAnyUp && this.#runWhile(Math.min(limitMs, this.world.now + idleMs), from)
    }
    if (this.#runWhile(Math.min(limitMs, director.nextMs), from)) return true
    if (director.nextMs > limitMs) return false
    director.act()
    return true
  }

  #pursue(goal: Goal, from: number, limitMs: number): void {
    const done = (): boolean => goal.isMet() || this.tape.length > from
    const untilMs = Math.min(goal.untilMs, limitMs)
    this.world.runWhile(Math.max(0, untilMs - this.world.now), done)
    if (goal.isMet()) this.#goal = undefined
    else if (this.world.now >= goal.untilMs && this.tape.length === from) {
      this.#goal = undefined
      this.#try(goal.line, goal.missed)
    }
  }

  #playLine(line: Line): void {
    const [name = '', ...words] = line.words
    this.#try(line, () => {
      const goal = this.#goalOf(line, name, words)
      if (goal) {
        this.#goal = goal
        return
      }
      const entries = this.tape.length
      this.#recorder.acting(line.words.map(quoted).join(' '))
      try {
        playAll(this.#begun.file, this.stage, [line], '')
      } catch (error) {
        this.#ended(entries)
        throw error
      }
      this.#recorder.acted()
    })
  }

  /** A mistake ends the script; the room goes on. */
  #try(line: Line, play: () => void): void {
    try {
      const { file } = this.#begun
      at(file, line, () => {
        try {
          play()
        } catch (error) {
          // Its place stands in it already.
          if (error instanceof ScriptError && error.message.startsWith(`${file}:`))
            this.trouble = error.message
          else throw error
        }
      })
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error)
    }
    if (this.trouble !== undefined) this.#begun.lines.length = 0
  }

  /** What a command waits for, if it lets time pass. */
  #goalOf(line: Line, name: string, given: readonly string[]): Goal | undefined {
    const { world, checks } = this.stage
    const words = [...given]
    if (name === 'tick' || (name === 'run' && words[0] !== 'until')) {
      const untilMs = world.now + durationOf(words[0] ?? (name === 'tick' ? '1' : undefined))
      return { untilMs, line, isMet: () => false, missed: () => {} }
    }
    if (name === 'stabilize') {
      const limitMs = words[0] === undefined ? restMs : durationOf(words[0])
      const missed = (): void => failUnmet(`no rest within ${limitMs} ms`)
      const isMet = (): boolean => unrest(world, checks.ghost) === undefined
      return { untilMs: world.now + limitMs, line, isMet, missed }
    }
    if (name !== 'run') return undefined
    const withinMs = durationOf(option(words, 'within') ?? String(restMs))
    const expected = words.slice(1)
    for (const word of expected) if (!isExpectation(word)) fail(`"${word}" is no expectation`)
    return {
      untilMs: world.now + withinMs,
      line,
      isMet: () => expected.every((word) => failureOf(this.stage, word) === undefined),
      missed: () => failUnmet(`not within ${withinMs} ms: ${expected.join(' ')}`),
    }
  }

  /** Does what a person asks for. Throws ScriptError, and does nothing, where that is impossible. */
  act(command: string): void {
    const line = lineOf(command)
    if (line.words.length === 0) fail('nothing is asked for')
    const [name = '', ...words] = line.words
    const isLong = words.some((word) => word === 'every' || word === 'times' || word === 'apart')
    if (isLong || name === 'repeat' || name === 'step' || this.#goalOf(line, name, words))
      fail(`"${name}" lets time pass: the page does that with its steps`)
    // From here on a person leads.
    this.#begun.lines.length = 0
    this.#goal = undefined
    const entries = this.tape.length
    this.#recorder.acting(command)
    try {
      playAll('lab', this.stage, [line], '')
    } catch (error) {
      this.#ended(entries)
      throw error
    }
    this.acts.push({ at: entries, ms: this.nowMs, command })
    this.#recorder.acted()
    this.#rested()
  }

  #rested(): void {
    const last = this.tape.entries.at(-1)
    if (last) last.isRest = true
    this.#judge()
  }

  /** An act failed: unless it did something first, it is as if it had never been begun. */
  #ended(entriesBefore: number): void {
    if (this.tape.length === entriesBefore + 1) this.#recorder.unacted()
    else this.#recorder.acted()
  }

  /** Lets time pass without a step. Unit: virtual ms since the room was ready. */
  waitUntil(ms: number): void {
    const from = this.tape.length
    this.#runWhile(ms + this.sinceMs, from)
  }

  /** Plays up to that many entries, with these acts at their places. False where it does not come so far. */
  replay(acts: readonly Act[], until: number): boolean {
    for (const act of acts.filter(({ at: place }) => place <= until)) {
      if (!this.#playTo(act.at)) return false
      if (this.nowMs < act.ms) this.waitUntil(act.ms)
      this.act(act.command)
    }
    return this.#playTo(until)
  }

  #playTo(length: number): boolean {
    while (this.tape.length < length) if (!this.advance()) return false
    return true
  }
}

function quoted(word: string): string {
  return /[\s"#]/.test(word) || word === '' ? JSON.stringify(word) : word
}
