/**
 * The ring (PROTOCOL.md section 2.7): each node keeps a link to the first live member after it.
 * Any number of members may be gone at once, because the whole view is the successor list.
 */

import { log, send, startTimer, stopTimer } from '../model/emit.ts'
import type { LinkEnd } from '../model/events.ts'
import { isListed, isUp, leaderOf, linkOf, memberOf, selfOf } from '../model/facts.ts'
import type { Frame, Member } from '../model/frames.ts'
import type { LinkId } from '../model/ids.ts'
import type { Link, NextCandidate, State } from '../model/state.ts'
import { dial, hangUp, sayHello } from './links.ts'
import { stretch } from './pace.ts'
import { clearDown, exchangeVids } from './views.ts'

/** The other members in ring order, beginning behind this node. */
export function successors(state: State): Member[] {
  const { members } = state.view
  const mine = members.findIndex((member) => member.uid === state.uid)
  if (mine < 0) return []
  return [...members.slice(mine + 1), ...members.slice(0, mine)]
}

/** Every other member was found down: this node is a ring of one (N1). */
export function isAlone(state: State): boolean {
  return (
    successors(state).every((member) => state.ring.down.has(member.uid)) && state.ring.candidates.size === 0
  )
}

/**
 * N1, the one function that decides about `next`: the first member after us that is not known to be
 * down. Called after everything that may have changed the view, the links or who is down.
 */
export function ensureNext(state: State): void {
  const { ring } = state
  dropStrangers(state)
  const order = isListed(state) ? successors(state) : []
  const alive = order.filter((member) => !ring.down.has(member.uid))
  const target = alive[0]
  if (!target) {
    dropNext(state)
    dropCandidates(state)
    return
  }
  const next = ring.next
  if (next?.member.uid === target.uid) {
    dropCandidates(state)
    if (next.linking === 'no') {
      next.linking = 'asked'
      sayLink(state, next.link)
    }
    return
  }
  // One dial while one member alone is known to be down, because its port is closed: most of the time it is the only one, and
  // a dial of another takes the connection that waits for the next leader. Several at once where more are down, or one fell
  // silent and others may have with it: probing one by one costs a time-out for each dead neighbour.
  const isOneClosed = order.length - alive.length <= (ring.silent ? 0 : 1)
  const width = isOneClosed ? 1 : state.config.candidatesAtOnce
  for (const member of alive.slice(0, width)) {
    if (member.uid === next?.member.uid) break
    if ([...ring.candidates.values()].some((candidate) => candidate.member.uid === member.uid)) continue
    // A member that the leader lists and we cannot reach in time may be farther away than any we have a link with.
    const ms = state.config.dialAnswerMs * 2 ** Math.min(ring.passes, 2)
    const id = dial(state, 'candidate', member.addr, { expects: member.uid, ms })
    ring.candidates.set(id, { member, linking: 'no' })
  }
  for (const [id, candidate] of ring.candidates) {
    // Nearest wins: LINK goes only to the first that is not down.
    if (candidate.member.uid !== target.uid || candidate.linking !== 'no' || !linkOf(state, id)?.who) continue
    askCandidate(state, candidate, id)
    awaitLinked(state, id)
  }
}

/** It may stop between INFO and its reply to LINK: then it is down, like one that never replied. */
function awaitLinked(state: State, id: LinkId): void {
  startTimer(state, `dial:${id}`, stretch(state, state.config.dialAnswerMs))
}

function askCandidate(state: State, candidate: NextCandidate, id: LinkId): void {
  candidate.linking = 'asked'
  sayLink(state, id)
}

/** The first member behind this node that is not known to be down. */
function nearestUp(state: State): Member | undefined {
  return successors(state).find((member) => !state.ring.down.has(member.uid))
}

/**
 * Where tokens go: to next or, while there is none, to the candidate that was asked to become it. A token does not wait for
 * LINK_OK: a node without a leader takes it from any member (N6).
 */
export function tokenTarget(state: State): { member: Member; link: LinkId } | undefined {
  const { next, candidates } = state.ring
  if (next) return next
  const nearest = nearestUp(state)
  for (const [link, { member, linking }] of candidates)
    if (linking === 'asked' && member.uid === nearest?.uid) return { member, link }
  return undefined
}

function sayLink(state: State, id: LinkId): void {
  send(state, id, { type: 'link', vid: state.view.vid })
}

/** A next, prev or candidate that is no longer in the view is closed; so is one restarted since. */
function dropStrangers(state: State): void {
  const { ring } = state
  const isMember = (member: Member): boolean => memberOf(state, member.uid)?.inc === member.inc
  if (ring.next && !isMember(ring.next.member)) dropNext(state)
  if (ring.prev && !isMember(ring.prev.member)) {
    hangUp(state, ring.prev.link)
    ring.prev = undefined
  }
  for (const [id, candidate] of ring.candidates) if (!isMember(candidate.member)) hangUp(state, id)
}

function dropNext(state: State): void {
  if (!state.ring.next) return
  hangUp(state, state.ring.next.link)
  state.ring.next = undefined
}

/** Every link of the ring is opened anew, ours by this node and that of our prev by it. */
export function dropRing(state: State): void {
  dropNext(state)
  dropCandidates(state)
  hangUp(state, state.ring.prev?.link)
  state.ring.prev = undefined
  clearDown(state)
}

function dropCandidates(state: State): void {
  for (const id of [...state.ring.candidates.keys()]) hangUp(state, id)
}

/** N1: once a second, where next is not the first member after us, the nearer ones are tried again. */
export function retryRing(state: State): void {
  const { ring } = state
  const nearest = successors(state)[0]
  if (!nearest || (ring.next?.linking === 'linked' && ring.next.member.uid === nearest.uid)) {
    ring.passes = 0
    return
  }
  // Each silent member costs a time-out. If a pass over many of them began anew before it has found one that
  // replies, or tried all, it would never get beyond those that it can try in a second.
  if (!isPassing(state)) {
    if (ring.down.has(nearest.uid)) ring.passes++
    clearDown(state)
  }
  if (ring.next && ring.next.linking !== 'linked') ring.next.linking = 'no'
  // A candidate that has not replied yet keeps its timer: asked anew each second, a silent one would never count as down.
  for (const candidate of ring.candidates.values())
    if (candidate.linking === 'referred') candidate.linking = 'no'
}

/** Whether a member nearer than next was dialled and has not replied yet. */
function isPassing(state: State): boolean {
  return [...state.ring.candidates.keys()].some((id) => !isUp(state, id))
}

/** To the nearest HELLO and LINK go out together, to save an exchange. */
export function onCandidateOpened(state: State, link: Link): void {
  sayHello(state, link)
  const candidate = state.ring.candidates.get(link.id)
  if (candidate && candidate.member.uid === nearestUp(state)?.uid) askCandidate(state, candidate, link.id)
}

/** A candidate said who it is. One that was restarted, or stands in no ring, counts as down. */
export function onCandidateInfo(state: State, link: Link, info: Extract<Frame, { type: 'info' }>): void {
  const candidate = state.ring.candidates.get(link.id)
  if (!candidate) return
  if (info.inc !== candidate.member.inc || info.status === 'searching') {
    state.ring.down.add(candidate.member.uid)
    // A newer process means that the one in the view is dead (2.6), but nobody is told: it is about to
    // FOLLOW, and then takes its slot (2.4). If it does not, its leader's own wait runs out.
    hangUp(state, link.id)
  } else if (candidate.linking === 'asked') awaitLinked(state, link.id)
}

/** A candidate's link ended before it became next: it is down. */
export function onCandidateLost(state: State, id: LinkId, why: LinkEnd): void {
  const candidate = state.ring.candidates.get(id)
  if (!candidate) return
  state.ring.candidates.delete(id)
  state.ring.down.add(candidate.member.uid)
  if (why === 'silent') state.ring.silent = true
  state.suspects.push({ member: candidate.member, refused: why === 'refused' })
}

/** N2: a node wants to be our prev. */
export function onLink(state: State, link: Link, frame: Extract<Frame, { type: 'link' }>): void {
  const { ring } = state
  const who = link.who
  if (!who) return
  if (!isListed(state)) {
    hangUp(state, link.id)
    return
  }
  if (memberOf(state, who.uid)?.inc !== who.inc) {
    const leader = leaderOf(state)
    link.applied = true
    exchangeVids(state, link.id, frame.vid)
    // Without a leader we may be behind: our vid asks for its view (N3).
    send(state, link.id, { type: 'refer', prev: leader ?? selfOf(state), vid: state.view.vid })
    return
  }
  const prev = ring.prev
  if (prev && prev.link !== link.id && prev.member.uid !== who.uid && !isNearer(state, who, prev.member)) {
    send(state, link.id, { type: 'refer', prev: prev.member, vid: state.view.vid })
    exchangeVids(state, link.id, frame.vid)
    return
  }
  ring.prev = { member: who, link: link.id }
  send(state, link.id, { type: 'linkOk', vid: state.view.vid })
  exchangeVids(state, link.id, frame.vid)
  if (prev && prev.link !== link.id) {
    // The old one links to the nearer one and closes then; the same node's older link is only closed.
    if (prev.member.uid === who.uid) hangUp(state, prev.link)
    else send(state, prev.link, { type: 'refer', prev: who, vid: state.view.vid })
  }
  if (prev?.member.uid !== who.uid) tellRing(state)
}

/** Whether `a` stands strictly between `b` and this node, in ring order. */
function isNearer(state: State, a: Member, b: Member): boolean {
  const order = successors(state)
  const at = (member: Member): number => order.findIndex((other) => other.uid === member.uid)
  return at(a) > at(b)
}

export function onLinkOk(state: State, link: Link, frame: Extract<Frame, { type: 'linkOk' }>): void {
  const { ring } = state
  const candidate = ring.candidates.get(link.id)
  // The other end has us as its prev only if it replies to our LINK.
  if (candidate && candidate.linking !== 'asked') return
  stopTimer(state, `dial:${link.id}`)
  if (candidate) {
    ring.candidates.delete(link.id)
    dropNext(state)
    ring.next = { member: candidate.member, link: link.id, linking: 'linked' }
  } else if (ring.next?.link === link.id && ring.next.linking === 'asked') {
    ring.next.linking = 'linked'
  } else return
  if (ring.next.member.uid === successors(state)[0]?.uid) ring.passes = 0
  exchangeVids(state, link.id, frame.vid)
  tellRing(state)
}

/** Another is nearer to the node we linked to, or it says so. It stays our referrer meanwhile (N6). */
export function onRefer(state: State, link: Link, frame: Extract<Frame, { type: 'refer' }>): void {
  const { ring } = state
  const candidate = ring.candidates.get(link.id)
  exchangeVids(state, link.id, frame.vid)
  stopTimer(state, `dial:${link.id}`)
  if (candidate) {
    candidate.linking = 'referred'
    if (ring.next?.linking === 'linked') return
    ring.candidates.delete(link.id)
    dropNext(state)
    ring.next = { member: candidate.member, link: link.id, linking: 'referred' }
  } else if (ring.next?.link === link.id) {
    if (ring.next.linking !== 'no') ring.next.linking = 'referred'
  } else return
  // The node named is tried even if it was found down before: the referrer has a link to it.
  const order = successors(state)
  const between = order.findIndex((member) => member.uid === frame.prev.uid)
  const referrer = order.findIndex((member) => member.uid === ring.next?.member.uid)
  if (between >= 0 && between < referrer) ring.down.delete(frame.prev.uid)
}

/** A ring link ended without BYE. The neighbour is dialled once more at once; refused, it is dead (2.6). */
export function onNeighbourLost(state: State, id: LinkId, bye: boolean): void {
  const { ring } = state
  if (ring.next?.link === id) {
    // ensureNext dials it again, and a refusal makes it a suspect.
    ring.next = undefined
  }
  if (ring.prev?.link === id) {
    const { member } = ring.prev
    ring.prev = undefined
    if (!bye) dial(state, 'check', member.addr, { expects: member.uid, ms: state.config.dialAnswerMs })
  }
}

/** The reply to the check of a lost prev, or its absence. `inc`: of the process that replied. */
export function onChecked(state: State, link: Link, answer: { inc: string } | { why: LinkEnd }): void {
  const member = link.expects === undefined ? undefined : memberOf(state, link.expects)
  if (!member) return
  if ('why' in answer) state.suspects.push({ member, refused: answer.why === 'refused' })
  else if (answer.inc > member.inc) state.ring.down.add(member.uid)
}

function tellRing(state: State): void {
  const next = state.ring.next?.member
  const previous = state.ring.prev?.member
  log(state, { type: 'ring', ...(next ? { next } : {}), ...(previous ? { previous } : {}) })
}
