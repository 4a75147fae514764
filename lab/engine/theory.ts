/**
 * How many ELECT messages an election takes in theory (E. Chang, R. Roberts, CACM 22(5), 1979), for n nodes that all
 * begin at once.
 */

/** Ids that grow along the ring: each token but the largest is swallowed by the next node. */
export function bestOf(n: number): number {
  return n < 1 ? 0 : 2 * n - 1
}

/** Ids that fall along the ring: each token travels to the largest node. */
export function worstOf(n: number): number {
  return (n * (n + 1)) / 2
}

/** Over all orders: n times the n-th harmonic number. */
export function averageOf(n: number): number {
  let harmonic = 0
  for (let i = 1; i <= n; i++) harmonic += 1 / i
  return n * harmonic
}

/** For ids in this order around the ring: each token travels to the first larger id, the largest one all the way. */
export function exactOf(ids: readonly number[]): number {
  const n = ids.length
  let count = 0
  ids.forEach((id, at) => {
    let hops = 1
    while (hops < n && (ids[(at + hops) % n] ?? 0) < id) hops++
    count += hops
  })
  return count
}
