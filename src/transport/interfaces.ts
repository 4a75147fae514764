/**
 * Lists the IP addresses that this machine has now, says how far others can be expected to reach each, and asks the
 * system which of them leads to another machine.
 */

import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { canonicalIp } from '../core/model/address.ts'
import type { Family } from '../core/model/address.ts'

/**
 * How far an address reaches, from the least on. loopback: this machine. link-local: the next cable, and in IPv6 only
 * with a zone id, which is not used here. virtual: the containers and virtual machines of this one. global: else.
 */
export const reaches = ['loopback', 'link-local', 'virtual', 'global'] as const

export type OwnIp = {
  readonly ip: string
  readonly family: Family
  /** The name of the network interface. */
  readonly nic: string
  readonly reach: (typeof reaches)[number]
}

/** What the system says about this machine's network; tests pass in their own. */
export type NetworkView = {
  ips: () => readonly OwnIp[]
  /** The address of this machine from which `ip` is reached; undefined: there is no route. */
  routeTo: (ip: string) => Promise<string | undefined>
}

export const systemNetwork: NetworkView = { ips: ownIps, routeTo }

/** Interfaces that programs make for containers and virtual machines of this host. */
const virtualNames =
  /^(docker|br-|veth|virbr|vnet|vboxnet|vmnet|lxc|lxd|incus|cni|flannel|cali|podman|kube|nerdctl)|^vEthernet/i

function reachOf(ip: string, nic: string, isInternal: boolean): OwnIp['reach'] {
  if (isInternal) return 'loopback'
  // 169.254.0.0/16 and fe80::/10.
  if (/^169\.254\.|^fe[89ab]/i.test(ip)) return 'link-local'
  return virtualNames.test(nic) ? 'virtual' : 'global'
}

/** Nothing where the system does not say, as in some sandboxes. */
function listInterfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces()
  } catch {
    return {}
  }
}

/** The addresses of all interfaces that are up, in the system's order. */
export function ownIps(interfaces = listInterfaces()): OwnIp[] {
  return Object.entries(interfaces).flatMap(([nic, addresses = []]) =>
    addresses.flatMap(({ address, internal }) => {
      const ip = canonicalIp(address)
      if (ip === undefined) return []
      return [{ ip, family: ip.includes(':') ? 'ipv6' : 'ipv4', nic, reach: reachOf(ip, nic, internal) }]
    }),
  )
}

/** Whether an interface of this machine has `ip` now. Loopback addresses always count. */
export function isOurs(ip: string): boolean {
  return isLoopback(ip) || ownIps().some((own) => own.ip === ip)
}

export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1'
}

/** Any port: nothing is sent. */
const discardPort = 9

/** Connecting a UDP socket sends nothing: the system only looks up the route, and binds the socket to its source. */
function routeTo(ip: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4')
    const end = (source: string | undefined) => {
      socket.removeAllListeners()
      // An error that comes later must not be thrown.
      socket.on('error', () => undefined)
      socket.close()
      resolve(source)
    }
    socket.once('error', () => end(undefined))
    socket.once('connect', () => end(canonicalIp(socket.address().address)))
    socket.connect(discardPort, ip)
  })
}

/** Public addresses, one a family, whose route is the default route. Source: they are kept for documents, RFC 5737, RFC 3849. */
const farAway = ['198.51.100.1', '2001:db8::1'] as const

/** The addresses of the default routes, IPv4 first, or only of one family. */
export async function defaultRoutes({ routeTo: route }: NetworkView, family?: Family): Promise<string[]> {
  const targets = farAway.filter((ip) => family === undefined || ip.includes(':') === (family === 'ipv6'))
  const sources = await Promise.all(targets.map(route))
  return sources.filter((ip) => ip !== undefined)
}
