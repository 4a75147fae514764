/**
 * What a protocol script plays on: a world, the faults that wait for their moment, what has been
 * counted, and the lines that the golden shows. Knows nothing of how commands are written.
 */

import { assert } from '../../src/lib/assert.ts'
import { describeFrame, describeLine, describeRecord, frameName } from '../watch/describe.ts'
import type { NameOf } from '../watch/describe.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Uid } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import { compareRecords, midOf } from '../../src/core/model/records.ts'
import { Checks } from '../checkers/checks.ts'
import type { Disk } from '../world/disk.ts'
import type { ArmedCrash, FrameFault } from './armed-faults.ts'
import { applies, isOver } from './armed-faults.ts'
import type { SimNode, WorldOptions } from '../world/world.ts'
import { World } from '../world/world.ts'

/** Which lines are shown: names of frames, kinds of log lines, `shows`, `timers`. */
export type Selection = ReadonlySet<string>

/** Is told of what a script does, for a progress line. */
export type StageWatch = {
  readonly began?: () => void
  readonly stepped?: () => void
}

export class Stage {
  readonly world: World
  readonly seed: number
  readonly lines: string[] = []
  selection: Selection = new Set()
  /** Times are shown from here on. Unit: virtual ms. */
  since = 0
  /** Frames sent and timers fired since the last `mark`, by name. */
  readonly counts = new Map<string, number>()
  /** Offices opened since the last `mark`. */
  opened: SimNode[] = []
  /** Why a transcript changed otherwise than at its end since the last `mark` (S17). */
  unclean: string | undefined
  readonly checks: Checks
  readonly said: { readonly text: string; readonly author: SimNode; readonly process: number }[] = []
  /** Texts shown as *sent* to their authors. */
  readonly sent = new Set<string>()
  readonly crashes: ArmedCrash[] = []
  /** How long each `stabilize` took. Unit: virtual ms. */
  readonly rests: number[] = []
  /** How long each message took from being said until each node showed it. Unit: virtual ms. */
  readonly latencies = new Map<SimNode, number[]>()
  /** The most bytes that any link held since the last `mark`. */
  queuedBytesMax = 0
  readonly #saidAt = new Map<string, number>()
  readonly backups = new Map<SimNode, Disk>()
  faults: FrameFault[] = []
  /** The effect at which this playing lets somebody die, and whether that was beyond the last. */
  boundary:
    { readonly victim: string; readonly effects: number; survived: boolean; armed: boolean } | undefined
  /** This node dies when it has performed so many more effects. */
  doomed: { readonly victim: SimNode; effects: number } | undefined
  /** Directions that a `hold` has stopped. */
  held: { readonly from: SimNode; readonly to: SimNode }[] = []
  readonly #newest = new Map<SimNode, StampedRecord>()
  readonly #pending = new Map<string, string>()
  /** Positions that hold a second copy. */
  readonly #copies = new Map<SimNode, Set<number>>()
  readonly #opened = new WeakSet<object>()

  constructor(options: WorldOptions, watch: StageWatch = {}) {
    this.world = new World(options)
    watch.began?.()
    const { stepped } = watch
    if (stepped) this.world.observers.push({ stepped: () => stepped() })
    this.seed = options.seed
    this.checks = new Checks(this.world)
    // Whether a script is clean in the sense of S17 is for the script to say.
    this.checks.ghost.accurate = false
    this.world.observers.push({
      started: (node) => this.#started(node),
      stepped: (node, event, effects) => this.#stepped(node, event, effects),
      sent: (_from, _to, _frame, _bytes, queued) => {
        this.queuedBytesMax = Math.max(this.queuedBytesMax, queued)
        // The parts of a room count their terms each for itself.
        if (this.world.network.cuts.size > 0) this.checks.elections.disturb()
      },
      delivered: (from, to, _lc, frame) => this.#delivered(from, to, frame),
    })
    this.world.network.filter = (from, to, frame) => this.#sending(from, to, frame)
  }

  readonly nameOf: NameOf = (uid: Uid) => this.world.byUid(uid)?.name ?? uid.slice(0, 8)

  /** Adds a line to the golden, with its time. */
  tell(text: string): void {
    this.lines.push(`${String(this.world.now - this.since).padStart(5)} ${text}`)
  }

  /** The first safety invariant that did not hold, as a sentence. */
  get violation(): string | undefined {
    const [first] = this.checks.violations
    return first && `${first.id} (${first.sentence}) at n${first.node}: ${first.detail}`
  }

  mark(): void {
    this.counts.clear()
    this.latencies.clear()
    this.queuedBytesMax = 0
    this.opened = []
    this.unclean = undefined
  }

  count(name: string): number {
    return this.counts.get(name) ?? 0
  }

  #add(name: string): void {
    this.counts.set(name, this.count(name) + 1)
  }

  #shows(kind: string): boolean {
    return this.selection.has(kind)
  }

  /** `silent`: its machine lost the power, so no connection of its is closed. */
  crash(node: SimNode, why: string, silent = false): void {
    this.tell(`${node.name} crashes${why === '' ? '' : ` at ${why}`}${silent ? ' silently' : ''}`)
    this.world.crash(node, { silent })
  }

  #strike(armed: ArmedCrash, victim: SimNode): void {
    armed.strikes++
    if (armed.forMs === undefined) this.crash(victim, armed.text)
    else {
      this.tell(`${victim.name} stands still at ${armed.text}`)
      this.world.pause(victim, armed.forMs)
    }
  }

  /** Crashes that still wait for `node`, or for anybody. */
  *#armedFor(node: SimNode): Iterable<ArmedCrash> {
    for (const armed of this.crashes) {
      if (armed.victim !== 'any' && armed.victim !== node) continue
      if (isOver(armed, this.world)) continue
      yield armed
    }
  }

  #sending(from: SimNode, to: SimNode, frame: Frame): 'drop' | undefined {
    for (const armed of this.#armedFor(from)) {
      const verdict = armed.moment.sending?.(to, frame) ?? 'pass'
      if (verdict === 'drop') return 'drop'
      if (verdict === 'crash') {
        this.#strike(armed, from)
        return 'drop'
      }
      if (verdict === 'last') {
        // The rest of this step may still be sent, but not to be seen by the moment again.
        this.world.after(0, () => {
          if (from.state && !isOver(armed, this.world)) this.#strike(armed, from)
        })
      }
    }
    for (const fault of this.faults) {
      if (!applies(fault, from, to, frame, this.world.now)) continue
      if (fault.verb === 'hold') {
        this.held.push({ from, to })
        this.world.network.setCut(from.index, to.index, true)
      } else if (fault.verb === 'drop' && this.world.chance(fault.p)) {
        return 'drop'
      }
    }
    return undefined
  }

  #delivered(from: SimNode, to: SimNode, frame: Frame): void {
    const name = frameName(frame.type)
    if (this.#shows(name)) this.tell(`${from.name}->${to.name} ${describeFrame(frame, this.nameOf)}`)
    for (const armed of this.crashes) {
      const { victim, moment } = armed
      const target = victim === 'any' ? to : victim
      if (target.state && !isOver(armed, this.world) && moment.arriving?.(to, target, frame)) {
        this.#strike(armed, target)
      }
    }
  }

  #started(node: SimNode): void {
    this.#copies.set(node, new Set())
    this.#newest.delete(node)
    for (const record of node.disk.log) this.#noteNewest(node, record)
  }

  #stepped(node: SimNode, event: Event, effects: readonly Effect[]): void {
    if (event.type === 'timerFired') {
      const kind = event.name.split(':')[0] ?? ''
      this.#add(kind)
      if (this.#shows('timers') && kind !== 'heartbeat') this.tell(`${node.name} timer ${event.name}`)
    }
    if (event.type === 'frameReceived') this.#maybeRepeat(node, event)
    if (this.doomed?.victim === node) {
      if (this.doomed.effects < effects.length) node.crashAfterEffects = this.doomed.effects
      this.doomed.effects -= effects.length
    }
    for (const effect of effects) this.#note(node, effect)
    const role = node.state?.role
    if (role?.type === 'office' && role.phase === 'open' && !this.#opened.has(role)) {
      this.#opened.add(role)
      this.opened.push(node)
    }
    for (const armed of this.#armedFor(node)) {
      if (!armed.moment.stepped) continue
      if (!armed.moment.stepped(node)) armed.stale.delete(node)
      else if (!armed.stale.has(node)) {
        this.#strike(armed, node)
        return
      }
    }
  }

  /** `dup`: the frame comes a second time, a moment later, on the same link. */
  #maybeRepeat(node: SimNode, event: Extract<Event, { type: 'frameReceived' }>): void {
    const peer = node.state?.links.get(event.link)?.peer
    const from = peer === undefined ? undefined : this.world.byUid(peer)
    if (!from || this.#repeating) return
    for (const fault of this.faults) {
      if (fault.verb !== 'dup' || !applies(fault, from, node, event.frame, this.world.now)) continue
      if (!this.world.chance(fault.p)) continue
      const { process } = node
      this.world.after(1, () => {
        if (node.process !== process) return
        this.#repeating = true
        this.world.feed(node, event)
        this.#repeating = false
      })
    }
  }

  #repeating = false

  #note(node: SimNode, effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.#add(frameName(effect.frame.type))
        return
      case 'log':
        if (this.#shows(effect.line.type)) this.tell(`${node.name} ${describeLine(effect.line, this.nameOf)}`)
        this.#add(effect.line.type === 'error' ? 'alarm' : effect.line.type)
        return
      case 'pending':
        this.#pending.set(midOf(effect.part), effect.part.text)
        this.#saidAt.set(midOf(effect.part), this.world.now)
        return
      case 'sent': {
        const text = this.#pending.get(midOf(effect.part))
        if (text === undefined) return
        this.sent.add(text)
        if (this.#shows('shows')) this.tell(`${node.name} sees ${JSON.stringify(text)} sent`)
        return
      }
      case 'persist':
        for (const { pos, record, fresh } of effect.write.records) this.#appended(node, pos, record, fresh)
        return
      case 'deliver':
        this.#show(node, effect.record)
        return
      case 'deliverRange':
        for (let pos = effect.from; pos <= effect.to; pos++) {
          const record = node.disk.at(pos)
          assert(record, `${node.name} shows position ${pos}, which it does not hold`)
          if (!this.#copies.get(node)?.has(pos)) this.#show(node, record)
        }
        return
      case 'refuse':
        this.tell(`${node.name} refuses: ${effect.why}`)
        return
      case 'stop':
        this.tell(`${node.name} stops: ${effect.why}`)
        return
      default:
    }
  }

  #noteNewest(node: SimNode, record: StampedRecord): boolean {
    const newest = this.#newest.get(node)
    if (newest && compareRecords(record, newest) < 0) return false
    this.#newest.set(node, record)
    return true
  }

  #appended(node: SimNode, pos: number, record: StampedRecord, fresh: boolean): void {
    if (!fresh) this.#copies.get(node)?.add(pos)
    if (!this.#noteNewest(node, record)) {
      this.unclean ??= `${node.name} took in ${describeRecord(record, this.nameOf)} before what it held`
    }
  }

  #show(node: SimNode, record: StampedRecord): void {
    if (this.#shows('shows')) this.tell(`${node.name} shows ${describeRecord(record, this.nameOf)}`)
    const mid = midOf(record.part)
    const saidAt = this.#saidAt.get(mid)
    if (saidAt !== undefined) {
      const took = this.latencies.get(node) ?? []
      this.latencies.set(node, took)
      took.push(this.world.now - saidAt)
    }
  }
}
