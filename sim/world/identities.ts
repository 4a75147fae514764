/**
 * The uids of simulated machines: rising with their numbers, falling, or random. Elections and ranks compare
 * uids, so the first node must not always have the smallest.
 */

import { createPrng, nextUint32 } from '../../src/lib/prng.ts'

/** How uids go with node numbers, 1, 2, 3 ... */
export type UidOrder = 'rising' | 'falling' | 'random'

/** The uid of a node by its number. Its first four letters tell it from nearly all others. */
export type UidOf = (index: number) => string

const highest = 0xffff

function hex(value: number): string {
  return value.toString(16).padStart(4, '0')
}

export const rising: UidOf = (index) => hex(index).padEnd(32, '0')

/** Equal seeds give equal uids, regardless of all other random choices. */
export function uidsOf(order: UidOrder, seed: number): UidOf {
  if (order === 'rising') return rising
  if (order === 'falling') return (index) => hex(highest - index).padEnd(32, '0')
  return (index) => {
    const drawn = nextUint32(createPrng(seed ^ Math.imul(index, 0x9e3779b1)))
    return `${hex(drawn >>> 16)}${hex(index)}`.padEnd(32, '0')
  }
}

/** Those listed grow in the order of the list; all others come behind them, in the order of their numbers. */
export function uidsListed(indices: readonly number[]): UidOf {
  return (index) => rising(indices.includes(index) ? indices.indexOf(index) + 1 : highest / 3 + index)
}
