/**
 * Answers the commands that are about the lock of the room: /invite, /knocks, /admit, /deny, /rekey and /remove.
 */

import { showNode } from '../../chat/fingerprint.ts'
import { drawQr } from './qr.ts'
import { Removing } from './removing.ts'
import type { LockCommand } from '../../chat/commands.ts'
import type { Notice, Room } from '../../peer/room.ts'
import type { People } from './people.ts'

/** Of the window. */
export type Size = { readonly columns: number; readonly rows: number }

/** text: undefined where a notice of the room says it all. drawing: lines that are printed as they are. */
type Answer = { readonly text?: string; readonly drawing?: readonly string[] }

export class LockAnswers {
  readonly #removing: Removing

  constructor(people: People) {
    this.#removing = new Removing(people)
  }

  /** The room says this. */
  heard(notice: Notice): void {
    this.#removing.heard(notice)
  }

  /** `size`: undefined where nothing can be drawn. Rejects as the room does. */
  async to(command: LockCommand, room: Room, size: Size | undefined): Promise<Answer> {
    if (!room.locked) return { text: openText(room) }
    switch (command.type) {
      case 'invite':
        return await invite(room, size)
      case 'knocks':
        return { text: knocksText(room) }
      case 'admit':
      case 'deny':
        return answerKnock(room, command.type, command.word)
      case 'rekey':
        await room.rekey()
        return { text: 'invitations of before no longer open the room; /invite shows the new one' }
      case 'remove':
        return { text: await this.#removing.remove(room, command.word) }
    }
  }
}

function openText({ self }: Room): string {
  return `the room is open and has no key: anybody who reaches ${self.address} can join and read`
}

async function invite(room: Room, size: Size | undefined): Promise<Answer> {
  const line = room.invitation()
  const text = `who has this line can join and read: hand it only to whom you want in\n${line}`
  if (!size) return { text }
  const drawing = await drawQr(line)
  const [width, height] = [drawing[0]?.length ?? 0, drawing.length]
  // The prompt is below it.
  if (width <= size.columns && height < size.rows) return { text, drawing }
  return {
    text: `${text}\nfor its QR code the window is too small: it needs ${width} columns and ${height + 1} rows`,
  }
}

function knocksText({ knocking }: Room): string {
  const lines = knocking.map((knock) => `${knock.number}: ${showNode(knock)} from ${knock.address}`)
  return lines.length > 0 ? ['these knock:', ...lines].join('\n') : 'nobody knocks'
}

/** Fewer digits of a fingerprint can be had by trying. */
const digitsMin = 16

/** Members number knocks each for itself, so a fingerprint is what they tell one another. */
function answerKnock(room: Room, answer: 'admit' | 'deny', word: string): Answer {
  const { knocking } = room
  const digits = word.replace(/\s/g, '').toLowerCase()
  const found =
    digits.length < digitsMin
      ? knocking.find(({ number }) => String(number) === word)
      : knocking.find(({ id }) => id.startsWith(digits))
  if (found) room[answer](found.number)
  // The room may know what became of it.
  else if (digits.length < digitsMin) room[answer](Number(word))
  else return { text: `nobody knocks with that fingerprint; ${knocksText(room)}` }
  return {}
}
