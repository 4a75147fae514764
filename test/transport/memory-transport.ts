/**
 * Links within one process: the transport of tests, and of rooms that never leave their program.
 * Frames are encoded and decoded as on a real link. It uses no sockets, and loses and delays nothing. Room keys are compared,
 * not proved.
 */

import { formatAddress } from '../../src/core/model/address.ts'
import type { LinkEnd } from '../../src/core/model/events.ts'
import type { Address, LinkId, RoomId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { assert } from '../../src/lib/assert.ts'
import { RingleaderError } from '../../src/peer/errors.ts'
import type { DirectSink, DirectTransport, Showing, Transport, TransportSink } from '../../src/peer/ports.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/codec.ts'
import { decodeDirect, encodeDirect, type DirectFrame } from '../../src/wire/direct-codec.ts'
import { linkBufferBytesCap, linkLowWaterBytes, prefixBytes } from '../../src/wire/limits.ts'

/** Where the transports of one process find each other. */
export class MemoryNetwork {
  readonly #listening = new Map<Address, MemoryTransport>()
  #queue: (() => void)[] = []

  /** The first free port from `port` on if it is 0, else that one; undefined if it is taken. */
  register(transport: MemoryTransport, ip: string, port: number): Address | undefined {
    let address = formatAddress(ip, port || 4000)
    for (let next = 4001; port === 0 && this.#listening.has(address); next++)
      address = formatAddress(ip, next)
    if (this.#listening.has(address)) return undefined
    this.#listening.set(address, transport)
    return address
  }

  remove(address: Address): void {
    this.#listening.delete(address)
  }

  at(address: Address): MemoryTransport | undefined {
    return this.#listening.get(address)
  }

  /** Runs `what` in the next turn of the event loop, in the order of the calls. */
  post(what: () => void): void {
    if (this.#queue.push(what) > 1) return
    setImmediate(() => {
      const queue = this.#queue
      this.#queue = []
      for (const next of queue) next()
    })
  }
}

/** One end of a link. `other` is set once it is up; `waiting` is in bytes. */
type End = {
  readonly id: LinkId
  other?: { readonly end: End; readonly transport: MemoryTransport }
  waiting: number
  paced: boolean
  /** One of the two asks to be let in, and sends nothing of its own. */
  readonly isKnock: boolean
  /** It carries direct frames: as who dialled has it, or as the first frame says. */
  isDirect: boolean
  /** Closed on this side: it sends and hears nothing more. */
  closing: boolean
}

export class MemoryTransport implements Transport, DirectTransport {
  readonly #network: MemoryNetwork
  readonly #uid: Uid
  #ip: string
  readonly #port: number
  readonly #ends = new Map<LinkId, End>()
  #address: Address | undefined
  #sink: TransportSink | undefined
  #direct: DirectSink | undefined
  #lastLink = -1
  #guard: { keys: readonly RoomKey[] | undefined; knocks: boolean } = { keys: undefined, knocks: false }

  /** `port` 0: any that is free on the network. */
  constructor(network: MemoryNetwork, options: { uid: Uid; ip: string; port: number }) {
    this.#network = network
    this.#uid = options.uid
    this.#ip = options.ip
    this.#port = options.port
  }

  async listen(sink: TransportSink): Promise<Address> {
    const address = this.#network.register(this, this.#ip, this.#port)
    if (address === undefined) {
      throw new RingleaderError('ERR_PORT_IN_USE', `port ${this.#port} is in use: choose another`)
    }
    this.#sink = sink
    this.#address = address
    return address
  }

  /** The machine has this IP address from now on; undefined: none. */
  use(ip: string | undefined): void {
    const before = this.#address
    if (before && this.#network.at(before) === this) this.#network.remove(before)
    if (ip === undefined) return this.#network.post(() => this.#sink?.addressLost())
    const isBack = ip === this.#ip
    this.#ip = ip
    const port = before ? Number(before.slice(before.lastIndexOf(':') + 1)) : this.#port
    const wanted = formatAddress(ip, port)
    const address = this.#network.register(this, ip, this.#network.at(wanted) ? 0 : port)
    this.#address = address
    this.#network.post(() => {
      if (isBack) this.#sink?.addressBack()
      else if (address) this.#sink?.addressMoved(address)
    })
  }

  favour(): void {}

  prepare(): void {}

  seenAt(): undefined {}

  attach(sink: TransportSink): void {
    this.#sink = sink
  }

  /** 1, 3, 5 ...: the core numbers the links it dials with the even ones. */
  mintLink(): LinkId {
    this.#lastLink += 2
    return this.#lastLink as LinkId
  }

  attachDirect(sink: DirectSink): void {
    this.#direct = sink
  }

  dial(link: LinkId, addr: Address, showing?: Showing): void {
    this.#dial(link, addr, showing, false)
  }

  dialDirect(link: LinkId, addr: Address, key: RoomKey | undefined): void {
    this.#dial(link, addr, key === undefined ? undefined : { key }, true)
  }

  #dial(link: LinkId, addr: Address, showing: Showing | undefined, isDirect: boolean): void {
    assert(this.#sink, 'listen comes before dial')
    const isKnock = showing !== undefined && 'knock' in showing
    const end: End = { id: link, waiting: 0, paced: false, isKnock, isDirect, closing: false }
    this.#ends.set(link, end)
    this.#network.post(() => {
      if (end.closing) return
      const target = this.#network.at(addr)
      if (!target) return this.#tell(end, 'refused')
      const there = target.#take(this.#uid, { end, transport: this }, showing)
      if (there) end.other = { end: there, transport: target }
      else this.#network.post(() => this.#turnedAway(end, 'locked'))
      ;(isDirect ? this.#direct : this.#sink)?.opened(link, target.#uid)
    })
  }

  send(link: LinkId, lc: number, frame: Frame, paced: boolean): void {
    this.#send(link, encodeFrame(lc, frame), paced)
  }

  sendDirect(link: LinkId, frame: DirectFrame): void {
    this.#send(link, encodeDirect(frame), true)
  }

  #send(link: LinkId, bytes: Uint8Array, paced: boolean): void {
    const end = this.#ends.get(link)
    if (!end?.other || end.closing || end.isKnock) return
    end.waiting += bytes.length
    if (end.waiting > linkBufferBytesCap) return this.close(link)
    if (paced) end.paced = true
    const { end: there, transport } = end.other
    this.#network.post(() => {
      end.waiting -= bytes.length
      transport.#receive(there, bytes.subarray(prefixBytes), this.#uid)
      if (!end.paced || end.closing || end.waiting > linkLowWaterBytes) return
      end.paced = false
      ;(end.isDirect ? this.#direct : this.#sink)?.drained(link)
    })
  }

  hold(): void {}

  guard(keys: readonly RoomKey[] | undefined, knocks: boolean): void {
    this.#guard = { keys, knocks }
  }

  admit(link: LinkId, room: RoomId, key: RoomKey): void {
    const other = this.#knocker(link)
    if (!other) return
    const admitted: Frame = { type: 'admitted', room, key }
    this.#network.post(() => {
      if (!other.end.closing) other.transport.#sink?.received(other.end.id, 0, admitted)
    })
    this.close(link)
  }

  deny(link: LinkId, why: 'denied' | 'locked'): void {
    const other = this.#knocker(link)
    if (!other) return
    this.#network.post(() => other.transport.#turnedAway(other.end, why))
    this.close(link)
  }

  #knocker(link: LinkId): End['other'] {
    const end = this.#ends.get(link)
    return end?.isKnock && !end.closing ? end.other : undefined
  }

  #turnedAway(end: End, reason: 'locked' | 'denied'): void {
    if (end.closing) return
    if (end.isKnock) this.#sink?.received(end.id, 0, { type: 'bye', reason })
    this.#tell(end, 'locked')
  }

  close(link: LinkId): void {
    const end = this.#ends.get(link)
    if (!end || end.closing) return
    end.closing = true
    this.#network.post(() => {
      if (end.other) end.other.transport.#tell(end.other.end, 'closed')
      this.#tell(end, 'closed')
    })
  }

  async stop(): Promise<void> {
    if (this.#address) this.#network.remove(this.#address)
    for (const link of this.#ends.keys()) this.close(link)
    await new Promise<void>((resolve) => this.#network.post(resolve))
  }

  /** Undefined: it is turned away. */
  #take(uid: Uid, other: NonNullable<End['other']>, showing: Showing | undefined): End | undefined {
    if (!this.#lets(showing)) return undefined
    const { isKnock } = other.end
    const id = this.mintLink()
    const end: End = { id, other, waiting: 0, paced: false, isKnock, isDirect: false, closing: false }
    this.#ends.set(end.id, end)
    if (showing && 'knock' in showing)
      this.#sink?.knocked(end.id, { uid, name: showing.knock, addr: other.transport.#address! })
    else this.#sink?.accepted(end.id, uid, showing?.key)
    return end
  }

  #lets(showing: Showing | undefined): boolean {
    const { keys, knocks } = this.#guard
    if (!keys) return showing === undefined
    return showing !== undefined && ('knock' in showing ? knocks : keys.includes(showing.key))
  }

  #receive(end: End, bytes: Uint8Array, from: Uid): void {
    if (end.closing || !this.#ends.has(end.id)) return
    const direct = decodeDirect(bytes)
    if (direct && !end.isDirect) {
      if (!this.#direct) return this.close(end.id)
      end.isDirect = true
      this.#sink?.closed(end.id, 'closed')
      this.#direct.called(end.id, from)
    }
    if (direct) return this.#direct?.received(end.id, direct)
    const decoded = decodeFrame(bytes)
    if (!decoded.ignored) this.#sink?.received(end.id, decoded.lc, decoded.frame)
  }

  #tell(end: End, why: LinkEnd): void {
    end.closing = true
    if (this.#ends.delete(end.id)) (end.isDirect ? this.#direct : this.#sink)?.closed(end.id, why)
  }
}
