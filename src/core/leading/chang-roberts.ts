/**
 * The Chang-Roberts algorithm itself (E. Chang, R. Roberts, "An improved algorithm for decentralized
 * extrema-finding in circular configurations of processes", CACM 22(5), 1979), with term numbers so
 * that a new election makes an old one void, and with duplicates extinguished.
 * Knows nothing of links, timers or what leaders do.
 */

import type { Candidate } from '../model/frames.ts'
import { compareCandidates } from '../model/frames.ts'

/** What a node remembers of the election: its term, and the largest candidate it has sent in it. */
export type Ballot = { term: number; sentMax: Candidate | undefined }

export type Verdict =
  | { type: 'stale' }
  | { type: 'drop' }
  /** The token came home: this node is the largest on the ring. */
  | { type: 'won' }
  | { type: 'forward'; candidate: Candidate }

/** Begins an election: the next term, with this node's own token. */
export function nominate(ballot: Ballot, me: Candidate): Candidate {
  ballot.term++
  ballot.sentMax = me
  return me
}

/** Takes part in an election that others began, with this node's own token: ordinary Chang-Roberts. */
export function join(ballot: Ballot, me: Candidate, term: number): Candidate {
  enterTerm(ballot, term)
  ballot.sentMax = me
  return me
}

/** A newer term makes everything of the older one void. */
export function enterTerm(ballot: Ballot, term: number): void {
  ballot.term = term
  ballot.sentMax = undefined
}

/**
 * Judges a token. Per term a node forwards strictly increasing candidates (S12), so a token whose owner
 * died is dropped at its second pass, and at most n(n+1)/2 are sent.
 */
export function judge(ballot: Ballot, me: Candidate, term: number, candidate: Candidate): Verdict {
  if (term < ballot.term) return { type: 'stale' }
  if (term > ballot.term) enterTerm(ballot, term)
  if (candidate.uid === me.uid) return candidate.inc === me.inc ? { type: 'won' } : { type: 'drop' }
  const larger = compareCandidates(candidate, me) > 0 ? candidate : me
  if (ballot.sentMax && compareCandidates(larger, ballot.sentMax) <= 0) return { type: 'drop' }
  ballot.sentMax = larger
  return { type: 'forward', candidate: larger }
}
