/**
 * Tells every hop of an election's token, with the comparison that decided what became of it: `Bob: 7 > 4: pass on`.
 */

import type { LogLine } from '../../index.ts'

/** What a log line says of a token (log-line.ts, `election-token`). */
type Token = {
  readonly type: 'election-token'
  readonly candidate: string
  readonly own: string
  readonly verdict: 'pass on' | 'replaced' | 'dropped' | 'elected' | 'held' | 'old'
  readonly sentMax?: string
}

export type Hop = { readonly at: number; readonly text: string }

function isToken(line: { readonly type: string }): line is Token {
  return line.type === 'election-token'
}

/** `7 > 4: pass on`. `idOf`: how an id is shown; uids compare as texts. */
function comparisonOf({ candidate, own, verdict, sentMax }: Token, idOf: (uid: string) => string): string {
  if (verdict === 'held') return `${idOf(candidate)} is held: does the leader live?`
  if (verdict === 'old') return `${idOf(candidate)} is of an old term`
  const against = verdict === 'dropped' ? (sentMax ?? own) : own
  const sign = candidate > against ? '>' : candidate < against ? '<' : '='
  return `${idOf(candidate)} ${sign} ${idOf(against)}: ${verdict}`
}

/** All hops since `fromMs`, in no order. Where a program tells no comparisons: who passed on whose token. */
export function hopsOf(
  witnesses: readonly {
    readonly name: string
    readonly log: readonly { readonly at: number; readonly line: LogLine }[]
  }[],
  fromMs: number,
  idOf: (uid: string) => string,
): Hop[] {
  const lines = witnesses.flatMap(({ name, log }) =>
    log.filter(({ at }) => at >= fromMs).map(({ at, line }) => ({ name, at, line })),
  )
  const told = lines.flatMap(({ name, at, line }) =>
    isToken(line) ? [{ at, text: `${name} gets the token: ${comparisonOf(line, idOf)}` }] : [],
  )
  if (told.length > 0) return told
  return lines.flatMap(({ name, at, line }) =>
    line.type === 'election-candidate'
      ? [{ at, text: `${name} sends the token on as ${idOf(line.who.uid)}` }]
      : [],
  )
}
