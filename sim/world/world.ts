/**
 * Many cores in one process, in virtual time, from one seed. The world performs the effects of each
 * node and feeds it what follows. It knows nothing of the rules: checkers watch through `observers`.
 */

import { assert, unreachable } from '../../src/lib/assert.ts'
import { Heap } from './heap.ts'
import { chance, createPrng, nextUint32 } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { Config } from '../../src/core/model/config.ts'
import { defaultConfig } from '../../src/core/model/config.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { RoomId } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import { RoundTrips } from '../../src/peer/round-trips.ts'
import { initialState, step } from '../../src/core/index.ts'
import { Connections } from './connections.ts'
import { DiskWrites } from './disk-writes.ts'
import type { Disk } from './disk.ts'
import type { UidOf } from './identities.ts'
import { rising } from './identities.ts'
import { freshNode } from './machine.ts'
import type { Observer, SimNode } from './machine.ts'
import { Timers } from './timers.ts'
import { wakingOrder } from './waiting.ts'

type Entry = { readonly at: number; readonly tie: number; readonly run: () => void }

export type { Observer, SimNode } from './machine.ts'

export type WorldOptions = {
  readonly seed: number
  readonly config?: Partial<Config>
  readonly copies?: number
  /** What falls on one moment happens in the order in which it was asked for, not in a drawn one. */
  readonly ordered?: boolean
  /**
   * What a kernel may do or not is drawn: how much a connection that breaks still delivers,
   * how much sockets hold for a program that does not read, what a process sees first that wakes up,
   * when the file of the address book is written. Else it is
   * always the same, and as gentle as it can be, so that scripts can tell it.
   */
  readonly harsh?: boolean
  /** The uids of machines, by number; else they grow with it. */
  readonly uids?: UidOf
}

export class World {
  now = 0
  steps = 0
  readonly prng: Prng
  readonly config: Config
  readonly copies: number
  readonly room: RoomId
  readonly harsh: boolean
  readonly nodes: SimNode[] = []
  readonly observers: Observer[] = []
  readonly network = new Connections(this)
  readonly #timers = new Timers(this)
  readonly #writes = new DiskWrites(this)
  readonly #heap = new Heap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.tie < b.tie))
  readonly #ordered: boolean
  readonly #uidOf: UidOf
  #ties = 0

  constructor(options: WorldOptions) {
    this.prng = createPrng(options.seed)
    this.config = { ...defaultConfig, ...options.config }
    this.copies = options.copies ?? 3
    this.room = 'f'.repeat(32) as RoomId
    this.harsh = options.harsh ?? false
    this.#ordered = options.ordered ?? false
    this.#uidOf = options.uids ?? rising
  }

  /** Tells whoever keeps a journal. */
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
    node.state = initialState({
      uid: node.uid,
      inc: makeInc(node.disk.boots, nextUint32(this.prng).toString(16).padStart(16, '0')),
      name: node.name,
      addr: node.addr,
      room: typeof mode === 'object' ? ('' as RoomId) : node.room,
      copies: this.copies,
      durable: true,
      seed: nextUint32(this.prng),
      config: this.config,
      stored: node.disk.facts(),
    })
    for (const observer of this.observers) observer.started?.(node)
    const { index } = node
    if (typeof mode === 'object')
      this.tell(`${node.process === 1 ? 'join' : 'restart'} n${index} via n${mode.join.index}`)
    else if (mode === 'resume') this.tell(`restart n${index}`)
    const contacts = typeof mode === 'object' ? [mode.join.addr] : []
    this.feed(node, { type: 'started', mode: typeof mode === 'object' ? 'join' : mode, contacts })
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
    for (const observer of this.observers) observer.crashed?.(node)
  }

  /** The process is over: its kernel closes all its connections. */
  #end(node: SimNode, killed: boolean): void {
    node.state = undefined
    node.process++
    node.timers.clear()
    node.timerDue.clear()
    node.commitTimer = node.bookTimer = false
    node.deferred = []
    node.pausedUntil = 0
    this.network.drop(node, killed)
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
   * it; and an event loop that goes on may see timers and sockets in any order.
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

  say(node: SimNode, text: string): void {
    this.tell(`say n${node.index} ${JSON.stringify(text)}`)
    this.feed(node, { type: 'said', text, kind: 'message', wall: this.now + node.wallOffsetMs })
  }

  leave(node: SimNode, hurried = false): void {
    this.tell(`leave n${node.index}${hurried ? ' hurried' : ''}`)
    this.feed(node, { type: 'leaveRequested', hurried })
  }

  // Time

  after(ms: number, run: () => void): void {
    this.#heap.push({ at: this.now + ms, tie: this.#ordered ? ++this.#ties : nextUint32(this.prng), run })
  }

  /** Runs what is due until virtual time `until`. */
  runUntil(until: number): void {
    for (;;) {
      const entry = this.#heap.peek()
      if (!entry || entry.at > until) break
      this.#heap.pop()
      this.now = entry.at
      entry.run()
    }
    this.now = Math.max(this.now, until)
  }

  runFor(ms: number): void {
    this.runUntil(this.now + ms)
  }

  /** Runs until `done` holds, at most `ms`. Whether it does. */
  runWhile(ms: number, done: () => boolean): boolean {
    const until = this.now + ms
    while (!done()) {
      const entry = this.#heap.peek()
      if (!entry || entry.at > until) {
        this.now = until
        return done()
      }
      this.#heap.pop()
      this.now = entry.at
      entry.run()
    }
    return true
  }

  // Steps

  /** Gives a node an event; a paused one gets it when it wakes. */
  feed(node: SimNode, event: Event): void {
    if (!node.state) return
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
      this.#perform(node, effect)
    }
    if (dieIn >= 0 && node.process === process) this.crash(node)
  }

  #perform(node: SimNode, effect: Effect): void {
    const { process } = node
    node.roundTrips.performing(effect, () => this.now)
    const later = (ms: number, event: Event): void =>
      this.after(ms, () => {
        if (node.process === process) this.feed(node, event)
      })
    switch (effect.type) {
      case 'dial':
        this.network.dial(node, effect.link, effect.addr)
        return
      case 'send':
        this.network.send(node, effect.link, effect.lc, effect.frame, effect.paced)
        return
      case 'close':
        this.network.close(node, effect.link)
        return
      case 'persist':
        node.disk.pending.push({ n: effect.n, write: effect.write })
        this.#writes.commitSoon(node)
        return
      case 'readLog': {
        const { request, from, bytesMax } = effect
        this.after(1, () => {
          if (node.process === process) {
            this.feed(node, { type: 'logRead', request, from, records: node.disk.read(from, bytesMax) })
          }
        })
        return
      }
      case 'seek':
        later(1, { type: 'sought', request: effect.request, pos: node.disk.seek(effect.frontier) })
        return
      case 'keepBook':
        node.disk.books.push(effect.book)
        if (this.harsh) this.#writes.writeBookSoon(node)
        else node.disk.writeBooks(1)
        return
      case 'mintInc':
        node.disk.boots = Math.max(node.disk.boots, effect.above) + 1
        later(1, {
          type: 'incMinted',
          inc: makeInc(node.disk.boots, nextUint32(this.prng).toString(16).padStart(16, '0')),
        })
        return
      case 'startTimer':
        this.#timers.start(node, effect.name, effect.ms)
        return
      case 'stopTimer':
        node.timers.delete(effect.name)
        return
      case 'entered':
        node.entered = true
        return
      case 'stop':
        node.stopped = effect.why
        this.#writes.settle(node)
        this.#end(node, false)
        for (const observer of this.observers) observer.crashed?.(node)
        return
      case 'deliver':
      case 'deliverRange':
      case 'pending':
      case 'sent':
      case 'refuse':
      case 'membersChanged':
      case 'leaderChanged':
      case 'log':
        return
      default:
        unreachable(effect)
    }
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
