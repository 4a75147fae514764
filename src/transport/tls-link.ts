/**
 * One TLS connection after its handshake: turns bytes into frames and back, buffers what waits to be
 * written, and reports why it ended.
 */

import type { TLSSocket } from 'node:tls'
import type { LinkEnd } from '../core/model/events.ts'
import type { LinkId } from '../core/model/ids.ts'
import type { Frame } from '../core/model/frames.ts'
import { BadFrame, decodeFrame, encodeVersions, OtherVersion } from '../wire/codec.ts'
import { Framer } from '../wire/framer.ts'
import { whyFailed } from './tls-dial.ts'
import { lingerMs, linkBufferBytesCap, linkLowWaterBytes } from '../wire/limits.ts'

export type LinkSink = {
  received(link: TlsLink, lc: number, frame: Frame): void
  /** Bytes came that completed no frame. */
  heard(link: TlsLink): void
  /** Little enough waits again after a paced frame. */
  drained(link: TlsLink): void
  /** Exactly once. */
  closed(link: TlsLink, why: LinkEnd): void
}

export class TlsLink {
  readonly id: LinkId
  readonly socket: TLSSocket
  readonly dialled: boolean
  /** Seconds without a byte, and (until the first good frame) since it was up: the transport counts both. */
  quietS = 0
  ageS = 0
  /** Whether a valid frame has come. */
  greeted = false

  readonly #sink: LinkSink
  readonly #framer = new Framer()
  #state: 'open' | 'closing' | 'gone' = 'open'
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #paced = false

  constructor(id: LinkId, socket: TLSSocket, dialled: boolean, sink: LinkSink) {
    this.id = id
    this.socket = socket
    this.dialled = dialled
    this.#sink = sink
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

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** What waits to go out. Unit: bytes. */
  get buffered(): number {
    return this.#pendingBytes + this.socket.writableLength
  }

  /** `bytes` go out at the next `flush`. False: a link that cannot send, or has just been cut off. */
  queue(bytes: Uint8Array, paced: boolean): boolean {
    if (this.#state !== 'open') return false
    if (this.buffered + bytes.length > linkBufferBytesCap) {
      // Never from inside a call of the sender's.
      setImmediate(() => this.end('closed'))
      this.#state = 'closing'
      return false
    }
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    if (paced) this.#paced = true
    return true
  }

  /** Hands what was queued to the socket, as one write. */
  flush(): void {
    if (this.#pending.length === 0 || this.#state === 'gone') return
    const bytes = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    this.socket.write(bytes, () => this.tellDrained())
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
    this.#hangUp()
  }

  /** At once: what has not gone out is lost. */
  end(why: LinkEnd): void {
    this.#tell(why)
    this.socket.destroy()
  }

  #feed(chunk: Buffer): void {
    this.quietS = 0
    if (this.#state !== 'open') return
    let whole = false
    try {
      this.#framer.push(chunk, (bytes) => {
        whole = true
        const decoded = decodeFrame(bytes)
        this.greeted = true
        if (!decoded.ignored) this.#sink.received(this, decoded.lc, decoded.frame)
        return this.#state === 'open'
      })
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error
      return this.#refuse(error)
    }
    if (!whole) this.#sink.heard(this)
  }

  #refuse(error: BadFrame): void {
    if (!(error instanceof OtherVersion)) return this.end(this.greeted ? 'closed' : 'alien')
    // The dialler must learn it, so the end that was dialled replies with the versions it speaks.
    if (!this.dialled) this.queue(encodeVersions(), false)
    this.flush()
    this.#tell('version')
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
