/**
 * Turns what a person gives as an address (cli.md, -a, -p, -na, -np) into an IP address and a port, and
 * says what is wrong with it. The terminal and the library both use it.
 */

import { lookup } from 'node:dns/promises'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { canonicalIp, familyOf, formatAddress, isUnspecified } from '../core/model/address.ts'
import type { Family } from '../core/model/address.ts'
import type { Address } from '../core/model/ids.ts'
import { RingleaderError, type ErrorCode } from '../peer/errors.ts'

/** The ports that are tried when none is given (cli.md, -p). A member is looked for on the first of them. */
export const defaultPorts = { first: 4000, last: 4099 } as const
/** Any port that the system gives. */
export const anyPort = { first: 0, last: 0 } as const

/** The first IPv4 address of an interface that is not internal, else 127.0.0.1. */
export function defaultIp(): string {
  const found = interfaceAddresses().find(({ internal, family }) => !internal && family === 'IPv4')
  return found?.address ?? '127.0.0.1'
}

/** `host` without the brackets that an IPv6 address may be written in. */
export function bareHost(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

/**
 * Why `host` names no one machine, as a sentence for people; undefined when it is an IP address, or may be a
 * host name. Looks nothing up.
 */
export function hostProblem(host: string): string | undefined {
  const bare = bareHost(host)
  const ip = canonicalIp(bare)
  if (ip !== undefined) {
    return isUnspecified(ip) ? 'Give an address that names one machine, not all addresses.' : undefined
  }
  if (bare.includes('%')) return 'Zone ids (%) cannot be used.'
  // What the system's look-up would read as an IPv4 address: 127.1, 0, 0x7f000001.
  if (/(^|\.)(\d+|0x[\da-f]*)\.?$/i.test(bare)) return 'Give all four numbers of an IPv4 address.'
  return bare === '' || /[:/\s[\]]/.test(bare) ? 'Give an IP address or a host name.' : undefined
}

/**
 * The IP address, in its one spelling, of `host`: IPv4, IPv6 with or without brackets, or a name of this
 * machine, looked up once. Of a name's addresses it takes one of `family`, or any where there is none.
 * Rejects with ERR_USAGE (see hostProblem), or ERR_ADDRESS_NOT_OURS when the name is not known.
 */
export function resolveOwnIp(host: string, family: Family = 'ipv4'): Promise<string> {
  return resolveIp(host, family, 'ERR_ADDRESS_NOT_OURS')
}

/** As resolveOwnIp, for the host of another member: ERR_UNREACHABLE when the name is not known. */
export function resolveMemberIp(host: string, family: Family = 'ipv4'): Promise<string> {
  return resolveIp(host, family, 'ERR_UNREACHABLE')
}

/**
 * The address of another member, given as IP:port, host:port or [IPv6]:port. Rejects as resolveMemberIp
 * does, and with ERR_USAGE when it is not written so.
 */
export async function resolveMember(text: string, family?: Family): Promise<Address> {
  const match = /^(?<host>\[[^\]]+\]|[^:]+):(?<port>\d{1,5})$/.exec(text)
  const port = Number(match?.groups?.['port'])
  if (!match || !(port >= 1 && port <= 65_535)) {
    throw usage(`"${text}" is not an address: write it as IP:port, host:port or [IPv6]:port`)
  }
  return formatAddress(await resolveMemberIp(match.groups!['host']!, family), port)
}

/** The family of an IP address; undefined for anything else. */
export function familyOfIp(ip: string): Family | undefined {
  return canonicalIp(ip) === undefined ? undefined : familyOf(formatAddress(ip, 1))
}

/**
 * The first port of `ports` on which this process can listen at `ip` now, `except` left out. Another process
 * may still take it. `anyPort`: one that the system chooses.
 * Rejects with ERR_PORT_IN_USE when none is free, or ERR_ADDRESS_NOT_OURS.
 */
export async function findFreePort(
  ip: string,
  ports: { first: number; last: number } = defaultPorts,
  except?: number,
): Promise<number> {
  for (let port = ports.first; port <= ports.last; port++) {
    const found = port === except ? undefined : await tryPort(ip, port)
    if (found !== undefined) return found
  }
  const which = ports.last === anyPort.last ? 'no port' : `no port up to ${ports.last}`
  throw new RingleaderError(
    'ERR_PORT_IN_USE',
    `${which} is free on ${ip}: choose one with -p, or -p 0 for any free one`,
  )
}

/** Whether an interface of this machine has `ip` now. Loopback addresses always count. */
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
      `you may not use port ${port} of ${ip}: choose one above 1023 with -p`,
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

/** `unknown`: the error when no address of the name is found. */
async function resolveIp(host: string, family: Family, unknown: ErrorCode): Promise<string> {
  const problem = hostProblem(host)
  if (problem !== undefined) throw usage(`"${host}" cannot be used as an address. ${problem}`)
  const bare = bareHost(host)
  const given = canonicalIp(bare)
  if (given !== undefined) return given
  const found = await lookup(bare, { all: true }).catch((cause: unknown) => {
    const what = `the host name "${host}" cannot be found: check its spelling, or give an IP address`
    throw new RingleaderError(unknown, what, { cause })
  })
  // Link-local addresses come with a zone id and are left out.
  const ips = found.map(({ address }) => canonicalIp(address)).filter((ip) => ip !== undefined)
  const ip = ips.find((one) => familyOfIp(one) === family) ?? ips[0]
  if (ip === undefined || isUnspecified(ip)) {
    throw new RingleaderError(unknown, `the host name "${host}" has no address to use: give an IP address`)
  }
  return ip
}

/** The port listened on for a moment; undefined when it is in use, or not for this user. */
function tryPort(ip: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined)
      else reject(listenError(ip, port, error))
    })
    server.listen({ host: ip, port, exclusive: true }, () => {
      const bound = server.address()
      server.close(() => resolve(typeof bound === 'object' && bound ? bound.port : port))
    })
  })
}

function usage(message: string): RingleaderError {
  return new RingleaderError('ERR_USAGE', message)
}
