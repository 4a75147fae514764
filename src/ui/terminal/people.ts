/**
 * The people of the room as the terminal knows them: who has another name now, and whom Tab offers.
 */

import { commandWords } from '../../chat/commands.ts'
import { Completer } from '../../chat/completion.ts'
import { escapeName } from '../../chat/escape.ts'
import { Speakers } from '../../chat/speakers.ts'
import type { Completed } from '../../chat/completion.ts'
import type { Message, Room } from '../../peer/room.ts'

export class People {
  readonly #completer = new Completer()
  readonly #speakers = new Speakers()
  /** Node id to the name that was shown last. */
  #names = new Map<string, string>()

  heard(message: Message): void {
    this.#speakers.heard(message)
  }

  /** Returns a notice for each of the others that has another name than before. */
  renamed({ members, self }: Room): string[] {
    const before = this.#names
    this.#names = new Map(members.map(({ id, name }) => [id, name]))
    const notices: string[] = []
    for (const [id, name] of this.#names) {
      const old = before.get(id)
      if (old !== undefined && old !== name && id !== self.id)
        notices.push(`${escapeName(old)} is now ${escapeName(name)}`)
    }
    return notices
  }

  /** room: undefined before one is open. */
  complete(room: Room | undefined, typed: string, cursor: number, step: 1 | -1): Completed | undefined {
    const names = room ? this.#speakers.namesOf(room.members, room.self.id) : []
    return this.#completer.next(typed, cursor, { commands: commandWords, names }, step)
  }
}
