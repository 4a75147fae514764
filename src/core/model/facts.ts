/**
 * Questions that every concern asks of the state: who is listed, which link is up, who leads. They decide nothing.
 */

import type { Follower } from './follower.ts'
import type { BookEntry, Member, Status } from './frames.ts'
import type { Address, LinkId, Uid } from './ids.ts'
import type { Part } from './records.ts'
import type { Link, Office, State } from './state.ts'

/** This node as others list it. */
export function selfOf(state: State): Member {
  const { uid, inc, name, addr, visit, durable } = state
  return { uid, inc, name, addr, ...(visit && { visit }), ...(!durable && { memory: true as const }) }
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

/** Whether a view here has listed it, now or earlier. */
export function wasMember({ book }: State, uid: Uid): boolean {
  const entry = book.get(uid)
  return entry !== undefined && !entry.told
}

/** Whether it is this node, or one that is or was a member by a view. */
export function isKnownNode(state: State, uid: Uid): boolean {
  return uid === state.uid || memberOf(state, uid) !== undefined || wasMember(state, uid)
}

/**
 * Who signed a part, for people. Any key can sign one: the address of a node that is not known here is left out, so that its
 * fingerprint is shown.
 */
export function signerOf(
  state: State,
  { author: uid, name, addr }: Part,
): { uid: Uid; name: string; addr?: Address } {
  return isKnownNode(state, uid) ? { uid, name, addr } : { uid, name }
}
