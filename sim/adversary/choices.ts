/**
 * Where a lie gets its values: from the words of a script, else by chance.
 */

import { nextBelow, nextUint32 } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'

export class Choices {
  readonly prng: Prng
  readonly #given: ReadonlyMap<string, string>
  readonly #asked = new Set<string>()

  /** `given`: values by name, as a script writes them; what is not given is drawn. */
  constructor(prng: Prng, given: ReadonlyMap<string, string> = new Map()) {
    this.prng = prng
    this.#given = given
  }

  /** One of these. */
  one<T>(from: readonly T[]): T {
    return from[nextBelow(this.prng, from.length)] as T
  }

  word(name: string, from: readonly string[]): string {
    return this.#take(name) ?? this.one(from)
  }

  /** A script may write any number, a sum or a power: `300`, `2^48-1`, `2^40+7`. */
  count(name: string, from: readonly number[]): number {
    const given = this.#take(name)
    return given === undefined ? this.one(from) : numberIn(given)
  }

  flag(name: string, p: number): boolean {
    const given = this.#take(name)
    return given === undefined ? nextUint32(this.prng) < p * 2 ** 32 : given !== 'no'
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
