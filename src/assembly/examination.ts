/**
 * Tries each thing that stands between this machine and a member, in order, up to the first that fails, and says what to do. It
 * joins nothing, and writes nothing.
 */

import { familyOf, formatAddress, parseAddress } from '../core/model/address.ts'
import { isLocked, type Address, type RoomId, type RoomKey } from '../core/model/ids.ts'
import type { Diagnosis, DiagnoseOptions, Hop } from '../peer/diagnosis.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import type { ErrorCode } from '../peer/errors.ts'
import { freshInc, listRooms, roomPath } from '../store/home/home.ts'
import { lockPathOf, readLock } from '../store/home/lock-file.ts'
import { readRunning } from '../store/home/running-node.ts'
import { defaultPorts, findFreePort, memberOf, resolveMemberIp, resolvePair } from '../transport/hosts.ts'
import { mintIdentity } from '../transport/identity.ts'
import { isLoopback, ownIps, systemNetwork } from '../transport/interfaces.ts'
import { reachProblem } from '../transport/own-ip.ts'
import { probe, writeOfPacket } from '../transport/probe.ts'
import type { Probed, ProbeOptions } from '../transport/probe.ts'
import { checkInvitation, howToReach } from './options.ts'
import type { Invitation } from '../chat/invitation.ts'

const timeoutMsDefault = 3000
/** Three packets of the usual size, and within what is taken before HELLO. Unit: bytes. */
const largeWriteBytes = 3800
/** Sizes of packets that are tried where large ones are lost. Unit: bytes. */
const packetSizes = [1460, 1420, 1400, 1380, 1280, 1000, 576]
/** So many keys of a home are shown, and its rooms asked for them: each costs a connection. */
const keysMax = 4
/** No clock that is right shows an earlier time. Unit: ms since 1970. */
const earliestMs = Date.UTC(2026, 0, 1)

type Failed = { code: ErrorCode }
type Key = { room: RoomId; key: RoomKey }
type Target = { address: Address; nic: string; keys: readonly Key[]; invitation: Invitation | undefined }

/** Rejects with ERR_USAGE alone: what is wrong with the world is what it returns. */
export async function examine(options: DiagnoseOptions): Promise<Diagnosis> {
  const { timeoutMs = timeoutMsDefault, home } = options
  if (!(timeoutMs >= 100 && timeoutMs <= 60_000))
    throw usageError('timeoutMs is a number of ms, 100 to 60000')
  const invitation = options.invitation === undefined ? undefined : checkInvitation(options.invitation)
  const neighbor = options.neighbor ?? invitation?.addresses[0]
  const asked = neighbor === undefined ? undefined : memberOf(neighbor)
  const tries: Tries = new Tries(options.onHop)
  try {
    const named = asked && (await resolveMemberIp(asked.host).catch((error: Error) => error))
    const found = typeof named === 'string' ? named : undefined
    const ip = await ownAddress(tries, options.address, found)
    const port = await ownPort(tries, ip, options.port, home)
    if (asked && named !== undefined) {
      if (typeof named !== 'string')
        tries.fail('name', 'ERR_UNREACHABLE', ...split(named.message, 'give an IP address'))
      const isName = asked.host !== named
      tries.pass(
        'name',
        isName ? `${asked.host} is ${named}` : `${named} is an address: no name is looked up`,
      )
      await route(tries, ip, named, options.address !== undefined)
      const address = formatAddress(named, asked.port)
      const nic = ownIps().find((own) => own.ip === ip)?.nic ?? ''
      const keys = invitation ? [invitation] : await keysOf(home)
      const self = { identity: await mintIdentity(), inc: freshInc(0), ip, own: formatAddress(ip, port) }
      await visit(tries, { address, nic, keys, invitation }, { ...self, timeoutMs })
    } else clock(tries)
    return { ok: true, hops: tries.hops }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    return { ok: false, hops: tries.hops, code: error.code }
  }
}

/** A hop failed: nothing behind it can be tried. */
class Stopped extends Error {
  readonly code: ErrorCode
  constructor({ code }: Failed) {
    super(code)
    this.code = code
  }
}

class Tries {
  readonly hops: Hop[] = []
  readonly #onHop: DiagnoseOptions['onHop']

  constructor(onHop: DiagnoseOptions['onHop']) {
    this.#onHop = onHop
  }

  pass(hop: Hop['hop'], text: string, state: 'ok' | 'unknown' = 'ok'): void {
    this.#add({ hop, state, text })
  }

  fail(hop: Hop['hop'], code: ErrorCode, text: string, advice: string): never {
    this.#add({ hop, state: 'failed', text, advice })
    throw new Stopped({ code })
  }

  #add(hop: Hop): void {
    this.hops.push(hop)
    this.#onHop?.({ ...hop })
  }
}

async function ownAddress(
  tries: Tries,
  given: string | undefined,
  other: string | undefined,
): Promise<string> {
  let ip: string
  try {
    ip = (await resolvePair(given, other)).ip
    // Where it is not ours, listening says so.
    await findFreePort(ip, { first: 0, last: 0 })
  } catch (error) {
    if (!(error instanceof RingleaderError)) throw error
    if (error.code === 'ERR_USAGE') throw error
    return tries.fail('address', 'ERR_ADDRESS_NOT_OURS', ...split(error.message, 'give another one with -a'))
  }
  const nic = ownIps().find((own) => own.ip === ip)?.nic
  const problem = reachProblem(ip)
  const isMeant = given !== undefined || (other !== undefined && isLoopback(other))
  if (isLoopback(ip) && !isMeant)
    return tries.fail(
      'address',
      'ERR_ADDRESS_NOT_OURS',
      problem ?? 'this machine has no network address',
      'connect it to a network (cable, Wi-Fi, VPN)',
    )
  const note = problem === undefined || isMeant ? '' : `; ${problem}`
  tries.pass('address', `this machine is ${ip}${nic === undefined ? '' : ` (${nic})`}${note}`)
  return ip
}

/** An error for people says what is wrong, and behind a colon what to do. */
function split(message: string, advice: string): [text: string, advice: string] {
  const at = message.indexOf(': ')
  return at < 0 ? [message, advice] : [message.slice(0, at), message.slice(at + 2)]
}

/** Returns the port. */
async function ownPort(
  tries: Tries,
  ip: string,
  given: number | undefined,
  home: string | undefined,
): Promise<number> {
  const running = home === undefined ? undefined : readRunning(home)
  const at = running && parseAddress(running.address)
  const first = given ?? defaultPorts.first
  const isFree = async (port: number): Promise<boolean> =>
    await findFreePort(ip, { first: port, last: port }).then(
      () => true,
      () => false,
    )
  const there = isLoopback(ip)
    ? 'only programs on this machine can reach it'
    : `whether others reach it shows on their machines: ringleader doctor ${howToReach(formatAddress(ip, at?.port ?? first))}`
  if (running && at?.ip === ip && !(await isFree(at.port))) {
    tries.pass('port', `your node (process ${running.pid}) listens at ${running.address}; ${there}`)
    return at.port
  }
  if (await isFree(first)) {
    tries.pass('port', `port ${first} is free for a node; ${there}`)
    return first
  }
  const next = given === undefined ? await findFreePort(ip).catch(() => undefined) : undefined
  if (next === undefined)
    return tries.fail(
      'port',
      'ERR_PORT_IN_USE',
      `port ${first} of ${ip} is in use, or not for this user`,
      'choose another one with -p, or -p 0 for any free one',
    )
  tries.pass('port', `port ${first} is in use by another program, and ${next} is free for a node`)
  return next
}

async function route(tries: Tries, ip: string, other: string, isGiven: boolean): Promise<void> {
  const from = await systemNetwork.routeTo(other)
  if (from === undefined)
    tries.fail(
      'route',
      'ERR_UNREACHABLE',
      `this machine knows no way to ${other}`,
      'connect it to the network of that member (Wi-Fi, cable, VPN), or take another of its addresses',
    )
  if (ip.includes(':') !== other.includes(':'))
    tries.fail(
      'route',
      'ERR_FAMILY',
      `${ip} and ${other} are of two address families`,
      `give this node an address of the family of ${other} with -a`,
    )
  const note = isGiven && from !== ip ? `, though the system would take ${from}` : ''
  tries.pass('route', `${other} is reached from ${ip}${note}`)
}

type Probing = Omit<ProbeOptions, 'target' | 'key' | 'writeBytes'>

/** What one connection after the other shows of the member. */
async function visit(tries: Tries, target: Target, probing: Probing): Promise<void> {
  const { address, keys, invitation } = target
  const ask = (key?: RoomKey, writeBytes?: number): Promise<Probed> =>
    probe({ ...probing, target: address, key, ...(writeBytes === undefined ? {} : { writeBytes }) })
  // Who has an invitation shows it: a locked room says nothing before.
  let shown = invitation?.key
  let found = await ask(shown)
  connection(tries, address, found, probing.timeoutMs)
  if (found.why === 'locked' && !invitation)
    for (const { key } of keys.slice(0, keysMax)) {
      const next = await ask(key)
      if (!next.info) continue
      shown = key
      found = next
      break
    }
  room(tries, target, found, shown)
  clock(tries)
  await packets(tries, target, (writeBytes) => ask(shown, writeBytes))
}

function connection(tries: Tries, address: Address, { reached, why, code }: Probed, timeoutMs: number): void {
  const time = `${timeoutMs / 1000} s`
  if (reached === 'nothing') {
    if (why === 'refused')
      tries.fail(
        'tcp',
        'ERR_UNREACHABLE',
        `nothing listens at ${address}`,
        'see that ringleader runs there, and that this is its port: it prints its address at the start',
      )
    const isAbsent = code === 'EHOSTUNREACH' || code === 'EHOSTDOWN'
    tries.fail(
      'tcp',
      'ERR_UNREACHABLE',
      isAbsent
        ? `no machine replies at ${address} (${code})`
        : `no reply from ${address} in ${time}${code === undefined ? '' : ` (${code})`}: the machine is off, or a firewall drops what is sent to that port`,
      isAbsent
        ? 'see that the machine is on, in this network, and has that address still'
        : `let TCP port ${address.slice(address.lastIndexOf(':') + 1)} in there, and see that the machine is on`,
    )
  }
  tries.pass('tcp', `${address} takes connections`)
  if (reached === 'tcp') {
    if (why === 'alien')
      tries.fail(
        'tls',
        'ERR_NOT_RINGLEADER',
        `${address} is another program: it does not speak TLS 1.3 as a node does`,
        'check the address and the port',
      )
    tries.fail('tls', 'ERR_UNREACHABLE', ...silence(address, why, time))
  }
  tries.pass('tls', 'TLS 1.3 is up, and the other end proves a key')
  if (why === 'version')
    tries.fail(
      'version',
      'ERR_VERSION',
      `${address} speaks another version of the protocol`,
      'install the same version of ringleader on both machines',
    )
  if (why === 'alien')
    tries.fail(
      'version',
      'ERR_NOT_RINGLEADER',
      `${address} does not speak the protocol`,
      'check the address and the port',
    )
  if (reached === 'tls' && why !== 'locked')
    tries.fail('version', 'ERR_UNREACHABLE', ...silence(address, why, time))
  tries.pass('version', 'both speak the same version of the protocol')
}

function silence(address: Address, why: Probed['why'], time: string): [text: string, advice: string] {
  return why === 'silent'
    ? [
        `${address} takes the connection, and then says nothing for ${time}`,
        'its process may be stopped or overloaded: end it, and start it again; or try another member',
      ]
    : [`${address} takes the connection and ends it`, 'try again, or try another member']
}

function room(tries: Tries, { address, invitation, keys }: Target, found: Probed, shown?: RoomKey): void {
  const { info, bye } = found
  if (bye === 'rekeyed')
    tries.fail(
      'room',
      'ERR_LOCKED',
      'the room has another key by now',
      'ask a member for a new invitation (/invite)',
    )
  if (!info && found.why !== 'locked')
    tries.fail(
      'room',
      'ERR_UNREACHABLE',
      `${address} ends the connection`,
      'try again, or try another member',
    )
  if (!info)
    tries.fail(
      'room',
      'ERR_LOCKED',
      invitation
        ? 'this invitation does not open the room of that member'
        : `the room is locked, and ${keys.length > 0 ? 'no key of this home opens it' : 'this home has no key of it'}`,
      invitation
        ? 'ask a member for a new invitation (/invite)'
        : `ask a member for an invitation (/invite), or knock: ringleader join ${address}`,
    )
  if (invitation && info.room !== invitation.room)
    tries.fail('room', 'ERR_OTHER_ROOM', `${address} is in another room by now`, 'ask for a new invitation')
  const lock = isLocked(info.room)
    ? `locked, and ${invitation ? 'the invitation' : 'a key of this home'} opens it`
    : 'open'
  if (isLocked(info.room) && shown === undefined)
    tries.fail(
      'room',
      'ERR_LOCKED',
      `${address} offers a locked room without its key`,
      'do not join it there',
    )
  const { leader, name, uid } = info
  const leads = leader
    ? leader.uid === uid
      ? `${name} leads it`
      : `${name} follows ${leader.name}`
    : `${name} knows no leader now`
  tries.pass('room', `room ${info.room.slice(0, 8)} is ${lock}; ${leads}`)
}

/** No member tells the time before a node is in. */
function clock(tries: Tries): void {
  const now = new Date()
  const text = `the clock of this machine says ${now.toISOString().slice(0, 19)} UTC`
  if (now.getTime() < earliestMs)
    tries.fail(
      'clock',
      'ERR_USAGE',
      `${text}, which is long past`,
      'set it: messages would be shown with wrong times',
    )
  tries.pass(
    'clock',
    `${text}; a member tells its own only in the room, where only the times that are shown depend on it`,
    'unknown',
  )
}

/** Nodes reply to what comes after a large write only when all of it came. */
async function packets(
  tries: Tries,
  { address, nic }: Target,
  ask: (writeBytes: number) => Promise<Probed>,
): Promise<void> {
  const arrives = ({ reached, why }: Probed): boolean => reached === 'reply' || why === 'locked'
  if (arrives(await ask(largeWriteBytes))) {
    tries.pass('mtu', 'large packets arrive there')
    return
  }
  const sizes = packetSizes.map(async (size) => ({ size, probed: await ask(writeOfPacket(size, address)) }))
  const best = (await Promise.all(sizes)).find(({ probed }) => arrives(probed))?.size
  if (best === undefined)
    tries.fail(
      'mtu',
      'ERR_UNREACHABLE',
      `${address} has stopped to reply`,
      'try again, or try another member',
    )
  const command =
    nic === '' || familyOf(address) === 'ipv6' ? '' : ` (on Linux: ip link set dev ${nic} mtu ${best})`
  tries.fail(
    'mtu',
    'ERR_UNREACHABLE',
    `packets of ${best} bytes arrive there, larger ones get lost without a word (a black hole for the path MTU, as behind some VPNs)`,
    `set the MTU of the card to ${best}${command}, or have the router or VPN clamp the MSS of TCP`,
  )
}

/** The newest key of each room that the home holds. */
async function keysOf(home: string | undefined): Promise<Key[]> {
  if (home === undefined) return []
  const keys: Key[] = []
  for (const { room } of await listRooms(home).catch(() => [])) {
    if (!isLocked(room)) continue
    const lock = await readLock(lockPathOf(roomPath(home, room))).catch(() => undefined)
    for (const key of lock?.keys.slice(-1) ?? []) keys.push({ room, key })
  }
  return keys
}
