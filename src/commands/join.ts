/**
 * `ringleader join`: joins the room of an invitation, which is an argument, in a file, on stdin, or asked for; or knocks at the
 * room of a member whose address is given, or that is nearby.
 */

import { escapeText } from '../chat/escape.ts'
import { parseInvitation } from '../chat/invitation.ts'
import { usageError } from '../peer/errors.ts'
import { chat } from './chat.ts'
import { readFirstLine } from './first-line.ts'
import { memberIn, problemOf, textOf, wayTo } from './given-invitation.ts'
import { chosen, offerRooms, questionFor } from './nearby-choice.ts'
import type { CommandLine } from './command-line.ts'
import type { Way } from './given-invitation.ts'

/** An invitation may come in pieces, as a line that was broken, and after wrong ones. At most so many are read. */
const piecesMax = 8
type JoinLine = Extract<CommandLine, { command: 'join' }>

/** Resolves to the exit code; rejects with an error that has one. */
export async function join(line: JoinLine): Promise<number> {
  return chat({ ...line.flags, ...(await wayOf(line)) })
}

async function wayOf({ given, file, flags }: JoinLine): Promise<Way> {
  if (file !== undefined) return wayTo(await textOf(file))
  if (given === '-') return wayTo((await readFirstLine()) ?? '')
  if (given !== undefined) return wayTo(given)
  if (process.stdin.isTTY === true && !flags.json) return ask()
  throw usageError(
    'join takes an invitation: give it as an argument, in a file with --file, or with - on the first line of stdin; ringleader nearby lists the rooms of the local network',
  )
}

/** Offers what is nearby, and asks on the terminal, again after a wrong line. A line that was broken when it was copied comes as several. */
async function ask(): Promise<Way> {
  const { rooms, line: first } = await offerRooms()
  process.stderr.write(questionFor(rooms))
  let text = ''
  for (let pieces = 1; ; pieces++) {
    const piece = await (pieces === 1 ? first : readFirstLine())
    const room = text === '' && piece !== undefined ? chosen(rooms, piece, pieces === 1) : undefined
    if (typeof room === 'object') return room
    if (room !== undefined && pieces < piecesMax) {
      process.stderr.write(`${room}; try again, or press Enter to give up: `)
      continue
    }
    // Behind a part of one may come a whole one.
    const isWhole =
      piece !== undefined && (memberIn(piece.trim()) !== undefined || !('problem' in parseInvitation(piece)))
    text = isWhole ? piece : text + (piece ?? '')
    if (memberIn(text.trim())) return wayTo(text)
    const read = parseInvitation(text)
    const isOver = piece === undefined || piece.trim() === '' || pieces === piecesMax
    if (!('problem' in read) || isOver) return wayTo(text)
    const problem = escapeText(problemOf(text, read.problem))
    // A wrong line does not end the program: the next one, which may be the rest of a paste, would go to the shell.
    if (!read.isCut) text = ''
    const next = read.isCut ? 'paste the rest' : 'try again'
    process.stderr.write(`${problem}; ${next}, or press Enter to give up: `)
  }
}
