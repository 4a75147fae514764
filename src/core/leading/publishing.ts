/**
 * Publishing views (PROTOCOL.md sections 2.4 to 2.6, N5): who is told what, and when a view has to wait.
 */

import { noteSafeStale } from '../log/safe.ts'
import { send, stopTimer } from '../model/emit.ts'
import { linkOf } from '../model/facts.ts'
import type { Follower } from '../model/follower.ts'
import type { BookEntry, Frame, Member, View } from '../model/frames.ts'
import type { Uid } from '../model/ids.ts'
import type { Office, State } from '../model/state.ts'
import { adoptView } from '../ring/views.ts'

/** Tells everybody who is in the ring now (N5). */
export function publishView(state: State, office: Office, listed: readonly Member[], ver: number): void {
  const members = listed.filter(({ uid }) => !office.evicted.has(uid) || office.followers.has(uid))
  office.evicted.clear()
  stopTimer(state, 'publish')
  const view: View = { vid: { term: office.term, leader: state.uid, ver }, members }
  const news = state.bookNews
  state.bookNews = new Map()
  adoptView(state, view, [])
  // One frame for all followers that were sent every earlier view: the transport encodes it once.
  const frame = viewFrame(state, news)
  for (const follower of office.followers.values())
    if (!follower.onTrial) tellView(state, office, follower, news, frame)
  // W shrinks with the view, so what waits may be sent now (2.5).
  noteSafeStale(state)
}

/**
 * Sends a follower the view in force; paced, like records: one that does not read is sent
 * only the newest view, when it reads again (S16).
 */
export function tellView(
  state: State,
  office: Office,
  follower: Follower,
  news: ReadonlyMap<Uid, BookEntry>,
  frame?: Frame,
): void {
  const link = linkOf(state, follower.link)
  if (!link) return
  const told = follower.viewOwed ? new Map([...follower.viewOwed, ...news]) : news
  // A member that moves in is sent only the view that lists it, and after MOVE_OK.
  const waits = link.busy || follower.phase === 'moving-in' || isAwaited(office, follower.member.uid)
  follower.viewOwed = waits ? told : undefined
  if (waits) return
  link.busy = true
  send(state, link.id, told === news && frame ? frame : viewFrame(state, told), true)
}

function viewFrame(state: State, told: ReadonlyMap<Uid, BookEntry>): Frame {
  return { type: 'view', view: state.view, book: [...told.values()].slice(-state.config.bookToldMax) }
}

/** The views that waited for room. */
export function tellOwedViews(state: State): void {
  const { role } = state
  if (role.type !== 'office') return
  for (const follower of role.followers.values())
    if (follower.viewOwed) tellView(state, role, follower, new Map())
}

/** Publishes what was evicted since the last view. */
export function publishEvicted(state: State, office: Office): void {
  if (office.evicted.size > 0 && office.phase !== 'gathering') {
    publishView(state, office, state.view.members, state.view.vid.ver + 1)
  }
}

export function isExpected(office: Office, uid: Uid): boolean {
  return office.expected?.members.some((member) => member.uid === uid) ?? false
}

/** It moves in with its office, and the view that joins the rings is not out yet. */
export function isAwaited(office: Office, uid: Uid): boolean {
  return office.expected?.published === false && isExpected(office, uid)
}

export function insertAfter(state: State, members: Member[], follower: Follower): void {
  const behind = members.findIndex(({ uid }) => uid === follower.after)
  const at = behind >= 0 ? behind : members.findIndex(({ uid }) => uid === state.uid)
  members.splice(at + 1, 0, follower.member)
}
