/**
 * Checks what a caller of the library asked for against the rules of cli.md, and fills in the defaults. Opens nothing.
 */

import { parseInvitation, type Invitation } from '../chat/invitation.ts'
import type { Address } from '../core/model/ids.ts'
import { usageError } from '../peer/errors.ts'
import type { CreateOptions, JoinOptions, RoomOptions } from '../peer/room.ts'
import { copiesMax } from '../wire/limits.ts'
import { nameProblem } from '../wire/name-rule.ts'
import { systemName } from './system-name.ts'

/** How long a neighbour may be silent unless the caller says otherwise. Unit: ms. Source: cli.md. */
const timeoutMsDefault = 5000
/** Holders before *sent* unless the caller says otherwise. Source: cli.md, --copies. */
const copiesDefault = 3

/** Options that keep the rules, defaults filled in. */
export type Checked = {
  name: string
  /** As given: an IP, a host name or a network interface of this machine; undefined: the one that leads to the others. */
  host: string | undefined
  /** As given: where others reach this node, if not there. */
  advertise: string | undefined
  /** 0: any free port. */
  port: number
  /** undefined: memory only. */
  home: string | undefined
  /** The beginning of a room's id, or of its title. */
  room: string | undefined
  visit: true | undefined
  /** Whether others may knock here. */
  knocks: boolean
  watch: boolean
  /** 'open': where the room is open. */
  announce: boolean | 'open'
  onLog: RoomOptions['onLog']
}

/** Checks what createRoom and joinRoom have in common; their types were checked before (option-shapes.ts). Throws RingleaderError ERR_USAGE. */
export function checkOptions(options: RoomOptions): Checked {
  const {
    address,
    advertise,
    port = 0,
    home,
    room,
    knocks = true,
    watch = true,
    announce = false,
    onLog,
  } = options
  const given = options.name ?? systemName()
  if (given === undefined) throw usageError('the system knows no name of this user: give one')
  const name = given.trim()
  const problem = nameProblem(name)
  if (problem !== undefined) throw usageError(`a name ${problem}`)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw usageError('port is a whole number from 0 to 65535')
  if (home === '') throw usageError('home is a folder, or false')
  if (address === '') throw usageError('address is an IP address or host name of this machine')
  if (advertise === '') throw usageError('advertise is an IP address or host name, with or without a port')
  if (room?.trim() === '') throw usageError('room is the beginning of the id of a room, or of its title')
  const { neighbor, invitation, fresh }: JoinOptions & CreateOptions = options
  if (typeof announce !== 'boolean' && announce !== 'open')
    throw usageError("announce is true, false or 'open'")
  const names = [neighbor, invitation].filter((given) => given !== undefined)
  if (room !== undefined && (names.length > 0 || fresh === true))
    throw usageError('room is one that the home holds: it goes with none of neighbor, invitation and fresh')
  if (names.length > 1) throw usageError('an invitation names the members to ask: give no neighbor')
  return {
    name,
    host: address,
    advertise,
    port,
    home: home === false ? undefined : home,
    room: room?.trim(),
    visit: 'visit' in options && options.visit === true ? true : undefined,
    knocks,
    watch,
    announce,
    onLog,
  }
}

/** How many members must hold a message before it is *sent*: 1 to 16. Throws RingleaderError ERR_USAGE. */
export function checkCopies({ copies = copiesDefault }: CreateOptions): number {
  if (!Number.isInteger(copies) || copies < 1 || copies > copiesMax) {
    throw usageError(`copies is a whole number from 1 to ${copiesMax}`)
  }
  return copies
}

/** How long a neighbour may be silent. Unit: ms. Range: 0 to a day. Throws RingleaderError ERR_USAGE. */
export function checkTimeout({ timeoutMs = timeoutMsDefault }: JoinOptions): number {
  if (!(timeoutMs >= 0 && timeoutMs <= 86_400_000))
    throw usageError('timeoutMs is a number of ms, at most a day')
  return timeoutMs
}

/** Throws RingleaderError ERR_USAGE, which says what is wrong with the invitation. */
export function checkInvitation(text: string): Invitation {
  if (typeof text !== 'string') throw usageError('invitation is a string')
  const read = parseInvitation(text)
  if ('problem' in read) throw usageError(read.problem)
  return read
}

/** The flags that a person types to reach `address`. */
export function howToReach(address: Address): string {
  const colon = address.lastIndexOf(':')
  return `-na ${address.slice(0, colon).replace(/^\[|\]$/g, '')} -np ${address.slice(colon + 1)}`
}
