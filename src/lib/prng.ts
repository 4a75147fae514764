/**
 * A small seeded random number generator whose state is plain data.
 */

/** The generator's whole state: four 32-bit words. Plain data, so a node's state can be copied. */
export type Prng = { a: number; b: number; c: number; d: number }

/** A generator for a seed (any 32-bit integer). Equal seeds give equal sequences on every machine. */
export function createPrng(seed: number): Prng {
  const prng: Prng = { a: 0x9e3779b9, b: 0x243f6a88, c: 0xb7e15162, d: seed >>> 0 }
  // The first draws after seeding still show the seed's pattern.
  for (let i = 0; i < 12; i++) nextUint32(prng)
  return prng
}

/** The next 32 random bits. Algorithm: sfc32 (Chris Doty-Humphrey, PractRand). */
export function nextUint32(prng: Prng): number {
  const t = (((prng.a + prng.b) | 0) + prng.d) | 0
  prng.d = (prng.d + 1) | 0
  prng.a = prng.b ^ (prng.b >>> 9)
  prng.b = (prng.c + (prng.c << 3)) | 0
  prng.c = (prng.c << 21) | (prng.c >>> 11)
  prng.c = (prng.c + t) | 0
  return t >>> 0
}

/** A whole number from 0 up to and without `bound`; `bound` is at least 1. */
export function nextBelow(prng: Prng, bound: number): number {
  return Math.floor((nextUint32(prng) / 4294967296) * bound)
}

/** True with probability `p` (0 to 1). */
export function chance(prng: Prng, p: number): boolean {
  return nextUint32(prng) < p * 4294967296
}
