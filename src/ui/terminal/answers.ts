/**
 * Builds the answers to /names, /ring, /leader, /whois, /nick, /check and those that read back. They are shown to the person who asked
 * and never sent.
 */

import { renderMessage } from '../../chat/message-line.ts'
import { plural } from '../../chat/notices.ts'
import type { LineStyle } from '../../chat/message-line.ts'
import type { Request } from '../../chat/commands.ts'
import { checkAnswer } from './check-answer.ts'
import { ReadingBack } from './reading-back.ts'
import type { EarlierPages } from './earlier-pages.ts'
import type { PageSize } from './page.ts'
import type { People } from './people.ts'
import type { Message, Room } from '../../peer/room.ts'

/** text: why; undefined: the person is there. */
function awayMark(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text === '' ? 'away' : `away: ${text}`
}

/** In ring order. */
function namesAnswer(room: Room, people: People): string {
  const lines = room.members.map((member) => {
    const marks = [
      member.id.slice(0, 4),
      member.id === room.self.id && 'you',
      member.leader && 'leader',
      member.visit && 'visit',
      awayMark(room.direct.awayOf(member.id)),
    ].filter(Boolean)
    return `${people.show(member)} - ${marks.join(', ')}`
  })
  return [
    `${plural(room.members.length, 'member')}, in ring order, with the first digits of ids:`,
    ...lines,
  ].join('\n')
}

function leaderAnswer(room: Room, people: People): string {
  if (!room.leader) return 'no leader yet: the ring is electing one'
  const isSelf = room.leader.id === room.self.id
  return `leader ${people.show(room.leader)}${isSelf ? ' - you' : ''}, elected in term ${room.leader.term}`
}

function ringAnswer(room: Room, people: People): string {
  const { next, previous, term, status } = room.ring
  const show = (member: Room['self'] | undefined): string =>
    member ? `${people.show(member)} ${member.id.slice(0, 4)}` : 'nobody'
  const [largest, second] = room.members
    .filter(({ leader }) => !leader)
    .map(({ id }) => id)
    .sort()
    .reverse()
  const heir = room.members.find(({ id }) => id === largest)
  return [
    `${show(previous)} -> ${show(room.self)} -> ${show(next)}`,
    `${status}, term ${term}; ${leaderAnswer(room, people)}`,
    ...(heir && second !== undefined
      ? [`an election is won by the largest id: if the leader went now, by ${show(heir)}`]
      : []),
    `${plural(room.size, 'message')} held, ${room.unsent} of yours on the way`,
  ].join('\n')
}

/** isEscaped: harmless already, as rendered messages are. */
export type Answer = { text: string; isEscaped: boolean }

/** What reads what was said. */
type Reading = 'history' | 'day' | 'search' | 'more'

type Question = Extract<
  Request,
  { type: 'names' | 'ring' | 'leader' | 'web' | 'whois' | 'nick' | 'check' | Reading }
>

export class Answers {
  readonly #pages: EarlierPages
  readonly #people: People
  readonly #isHidden: (message: Message) => boolean
  readonly #reading: ReadingBack
  readonly #web: () => Promise<string> | undefined

  /** `isHidden`: messages that are on no page of /history. `web`: names the page. */
  constructor(
    pages: EarlierPages,
    people: People,
    isHidden: (message: Message) => boolean,
    web: () => Promise<string> | undefined = () => undefined,
  ) {
    this.#web = web
    this.#pages = pages
    this.#people = people
    this.#isHidden = isHidden
    this.#reading = new ReadingBack(isHidden)
  }

  /** Ctrl-C. Returns whether there was something to end. */
  interrupt(): boolean {
    return this.#reading.interrupt()
  }

  /** `page`: as many rows of /search, or messages of /history unless the person named a number. `tell`: what comes before the answer. */
  async to(
    request: Question,
    room: Room,
    page: PageSize,
    style: LineStyle,
    tell: (text: string) => void,
  ): Promise<Answer> {
    if (request.type === 'web')
      return { text: (await this.#web()) ?? 'this chat has no page', isEscaped: false }
    if (request.type === 'check') return { text: await checkAnswer(room, style, tell), isEscaped: true }
    const asked = { room, page, style, tell }
    if (request.type === 'search') return this.#reading.search(request.words, asked)
    if (request.type === 'day') return this.#reading.day(request.day, asked)
    if (request.type === 'more') return this.#reading.more(asked)
    if (request.type === 'history') {
      const count = request.count ?? page.rows
      this.#reading.reads({ next: (next) => this.#page(next.room, count, next.style) })
      return this.#page(room, count, style)
    }
    return { text: this.#answer(request, room), isEscaped: false }
  }

  async #page(room: Room, count: number, style: LineStyle): Promise<Answer> {
    const page = await this.#pages.next(room, count, this.#isHidden)
    const lines = page.map((message) => renderMessage({ ...message, late: false }, style))
    if (lines.length > 0) return { text: lines.join('\n'), isEscaped: true }
    const text = this.#pages.hasShown
      ? 'no earlier messages: all of them are above'
      : 'there are no messages yet'
    return { text, isEscaped: false }
  }

  #answer(request: Exclude<Question, { type: Reading | 'check' | 'web' }>, room: Room): string {
    switch (request.type) {
      case 'names':
        return namesAnswer(room, this.#people)
      case 'ring':
        return ringAnswer(room, this.#people)
      case 'leader':
        return leaderAnswer(room, this.#people)
      case 'whois':
        return this.#people.whois(room, request.name)
      case 'nick':
        room.rename(request.name)
        return `you are ${this.#people.show(room.self)} now`
    }
  }
}
