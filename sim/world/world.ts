/**
 * Many cores in one process, in virtual time, from one seed. The world performs the effects of each node and
 * feeds it what follows; checkers watch through `observers`.
 */

import { simNotary } from './notary.ts'
import { assert } from '../../src/lib/assert.ts'
import { Agenda } from './agenda.ts'
import { chance, createPrng, nextUint32 } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { Config } from '../../src/core/model/config.ts'
import { defaultConfig } from '../../src/core/model/config.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { RoomId, RoomKey } from '../../src/core/model/ids.ts'
import { currentKey } from '../../src/core/model/lock.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import { RoundTrips } from '../../src/peer/round-trips.ts'
import { initialState, step } from '../../src/core/index.ts'
import { Connections } from './connections.ts'
import { DiskWrites } from './disk-writes.ts'
import { Disk } from './disk.ts'
import type { UidOf } from './identities.ts'
import { rising } from './identities.ts'
import { freshNode } from './machine.ts'
import type { Observer, Program, SimNode } from './machine.ts'
import { Performer } from './performer.ts'
import { Timers } from './timers.ts'
import { wakingOrder } from './waiting.ts'

export type { Observer, Program, SimNode } from './machine.ts'

export type WorldOptions = {
  readonly seed: number
  readonly config?: Partial<Config>
  readonly copies?: number
  /** The room is locked: nodes join by invitation. */
  readonly locked?: boolean
  /** Entries for one moment run in the order in which they were added; else in a random order. */
  readonly ordered?: boolean
  /**
   * What a kernel is free to do is random: how much a broken connection still delivers, how much sockets hold
   * for a program that does not read, what a process sees first when it wakes, when the address book's file is
   * written, when a commit begins that nothing waits for. Else all of that is fixed and as gentle as it can be, so that
   * scripts give the same output.
   */
  readonly harsh?: boolean
  /** The uids of machines, by number; else they grow with it. */
  readonly uids?: UidOf
}

/** What true wall clocks show when a run begins: noon of 2026-07-01. Unit: ms since 1970. */
const beganAt = 1_782_907_200_000

export class World {
  steps = 0
  readonly prng: Prng
  readonly config: Config
  readonly copies: number
  readonly room: RoomId
  readonly harsh: boolean
  readonly locked: boolean
  #keys = 0
  readonly nodes: SimNode[] = []
  readonly observers: Observer[] = []
  readonly network = new Connections(this)
  readonly #timers = new Timers(this)
  readonly #writes = new DiskWrites(this)
  readonly #performer = new Performer(this, this.#timers, this.#writes)
  readonly #agenda = new Agenda()
  readonly #ordered: boolean
  readonly #uidOf: UidOf
  #ties = 0

  constructor(options: WorldOptions) {
    this.prng = createPrng(options.seed)
    this.config = { ...defaultConfig, ...options.config }
    this.copies = options.copies ?? 3
    this.room = 'f'.repeat(32) as RoomId
    this.harsh = options.harsh ?? false
    this.locked = options.locked ?? false
    this.#ordered = options.ordered ?? false
    this.#uidOf = options.uids ?? rising
  }

  /** Tells the observers, in the words of a script command. */
  tell(command: string): void {
    for (const observer of this.observers) observer.told?.(command)
  }

  // Nodes

  /** A machine of its own, unless given the uid of another. */
  addNode(uid?: string): SimNode {
    const index = this.nodes.length + 1
    const node = freshNode(index, uid ?? this.#uidOf(index), this.room)
    this.nodes.push(node)
    return node
  }

  node(index: number): SimNode {
    const node = this.nodes[index - 1]
    assert(node, `no node ${index}`)
    return node
  }

  byUid(uid: string): SimNode | undefined {
    return this.nodes.find((node) => node.uid === uid)
  }

  get running(): SimNode[] {
    return this.nodes.filter((node) => node.state !== undefined)
  }

  /** Starts the program: create, join through a node, or resume what the disk holds. */
  start(node: SimNode, mode: 'create' | 'resume' | { join: SimNode }): void {
    assert(!node.state, `n${node.index} runs already`)
    node.process++
    this.network.endSilence(node)
    node.disk.boots++
    node.entered = false
    node.stopped = undefined
    node.pausedUntil = 0
    node.diskFull = false
    node.crashAfterEffects = -1
    node.deaf = false
    node.answersAs = 'refused'
    node.deferred = []
    node.roundTrips = new RoundTrips()
    if (this.locked) node.disk.lock ??= { keys: [this.#invitation(mode)] }
    node.state = initialState({
      uid: node.uid,
      inc: makeInc(node.disk.boots, nextUint32(this.prng).toString(16).padStart(16, '0')),
      name: node.name,
      ...(node.visit && { visit: true }),
      addr: node.addr,
      room: typeof mode === 'object' ? ('' as RoomId) : node.room,
      lock: node.disk.lock,
      copies: this.copies,
      durable: !node.memory,
      seed: nextUint32(this.prng),
      config: this.config,
      notary: simNotary,
      stored: node.disk.facts(),
    })
    for (const observer of this.observers) observer.started?.(node)
    const { index } = node
    if (typeof mode === 'object')
      this.tell(`${node.process === 1 ? 'join' : 'restart'} n${index} via n${mode.join.index}`)
    else if (mode === 'resume') this.tell(`restart n${index}`)
    const contacts = typeof mode === 'object' ? [mode.join.addr] : []
    this.feed(node, {
      type: 'started',
      mode: typeof mode === 'object' ? 'join' : mode,
      contacts,
      wall: this.wallOf(node),
    })
  }

  /**
   * kill -9: unacknowledged writes may or may not have reached the disk. `silent`: the whole machine lost
   * its power, so nobody is told before it is up again.
   */
  crash(node: SimNode, options: { keepPending?: boolean; silent?: boolean } = {}): void {
    if (!node.state) return
    this.tell(`crash n${node.index}${options.silent ? ' silent' : ''}`)
    this.#writes.die(node, options.keepPending ?? false)
    if (options.silent) this.network.vanish(node)
    this.#end(node, true)
  }

  /** The process is over: its kernel closes all its connections. */
  #end(node: SimNode, killed: boolean): void {
    node.state = undefined
    node.guard = undefined
    node.process++
    node.timers.clear()
    node.timerDue.clear()
    node.commitTimer = node.lazyTimer = node.bookTimer = false
    node.flushN = 0
    node.deferred = []
    node.pausedUntil = 0
    this.network.drop(node, killed)
    for (const observer of this.observers) observer.crashed?.(node)
    if (node.memory) this.replaceDisk(node, new Disk())
  }

  /** The program ends by itself: what it wrote is on disk. */
  end(node: SimNode): void {
    this.#writes.settle(node)
    this.#end(node, false)
  }

  /** A machine begins to run a program that is not ours. It keeps nothing on disk. */
  startProgram(node: SimNode, program: Program): void {
    assert(!node.state && !node.program, `n${node.index} runs already`)
    node.process++
    node.lies = true
    node.program = program
    for (const observer of this.observers) observer.started?.(node)
  }

  /** It ends, and its kernel closes all its connections. */
  endProgram(node: SimNode): void {
    if (!node.program) return
    this.tell(`liar n${node.index} leaves`)
    node.program = undefined
    node.process++
    this.network.drop(node, false)
  }

  /** SIGSTOP: the node does nothing for `ms`; its connections stay. */
  pause(node: SimNode, ms: number): void {
    if (!node.state || node.pausedUntil > this.now) return
    this.tell(`pause n${node.index} ${ms}ms`)
    node.pausedUntil = this.now + ms
    node.pausedAt = this.now
    const { process, pausedAt } = node
    this.after(ms, () => {
      if (node.process === process && node.pausedAt === pausedAt) this.thaw(node)
    })
  }

  /**
   * SIGCONT: what waited happens now. In a harsh world the machine itself may have slept, and its timers with
   * it; and an event loop that continues may see timers and sockets in any order.
   */
  thaw(node: SimNode): void {
    if (!node.state || node.pausedUntil === 0) return
    const { deferred } = node
    node.deferred = []
    node.pausedUntil = 0
    if (this.harsh && this.chance(0.3)) this.#timers.shift(node, this.now - node.pausedAt)
    for (const { run } of this.harsh ? wakingOrder(this.prng, deferred) : deferred) run()
    this.network.readAgain(node)
  }

  /** What its wall clock shows. Unit: ms since 1970. */
  wallOf(node: SimNode): number {
    return beganAt + this.now + node.wallOffsetMs
  }

  /** One part. */
  say(node: SimNode, ...texts: string[]): void {
    this.tell(`say n${node.index} ${texts.map((text) => JSON.stringify(text)).join(' ')}`)
    const messages = texts.map((text) => ({ text, kind: 'message' as const }))
    this.feed(node, { type: 'said', messages, wall: this.wallOf(node) })
  }

  /** Its person wants another key, and that some nodes do not get it. */
  rekey(node: SimNode, ...removed: SimNode[]): void {
    this.tell(`rekey n${node.index}${removed.map(({ index }) => ` without n${index}`).join('')}`)
    const remove = removed.map(({ uid }) => uid)
    this.feed(node, { type: 'rekeyRequested', key: this.freshKey(), remove, wall: this.wallOf(node) })
  }

  /** Its person gives the room a title. */
  giveTitle(node: SimNode, title: string): void {
    this.tell(`title n${node.index} ${JSON.stringify(title)}`)
    this.feed(node, { type: 'titleGiven', title, wall: this.wallOf(node) })
  }

  /** A room key that was never used before. */
  freshKey(): RoomKey {
    return (++this.#keys).toString(16).padStart(32, '0') as RoomKey
  }

  /** The key in the invitation that a node comes with. */
  #invitation(mode: 'create' | 'resume' | { join: SimNode }): RoomKey {
    return (typeof mode === 'object' ? this.keyOf(mode.join) : undefined) ?? this.freshKey()
  }

  /** The key that the room of a running node has now. */
  keyOf({ state }: SimNode): RoomKey | undefined {
    return state?.lock && currentKey(state.lock).key
  }

  /** Its person asks whether all hold the same. */
  check(node: SimNode): void {
    this.tell(`check n${node.index}`)
    this.feed(node, { type: 'checkRequested' })
  }

  leave(node: SimNode, hurried = false): void {
    this.tell(`leave n${node.index}${hurried ? ' hurried' : ''}`)
    this.feed(node, { type: 'leaveRequested', hurried })
  }

  // Time

  get now(): number {
    return this.#agenda.now
  }

  /** Does `run` in that many ms. */
  after(ms: number, run: () => void): void {
    this.#agenda.add(ms, this.#ordered ? ++this.#ties : nextUint32(this.prng), run)
  }

  /** Runs what is due within that many ms. */
  runFor(ms: number): void {
    this.#agenda.runUntil(this.now + ms)
  }

  /** Runs until `done` holds, at most `ms`. Returns whether it does. */
  runWhile(ms: number, done: () => boolean): boolean {
    return this.#agenda.runWhile(ms, done)
  }

  // Steps

  /** Gives a node an event; a paused one gets it when it wakes. */
  feed(node: SimNode, event: Event): void {
    if (!node.state) {
      node.program?.take(event)
      return
    }
    if (node.pausedUntil > this.now) {
      const process = node.process
      const run = (): void => {
        if (node.process === process) this.feed(node, event)
      }
      node.deferred.push({ source: 'others', run })
      return
    }
    const { process } = node
    // What wakes a process may be anything: first its core hears that it slept, as in peer/loop.ts.
    const sleptMs = this.#timers.noticeSleep(node)
    if (sleptMs !== undefined) {
      node.roundTrips.clear()
      this.#step(node, { type: 'woke', sleptMs })
    }
    const measured = node.roundTrips.measured(event, () => this.now)
    if (measured && node.process === process) this.#step(node, measured)
    if (node.process === process) this.#step(node, event)
  }

  #step(node: SimNode, event: Event): void {
    if (!node.state) return
    this.steps++
    const { process } = node
    const effects = step(node.state, event)
    for (const observer of this.observers) observer.stepped?.(node, event, effects)
    let dieIn = effects.length > 0 ? node.crashAfterEffects : -1
    for (const effect of effects) {
      // A crash may strike between any two effects.
      if (dieIn-- === 0) this.crash(node)
      if (node.process !== process) return
      this.#performer.perform(node, effect)
    }
    if (dieIn >= 0 && node.process === process) this.crash(node)
  }

  /** The machine is no longer late. */
  catchUp(node: SimNode): void {
    this.#timers.catchUp(node)
  }

  setDiskFull(node: SimNode, full: boolean): void {
    this.tell(`disk n${node.index} ${full ? 'full' : 'free'}`)
    node.diskFull = full
    this.feed(node, { type: full ? 'diskFilled' : 'diskFreed' })
    if (!full && node.state && node.disk.pending.length > 0) this.#writes.commitSoon(node)
  }

  /** The disk becomes another: an old copy of itself, or an empty one. Only of a node that is down. */
  replaceDisk(node: SimNode, disk: Disk): void {
    assert(!node.state, `n${node.index} runs`)
    this.tell(`# the disk of n${node.index} is another now, with ${disk.log.length} records`)
    node.disk = disk
    for (const observer of this.observers) observer.diskReplaced?.(node)
  }

  chance(p: number): boolean {
    return chance(this.prng, p)
  }
}
