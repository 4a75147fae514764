/**
 * Remembers who spoke last, for completion.
 */

import { authorOf } from './message-line.ts'

type Named = { readonly id: string; readonly name: string }

/** Authors that are remembered. */
const speakersMax = 1000

export class Speakers {
  /** Node id to the name it spoke under; the latest last. */
  readonly #names = new Map<string, string>()

  heard(message: Named): void {
    const author = authorOf(message.id)
    this.#names.delete(author)
    this.#names.set(author, message.name)
    if (this.#names.size > speakersMax)
      for (const first of [...this.#names.keys()].slice(0, 1)) this.#names.delete(first)
  }

  /** Those who spoke, under the name of their last message; the latest last. */
  get all(): Named[] {
    return [...this.#names].map(([id, name]) => ({ id, name }))
  }

  /** The others, under their names now: who spoke last first, then members who have not spoken. */
  othersOf(members: readonly Named[], ownId: string): Named[] {
    const present = new Map(members.map((member) => [member.id, member]))
    const all = [...this.all.reverse().map((who) => present.get(who.id) ?? who), ...members]
    return [...new Map(all.map((who) => [who.id, who])).values()].filter(({ id }) => id !== ownId)
  }
}
