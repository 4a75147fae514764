/**
 * Losing a leader and electing the next (PROTOCOL.md section 2.8). The algorithm itself stands in
 * chang-roberts.ts; here are its terms, timers, resends, and what a node does that hears of a leader.
 */

import { nextBelow } from '../../lib/prng.ts'
import { noteEntry, noteMember } from '../ring/book.ts'
import { enterTerm, join, judge, nominate } from './chang-roberts.ts'
import { follow, quitFollowing } from './following.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import { sendTo } from '../ring/links.ts'
import type { Frame, Member, View } from '../model/frames.ts'
import { compareVids } from '../model/frames.ts'
import {
  bookEntryOf,
  hangUp,
  isListed,
  isUp,
  log,
  memberOf,
  selfOf,
  send,
  startTimer,
  stopTimer,
} from '../model/node.ts'
import { isGathered, openOffice, takeOffice, takeSolo } from './office.ts'
import { isAlone, successors } from '../ring/ring.ts'
import { search } from './searching.ts'
import type { Following, Office, State } from '../model/state.ts'
import { adoptView } from '../ring/views.ts'

type Token = Extract<Frame, { type: 'elect' | 'elected' }>

/** Why we have no leader any more. */
export type LeaderLoss = 'died' | 'unreachable' | 'resigned'

/**
 * The leader is lost. Whoever stands before it in the ring starts the election when the gap is closed;
 * the others only wait for it a while.
 */
export function loseLeader(state: State, role: Following, how: LeaderLoss): void {
  const { config, prng, ring, election } = state
  const held = role.held
  const { leader } = role
  quitFollowing(state, how === 'resigned' ? 'hang-up' : 'cut')
  election.lastElect = undefined
  election.lastElected = undefined
  state.out.push({ type: 'leaderChanged', term: election.term })
  if (!isListed(state)) {
    // 2.8: no view lists it, so it joins again, never solo beside a living ring.
    search(state, state.wasIn, false)
    return
  }
  if (how === 'died') noteEntry(state, { ...bookEntryOf(leader), gone: 'died' })
  if (how !== 'resigned') ring.down.add(leader.uid)
  state.role = { type: 'leaderless', lost: leader.uid, started: false, voided: 0 }
  if (ring.next?.member.uid === leader.uid && how !== 'resigned') ring.next = undefined
  startTimer(state, 'backup', config.backupMinMs + nextBelow(prng, config.backupSpreadMs))
  // N3: who knows a newer view tells it at once, so that the election runs over one ring.
  for (const link of [ring.next?.link, ring.prev?.link]) {
    if (link !== undefined) send(state, link, { type: 'ping', nonce: 0, vid: state.view.vid, safe: 0 })
  }
  for (const { link, frame } of held)
    if (frame.type === 'elect' || frame.type === 'elected') onToken(state, link, frame)
}

/** Whether the gap that our link to next bridges contained the lost leader: then the election is ours to start. */
function ownsGap(state: State, lost: Uid): boolean {
  const order = successors(state).map((member) => member.uid)
  const at = order.indexOf(lost)
  const next = state.ring.next?.member.uid
  return at >= 0 && next !== undefined && at < order.indexOf(next)
}

/** Called after every step: what the facts about the ring mean for the election. */
export function decideElection(state: State): void {
  const { role, ring } = state
  if (role.type === 'leaderless') {
    if (isAlone(state)) {
      takeSolo(state)
      return
    }
    if (!role.started && ownsGap(state, role.lost)) {
      startElection(state, 'leader lost')
      ring.changed = false
    }
  }
  if (role.type === 'office' && role.phase === 'gathering') {
    if (isAlone(state)) role.lap ??= [selfOf(state)]
    if (isGathered(state, role)) openOffice(state, role)
  }
  if (ring.changed) {
    ring.changed = false
    if (mustResend(state)) resendTokens(state)
  }
}

/** A token dies only if every node that forwarded it dies: it is sent again to a new next (2.8). */
function mustResend(state: State): boolean {
  const { role } = state
  if (role.type === 'leaderless') return true
  if (role.type === 'office') return role.phase === 'gathering'
  return role.type === 'following' && !role.viewSeen
}

function resendTokens(state: State): void {
  const { lastElect, lastElected } = state.election
  const next = state.ring.next
  if (!next) return
  if (lastElect) send(state, next.link, lastElect)
  if (lastElected) send(state, next.link, lastElected)
}

export function startElection(state: State, why: 'leader lost' | 'leader left' | 'timeout'): void {
  const { role, election, config } = state
  if (role.type !== 'leaderless') return
  role.started = true
  if (election.failedTerms >= config.failedTermsMax) {
    takeSolo(state)
    return
  }
  const candidate = nominate(election, { uid: state.uid, inc: state.inc })
  election.winner = undefined
  stopTimer(state, 'backup')
  log(state, { type: 'election-started', term: election.term, why })
  passElect(state, { type: 'elect', term: election.term, candidate })
  armElect(state)
}

/**
 * (base + perMember * n) * 2^k, at most max, +-50 %. k counts the terms that failed for anybody: on a large slow
 * ring somebody's timer fires before the lap is done, and were each to count only its own, terms would go on
 * making one another void.
 */
function armElect(state: State): void {
  const { config, prng, election, role } = state
  const base = config.electBaseMs + config.electPerMemberMs * state.view.members.length
  const failed = Math.max(election.failedTerms, role.type === 'leaderless' ? role.voided : 0)
  const ms = Math.min(base * 2 ** failed, config.electMaxMs)
  startTimer(state, 'elect', Math.round(ms / 2 + nextBelow(prng, ms + 1)))
}

function passElect(state: State, frame: Extract<Frame, { type: 'elect' }>): void {
  state.election.lastElect = frame
  if (state.ring.next) send(state, state.ring.next.link, frame)
}

function passElected(state: State, frame: Extract<Frame, { type: 'elected' }>): void {
  state.election.lastElected = frame
  if (state.ring.next) send(state, state.ring.next.link, frame)
}

/** No ELECTED came in time: the term failed. */
export function onElectTimeout(state: State): void {
  if (state.role.type !== 'leaderless') return
  state.election.failedTerms++
  startElection(state, 'timeout')
}

/** ELECT or ELECTED came, from any member (N6). */
export function onToken(state: State, from: LinkId, frame: Token): void {
  const { role } = state
  if (role.type === 'office') {
    onTokenInOffice(state, role, from, frame)
  } else if (role.type === 'following') {
    onTokenFollowing(state, role, from, frame)
  } else if (role.type === 'leaderless') {
    if (frame.type === 'elect') onElect(state, from, frame)
    else onElected(state, from, frame)
  }
}

function onTokenInOffice(state: State, office: Office, from: LinkId, frame: Token): void {
  if (frame.type === 'elected' && frame.winner.uid === state.uid) {
    if (frame.winner.inc === state.inc && office.phase === 'gathering' && !office.lap) {
      office.lap = frame.list
      stopTimer(state, 'lap')
      startTimer(state, 'gather', state.config.gatherMs)
    }
    return
  }
  send(state, from, { type: 'alive', leader: selfOf(state) })
  if (frame.type === 'elected') sendTo(state, frame.winner, { type: 'alive', leader: selfOf(state) })
}

function onTokenFollowing(state: State, role: Following, from: LinkId, frame: Token): void {
  if (
    frame.type === 'elected' &&
    frame.winner.uid === role.leader.uid &&
    frame.winner.inc === role.leader.inc
  ) {
    // Already following the winner: only the list is completed, whatever the term.
    if (!frame.list.some((member) => member.uid === state.uid)) {
      passElected(state, { ...frame, list: [...frame.list, selfOf(state)] })
    }
    return
  }
  // The leader counts as alive only by a PONG to a PING sent after the token came. While a FOLLOW is
  // out, its answer decides.
  role.held.push({ link: from, frame })
  if (role.held.length > 64) role.held.shift()
  if (role.holdNonce !== 0 || role.phase === 'dialling') return
  askLeader(state, role)
}

/** Asks the leader for a life sign on behalf of the tokens held. */
export function askLeader(state: State, role: Following): void {
  role.holdNonce = ++state.nonce
  send(state, role.link, { type: 'ping', nonce: role.holdNonce, vid: state.view.vid, safe: 0 })
  startTimer(state, 'hold', state.config.holdTokenMs)
}

/** The leader lives: every token held is answered. */
export function onLeaderAlive(state: State, role: Following): void {
  role.holdNonce = 0
  stopTimer(state, 'hold')
  for (const { link, frame } of role.held) {
    if (isUp(state, link)) send(state, link, { type: 'alive', leader: role.leader })
    if (frame.type === 'elected') sendTo(state, frame.winner, { type: 'alive', leader: role.leader })
  }
  role.held = []
}

function onElect(state: State, from: LinkId, frame: Extract<Frame, { type: 'elect' }>): void {
  const { election } = state
  const before = election.term
  const verdict = judge(election, { uid: state.uid, inc: state.inc }, frame.term, frame.candidate)
  if (election.term !== before) {
    election.winner = undefined
    election.takenFrom.clear()
    if (state.role.type === 'leaderless' && state.role.started) state.role.voided++
  }
  switch (verdict.type) {
    case 'stale':
      send(state, from, { type: 'stale', term: election.term })
      return
    case 'won':
      win(state)
      return
    case 'drop':
      election.takenFrom.add(from)
      return
    case 'forward':
      election.takenFrom.add(from)
      stopTimer(state, 'backup')
      if (state.role.type === 'leaderless') state.role.started = true
      log(state, {
        type: 'election-candidate',
        term: election.term,
        who: memberOf(state, verdict.candidate.uid) ?? { uid: verdict.candidate.uid },
      })
      passElect(state, { type: 'elect', term: election.term, candidate: verdict.candidate })
      armElect(state)
  }
}

/** Our token came home (2.9): the lap tells everybody, and rebuilds the lost directory. */
function win(state: State): void {
  const { election } = state
  log(state, { type: 'election-won', term: election.term, who: selfOf(state) })
  takeOffice(state)
  election.winner = state.uid
  election.lastElect = undefined
  sendLap(state)
}

function sendLap(state: State): void {
  const winner = selfOf(state)
  passElected(state, { type: 'elected', term: state.election.term, winner, list: [winner] })
  const { electBaseMs, electPerMemberMs } = state.config
  startTimer(state, 'lap', electBaseMs + electPerMemberMs * state.view.members.length)
}

/** The lap did not come back: again, twice; then with whoever followed. */
export function onLapTimeout(state: State): void {
  const office = state.role
  if (office.type !== 'office' || office.phase !== 'gathering' || office.lap) return
  if (office.lapResends < 2) {
    office.lapResends++
    sendLap(state)
  } else openOffice(state, office)
}

function onElected(state: State, from: LinkId, frame: Extract<Frame, { type: 'elected' }>): void {
  const { election } = state
  if (frame.term < election.term) {
    send(state, from, { type: 'stale', term: election.term })
    return
  }
  if (frame.winner.uid === state.uid) return
  const known = frame.term === election.term ? election.winner : undefined
  if (known !== undefined && known >= frame.winner.uid) return
  if (frame.list.some((member) => member.uid === state.uid)) return
  if (frame.term > election.term) enterTerm(election, frame.term)
  election.winner = frame.winner.uid
  noteMember(state, frame.winner)
  log(state, { type: 'election-won', term: frame.term, who: frame.winner })
  passElected(state, { ...frame, list: [...frame.list, selfOf(state)] })
  followNamed(state, frame.winner, 'elected')
}

/** Somebody lives who leads: follow. */
function followNamed(state: State, leader: Member, origin: 'elected' | 'named'): void {
  for (const name of ['backup', 'elect']) stopTimer(state, name)
  follow(state, leader, { origin, after: state.ring.prev?.member.uid ?? '' })
}

/** A node of a newer term refused our token. */
export function onStale(state: State, term: number): void {
  const { role, election } = state
  if (term <= election.term) return
  if (role.type === 'leaderless') {
    // In that very term: were it to begin the next, tokens of the newer term would be refused behind it, and
    // so on round the ring for ever.
    role.started = true
    role.voided++
    const candidate = join(election, { uid: state.uid, inc: state.inc }, term)
    election.winner = undefined
    stopTimer(state, 'backup')
    passElect(state, { type: 'elect', term, candidate })
    armElect(state)
  } else if (role.type === 'office' && role.phase === 'gathering') {
    enterTerm(election, term)
    role.term = term
    sendLap(state)
  }
}

/** ALIVE(L) to one without a leader. (To one in office it is discovery: meeting.ts.) */
export function onAlive(state: State, leader: Member): void {
  if (state.role.type !== 'leaderless' || leader.uid === state.uid) return
  followNamed(state, leader, 'named')
}

/** FOLLOW was refused, timed out, or answered WAIT (2.8). */
export function onFollowFailed(state: State, role: Following, why: 'died' | 'unreachable' | 'wait'): void {
  const { election, config, prng } = state
  if (!isListed(state)) {
    quitFollowing(state, 'hang-up')
    // Others go on naming a leader that this node cannot reach: it would search for ever.
    if (why !== 'wait') election.failedFollows++
    if (state.wasIn && election.failedFollows >= config.failedFollowsMax) takeSolo(state)
    else search(state, state.wasIn, false)
    return
  }
  loseLeader(state, role, why === 'wait' ? 'resigned' : why)
  if (role.origin !== 'named' && role.origin !== 'search') return
  election.failedFollows++
  if (election.failedFollows >= config.failedFollowsMax) takeSolo(state)
  else startTimer(state, 'backup', 200 + nextBelow(prng, 200))
}

/** A view came over a ring link (N3). */
function isOwn(state: State, { vid, members }: View): boolean {
  return vid.leader === state.uid && members.some(({ uid, inc }) => uid === state.uid && inc === state.inc)
}

export function onNeighbourView(state: State, frame: Extract<Frame, { type: 'view' }>): void {
  const { role } = state
  const { vid, members } = frame.view
  // What we published ourselves we know, and what came after it (S13).
  if (compareVids(vid, state.view.vid) <= 0 || isOwn(state, frame.view)) return
  const listed = members.some(({ uid, inc }) => uid === state.uid && inc === state.inc)
  const leader = members.find(({ uid }) => uid === vid.leader)
  // A view of an older process of our leader is none of our leader's (N5).
  const sameLeader =
    leader !== undefined &&
    role.type === 'following' &&
    role.leader.inc === leader.inc &&
    role.leader.uid === leader.uid
  if (role.type === 'leaderless') {
    if (listed) adoptView(state, frame.view, frame.book)
    // A leader that we did not just lose has published it, or we are outsiders to its ring.
    if (leader && leader.uid !== role.lost && leader.uid !== state.uid) followNamed(state, leader, 'named')
    else if (!listed) leaveRing(state, members)
  } else if (role.type === 'following' && sameLeader && role.phase === 'live') {
    if (listed) adoptView(state, frame.view, frame.book)
    else if (leader) {
      quitFollowing(state, 'hang-up')
      follow(state, leader, { origin: 'named', after: state.ring.prev?.member.uid ?? '' })
    }
  }
}

/**
 * N3: the lost leader had put us out, and its ring elects without us. As a neighbour we would only swallow
 * its tokens, so we stand aside and join again (2.8).
 */
function leaveRing(state: State, members: readonly Member[]): void {
  for (const member of members) noteMember(state, member)
  for (const name of ['backup', 'elect']) stopTimer(state, name)
  const { ring } = state
  for (const id of [ring.next?.link, ring.prev?.link, ...ring.candidates.keys()]) hangUp(state, id)
  ring.next = undefined
  ring.prev = undefined
  ring.candidates.clear()
  state.view = { vid: { term: 0, leader: '' as Uid, ver: 0 }, members: [] }
  search(state, state.wasIn, true)
}
