/**
 * `ringleader join`: joins the room of an invitation, which is an argument, in a file, on stdin, or asked for; or knocks at the
 * room of a member whose address is given.
 */

import { readFile } from 'node:fs/promises'
import { escapeText } from '../chat/escape.ts'
import { isInvitation, parseInvitation } from '../chat/invitation.ts'
import { canonicalIp } from '../core/model/address.ts'
import { usageError } from '../peer/errors.ts'
import { defaultPorts, splitMember } from '../transport/hosts.ts'
import { splitAddress } from '../ui/terminal/printer.ts'
import { chat } from './chat.ts'
import { readFirstLine } from './first-line.ts'
import type { ChatFlags, CommandLine } from './command-line.ts'

/** An invitation that comes in pieces, as a line that was broken, has at most so many. */
const piecesMax = 8
/** No invitation is longer. Unit: UTF-16 units. */
const textMax = 4096

type Way = Pick<ChatFlags, 'invitation' | 'neighbor'>

/** Resolves to the exit code; rejects with an error that has one. */
export async function join(line: Extract<CommandLine, { command: 'join' }>): Promise<number> {
  return chat({ ...line.flags, ...(await wayOf(line)) })
}

async function wayOf({ given, file }: Pick<Extract<CommandLine, { command: 'join' }>, 'given' | 'file'>) {
  if (file !== undefined) return wayTo(await textOf(file))
  if (given === '-') return wayTo((await readFirstLine()) ?? '')
  if (given !== undefined) return wayTo(given)
  if (process.stdin.isTTY === true) return ask()
  throw usageError(
    'join takes an invitation: give it as an argument, in a file with --file, or with - on the first line of stdin',
  )
}

async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).slice(0, textMax)
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code
    throw usageError(`${file} cannot be read (${why}): --file names a file with an invitation`)
  }
}

/** Throws ERR_USAGE, which says which part of the text is wrong. */
function wayTo(text: string): Way {
  const address = isInvitation(text) ? undefined : memberIn(text.trim())
  if (address) return { invitation: undefined, neighbor: address }
  const read = parseInvitation(text)
  if ('problem' in read) throw usageError(read.problem)
  const { host, port } = splitAddress(read.addresses[0] ?? '')
  return { invitation: text, neighbor: { host, port: Number(port) } }
}

/** A word with a port, or an IP address. */
function memberIn(word: string): { host: string; port: number } | undefined {
  const split = splitMember(word)
  if (typeof split === 'string') return undefined
  if (split.port === undefined && canonicalIp(split.host) === undefined) return undefined
  return { host: split.host, port: split.port ?? defaultPorts.first }
}

/** Asks on the terminal. A line that was broken when it was copied comes as several: the rest is waited for. */
async function ask(): Promise<Way> {
  process.stderr.write('invitation (or the address of a member, to knock): ')
  let text = ''
  for (let pieces = 1; ; pieces++) {
    const piece = await readFirstLine()
    text += piece ?? ''
    if (memberIn(text.trim())) return wayTo(text)
    const read = parseInvitation(text)
    const isOver = piece === undefined || piece.trim() === '' || pieces === piecesMax
    if (!('problem' in read) || !read.isCut || isOver) return wayTo(text)
    process.stderr.write(`${escapeText(read.problem)}; paste the rest, or press Enter to give up: `)
  }
}
