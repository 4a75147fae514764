/**
 * The people of the room as the terminal knows them: who has another name now, or another key than the one of that name
 * before, whom Tab offers, and whose key is whose.
 */

import { commandWords, wordsBehind } from '../../chat/commands.ts'
import { Completer } from '../../chat/completion.ts'
import { escapeName } from '../../chat/escape.ts'
import { fingerprintOf, shortFingerprintOf } from '../../chat/fingerprint.ts'
import { authorOf, showWho } from '../../chat/message-line.ts'
import { KnownNames } from '../../chat/known-names.ts'
import { Speakers } from '../../chat/speakers.ts'
import { meantBy } from '../../chat/who-is-meant.ts'
import { pathsLike } from './path-completion.ts'
import type { Completed } from '../../chat/completion.ts'
import type { PieceOf } from '../../chat/message-line.ts'
import type { Message, Room, RoomMember } from '../../peer/room.ts'

/** `address`: where it is; absent for who is not in the room. */
export type Person = { readonly id: string; readonly name: string; readonly address?: string | undefined }

/** So many people are remembered for commands; beyond them who was met first is forgotten. */
const allMax = 10_000

/** What is typed to a command, not to the others. */
const toCommand = /^\/(?!\/|me\s)\S*\s/

export class People {
  readonly #completer = new Completer()
  /** What Tab offered behind /send. */
  #lastPath: { choices: readonly string[]; at: number } | undefined
  readonly #speakers = new Speakers()
  readonly #names = new KnownNames()
  /** All that are or were here, and those that the home knew, with the last name of each. */
  readonly #all = new Map<string, Person>()
  /** Those of them that are or were members, and no visits. */
  readonly #met = new Set<string>()
  /** Node id to the name that was shown last. */
  #shown = new Map<string, string>()

  /** See `KnownNames`. */
  readonly pieceOf: PieceOf = (who) => this.#names.pieceOf(who)

  /** See `KnownNames`. */
  readonly othersLike = (who: Person): Person[] => this.#names.othersLike(who)

  /** `Ann(192.168.1.5:4000)`, with a piece where names look alike. */
  show(who: { id: string; name: string; address: string }): string {
    return showWho(who, this.pieceOf(who))
  }

  /** Without an address where it is not in the room. */
  showAny(who: Person): string {
    const { id, name, address } = who
    return address === undefined ? escapeName(name) + this.pieceOf(who) : this.show({ id, name, address })
  }

  /** These were members of the room before this process began. */
  knew(people: readonly Person[]): void {
    for (const who of people) {
      this.#names.meet(who)
      this.#note(who)
      this.#met.add(who.id)
    }
  }

  heard(message: Message): void {
    this.#speakers.heard(message)
    this.#names.meet({ id: message.author, name: message.name }, !this.#met.has(message.author))
    this.#note({ id: authorOf(message.id), name: message.name })
  }

  #note({ id, name }: Person): void {
    this.#all.delete(id)
    this.#all.set(id, { id, name })
    const [oldest] = this.#all.keys()
    if (this.#all.size > allMax && oldest !== undefined) this.#all.delete(oldest)
  }

  /**
   * The members are those of `room` now. Returns a notice for each of the others that has another name than before, but for
   * those that are ignored, and for each that has a name under which another key is known.
   */
  changed(room: Room, isIgnored: (id: string) => boolean): string[] {
    const { members, self } = room
    const before = this.#shown
    this.#shown = new Map(members.map(({ id, name }) => [id, name]))
    this.#names.meet(self)
    for (const member of members) {
      this.#note(member)
      if (!member.visit) this.#met.add(member.id)
    }
    return members.flatMap((member) => {
      if (member.id === self.id) return []
      const { id, name } = member
      const keys = this.#otherKey(member, members)
      const old = before.get(id)
      const isRenamed = old !== undefined && old !== name && !isIgnored(id)
      return [
        ...(isRenamed ? [`${this.showAny({ id, name: old })} is now ${this.showAny({ id, name })}`] : []),
        ...keys,
      ]
    })
  }

  /** A notice, if `member` is new under its name, and another key is known under one that looks like it. */
  #otherKey(member: RoomMember, members: readonly RoomMember[]): string[] {
    if (!this.#names.meet(member, member.visit === true) || member.visit) return []
    const other = this.#names.othersLike(member).at(-1)
    if (!other || !this.#names.mayTell(member.name)) return []
    const keys = [member, other].map(({ id }) => shortFingerprintOf(id))
    const present = members.find(({ id }) => id === other.id)
    return present
      ? [
          `${this.show(member)} and ${this.show(present)} have names that look alike, and different keys: ${keys.join(' and ')}`,
        ]
      : [
          `${this.show(member)} has another key than the ${escapeName(other.name)} of before: ${keys.join(', not ')}; ` +
            'ask by another way whether it is the same person',
        ]
  }

  /** Members, and then those that are gone, that `word` can mean: a name, or the beginning of a fingerprint. */
  find({ members }: Room, word: string): Person[] {
    const present = new Set(members.map(({ id }) => id))
    return meantBy(word, [...members, ...[...this.#all.values()].filter(({ id }) => !present.has(id))])
  }

  /** The same without those that only said something: what a visit has said stays, and the visit never comes back. */
  reachable(room: Room, word: string): Person[] {
    const present = new Set(room.members.map(({ id }) => id))
    return this.find(room, word).filter(({ id }) => present.has(id) || this.#met.has(id))
  }

  /** The fingerprints of all whom `name` can mean. '' : one's own. */
  whois(room: Room, name: string): string {
    const found: Person[] = name === '' ? [room.self] : this.find(room, name)
    const lines = found.map((who) => {
      const absent = who.address === undefined ? ', who is not in the room' : ''
      return `the key of ${this.showAny(who)}${absent}:\n${fingerprintOf(who.id)}`
    })
    return lines.join('\n') || `nobody in the room is called ${escapeName(name)}; /names lists all`
  }

  /** room: undefined before one is open. words: what fits, where names do not. Who is ignored is offered to commands alone. */
  complete(
    room: Room | undefined,
    {
      typed,
      cursor,
      step,
      words,
    }: { typed: string; cursor: number; step: 1 | -1; words?: string[] | undefined },
    isIgnored: (id: string) => boolean,
  ): Completed | undefined {
    const [, path] = /^\/send\s+([^]*)$/.exec(typed) ?? []
    if (path !== undefined) return this.#completePath(typed, cursor, path, step)
    // A visit that is gone hears nothing.
    const isThere = ({ id }: Person): boolean => this.#met.has(id) || this.#shown.has(id)
    const others = room ? this.#speakers.othersOf(room.members, room.self.id).filter(isThere) : []
    const all = toCommand.test(typed)
      ? others.map((who) => who.name + this.pieceOf(who))
      : others.filter(({ id }) => !isIgnored(id)).map(({ name }) => name)
    const names = words ?? wordsBehind(typed.slice(0, cursor)) ?? [...new Set(all)]
    return this.#completer.next(typed, cursor, { commands: commandWords, names }, step)
  }

  #completePath(typed: string, cursor: number, path: string, step: 1 | -1): Completed | undefined {
    if (cursor !== typed.length) return undefined
    const begin = typed.length - path.length
    const last = this.#lastPath
    const isAgain = last !== undefined && last.choices[last.at] === path
    const choices = isAgain ? last.choices : pathsLike(path)
    if (choices.length === 0) return undefined
    const count = choices.length
    const at = isAgain ? (last.at + step + count) % count : step > 0 ? 0 : count - 1
    const chosen = choices[at] ?? ''
    // Alone, a folder is gone into.
    this.#lastPath = count === 1 ? undefined : { choices, at }
    const text = typed.slice(0, begin) + chosen
    return { typed: text, cursor: text.length }
  }
}
