/**
 * Connections between simulated machines: dialling, the handshake, sending, and all the ways in which they
 * end.
 */

import type { Address, LinkId, RoomKey } from '../../src/core/model/ids.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { lingerMs } from '../../src/wire/limits.ts'
import { nextBelow } from '../../src/lib/prng.ts'
import type { Connection, Pipe } from './network.ts'
import { bare, drawSocketBytes, frameBytes, loseSuffix, makePipe } from './network.ts'
import type { SimNode } from './machine.ts'
import { incoming, Pipes } from './pipes.ts'

/** What to do with a frame before it is sent (scripts only). */
export type Filter = (from: SimNode, to: SimNode, frame: Frame) => 'drop' | 'hold' | undefined

function isListening({ state, program }: SimNode): boolean {
  return state !== undefined || program !== undefined
}

/** The node that dialled still waits for the answer. */
function isWanted({ state, program }: SimNode, link: LinkId): boolean {
  return state?.links.has(link) ?? program?.holds(link) ?? false
}

/** Whether it lets in who shows this key: in a locked room both ends have to know it. */
function knowsKey({ guard }: SimNode, key: RoomKey | undefined): boolean {
  return key === undefined ? guard === undefined : guard?.includes(key) === true
}

export class Connections extends Pipes {
  /** Connection set-up, in one-way delays. TCP and TLS take three. */
  setupDelays = 3
  filter: Filter | undefined
  #made = 0
  /** Ends of connections whose other machine lost its power. */
  #silent: { node: number; back: Pipe }[] = []

  /** A program dials; what comes of it is fed to it. */
  dial(node: SimNode, link: LinkId, addr: Address, key?: RoomKey): void {
    const { process } = node
    const target = this.world.nodes.find((other) => other.addr === addr)
    const give = (event: Event): void => {
      if (node.process === process) this.world.feed(node, event)
    }
    const blackHole = (): void =>
      this.world.after(5000, () => give({ type: 'linkClosed', link, why: 'silent' }))
    if (target && this.#hasSpare(node, target)) {
      this.world.after(nextBelow(this.world.prng, 2), () => {
        if (node.process === process && isWanted(node, link)) this.#takeSpare(node, link, target, key)
      })
      return
    }
    if (!target || this.isUnreachable(node, target)) {
      blackHole()
      return
    }
    const farMs = this.distance(node, target)
    this.world.after(this.delay() * 2 + farMs + this.extraDelay(node, target), () => {
      if (node.process !== process) return
      if (this.isUnreachable(node, target)) {
        blackHole()
        return
      }
      if (!isListening(target)) {
        give({ type: 'linkClosed', link, why: target.answersAs })
        return
      }
      this.#handshake(node, process, link, target, key)
    })
  }

  /**
   * Whether there is a connection that was made before it was needed (2.6), while the path was there. It opens at once, whatever has
   * become of the path or of the other machine since; a process that is over has closed it.
   */
  #hasSpare(node: SimNode, target: SimNode): boolean {
    const { harsh, prng } = this.world
    if (!harsh || target === node || this.noDial.isCut(node.index, target.index)) return false
    return (isListening(target) || !target.powered) && nextBelow(prng, 3) === 0
  }

  /** The other end tells its program of it with the first frame: `up` flies with that. */
  #takeSpare(node: SimNode, link: LinkId, target: SimNode, key: RoomKey | undefined): void {
    if (!target.powered) {
      this.world.feed(node, { type: 'linkOpened', link, uid: target.uid })
      return
    }
    if (!isListening(target)) {
      this.world.feed(node, { type: 'linkClosed', link, why: 'refused' })
      return
    }
    if (!knowsKey(target, key)) {
      this.#turnAway(node, link, target, 2 * this.delay())
      return
    }
    const { dialler, acceptor } = this.#join(node, link, target, key)
    dialler.queue.push(bare('up'))
    acceptor.isUp = true
    this.world.feed(node, { type: 'linkOpened', link, uid: target.uid })
  }

  /** The connection is up before the key is proved: the proof goes out with the first frame. */
  #turnAway(node: SimNode, link: LinkId, target: SimNode, afterMs: number): void {
    const { process } = node
    this.world.feed(node, { type: 'linkOpened', link, uid: target.uid })
    this.world.after(afterMs + 1, () => {
      if (node.process === process && isWanted(node, link))
        this.world.feed(node, { type: 'linkClosed', link, why: 'locked' })
    })
  }

  /** TLS needs both programs: a paused target replies when it wakes, although its kernel accepted the connection. */
  #handshake(node: SimNode, process: number, link: LinkId, target: SimNode, key: RoomKey | undefined): void {
    if (target.pausedUntil > this.world.now) {
      const run = (): void => this.#handshake(node, process, link, target, key)
      target.deferred.push({ source: 'others', run })
      return
    }
    const close = (why: 'closed' | 'silent'): void => {
      if (node.process === process) this.world.feed(node, { type: 'linkClosed', link, why })
    }
    const once = this.delay() + this.distance(node, target)
    this.world.after(once * (this.setupDelays - 2), () => {
      if (node.process !== process) return
      if (!isListening(target)) close('closed')
      else if (!isWanted(node, link)) return
      else if (this.isUnreachable(node, target)) this.world.after(5000, () => close('silent'))
      else if (!knowsKey(target, key)) this.#turnAway(node, link, target, 2 * once)
      else this.#connect(node, link, target, key)
    })
  }

  /** The one that dialled is done first; the other, when it hears that (where the world is gentle, at once). */
  #connect(node: SimNode, link: LinkId, target: SimNode, key: RoomKey | undefined): void {
    const { dialler, acceptor } = this.#join(node, link, target, key)
    for (const pipe of [dialler, acceptor]) {
      pipe.queue.push(bare('up'))
      if (pipe === dialler && this.world.harsh) {
        this.fly(pipe)
        continue
      }
      pipe.flying++
      this.arrive(pipe)
    }
  }

  #join(node: SimNode, link: LinkId, target: SimNode, key: RoomKey | undefined): Connection {
    const { prng, harsh } = this.world
    target.lastLink += 2
    const far: LinkId = target.lastLink as LinkId
    const a = { node: node.index, link, uid: node.uid }
    const b = { node: target.index, link: far, uid: target.uid }
    const dialler = makePipe(a, b, drawSocketBytes(prng, harsh))
    const acceptor = makePipe(b, a, drawSocketBytes(prng, harsh))
    const connection: Connection = { id: ++this.#made, dialler, acceptor, key }
    node.pipes.set(link, { out: dialler, connection })
    target.pipes.set(far, { out: acceptor, connection })
    return connection
  }

  /** A program sends a frame. */
  send(node: SimNode, link: LinkId, lc: number, frame: Frame, paced: boolean): void {
    const pipe = node.pipes.get(link)
    if (!pipe || pipe.out.closing) return
    const target = this.world.node(pipe.out.to.node)
    const verdict = this.filter?.(node, target, frame)
    if (verdict === 'drop') {
      // It left our buffer all the same.
      const { process } = node
      const drained = (): void => {
        if (node.process === process && node.pipes.has(link))
          this.world.feed(node, { type: 'linkDrained', link })
      }
      if (paced) this.world.after(this.delay(), drained)
      return
    }
    const bytes = frameBytes(frame)
    pipe.out.queue.push({ frame, lc, paced, bytes, lost: false })
    pipe.out.queuedBytes += bytes
    if (!this.passes(node, target, bytes)) pipe.out.stalled = true
    for (const observer of this.world.observers)
      observer.sent?.(node, target, frame, bytes, pipe.out.queuedBytes)
    if (verdict !== 'hold') this.fly(pipe.out)
  }

  /** A frame that this node did not mean to send: goes into its newest link to `to`. Whether there is one. */
  inject(from: SimNode, to: SimNode, frame: Frame): boolean {
    for (const [link, end] of [...from.pipes].reverse()) {
      if (end.out.to.node !== to.index || !incoming(end).isUp || !from.state) continue
      this.send(from, link, from.state.clock, frame, false)
      return true
    }
    return false
  }

  /** A program closes a link of its own. What takes longer to go out than a transport waits for is cut off. */
  close(node: SimNode, link: LinkId): void {
    const pipe = node.pipes.get(link)
    if (!pipe) return
    node.pipes.delete(link)
    this.closePipe(pipe.out)
    const { harsh, prng } = this.world
    if (!harsh) return
    const lingering = this.#lingering.get(node) ?? new Set()
    this.#lingering.set(node, lingering.add(pipe.out))
    this.world.after(lingerMs, () => {
      if (lingering.delete(pipe.out)) loseSuffix(prng, pipe.out)
    })
  }

  /** Pipes that a program has closed, and that its transport still sends out. */
  readonly #lingering = new Map<SimNode, Set<Pipe>>()

  /** The process is over that still sent these out. */
  #cutOffLingering(node: SimNode): void {
    for (const pipe of this.#lingering.get(node) ?? []) loseSuffix(this.world.prng, pipe)
    this.#lingering.delete(node)
  }

  /**
   * A process is over, and its kernel closes all its connections. What was sent usually goes out first; but
   * where something came that the process had not read, the kernel sends a reset instead, at once.
   */
  drop(node: SimNode, killed: boolean): void {
    const { harsh, prng } = this.world
    if (killed) this.#cutOffLingering(node)
    for (const { out } of node.pipes.values()) {
      if (!harsh) {
        const scheduled = out.taken + out.flying
        const waiting = out.queue.length - scheduled
        if (waiting > 0) out.queue.length = scheduled + nextBelow(prng, waiting + 1)
      } else if (killed || nextBelow(prng, 20) === 0) loseSuffix(prng, out)
      this.closePipe(out)
    }
    node.pipes.clear()
  }

  /**
   * A box between two nodes resets every connection of theirs. Each side learns it behind what still arrives;
   * where a path is cut, at once.
   */
  reset(a: SimNode, b: SimNode): void {
    this.world.tell(`# reset n${a.index} and n${b.index}`)
    for (const [link, { out, connection }] of [...a.pipes]) {
      if (out.to.node !== b.index) continue
      const both = [connection.dialler, connection.acceptor]
      if (!this.world.harsh || both.some((pipe) => this.isHeld(pipe))) {
        this.#sever(a, link, b)
        continue
      }
      for (const pipe of both) {
        loseSuffix(this.world.prng, pipe)
        this.closePipe(pipe)
      }
    }
  }

  /** All that a machine has open breaks at this moment, and nothing of what was on its way arrives. */
  breakAll(node: SimNode): void {
    for (const [link, { out }] of [...node.pipes]) this.#sever(node, link, this.world.node(out.to.node))
  }

  /** Nothing passes any more through what a machine has open, and neither end hears of it. */
  strand(node: SimNode): void {
    for (const end of node.pipes.values()) end.out.stalled = incoming(end).stalled = true
  }

  #sever(a: SimNode, link: LinkId, b: SimNode): void {
    const end = a.pipes.get(link)
    if (!end) return
    const { connection, out } = end
    for (const pipe of [connection.dialler, connection.acceptor]) {
      pipe.closing = pipe.ended = true
      pipe.queue = []
      pipe.taken = 0
    }
    a.pipes.delete(link)
    const far = out.to.link
    if (b.pipes.get(far)?.connection === connection) {
      b.pipes.delete(far)
      if (out.isUp) this.world.feed(b, { type: 'linkClosed', link: far, why: 'closed' })
    }
    if (incoming(end).isUp) this.world.feed(a, { type: 'linkClosed', link, why: 'closed' })
  }

  /** Cuts or heals one direction. */
  setCut(from: number, to: number, cut: boolean): void {
    if (cut !== this.cuts.isCut(from, to))
      this.world.tell(cut ? `cut n${from} | n${to} oneway` : `# heal n${from} to n${to}`)
    this.cuts.set(from, to, cut)
    if (!cut) this.resume()
  }

  healAll(): void {
    this.world.tell('heal')
    this.clearAll()
    this.resume()
  }

  /** No FIN comes from a machine without power: its connections just fall silent, until it is up again. */
  vanish(node: SimNode): void {
    this.#cutOffLingering(node)
    for (const end of node.pipes.values()) {
      const { out } = end
      // What is on the wire already may still arrive.
      out.queue.length = out.taken + (this.world.harsh ? nextBelow(this.world.prng, out.flying + 1) : 0)
      out.closing = true
      const back = incoming(end)
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
    for (const { back } of broken) this.world.after(this.delay(), () => this.#breakPipe(back))
  }

  #breakPipe(back: Pipe): void {
    const peer = this.world.node(back.from.node)
    const { link } = back.from
    const end = peer.pipes.get(link)
    if (end?.out !== back) return
    peer.pipes.delete(link)
    back.ended = true
    back.queue = []
    if (incoming(end).isUp) this.world.feed(peer, { type: 'linkClosed', link, why: 'closed' })
  }
}
