/**
 * From what a person gives as an address (cli.md, -a, -p, -na) to an IP address and a port of this
 * machine. Knows interfaces and name lookup; knows nothing of TLS.
 */

import { lookup } from 'node:dns/promises'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { canonicalIp, formatAddress, isUnspecified } from '../core/model/address.ts'
import type { Family } from '../core/model/address.ts'
import type { Address } from '../core/model/ids.ts'
import { RingleaderError } from '../peer/errors.ts'

/** Where a node listens that was not told where: the first free one of these (cli.md, -p). */
export const defaultPorts = { first: 4000, last: 4099 } as const

/** The first IPv4 address of an interface that is not internal, else 127.0.0.1. */
export function defaultIp(): string {
  const found = interfaceAddresses().find(({ internal, family }) => !internal && family === 'IPv4')
  return found?.address ?? '127.0.0.1'
}

/**
 * The IP address that `host` (IPv4, IPv6 with or without brackets, or a name) stands for, looked up once;
 * with `family`, one of that family. Rejects with ERR_USAGE on 0.0.0.0, ::, zone ids, and on a name that
 * nobody knows.
 */
export async function resolveIp(host: string, family?: Family): Promise<string> {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  const ip = canonicalIp(bare) ?? (await lookUp(bare, family))
  if (isUnspecified(ip)) {
    throw usage(`"${host}" is every address: give one of this machine, one that others can reach`)
  }
  return ip
}

/** `host:port` or `[IPv6]:port` as an address, its host resolved as resolveIp does. Rejects with ERR_USAGE. */
export async function resolveAddress(text: string, family?: Family): Promise<Address> {
  const match = /^(?<host>\[[^\]]+\]|[^:]+):(?<port>\d{1,5})$/.exec(text)
  const port = Number(match?.groups?.['port'])
  if (!match || !(port >= 1 && port <= 65_535)) {
    throw usage(`"${text}" is not an address: write it as IP:port, host:port or [IPv6]:port`)
  }
  return formatAddress(await resolveIp(match.groups!['host']!, family), port)
}

/**
 * The first port from `first` to `last` on which `ip` can listen now (another process may still take it
 * before we do). Rejects with ERR_PORT_IN_USE when all are taken, ERR_ADDRESS_NOT_OURS.
 */
export async function findFreePort(
  ip: string,
  ports: { first: number; last: number } = defaultPorts,
): Promise<number> {
  for (let port = ports.first; port <= ports.last; port++) if (await isFree(ip, port)) return port
  throw new RingleaderError(
    'ERR_PORT_IN_USE',
    `all ports from ${ports.first} to ${ports.last} of ${ip} are in use: choose one with -p, or -p 0 for any`,
  )
}

/** Whether an interface of this machine bears `ip` now. Loopback addresses always count as there. */
export function isOurs(ip: string): boolean {
  if (ip.startsWith('127.') || ip === '::1') return true
  return interfaceAddresses().some(({ address }) => canonicalIp(address) === ip)
}

/** The named error of a failed attempt to listen on `ip` and `port`. */
export function listenError(ip: string, port: number, cause: unknown): RingleaderError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') {
    return new RingleaderError(
      'ERR_PORT_IN_USE',
      `port ${port} of ${ip} is in use: choose another with -p, or -p 0 for any free one`,
      { cause },
    )
  }
  if (code === 'EACCES') {
    return new RingleaderError(
      'ERR_PORT_IN_USE',
      `port ${port} of ${ip} may not be used by you: choose one above 1023 with -p`,
      { cause },
    )
  }
  return new RingleaderError(
    'ERR_ADDRESS_NOT_OURS',
    `${ip} is not an address of this machine (${code}): give one of its own with -a, such as ${defaultIp()}`,
    { cause },
  )
}

function interfaceAddresses() {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
}

async function lookUp(host: string, family?: Family): Promise<string> {
  if (host === '' || /[%:/\s]/.test(host) || /^[\d.]+$/.test(host)) {
    throw usage(`"${host}" is not an address: give an IPv4 or IPv6 address (without zone id) or a host name`)
  }
  try {
    const { address } = await lookup(host, { family: family === undefined ? 0 : family === 'ipv4' ? 4 : 6 })
    const ip = canonicalIp(address)
    if (ip !== undefined) return ip
  } catch (cause) {
    throw usage(`nobody knows the host name "${host}": check its spelling, or give an IP address`, cause)
  }
  throw usage(`the host name "${host}" has no address that can be used: give an IP address`)
}

function isFree(ip: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(listenError(ip, port, error))
    })
    server.listen({ host: ip, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

function usage(message: string, cause?: unknown): RingleaderError {
  return new RingleaderError('ERR_USAGE', message, { cause })
}
