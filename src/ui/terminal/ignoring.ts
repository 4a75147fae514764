/**
 * /ignore and /unignore: whose messages are not shown at this prompt. By key: another name does not help.
 */

import { escapeName } from '../../chat/escape.ts'
import { shortFingerprintOf } from '../../chat/fingerprint.ts'
import { plural } from '../../chat/notices.ts'
import { meantBy } from '../../chat/who-is-meant.ts'
import type { Room } from '../../peer/room.ts'
import type { People, Person } from './people.ts'
import type { ScreenSettings } from './screen-settings.ts'

export class Ignoring {
  readonly #settings: ScreenSettings
  readonly #people: People
  /** Node id to messages that were not shown since the start. */
  readonly #hidden = new Map<string, number>()

  constructor(settings: ScreenSettings, people: People) {
    this.#settings = settings
    this.#people = people
  }

  has(id: string): boolean {
    return this.#settings.display.ignored.some((one) => one.id === id)
  }

  /** A message of `author` has come. Returns whether it is not to be shown, and counts those. */
  hides(author: string): boolean {
    if (!this.has(author)) return false
    this.#hidden.set(author, (this.#hidden.get(author) ?? 0) + 1)
    return true
  }

  /** word: a name, the beginning of a fingerprint; '' to list. Returns what people are told. */
  ignore(room: Room, word: string): string {
    if (word === '') return this.#list()
    const found = this.#people.find(room, word)
    const others = found.filter(({ id }) => id !== room.self.id)
    const [who] = others
    if (!who) return found.length > 0 ? 'you cannot ignore yourself' : this.#nobody(word)
    if (others.length > 1) return this.#several(word, others)
    const shown = this.#people.showAny(who)
    if (this.has(who.id)) return `${shown} is ignored already`
    const { ignored } = this.#settings.display
    this.#settings.setIgnored([...ignored, { id: who.id, name: who.name }])
    return `${shown} is ignored: what this key says is not shown here; /unignore ${who.id.slice(0, 8)} ends that`
  }

  /** word: as above. */
  unignore(word: string): string {
    const { ignored } = this.#settings.display
    const found = meantBy(word, ignored)
    const [who] = found
    if (!who) return `you ignore nobody called ${escapeName(word)}; /ignore lists whom you ignore`
    if (found.length > 1) return this.#several(word, found)
    this.#settings.setIgnored(ignored.filter(({ id }) => id !== who.id))
    this.#hidden.delete(who.id)
    return `${this.#people.showAny(who)} is not ignored any more`
  }

  #list(): string {
    const lines = this.#settings.display.ignored.map((who) => {
      const count = this.#hidden.get(who.id) ?? 0
      return `${this.#withKey(who)}: ${plural(count, 'message')} not shown since the start`
    })
    return lines.length > 0 ? ['ignored:', ...lines].join('\n') : 'you ignore nobody'
  }

  #nobody(word: string): string {
    return `nobody here is or was called ${escapeName(word)}; /names lists all`
  }

  #several(word: string, people: readonly Person[]): string {
    const lines = people.map((who) => this.#withKey(who))
    return [
      `${escapeName(word)} can be several; give the beginning of the fingerprint instead:`,
      ...lines,
    ].join('\n')
  }

  #withKey(who: Person): string {
    return `${this.#people.showAny(who)} ${shortFingerprintOf(who.id)}`
  }
}
