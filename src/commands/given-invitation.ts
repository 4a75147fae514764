/**
 * What a person gives to join a room: an invitation, or the address of a member.
 */

import { readFile } from 'node:fs/promises'
import { isInvitation, parseInvitation } from '../chat/invitation.ts'
import { canonicalIp } from '../core/model/address.ts'
import { usageError } from '../peer/errors.ts'
import { defaultPorts, splitMember } from '../transport/hosts.ts'
import { splitAddress } from '../ui/terminal/printer.ts'

type Member = { host: string; port: number }

/** `neighbor`: who is asked first. */
export type Way = { invitation: string | undefined; neighbor: Member }

/** No invitation is longer. Unit: UTF-16 units. */
const textMax = 4096

/** The text of a file. Rejects with ERR_USAGE. */
export async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).slice(0, textMax)
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code
    throw usageError(`${file} cannot be read (${why}): it should hold an invitation`)
  }
}

/** Throws ERR_USAGE, which says which part of the text is wrong. */
export function wayTo(text: string): Way {
  const address = isInvitation(text) ? undefined : memberIn(text.trim())
  if (address) return { invitation: undefined, neighbor: address }
  const read = parseInvitation(text)
  if ('problem' in read) throw usageError(problemOf(text, read.problem))
  const { host, port } = splitAddress(read.addresses[0] ?? '')
  return { invitation: text, neighbor: { host, port: Number(port) } }
}

/** What is wrong with a text that is neither, for a person. */
export function problemOf(text: string, problem: string): string {
  const word = text.trim()
  const looksLikeAddress = !isInvitation(text) && /^[\w.:[\]-]+:[^:]*$/.test(word)
  const split = looksLikeAddress ? splitMember(word) : undefined
  if (typeof split === 'string') return split
  // `localhost` can be the name of a host, or the rest of a torn invitation.
  return /^[\w.-]+$/.test(word) && !isInvitation(text)
    ? `${problem}; the address of a member has a port, as in ${word}:${defaultPorts.first}`
    : problem
}

/** `chat.example.org`: with a dot, and letters behind the last one. */
const hostName = /^[\w-]+(\.[\w-]+)*\.[a-z][\w-]*\.?$/i

/** A word with a port, an IP address, or the name of a host, as that of a member. */
export function memberIn(word: string): Member | undefined {
  const split = splitMember(word)
  if (typeof split === 'string') return undefined
  if (split.port === undefined && canonicalIp(split.host) === undefined && !hostName.test(word))
    return undefined
  return { host: split.host, port: split.port ?? defaultPorts.first }
}
