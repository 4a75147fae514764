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

  /** The others, under their names now: who spoke last first, then members who have not spoken. */
  othersOf(members: readonly Named[], ownId: string): Named[] {
    const present = new Map(members.map((member) => [member.id, member]))
    const spoke = [...this.#names].reverse()
    const all = [...spoke.map(([id, name]) => present.get(id) ?? { id, name }), ...members]
    return [...new Map(all.map((who) => [who.id, who])).values()].filter(({ id }) => id !== ownId)
  }
}
