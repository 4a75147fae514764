/**
 * Losing the leader, and finding out whether it is lost (PROTOCOL.md section 2.8): failed FOLLOWs, held tokens, resignation.
 */

import { nextBelow } from '../../lib/prng.ts'
import { log, send, startTimer } from '../model/emit.ts'
import type { LinkEnd } from '../model/events.ts'
import { bookEntriesOf, bookEntryOf, isListed, linkOf } from '../model/facts.ts'
import type { Frame, Member } from '../model/frames.ts'
import { bootCounter } from '../model/ids.ts'
import type { Following, Link, State } from '../model/state.ts'
import { noteBook, noteEntry } from '../ring/book.ts'
import { isBarred } from '../ring/keys.ts'
import { callTwin, cutLink, dial, lossOf } from '../ring/links.ts'
import { stretch } from '../ring/pace.ts'
import { distrust, leaderNamedBy } from './distrust.ts'
import { onLeaderAlive, onToken, startElection } from './election.ts'
import { follow, followAgain, noteFruitless, quitFollowing } from './following.ts'
import { takeSolo } from './office.ts'
import { search } from './searching.ts'

/** Why we have no leader any more. */
export type LeaderLoss = 'died' | 'unreachable' | 'resigned' | 'dismissed'

/**
 * The leader is lost. The node before it in the ring starts the election when the gap is closed;
 * the others only wait for it a while.
 */
export function loseLeader(state: State, role: Following, how: LeaderLoss): void {
  const { config, prng, ring, election } = state
  const held = role.held
  const { leader } = role
  if (how === 'unreachable' && role.phase !== 'dialling') noteFruitless(state, role)
  quitFollowing(state, how === 'resigned' || how === 'dismissed' ? 'hang-up' : 'cut')
  election.lastElect = undefined
  election.lastElected = undefined
  state.out.push({ type: 'leaderChanged', term: election.term })
  if (!isListed(state)) {
    // 2.8: no view lists it, so it joins again, never solo beside a living ring.
    search(state, state.wasIn, false)
    return
  }
  if (how === 'died' && !leader.visit) noteEntry(state, { ...bookEntryOf(leader), gone: 'died' })
  if (how !== 'resigned') ring.down.add(leader.uid)
  if (how === 'unreachable') ring.silent = true
  state.role = { type: 'leaderless', lost: leader.uid, started: false, voided: 0, offered: role.offered }
  if (ring.next?.member.uid === leader.uid && how !== 'resigned') {
    cutLink(state, ring.next.link)
    ring.next = undefined
  }
  startTimer(state, 'backup', stretch(state, config.backupMinMs + nextBelow(prng, config.backupSpreadMs)))
  // N3: who knows a newer view tells it at once, so that the election runs over one ring.
  for (const link of [ring.next?.link, ring.prev?.link]) {
    if (link !== undefined) send(state, link, { type: 'ping', nonce: 0, vid: state.view.vid, safe: 0 })
  }
  for (const { link, frame } of held)
    if (frame.type === 'elect' || frame.type === 'elected') onToken(state, link, frame)
}

/** 2.17: the leader sent what does not verify. It is not followed again, or the largest uid would win again and again. */
export function dismissLeader(state: State, role: Following): void {
  distrust(state, role.leader)
  // Nor is what it said before.
  role.held = role.held.filter(({ frame }) => leaderNamedBy(frame) !== role.leader.uid)
  loseLeader(state, role, 'dismissed')
}

/** 2.20: the leader was removed from the room. Until its records name another, nobody leads here. */
export function dismissRemoved(state: State, role: Following): void {
  role.held = role.held.filter(({ frame }) => leaderNamedBy(frame) !== role.leader.uid)
  loseLeader(state, role, 'dismissed')
}

/**
 * No PONG of the leader yet (2.8). Where nothing came at all, it is lost. Else the PONG may stand behind records; but
 * what comes may also be the rest of what a dead leader had sent. A fresh link, which nothing waits on, tells.
 */
export function onHoldTimeout(state: State, role: Following): void {
  const { leader, link } = role
  if ((linkOf(state, link)?.quiet ?? Infinity) > 1) {
    loseLeader(state, role, 'unreachable')
    return
  }
  role.holdCheck = dial(state, 'check', leader.addr, { expects: leader.uid, ms: state.config.followAnswerMs })
}

/** The reply to that dial, or its end without one. `inc`: of the process that replied. */
export function onLeaderChecked(state: State, link: Link, answer: { inc: string } | { why: LinkEnd }): void {
  const { role } = state
  if (role.type !== 'following' || role.holdCheck !== link.id) return
  role.holdCheck = undefined
  if ('why' in answer) loseLeader(state, role, lossOf(answer.why))
  else if (answer.inc === role.leader.inc) onLeaderAlive(state, role)
}

/** FOLLOW was refused, timed out, or WAIT came (2.8). `link`: where it was said, as the link may be closed by now. */
export function onFollowFailed(
  state: State,
  role: Following,
  why: 'died' | 'unreachable' | 'wait',
  link = linkOf(state, role.link),
): void {
  const { election, config, prng } = state
  if (why === 'unreachable') noteFruitless(state, role, link)
  if (!isListed(state)) {
    quitFollowing(state, 'hang-up')
    // Others go on naming a leader that this node cannot reach: it would search for ever.
    if (why !== 'wait') election.failedFollows++
    if (election.failedFollows === config.failedFollowsMax && !state.wasIn && state.fruitless === 0) {
      const { name, addr } = role.leader
      const text = `the leader, ${name}(${addr}), cannot be reached at that address from this machine, and nobody joins without it: join from a network that leads there, or let it start with another -a`
      log(state, { type: 'error', text })
    }
    if (state.wasIn && election.failedFollows >= config.failedFollowsMax) takeSolo(state)
    else search(state, state.wasIn, false)
    return
  }
  const counts = role.origin === 'named' || role.origin === 'search'
  if (counts) election.failedFollows++
  loseLeader(state, role, why === 'wait' ? 'resigned' : why)
  // A token that was held may have named a leader by now, or have begun an election, which continues.
  if (!counts || state.role.type !== 'leaderless' || state.role.started) return
  if (election.failedFollows >= config.failedFollowsMax) takeSolo(state)
  else startTimer(state, 'backup', stretch(state, 200 + nextBelow(prng, 200)))
}

export function onRedirect(state: State, link: Link, frame: Extract<Frame, { type: 'redirect' }>): void {
  const { role } = state
  if (role.type !== 'following' || role.phase !== 'dialling') return
  noteBook(state, bookEntriesOf(frame.view.members), false)
  if (frame.leader.uid === state.uid) callTwin(state, frame.leader)
  const { uid } = frame.leader
  if (role.redirects >= state.config.redirectsMax || uid === state.uid || isBarred(state, uid)) {
    onFollowFailed(state, role, 'wait')
    return
  }
  const { origin, redirects, held } = role
  const after = role.after === '' ? (link.who?.uid ?? '') : role.after
  quitFollowing(state, 'hang-up')
  follow(state, frame.leader, { origin, after, redirects: redirects + 1, held })
}

/** RESIGN may overtake the VIEW, which comes on another link. */
export function onResign(state: State, link: Link): void {
  const { role } = state
  if (role.type === 'following' && role.leader.uid === link.who?.uid) loseLeader(state, role, 'resigned')
  if (state.role.type === 'leaderless' && !state.role.started) startElection(state, 'leader left')
}

/**
 * HELLO or INFO of a newer process of a member: the one in our view is dead now (2.6). How it takes over its slot:
 *
 * 1. Bob#1 is killed and Bob#2 starts before anybody noticed. Ann, the leader, still lists Bob#1.
 * 2. Bob#2 says HELLO to Cid, the neighbour of Bob#1. Cid cuts its ring link to Bob#1 without SUSPECT: a suspicion
 *    would make Ann publish a view without Bob and, a moment later, one with him.
 * 3. Bob#2 sends FOLLOW to Ann. She closes the link of Bob#1, and puts Bob#2 into the same slot of the view (2.4).
 * 4. If Bob#1 was the leader, every node that learns of Bob#2 has lost its leader, and elects; Bob#2 does not inherit
 *    the office.
 */
export function noteNewerProcess(state: State, who: Member): void {
  const { role, ring } = state
  const isOlder = (member: Member): boolean =>
    member.uid === who.uid && bootCounter(member.inc) < bootCounter(who.inc)
  if (ring.next && isOlder(ring.next.member)) {
    cutLink(state, ring.next.link)
    ring.next = undefined
  }
  if (ring.prev && isOlder(ring.prev.member)) {
    cutLink(state, ring.prev.link)
    ring.prev = undefined
  }
  if (role.type !== 'following' || !isOlder(role.leader)) return
  // If it is alive nevertheless, its home was copied, and it must learn of the other (2.1).
  if (role.phase !== 'dialling') send(state, role.link, { type: 'alive', leader: who })
  loseLeader(state, role, 'died')
}

/**
 * 2.18: HELLO of our leader, from another address than the one that we know: it has moved, and our link to it may be dead.
 * HELLO is believed, because it came with the leader's key.
 */
export function noteMoved(state: State, who: Member): void {
  const { role } = state
  if (role.type !== 'following' || role.leader.uid !== who.uid || role.leader.inc !== who.inc) return
  if (role.leader.addr === who.addr) return
  role.leader = who
  followAgain(state, role, 'hang-up')
}
