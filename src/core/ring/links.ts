/**
 * Links: dialling, HELLO and INFO, and what the end of a link means to whoever used it.
 * A link is up only when HELLO was answered (2.6, 2.7 N1). Knows nothing of bytes or certificates.
 */

import { familyOf } from '../model/address.ts'
import type { LinkEnd } from '../model/events.ts'
import type { Address, LinkId, Uid } from '../model/ids.ts'
import { isClone } from '../model/ids.ts'
import type { Frame, Member, Status } from '../model/frames.ts'
import { hangUp, leaderOf, memberOf, send, startTimer, stopTimer } from '../model/node.ts'
import type { Link, Purpose, State } from '../model/state.ts'

/** Dials, and gives it `ms` until INFO. */
export function dial(
  state: State,
  purpose: Purpose,
  addr: Address,
  options: { expects?: Uid; ms: number; errand?: Frame },
): LinkId {
  state.nextLink += 2
  const id = state.nextLink as LinkId
  const { expects, errand } = options
  state.links.set(id, {
    id,
    purpose,
    addr,
    quiet: 0,
    busy: false,
    byeHeard: false,
    leftHeard: false,
    viewSentFor: '',
    ...(expects === undefined ? {} : { expects }),
    ...(errand === undefined ? {} : { errand }),
  })
  state.out.push({ type: 'dial', link: id, addr })
  startTimer(state, `dial:${id}`, options.ms)
  return id
}

export function noteAccepted(state: State, id: LinkId, peer: Uid): void {
  state.links.set(id, {
    id,
    purpose: 'accepted',
    peer,
    quiet: 0,
    busy: false,
    byeHeard: false,
    leftHeard: false,
    viewSentFor: '',
  })
}

export function sayHello(state: State, link: Link): void {
  const { room, uid, inc, name, addr } = state
  send(state, link.id, { type: 'hello', room, uid, inc, name, addr })
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

export function sayInfo(state: State, link: LinkId): void {
  const { room, uid, inc, name, addr, copies } = state
  const leader = leaderOf(state)
  const term = state.role.type === 'office' ? state.role.term : state.election.term
  const many = state.view.members.length > 1
  const status = statusOf(state)
  const info: Frame = { type: 'info', room, uid, inc, name, addr, status, term, many, copies }
  send(state, link, leader ? { ...info, leader } : info)
}

/**
 * Judges who is at the other end. Gives the reason to hang up, 'self' when it is ourselves,
 * or undefined when all is well. Claims are held against the proved key and against what we know (2.1).
 */
export function judgePeer(
  state: State,
  link: Link,
  frame: Extract<Frame, { type: 'hello' | 'info' }>,
): 'room' | 'identity' | 'family' | 'self' | 'other' | undefined {
  // Whoever claims a uid that is not its key's is refused.
  if (link.peer !== frame.uid) return 'identity'
  if (frame.uid === state.uid) return isClone(frame.inc, state.inc) ? 'identity' : 'self'
  if (link.expects !== undefined && link.expects !== frame.uid) return 'other'
  if (state.room !== '' && frame.room !== '' && frame.room !== state.room) return 'room'
  if (familyOf(frame.addr) !== familyOf(state.addr)) return 'family'
  const known = memberOf(state, frame.uid)
  if (known && isClone(known.inc, frame.inc)) return 'identity'
  return undefined
}

/** The other end said who it is: the link is up. */
export function noteUp(state: State, link: Link, frame: Extract<Frame, { type: 'hello' | 'info' }>): Member {
  const { uid, inc, name, addr } = frame
  link.who = { uid, inc, name, addr }
  stopTimer(state, `dial:${link.id}`)
  return link.who
}

/** The newest up link with this very process, whatever it is used for. */
export function linkTo(state: State, uid: Uid): Link | undefined {
  let found: Link | undefined
  for (const link of state.links.values()) if (link.who?.uid === uid) found = link
  return found
}

/** Delivers one frame to a node: over a link that is there, or over a fresh one that is closed again. */
export function sendTo(state: State, member: Member, frame: Frame): void {
  const link = linkTo(state, member.uid)
  if (link) send(state, link.id, frame)
  else
    dial(state, 'errand', member.addr, { expects: member.uid, ms: state.config.dialAnswerMs, errand: frame })
}

/** Closes every link. */
export function hangUpAll(state: State, reason: 'left' | 'closing'): void {
  for (const id of [...state.links.keys()]) hangUp(state, id, reason)
}

/** How the end of a link is told to people: the port was closed, or nothing was heard. */
export function lossOf(why: LinkEnd): 'died' | 'unreachable' {
  return why === 'silent' ? 'unreachable' : 'died'
}
