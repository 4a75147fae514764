/**
 * Where this node is: its address, a free port, its home. Knows the machine; knows nothing of rooms.
 */

import { lookup } from 'node:dns/promises'
import { createServer, isIP, SocketAddress } from 'node:net'
import { homedir, networkInterfaces } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { UsageError } from './flags.ts'

/** The last of the ports that are tried when none is given. */
export const lastPort = 4099

/** Something of this machine is not as asked: exit 1. Or nobody is there: exit 3. */
export class PlaceError extends Error {
  readonly exitCode: number
  constructor(exitCode: 1 | 3, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/** `192.168.1.5:4000` or `[fd00::5]:4000`. */
export function showAddress(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

/** The first IPv4 address that others can reach, else 127.0.0.1. */
export function ownAddress(): string {
  for (const infos of Object.values(networkInterfaces()))
    for (const info of infos ?? []) if (info.family === 'IPv4' && !info.internal) return info.address
  return '127.0.0.1'
}

/**
 * An address in its one spelling. Of a host name, one of the family of `like` (if that is an address),
 * else IPv4 before IPv6. Throws a PlaceError with `exitCode` when the name is not known.
 */
export async function resolveHost(host: string, exitCode: 1 | 3, like?: string): Promise<string> {
  let ip = host
  if (isIP(host) === 0) {
    const found = await lookup(host, { all: true }).catch(() => [])
    const family = (like !== undefined && isIP(like)) || 4
    const best = found.find((entry) => entry.family === family) ?? found[0]
    if (!best) throw new PlaceError(exitCode, `${host} is not known as a host: give its IP address`)
    ip = best.address
  }
  ip = new SocketAddress({ address: ip, family: isIP(ip) === 6 ? 'ipv6' : 'ipv4' }).address
  if (ip === '0.0.0.0' || ip === '::')
    throw new UsageError(`${host} names no one machine: give one of its addresses`)
  return ip
}

/** The port that could be listened on a moment ago, or the code of what went wrong. */
function tryPort(ip: string, port: number): Promise<number | string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'EINVAL'))
    server.listen({ host: ip, port, exclusive: true }, () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound ? bound.port : port))
    })
  })
}

/**
 * A port that is free now: any one (`given` 0), or the first from `from` to 4099 that is not `taken`.
 * Throws a PlaceError when there is none or the address is not this machine's.
 */
export async function findPort(
  ip: string,
  options: { any: boolean; from: number; taken: number | undefined },
): Promise<number> {
  const last = options.any ? options.from : lastPort
  for (let port = options.from; port <= last; port++) {
    if (port === options.taken) continue
    const found = await tryPort(ip, options.any ? 0 : port)
    if (typeof found === 'number') return found
    if (found !== 'EADDRINUSE' && found !== 'EACCES')
      throw new PlaceError(1, `${ip} is not an address of this machine; see -a`)
  }
  throw new PlaceError(1, `no port from ${options.from} to ${last} is free on ${ip}; give one with -p`)
}

/** Where a node's key and rooms are kept unless --home says otherwise. */
export function defaultHome(
  port: number,
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const xdg = env['XDG_DATA_HOME']
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'ringleader', String(port))
  const own = homedir()
  const data =
    platform === 'darwin'
      ? join(own, 'Library', 'Application Support')
      : platform === 'win32'
        ? (env['LOCALAPPDATA'] ?? join(own, 'AppData', 'Local'))
        : join(own, '.local', 'share')
  return join(data, 'ringleader', String(port))
}
