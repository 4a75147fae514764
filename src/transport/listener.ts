/**
 * The listening end of the transport: accepts connections, lets the doors decide which of them stay, and passes on
 * those whose key is proved in time.
 */

import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { Server, TLSSocket } from 'node:tls'
import { formatAddress } from '../core/model/address.ts'
import type { Address, Uid } from '../core/model/ids.ts'
import { connectionOpened } from './descriptors.ts'
import type { Caller, Doors } from './doors.ts'
import { listenError } from './hosts.ts'
import { uidOfKey } from './identity.ts'
import type { Identity } from './identity.ts'
import { spareProtocol } from './spares.ts'

/** What both ends ask of TLS: version 1.3, a certificate from each, judged by uidOfPeer alone. */
export const tlsRules = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  requestCert: true,
  rejectUnauthorized: false,
} as const

/** The node at the other end: the hash of the key that it proved to hold. Undefined: not a Ringleader node. */
export function uidOfPeer(socket: TLSSocket): Uid | undefined {
  const cert = socket.getPeerX509Certificate()
  return cert && uidOfKey(cert.publicKey)
}

export type ListenerOptions = {
  identity: Identity
  /** What a connection has for its handshake. Unit: ms. */
  provesWithinMs: number
  doors: Doors
  /** A connection proved its key. */
  proved: (socket: TLSSocket, uid: Uid, caller: Caller) => void
  /** A connection is about to be dropped, for something that no node does. */
  refused: (addr: Address, what: string) => void
}

export class Listener {
  readonly #options: ListenerOptions
  readonly #server: Server
  /** Connections that have not proved a key, by the other end's address and port. */
  readonly #strangers = new Map<string, { socket: Socket; caller: Caller }>()

  constructor(options: ListenerOptions) {
    this.#options = options
    const { identity, provesWithinMs } = options
    this.#server = createServer({
      ...tlsRules,
      key: identity.key,
      cert: identity.cert,
      handshakeTimeout: provesWithinMs,
      ALPNProtocols: [spareProtocol],
      noDelay: true,
    })
    this.#server.on('connection', (socket) => this.#arrived(socket))
    this.#server.on('secureConnection', (socket) => this.#proved(socket))
    this.#server.on('tlsClientError', (error, socket) => this.#failed(error, socket))
  }

  /** Rejects with ERR_PORT_IN_USE or ERR_ADDRESS_NOT_OURS. Port 0: any free one. */
  listen(ip: string, port: number): Promise<Address> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => reject(listenError(ip, port, error))
      this.#server.once('error', failed)
      this.#server.listen({ host: ip, port, exclusive: true }, () => {
        this.#server.off('error', failed)
        // For example, no file descriptor is left: links that are up stay, and newcomers try again.
        this.#server.on('error', () => undefined)
        resolve(formatAddress(ip, (this.#server.address() as AddressInfo).port))
      })
    })
  }

  /** Accepts no more connections. Resolves when the last accepted one is gone. */
  stop(): Promise<void> {
    for (const { socket } of this.#strangers.values()) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #arrived(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    // It was reset before we came to it.
    if (remoteAddress === undefined || remotePort === undefined) return void socket.destroy()
    const closed = connectionOpened()
    const key = keyOf(socket)
    const caller = this.#options.doors.arrive(formatAddress(remoteAddress, remotePort), () =>
      socket.destroy(),
    )
    socket.once('close', () => {
      closed()
      this.#options.doors.leave(caller)
      if (this.#strangers.get(key)?.socket === socket) this.#strangers.delete(key)
    })
    if (!socket.destroyed) this.#strangers.set(key, { socket, caller })
  }

  #proved(socket: TLSSocket): void {
    const key = keyOf(socket)
    const caller = this.#strangers.get(key)?.caller
    this.#strangers.delete(key)
    const uid = uidOfPeer(socket)
    if (uid !== undefined && caller !== undefined) return this.#options.proved(socket, uid, caller)
    if (caller) this.#options.refused(caller.addr, 'it shows no key of a node')
    socket.on('error', () => undefined)
    socket.destroy()
  }

  #failed(error: NodeJS.ErrnoException, socket: TLSSocket): void {
    const caller = this.#strangers.get(keyOf(socket))?.caller
    const what = whatFailed(error.code ?? '')
    if (caller && what !== undefined) this.#options.refused(caller.addr, what)
    socket.destroy()
  }
}

/** What a failed handshake tells about the other end; undefined: nodes that give up or die end it like that. */
function whatFailed(code: string): string | undefined {
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'no handshake in time'
  return code.startsWith('ERR_SSL') ? 'it does not speak TLS 1.3' : undefined
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}
