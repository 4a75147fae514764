/**
 * The people of the room as the terminal knows them: who has another name now, whom Tab offers, and whose key is whose.
 */

import { commandWords } from '../../chat/commands.ts'
import { Completer } from '../../chat/completion.ts'
import { escapeName } from '../../chat/escape.ts'
import { fingerprintOf } from '../../chat/fingerprint.ts'
import { showWho } from '../../chat/message-line.ts'
import { isSameName, Speakers } from '../../chat/speakers.ts'
import type { Completed } from '../../chat/completion.ts'
import type { Message, Room } from '../../peer/room.ts'

/** `address`: where it is; absent for who is not in the room. */
export type Person = { readonly id: string; readonly name: string; readonly address?: string | undefined }

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

  /** Members, and then who spoke and is gone, that `word` can mean: a name, or the beginning of a fingerprint. */
  find({ members }: Room, word: string): Person[] {
    const digits = word.replace(/\s/g, '').toLowerCase()
    const isPiece = /^[0-9a-f]{4,32}$/.test(digits)
    const present = new Set(members.map(({ id }) => id))
    const gone = this.#speakers.all.filter(({ id }) => !present.has(id))
    return [...members, ...gone].filter(
      ({ id, name }) => isSameName(name, word) || (isPiece && id.startsWith(digits)),
    )
  }

  /** The fingerprints of all who have that name, or spoke under it and are gone. '' : one's own. */
  whois({ members, self }: Room, name: string): string {
    const wanted = name === '' ? [self] : members.filter((member) => isSameName(member.name, name))
    const lines = wanted.map((who) => `the key of ${showWho(who)}:\n${fingerprintOf(who.id)}`)
    const present = new Set(members.map(({ id }) => id))
    for (const id of name === '' ? [] : this.#speakers.idsOf(name))
      if (!present.has(id))
        lines.push(`the key of ${escapeName(name)}, who is not in the room:\n${fingerprintOf(id)}`)
    return lines.join('\n') || `nobody in the room is called ${escapeName(name)}; /names lists all`
  }

  /** room: undefined before one is open. */
  complete(room: Room | undefined, typed: string, cursor: number, step: 1 | -1): Completed | undefined {
    const names = room ? this.#speakers.namesOf(room.members, room.self.id) : []
    return this.#completer.next(typed, cursor, { commands: commandWords, names }, step)
  }
}
