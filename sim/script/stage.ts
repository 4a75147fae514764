/**
 * The stage on which a protocol script plays: a world, the faults that wait for their moment, counts, and the
 * lines of output.
 */

import { textsOf } from '../watch/texts.ts'
import { assert } from '../../src/lib/assert.ts'
import { describeEffect, describeFrame, describeLine, describeRecord, frameName } from '../watch/describe.ts'
import type { NameOf } from '../watch/describe.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Uid } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import { compareRecords, midOf } from '../../src/core/model/records.ts'
import { isMadeUp } from '../adversary/forgery.ts'
import { Checks } from '../checkers/checks.ts'
import type { Disk } from '../world/disk.ts'
import { Harm } from './harm.ts'
import type { SimNode, WorldOptions } from '../world/world.ts'
import { World } from '../world/world.ts'

/** Which lines are shown: names of frames, kinds of log lines, `shows`, `timers`. */
export type Selection = ReadonlySet<string>

/** Is called at every step of a script, for a progress line. */
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
  readonly harm: Harm
  readonly said: { readonly text: string; readonly author: SimNode; readonly process: number }[] = []
  /** Texts shown as *sent* to their authors. */
  readonly sent = new Set<string>()
  /** How long each `stabilize` took. Unit: virtual ms. */
  readonly rests: number[] = []
  /** How long each message took from being said until each node showed it. Unit: virtual ms. */
  readonly latencies = new Map<SimNode, number[]>()
  /** The most bytes that any link held since the last `mark`. */
  queuedBytesMax = 0
  readonly #saidAt = new Map<string, number>()
  readonly backups = new Map<SimNode, Disk>()
  /** Names of nodes that keep nothing on a disk. */
  readonly memory = new Set<string>()
  readonly #newest = new Map<SimNode, StampedRecord>()
  readonly #pending = new Map<string, readonly string[]>()
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
    this.harm = new Harm(this)
    // Whether a script is clean in the sense of S17 is for the script to say.
    this.checks.ghost.accurate = false
    this.world.observers.push({
      started: (node) => this.#started(node),
      stepped: (node, event, effects) => this.#stepped(node, event, effects),
      sent: (_from, _to, _frame, _bytes, queued) => {
        this.queuedBytesMax = Math.max(this.queuedBytesMax, queued)
        // Each part of a cut room counts its own terms.
        if (this.world.network.cuts.size > 0) this.checks.elections.disturb()
      },
      delivered: (from, to, _lc, frame) => this.#delivered(from, to, frame),
    })
    this.world.network.filter = (from, to, frame) => this.harm.sending(from, to, frame)
  }

  readonly nameOf: NameOf = (uid: Uid) => this.world.byUid(uid)?.name ?? uid.slice(0, 8)

  /** Adds a line to the output, with its time. */
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

  /** `silent`: its machine lost the power, so its connections are not closed. */
  crash(node: SimNode, why: string, silent = false): void {
    this.tell(`${node.name} crashes${why === '' ? '' : ` at ${why}`}${silent ? ' silently' : ''}`)
    this.world.crash(node, { silent })
  }

  #delivered(from: SimNode, to: SimNode, frame: Frame): void {
    const name = frameName(frame.type)
    if (this.#shows(name)) this.tell(`${from.name}->${to.name} ${describeFrame(frame, this.nameOf)}`)
    this.harm.delivered(to, frame)
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
    this.harm.stepping(node, event, effects)
    for (const effect of effects) this.#note(node, effect)
    const role = node.state?.role
    if (role?.type === 'office' && role.phase === 'open' && !this.#opened.has(role)) {
      this.#opened.add(role)
      this.opened.push(node)
    }
    this.harm.stepped(node)
  }

  #note(node: SimNode, effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.#add(frameName(effect.frame.type))
        return
      case 'log':
        if (this.#shows(effect.line.type)) this.tell(`${node.name} ${describeLine(effect.line, this.nameOf)}`)
        this.#add(effect.line.type === 'error' ? 'alarm' : effect.line.type)
        return
      case 'dial':
        if (isMadeUp(effect.addr)) this.#add('strange-dials')
        return
      case 'pending':
        this.#pending.set(midOf(effect.part), textsOf(effect.part))
        this.#saidAt.set(midOf(effect.part), this.world.now)
        return
      case 'sent': {
        for (const text of this.#pending.get(midOf(effect.part)) ?? []) {
          this.sent.add(text)
          if (this.#shows('shows')) this.tell(`${node.name} sees ${JSON.stringify(text)} sent`)
        }
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
      case 'checked':
        this.#add('checked')
        this.tell(`${node.name} ${describeEffect(effect, this.nameOf)}`)
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
