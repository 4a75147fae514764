/**
 * Decides which of the connections that others made to us stay: limits for each address, each key and in all, and a
 * reserve for members (wire/limits.ts). A new connection is let in; beyond a limit the most idle one of the same kind is
 * closed.
 */

import type { Address, Uid } from '../core/model/ids.ts'
import {
  linksPerKeyMax,
  memberDescriptorsMin,
  memberLinksMax,
  outsiderLinksMax,
  outsiderLinksPerAddressMax,
  ownDescriptors,
  strangersMax,
  strangersPerAddressMax,
} from '../wire/limits.ts'
import type { Descriptors } from './descriptors.ts'

/** One connection that was made to us. */
export type Caller = {
  /** Where it comes from. */
  readonly addr: Address
  /** The part of `addr` that one party can be expected to have: an IPv4 address, or 64 bits of an IPv6 one. */
  readonly place: string
  /** Undefined until it has proved a key. */
  uid: Uid | undefined
  /** Whether it has said HELLO. */
  greeted: boolean
  /** Grows with time: when it came, and when bytes came last. */
  readonly arrived: number
  heard: number
  drop: () => void
}

export type DoorsOptions = {
  descriptors: Descriptors
  /** Why a caller is dropped, before it is. */
  refused: (caller: Caller, what: string) => void
}

/** The part of an address that one party has. Source of the 64 bits: RFC 6177, a site gets at least so many. */
export function placeOf(addr: Address): string {
  const host = addr.slice(0, addr.lastIndexOf(':'))
  if (!host.startsWith('[')) return host
  const ip = host.slice(1, -1)
  const [head = '', tail] = ip.split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length
  const groups = [...first, ...new Array<string>(zeros).fill('0'), ...last]
  return `${groups.slice(0, 4).join(':')}::/64`
}

export class Doors {
  readonly #options: DoorsOptions
  readonly #callers = new Set<Caller>()
  #members: ReadonlySet<Uid> = new Set()
  #now = 0

  constructor(options: DoorsOptions) {
    this.#options = options
  }

  /** The members now: their links are let in from the reserve. */
  set members(uids: ReadonlySet<Uid>) {
    this.#members = uids
  }

  isMember({ uid }: Pick<Caller, 'uid'>): boolean {
    return uid !== undefined && this.#members.has(uid)
  }

  /** Somebody connected. May drop others, or this caller. */
  arrive(addr: Address, drop: () => void): Caller {
    const now = ++this.#now
    const caller = {
      addr,
      place: placeOf(addr),
      uid: undefined,
      greeted: false,
      arrived: now,
      heard: now,
      drop,
    }
    this.#callers.add(caller)
    const strangers = this.#list((other) => other.uid === undefined)
    const here = strangers.filter(({ place }) => place === caller.place)
    if (here.length > strangersPerAddressMax && !isLocal(caller.place)) {
      this.#drop(oldest(here), 'too many unfinished handshakes from its address')
    } else if (strangers.length > strangersMax) {
      this.#drop(oldest(ofLargest(strangers)), 'too many unfinished handshakes')
    }
    this.#spareDescriptors(caller)
    return caller
  }

  /** A caller proved its key. May drop others. */
  prove(caller: Caller, uid: Uid): void {
    caller.uid = uid
    const own = this.#list((other) => other.uid === uid)
    if (own.length > linksPerKeyMax) return this.#drop(idlest(own, caller), 'too many links of its key')
    const isMember = this.isMember(caller)
    const same = this.#list((other) => other.uid !== undefined && this.isMember(other) === isMember)
    if (isMember) {
      if (same.length > memberLinksMax) this.#drop(idlest(same, caller), 'too many links of members')
      return
    }
    const here = same.filter(({ place }) => place === caller.place)
    if (here.length > outsiderLinksPerAddressMax && !isLocal(caller.place))
      this.#drop(idlest(here, caller), 'too many links from its address')
    else if (same.length > outsiderLinksMax)
      this.#drop(idlest(same, caller), 'too many links of nodes outside the room')
  }

  /** Bytes came. */
  hear(caller: Caller): void {
    caller.heard = ++this.#now
  }

  leave(caller: Caller): void {
    this.#callers.delete(caller)
  }

  /**
   * Few descriptors are left: a caller that is neither a member nor `caller` goes. If there is none, `caller` goes when
   * only those of the node itself are left.
   */
  #spareDescriptors(caller: Caller): void {
    const { descriptors } = this.#options
    const free = descriptors.limit - descriptors.inUse()
    if (free >= Math.max(memberDescriptorsMin, Math.floor(descriptors.limit / 4))) return
    const others = this.#list((other) => other !== caller && !this.isMember(other))
    const idle = others.filter(({ greeted }) => !greeted)
    if (others.length > 0)
      this.#drop(idle.length > 0 ? oldest(idle) : idlest(others), 'few file descriptors are left')
    else if (free < ownDescriptors) this.#drop(caller, 'no file descriptors are left')
  }

  #list(is: (caller: Caller) => boolean): Caller[] {
    return [...this.#callers].filter(is)
  }

  #drop(caller: Caller | undefined, what: string): void {
    if (!caller) return
    this.#callers.delete(caller)
    this.#options.refused(caller, what)
    caller.drop()
  }
}

/** Loopback, where many nodes may share one machine. */
export function isLocal(place: string): boolean {
  return place.startsWith('127.') || place === '0:0:0:0::/64'
}

function oldest(callers: readonly Caller[]): Caller | undefined {
  return least(callers, ({ arrived }) => arrived)
}

/** One that has said no HELLO, else the one that was silent for longest; `except` only if it is alone. */
function idlest(callers: readonly Caller[], except?: Caller): Caller | undefined {
  const others = callers.filter((caller) => caller !== except)
  const silent = others.filter(({ greeted }) => !greeted)
  return least(silent.length > 0 ? silent : others, ({ heard }) => heard) ?? except
}

/** The callers of the place that has the most. */
function ofLargest(callers: readonly Caller[]): Caller[] {
  const places = new Map<string, Caller[]>()
  for (const caller of callers) {
    const here = places.get(caller.place)
    if (here) here.push(caller)
    else places.set(caller.place, [caller])
  }
  return [...places.values()].sort((a, b) => b.length - a.length)[0] ?? []
}

function least(callers: readonly Caller[], value: (caller: Caller) => number): Caller | undefined {
  let found: Caller | undefined
  for (const caller of callers) if (!found || value(caller) < value(found)) found = caller
  return found
}
