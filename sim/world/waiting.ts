/**
 * What waits for a stopped process, and in which order it arrives when the process continues.
 */

import { nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'

/** Where something waits: what has one source keeps its order. A socket is its own source. */
type Source = 'timers' | 'others' | object

export type Waiting = { readonly source: Source; readonly run: () => void }

/** In any order that keeps the order within each source. */
export function interleaved(prng: Prng, waiting: readonly Waiting[]): Waiting[] {
  const slots = waiting.map(({ source }) => source)
  for (let i = slots.length - 1; i > 0; i--) {
    const j = nextBelow(prng, i + 1)
    const other = slots[j] as Source
    slots[j] = slots[i] as Source
    slots[i] = other
  }
  const bySource = new Map<Source, Iterator<Waiting>>()
  for (const source of new Set(slots))
    bySource.set(source, waiting.filter((one) => one.source === source).values())
  return slots.map((source) => bySource.get(source)?.next().value as Waiting)
}

/**
 * An event loop that continues runs the timers that are due before or after it reads its sockets. It reads socket by
 * socket, in any order. If much waits it does some of each in turn.
 */
export function wakingOrder(prng: Prng, waiting: readonly Waiting[]): Waiting[] {
  const share = nextBelow(prng, 10)
  if (share < 2) return interleaved(prng, waiting)
  const timers = waiting.filter(({ source }) => source === 'timers')
  const rest = interleaved(
    prng,
    waiting.filter(({ source }) => source !== 'timers'),
  )
  return share < 6 ? [...timers, ...rest] : [...rest, ...timers]
}
