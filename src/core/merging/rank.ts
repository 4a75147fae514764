/**
 * Which of two offices keeps office when they meet (PROTOCOL.md section 2.11).
 */

import type { Member } from '../model/frames.ts'
import type { State } from '../model/state.ts'
import { dialNamed } from '../ring/links.ts'

/** The rank of an office: one of several members is above any of one; then the uid decides. */
export type Rank = { readonly many: boolean; readonly uid: string }

/** Whether the office of rank `a` is to act, and that of rank `b` to keep office. */
export function ranksBelow(a: Rank, b: Rank): boolean {
  return a.many === b.many ? a.uid < b.uid : b.many
}

/** A leader that slept counts as alone until a follower has replied: its view may be out of date (2.6). */
export function rankOf(state: State): Rank {
  const isSure = state.role.type !== 'office' || state.role.pauseNonce === 0
  return { many: isSure && state.view.members.length > 1, uid: state.uid }
}

/** Asks a node that a peer named who leads, and tells that we do. */
export function probe(state: State, member: Member): void {
  dialNamed(state, 'probe', member.addr, { expects: member.uid, ms: state.config.followAnswerMs })
}
