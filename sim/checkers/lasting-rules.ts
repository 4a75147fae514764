/**
 * S19 and S20: what a node that lies may make honest ones keep, and whom it may make them dial.
 */

import { isMadeUp } from '../adversary/forgery.ts'
import { memberOf } from '../../src/core/model/facts.ts'
import type { BookEntry } from '../../src/core/model/frames.ts'
import type { SimNode } from '../world/world.ts'
import type { Report } from './verdict.ts'

/** Lines of an address book that may be of liars' making: of those that others told of, and of those that a leader listed. */
const toldMax = 64
const listedMax = 256

/** And lines of a view that a liar sent as a neighbour: 8, and 2 for each member (2.17); a run has some 24. */
const neighbourMax = 56

/** A boot counter grows by one with each start. A liar may not make it grow. */
const bootsMax = 2 ** 20

/** Above what a true wall clock allows in 2026, far below the end. */
const termMax = 2 ** 38

/** As many microseconds as a century has: the order of what clocks that only count can reach. */
const clockMax = 2 ** 52 - 2 ** 48

/** Lines of nodes that never were. */
export function madeUpLines(book: readonly BookEntry[]): number {
  return book.filter(({ addr, hearsay }) => isMadeUp(addr) || (hearsay !== undefined && isMadeUp(hearsay)))
    .length
}

/** S19, when the liars have left. */
export function checkLasting(node: SimNode, wasLedByLiar: boolean, report: Report): void {
  const { index, disk, state } = node
  // Those in the view of a node without a leader are its members until it has one. One that is down trims when it starts.
  const absent = state ? disk.book.filter(({ uid }) => !memberOf(state, uid)) : []
  const lines = madeUpLines(absent)
  if (lines > (wasLedByLiar ? listedMax : toldMax + neighbourMax))
    report('S19', index, `${lines} lines of the book are of nodes that never were`)
  if (disk.boots > bootsMax) report('S19', index, `the boot counter is ${disk.boots}`)
  if (!state) return
  const { clock, election } = state
  if (election.term > termMax) report('S19', index, `the term is ${election.term}`)
  if (clock > clockMax) report('S19', index, `the clock is ${clock}`)
}

/** What a node says that ends for what another node said of it. */
const refusals: ReadonlySet<string> = new Set(['identity', 'room', 'family', 'full'])

/** S19: a process ended, in a room in which no home was copied or put back. */
export function checkStopped({ index }: SimNode, why: string, report: Report): void {
  if (refusals.has(why)) report('S19', index, `it was made to stop: ${why}`)
}

/** Dials to such nodes: so many at once, so many more each second since the first liar came, and for each start of the node. */
const dialsAtOnce = 60
const dialsPerSecond = 8
const dialsPerStart = 20

/** S20: how often each node has dialled such an address. */
export class StrangeDials {
  readonly #dials = new Map<number, number>()
  #sinceMs: number | undefined

  liarCame(nowMs: number): void {
    this.#sinceMs ??= nowMs
  }

  dialled({ index, disk }: SimNode, addr: string, nowMs: number, report: Report): void {
    if (!isMadeUp(addr)) return
    const dials = (this.#dials.get(index) ?? 0) + 1
    this.#dials.set(index, dials)
    const seconds = (nowMs - (this.#sinceMs ?? nowMs)) / 1000
    const most = dialsAtOnce + dialsPerSecond * seconds + dialsPerStart * disk.boots
    if (dials > most)
      report('S20', index, `${dials} dials in ${seconds.toFixed(1)} s to nodes that never were`)
  }

  get worst(): number {
    return Math.max(0, ...this.#dials.values())
  }
}
