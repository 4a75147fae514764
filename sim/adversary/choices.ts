/**
 * Where a lie gets its values: from the words of a script, else by chance.
 */

import { nextBelow, nextUint32 } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'

export class Choices {
  readonly prng: Prng
  readonly #given: ReadonlyMap<string, string>
  readonly #asked = new Set<string>()

  readonly #isPlain: boolean

  /**
   * `given`: values by name, as a script writes them. What is not given is drawn; or, where `isPlain`, is the first of
   * what it may be.
   */
  constructor(prng: Prng, given: ReadonlyMap<string, string> = new Map(), isPlain = false) {
    this.prng = prng
    this.#given = given
    this.#isPlain = isPlain
  }

  /** One of these. */
  one<T>(from: readonly T[]): T {
    return from[nextBelow(this.prng, from.length)] as T
  }

  word(name: string, from: readonly string[]): string {
    return this.#take(name) ?? this.#draw(from)
  }

  /** A script may write any number, a sum or a power: `300`, `2^48-1`, `2^40+7`. */
  count(name: string, from: readonly number[]): number {
    const given = this.#take(name)
    return given === undefined ? this.#draw(from) : numberIn(given)
  }

  flag(name: string, p: number): boolean {
    const given = this.#take(name)
    if (given !== undefined) return given !== 'no'
    return this.#isPlain ? p > 0.5 : nextUint32(this.prng) < p * 2 ** 32
  }

  /** Whether a script gives this value. */
  has(name: string): boolean {
    return this.#given.has(name)
  }

  /** Lower-case hex digits. */
  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += nextUint32(this.prng).toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }

  /** Names that a script gave and nobody asked for. */
  unused(): string[] {
    return [...this.#given.keys()].filter((name) => !this.#asked.has(name))
  }

  #draw<T>(from: readonly T[]): T {
    return this.#isPlain ? (from[0] as T) : this.one(from)
  }

  #take(name: string): string | undefined {
    this.#asked.add(name)
    return this.#given.get(name)
  }
}

const form = /^(\d+)(?:\^(\d+))?(?:([+-])(\d+))?$/

/** NaN where it is no number of the form above. */
export function numberIn(text: string): number {
  const [, base, power, sign, more] = form.exec(text) ?? []
  if (base === undefined) return Number.NaN
  const first = power === undefined ? Number(base) : Number(base) ** Number(power)
  return first + (sign === '-' ? -1 : 1) * Number(more ?? 0)
}
