/**
 * The small verbs that every concern uses: send, arm a timer, report. Knows no rule of the protocol
 * but D1 (every frame carries the clock).
 */

import type { LinkId, Uid } from './ids.ts'
import type { LogLine } from './log-line.ts'
import type { BookEntry, ByeReason, Frame, Member } from './frames.ts'
import type { Link, State } from './state.ts'

/** This node as others list it. */
export function selfOf(state: State): Member {
  return { uid: state.uid, inc: state.inc, name: state.name, addr: state.addr }
}

export function send(state: State, link: LinkId, frame: Frame, paced = false): void {
  state.out.push({ type: 'send', link, lc: state.clock, frame, paced })
}

export function startTimer(state: State, name: string, ms: number): void {
  state.out.push({ type: 'startTimer', name, ms })
}

export function stopTimer(state: State, name: string): void {
  state.out.push({ type: 'stopTimer', name })
}

export function log(state: State, line: LogLine): void {
  state.out.push({ type: 'log', line })
}

/** The leader as far as this node knows one that lives: whom it follows, or itself. */
export function leaderOf(state: State): Member | undefined {
  const role = state.role
  if (role.type === 'office') return selfOf(state)
  if (role.type === 'following' && (role.phase === 'live' || role.phase === 'catching-up')) return role.leader
  return undefined
}

export function memberOf(state: State, uid: Uid): Member | undefined {
  return state.view.members.find((member) => member.uid === uid)
}

/** Whether the view lists this very process. */
export function isListed(state: State): boolean {
  return memberOf(state, state.uid)?.inc === state.inc
}

export function linkOf(state: State, id: LinkId | undefined): Link | undefined {
  return id === undefined ? undefined : state.links.get(id)
}

/** Whether a link answered and is still there. */
export function isUp(state: State, id: LinkId | undefined): boolean {
  return linkOf(state, id)?.who !== undefined
}

export function isOpen(state: State): boolean {
  return state.role.type === 'office' && state.role.phase === 'open'
}

/** Takes a link out of our books and closes it with BYE, so that its end raises no suspicion (N2). */
export function hangUp(state: State, id: LinkId | undefined, reason: ByeReason = 'closing'): void {
  if (id === undefined || !state.links.has(id)) return
  if (state.links.get(id)?.who || state.links.get(id)?.purpose === 'accepted') {
    send(state, id, { type: 'bye', reason })
  }
  cutLink(state, id)
}

/** The same without a word: the other end is dead to us. */
export function cutLink(state: State, id: LinkId | undefined): void {
  if (id === undefined || !state.links.delete(id)) return
  stopTimer(state, `dial:${id}`)
  state.election.takenFrom.delete(id)
  state.ring.candidates.delete(id)
  state.out.push({ type: 'close', link: id })
}

export function bookEntryOf(member: Member): BookEntry {
  return { uid: member.uid, addr: member.addr, name: member.name, left: false }
}
