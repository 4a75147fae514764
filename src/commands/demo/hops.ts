/**
 * Tells every hop of an election's token, with the comparison that decided what became of it: `Bob: 7 > 4: pass on`.
 */

import { tokenText } from '../../chat/token-text.ts'
import type { LogLine } from '../../index.ts'

export type Hop = { readonly at: number; readonly text: string }

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
    line.type === 'election-token' ? [{ at, text: `${name} gets the token: ${tokenText(line, idOf)}` }] : [],
  )
  if (told.length > 0) return told
  return lines.flatMap(({ name, at, line }) =>
    line.type === 'election-candidate'
      ? [{ at, text: `${name} sends the token on as ${idOf(line.who.uid)}` }]
      : [],
  )
}
