/**
 * Links: dialling, accepting, HELLO and INFO, judging who is at the other end, hanging up.
 * A link is up only when HELLO was answered by INFO (PROTOCOL.md sections 2.6 and 2.7, N1).
 */

import { familyOf } from '../model/address.ts'
import { log, send, startTimer, stopTimer } from '../model/emit.ts'
import type { LinkEnd } from '../model/events.ts'
import { leaderOf, memberOf, selfOf, statusOf } from '../model/facts.ts'
import type { ByeReason, Frame, Member } from '../model/frames.ts'
import type { Address, LinkId, RoomKey, Uid } from '../model/ids.ts'
import { isClone } from '../model/ids.ts'
import { keyToShow } from '../model/lock.ts'
import type { Link, Purpose, State } from '../model/state.ts'
import { dialTime } from './pace.ts'

/** Dials, and gives it `ms` until INFO, at the pace of this node. */
export function dial(
  state: State,
  purpose: Purpose,
  addr: Address,
  options: { expects?: Uid; ms: number; errand?: Frame },
): LinkId {
  state.nextLink += 2
  const id = state.nextLink as LinkId
  const { expects, errand } = options
  const { lock, view } = state
  // A member of this ring gets the newest key, and proves it from then on.
  if (lock?.opened.has(addr) && view.members.some((member) => member.addr === addr)) lock.opened.delete(addr)
  const key = lock && keyToShow(lock, addr)
  const dialMs = dialTime(state, purpose, options.ms)
  state.links.set(id, {
    id,
    purpose,
    addr,
    dialMs,
    quiet: 0,
    busy: false,
    byeHeard: false,
    leftHeard: false,
    applied: false,
    said: new Map(),
    viewSentFor: '',
    ...(expects === undefined ? {} : { expects }),
    ...(errand === undefined ? {} : { errand }),
    ...(key === undefined ? {} : { key }),
  })
  state.out.push({ type: 'dial', link: id, addr, ...(key === undefined ? {} : { key }) })
  startTimer(state, `dial:${id}`, dialMs)
  return id
}

/** `key`: which one the other end has proved to know. */
export function noteAccepted(state: State, id: LinkId, peer: Uid, key: RoomKey | undefined): void {
  state.links.set(id, {
    id,
    purpose: 'accepted',
    peer,
    quiet: 0,
    busy: false,
    byeHeard: false,
    leftHeard: false,
    applied: false,
    said: new Map(),
    viewSentFor: '',
    ...(key === undefined ? {} : { key }),
  })
}

export function sayHello(state: State, link: Link): void {
  send(state, link.id, { type: 'hello', room: state.room, ...selfOf(state) })
}

export function sayInfo(state: State, link: LinkId): void {
  const { room, copies } = state
  const leader = leaderOf(state)
  const term = state.role.type === 'office' ? state.role.term : state.election.term
  const many = state.view.members.length > 1
  const status = statusOf(state)
  const info: Frame = { type: 'info', room, ...selfOf(state), status, term, many, copies }
  send(state, link, leader ? { ...info, leader } : info)
}

/**
 * Judges who is at the other end. Gives the reason to hang up, 'self' when it is ourselves, 'twin' when it is another
 * process of this very node, or undefined when all is well. Claims are held against the proved key and against what we know (2.1).
 */
export function judgePeer(
  state: State,
  link: Link,
  frame: Extract<Frame, { type: 'hello' | 'info' }>,
): 'room' | 'identity' | 'family' | 'self' | 'twin' | 'other' | undefined {
  // A node that claims a uid that is not its key's is refused.
  if (link.peer !== frame.uid) return 'identity'
  if (frame.uid === state.uid && frame.inc !== state.inc)
    return isClone(frame.inc, state.inc) ? 'identity' : 'twin'
  if (frame.uid === state.uid) return 'self'
  if (link.expects !== undefined && link.expects !== frame.uid) return 'other'
  if (state.room !== '' && frame.room !== '' && frame.room !== state.room) return 'room'
  if (familyOf(frame.addr) !== familyOf(state.addr)) return 'family'
  const known = memberOf(state, frame.uid)
  if (known && isClone(known.inc, frame.inc)) return 'identity'
  return undefined
}

/** Two processes hold one identity (2.1): people are told where the other one is. */
export function alarmClone(state: State, { name, addr }: Pick<Member, 'name' | 'addr'>): void {
  log(state, { type: 'error', text: `an identity is used twice: ${name}(${addr})` })
}

/** Dials a second that what peers say can cause: to members and absent members, and to any other node. */
const namedKnownMax = 16
const namedUnknownMax = 2

/**
 * Dials a node because a peer named it. Does nothing if that node is being dialled already, or if the dials of this
 * second are used up: a peer that still has a reason names it again.
 */
export function dialNamed(
  state: State,
  purpose: 'probe' | 'errand',
  addr: Address,
  options: { expects: Uid; ms: number; errand?: Frame },
): void {
  for (const link of state.links.values())
    if (link.purpose === purpose && link.addr === addr && link.expects === options.expects) return
  const isKnown = memberOf(state, options.expects)?.addr === addr || isMet(state, options.expects, addr)
  const { named } = state
  if (isKnown ? named.known >= namedKnownMax : named.unknown >= namedUnknownMax) return
  if (isKnown) named.known++
  else named.unknown++
  dial(state, purpose, addr, options)
}

/** Whether the book has a node that was a member here at this address. */
function isMet(state: State, uid: Uid, addr: Address): boolean {
  const entry = state.book.get(uid)
  return entry?.addr === addr && entry.told !== true
}

/** Somebody named another process of this node. It may be of the past, so it is called: of two that live the older stops. */
export function callTwin(state: State, named: Member): void {
  if (named.inc === state.inc || named.addr === state.addr) return
  dialNamed(state, 'errand', named.addr, { expects: state.uid, ms: state.config.followAnswerMs })
}

/** The other end said who it is: the link is up. */
export function noteUp(state: State, link: Link, frame: Extract<Frame, { type: 'hello' | 'info' }>): Member {
  const { uid, inc, name, addr, visit } = frame
  link.who = { uid, inc, name, addr, ...(visit && { visit }) }
  stopTimer(state, `dial:${link.id}`)
  return link.who
}

/** The newest link that is up with any process of this node, for any purpose. */
function linkTo(state: State, uid: Uid): Link | undefined {
  let found: Link | undefined
  for (const link of state.links.values()) if (link.who?.uid === uid) found = link
  return found
}

/** Delivers one frame to a node: over a link that is there, or over a fresh one that is closed again. */
export function sendTo(state: State, member: Member, frame: Frame): void {
  const link = linkTo(state, member.uid)
  if (link) send(state, link.id, frame)
  else
    dialNamed(state, 'errand', member.addr, {
      expects: member.uid,
      ms: state.config.dialAnswerMs,
      errand: frame,
    })
}

/** Takes a link out of our books and closes it with BYE, so that its end raises no suspicion (N2). */
export function hangUp(state: State, id: LinkId | undefined, reason: ByeReason = 'closing'): void {
  if (id === undefined || !state.links.has(id)) return
  const isLinking = state.ring.candidates.get(id)?.linking === 'asked'
  if (state.links.get(id)?.who || state.links.get(id)?.purpose === 'accepted' || isLinking) {
    send(state, id, { type: 'bye', reason })
  }
  cutLink(state, id)
}

/** The same without BYE: the other end counts as dead. */
export function cutLink(state: State, id: LinkId | undefined): void {
  if (id === undefined || !state.links.delete(id)) return
  stopTimer(state, `dial:${id}`)
  state.election.takenFrom.delete(id)
  state.ring.candidates.delete(id)
  state.out.push({ type: 'close', link: id })
}

/** Closes every link. */
export function hangUpAll(state: State, reason: 'left' | 'closing'): void {
  for (const id of [...state.links.keys()]) hangUp(state, id, reason)
}

/** How the end of a link is told to people: the port was closed, or nothing was heard. */
export function lossOf(why: LinkEnd): 'died' | 'unreachable' {
  return why === 'silent' ? 'unreachable' : 'died'
}
