/**
 * The hops of a diagnosis beyond this machine: what one connection to the member after the other shows.
 */

import { familyOf } from '../core/model/address.ts'
import { isLocked, type Address, type RoomId, type RoomKey } from '../core/model/ids.ts'
import { probe, writeOfPacket } from '../transport/probe.ts'
import type { Probed, ProbeOptions } from '../transport/probe.ts'
import type { Invitation } from '../chat/invitation.ts'
import type { Tries } from './tries.ts'

/** Three packets of the usual size, and within what is taken before HELLO. Unit: bytes. */
const largeWriteBytes = 3800
/** Sizes of packets that are tried where large ones are lost. Unit: bytes. */
const packetSizes = [1460, 1420, 1400, 1380, 1280, 1000, 576]
/** So many keys of a home are shown, and its rooms asked for them: each costs a connection. */
const keysMax = 4
/** No clock that is right shows an earlier time. Unit: ms since 1970. */
const earliestMs = Date.UTC(2026, 0, 1)
export type Key = { room: RoomId; key: RoomKey }
type Target = { address: Address; nic: string; keys: readonly Key[]; invitation: Invitation | undefined }

type Probing = Omit<ProbeOptions, 'target' | 'key' | 'writeBytes'>

/** What one connection after the other shows of the member. */
export async function visit(tries: Tries, target: Target, probing: Probing): Promise<void> {
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
export function clock(tries: Tries): void {
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
