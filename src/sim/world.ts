/**
 * Many cores in one process, in virtual time, from one seed. The world performs the effects of each
 * node and feeds it what follows. It knows nothing of the rules: checkers watch through `observers`.
 */

import { assert, unreachable } from '../lib/assert.ts'
import { Heap } from '../lib/heap.ts'
import { chance, createPrng, nextBelow, nextUint32 } from '../lib/prng.ts'
import type { Prng } from '../lib/prng.ts'
import type { Config } from '../core/config.ts'
import { defaultConfig } from '../core/config.ts'
import type { Effect } from '../core/effects.ts'
import type { Event } from '../core/events.ts'
import type { Address, LinkId, RoomId, Uid } from '../core/ids.ts'
import { makeInc } from '../core/ids.ts'
import type { Frame } from '../core/messages.ts'
import { initialState, step } from '../core/index.ts'
import type { State } from '../core/index.ts'
import { Disk } from './disk.ts'
import type { Connection, LinkQuality, Pipe } from './network.ts'
import { Cuts, drawDelay, frameBytes } from './network.ts'

/** How often a slow reader notices that something comes. Unit: ms. */
const heardEveryMs = 200

type Entry = { readonly at: number; readonly tie: number; readonly run: () => void }

/** One simulated machine with its program. Node numbers begin with 1. */
export type SimNode = {
  readonly index: number
  uid: Uid
  addr: Address
  name: string
  disk: Disk
  /** The running process, if any. */
  state: State | undefined
  /** Counts processes: what was meant for an older one is not delivered. */
  process: number
  timers: Map<string, number>
  timerN: number
  /** When each timer would fire on a machine that is not late. */
  timerDue: Map<string, number>
  /** Paused until then (virtual ms); events wait. */
  pausedUntil: number
  pausedAt: number
  deferred: (() => void)[]
  lastLink: number
  entered: boolean
  stopped: string | undefined
  /** Own connections by link. */
  pipes: Map<LinkId, { out: Pipe; connection: Connection }>
  commitTimer: boolean
  /** Disk behaviour: ms a commit takes; `full` answers nothing until freed. */
  fsyncMs: number
  diskFull: boolean
  /** Bytes a second that this node reads from each link; 0: no limit. */
  readBytesPerSecond: number
  /** Timers take so many times as long: set by fault injectors. */
  timerFactor: number
  /** What its wall clock shows beyond the truth. Unit: ms. */
  wallOffsetMs: number
  /** The process dies after performing so many effects of its next step that has any; -1: it does not. */
  crashAfterEffects: number
  room: RoomId
  /** Its program takes nothing out of its sockets. */
  deaf: boolean
  /** What a dial hears while its program is down: nobody, another program, or another version of ours. */
  answersAs: 'refused' | 'alien' | 'version'
  /** A machine without power answers nothing, not even that nobody listens. */
  powered: boolean
}

export type Observer = {
  /** After each step of a core and before its effects are performed. */
  stepped?(node: SimNode, event: Event, effects: readonly Effect[]): void
  /** A frame is about to be handed to its receiver. */
  delivered?(from: SimNode, to: SimNode, lc: number, frame: Frame): void
  /** A frame was put into a link; `queuedBytes`: what that link holds now, this frame included. */
  sent?(from: SimNode, to: SimNode, frame: Frame, bytes: number, queuedBytes: number): void
  /** More of the disk is durable. */
  committed?(node: SimNode): void
  /** The process is over, and the disk is what survived. */
  crashed?(node: SimNode): void
  started?(node: SimNode): void
  /** The disk was put back from an old copy, or is a new one. */
  diskReplaced?(node: SimNode): void
  /** Somebody did something to the world; as a command of a protocol script, or a comment. */
  told?(command: string): void
}

export type WorldOptions = {
  readonly seed: number
  readonly config?: Partial<Config>
  readonly copies?: number
  /** What falls on one moment happens in the order in which it was asked for, not in a drawn one. */
  readonly ordered?: boolean
}

export class World {
  now = 0
  steps = 0
  readonly prng: Prng
  readonly config: Config
  readonly copies: number
  readonly room: RoomId
  readonly nodes: SimNode[] = []
  readonly cuts = new Cuts()
  /** Pairs where only the dial fails: a firewall on one side. */
  readonly noDial = new Cuts()
  readonly #clogs = new Map<number, number>()
  readonly observers: Observer[] = []
  quality: LinkQuality = { delayMin: 1, delaySpread: 0 }
  /** Connection set-up: so many one-way delays. TCP and TLS take three. */
  setupDelays = 3
  /** Decides about a frame before it is sent: true drops it (scripts and datagram faults only). */
  filter: ((from: SimNode, to: SimNode, frame: Frame) => 'drop' | 'hold' | undefined) | undefined
  readonly #heap = new Heap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.tie < b.tie))
  readonly #ordered: boolean
  #ties = 0
  #connections = 0
  /** Pipes whose sender is gone and that still hold something. */
  #orphans: Pipe[] = []
  /** Ends of connections whose other machine lost its power. */
  #silent: { node: number; back: Pipe }[] = []

  constructor(options: WorldOptions) {
    this.prng = createPrng(options.seed)
    this.config = { ...defaultConfig, ...options.config }
    this.copies = options.copies ?? 3
    this.room = 'f'.repeat(32) as RoomId
    this.#ordered = options.ordered ?? false
  }

  #tell(command: string): void {
    for (const observer of this.observers) observer.told?.(command)
  }

  // Nodes

  /** A machine whose uid grows with its number, unless given. */
  addNode(uid?: string): SimNode {
    const index = this.nodes.length + 1
    const node: SimNode = {
      index,
      uid: (uid ?? index.toString(16).padStart(4, '0').padEnd(32, '0')) as Uid,
      addr: `10.0.${index >> 8}.${index & 255}:4000` as Address,
      name: `n${index}`,
      disk: new Disk(),
      state: undefined,
      process: 0,
      timers: new Map(),
      timerN: 0,
      timerDue: new Map(),
      pausedUntil: 0,
      pausedAt: 0,
      deferred: [],
      lastLink: 1,
      entered: false,
      stopped: undefined,
      pipes: new Map(),
      commitTimer: false,
      fsyncMs: 1,
      diskFull: false,
      readBytesPerSecond: 0,
      timerFactor: 1,
      wallOffsetMs: 0,
      crashAfterEffects: -1,
      room: this.room,
      powered: true,
      deaf: false,
      answersAs: 'refused',
    }
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
    this.#endSilence(node)
    node.disk.boots++
    node.entered = false
    node.stopped = undefined
    node.pausedUntil = 0
    node.diskFull = false
    node.crashAfterEffects = -1
    node.deaf = false
    node.answersAs = 'refused'
    node.deferred = []
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
      this.#tell(`${node.process === 1 ? 'join' : 'restart'} n${index} via n${mode.join.index}`)
    else if (mode === 'resume') this.#tell(`restart n${index}`)
    const contacts = typeof mode === 'object' ? [mode.join.addr] : []
    this.feed(node, { type: 'started', mode: typeof mode === 'object' ? 'join' : mode, contacts })
  }

  /**
   * kill -9: unacknowledged writes may or may not have reached the disk. `silent`: the whole machine lost
   * its power, so nobody is told before it is up again.
   */
  crash(node: SimNode, options: { keepPending?: boolean; silent?: boolean } = {}): void {
    if (!node.state) return
    this.#tell(`crash n${node.index}${options.silent ? ' silent' : ''}`)
    const { pending } = node.disk
    node.disk.crash(options.keepPending ? pending.length : nextBelow(this.prng, pending.length + 1))
    if (options.silent) this.#vanish(node)
    this.#end(node)
    for (const observer of this.observers) observer.crashed?.(node)
  }

  /** The process is over: its kernel closes all its connections. */
  #end(node: SimNode): void {
    node.state = undefined
    node.process++
    node.timers.clear()
    node.commitTimer = false
    node.deferred = []
    node.pausedUntil = 0
    for (const { out } of node.pipes.values()) {
      // What was sent but is still here may be lost with the reset.
      if (out.queue.length > out.flying)
        out.queue.length = out.flying + nextBelow(this.prng, out.queue.length - out.flying + 1)
      this.#closePipe(out)
    }
    node.pipes.clear()
  }

  /** No FIN comes from a machine without power: its connections just fall silent, until it is up again. */
  #vanish(node: SimNode): void {
    for (const { out, connection } of node.pipes.values()) {
      out.queue = []
      out.ended = true
      const back = connection.dialler === out ? connection.acceptor : connection.dialler
      back.stalled = true
      this.#silent.push({ node: node.index, back })
    }
    node.pipes.clear()
    node.powered = false
  }

  /** The machine has power again: what still talks to its earlier life gets a reset. */
  #endSilence(node: SimNode): void {
    node.powered = true
    const broken = this.#silent.filter((entry) => entry.node === node.index)
    if (broken.length === 0) return
    this.#silent = this.#silent.filter((entry) => entry.node !== node.index)
    for (const { back } of broken) this.after(this.#delay(), () => this.#breakPipe(back))
  }

  #breakPipe(back: Pipe): void {
    const peer = this.node(back.from.node)
    if (peer.pipes.get(back.from.link)?.out !== back) return
    peer.pipes.delete(back.from.link)
    back.ended = true
    back.queue = []
    this.feed(peer, { type: 'linkClosed', link: back.from.link, why: 'closed' })
  }

  /** SIGSTOP: the node does nothing for `ms`; its connections stay. */
  pause(node: SimNode, ms: number): void {
    if (!node.state || node.pausedUntil > this.now) return
    this.#tell(`pause n${node.index} ${ms}ms`)
    node.pausedUntil = this.now + ms
    node.pausedAt = this.now
    const { process, pausedAt } = node
    this.after(ms, () => {
      if (node.process === process && node.pausedAt === pausedAt) this.thaw(node)
    })
  }

  /** SIGCONT: what waited happens now. */
  thaw(node: SimNode): void {
    if (!node.state || node.pausedUntil === 0) return
    const { deferred } = node
    const sleptMs = this.now - node.pausedAt
    node.deferred = []
    node.pausedUntil = 0
    if (sleptMs > 500) this.feed(node, { type: 'woke', sleptMs })
    for (const run of deferred) run()
  }

  say(node: SimNode, text: string): void {
    this.#tell(`say n${node.index} ${JSON.stringify(text)}`)
    this.feed(node, { type: 'said', text, kind: 'message', wall: this.now + node.wallOffsetMs })
  }

  leave(node: SimNode, hurried = false): void {
    this.#tell(`leave n${node.index}${hurried ? ' hurried' : ''}`)
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
      node.deferred.push(() => {
        if (node.process === process) this.feed(node, event)
      })
      return
    }
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
    const later = (ms: number, event: Event): void =>
      this.after(ms, () => {
        if (node.process === process) this.feed(node, event)
      })
    switch (effect.type) {
      case 'dial':
        this.#dial(node, effect.link, effect.addr)
        return
      case 'send':
        this.#send(node, effect.link, effect.lc, effect.frame, effect.paced)
        return
      case 'close': {
        const pipe = node.pipes.get(effect.link)
        if (!pipe) return
        node.pipes.delete(effect.link)
        this.#closePipe(pipe.out)
        return
      }
      case 'persist':
        node.disk.pending.push({ n: effect.n, write: effect.write })
        this.#commitSoon(node)
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
        node.disk.book = effect.book
        return
      case 'mintInc':
        node.disk.boots = Math.max(node.disk.boots, effect.above) + 1
        later(1, {
          type: 'incMinted',
          inc: makeInc(node.disk.boots, nextUint32(this.prng).toString(16).padStart(16, '0')),
        })
        return
      case 'startTimer': {
        const version = ++node.timerN
        const { name } = effect
        node.timers.set(name, version)
        node.timerDue.set(name, this.now + effect.ms)
        this.after(Math.round(effect.ms * node.timerFactor), () => {
          if (node.process === process) this.#fire(node, name, version)
        })
        return
      }
      case 'stopTimer':
        node.timers.delete(effect.name)
        return
      case 'entered':
        node.entered = true
        return
      case 'stop':
        node.stopped = effect.why
        node.disk.crash(node.disk.pending.length)
        this.#end(node)
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

  #fire(node: SimNode, name: string, version: number): void {
    if (node.timers.get(name) !== version) return
    if (node.pausedUntil > this.now) {
      const { process } = node
      node.deferred.push(() => {
        if (node.process === process) this.#fire(node, name, version)
      })
      return
    }
    node.timers.delete(name)
    this.feed(node, { type: 'timerFired', name })
  }

  /** Group commit: what came while one commit ran goes with the next. */
  #commitSoon(node: SimNode): void {
    if (node.commitTimer || node.diskFull) return
    node.commitTimer = true
    const upTo = node.disk.pending.at(-1)?.n ?? 0
    const { process } = node
    this.after(node.fsyncMs, () => {
      if (node.process !== process) return
      node.commitTimer = false
      node.disk.commit(upTo)
      for (const observer of this.observers) observer.committed?.(node)
      this.feed(node, { type: 'committed', upTo })
      if (node.process === process && node.disk.pending.length > 0) this.#commitSoon(node)
    })
  }

  /** The machine is no longer late: what is overdue fires now, the rest when it is due. */
  catchUp(node: SimNode): void {
    node.timerFactor = 1
    const { process } = node
    for (const name of [...node.timers.keys()]) {
      const version = ++node.timerN
      node.timers.set(name, version)
      this.after(Math.max(0, (node.timerDue.get(name) ?? 0) - this.now), () => {
        if (node.process === process) this.#fire(node, name, version)
      })
    }
  }

  setDiskFull(node: SimNode, full: boolean): void {
    this.#tell(`disk n${node.index} ${full ? 'full' : 'free'}`)
    node.diskFull = full
    this.feed(node, { type: full ? 'diskFilled' : 'diskFreed' })
    if (!full && node.state && node.disk.pending.length > 0) this.#commitSoon(node)
  }

  /** The disk becomes another: an old copy of itself, or an empty one. Only of a node that is down. */
  replaceDisk(node: SimNode, disk: Disk): void {
    assert(!node.state, `n${node.index} runs`)
    this.#tell(`# the disk of n${node.index} is another now, with ${disk.log.length} records`)
    node.disk = disk
    for (const observer of this.observers) observer.diskReplaced?.(node)
  }

  /** A frame that this node did not mean to send: goes into its newest link to `to`. Whether there is one. */
  inject(from: SimNode, to: SimNode, frame: Frame): boolean {
    for (const [link, { out }] of [...from.pipes].reverse()) {
      if (out.to.node !== to.index || !from.state) continue
      this.#send(from, link, from.state.clock, frame, false)
      return true
    }
    return false
  }

  // Connections

  /** What a clogged path adds. Unit: ms. */
  #extraDelay(from: SimNode, to: SimNode): number {
    if (this.#clogs.size === 0) return 0
    const clog = this.#clogs.get(from.index * 65536 + to.index)
    return clog ? nextBelow(this.prng, clog + 1) : 0
  }

  /** Each frame from a to b takes up to so much longer; 0 ends it. Unit: ms. */
  setClog(from: number, to: number, ms: number): void {
    if (ms > 0) this.#clogs.set(from * 65536 + to, ms)
    else this.#clogs.delete(from * 65536 + to)
  }

  #delay(): number {
    return drawDelay(this.prng, this.quality)
  }

  #dial(node: SimNode, link: LinkId, addr: Address): void {
    const { process } = node
    const target = this.nodes.find((other) => other.addr === addr)
    const give = (event: Event): void => {
      if (node.process === process) this.feed(node, event)
    }
    const blackHole = (): void => this.after(5000, () => give({ type: 'linkClosed', link, why: 'silent' }))
    if (!target || this.#isDeaf(node, target)) {
      blackHole()
      return
    }
    this.after(this.#delay() * 2 + this.#extraDelay(node, target), () => {
      if (node.process !== process) return
      if (this.#isDeaf(node, target)) {
        blackHole()
        return
      }
      if (!target.state) {
        give({ type: 'linkClosed', link, why: target.answersAs })
        return
      }
      this.#handshake(node, process, link, target)
    })
  }

  /** Nothing comes back for a dial. */
  #isDeaf(node: SimNode, target: SimNode): boolean {
    return (
      !target.powered ||
      this.cuts.isCut(node.index, target.index) ||
      this.cuts.isCut(target.index, node.index) ||
      this.noDial.isCut(node.index, target.index)
    )
  }

  /** TLS needs both programs: a paused target answers when it wakes, although its kernel took the call. */
  #handshake(node: SimNode, process: number, link: LinkId, target: SimNode): void {
    if (target.pausedUntil > this.now) {
      target.deferred.push(() => this.#handshake(node, process, link, target))
      return
    }
    this.after(this.#delay() * (this.setupDelays - 2), () => {
      if (node.process !== process || !target.state) {
        if (node.process === process) this.feed(node, { type: 'linkClosed', link, why: 'closed' })
        return
      }
      if (!node.state?.links.has(link)) return
      if (this.#isDeaf(node, target)) {
        this.after(5000, () => {
          if (node.process === process) this.feed(node, { type: 'linkClosed', link, why: 'silent' })
        })
        return
      }
      target.lastLink += 2
      const far: LinkId = target.lastLink as LinkId
      const a = { node: node.index, link, uid: node.uid }
      const b = { node: target.index, link: far, uid: target.uid }
      const pipe = (from: typeof a, to: typeof a): Pipe => ({
        from,
        to,
        queue: [],
        lastArrival: 0,
        closing: false,
        ended: false,
        flying: 0,
        queuedBytes: 0,
        stalled: false,
      })
      const connection: Connection = { id: ++this.#connections, dialler: pipe(a, b), acceptor: pipe(b, a) }
      node.pipes.set(link, { out: connection.dialler, connection })
      target.pipes.set(far, { out: connection.acceptor, connection })
      this.feed(target, { type: 'linkAccepted', link: far, uid: node.uid })
      if (node.process === process) this.feed(node, { type: 'linkOpened', link, uid: target.uid })
    })
  }

  #send(node: SimNode, link: LinkId, lc: number, frame: Frame, paced: boolean): void {
    const pipe = node.pipes.get(link)
    if (!pipe) return
    const target = this.node(pipe.out.to.node)
    const verdict = this.filter?.(node, target, frame)
    if (verdict === 'drop') {
      // It left our buffer all the same.
      const { process } = node
      const drained = (): void => {
        if (node.process === process && node.pipes.has(link)) this.feed(node, { type: 'linkDrained', link })
      }
      if (paced) this.after(this.#delay(), drained)
      return
    }
    const bytes = frameBytes(frame)
    pipe.out.queue.push({ lc, frame, paced, bytes })
    pipe.out.queuedBytes += bytes
    for (const observer of this.observers) observer.sent?.(node, target, frame, bytes, pipe.out.queuedBytes)
    if (verdict !== 'hold') this.#fly(pipe.out)
  }

  /** Schedules what waits in a pipe, unless it is cut: then it stays until the cut heals. */
  #fly(pipe: Pipe): void {
    const receiver = this.node(pipe.to.node)
    if (pipe.ended || this.#isHeld(pipe, receiver)) return
    while (pipe.flying < pipe.queue.length) {
      const packet = pipe.queue[pipe.flying]
      pipe.flying++
      const reading =
        receiver.readBytesPerSecond > 0 ? ((packet?.bytes ?? 0) * 1000) / receiver.readBytesPerSecond : 0
      const extra = this.#extraDelay(this.node(pipe.from.node), receiver)
      const at = Math.max(pipe.lastArrival, this.now + this.#delay() + extra) + Math.round(reading)
      pipe.lastArrival = at
      if (reading > heardEveryMs) this.#hearSlowly(pipe, at, reading)
      this.after(at - this.now, () => this.#arrive(pipe))
    }
    if (pipe.closing && pipe.queue.length === 0) {
      pipe.ended = true
      this.after(Math.max(pipe.lastArrival - this.now, this.#delay()), () => this.#finish(pipe))
    }
  }

  /** Nothing arrives for now: it waits with the sender, as TCP would send it again. */
  #isHeld(pipe: Pipe, receiver: SimNode): boolean {
    return pipe.stalled || receiver.deaf || this.cuts.isCut(pipe.from.node, pipe.to.node)
  }

  /** Bytes of a long frame trickle in before it is whole. */
  #hearSlowly(pipe: Pipe, at: number, readingMs: number): void {
    const { process } = this.node(pipe.to.node)
    for (let before = heardEveryMs; before < readingMs; before += heardEveryMs) {
      this.after(Math.max(0, at - before - this.now), () => {
        const receiver = this.node(pipe.to.node)
        if (receiver.process === process && !this.#isHeld(pipe, receiver) && this.#isOpenAt(pipe))
          this.feed(receiver, { type: 'linkHeard', link: pipe.to.link })
      })
    }
  }

  /** A program begins or stops to take what is in its sockets. */
  setDeaf(node: SimNode, deaf: boolean): void {
    node.deaf = deaf
    if (!deaf) this.#resume()
  }

  #arrive(pipe: Pipe): void {
    // A cut holds what had not arrived, as TCP would send it again.
    if (this.#isHeld(pipe, this.node(pipe.to.node))) {
      pipe.flying--
      return
    }
    const packet = pipe.queue.shift()
    pipe.flying--
    if (!packet) return
    pipe.queuedBytes -= packet.bytes
    const sender = this.node(pipe.from.node)
    const receiver = this.node(pipe.to.node)
    if (packet.paced && sender.pipes.get(pipe.from.link)?.out === pipe) {
      this.feed(sender, { type: 'linkDrained', link: pipe.from.link })
    }
    if (
      receiver.pipes.get(pipe.to.link)?.connection.dialler.from.link !== undefined &&
      this.#isOpenAt(pipe)
    ) {
      for (const observer of this.observers) observer.delivered?.(sender, receiver, packet.lc, packet.frame)
      this.feed(receiver, { type: 'frameReceived', link: pipe.to.link, lc: packet.lc, frame: packet.frame })
    }
    if (pipe.closing && pipe.queue.length === 0 && !pipe.ended) this.#fly(pipe)
  }

  /** The receiver has not closed its end. */
  #isOpenAt(pipe: Pipe): boolean {
    const there = this.node(pipe.to.node).pipes.get(pipe.to.link)
    return there !== undefined && (there.connection.dialler === pipe || there.connection.acceptor === pipe)
  }

  #closePipe(pipe: Pipe): void {
    pipe.closing = true
    this.#fly(pipe)
    // Nobody holds this end any more, but what was sent still arrives when a cut heals.
    if (!pipe.ended) this.#orphans.push(pipe)
  }

  #finish(pipe: Pipe): void {
    if (!this.#isOpenAt(pipe)) return
    const receiver = this.node(pipe.to.node)
    receiver.pipes.delete(pipe.to.link)
    this.feed(receiver, { type: 'linkClosed', link: pipe.to.link, why: 'closed' })
  }

  /** Resets every connection between two nodes; each side learns it. */
  reset(a: SimNode, b: SimNode): void {
    this.#tell(`# reset n${a.index} and n${b.index}`)
    for (const [link, { out }] of [...a.pipes]) {
      if (out.to.node !== b.index) continue
      const far = b.pipes.get(out.to.link)
      a.pipes.delete(link)
      b.pipes.delete(out.to.link)
      out.ended = true
      out.queue = []
      if (far) {
        far.out.ended = true
        far.out.queue = []
        this.feed(b, { type: 'linkClosed', link: out.to.link, why: 'closed' })
      }
      this.feed(a, { type: 'linkClosed', link, why: 'closed' })
    }
  }

  /** Cuts or heals one direction. */
  setCut(from: number, to: number, cut: boolean): void {
    if (cut !== this.cuts.isCut(from, to))
      this.#tell(cut ? `cut n${from} | n${to} oneway` : `# heal n${from} to n${to}`)
    this.cuts.set(from, to, cut)
    if (!cut) this.#resume()
  }

  healAll(): void {
    this.#tell('heal')
    this.cuts.clear()
    this.noDial.clear()
    this.#clogs.clear()
    this.#resume()
  }

  #resume(): void {
    for (const node of this.nodes) for (const { out } of node.pipes.values()) this.#fly(out)
    for (const pipe of this.#orphans) this.#fly(pipe)
    this.#orphans = this.#orphans.filter((pipe) => !pipe.ended)
  }

  chance(p: number): boolean {
    return chance(this.prng, p)
  }
}
