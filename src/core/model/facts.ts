/**
 * Questions that every concern asks of the state: who is listed, which link is up, who leads. They decide nothing.
 */

import type { Follower } from './follower.ts'
import type { BookEntry, Member, Status } from './frames.ts'
import type { LinkId, Uid } from './ids.ts'
import type { Link, Office, State } from './state.ts'

/** This node as others list it. */
export function selfOf(state: State): Member {
  const { uid, inc, name, addr, visit } = state
  return { uid, inc, name, addr, ...(visit && { visit }) }
}

export function bookEntryOf(member: Member): BookEntry {
  return { uid: member.uid, addr: member.addr, name: member.name, left: false }
}

/** The lines of the address book for members: visits have none. */
export function bookEntriesOf(members: readonly Member[]): BookEntry[] {
  return members.filter(({ visit }) => !visit).map(bookEntryOf)
}

export function memberOf(state: State, uid: Uid): Member | undefined {
  return state.view.members.find((member) => member.uid === uid)
}

/** Whether the view lists this very process. */
export function isListed(state: State): boolean {
  return memberOf(state, state.uid)?.inc === state.inc
}

/** The leader as far as this node knows one that lives: whom it follows, or itself. */
export function leaderOf(state: State): Member | undefined {
  const role = state.role
  if (role.type === 'office') return selfOf(state)
  if (role.type === 'following' && (role.phase === 'live' || role.phase === 'catching-up')) return role.leader
  return undefined
}

export function isOpen(state: State): boolean {
  return state.role.type === 'office' && state.role.phase === 'open'
}

export function linkOf(state: State, id: LinkId | undefined): Link | undefined {
  return id === undefined ? undefined : state.links.get(id)
}

/** Whether a link is up (HELLO was answered by INFO) and still open. */
export function isUp(state: State, id: LinkId | undefined): boolean {
  return linkOf(state, id)?.who !== undefined
}

/** All whom an office streams its log to: followers, and the leaders that bridge. */
export function* streamedTo({ followers, bridges }: Office): Iterable<Follower> {
  yield* followers.values()
  yield* bridges.values()
}

/** The follower, or the other office, on this link. */
export function followerOn(office: Office, id: LinkId): Follower | undefined {
  for (const follower of streamedTo(office)) if (follower.link === id) return follower
  return undefined
}

/** What INFO says of us. */
export function statusOf(state: State): Status {
  const role = state.role
  if (state.leaving) return 'leaving'
  if (role.type === 'office') return role.phase === 'gathering' ? 'gathering' : 'open'
  if (role.type === 'leaderless') return 'electing'
  if (role.type === 'following')
    return leaderOf(state) ? 'following' : state.view.members.length > 1 ? 'electing' : 'searching'
  return 'searching'
}

/** This node, one that the view lists, or one that the book has from itself or its leader. */
export function isKnownNode(state: State, uid: Uid): boolean {
  const entry = state.book.get(uid)
  return (
    uid === state.uid || memberOf(state, uid) !== undefined || (entry !== undefined && entry.told !== true)
  )
}
