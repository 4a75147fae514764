/**
 * One TLS connection after its handshake: turns bytes into frames and back, buffers what waits to be
 * written, and reports why it ended.
 */

import type { TLSSocket } from 'node:tls'
import { formatAddress } from '../core/model/address.ts'
import type { LinkEnd } from '../core/model/events.ts'
import type { Address, LinkId, RoomKey, Uid } from '../core/model/ids.ts'
import type { Frame } from '../core/model/frames.ts'
import { BadFrame, decodeFrame, encodeFrame, encodeVersions, OtherVersion } from '../wire/codec.ts'
import { decodeDirect } from '../wire/direct-codec.ts'
import type { DirectFrame } from '../wire/direct-codec.ts'
import { Framer } from '../wire/framer.ts'
import type { Caller } from './doors.ts'
import { WaitingGate } from './gates.ts'
import type { Gate } from './gates.ts'
import { whyFailed } from './tls-dial.ts'
import {
  directFrameBytesMax,
  firstFrameBytesMax,
  frameBytesMax,
  frameBytesPerMs,
  lingerMs,
  linkBufferBytesCap,
  linkLowWaterBytes,
  turnBytesMax,
  turnFramesMax,
} from '../wire/limits.ts'

/** A direct link copies up to this much into one write; the socket joins what is more. Unit: bytes. */
const joinedBytesMax = 64 * 1024

export type LinkSink = {
  /** The other end has proved a room key. `reply` goes out to it before anything else. */
  proved(link: TlsLink, key: RoomKey, reply: Uint8Array): void
  /** It asks to be let in. False: it is turned away. */
  knocked(link: TlsLink, name: string): boolean
  received(link: TlsLink, lc: number, frame: Frame): void
  /** The first frame of a caller says that the link is a direct one; it follows as `direct`. False: it is not taken. */
  called(link: TlsLink): boolean
  direct(link: TlsLink, frame: DirectFrame): void
  /** Bytes came that completed no frame. */
  heard(link: TlsLink): void
  /** Little enough waits again after a paced frame. */
  drained(link: TlsLink): void
  /** What is held of a frame that has begun has changed. */
  holding(link: TlsLink): void
  /** The link is about to end, for what the peer sent or did. */
  refused(link: TlsLink, what: string): void
  /** Exactly once. */
  closed(link: TlsLink, why: LinkEnd): void
}

export class TlsLink {
  readonly id: LinkId
  readonly socket: TLSSocket
  /** The node at the other end. */
  readonly uid: Uid
  /** Where it was let in; undefined: we dialled. */
  readonly caller: Caller | undefined
  /**
   * Seconds without a byte, since it was up (until the first HELLO or INFO), and since the frame that has begun began:
   * the transport counts them.
   */
  quietS = 0
  ageS = 0
  frameS = 0
  /** Whether HELLO or INFO has come. */
  greeted = false
  /** Whether the node has been told of it. */
  isKnown: boolean
  /** Whether it was dialled to be used later. */
  isSpare = false
  /** Whether a person at one end is to let in the other. */
  isKnocking = false
  /** It carries frames of two members alone. Set by who dials, and by the first frame of who dialled. */
  isDirect = false

  readonly #sink: LinkSink
  readonly #framer = new Framer()
  #state: 'open' | 'closing' | 'gone' = 'open'
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #paced = false
  /** What this link was read since the others had their turn, and what came beyond that. */
  #turnBytes = 0
  #turnFrames = 0
  #rest: Uint8Array[] = []
  #yielding = false
  #isHeld = false
  /** The connection is gone: what is left is read without a stop. */
  #isFinishing = false
  #heldTold = 0
  /** Undefined: both ends may talk. */
  #gate: Gate | undefined

  constructor(
    id: LinkId,
    socket: TLSSocket,
    uid: Uid,
    caller: Caller | undefined,
    gate: Gate,
    sink: LinkSink,
  ) {
    this.id = id
    this.socket = socket
    this.uid = uid
    this.caller = caller
    this.isKnown = caller === undefined
    this.#sink = sink
    this.#gate = gate
    this.#framer.lengthMax = gate.lengthMax
    let failure: NodeJS.ErrnoException | undefined
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error
      this.#fail(error)
    })
    socket.on('close', () => this.#fail(failure))
    socket.on('end', () => this.#ended())
    socket.on('data', (chunk: Buffer) => this.#feed(chunk))
    socket.setNoDelay(true)
  }

  /** What is held of a frame that has begun, its length, and whether one has begun. Unit: bytes. */
  get unfinished(): { held: number; length: number; begun: boolean } {
    const { held, length, begun } = this.#framer
    return { held: this.#state === 'open' ? held : 0, length, begun }
  }

  /** Where the other end is seen to be; undefined: that is not known any more. */
  get addr(): Address | undefined {
    if (this.caller) return this.caller.addr
    const { remoteAddress, remotePort } = this.socket
    return remoteAddress !== undefined && remotePort !== undefined
      ? formatAddress(remoteAddress, remotePort)
      : undefined
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** What waits to go out. Unit: bytes. */
  get buffered(): number {
    return this.#pendingBytes + this.socket.writableLength
  }

  /** Reads no more, not even what it has of this turn; goes on at the next turn. */
  hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return
    this.#isHeld = isHeld
    if (isHeld) this.socket.pause()
    else this.#yield()
  }

  /**
   * A second has passed. Returns undefined where the link may stay. Else it was silent for too long; `refused`: what the other
   * end has not done in time, where the log is to have it. Unit of the limits: ms.
   */
  tick(limits: {
    greetMs: number
    idleMs: number
    waitMs: number
    graceMs: number
    isMember: boolean
  }): { readonly refused?: string } | undefined {
    const { begun, length } = this.unfinished
    // Held: it waits for us. A member keeps a spare for later.
    const isSpare = this.isSpare && !this.isKnown && !begun
    if (!this.isOpen || this.#isHeld || (isSpare && limits.isMember)) return undefined
    this.quietS++
    this.ageS++
    const hasHad = (s: number, ms: number): boolean => s * 1000 >= ms
    if (this.isKnocking) return hasHad(this.ageS, limits.waitMs) ? {} : undefined
    // It was a member's, most likely, that has left.
    if (isSpare) return hasHad(this.ageS, limits.greetMs) ? {} : undefined
    this.frameS = begun ? this.frameS + 1 : 0
    if (!this.greeted && hasHad(this.ageS, limits.greetMs)) return { refused: 'no HELLO in time' }
    if (hasHad(this.frameS, limits.graceMs + length / frameBytesPerMs))
      return { refused: 'a frame was not finished in time' }
    return hasHad(this.quietS, limits.idleMs) ? {} : undefined
  }

  /** Whether it is not known yet whom to let in. */
  get isWaiting(): boolean {
    return this.#gate instanceof WaitingGate
  }

  /** From its first frame on. */
  set gate(gate: Gate) {
    this.#gate = gate
    this.#framer.lengthMax = gate.lengthMax
  }

  /**
   * `frame`, in one part or more, goes out at the next `flush`; nobody changes it until that has been written. False: a link
   * that cannot send, or has just been cut off.
   */
  queue(frame: readonly Uint8Array[], paced: boolean): boolean {
    if (this.#state !== 'open') return false
    const sealed = this.#gate?.seal(frame.length === 1 ? frame[0]! : Buffer.concat(frame))
    if (this.#gate && !sealed) return false
    const parts = sealed ? [sealed] : frame
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    if (this.buffered + length > linkBufferBytesCap) {
      // Never from inside a call of the sender's.
      setImmediate(() => {
        this.#sink.refused(this, 'it does not read what it is sent')
        this.end('closed')
      })
      this.#state = 'closing'
      return false
    }
    for (const part of parts) this.push(part)
    if (paced) this.#paced = true
    return true
  }

  /** Goes out at the next `flush` as it is, whatever the gate says. */
  push(bytes: Uint8Array): void {
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
  }

  /** Hands what was queued to the socket, as one write. */
  flush(): void {
    if (this.#pending.length === 0 || this.#state === 'gone') return
    const pending = this.#pending
    const isMuch = this.isDirect && this.#pendingBytes > joinedBytesMax
    this.#pending = []
    this.#pendingBytes = 0
    const written = () => this.tellDrained()
    if (pending.length === 1) return void this.socket.write(pending[0]!, written)
    if (!isMuch) return void this.socket.write(Buffer.concat(pending), written)
    // Of a file: the socket joins them itself, without another copy here.
    this.socket.cork()
    for (const [i, bytes] of pending.entries())
      this.socket.write(bytes, i === pending.length - 1 ? written : undefined)
    this.socket.uncork()
  }

  /** Reports `drained` if a paced frame was sent and little enough waits. */
  tellDrained(): void {
    if (!this.#paced || this.#state !== 'open' || this.buffered > linkLowWaterBytes) return
    this.#paced = false
    this.#sink.drained(this)
  }

  /** Closes gracefully: what was sent goes out first, within lingerMs; then `closed` is called. */
  close(): void {
    if (this.#state !== 'open') return
    this.flush()
    this.#state = 'closing'
    // What still comes is ignored, but the end of the other side has to be read.
    this.hold(false)
    this.#hangUp()
  }

  /** At once: what has not gone out is lost. */
  end(why: LinkEnd): void {
    this.#tell(why)
    this.socket.destroy()
  }

  #feed(chunk: Uint8Array): void {
    this.quietS = 0
    if (this.#yielding || this.#isHeld) this.#rest.push(chunk)
    else this.#read(chunk)
  }

  #read(chunk: Uint8Array): void {
    if (this.#state !== 'open') return
    this.#turnBytes += chunk.length
    let whole = false
    let used: number
    try {
      used = this.#framer.push(chunk, (bytes) => {
        whole = true
        this.frameS = 0
        this.#tellHeld()
        this.#take(bytes)
        if (this.#state !== 'open') return false
        return this.#isFinishing || (++this.#turnFrames < turnFramesMax && !this.#isHeld)
      })
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error
      return this.#refuse(error)
    }
    if (this.#state !== 'open') return
    if (used < chunk.length) this.#rest.push(chunk.subarray(used))
    else if (!whole && !this.#gate?.isShut) this.#sink.heard(this)
    this.#tellHeld()
    if (this.#isFinishing || this.#isHeld) return
    if (this.#turnFrames >= turnFramesMax || this.#turnBytes >= turnBytesMax) this.#yield()
  }

  #tellHeld(): void {
    const { held } = this.#framer
    if (held === this.#heldTold) return
    this.#heldTold = held
    this.#sink.holding(this)
  }

  #take(bytes: Uint8Array): void {
    const gate = this.#gate
    if (gate) this.#pass(gate, bytes)
    else this.#deliver(bytes)
    this.#framer.isReused = this.isDirect
    const lengthMax = this.isDirect ? directFrameBytesMax : frameBytesMax
    this.#framer.lengthMax = this.#gate?.lengthMax ?? (this.greeted ? lengthMax : firstFrameBytesMax)
  }

  #pass(gate: Gate, bytes: Uint8Array): void {
    const came = gate.take(bytes)
    if (gate.isOver) this.#gate = undefined
    switch (came.type) {
      case 'nothing':
        return
      case 'frame':
        this.#deliver(came.bytes)
        if (came.end) this.end(came.end)
        return
      case 'proved':
        this.#sink.proved(this, came.key, came.reply)
        if (this.#state === 'open') this.#deliver(came.bytes)
        return
      case 'knock':
        this.isKnocking = this.#sink.knocked(this, came.name)
        if (!this.isKnocking) this.#lastWord(encodeFrame(0, { type: 'bye', reason: 'locked' }), 'closed')
        return
      case 'end':
        if (came.refused !== undefined) this.#sink.refused(this, came.refused)
        if (came.bye) this.#lastWord(encodeFrame(0, { type: 'bye', reason: came.bye }), came.why)
        else this.end(came.why)
    }
  }

  #deliver(bytes: Uint8Array): void {
    if (this.isDirect) return this.#deliverDirect(decodeDirect(bytes))
    if (this.caller && !this.greeted) {
      const first = decodeDirect(bytes)
      if (first && !this.#sink.called(this)) return this.end('closed')
      if (first) return this.#deliverDirect(first)
    }
    const decoded = decodeFrame(bytes)
    if (decoded.ignored) return
    const { type } = decoded.frame
    if (!this.greeted && (type === 'hello' || type === 'info')) this.#greet()
    this.#sink.received(this, decoded.lc, decoded.frame)
  }

  #deliverDirect(frame: DirectFrame | undefined): void {
    if (!frame) throw new BadFrame('it is not of a direct link')
    this.#greet()
    this.#sink.direct(this, frame)
  }

  #greet(): void {
    this.greeted = true
    if (this.caller) this.caller.greeted = true
  }

  /** Fairness: nothing more is read from this link until all others had a turn. */
  #yield(): void {
    if (this.#yielding) return
    this.#yielding = true
    this.socket.pause()
    setImmediate(() => this.#goOn())
  }

  #goOn(): void {
    this.#yielding = false
    // Held again meanwhile: `hold` goes on.
    if (this.#isHeld && !this.#isFinishing) return
    this.#turnBytes = 0
    this.#turnFrames = 0
    const rest = this.#rest
    this.#rest = []
    for (const chunk of rest) this.#feed(chunk)
    if (!this.#yielding && !this.#isHeld && !this.socket.destroyed) this.socket.resume()
  }

  /** The connection is gone: what had come before that counts. */
  #finish(): void {
    this.#isFinishing = true
    const rest = this.#rest
    this.#rest = []
    for (const chunk of rest) this.#read(chunk)
  }

  #refuse(error: BadFrame): void {
    if (!(error instanceof OtherVersion)) {
      this.#sink.refused(this, error.message)
      return this.end(this.greeted ? 'closed' : 'alien')
    }
    // The dialler must learn it, so the end that was dialled replies with the versions it speaks.
    this.#lastWord(this.caller ? encodeVersions() : undefined, 'version')
  }

  #lastWord(bytes: Uint8Array | undefined, why: LinkEnd): void {
    if (bytes) this.push(bytes)
    this.flush()
    this.#tell(why)
    this.#hangUp()
  }

  /** The other end closed its side: everything it sent has been read. */
  #ended(): void {
    this.#fail(undefined)
    this.#hangUp()
  }

  #hangUp(): void {
    if (this.socket.destroyed) return
    this.socket.end()
    const timer = setTimeout(() => this.socket.destroy(), lingerMs)
    timer.unref()
    this.socket.once('close', () => clearTimeout(timer))
  }

  #fail(error: NodeJS.ErrnoException | undefined): void {
    this.#finish()
    const alien = this.#state === 'open' && !this.greeted && error && whyFailed(error) === 'alien'
    this.#tell(alien ? 'alien' : 'closed')
  }

  #tell(why: LinkEnd): void {
    if (this.#state === 'gone') return
    this.#state = 'gone'
    this.#pending = []
    this.#pendingBytes = 0
    this.#sink.closed(this, why)
  }
}
