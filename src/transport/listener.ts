/**
 * The listening end of the transport: accepts connections, passes on those whose key is proved, and limits
 * the number and the time of the others.
 */

import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { Server, TLSSocket } from 'node:tls'
import { formatAddress } from '../core/model/address.ts'
import type { Address, Uid } from '../core/model/ids.ts'
import { acceptedLinksMax, strangersMax } from '../wire/limits.ts'
import { listenError } from './hosts.ts'
import { uidOfKey } from './identity.ts'
import type { Identity } from './identity.ts'

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

export class Listener {
  readonly #server: Server
  /** Connections that have not proved a key, oldest first, by the other end's address and port. */
  readonly #strangers = new Map<string, Socket>()
  readonly #onPeer: (socket: TLSSocket, uid: Uid) => void

  /** `provesWithinMs`: what a connection has for its handshake. */
  constructor(identity: Identity, provesWithinMs: number, onPeer: (socket: TLSSocket, uid: Uid) => void) {
    this.#onPeer = onPeer
    this.#server = createServer({
      ...tlsRules,
      key: identity.key,
      cert: identity.cert,
      handshakeTimeout: provesWithinMs,
      noDelay: true,
    })
    this.#server.maxConnections = acceptedLinksMax + strangersMax
    this.#server.on('connection', (socket) => this.#arrived(socket))
    this.#server.on('secureConnection', (socket) => this.#proved(socket))
    this.#server.on('tlsClientError', (_, socket) => socket.destroy())
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
    for (const socket of this.#strangers.values()) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #arrived(socket: Socket): void {
    const key = keyOf(socket)
    this.#strangers.set(key, socket)
    socket.once('close', () => this.#forget(key, socket))
    if (this.#strangers.size <= strangersMax) return
    // The oldest is dropped: a node's handshake takes milliseconds, so the oldest is most likely idle.
    const oldest = this.#strangers.values().next().value
    oldest?.destroy()
  }

  #proved(socket: TLSSocket): void {
    this.#strangers.delete(keyOf(socket))
    const uid = uidOfPeer(socket)
    if (uid === undefined) {
      socket.on('error', () => undefined)
      socket.destroy()
    } else this.#onPeer(socket, uid)
  }

  #forget(key: string, socket: Socket): void {
    if (this.#strangers.get(key) === socket) this.#strangers.delete(key)
  }
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}
