/** Counts the messages of an election, beside what theory says of Chang-Roberts. */

export type Election = {
  readonly term: number
  /** Node ids of those between which its messages went: the ring that elects, once a token went round. */
  readonly nodes: readonly string[]
  /** ELECT and ELECTED messages that were seen. */
  readonly elect: number
  readonly elected: number
  /** Unit: ms since 1970, by the clocks of the nodes: the first and the last word of it. */
  readonly from: number
  readonly to: number
  readonly winner: string | undefined
}

export type Theory = { readonly best: number; readonly average: number; readonly worst: number }

/** ELECT messages of a ring of n whose members all begin: at best, on average over all orders of ids, at worst. */
export function theoryOf(n: number): Theory {
  let harmonic = 0
  for (let i = 1; i <= n; i++) harmonic += 1 / i
  return { best: Math.max(2 * n - 1, 0), average: n * harmonic, worst: (n * (n + 1)) / 2 }
}

/** An election that was silent for so long gives way to one of an older term: its term may have been made up. Unit: ms. */
const silentMs = 5000

/** Counts one message of an election; a newer term begins another. `undefined`: it is of an older one. */
export function countToken(
  election: Election | undefined,
  frame: { kind: 'ELECT' | 'ELECTED'; term: number; candidate: string; at: number; from: string; to: string },
): Election | undefined {
  const { kind, term, candidate, at, from, to } = frame
  if (election && term < election.term && Math.abs(at - election.to) < silentMs) return undefined
  const base: Election =
    election?.term === term
      ? election
      : { term, nodes: [], elect: 0, elected: 0, from: at, to: at, winner: undefined }
  return {
    ...base,
    nodes: [...new Set([...base.nodes, from, to])],
    elect: base.elect + (kind === 'ELECT' ? 1 : 0),
    elected: base.elected + (kind === 'ELECTED' ? 1 : 0),
    from: Math.min(base.from, at),
    to: Math.max(base.to, at),
    winner: kind === 'ELECTED' ? candidate : base.winner,
  }
}
