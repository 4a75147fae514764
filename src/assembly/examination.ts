/**
 * Tries each thing that stands between this machine and a member, in order, up to the first that fails, and says what to do. It
 * joins nothing, and writes nothing.
 */

import { formatAddress, parseAddress } from '../core/model/address.ts'
import { isLocked } from '../core/model/ids.ts'
import type { Diagnosis, DiagnoseOptions } from '../peer/diagnosis.ts'
import { RingleaderError, usageError } from '../peer/errors.ts'
import { freshInc, listRooms, roomPath } from '../store/home/home.ts'
import { lockPathOf, readLock } from '../store/home/lock-file.ts'
import { readRunning } from '../store/home/running-node.ts'
import { defaultPorts, findFreePort, memberOf, resolveMemberIp, resolvePair } from '../transport/hosts.ts'
import { mintIdentity } from '../transport/identity.ts'
import { isLoopback, ownIps, systemNetwork } from '../transport/interfaces.ts'
import { reachProblem } from '../transport/own-ip.ts'
import { clock, visit } from './member-hops.ts'
import type { Key } from './member-hops.ts'
import { checkInvitation, howToReach } from './options.ts'
import { Stopped, Tries } from './tries.ts'

const timeoutMsDefault = 3000

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
