/**
 * Moves packets through connections that are up: in order, with delays, into the receiver's kernel, and to
 * its program when that reads.
 */

import { nextBelow } from '../../src/lib/prng.ts'
import { bare } from './network.ts'
import type { Connection, Packet, Pipe } from './network.ts'
import type { SimNode } from './machine.ts'
import { Paths } from './paths.ts'
import { interleaved } from './waiting.ts'

/** How often a slow reader notices that something comes. Unit: ms. */
const heardEveryMs = 200

/** Frames with signatures to verify. */
const claiming: ReadonlySet<string> = new Set(['rec', 'up', 'submit'])
/** How often the link of a frame that waits counts as heard. Unit: ms. */
const vouchEveryMs = 100

/** The direction in which an end of a connection is sent to. */
export function incoming({ out, connection }: { out: Pipe; connection: Connection }): Pipe {
  return connection.dialler === out ? connection.acceptor : connection.dialler
}

export class Pipes extends Paths {
  /** Pipes whose sender is gone and that still hold something. */
  #orphans: Pipe[] = []

  /** Schedules what waits in a pipe, unless it is held: then it stays until that is over. */
  protected fly(pipe: Pipe): void {
    if (pipe.ended || this.isHeld(pipe)) return
    const receiver = this.world.node(pipe.to.node)
    for (let packet; (packet = pipe.queue[pipe.taken + pipe.flying]); pipe.flying++) {
      const at = packet.frame === 'end' ? this.#endArrival(pipe) : this.#frameArrival(pipe, packet, receiver)
      pipe.lastArrival = at
      this.world.after(at - this.world.now, () => this.arrive(pipe))
    }
  }

  #frameArrival(pipe: Pipe, { bytes }: Packet, receiver: SimNode): number {
    const { now } = this.world
    const reading = receiver.readBytesPerSecond > 0 ? (bytes * 1000) / receiver.readBytesPerSecond : 0
    const extra = this.extraDelay(this.world.node(pipe.from.node), receiver)
    const at = Math.max(pipe.lastArrival, now + this.delay() + extra) + Math.round(reading)
    if (reading > heardEveryMs) this.#hearSlowly(pipe, at, reading)
    return at
  }

  /** The end comes right behind the last frame, or after a while of its own. */
  #endArrival(pipe: Pipe): number {
    const { now, harsh } = this.world
    const last = Math.max(pipe.lastArrival, now)
    return harsh || pipe.flying === 0 ? Math.max(last, now + this.delay()) : last + this.delay()
  }

  /** Nothing arrives for now: it waits with the sender, as TCP would send it again. */
  protected isHeld(pipe: Pipe): boolean {
    return pipe.stalled || pipe.full || this.cuts.isCut(pipe.from.node, pipe.to.node)
  }

  /** Bytes of a long frame trickle in before it is whole. */
  #hearSlowly(pipe: Pipe, at: number, readingMs: number): void {
    const { process } = this.world.node(pipe.to.node)
    for (let before = heardEveryMs; before < readingMs; before += heardEveryMs) {
      this.world.after(Math.max(0, at - before - this.world.now), () => {
        const receiver = this.world.node(pipe.to.node)
        const isReading = receiver.process === process && !receiver.deaf
        if (isReading && !this.isHeld(pipe) && this.isOpenAt(pipe))
          this.world.feed(receiver, { type: 'linkHeard', link: pipe.to.link })
      })
    }
  }

  /** The next packet reaches the kernel of the receiver, if that has room. */
  protected arrive(pipe: Pipe): void {
    pipe.flying--
    // A cut holds what had not arrived, as TCP would send it again.
    if (this.isHeld(pipe)) return
    const packet = pipe.queue[pipe.taken]
    if (!packet) return
    const receiver = this.world.node(pipe.to.node)
    const isPaused = receiver.pausedUntil > this.world.now
    const isDeaf = receiver.deaf && packet.frame !== 'up'
    if ((isPaused || isDeaf) && pipe.takenBytes + packet.bytes > pipe.takenMax) {
      pipe.full = true
      return
    }
    pipe.taken++
    pipe.takenBytes += packet.bytes
    pipe.queuedBytes -= packet.bytes
    this.#tellDrained(pipe, packet)
    if (isPaused) receiver.deferred.push({ source: pipe, run: () => this.#read(pipe) })
    else if (!isDeaf) this.#read(pipe)
  }

  /** A paced frame has left the buffers of its sender. */
  #tellDrained(pipe: Pipe, { paced }: Packet): void {
    const { node, link } = pipe.from
    const sender = this.world.node(node)
    if (paced && !pipe.closing && sender.pipes.get(link)?.out === pipe)
      this.world.feed(sender, { type: 'linkDrained', link })
  }

  /** The receiver's program takes the next packet out of its socket. */
  #read(pipe: Pipe): void {
    const [packet] = pipe.queue
    const receiver = this.world.node(pipe.to.node)
    if (pipe.taken === 0 || !packet || (receiver.deaf && packet.frame !== 'up')) return
    pipe.queue.shift()
    pipe.taken--
    pipe.takenBytes -= packet.bytes
    if (!this.#waitsForSignatures(pipe, packet)) this.#take(pipe, packet)
  }

  /**
   * As in peer/intake.ts: a frame with many signatures waits until they are verified. What comes behind it on the same link waits
   * too, and so does the end of the link; other links go on. While something waits, the other end counts as alive.
   */
  #waitsForSignatures(pipe: Pipe, packet: Packet): boolean {
    const { prng, harsh } = this.world
    const { frame, lost } = packet
    if (!harsh || frame === 'up' || lost) return false
    if (pipe.line) {
      pipe.line.push(packet)
      return true
    }
    const claimsMuch = typeof frame === 'object' && claiming.has(frame.type) && nextBelow(prng, 3) === 0
    const receiver = this.world.node(pipe.to.node)
    if (!claimsMuch || !receiver.state || !this.isOpenAt(pipe)) return false
    pipe.line = [packet]
    this.world.after(nextBelow(prng, nextBelow(prng, 4) === 0 ? 1500 : 30), () =>
      this.#verified(pipe, receiver.process),
    )
    this.#vouch(pipe, receiver.process, pipe.line)
    return true
  }

  /** The first that waits goes to the program. Mostly the next one is verified by then. */
  #verified(pipe: Pipe, process: number): void {
    const { prng, now } = this.world
    const receiver = this.world.node(pipe.to.node)
    if (receiver.process !== process) return
    if (receiver.pausedUntil > now) {
      receiver.deferred.push({ source: 'others', run: () => this.#verified(pipe, process) })
      return
    }
    const first = pipe.line?.shift()
    if (first) this.#take(pipe, first)
    if (receiver.process !== process) return
    if (pipe.line?.length === 0) pipe.line = undefined
    else
      this.world.after(nextBelow(prng, 100) === 0 ? nextBelow(prng, 500) : 0, () =>
        this.#verified(pipe, process),
      )
  }

  #vouch(pipe: Pipe, process: number, line: readonly Packet[]): void {
    const receiver = this.world.node(pipe.to.node)
    if (receiver.process !== process || pipe.line !== line || !this.isOpenAt(pipe)) return
    if (receiver.pausedUntil <= this.world.now)
      this.world.feed(receiver, { type: 'linkHeard', link: pipe.to.link })
    this.world.after(vouchEveryMs, () => this.#vouch(pipe, process, line))
  }

  #take(pipe: Pipe, packet: Packet): void {
    const receiver = this.world.node(pipe.to.node)
    const { frame, lc } = packet
    const { link } = pipe.to
    if (frame === 'end') this.#finish(pipe)
    else if (packet.lost || !this.isOpenAt(pipe)) return
    else if (frame === 'up') {
      pipe.isUp = true
      const connection = receiver.pipes.get(link)?.connection
      const { uid } = pipe.from
      if (connection?.acceptor === pipe) this.world.feed(receiver, { type: 'linkOpened', link, uid })
      else if (connection?.key === undefined) this.world.feed(receiver, { type: 'linkAccepted', link, uid })
      else this.world.feed(receiver, { type: 'linkAccepted', link, uid, key: connection.key })
    } else {
      const sender = this.world.node(pipe.from.node)
      for (const observer of this.world.observers) observer.delivered?.(sender, receiver, lc, frame)
      this.world.feed(receiver, { type: 'frameReceived', link, lc, frame })
    }
  }

  #finish(pipe: Pipe): void {
    pipe.ended = true
    if (!this.isOpenAt(pipe)) return
    const receiver = this.world.node(pipe.to.node)
    const { link } = pipe.to
    receiver.pipes.delete(link)
    if (pipe.isUp) this.world.feed(receiver, { type: 'linkClosed', link, why: 'closed' })
  }

  /** The receiver has not closed its end. */
  protected isOpenAt(pipe: Pipe): boolean {
    const there = this.world.node(pipe.to.node).pipes.get(pipe.to.link)
    return there !== undefined && (there.connection.dialler === pipe || there.connection.acceptor === pipe)
  }

  /** Nothing more is sent: behind what was comes the end. */
  protected closePipe(pipe: Pipe): void {
    if (!pipe.closing) pipe.queue.push(bare('end'))
    pipe.closing = true
    this.fly(pipe)
    // Perhaps nobody holds this end any more, but what was sent still arrives when a cut heals.
    if (!pipe.ended) this.#orphans.push(pipe)
  }

  /** A program begins or stops to take what is in its sockets. */
  setDeaf(node: SimNode, deaf: boolean): void {
    node.deaf = deaf
    if (deaf || !node.state) return
    const waiting = [...node.pipes.values()]
      .map(incoming)
      .flatMap((pipe) =>
        pipe.queue.slice(0, pipe.taken).map(() => ({ source: pipe, run: () => this.#read(pipe) })),
      )
    if (node.pausedUntil > this.world.now) node.deferred.push(...waiting)
    else {
      for (const { run } of this.world.harsh ? interleaved(this.world.prng, waiting) : waiting) run()
      this.readAgain(node)
    }
  }

  /** A program reads again: there is room in its sockets. */
  readAgain(node: SimNode): void {
    for (const end of [...node.pipes.values()]) {
      const pipe = incoming(end)
      if (!pipe.full) continue
      pipe.full = false
      this.fly(pipe)
    }
  }

  /** What was held may go on where no path is cut any more. */
  protected resume(): void {
    for (const node of this.world.nodes) for (const { out } of node.pipes.values()) this.fly(out)
    for (const pipe of this.#orphans) this.fly(pipe)
    this.#orphans = this.#orphans.filter((pipe) => !pipe.ended)
  }
}
