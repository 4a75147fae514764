/**
 * Views (PROTOCOL.md section 2.3): taking one over, and telling people what it changed.
 */

import { log, send } from '../model/emit.ts'
import { bookEntryOf, isListed, leaderOf, linkOf, memberOf } from '../model/facts.ts'
import type { BookEntry, Member, View } from '../model/frames.ts'
import { compareVids } from '../model/frames.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import type { State } from '../model/state.ts'
import { asTold, noteEntry, noteMember } from './book.ts'
import { hangUp } from './links.ts'

/** Nobody is known to be down any more. */
export function clearDown({ ring }: State): void {
  ring.down.clear()
  ring.silent = false
}

/** Puts a view in force. `news`: what its publisher knows about the nodes that are no longer in it. */
export function adoptView(state: State, view: View, news: readonly BookEntry[]): void {
  const before = state.view
  state.view = view
  clearDown(state)
  const { ring } = state
  for (const neighbour of [ring.next, ring.prev]) {
    const known = neighbour && memberOf(state, neighbour.member.uid)
    if (!known || known.inc !== neighbour.member.inc) continue
    if (neighbour === ring.next && known.addr !== neighbour.member.addr) {
      // 2.18: our link may lead to where it was.
      hangUp(state, neighbour.link)
      ring.next = undefined
    }
    // Neighbours are shown under the names they have now.
    neighbour.member = known
  }
  for (const entry of news) noteEntry(state, asTold(state, entry))
  for (const member of view.members) noteMember(state, member)
  if (isListed(state)) state.wasIn = true
  const wasIn = before.members.some((member) => member.uid === state.uid)
  if (wasIn) tellChanges(state, before, view)
  const leader = leaderOf(state)
  const members = view.members
  state.out.push(leader ? { type: 'membersChanged', members, leader } : { type: 'membersChanged', members })
}

function tellChanges(state: State, before: View, after: View): void {
  const held = new Map<Uid, Member>(before.members.map((member) => [member.uid, member]))
  for (const member of after.members) {
    const known = held.get(member.uid)
    held.delete(member.uid)
    if (member.uid === state.uid) continue
    if (!known) log(state, { type: 'joined', who: member })
    else if (known.inc === member.inc && known.addr !== member.addr)
      log(state, { type: 'moved', who: member, from: known.addr })
  }
  let silent = 0
  for (const [uid, member] of held) {
    if (uid === state.uid) continue
    const entry = state.book.get(uid)
    // The publisher tells nothing of a visit.
    if (entry?.left || member.visit) log(state, { type: 'left', who: member })
    else {
      const how = entry?.gone ?? 'unreachable'
      if (how === 'unreachable') silent++
      log(state, { type: how, who: member })
    }
  }
  // Several that fell silent together: nobody here knows whether they died or are cut off.
  if (silent > 1) log(state, { type: 'split', count: silent })
}

/** Records why a member is about to leave the view; the publisher tells it with the VIEW. */
export function noteGone(state: State, member: Member, how: 'left' | 'died' | 'unreachable'): void {
  if (member.visit) return
  const entry: BookEntry = { ...bookEntryOf(member), left: how === 'left' }
  const told: BookEntry = how === 'left' ? entry : { ...entry, gone: how }
  noteEntry(state, told)
  state.bookNews.set(told.uid, told)
}

/** N3: the side with the larger vid sends its view, once for each pair of vids. */
export function exchangeVids(state: State, id: LinkId, theirs: View['vid']): void {
  const link = linkOf(state, id)
  const mine = state.view.vid
  if (!link || state.view.members.length === 0 || compareVids(theirs, mine) >= 0) return
  const pair = `${theirs.term}.${theirs.leader}.${theirs.ver}<${mine.term}.${mine.leader}.${mine.ver}`
  if (link.viewSentFor === pair) return
  link.viewSentFor = pair
  send(state, id, { type: 'view', view: state.view, book: [] })
}
