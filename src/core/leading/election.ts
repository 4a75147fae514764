/**
 * Electing a leader (PROTOCOL.md section 2.8). The algorithm itself stands in chang-roberts.ts; here are its terms,
 * timers and resends, and what a node does that learns of a leader meanwhile.
 */

import { nextBelow } from '../../lib/prng.ts'
import { log, send, startTimer, stopTimer } from '../model/emit.ts'
import { isUp, linkOf, memberOf, selfOf } from '../model/facts.ts'
import type { Candidate, Frame, Member } from '../model/frames.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import type { LogLine } from '../model/log-line.ts'
import type { Following, Office, State } from '../model/state.ts'
import { noteNamed } from '../ring/book.ts'
import { sendTo } from '../ring/links.ts'
import { stretch } from '../ring/pace.ts'
import { isAlone, successors, tokenTarget } from '../ring/ring.ts'
import { enterTerm, join, judge, nominate, type Verdict } from './chang-roberts.ts'
import { follow } from './following.ts'
import { isGathered, openOffice, takeOffice, takeSolo } from './office.ts'

type Token = Extract<Frame, { type: 'elect' | 'elected' }>

/** Whether the lost leader stood between this node and the one that gets its tokens: then the election is ours to start. */
function ownsGap(state: State, lost: Uid): boolean {
  const order = successors(state).map((member) => member.uid)
  const at = order.indexOf(lost)
  const next = tokenTarget(state)?.member.uid
  return at >= 0 && next !== undefined && at < order.indexOf(next)
}

/** Called after every step: what the facts about the ring mean for the election. */
export function decideElection(state: State): void {
  const { role, election } = state
  const link = tokenTarget(state)?.link
  const isOther = link !== election.tokenLink
  election.tokenLink = link
  if (role.type === 'leaderless') {
    if (isAlone(state)) {
      takeSolo(state)
      return
    }
    if (!role.started && ownsGap(state, role.lost)) {
      startElection(state, 'leader lost')
      return
    }
  }
  if (role.type === 'office' && role.phase === 'gathering') {
    if (isAlone(state)) role.lap ??= [selfOf(state)]
    if (isGathered(state, role)) openOffice(state, role)
  }
  if (isOther && mustResend(state)) resendTokens(state)
}

/** A token dies only if every node that forwarded it dies: it is sent again where tokens go to another node (2.8). */
function mustResend(state: State): boolean {
  const { role } = state
  if (role.type === 'leaderless') return true
  if (role.type === 'office') return role.phase === 'gathering'
  return role.type === 'following' && !role.viewSeen
}

function resendTokens(state: State): void {
  const { lastElect, lastElected } = state.election
  if (lastElect) sendToken(state, lastElect)
  if (lastElected) sendToken(state, lastElected)
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
 * (base + perMember * n) * 2^k, at most max, +-50 %. k counts the terms that failed for any node: on a large slow
 * ring some node's timer fires before the lap is done. If each node counted only its own, new terms would end one
 * another for ever.
 */
function armElect(state: State): void {
  const { config, prng, election, role } = state
  const base = config.electBaseMs + config.electPerMemberMs * state.view.members.length
  const failed = Math.max(election.failedTerms, role.type === 'leaderless' ? role.voided : 0)
  const ms = Math.min(base * 2 ** failed, config.electMaxMs)
  startTimer(state, 'elect', stretch(state, ms / 2 + nextBelow(prng, ms + 1)))
}

function passElect(state: State, frame: Extract<Frame, { type: 'elect' }>): void {
  state.election.lastElect = frame
  sendToken(state, frame)
}

function passElected(state: State, frame: Extract<Frame, { type: 'elected' }>): void {
  state.election.lastElected = frame
  sendToken(state, frame)
}

function sendToken(state: State, token: Frame): void {
  const target = tokenTarget(state)
  if (target) send(state, target.link, token)
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
      startTimer(state, 'gather', stretch(state, state.config.gatherMs))
    }
    return
  }
  send(state, from, { type: 'alive', leader: selfOf(state) })
  if (frame.type === 'elected') sendTo(state, frame.winner, { type: 'alive', leader: selfOf(state) })
}

/**
 * A token reaches a node that has a leader. The race it must win, in a ring Ann -> Bob -> Cid -> Ann with leader Ann:
 *
 * 1. Ann dies. Bob finds her port closed and starts: ELECT(2, Bob) goes to Cid.
 * 2. Cid's link to Ann still looks well: it has not noticed the death. If Cid replied ALIVE(Ann), Bob would follow
 *    a dead leader, fail, and start again; if Cid took part at once, a node that receives only part of the traffic
 *    could depose a living leader.
 * 3. So Cid holds the token and sends Ann a PING. Only a PONG to this PING, sent after the token came, counts: a
 *    PONG that was under way already says nothing about now.
 * 4. PONG: ALIVE(Ann) goes to all whose tokens are held. No PONG, or the link ends: Ann is lost to Cid as well, and
 *    the held tokens are processed in the order in which they came, as if they came now (losing.ts).
 * 5. If Cid has to FOLLOW Ann again meanwhile, the tokens stay held: the reply to FOLLOW decides about them.
 */
function onTokenFollowing(state: State, role: Following, from: LinkId, frame: Token): void {
  if (
    frame.type === 'elected' &&
    frame.winner.uid === role.leader.uid &&
    frame.winner.inc === role.leader.inc
  ) {
    // Already following the winner: only the list is completed, for any term.
    if (!frame.list.some((member) => member.uid === state.uid)) {
      passElected(state, { ...frame, list: [...frame.list, selfOf(state)] })
    }
    return
  }
  if (frame.type === 'elect') logToken(state, from, frame, 'held')
  // The leader counts as alive only by a PONG to a PING sent after the token came. While a FOLLOW is
  // out, its reply decides.
  role.held.push({ link: from, frame })
  if (role.held.length > 64) role.held.shift()
  if (role.holdNonce !== 0 || role.phase === 'dialling') return
  askLeader(state, role)
}

/** Asks the leader for a life sign on behalf of the tokens held. */
function askLeader(state: State, role: Following): void {
  role.holdNonce = ++state.nonce
  send(state, role.link, { type: 'ping', nonce: role.holdNonce, vid: state.view.vid, safe: 0 })
  startTimer(state, 'hold', stretch(state, state.config.holdTokenMs))
}

/** The leader lives: ALIVE goes out for every token held. */
export function onLeaderAlive(state: State, role: Following): void {
  role.holdNonce = 0
  role.holdCheck = undefined
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
  const sentBefore = frame.term === before ? election.sentMax : undefined
  const verdict = judge(election, { uid: state.uid, inc: state.inc }, frame.term, frame.candidate)
  if (election.term !== before) {
    election.winner = undefined
    election.takenFrom.clear()
    if (state.role.type === 'leaderless' && state.role.started) state.role.voided++
  }
  logToken(state, from, frame, verdictOf(verdict, frame.candidate), sentBefore)
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

type TokenVerdict = Extract<LogLine, { type: 'election-token' }>['verdict']

function verdictOf(verdict: Verdict, candidate: Candidate): TokenVerdict {
  switch (verdict.type) {
    case 'stale':
      return 'old'
    case 'won':
      return 'elected'
    case 'drop':
      return 'dropped'
    case 'forward':
      return verdict.candidate.uid === candidate.uid ? 'pass on' : 'replaced'
  }
}

/** In a second, and one more for each member. */
const tokensToldMax = 64

/** `sentBefore`: the largest candidate sent in this term before it came. */
function logToken(
  state: State,
  from: LinkId,
  { term, candidate }: Extract<Frame, { type: 'elect' }>,
  verdict: TokenVerdict,
  sentBefore?: Candidate,
): void {
  // A ring needs fewer in a second. A peer that sends more must not fill the log.
  if (state.tokensTold >= tokensToldMax + state.view.members.length) return
  state.tokensTold++
  const peer = linkOf(state, from)?.peer
  log(state, {
    type: 'election-token',
    term,
    candidate: candidate.uid,
    verdict,
    own: state.uid,
    ...(peer !== undefined && { from: peer }),
    ...(verdict === 'dropped' && sentBefore && { sentMax: sentBefore.uid }),
  })
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
  startTimer(state, 'lap', stretch(state, electBaseMs + electPerMemberMs * state.view.members.length))
}

/** The lap did not come back: it is sent again, twice; then office opens with those who followed. */
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
  noteNamed(state, frame.winner)
  log(state, { type: 'election-won', term: frame.term, who: frame.winner })
  passElected(state, { ...frame, list: [...frame.list, selfOf(state)] })
  followNamed(state, frame.winner, 'elected')
}

/** Follows a leader that was named to a node without one. */
export function followNamed(state: State, leader: Member, origin: 'elected' | 'named'): void {
  for (const name of ['backup', 'elect']) stopTimer(state, name)
  follow(state, leader, { origin, after: state.ring.prev?.member.uid ?? '' })
}

/** A node of a newer term refused our token. */
export function onStale(state: State, term: number): void {
  const { role, election } = state
  if (term <= election.term) return
  if (role.type === 'leaderless') {
    // In that very term: if it began the next, tokens of the newer term would be refused behind it, and
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
  if (state.role.type === 'leaderless') followNamed(state, leader, 'named')
}
