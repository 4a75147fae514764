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

  /** Node ids of those who spoke last under this name, in any case. */
  idsOf(name: string): string[] {
    return [...this.#names].flatMap(([id, spoke]) => (isSameName(spoke, name) ? [id] : []))
  }

  /** The names of the others, each once: who spoke last first, then members who have not spoken. */
  namesOf(members: readonly Named[], ownId: string): string[] {
    const present = new Map(members.map(({ id, name }) => [id, name]))
    const spoke = [...this.#names].reverse()
    const all = [...spoke.map(([id, name]) => ({ id, name: present.get(id) ?? name })), ...members]
    return [...new Set(all.filter(({ id }) => id !== ownId).map(({ name }) => name))]
  }
}

/** Whether two names are read as one. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
