/**
 * Dials one address, until the handshake is done or the reason of its failure is known.
 */

import type { TLSSocket } from 'node:tls'
import type { LinkEnd } from '../core/model/events.ts'
import type { Uid } from '../core/model/ids.ts'
import { uidOfPeer } from './listener.ts'

/**
 * Pauses before trying again where the other end hung up during the handshake. Unit: ms. A process that is
 * killed -9 still takes connections for a moment while the system closes its sockets one by one; the next
 * attempt shows at once whether a process listens there, so no time-out has to pass.
 */
const againAfterMs = [1, 4, 16] as const

export type DialOptions = {
  connect: () => TLSSocket
  /** For all attempts together. */
  timeoutMs: number
  opened: (socket: TLSSocket, uid: Uid) => void
  /** Exactly once, unless `opened` was called. Never from inside a call. */
  failed: (why: LinkEnd) => void
}

/** Why a connection failed that was not up, by its error. No code: the other end closed. */
export function whyFailed(error: NodeJS.ErrnoException | undefined): LinkEnd {
  const code = error?.code ?? ''
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === '' || code === 'ECONNRESET' || code === 'EPIPE') return 'closed'
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) return 'alien'
  return 'silent'
}

export class Dial {
  readonly #options: DialOptions
  readonly #deadline: NodeJS.Timeout
  #pause: NodeJS.Timeout | undefined
  #socket: TLSSocket | undefined
  #attempts = 0
  #over = false

  constructor(options: DialOptions) {
    this.#options = options
    this.#deadline = setTimeout(() => this.#fail('silent'), options.timeoutMs)
    this.#deadline.unref()
    this.#attempt()
  }

  /** Gives up; `failed('closed')` is still called. */
  cancel(): void {
    this.#socket?.destroy()
    setImmediate(() => this.#fail('closed'))
  }

  #attempt(): void {
    const socket = this.#options.connect()
    this.#socket = socket
    this.#attempts++
    let failure: NodeJS.ErrnoException | undefined
    socket.on('error', (error: NodeJS.ErrnoException) => (failure = error))
    const onClose = () => this.#attemptFailed(whyFailed(failure))
    socket.once('close', onClose)
    socket.once('secureConnect', () => {
      if (this.#over) return
      const uid = uidOfPeer(socket)
      if (uid === undefined) return this.#fail('alien')
      this.#end()
      socket.off('close', onClose)
      this.#options.opened(socket, uid)
    })
  }

  #attemptFailed(why: LinkEnd): void {
    if (this.#over) return
    const pauseMs = againAfterMs[this.#attempts - 1]
    if (why !== 'closed' || pauseMs === undefined) return this.#fail(why)
    this.#pause = setTimeout(() => this.#attempt(), pauseMs)
  }

  #fail(why: LinkEnd): void {
    if (this.#over) return
    this.#end()
    this.#socket?.destroy()
    this.#options.failed(why)
  }

  #end(): void {
    this.#over = true
    clearTimeout(this.#deadline)
    clearTimeout(this.#pause)
  }
}
