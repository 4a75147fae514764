/**
 * Remembers which keys (node ids) are here, or were, under which names, and tells those apart whose names look alike.
 */

import { skeletons } from './look-alike.ts'

type Person = { readonly id: string; readonly name: string }

/** isPassing: a visit that came when the name was already another's: only it has a piece. */
type Known = { readonly name: string; readonly isPassing: boolean }

/** Those whose names look alike. */
type Circle = {
  /** By node id; who was met last stands last. */
  readonly people: Map<string, Known>
  /** How many people were told of as new. */
  told: number
}

/** Looks of names that are remembered; beyond them who was not met for the longest time is forgotten. */
const circlesMax = 1000
const peopleMax = 16
/** Keys that come under one name and are told of. More are only marked: nobody can fill a screen with them. */
const toldMax = 4

/** Open and close punctuation of any script: with it a name could imitate a piece. */
const bracket = /[\p{Ps}\p{Pe}]/u

export class KnownNames {
  readonly #circles = new Map<string, Circle>()
  /** Name to skeletons, for names used lately. */
  readonly #skeletons = new Map<string, readonly string[]>()

  /**
   * Somebody is here, or was, under this name. `isVisit`: a visit, whose key is a new one each time, or who only said something.
   * Returns whether this is news.
   */
  meet(who: Person, isVisit = false): boolean {
    const { id, name } = who
    let isNew = true
    const isSecond = isVisit && this.#countedBeside(who).length > 0
    for (const look of this.#looksOf(name)) {
      const circle = this.#circles.get(look) ?? { people: new Map<string, Known>(), told: 0 }
      this.#circles.delete(look)
      this.#circles.set(look, circle)
      dropFirst(this.#circles, circlesMax)
      const known = circle.people.get(id)
      if (circle.people.delete(id)) isNew = false
      circle.people.set(id, { name, isPassing: isSecond && known?.isPassing !== false })
      dropFirst(circle.people, peopleMax)
    }
    return isNew
  }

  /** The others whose names look like this one; visits that came second stand first, and who was met last stands last. */
  othersLike(who: Person): Person[] {
    const all = this.#beside(who).sort((a, b) => Number(b.isPassing) - Number(a.isPassing))
    return all.map(({ id, name }) => ({ id, name }))
  }

  #beside({ id, name }: Person): (Person & Known)[] {
    const found = this.#circlesOf(name).flatMap(({ people }) => [...people])
    return [...new Map(found)]
      .filter(([other]) => other !== id)
      .map(([other, known]) => ({ id: other, ...known }))
  }

  /** Those whose lines are without a piece as long as they are alone. */
  #countedBeside(who: Person): Person[] {
    return this.#beside(who).filter(({ isPassing }) => !isPassing)
  }

  /** Whether people are told that a new key came under a name that others have, too. Counts them. */
  mayTell(name: string): boolean {
    const circles = this.#circlesOf(name)
    if (circles.some(({ told }) => told >= toldMax)) return false
    for (const circle of circles) circle.told += 1
    return true
  }

  /**
   * What stands behind this name where another looks like it: the beginning of the node id, as long as it takes to tell
   * them apart, `[3f2a]`. No name can contain such brackets; one with others that look like them is never without a piece.
   */
  pieceOf(who: Person): string {
    if (this.#countedBeside(who).length === 0 && !bracket.test(who.name)) return ''
    let digits = 4
    const others = this.#beside(who)
    while (others.some(({ id }) => id.startsWith(who.id.slice(0, digits)))) digits += 4
    return `[${who.id.slice(0, digits)}]`
  }

  #circlesOf(name: string): Circle[] {
    return this.#looksOf(name).flatMap((look) => this.#circles.get(look) ?? [])
  }

  #looksOf(name: string): readonly string[] {
    const known = this.#skeletons.get(name)
    if (known) return known
    const made = skeletons(name)
    this.#skeletons.set(name, made)
    dropFirst(this.#skeletons, circlesMax)
    return made
  }
}

/** Drops what was put in first where there is more than `max`. */
function dropFirst(from: Map<string, unknown>, max: number): void {
  if (from.size <= max) return
  for (const key of from.keys()) {
    from.delete(key)
    return
  }
}
