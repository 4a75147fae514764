/**
 * Which views this node adopts: its leader's (PROTOCOL.md N5) and its ring neighbours' (N3).
 */

import { stopTimer } from '../model/emit.ts'
import { isUp } from '../model/facts.ts'
import type { Frame, Member, View } from '../model/frames.ts'
import { compareVids } from '../model/frames.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import type { State } from '../model/state.ts'
import { noteNamed } from '../ring/book.ts'
import { dropRing, successors } from '../ring/ring.ts'
import { adoptView } from '../ring/views.ts'
import { followNamed, startElection } from './election.ts'
import { followAgain } from './following.ts'
import { loseLeader } from './losing.ts'
import { search } from './searching.ts'

/** N5: the leader's view replaces ours. */
export function onLeaderView(state: State, frame: Extract<Frame, { type: 'view' }>): void {
  const { role } = state
  if (role.type !== 'following') return
  const { members, vid } = frame.view
  if (!members.some((member) => member.uid === vid.leader)) {
    // A view without its own leader: it resigned (2.10).
    const isHeir = successors(state).at(-1)?.uid === role.leader.uid
    adoptView(state, frame.view, frame.book)
    loseLeader(state, role, 'resigned')
    // Its next starts at once; RESIGN may be lost with the ring link that this view closes.
    if (isHeir) startElection(state, 'leader left')
    return
  }
  const listed = members.some((member) => member.uid === state.uid && member.inc === state.inc)
  if (!listed) {
    followAgain(state, role, 'hang-up')
    return
  }
  role.viewSeen = vid
  state.election.term = Math.max(state.election.term, vid.term)
  // Its name may be another by now.
  role.leader = members.find((member) => member.uid === vid.leader) ?? role.leader
  adoptView(state, frame.view, frame.book)
}

/** Whether this very process published the view. */
function isOwn(state: State, { vid, members }: View): boolean {
  return vid.leader === state.uid && members.some(({ uid, inc }) => uid === state.uid && inc === state.inc)
}

/** N3: a view came over a ring link. */
export function onNeighbourView(state: State, link: LinkId, frame: Extract<Frame, { type: 'view' }>): void {
  const { role } = state
  const { vid, members } = frame.view
  // What we published ourselves we know, and what came after it (S13).
  if (compareVids(vid, state.view.vid) <= 0 || isOwn(state, frame.view)) return
  const listed = members.some(({ uid, inc }) => uid === state.uid && inc === state.inc)
  const leader = members.find(({ uid }) => uid === vid.leader)
  if (role.type === 'leaderless') {
    if (listed) adoptView(state, frame.view, frame.book)
    // A leader that we did not just lose has published it, or we are outsiders to its ring.
    if (leader && leader.uid !== role.lost && leader.uid !== state.uid) followNamed(state, leader, 'named')
    else if (!listed) leaveRing(state, members)
  } else if (role.type === 'following' && leader && isSame(role.leader, leader)) {
    // The leader sends its views itself. One that another node has counts once the leader is lost (decideOffered).
    const { offered } = role
    if (!offered || !isUp(state, offered.link) || compareVids(offered.view.vid, vid) < 0)
      role.offered = { view: frame.view, link }
  }
}

/** In a step in which the leader was lost: adopts the newer view of it that another node had sent. */
export function decideOffered(state: State): void {
  const { role } = state
  if (role.type !== 'leaderless' || !role.offered) return
  const { view, link } = role.offered
  role.offered = undefined
  if (isUp(state, link)) onNeighbourView(state, link, { type: 'view', view, book: [] })
}

function isSame(a: Member, b: Member): boolean {
  return a.uid === b.uid && a.inc === b.inc
}

/**
 * N3: the lost leader had put us out, and its ring elects without us. As a neighbour we would only swallow
 * its tokens, so we stand aside and join again (2.8).
 */
function leaveRing(state: State, members: readonly Member[]): void {
  for (const member of members) noteNamed(state, member)
  for (const name of ['backup', 'elect']) stopTimer(state, name)
  dropRing(state)
  state.view = { vid: { term: 0, leader: '' as Uid, ver: 0 }, members: [] }
  search(state, state.wasIn, true)
}
