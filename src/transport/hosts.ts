/**
 * Turns what a person gives as an address (cli.md, -a, -p, -na, -np) into an IP address and a port, and
 * says what is wrong with it. The terminal and the library both use it.
 */

import { lookup } from 'node:dns/promises'
import { createServer } from 'node:net'
import { canonicalIp, familyOfIp, formatAddress, isUnspecified } from '../core/model/address.ts'
import type { Family } from '../core/model/address.ts'
import type { Address } from '../core/model/ids.ts'
import { RingleaderError, usageError, type ErrorCode } from '../peer/errors.ts'
import { ownIps, systemNetwork } from './interfaces.ts'
import { chooseIp } from './own-ip.ts'

/** The ports that are tried when none is given (cli.md, -p). A member is looked for on the first of them. */
export const defaultPorts = { first: 4000, last: 4099 } as const
/** Any port that the system gives. */
export const anyPort = { first: 0, last: 0 } as const

/** `host` without the brackets that an IPv6 address may be written in. */
export function bareHost(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

/**
 * Why `host` names no one machine, as a sentence for people; undefined when it is an IP address, or may be a
 * host name. Looks nothing up.
 */
function hostProblem(host: string): string | undefined {
  const bare = bareHost(host)
  const ip = canonicalIp(bare)
  if (ip !== undefined) {
    return isUnspecified(ip) ? 'Give an address that names one machine, not all addresses.' : undefined
  }
  if (bare.includes('%')) return 'Zone ids (%) cannot be used.'
  // What the system's look-up would read as an IPv4 address: 127.1, 0, 0x7f000001.
  if (/(^|\.)(\d+|0x[\da-f]*)\.?$/i.test(bare))
    return 'Give all four numbers of an IPv4 address, each from 0 to 255.'
  return bare === '' || /[:/\s[\]]/.test(bare) ? 'Give an IP address or a host name.' : undefined
}

/** As hostProblem, for an address of this machine: the name of a network interface is one as well. */
export function ownHostProblem(host: string): string | undefined {
  return ownIps().some(({ nic }) => nic === host) ? undefined : hostProblem(host)
}

/**
 * The IP address, in its one spelling, of `host`: IPv4, IPv6 with or without brackets, a network interface, or a name
 * of this machine, looked up once. Of several addresses it takes one of `family`, or any where there is none.
 * Rejects with ERR_USAGE (see hostProblem), or ERR_ADDRESS_NOT_OURS when the name is not known.
 */
export async function resolveOwnIp(host: string, family: Family = 'ipv4'): Promise<string> {
  const here = ownIps().filter(({ nic }) => nic === host)
  const usable = here.filter((own) => own.reach !== 'link-local' || own.family === 'ipv4')
  const best = [...usable].sort((a, b) => weigh(a) - weigh(b))[0]
  if (best) return best.ip
  if (here.length > 0)
    throw new RingleaderError(
      'ERR_ADDRESS_NOT_OURS',
      `${host} has no address that others can use: give another interface or address with -a`,
    )
  return resolveIp(host, 'ERR_ADDRESS_NOT_OURS', family)

  function weigh(own: (typeof here)[number]): number {
    return (own.family === family ? 0 : 2) + (own.reach === 'link-local' ? 1 : 0)
  }
}

/**
 * As resolveOwnIp, for the host of another member: ERR_UNREACHABLE when the name is not known. Without `family`: the
 * first of a name's addresses to which there is a route.
 */
export function resolveMemberIp(host: string, family?: Family): Promise<string> {
  return resolveIp(host, 'ERR_UNREACHABLE', family)
}

/**
 * The address for this node, and that of the member that it asks. `own`: as a person gave it; undefined: the address
 * of the route to that member, see chooseIp. Rejects as resolveOwnIp and resolveMemberIp do.
 */
export async function resolvePair(
  own: string | undefined,
  neighbor: string | undefined,
  room: { known?: readonly Address[]; family?: Family | undefined } = {},
): Promise<{ ip: string; neighborIp: string | undefined }> {
  if (own !== undefined) {
    const ip = await resolveOwnIp(own, neighbor === undefined ? room.family : familyOfIp(bareHost(neighbor)))
    return { ip, neighborIp: neighbor && (await resolveMemberIp(neighbor, familyOfIp(ip))) }
  }
  const neighborIp = neighbor && (await resolveMemberIp(neighbor))
  return { ip: await chooseIp({ ...room, neighbor: neighborIp }), neighborIp }
}

/**
 * The host and the port of `text`, as a member is written: `192.168.1.6:4000`, `[fd00::1]:4000`, `host:4000`; or
 * without a port, which is undefined then. A string: what is wrong, as a sentence for people.
 */
export function splitMember(text: string): { host: string; port: number | undefined } | string {
  const match = /^(?<host>\[[^\]]*\]|[^:[]*):(?<port>[^:]*)$/.exec(text)
  const hasPort = match !== null
  const host = hasPort ? (match.groups?.['host'] ?? '') : text
  const problem = hostProblem(host)
  if (problem !== undefined) return problem
  if (!hasPort) return { host: bareHost(host), port: undefined }
  const word = match.groups?.['port'] ?? ''
  const port = /^\d{1,5}$/.test(word) ? Number(word) : 0
  if (!(port >= 1 && port <= 65_535)) return 'A port is a whole number from 1 to 65535.'
  return { host: bareHost(host), port }
}

/**
 * The address of another member, given as IP:port, host:port or [IPv6]:port. Rejects as resolveMemberIp
 * does, and with ERR_USAGE when it is not written so.
 */
export async function resolveMember(text: string, family?: Family): Promise<Address> {
  const { host, port } = memberOf(text)
  return formatAddress(await resolveMemberIp(host, family), port)
}

/** The host of a member that is written so. Throws ERR_USAGE. */
export function memberOf(text: string): { host: string; port: number } {
  const split = splitMember(text)
  if (typeof split === 'string' || split.port === undefined)
    throw usageError(`"${text}" is not an address: write it as IP:port, host:port or [IPv6]:port`)
  return { host: split.host, port: split.port }
}

/**
 * Where others reach this node, as a person gave it: with or without a port. Rejects as resolveMember does, and with
 * ERR_USAGE where it is of another family than `ip`, on which the node listens.
 */
export async function resolveAdvertised(text: string, ip: string): Promise<{ ip: string; port?: number }> {
  const split = splitMember(text)
  if (typeof split === 'string') throw usageError(`"${text}" cannot be advertised. ${split}`)
  const advertised = await resolveIp(split.host, 'ERR_USAGE', familyOfIp(ip))
  if (familyOfIp(advertised) !== familyOfIp(ip))
    throw usageError(
      `${advertised} and ${ip} are of two address families: give this node one of ${advertised}'s with -a`,
    )
  return { ip: advertised, ...(split.port === undefined ? {} : { port: split.port }) }
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
    `${ip} is not an address of this machine (${code}): give one of its own with -a, such as ${ownExample()}`,
    { cause },
  )
}

/** Some address of this machine, for a person who has to choose one. */
function ownExample(): string {
  return ownIps().find(({ reach }) => reach === 'global')?.ip ?? '127.0.0.1'
}

/** `unknown`: the error when no address of the name is found. */
async function resolveIp(host: string, unknown: ErrorCode, family?: Family): Promise<string> {
  const problem = hostProblem(host)
  if (problem !== undefined) throw usageError(`"${host}" cannot be used as an address. ${problem}`)
  const bare = bareHost(host)
  const given = canonicalIp(bare)
  if (given !== undefined) return given
  const found = await lookup(bare, { all: true }).catch((cause: unknown) => {
    const mdns = /\.local\.?$/i.test(bare)
      ? ' (names in .local need mDNS on both machines: on Linux avahi and nss-mdns)'
      : ''
    const nics = [...new Set(ownIps().map(({ nic }) => nic))].join(', ')
    const name =
      unknown === 'ERR_ADDRESS_NOT_OURS'
        ? `"${host}" is no host name that can be found, and no network interface that has an address (${nics})`
        : `the host name "${host}" cannot be found`
    const what = `${name}: check its spelling${mdns}, or give an IP address`
    throw new RingleaderError(unknown, what, { cause })
  })
  // Link-local addresses come with a zone id and are left out.
  const ips = found
    .map(({ address }) => canonicalIp(address))
    .filter((ip) => ip !== undefined && !isUnspecified(ip))
  const ip = ips.find((one) => one && familyOfIp(one) === (family ?? 'ipv4')) ?? ips[0]
  if (ip === undefined)
    throw new RingleaderError(unknown, `the host name "${host}" has no address to use: give an IP address`)
  if (family !== undefined || (await systemNetwork.routeTo(ip))) return ip
  for (const other of ips) if (other !== undefined && (await systemNetwork.routeTo(other))) return other
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
