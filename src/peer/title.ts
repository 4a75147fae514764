/**
 * The title of the room (PROTOCOL.md section 2.21), for programs and for people who come in.
 */

import type { Event } from '../core/model/events.ts'
import type { LogLine } from '../core/model/log-line.ts'
import { titleProblem } from '../wire/name-rule.ts'
import { usageError } from './errors.ts'
import type { Clock } from './ports.ts'
import type { SessionParts } from './session-parts.ts'

export type TitleParts = Pick<SessionParts, 'core'> & {
  clock: Pick<Clock, 'wall'>
  feed: (event: Extract<Event, { type: 'titleGiven' }>) => void
}

/** The title without spaces around it. Throws RingleaderError ERR_USAGE. */
export function checkTitle(given: unknown): string {
  if (typeof given !== 'string') throw usageError('a title is a string')
  const title = given.trim()
  const problem = titleProblem(title)
  if (problem !== undefined) throw usageError(`a title ${problem}`)
  return title
}

export class Title {
  readonly #parts: TitleParts

  constructor(parts: TitleParts) {
    this.#parts = parts
  }

  get title(): string | undefined {
    return this.#parts.core.glance().titled?.title
  }

  /** Throws RingleaderError ERR_USAGE. */
  give(given: string): void {
    this.#parts.feed({ type: 'titleGiven', title: checkTitle(given), wall: this.#parts.clock.wall() })
  }

  /** What a newcomer is told; undefined: the room has no title. */
  get line(): Extract<LogLine, { type: 'titled' }> | undefined {
    const { titled } = this.#parts.core.glance()
    return titled && { type: 'titled', ...titled }
  }
}
