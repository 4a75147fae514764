/**
 * Judges each frame by the sender table before any rule sees it (PROTOCOL.md section 2.17).
 */

import type { Frame } from './model/frames.ts'
import type { Row } from './model/senders.ts'
import { senders } from './model/senders.ts'
import { isStanding } from './model/standing.ts'
import type { Link, State } from './model/state.ts'

/** ignore: its sender may not send this now. beyond: the name of the value that is out of bounds. */
export type Verdict = 'take' | 'ignore' | { readonly beyond: string }

/** Looks a frame up in the table, and counts it. */
export function judge(state: State, link: Link, frame: Frame): Verdict {
  const row: Row = senders[frame.type] as Row
  if (!row.from.some((standing) => isStanding(state, link, frame, standing))) return 'ignore'
  const beyond = row.beyond?.(state, frame, link)
  if (beyond !== undefined) return { beyond }
  if (row.perSecond === undefined) return 'take'
  const said = (link.said.get(frame.type) ?? 0) + 1
  link.said.set(frame.type, said)
  return said > row.perSecond ? { beyond: 'rate' } : 'take'
}
