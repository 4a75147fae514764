/**
 * Announces a room in the local network while this node is in it, and again when what is announced changes.
 */

import type { LogLine } from '../core/model/log-line.ts'
import type { Address, RoomId, Uid } from '../core/model/ids.ts'
import type { Room } from '../peer/room.ts'
import type { Announcer, Told } from '../transport/announcer.ts'
import type { Checked } from './options.ts'

/** What is announced changes at most so often: anybody in the room can change its title. Unit: ms. */
const pauseMs = 1000

/**
 * The room comes first: what is needed for this is loaded behind it, and not by a program that only says something and goes.
 * Unit: ms.
 */
const beginAfterMs = 200

export class Announcing {
  readonly #room: Room
  readonly #log: (line: LogLine) => void
  #announcer: Announcer | undefined
  /** What it tells. */
  #told = ''
  #timer: NodeJS.Timeout | undefined
  #changing: Promise<void> | undefined
  #isOver = false
  #hasFailed = false

  /** `log`: hears what becomes of it. */
  constructor(room: Room, log: (line: LogLine) => void) {
    this.#room = room
    this.#log = log
  }

  /** Called once this node is in the room. Never throws: a room that cannot be announced is a room. */
  start(wish: Checked['announce']): void {
    if (wish === false || this.#isOver || (wish === 'open' && this.#room.locked)) return
    for (const event of ['members', 'title', 'log'] as const) this.#room.on(event, () => this.#look())
    this.#timer = setTimeout(() => this.#change(), beginAfterMs).unref()
  }

  /** Says goodbye to those who listen. */
  async stop(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#timer)
    await this.#changing
    await this.#announcer?.stop()
  }

  #look(): void {
    if (this.#timer || this.#changing || this.#isOver || this.#key() === this.#told) return
    this.#timer = setTimeout(() => this.#change(), pauseMs).unref()
  }

  #change(): void {
    this.#timer = undefined
    this.#changing = this.#tell().finally(() => {
      this.#changing = undefined
      this.#look()
    })
  }

  async #tell(): Promise<void> {
    const told = this.#now()
    this.#told = this.#key()
    try {
      await this.#announcer?.stop()
      this.#announcer = undefined
      const { Announcer } = await import('../transport/announcer.ts')
      const { listening } = this.#room
      if (!this.#isOver) this.#announcer = await Announcer.open(told, listening)
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error)
      // Once: where it fails, it fails at each change.
      if (!this.#hasFailed) this.#log({ type: 'unannounced', why })
      this.#hasFailed = true
    }
  }

  #now(): Told {
    const { id, title, self } = this.#room
    return {
      room: id as RoomId,
      uid: self.id as Uid,
      name: self.name,
      addr: self.address as Address,
      title,
    }
  }

  #key(): string {
    return JSON.stringify([this.#now(), this.#room.listening])
  }
}
