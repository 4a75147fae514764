/**
 * What a node did with an election token, as the comparison that decided it: `7f3a > 4b2c: pass on`. The log, the page, the demo and
 * traces all say it so.
 */

import type { TokenEvent } from './room-event.ts'

/** `own`: node id of the node that judged it. */
export type JudgedToken = Pick<TokenEvent, 'term' | 'candidate' | 'verdict' | 'sentMax'> & {
  readonly own: string
}

/** `show`: how an id is written. Ids compare as texts. */
export function tokenText(
  { term, candidate, own, verdict, sentMax }: JudgedToken,
  show = (id: string): string => id.slice(0, 4),
): string {
  const token = show(candidate)
  const compared = (other: string): string => {
    const sign = candidate > other ? '>' : candidate < other ? '<' : '='
    return `${token} ${sign} ${show(other)}: ${verdict}`
  }
  if (verdict === 'held') return `${token}: asks its leader first`
  if (verdict === 'old') return `${token}: of term ${term}, too old`
  if (verdict !== 'dropped' || sentMax === undefined) return compared(own)
  return sentMax === candidate ? `${token} was here: dropped` : compared(sentMax)
}
