/**
 * What the node at the other end of a link is to this one (PROTOCOL.md section 2.17). One link can have several standings.
 */

import { memberOf } from './facts.ts'
import type { Frame } from './frames.ts'
import type { Link, State } from './state.ts'

/**
 * - stranger: dialled us, and has not said who it is.
 * - asked: we dialled it, and it has not said who it is.
 * - anybody: any of these.
 * - greeted: dialled us, has said who it is, and is of this room. (What begins something comes from the node that dials.)
 * - member: has said who it is, and our view lists it.
 * - neighbour: our next, our prev, or a candidate for next.
 * - applicant: wants to be our prev, but our view does not list it: one of us is behind.
 * - leader-asked: our FOLLOW to it has no answer yet. leader: it took us in.
 * - follower: we took it in. bridge: likewise, as the leader of another ring. larger: the leader that we bridge to.
 * - searched, probed: we dialled it to ask who leads.
 * - itself: what it says is about another process of this node, or, to a node in office, about itself. One that
 *   dialled us has said who it is.
 */
export type Standing =
  | 'stranger'
  | 'asked'
  | 'anybody'
  | 'greeted'
  | 'member'
  | 'neighbour'
  | 'applicant'
  | 'leader-asked'
  | 'leader'
  | 'follower'
  | 'bridge'
  | 'larger'
  | 'searched'
  | 'probed'
  | 'itself'

type Test = (state: State, link: Link, frame: Frame) => boolean

const tests: Readonly<Record<Standing, Test>> = {
  stranger: (_state, { who, purpose }) => who === undefined && purpose === 'accepted',
  asked: (_state, { who, purpose }) => who === undefined && purpose !== 'accepted',
  anybody: () => true,
  greeted: (_state, { who, purpose }) => who !== undefined && purpose === 'accepted',
  member: (state, { who }) => who !== undefined && memberOf(state, who.uid) !== undefined,
  neighbour: ({ ring }, { id }) =>
    ring.next?.link === id || ring.prev?.link === id || ring.candidates.has(id),
  applicant: (_state, { who, applied }) => who !== undefined && applied,
  'leader-asked': ({ role }, { id }) =>
    role.type === 'following' && role.link === id && role.phase === 'dialling',
  leader: ({ role }, { id }) => role.type === 'following' && role.link === id && role.phase !== 'dialling',
  follower: ({ role }, { id, who }) =>
    role.type === 'office' && who !== undefined && role.followers.get(who.uid)?.link === id,
  bridge: ({ role }, { id, who }) =>
    role.type === 'office' && who !== undefined && role.bridges.get(who.uid)?.link === id,
  larger: ({ role }, { id }) => role.type === 'office' && role.moving?.link === id,
  searched: (_state, { purpose, who }) => purpose === 'search' && who !== undefined,
  probed: (_state, { purpose, who }) => purpose === 'probe' && who !== undefined,
  itself: (state, { peer, who, purpose }, frame) =>
    frame.type === 'alive' &&
    ((frame.leader.uid === state.uid && (who !== undefined || purpose !== 'accepted')) ||
      (state.role.type === 'office' && who !== undefined && frame.leader.uid === peer)),
}

export function isStanding(state: State, link: Link, frame: Frame, standing: Standing): boolean {
  return tests[standing](state, link, frame)
}
