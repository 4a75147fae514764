/**
 * Counts the messages of an election on a tape, to be compared with theory.
 */

import type { Scene, Tape } from './tape.ts'

export type Count = {
  readonly term: number
  /** Messages sent. */
  readonly elects: number
  readonly electeds: number
  /** Nodes that began by themselves. */
  readonly starters: number
  /** Ids of the nodes that took part, in the order of the ring. */
  readonly ring: readonly number[]
  readonly winner: number | undefined
  /** From the first token to the opening of the office. Unit: virtual ms. Undefined: not yet. */
  readonly tookMs: number | undefined
}

/** The newest election that had begun by entry `at`; undefined: there was none. */
export function countAt(tape: Tape, at: number): Count | undefined {
  let term = 0
  let elects = 0
  let electeds = 0
  let starters = 0
  let beganMs = 0
  let beganAt = 0
  let winner: number | undefined
  let tookMs: number | undefined
  for (const entry of tape.entries.slice(0, at)) {
    for (const effect of entry.effects) {
      if (effect.type === 'send' && effect.frame.type === 'elect') {
        if (effect.frame.term > term) {
          ;({ term } = effect.frame)
          elects = electeds = starters = 0
          beganMs = entry.atMs
          beganAt = entry.at
          winner = tookMs = undefined
        }
        if (effect.frame.term === term) elects++
      } else if (effect.type === 'send' && effect.frame.type === 'elected' && effect.frame.term === term)
        electeds++
      else if (
        effect.type === 'leaderChanged' &&
        effect.leader &&
        effect.term === term &&
        tookMs === undefined
      ) {
        if (effect.leader.uid === entry.views[0]?.uid) {
          winner = entry.views[0].id
          tookMs = entry.atMs - beganMs
        }
      }
    }
  }
  // Who began is known by its first token, which no other brought.
  if (term === 0) return undefined
  for (const { effects, came } of tape.entries.slice(0, at))
    if (!came || came.frame.type !== 'elect')
      for (const effect of effects)
        if (effect.type === 'log' && effect.line.type === 'election-started' && effect.line.term === term)
          starters++
  return { term, elects, electeds, starters, ring: ringOf(tape.scene(Math.max(beganAt, at))), winner, tookMs }
}

/** Ids of the nodes that run: in ring order by the longest view, then those that it does not list. */
export function ringOf({ nodes }: Scene): number[] {
  const up = nodes.flatMap((view) =>
    view && view.doing !== 'down' && view.doing !== 'stopped' ? [view] : [],
  )
  const ids = new Set(up.map(({ id }) => id))
  const longest = up.reduce<readonly number[]>(
    (list, { members }) => (members.length > list.length ? members : list),
    [],
  )
  const listed = longest.filter((id) => ids.has(id))
  return [...listed, ...[...ids].filter((id) => !listed.includes(id))]
}
