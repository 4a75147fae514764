// Ports and bare connections of an attack: where the attacker listens, who else is dialled, and TCP without TLS.
import { once } from 'node:events'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import tls from 'node:tls'
import type { Address } from '../../src/core/model/ids.ts'
import { tlsRules } from '../../src/transport/listener.ts'
import { within } from '../e2e/harness.ts'
import { patienceMs, portOf, Wire } from './attacker.ts'
import type { Foe } from './attacker.ts'

/**
 * A port at which the attacker listens as a node; `foe` claims that address from now on. The function that is
 * returned closes it, and all links that came in there.
 */
export async function listen(
  context: TestContext,
  foe: Foe,
  onWire: (wire: Wire) => void,
): Promise<() => void> {
  const { key, cert } = foe.identity
  const server = tls.createServer({ ...tlsRules, key, cert, noDelay: true })
  server.on('secureConnection', (socket) => onWire(new Wire(socket)))
  server.on('tlsClientError', () => {})
  const { address, close } = await bind(context, server)
  foe.addr = address
  return close
}

/** A port of somebody else, who only counts who comes. */
export class Bystander {
  readonly address: Address
  #count = 0
  readonly #server: net.Server

  private constructor(server: net.Server, address: Address) {
    this.#server = server
    this.address = address
    server.on('connection', (socket) => {
      // It is left open: a dial that is hung up on is tried again, and would count more than once.
      this.#count++
      socket.resume()
    })
  }

  static async open(context: TestContext): Promise<Bystander> {
    const server = net.createServer()
    const { address } = await bind(context, server, '0.0.0.0')
    return new Bystander(server, address)
  }

  /** Connections so far. */
  get count(): number {
    return this.#count
  }

  /** The n-th of many addresses that all lead here (Linux: all of 127/8 is this machine). */
  nth(n: number): Address {
    const { port } = this.#server.address() as AddressInfo
    return `127.${1 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}:${port}` as Address
  }
}

async function bind(
  context: TestContext,
  server: net.Server,
  ip = '127.0.0.1',
): Promise<{ address: Address; close: () => void }> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)))
  })
  server.listen(0, ip)
  await once(server, 'listening')
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}` as Address
  const close = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  context.after(close)
  return { address, close }
}

/** TCP and nothing more; resolves when it stands. */
export async function tcp(address: string): Promise<net.Socket> {
  const socket = net.connect(portOf(address), '127.0.0.1')
  socket.on('error', () => {})
  await within(once(socket, 'connect'), 'a TCP connection', patienceMs)
  return socket
}

/** Resolves when the other end has closed. What comes meanwhile is thrown away. */
export async function shut(socket: net.Socket, ms = patienceMs): Promise<void> {
  socket.resume()
  if (!socket.closed) await within(once(socket, 'close'), 'the end of the connection', ms)
}
