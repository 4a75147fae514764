/**
 * Tells programs and people what happens: each line goes to the log, and with its wording to people, as far as they are shown
 * it. What peers can cause, as often as they like, is limited (refusals.ts, comings.ts).
 */

import type { LogLine } from '../core/model/log-line.ts'
import type { Address, Uid } from '../core/model/ids.ts'
import { Comings } from './comings.ts'
import type { Emitter } from './emitter.ts'
import type { Clock } from './ports.ts'
import { Refusals, type RefusedLine } from './refusals.ts'
import type { RoomEvents } from './room.ts'
import type { SessionParts } from './session-parts.ts'

export type TellingParts = Pick<SessionParts, 'core' | 'noticeOf' | 'onLog'> & {
  clock: Pick<Clock, 'after'>
  events: Emitter<RoomEvents>
  /** Where a node that has a link with us is seen to be. */
  seenAt: (uid: Uid) => Address | undefined
}

export class Telling {
  readonly #parts: TellingParts
  readonly #refusals: Refusals
  readonly #comings: Comings

  constructor(parts: TellingParts) {
    this.#parts = parts
    const { clock, events } = parts
    const tell = (text: string): void => events.emit('notice', { text })
    this.#refusals = new Refusals({ clock, log: (line) => this.log(line), tell })
    this.#comings = new Comings({ clock, tell })
  }

  /** A line of the core's. Peers can cause some of them. */
  hear(line: LogLine): void {
    if (line.type === 'refused') this.refused(this.#withAddress(line))
    else if (line.type === 'error') this.#refusals.error(line)
    else this.log(line)
  }

  refused(line: RefusedLine): void {
    this.#refusals.refused(line)
  }

  log(line: LogLine): void {
    const { core, onLog, events } = this.#parts
    if (line.type === 'titled' && !line.over) events.emit('title', line.title)
    const entry = { ts: core.glance().clock, line }
    onLog?.(entry)
    events.emit('log', entry)
    this.notice(line, () => this.#comings.isShown(line, core.glance().cutShort))
  }

  /** To people alone. */
  notice(line: LogLine, isShown = () => true): void {
    const text = this.#parts.noticeOf(line)
    if (text !== undefined && isShown()) this.#parts.events.emit('notice', { text, line })
  }

  end(): void {
    this.#refusals.end()
    this.#comings.end()
  }

  /** The core knows of an address only what its node says. */
  #withAddress(line: RefusedLine): RefusedLine {
    const addr = line.uid && this.#parts.seenAt(line.uid)
    return addr === undefined ? line : { ...line, addr }
  }
}
