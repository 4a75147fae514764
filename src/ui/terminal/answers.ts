/**
 * Builds the answers to /names, /ring, /leader, /nick and /history. They are shown to the person who asked
 * and never sent.
 */

import { renderMessage, showWho } from '../../chat/message-line.ts'
import { plural } from '../../chat/notices.ts'
import type { LineStyle } from '../../chat/message-line.ts'
import type { Request } from '../../chat/commands.ts'
import type { Message, Room } from '../../peer/room.ts'

/** In ring order. */
function namesAnswer(room: Room): string {
  const lines = room.members.map((member) => {
    const marks = [member.id === room.self.id && 'you', member.leader && 'leader'].filter(Boolean)
    return `${showWho(member)}${marks.length > 0 ? ` - ${marks.join(', ')}` : ''}`
  })
  return [`${plural(room.members.length, 'member')}, in ring order:`, ...lines].join('\n')
}

function leaderAnswer(room: Room): string {
  if (!room.leader) return 'no leader yet: the ring is electing one'
  const isSelf = room.leader.id === room.self.id
  return `leader ${showWho(room.leader)}${isSelf ? ' - you' : ''}, elected in term ${room.leader.term}`
}

function ringAnswer(room: Room): string {
  const { next, previous, term, status } = room.ring
  return [
    `${previous ? showWho(previous) : 'nobody'} -> ${showWho(room.self)} -> ${next ? showWho(next) : 'nobody'}`,
    `${status}, term ${term}; ${leaderAnswer(room)}`,
    `${plural(room.size, 'message')} held, ${room.unsent} of yours on the way`,
  ].join('\n')
}

/** Goes back through the history, a page with every question. */
class HistoryPager {
  #shown = 0

  /** Begins again with the newest page. */
  reset(): void {
    this.#shown = 0
  }

  /** The page of `count` messages before those shown last, or that there is none. */
  async page(room: Room, count: number, style: LineStyle): Promise<Answer> {
    const wanted = this.#shown + count
    const page: Message[] = []
    let total = 0
    for await (const message of room.history({ last: wanted })) {
      total += 1
      if (page.length < count) page.push(message)
    }
    // With fewer messages than asked for, the last `#shown` of them were on earlier pages.
    const fresh = page.slice(0, Math.max(total - this.#shown, 0))
    if (fresh.length === 0) {
      this.reset()
      return toAnswer(
        total === 0
          ? 'there are no messages yet'
          : 'no earlier messages; /history starts again at the newest',
      )
    }
    this.#shown += fresh.length
    const lines = fresh.map((message) => renderMessage({ ...message, late: false }, style))
    return { text: lines.join('\n'), isEscaped: true }
  }
}

/** isEscaped: harmless already, as rendered messages are. */
type Answer = { text: string; isEscaped: boolean }

function toAnswer(text: string): Answer {
  return { text, isEscaped: false }
}

type Question = Extract<Request, { type: 'names' | 'ring' | 'leader' | 'nick' | 'history' }>

/** Remembers only how far back /history has come. */
export class Answers {
  readonly #pager = new HistoryPager()

  /** `pageCount`: messages on a page of /history unless the person named a number. */
  async to(request: Question, room: Room, pageCount: number, style: LineStyle): Promise<Answer> {
    if (request.type === 'history') return this.#pager.page(room, request.count ?? pageCount, style)
    this.#pager.reset()
    return toAnswer(this.#answer(request, room))
  }

  #answer(request: Exclude<Question, { type: 'history' }>, room: Room): string {
    switch (request.type) {
      case 'names':
        return namesAnswer(room)
      case 'ring':
        return ringAnswer(room)
      case 'leader':
        return leaderAnswer(room)
      case 'nick':
        room.rename(request.name)
        return `you are ${showWho(room.self)} now`
    }
  }
}
