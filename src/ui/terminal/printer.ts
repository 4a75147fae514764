/**
 * Prints the events of a room as lines for people or as objects for programs.
 */

import { escapeName, escapeText } from '../../chat/escape.ts'
import { mentions } from '../../chat/mentions.ts'
import { authorOf, renderMessage, renderNotice, renderPrivate, showWho } from '../../chat/message-line.ts'
import { plural } from '../../chat/notices.ts'
import {
  awayObject,
  knockObject,
  leaderObject,
  membersObject,
  messageObject,
  noticeObject,
  privateObject,
  readyObject,
  sentObject,
  titleObject,
} from '../../chat/json-objects.ts'
import { nameColour, paint } from './colours.ts'
import type { Display } from '../../chat/display.ts'
import type { PieceOf } from '../../chat/message-line.ts'
import type {
  Knocking,
  Left,
  Message,
  PrivateMessage,
  Room,
  RoomLeader,
  RoomMember,
} from '../../peer/room.ts'
import type { Sink } from './stdio.ts'

export interface Printer {
  /** This node is in the room. Once, before anything else of the room. `invitation`: to be shown. */
  opened(room: Room, invitation?: string): void
  message(message: Message, ownName: string): void
  /** isEscaped: `text` is harmless already, as rendered messages are. */
  notice(text: string, isEscaped?: boolean): void
  /** A line that divides messages. */
  rule(text: string): void
  sent(id: string): void
  members(members: readonly RoomMember[]): void
  leader(leader: RoomLeader | undefined): void
  knock(knock: Knocking): void
  title(title: string): void
  /** Said to one person alone. isCall: it has just come. */
  private(message: PrivateMessage, isCall: boolean): void
  away(id: string, text: string | undefined): void
}

/** What others type to join, and who can. */
function joining(room: Room, invitation: string | undefined): string[] {
  if (room.locked)
    return [
      ...(invitation === undefined ? [] : [`others join with: ringleader join ${invitation}`]),
      'the room is locked: only who has an invitation can join and read',
    ]
  const { address } = room.self
  const { host, port } = splitAddress(address)
  const isLoopback = host === '::1' || host.startsWith('127.')
  return [
    `others join with: ringleader -n <their name> ${isLoopback ? `-a ${host} ` : ''}-na ${host} -np ${port}`,
    `the room is open: anybody who reaches ${address} can join and read`,
  ]
}

/** `[fd00::5]:4000` is host `fd00::5` and port `4000`. */
export function splitAddress(address: string): { host: string; port: string } {
  const colon = address.lastIndexOf(':')
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: address.slice(colon + 1) }
}

/** `Ann(...) is in the room; 1 member, leader Ann(...)`. */
function entrance(room: Pick<Room, 'self' | 'members' | 'leader'>): string {
  const leader = room.leader ? `leader ${showWho(room.leader)}` : 'no leader yet'
  return `${showWho(room.self)} is in the room; ${plural(room.members.length, 'member')}, ${leader}`
}

/** `waiting`: messages that the room has not taken. */
export function unsentText({ unsent, kept }: Left, waiting: number): string {
  const fate = kept ? 'kept, and sent at the next start' : 'not kept, so they may be lost'
  const taken = unsent > 0 ? `${plural(unsent, 'message')} not known as sent; ${fate}` : ''
  const lost = waiting > 0 ? `${plural(waiting, 'message')} not taken, say again` : ''
  return [taken, lost].filter(Boolean).join('; ')
}

/** The history that held unsent messages is damaged. */
export function lostText(unsent: number): string {
  return `${plural(unsent, 'message')} not known as sent: say again what nobody has seen`
}

/** For a reader that had stopped and reads again. Messages wait in the room, so only notices are missing. */
export function leftOutText(count: number): string {
  return `this was not read for a while: ${plural(count, 'notice')} left out, but no message`
}

/** The attribute of a name that mentions this person. */
const reverse = 7
/** Characters of a message in a desktop notification. */
const notifiedCharacters = 200

/** A desktop notification, where the terminal knows OSC 9; others ignore it. */
function notification(message: Pick<Message, 'name' | 'text'>, piece: string): string {
  const text = `${escapeName(message.name)}${piece}: ${escapeText(message.text.replace(/\s+/g, ' '))}`
  return `\u001b]9;ringleader: ${text.slice(0, notifiedCharacters)}\u001b\\`
}

export type TextOptions = {
  /** With day lines; mentions ring. */
  isTerminal: boolean
  hasColour: boolean
  /** Asked at every message. */
  display: () => Display
  /** For messages on a terminal. */
  pieceOf: PieceOf
}

/** Lines for people. */
export class TextPrinter implements Printer {
  readonly #sink: Sink
  readonly #isTerminal: boolean
  readonly #hasColour: boolean
  readonly #display: () => Display
  readonly #pieceOf: PieceOf
  /** Midnight of the last day that was named. Unit: ms since 1970. */
  #day = -Infinity

  constructor(sink: Sink, options: TextOptions) {
    this.#sink = sink
    this.#isTerminal = options.isTerminal
    this.#hasColour = options.hasColour
    this.#display = options.display
    this.#pieceOf = options.pieceOf
  }

  opened(room: Room, invitation?: string): void {
    this.notice([entrance(room), ...joining(room, invitation)].join('\n'))
  }

  message(message: Message, ownName: string): void {
    if (this.#isTerminal) this.#dayLine(message.time)
    const { format, timestamp, bell, osc9 } = this.#display()
    const isMention = this.#isTerminal && !message.own && mentions(message.text, ownName)
    const colour = nameColour(authorOf(message.id))
    const paintName = (name: string) => paint(isMention ? paint(name, reverse) : name, colour)
    const line = renderMessage(message, {
      format,
      timestamp,
      isTerminal: this.#isTerminal,
      paint: this.#hasColour ? paintName : undefined,
      pieceOf: this.#isTerminal ? this.#pieceOf : undefined,
    })
    const isCall = isMention && !message.history
    const piece = this.#pieceOf({ id: message.author, name: message.name })
    const call = isCall && osc9 ? notification(message, piece) : ''
    this.#sink.print((isCall && bell ? '\u0007' : '') + call + line)
  }

  notice(text: string, isEscaped = false): void {
    this.#sink.note(this.#noticeLines(text, isEscaped))
  }

  #noticeLines(text: string, isEscaped = false): string {
    const lines = renderNotice(text, isEscaped)
    return this.#hasColour ? lines.replace(/^.*$/gm, (line) => paint(line, 2)) : lines
  }

  rule(text: string): void {
    // It belongs to the message below it.
    this.#sink.print(this.#noticeLines(`---- ${text} ----`))
  }

  sent(): void {}
  members(): void {}
  leader(): void {}
  knock(): void {}
  title(): void {}
  away(): void {}

  private(message: PrivateMessage, isCall: boolean): void {
    const { format, timestamp, bell, osc9 } = this.#display()
    const { own, text } = message
    const { id, name } = message.with
    const isNews = isCall && this.#isTerminal && !own
    const paintName = (shown: string) => paint(isNews ? paint(shown, reverse) : shown, nameColour(id))
    const line = renderPrivate(message, {
      format,
      timestamp,
      isTerminal: this.#isTerminal,
      paint: this.#hasColour ? paintName : undefined,
      pieceOf: this.#isTerminal ? this.#pieceOf : undefined,
    })
    const call = isNews && osc9 ? notification({ name, text }, this.#pieceOf({ id, name })) : ''
    this.#sink.print((isNews && bell ? '\u0007' : '') + call + line)
  }

  /** Only forwards: what comes late, or from a slow clock, belongs to a day that was named before. */
  #dayLine(time: Date): void {
    const day = new Date(time).setHours(0, 0, 0, 0)
    if (!(day > this.#day)) return
    this.#day = day
    // It belongs to the message below it.
    this.#sink.print(this.#noticeLines(`-- ${time.toDateString()} --`))
  }
}

/** Objects for programs. */
export class JsonPrinter implements Printer {
  readonly #sink: Sink

  constructor(sink: Sink) {
    this.#sink = sink
  }

  opened(room: Room, invitation?: string): void {
    this.#sink.note(readyObject(room, invitation))
    this.members(room.members)
    this.leader(room.leader)
    for (const text of [entrance(room), ...joining(room, invitation)]) this.notice(text)
  }

  message(message: Message): void {
    this.#sink.print(messageObject(message))
  }

  notice(text: string): void {
    this.#sink.note(noticeObject(text))
  }

  rule(): void {}

  sent(id: string): void {
    this.#sink.note(sentObject(id))
  }

  members(members: readonly RoomMember[]): void {
    this.#sink.note(membersObject(members))
  }

  leader(leader: RoomLeader | undefined): void {
    if (leader) this.#sink.note(leaderObject(leader))
  }

  knock(knock: Knocking): void {
    this.#sink.note(knockObject(knock))
  }

  title(title: string): void {
    this.#sink.note(titleObject(title))
  }

  private(message: PrivateMessage): void {
    this.#sink.print(privateObject(message))
  }

  away(id: string, text: string | undefined): void {
    this.#sink.note(awayObject(id, text))
  }
}
