/**
 * What a node shows of itself to those who watch it. Reads the state, and changes nothing.
 */

import { leaderOf, linkOf, statusOf } from './model/facts.ts'
import type { Member } from './model/frames.ts'
import type { LinkId, Uid } from './model/ids.ts'
import type { State } from './model/state.ts'

export type Standing = {
  readonly status: string
  readonly term: number
  readonly leader: Uid | undefined
  readonly next: Uid | undefined
  readonly previous: Uid | undefined
  /** The largest candidate sent in this term; undefined: it took no part. */
  readonly sentMax: Uid | undefined
  readonly ver: number
  readonly members: readonly Pick<Member, 'uid'>[]
  readonly safe: number
  readonly clock: number
}

export function standingOf(state: State): Standing {
  const { role, election, ring, view, clock } = state
  return {
    status: statusOf(state),
    term: role.type === 'office' ? role.term : election.term,
    leader: leaderOf(state)?.uid,
    next: ring.next?.member.uid,
    previous: ring.prev?.member.uid,
    sentMax: election.sentMax?.uid,
    ver: view.vid.ver,
    members: view.members,
    safe: role.type === 'office' || role.type === 'following' ? role.safe : 0,
    clock,
  }
}

/** The node at the other end of a link, as its key says; undefined: the link is gone, or not open yet. */
export function peerOn(state: State, link: LinkId): Uid | undefined {
  return linkOf(state, link)?.peer
}
