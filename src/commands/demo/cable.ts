/**
 * The network cable of one of the demo's processes. While it is pulled every connection of the process ends, and none comes up: a
 * cut that needs no rights on the machine. Only a process that loads this file can be cut.
 */

import { subscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

const sockets = new Set<Socket>()
let isPulled = false

function noRoute(): Error {
  return Object.assign(new Error('the cable is pulled'), { code: 'ENETUNREACH' })
}

/** Of either end. */
function plug(socket: Socket): void {
  if (isPulled) {
    process.nextTick(() => socket.destroy(noRoute()))
    return
  }
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}

/** Once, before the first connection. */
export function layCable(): void {
  subscribe('net.server.socket', (message) => plug((message as { socket: Socket }).socket))
  // `net.client.socket` does not report TLS sockets.
  const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket
  Reflect.set(Socket.prototype, 'connect', function (this: Socket, ...args: unknown[]) {
    plug(this)
    return connect.apply(this, args)
  })
}

export function pullCable(): void {
  isPulled = true
  for (const socket of sockets) socket.destroy(noRoute())
}

export function plugInCable(): void {
  isPulled = false
}
