/**
 * The transport over TLS 1.3 (PROTOCOL.md 2.1). Both ends show a certificate, and a node is identified by
 * the hash of its key.
 */

import type { TcpNetConnectOpts } from 'node:net'
import { connect, createSecureContext } from 'node:tls'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { parseAddress } from '../core/model/address.ts'
import type { LinkEnd } from '../core/model/events.ts'
import type { Address, LinkId, RoomId, RoomKey, Uid } from '../core/model/ids.ts'
import type { Frame } from '../core/model/frames.ts'
import { assert } from '../lib/assert.ts'
import type { DirectSink, DirectTransport, Showing, Transport, TransportSink } from '../peer/ports.ts'
import { encodeFrame } from '../wire/codec.ts'
import { encodeDirectParts, type DirectFrame } from '../wire/direct-codec.ts'
import { connectMs, frameGraceMs, handshakeMs, idleLinkMs, keepAliveMs, knockMs } from '../wire/limits.ts'
import { AddressWatch } from './address-watch.ts'
import { connectionOpened, processDescriptors } from './descriptors.ts'
import type { Descriptors } from './descriptors.ts'
import { Doors } from './doors.ts'
import type { Caller } from './doors.ts'
import { gateOfDial, LockedListenerGate, OpenListenerGate, WaitingGate } from './gates.ts'
import type { Guard } from './gates.ts'
import { isOurs } from './interfaces.ts'
import { Knockers } from './knockers.ts'
import type { Identity } from './identity.ts'
import { Listener, tlsRules } from './listener.ts'
import { bindingOf } from './link-lock.ts'
import { spareProtocol, Spares } from './spares.ts'
import { Dial } from './tls-dial.ts'
import { TlsLink } from './tls-link.ts'
import type { LinkSink } from './tls-link.ts'
import { Unfinished } from './unfinished.ts'

export type TlsOptions = {
  identity: Identity
  /** An IP address of this machine: listened on, dialled from, reached at. */
  ip: string
  /** 0: any free port. */
  port: number
  /** How long a dial may take until its handshake is done, an accepted connection until its handshake and
   * then its HELLO, a link without a byte, and the shortest frame. Unit: ms. Default: wire/limits.ts. */
  connectMs?: number
  handshakeMs?: number
  idleLinkMs?: number
  frameGraceMs?: number
  /** How long one that knocks waits for an answer. Unit: ms. Default: wire/limits.ts. */
  knockMs?: number
  /** Callers wait, unread, until `guard` is called for the first time. Default: the room is open until then. */
  waitsForGuard?: boolean
  /** For tests. */
  descriptors?: Descriptors
  /** The IP address to use now; undefined: ours is gone, and there is none. Default: `ip`, as long as the machine has it. */
  ipNow?: (isElsewhere: boolean) => Promise<string | undefined>
  /** How often to ask for it. Unit: ms. For tests. */
  watchAddressMs?: number
  /** Where a dial really goes; for tests that put something between two nodes. */
  redirect?: (addr: Address) => Address
}

/** How often links are looked over for silence, and the interfaces for our address. Unit: ms. */
const lookOverMs = 1000
const watchAddressMs = 500

export class TlsTransport implements Transport, DirectTransport, LinkSink {
  readonly #options: TlsOptions
  #listener: Listener
  /** Their address is gone, and the last of their connections is not. */
  readonly #oldListeners = new Set<Promise<void>>()
  #ip: string
  #address: Address | undefined
  readonly #doors: Doors
  readonly #context
  readonly #dials = new Map<LinkId, { cancel: () => void }>()
  readonly #spares: Spares
  readonly #links = new Map<LinkId, TlsLink>()
  /** Sockets that are not yet gone, including those of links already reported as closed. */
  readonly #sockets = new Set<TLSSocket>()
  readonly #timers: NodeJS.Timeout[] = []
  #watch: AddressWatch | undefined
  #sink: TransportSink | undefined
  #direct: DirectSink | undefined
  #lastLink = -1
  readonly #unfinished = new Unfinished<TlsLink>((link) => this.#doors.isMember(link))
  #stopping = false
  /** Undefined: it is not known yet whom to let in, and callers wait. */
  #guard: Guard | undefined
  readonly #knockers = new Knockers()
  /** Links with something to flush, and frames already encoded, until the end of this turn of the loop. */
  #dirty = new Set<TlsLink>()
  #encoded = new Map<Frame, { lc: number; bytes: Uint8Array }>()

  constructor(options: TlsOptions) {
    this.#options = options
    const { key, cert } = options.identity
    this.#context = createSecureContext({ ...tlsRules, key, cert })
    const { descriptors = processDescriptors } = options
    this.#ip = options.ip
    if (!options.waitsForGuard) this.#guard = { keys: undefined, knocks: false }
    this.#doors = new Doors({
      descriptors,
      refused: ({ addr, uid }, what) => this.#sink?.refused({ addr, uid, what }),
    })
    this.#listener = this.#newListener()
    this.#spares = new Spares({
      now: () => performance.now(),
      wall: () => Date.now(),
      open: (addr, opened, failed) => this.#newDial(addr, opened, failed, [spareProtocol]),
    })
  }

  #newListener(): Listener {
    const { identity, handshakeMs: provesWithinMs = handshakeMs } = this.#options
    return new Listener({
      identity,
      provesWithinMs,
      doors: this.#doors,
      proved: (socket, uid, caller) => this.#accept(socket, uid, caller),
      refused: (addr, what) => this.#sink?.refused({ addr, uid: undefined, what }),
    })
  }

  async listen(sink: TransportSink): Promise<Address> {
    this.#sink = sink
    const address = await this.#listener.listen(this.#ip, this.#options.port)
    this.#address = address
    this.#every(lookOverMs, () => this.#lookOver())
    const { watchAddressMs: ms = watchAddressMs, ipNow } = this.#options
    this.#watch = new AddressWatch({
      look: ipNow ?? (async () => (isOurs(this.#ip) ? this.#ip : undefined)),
      own: () => this.#ip,
      lost: () => this.#sink?.addressLost(),
      back: () => this.#sink?.addressBack(),
      moved: (ip) => this.#moveTo(ip),
    })
    this.#every(ms, () => this.#watch?.tick())
    return address
  }

  attach(sink: TransportSink): void {
    this.#sink = sink
  }

  attachDirect(sink: DirectSink): void {
    this.#direct = sink
  }

  favour(members: ReadonlySet<Uid>): void {
    this.#doors.members = members
  }

  seenAt(uid: Uid): Address | undefined {
    for (const link of this.#links.values()) if (link.uid === uid) return link.addr
    return undefined
  }

  /** 1, 3, 5 ...: the core numbers the links it dials with the even ones. */
  mintLink(): LinkId {
    this.#lastLink += 2
    return this.#lastLink as LinkId
  }

  dial(link: LinkId, addr: Address, showing?: Showing): void {
    this.#dial(link, addr, showing, false)
  }

  dialDirect(link: LinkId, addr: Address, key: RoomKey | undefined): void {
    this.#dial(link, addr, key === undefined ? undefined : { key }, true)
  }

  #dial(link: LinkId, addr: Address, showing: Showing | undefined, isDirect: boolean): void {
    assert(this.#sink, 'listen comes before dial')
    const sink = () => (isDirect ? this.#direct : this.#sink)
    if (this.#stopping) return void setImmediate(() => sink()?.closed(link, 'closed'))
    const opened = (socket: TLSSocket, uid: Uid, tookMs?: number): void => {
      this.#dials.delete(link)
      const up = new TlsLink(link, socket, uid, undefined, gateOfDial(socket, showing), this)
      up.isDirect = isDirect
      this.#links.set(link, up)
      if (showing && 'knock' in showing) this.#knock(up, showing.knock)
      sink()?.opened(link, uid, tookMs)
    }
    const failed = (why: LinkEnd): void => {
      this.#dials.delete(link)
      sink()?.closed(link, why)
    }
    const spare = isDirect ? undefined : this.#spares.take(addr)
    if (!spare) return void this.#dials.set(link, this.#newDial(addr, opened, failed))
    let isCancelled = false
    this.#dials.set(link, { cancel: () => (isCancelled = true) })
    setImmediate(() => {
      const { socket, uid, ms } = spare
      if (isCancelled || this.#stopping) {
        socket.destroy()
        failed('closed')
      } else if (socket.destroyed || socket.readableEnded)
        this.#dials.set(link, this.#newDial(addr, opened, failed))
      else opened(socket, uid, ms)
    })
  }

  prepare(addrs: readonly Address[]): void {
    this.#spares.want(this.#stopping ? [] : addrs)
  }

  #newDial(
    addr: Address,
    opened: (socket: TLSSocket, uid: Uid) => void,
    failed: (why: LinkEnd) => void,
    protocols: readonly string[] = [],
  ): Dial {
    const { redirect } = this.#options
    const target = parseAddress(redirect ? redirect(addr) : addr)
    assert(target, 'only valid addresses are dialled')
    const to: ConnectionOptions & TcpNetConnectOpts = {
      host: target.ip,
      port: target.port,
      localAddress: this.#ip,
      secureContext: this.#context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(protocols.length > 0 && { ALPNProtocols: [...protocols] }),
    }
    const timeoutMs = this.#options.connectMs ?? connectMs
    return new Dial({ connect: () => this.#dialled(connect(to)), timeoutMs, opened, failed })
  }

  send(link: LinkId, lc: number, frame: Frame, paced: boolean): void {
    const to = this.#links.get(link)
    if (to?.isOpen && to.queue([this.#encode(lc, frame)], paced)) this.#flushLater(to)
  }

  sendDirect(link: LinkId, frame: DirectFrame): void {
    const to = this.#links.get(link)
    if (to?.isOpen && to.queue(encodeDirectParts(frame), true)) this.#flushLater(to)
  }

  hold(link: LinkId, isHeld: boolean): void {
    this.#links.get(link)?.hold(isHeld)
  }

  close(link: LinkId): void {
    this.#links.get(link)?.close()
    this.#dials.get(link)?.cancel()
  }

  /** What waits for a peer. Unit: bytes. 0 for a link that is gone. */
  buffered(link: LinkId): number {
    return this.#links.get(link)?.buffered ?? 0
  }

  guard(keys: readonly RoomKey[] | undefined, knocks: boolean): void {
    const isFirst = this.#guard === undefined
    this.#guard = { keys, knocks }
    if (isFirst) setImmediate(() => this.#letWaitingIn())
  }

  admit(link: LinkId, room: RoomId, key: RoomKey): void {
    this.#answerKnock(link, { type: 'admitted', room, key })
  }

  deny(link: LinkId, why: 'denied' | 'locked'): void {
    this.#answerKnock(link, { type: 'bye', reason: why })
  }

  async stop(): Promise<void> {
    this.#stopping = true
    for (const timer of this.#timers) clearInterval(timer)
    this.#spares.end()
    this.#watch?.stop()
    for (const dial of this.#dials.values()) dial.cancel()
    for (const link of this.#links.values()) link.close()
    const gone = [...this.#sockets].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
    )
    await Promise.all([this.#listener.stop(), ...this.#oldListeners, ...gone])
  }

  proved(link: TlsLink, key: RoomKey, reply: Uint8Array): void {
    link.push(reply)
    this.#flushLater(link)
    link.isKnown = true
    this.#sink?.accepted(link.id, link.uid, key)
  }

  knocked(link: TlsLink, name: string): boolean {
    const { caller, id, uid } = link
    if (!caller || !this.#knockers.add(caller)) return false
    link.isKnown = true
    // A stranger that says nothing makes room for others before one that waits for a person does.
    caller.greeted = true
    link.socket.setKeepAlive(true, keepAliveMs)
    this.#sink?.knocked(id, { uid, name, addr: caller.addr })
    return true
  }

  received(link: TlsLink, lc: number, frame: Frame): void {
    if (link.caller) this.#doors.hear(link.caller)
    this.#introduce(link)
    this.#sink?.received(link.id, lc, frame)
  }

  /** To the core it is a link that ended before its HELLO. */
  called(link: TlsLink): boolean {
    if (!this.#direct) return false
    link.isDirect = true
    if (link.isKnown) this.#sink?.closed(link.id, 'closed')
    this.#direct.called(link.id, link.uid)
    return true
  }

  direct(link: TlsLink, frame: DirectFrame): void {
    if (link.caller) this.#doors.hear(link.caller)
    this.#direct?.received(link.id, frame)
  }

  heard(link: TlsLink): void {
    if (link.caller) this.#doors.hear(link.caller)
    if (link.isKnown && !link.isDirect) this.#sink?.heard(link.id)
  }

  drained(link: TlsLink): void {
    if (link.isDirect) this.#direct?.drained(link.id)
    else this.#sink?.drained(link.id)
  }

  holding(link: TlsLink): void {
    for (const other of this.#unfinished.hold(link, link.unfinished.held))
      this.#cutOff(other, 'too much is held of unfinished frames', 'closed')
  }

  refused(link: TlsLink, what: string): void {
    this.#sink?.refused({ addr: link.addr, uid: link.uid, what })
  }

  closed(link: TlsLink, why: LinkEnd): void {
    this.#links.delete(link.id)
    this.#unfinished.drop(link)
    if (link.caller) {
      this.#doors.leave(link.caller)
      this.#knockers.remove(link.caller)
    }
    if (link.isDirect) this.#direct?.closed(link.id, why)
    else if (link.isKnown) this.#sink?.closed(link.id, why)
  }

  #accept(socket: TLSSocket, uid: Uid, caller: Caller): void {
    if (this.#stopping || socket.destroyed) {
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    const link = new TlsLink(this.mintLink(), this.#keep(socket), uid, caller, new WaitingGate(), this)
    link.isSpare = socket.alpnProtocol === spareProtocol
    if (link.isSpare) socket.setKeepAlive(true, keepAliveMs)
    caller.drop = () => link.end('closed')
    this.#links.set(link.id, link)
    if (this.#guard) this.#ask(link, this.#guard)
    else link.hold(true)
    this.#doors.prove(caller, uid)
  }

  /** Lets a caller speak. */
  #ask(link: TlsLink, guard: Guard): void {
    if (guard.keys) {
      link.gate = new LockedListenerGate(bindingOf(link.socket), () => this.#guard ?? guard)
      return
    }
    link.gate = new OpenListenerGate()
    // Of a spare the node hears with the first frame.
    if (!link.isSpare) this.#introduce(link)
  }

  #introduce(link: TlsLink): void {
    if (link.isKnown) return
    link.isKnown = true
    this.#sink?.accepted(link.id, link.uid)
  }

  #letWaitingIn(): void {
    const guard = this.#guard
    if (!guard) return
    for (const link of this.#links.values()) {
      if (!link.isWaiting) continue
      // It is read from the next turn on.
      link.hold(false)
      if (link.socket.destroyed) link.end('closed')
      else this.#ask(link, guard)
    }
  }

  #knock(link: TlsLink, name: string): void {
    link.isKnocking = true
    link.socket.setKeepAlive(true, keepAliveMs)
    link.push(encodeFrame(0, { type: 'knock', name }))
    link.flush()
  }

  #answerKnock(id: LinkId, frame: Frame): void {
    const link = this.#links.get(id)
    if (!link?.isOpen || !link.caller || !this.#knockers.has(link.caller)) return
    link.push(encodeFrame(0, frame))
    link.close()
  }

  #flushLater(link: TlsLink): void {
    if (this.#dirty.size === 0) setImmediate(() => this.#flush())
    this.#dirty.add(link)
  }

  #keep(socket: TLSSocket): TLSSocket {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return socket
  }

  #dialled(socket: TLSSocket): TLSSocket {
    socket.once('close', connectionOpened())
    return this.#keep(socket)
  }

  #cutOff(link: TlsLink, what: string, why: LinkEnd): void {
    this.refused(link, what)
    link.end(why)
  }

  /** One frame object that goes to many is encoded once. */
  #encode(lc: number, frame: Frame): Uint8Array {
    const kept = this.#encoded.get(frame)
    if (kept?.lc === lc) return kept.bytes
    const bytes = encodeFrame(lc, frame)
    this.#encoded.set(frame, { lc, bytes })
    return bytes
  }

  /** Writes all frames that one turn of the event loop sent to a peer in one write. */
  #flush(): void {
    const links = this.#dirty
    this.#dirty = new Set()
    this.#encoded.clear()
    for (const link of links) link.flush()
    for (const link of links) link.tellDrained()
  }

  /** Once a second; seconds are counted, not read off a clock, so that a process that slept accuses nobody. */
  #lookOver(): void {
    const { handshakeMs: greetMs = handshakeMs, idleLinkMs: idleMs = idleLinkMs } = this.#options
    const { knockMs: waitMs = knockMs, frameGraceMs: graceMs = frameGraceMs } = this.#options
    this.#knockers.tick()
    const { descriptors = processDescriptors } = this.#options
    this.#spares.tick(descriptors.inUse() * 2 < descriptors.limit)
    for (const link of this.#links.values()) {
      const late = link.tick({ greetMs, idleMs, waitMs, graceMs, isMember: this.#doors.isMember(link) })
      if (late?.refused !== undefined) this.refused(link, late.refused)
      if (late) link.end('silent')
    }
  }

  /** Listens at another address of this machine, on the same port if it is free there. Links are left to the core. */
  async #moveTo(ip: string): Promise<void> {
    const port = parseAddress(this.#address ?? '')?.port ?? this.#options.port
    const listener = this.#newListener()
    let address: Address
    try {
      address = await listener.listen(ip, port).catch(() => listener.listen(ip, 0))
    } catch {
      // It is gone again, or not quite there: the next look decides anew.
      return
    }
    if (this.#stopping) return void listener.stop()
    const stopped = this.#listener.stop()
    this.#oldListeners.add(stopped)
    void stopped.then(() => this.#oldListeners.delete(stopped))
    this.#listener = listener
    this.#ip = ip
    this.#address = address
    this.#spares.renew()
    this.#sink?.addressMoved(address)
  }

  #every(ms: number, run: () => void): void {
    const timer = setInterval(run, ms)
    timer.unref()
    this.#timers.push(timer)
  }
}
