/**
 * Connections between simulated machines, in stream mode: dialling, the handshake, frames on their way, ends,
 * cuts, clogs, resets, silence. Knows nothing of what frames mean.
 */

import type { Address, LinkId } from '../core/ids.ts'
import type { Event } from '../core/events.ts'
import type { Frame } from '../core/messages.ts'
import { nextBelow } from '../lib/prng.ts'
import type { Prng } from '../lib/prng.ts'
import type { Connection, LinkQuality, Packet, Pipe } from './network.ts'
import { Cuts, drawDelay, frameBytes, loseSuffix, makePipe } from './network.ts'
import type { Observer, SimNode } from './node.ts'

/** How often a slow reader notices that something comes. Unit: ms. */
const heardEveryMs = 200

/** What connections need of the world around them. */
export interface Surroundings {
  readonly now: number
  readonly prng: Prng
  readonly harsh: boolean
  readonly nodes: readonly SimNode[]
  readonly observers: readonly Observer[]
  after(ms: number, run: () => void): void
  feed(node: SimNode, event: Event): void
  node(index: number): SimNode
  tell(command: string): void
}

/** What to do with a frame before it is sent (scripts only). */
export type Filter = (from: SimNode, to: SimNode, frame: Frame) => 'drop' | 'hold' | undefined

export class Connections {
  readonly cuts = new Cuts()
  /** Pairs where only the dial fails: a firewall on one side. */
  readonly noDial = new Cuts()
  quality: LinkQuality = { delayMin: 1, delaySpread: 0 }
  /** Connection set-up: so many one-way delays. TCP and TLS take three. */
  setupDelays = 3
  filter: Filter | undefined
  readonly #world: Surroundings
  readonly #clogs = new Map<number, number>()
  #made = 0
  /** Pipes whose sender is gone and that still hold something. */
  #orphans: Pipe[] = []
  /** Ends of connections whose other machine lost its power. */
  #silent: { node: number; back: Pipe }[] = []

  constructor(world: Surroundings) {
    this.#world = world
  }

  /** A program closes a link of its own. */
  close(node: SimNode, link: LinkId): void {
    const pipe = node.pipes.get(link)
    if (!pipe) return
    node.pipes.delete(link)
    this.#closePipe(pipe.out)
  }

  /**
   * A process is over, and its kernel closes all its connections. What was sent usually goes out first; but
   * where something came that the process had not read, the kernel sends a reset instead, at once.
   */
  drop(node: SimNode, killed: boolean): void {
    const { harsh, prng } = this.#world
    for (const { out } of node.pipes.values()) {
      if (!harsh) {
        const waiting = out.queue.length - out.flying
        if (waiting > 0) out.queue.length = out.flying + nextBelow(prng, waiting + 1)
      } else if (killed || nextBelow(prng, 20) === 0) loseSuffix(prng, out)
      this.#closePipe(out)
    }
    node.pipes.clear()
  }

  /** What a clogged path adds. Unit: ms. */
  #extraDelay(from: SimNode, to: SimNode): number {
    if (this.#clogs.size === 0) return 0
    const clog = this.#clogs.get(from.index * 65536 + to.index)
    return clog ? nextBelow(this.#world.prng, clog + 1) : 0
  }

  /** Each frame from a to b takes up to so much longer; 0 ends it. Unit: ms. */
  setClog(from: number, to: number, ms: number): void {
    if (ms > 0) this.#clogs.set(from * 65536 + to, ms)
    else this.#clogs.delete(from * 65536 + to)
  }

  #delay(): number {
    return drawDelay(this.#world.prng, this.quality)
  }

  /** A program dials; what comes of it is fed to it. */
  dial(node: SimNode, link: LinkId, addr: Address): void {
    const { process } = node
    const target = this.#world.nodes.find((other) => other.addr === addr)
    const give = (event: Event): void => {
      if (node.process === process) this.#world.feed(node, event)
    }
    const blackHole = (): void =>
      this.#world.after(5000, () => give({ type: 'linkClosed', link, why: 'silent' }))
    if (!target || this.#isDeaf(node, target)) {
      blackHole()
      return
    }
    this.#world.after(this.#delay() * 2 + this.#extraDelay(node, target), () => {
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
    if (target.pausedUntil > this.#world.now) {
      target.deferred.push(() => this.#handshake(node, process, link, target))
      return
    }
    this.#world.after(this.#delay() * (this.setupDelays - 2), () => {
      if (node.process !== process || !target.state) {
        if (node.process === process) this.#world.feed(node, { type: 'linkClosed', link, why: 'closed' })
        return
      }
      if (!node.state?.links.has(link)) return
      if (this.#isDeaf(node, target)) {
        this.#world.after(5000, () => {
          if (node.process === process) this.#world.feed(node, { type: 'linkClosed', link, why: 'silent' })
        })
        return
      }
      target.lastLink += 2
      const far: LinkId = target.lastLink as LinkId
      const a = { node: node.index, link, uid: node.uid }
      const b = { node: target.index, link: far, uid: target.uid }
      const connection: Connection = { id: ++this.#made, dialler: makePipe(a, b), acceptor: makePipe(b, a) }
      node.pipes.set(link, { out: connection.dialler, connection })
      target.pipes.set(far, { out: connection.acceptor, connection })
      this.#world.feed(target, { type: 'linkAccepted', link: far, uid: node.uid })
      if (node.process === process) this.#world.feed(node, { type: 'linkOpened', link, uid: target.uid })
    })
  }

  /** A program sends a frame. */
  send(node: SimNode, link: LinkId, lc: number, frame: Frame, paced: boolean): void {
    const pipe = node.pipes.get(link)
    if (!pipe || pipe.out.closing) return
    const target = this.#world.node(pipe.out.to.node)
    const verdict = this.filter?.(node, target, frame)
    if (verdict === 'drop') {
      // It left our buffer all the same.
      const { process } = node
      const drained = (): void => {
        if (node.process === process && node.pipes.has(link))
          this.#world.feed(node, { type: 'linkDrained', link })
      }
      if (paced) this.#world.after(this.#delay(), drained)
      return
    }
    const bytes = frameBytes(frame)
    pipe.out.queue.push({ frame, lc, paced, bytes, lost: false })
    pipe.out.queuedBytes += bytes
    for (const observer of this.#world.observers)
      observer.sent?.(node, target, frame, bytes, pipe.out.queuedBytes)
    if (verdict !== 'hold') this.#fly(pipe.out)
  }

  /** Schedules what waits in a pipe, unless it is cut: then it stays until the cut heals. */
  #fly(pipe: Pipe): void {
    const receiver = this.#world.node(pipe.to.node)
    if (pipe.ended || this.#isHeld(pipe, receiver)) return
    for (let packet; (packet = pipe.queue[pipe.flying]); pipe.flying++) {
      const at = packet.frame ? this.#frameArrival(pipe, packet, receiver) : this.#endArrival(pipe)
      pipe.lastArrival = at
      this.#world.after(at - this.#world.now, () => this.#arrive(pipe))
    }
  }

  #frameArrival(pipe: Pipe, { bytes }: Packet, receiver: SimNode): number {
    const { now } = this.#world
    const reading = receiver.readBytesPerSecond > 0 ? (bytes * 1000) / receiver.readBytesPerSecond : 0
    const extra = this.#extraDelay(this.#world.node(pipe.from.node), receiver)
    const at = Math.max(pipe.lastArrival, now + this.#delay() + extra) + Math.round(reading)
    if (reading > heardEveryMs) this.#hearSlowly(pipe, at, reading)
    return at
  }

  /** The end comes right behind the last frame, or after a while of its own. */
  #endArrival(pipe: Pipe): number {
    const { now, harsh } = this.#world
    const last = Math.max(pipe.lastArrival, now)
    return harsh || pipe.flying === 0 ? Math.max(last, now + this.#delay()) : last + this.#delay()
  }

  /** Nothing arrives for now: it waits with the sender, as TCP would send it again. */
  #isHeld(pipe: Pipe, receiver: SimNode): boolean {
    return pipe.stalled || receiver.deaf || this.cuts.isCut(pipe.from.node, pipe.to.node)
  }

  /** Bytes of a long frame trickle in before it is whole. */
  #hearSlowly(pipe: Pipe, at: number, readingMs: number): void {
    const { process } = this.#world.node(pipe.to.node)
    for (let before = heardEveryMs; before < readingMs; before += heardEveryMs) {
      this.#world.after(Math.max(0, at - before - this.#world.now), () => {
        const receiver = this.#world.node(pipe.to.node)
        if (receiver.process === process && !this.#isHeld(pipe, receiver) && this.#isOpenAt(pipe))
          this.#world.feed(receiver, { type: 'linkHeard', link: pipe.to.link })
      })
    }
  }

  /** A program begins or stops to take what is in its sockets. */
  setDeaf(node: SimNode, deaf: boolean): void {
    node.deaf = deaf
    if (!deaf) this.#resume()
  }

  #arrive(pipe: Pipe): void {
    pipe.flying--
    // A cut holds what had not arrived, as TCP would send it again.
    if (this.#isHeld(pipe, this.#world.node(pipe.to.node))) return
    const packet = pipe.queue.shift()
    if (!packet) return
    const { frame, lc } = packet
    pipe.queuedBytes -= packet.bytes
    const sender = this.#world.node(pipe.from.node)
    const receiver = this.#world.node(pipe.to.node)
    if (packet.paced && sender.pipes.get(pipe.from.link)?.out === pipe && !pipe.closing) {
      this.#world.feed(sender, { type: 'linkDrained', link: pipe.from.link })
    }
    if (!frame) {
      pipe.ended = true
      this.#finish(pipe)
    } else if (!packet.lost && this.#isOpenAt(pipe)) {
      for (const observer of this.#world.observers) observer.delivered?.(sender, receiver, lc, frame)
      this.#world.feed(receiver, { type: 'frameReceived', link: pipe.to.link, lc, frame })
    }
  }

  /** The receiver has not closed its end. */
  #isOpenAt(pipe: Pipe): boolean {
    const there = this.#world.node(pipe.to.node).pipes.get(pipe.to.link)
    return there !== undefined && (there.connection.dialler === pipe || there.connection.acceptor === pipe)
  }

  #closePipe(pipe: Pipe): void {
    if (!pipe.closing) pipe.queue.push({ frame: undefined, lc: 0, paced: false, bytes: 0, lost: false })
    pipe.closing = true
    this.#fly(pipe)
    // Perhaps nobody holds this end any more, but what was sent still arrives when a cut heals.
    if (!pipe.ended) this.#orphans.push(pipe)
  }

  #finish(pipe: Pipe): void {
    if (!this.#isOpenAt(pipe)) return
    const receiver = this.#world.node(pipe.to.node)
    receiver.pipes.delete(pipe.to.link)
    this.#world.feed(receiver, { type: 'linkClosed', link: pipe.to.link, why: 'closed' })
  }

  /**
   * A box between two nodes resets every connection of theirs. Each side learns it behind what still arrives;
   * where a path is cut, at once.
   */
  reset(a: SimNode, b: SimNode): void {
    this.#world.tell(`# reset n${a.index} and n${b.index}`)
    for (const [link, { out, connection }] of [...a.pipes]) {
      if (out.to.node !== b.index) continue
      const both = [connection.dialler, connection.acceptor]
      const isHeld = both.some((pipe) => this.#isHeld(pipe, this.#world.node(pipe.to.node)))
      if (!this.#world.harsh || isHeld) {
        this.#sever(a, link, b)
        continue
      }
      for (const pipe of both) {
        loseSuffix(this.#world.prng, pipe)
        this.#closePipe(pipe)
      }
    }
  }

  /** All that a machine has open breaks at this moment, and nothing of what was on its way arrives. */
  breakAll(node: SimNode): void {
    for (const [link, { out }] of [...node.pipes]) this.#sever(node, link, this.#world.node(out.to.node))
  }

  #sever(a: SimNode, link: LinkId, b: SimNode): void {
    const pipe = a.pipes.get(link)
    if (!pipe) return
    const far = pipe.out.to.link
    for (const half of [pipe.connection.dialler, pipe.connection.acceptor]) {
      half.closing = half.ended = true
      half.queue = []
    }
    a.pipes.delete(link)
    if (b.pipes.get(far)?.connection === pipe.connection) {
      b.pipes.delete(far)
      this.#world.feed(b, { type: 'linkClosed', link: far, why: 'closed' })
    }
    this.#world.feed(a, { type: 'linkClosed', link, why: 'closed' })
  }

  /** Cuts or heals one direction. */
  setCut(from: number, to: number, cut: boolean): void {
    if (cut !== this.cuts.isCut(from, to))
      this.#world.tell(cut ? `cut n${from} | n${to} oneway` : `# heal n${from} to n${to}`)
    this.cuts.set(from, to, cut)
    if (!cut) this.#resume()
  }

  healAll(): void {
    this.#world.tell('heal')
    this.cuts.clear()
    this.noDial.clear()
    this.#clogs.clear()
    this.#resume()
  }

  #resume(): void {
    for (const node of this.#world.nodes) for (const { out } of node.pipes.values()) this.#fly(out)
    for (const pipe of this.#orphans) this.#fly(pipe)
    this.#orphans = this.#orphans.filter((pipe) => !pipe.ended)
  }

  /** A frame that this node did not mean to send: goes into its newest link to `to`. Whether there is one. */
  inject(from: SimNode, to: SimNode, frame: Frame): boolean {
    for (const [link, { out }] of [...from.pipes].reverse()) {
      if (out.to.node !== to.index || !from.state) continue
      this.send(from, link, from.state.clock, frame, false)
      return true
    }
    return false
  }

  /** No FIN comes from a machine without power: its connections just fall silent, until it is up again. */
  vanish(node: SimNode): void {
    for (const { out, connection } of node.pipes.values()) {
      // What is on the wire already may still arrive.
      const survivors = this.#world.harsh ? nextBelow(this.#world.prng, out.flying + 1) : 0
      out.queue.length = survivors
      out.closing = true
      const back = connection.dialler === out ? connection.acceptor : connection.dialler
      back.stalled = true
      this.#silent.push({ node: node.index, back })
    }
    node.pipes.clear()
    node.powered = false
  }

  /** The machine has power again: what still talks to its earlier life gets a reset. */
  endSilence(node: SimNode): void {
    node.powered = true
    const broken = this.#silent.filter((entry) => entry.node === node.index)
    if (broken.length === 0) return
    this.#silent = this.#silent.filter((entry) => entry.node !== node.index)
    for (const { back } of broken) this.#world.after(this.#delay(), () => this.#breakPipe(back))
  }

  #breakPipe(back: Pipe): void {
    const peer = this.#world.node(back.from.node)
    if (peer.pipes.get(back.from.link)?.out !== back) return
    peer.pipes.delete(back.from.link)
    back.ended = true
    back.queue = []
    this.#world.feed(peer, { type: 'linkClosed', link: back.from.link, why: 'closed' })
  }
}
