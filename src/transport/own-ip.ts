/**
 * Decides which of this machine's addresses a node uses: at its start, and again whenever the network changes.
 */

import { familyOf, familyOfIp, parseAddress } from '../core/model/address.ts'
import type { Family } from '../core/model/address.ts'
import type { Address } from '../core/model/ids.ts'
import { defaultRoutes, isLoopback, reaches, systemNetwork } from './interfaces.ts'
import type { NetworkView, OwnIp } from './interfaces.ts'

/** So many members are asked the route to: those of one room are on few networks. */
const routesMax = 8

/** Whether an address is of this machine alone. */
function isHere(addr: Address): boolean {
  return isLoopback(parseAddress(addr)?.ip ?? '')
}

const rank = ({ reach }: OwnIp): number => reaches.indexOf(reach)

/**
 * The address to begin with: that of the route to `neighbor`. Without one, that of the default route, or of the route to
 * the members of the room that this node goes back to, where the default route does not lead there; else the one that
 * reaches farthest. `family`: of this family, where there is one. Loopback when the machine has nothing else.
 */
export async function chooseIp(
  {
    neighbor,
    known = [],
    family,
  }: { neighbor?: string | undefined; known?: readonly Address[]; family?: Family | undefined },
  network: NetworkView = systemNetwork,
): Promise<string> {
  const route = neighbor === undefined ? undefined : await network.routeTo(neighbor)
  if (route !== undefined) return route
  // A room within this machine stays there.
  const [first] = known.flatMap((addr) => parseAddress(addr)?.ip ?? [])
  if (first !== undefined && known.every(isHere)) return first.includes(':') ? '::1' : '127.0.0.1'
  const own = await farthest(network, neighbor === undefined ? family : familyOfIp(neighbor))
  const farthestIp = own?.ip ?? ((neighbor?.includes(':') ?? family === 'ipv6') ? '::1' : '127.0.0.1')
  return new OwnIpWatch({
    ip: farthestIp,
    isGiven: false,
    others: () => ({ addresses: known, missing: true }),
    network,
  }).better()
}

/** Why others do not reach this machine at an address of its own, as a sentence for people; undefined: they may. */
export function reachProblem(ip: string, network: NetworkView = systemNetwork): string | undefined {
  const own = network.ips().find((one) => one.ip === ip)
  if (isLoopback(ip))
    return 'this machine has no network address: only programs on it can reach this node, until it has one'
  if (own?.reach === 'virtual')
    return `${ip} (${own.nic}) is for containers and virtual machines of this machine: others cannot reach this node there, until it has another address; or name one with -a`
  if (own?.reach === 'link-local')
    return `${ip} (${own.nic}) is an address without a network: only machines on the same cable can reach this node there, until it has another address`
  return undefined
}

/** The addresses of this machine from which these are reached, the most frequent first. */
async function sourcesTo(others: readonly Address[], network: NetworkView): Promise<string[]> {
  const ips = others.flatMap((addr) => parseAddress(addr)?.ip ?? []).slice(0, routesMax)
  const counts = new Map<string, number>()
  for (const source of await Promise.all(ips.map(network.routeTo)))
    if (source !== undefined) counts.set(source, (counts.get(source) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([ip]) => ip)
}

/** The address of the default route, else the first of those that reach farthest. Never a link-local one of IPv6. */
async function farthest(network: NetworkView, family?: Family): Promise<OwnIp | undefined> {
  const usable = network
    .ips()
    .filter(({ ip, reach, family: of }) => !isLoopback(ip) && !(reach === 'link-local' && of === 'ipv6'))
    .filter((own) => family === undefined || own.family === family)
  for (const route of await defaultRoutes(network, family)) {
    const own = usable.find(({ ip, reach }) => ip === route && reach === 'global')
    if (own) return own
  }
  const byFamily = (own: OwnIp): number => (own.family === 'ipv4' ? 0 : 1)
  return usable.sort((a, b) => rank(b) - rank(a) || byFamily(a) - byFamily(b))[0]
}

/** Where the rest of the room is, as far as this node knows. */
export type Others = {
  /** Members, else whom the address book names. */
  addresses: readonly Address[]
  /** No other member is there. */
  missing: boolean
}

export type OwnIpOptions = {
  /** The address in use. */
  ip: string
  /** A person named this address or its interface: the node stays on that interface. */
  isGiven: boolean
  others: () => Others
  network?: NetworkView
}

/** Follows the machine from address to address. */
export class OwnIpWatch {
  readonly #options: Required<OwnIpOptions>
  readonly #family: Family
  /** As it was found last. */
  #own: OwnIp

  constructor(options: OwnIpOptions) {
    this.#options = { network: systemNetwork, ...options }
    this.#family = options.ip.includes(':') ? 'ipv6' : 'ipv4'
    this.#own = this.#find(options.ip) ?? this.#unlisted(options.ip)
  }

  /**
   * The address to use now; undefined: it is gone, and nothing takes its place. An address is kept while the machine
   * has it, unless nobody of the room is there and another one leads to them, or reaches farther. When it is gone, one of
   * the same interface takes its place; with `isElsewhere` also one of another.
   */
  async now(isElsewhere: boolean): Promise<string | undefined> {
    // Not even loopback: the system does not say.
    if (this.#options.network.ips().length === 0) return this.#own.ip
    const found = this.#find(this.#own.ip)
    if (found) this.#own = found
    const next = found ? await this.better() : await this.#instead(isElsewhere)
    this.#own = (next === undefined ? undefined : this.#find(next)) ?? this.#own
    return next
  }

  #find(ip: string): OwnIp | undefined {
    return (
      this.#options.network.ips().find((own) => own.ip === ip) ??
      (isLoopback(ip) ? this.#unlisted(ip) : undefined)
    )
  }

  /** All of 127.0.0.0/8 works where 127.0.0.1 is listed. */
  #unlisted(ip: string): OwnIp {
    return { ip, family: this.#family, nic: '', reach: isLoopback(ip) ? 'loopback' : 'global' }
  }

  /** The address in use, or one that suits better. */
  async better(): Promise<string> {
    const { network, others, isGiven } = this.#options
    const { addresses, missing } = others()
    const own = this.#own
    if (isGiven || !missing) return own.ip
    // A room within this machine.
    if (own.reach === 'loopback' && addresses.some(isHere)) return own.ip
    const sources = await this.#sourcesTo(addresses)
    if (sources.includes(own.ip)) return own.ip
    // A container that was a member once is no reason to leave the network on which people are.
    const source = sources.find((ip) => rank(this.#find(ip) ?? own) >= rank(own))
    if (source !== undefined) return source
    if (own.reach === 'global') return own.ip
    const other = await farthest(network, this.#family)
    return other && rank(other) > rank(own) ? other.ip : own.ip
  }

  /** The address is gone. One that reaches less far takes its place only if it leads to the others. */
  async #instead(isElsewhere: boolean): Promise<string | undefined> {
    const { network, others, isGiven } = this.#options
    const own = this.#own
    const candidates = network
      .ips()
      .filter(({ family, reach }) => family === this.#family && reach !== 'loopback')
    const here = candidates.find(({ nic, reach }) => nic === own.nic && reach === own.reach)
    if (here || isGiven || !isElsewhere) return here?.ip
    const [source] = await this.#sourcesTo(others().addresses)
    if (source !== undefined) return source
    const other = await farthest(network, this.#family)
    return other && rank(other) >= rank(own) ? other.ip : undefined
  }

  /** A member on this machine tells nothing about the way to the others. */
  async #sourcesTo(addresses: readonly Address[]): Promise<string[]> {
    const same = addresses.filter((addr) => familyOf(addr) === this.#family)
    const ours = new Set(this.#options.network.ips().map(({ ip }) => ip))
    const elsewhere = same.filter((addr) => {
      const ip = parseAddress(addr)?.ip ?? ''
      return !isLoopback(ip) && !ours.has(ip)
    })
    return sourcesTo(elsewhere, this.#options.network)
  }
}
