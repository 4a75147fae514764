/**
 * Opens and closes what a node needs before it is in any room: its home (on disk or none), its key and its
 * sockets, in the right order.
 */

import { join } from 'node:path'
import { familyOf, formatAddress, parseAddress } from '../core/model/address.ts'
import type { Address, Inc } from '../core/model/ids.ts'
import type { DirectTransport, HomePort, Transport } from '../peer/ports.ts'
import { Switchboard } from '../peer/entry/switchboard.ts'
import { freshInc, openHome, type Home } from '../store/home/home.ts'
import { setFilesAside } from '../store/home/set-aside.ts'
import { memberOf, resolveAdvertised, resolvePair } from '../transport/hosts.ts'
import { identityFile, loadOrMintIdentity, mintIdentity, type Identity } from '../transport/identity.ts'
import { isLoopback, systemNetwork } from '../transport/interfaces.ts'
import { OwnIpWatch, reachProblem, type Others } from '../transport/own-ip.ts'
import { TlsTransport } from '../transport/tls.ts'
import type { Checked } from './options.ts'

type Place = {
  ip: string
  port: number
  isGiven: boolean
  /** It is that of the route to the neighbour. */
  isChosenFor: boolean
  others: readonly Address[]
  advertised: { ip: string; port?: number } | undefined
}

/** A home that is locked, and the sockets of its key. Always `close` it, also after an error. */
export class Base {
  readonly home: Home | undefined
  readonly identity: Identity
  readonly transport: Transport & DirectTransport
  readonly switchboard: Switchboard
  readonly homePort: HomePort
  /** Nobody chose the address, no member is asked from it, and the room is not one within this machine. */
  readonly #isDefault: boolean
  /** Where the others are. Until the room is open: who is asked, or the address book. */
  others: () => Others
  readonly #advertised: Place['advertised']

  private constructor(home: Home | undefined, identity: Identity, place: Place) {
    const { ip, port, isGiven, isChosenFor, others, advertised } = place
    this.home = home
    this.identity = identity
    this.#advertised = advertised
    const isWithin = others.length > 0 && others.every((addr) => isLoopback(parseAddress(addr)?.ip ?? ''))
    this.#isDefault = !isGiven && !isChosenFor && !isWithin && advertised === undefined
    this.others = () => ({ addresses: others, missing: true })
    const watch = new OwnIpWatch({ ip, isGiven, others: () => this.others() })
    // Before the room is known nobody is let in, and nobody is told anything.
    const ipNow = watch.now.bind(watch)
    this.transport = new TlsTransport({ identity, ip, port, ipNow, waitsForGuard: true })
    this.switchboard = new Switchboard(this.transport)
    const inc: Inc = home?.inc ?? freshInc(0)
    this.homePort = {
      uid: identity.uid,
      inc,
      mintInc: async (above) => (home ? home.mintInc(above) : freshInc(above)),
    }
  }

  /**
   * Takes the home and its key. `neighbor`: who will be asked. `goesBack`: to the home's last room.
   * Rejects as openHome, loadOrMintIdentity, resolvePair and resolveAdvertised do.
   */
  static async open(
    options: Checked,
    { neighbor, goesBack }: { neighbor: string | undefined; goesBack: boolean },
  ): Promise<Base> {
    const { home: dir, host, port } = options
    const home = dir === undefined ? undefined : await openHome(dir)
    try {
      const known = home && goesBack ? await addressesOfLastRoom(home) : []
      const asked = neighbor === undefined ? undefined : memberOf(neighbor)
      const family = known[0] && familyOf(known[0])
      const { ip, neighborIp } = await resolvePair(host, asked?.host, { known, family })
      const others = asked && neighborIp ? [formatAddress(neighborIp, asked.port)] : known
      const advertised =
        options.advertise === undefined ? undefined : await resolveAdvertised(options.advertise, ip)
      const identity = home ? await loadOrMintIdentity(home.dir) : await mintIdentity()
      const isGiven = host !== undefined
      const isChosenFor = neighborIp !== undefined && (await systemNetwork.routeTo(neighborIp)) === ip
      return new Base(home, identity, { ip, port, isGiven, isChosenFor, others, advertised })
    } catch (error) {
      home?.close()
      throw error
    }
  }

  /** What people should know about where this node is reached. */
  problemAt(address: string): string | undefined {
    const ip = parseAddress(address)?.ip
    return this.#isDefault && ip !== undefined ? reachProblem(ip) : undefined
  }

  /** Where others reach this node while it listens at `listening`. */
  addressFor(listening: Address): Address {
    const advertised = this.#advertised
    if (!advertised) return listening
    return formatAddress(advertised.ip, advertised.port ?? parseAddress(listening)?.port ?? 0)
  }

  /**
   * 2.12: with its history a home loses its identity: its next start is another node. The old key is set aside, not
   * destroyed.
   */
  async retireIdentity(): Promise<void> {
    if (this.home === undefined) return
    await setFilesAside(join(this.home.dir, identityFile))
  }

  async close(): Promise<void> {
    try {
      await this.transport.stop()
    } finally {
      this.home?.close()
    }
  }
}

async function addressesOfLastRoom(home: Home): Promise<Address[]> {
  const room = await home.lastRoom()
  return room === undefined ? [] : (await home.readBook(room)).map(({ addr }) => addr)
}
