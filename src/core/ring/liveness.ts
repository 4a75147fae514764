/**
 * Failure detection (PROTOCOL.md section 2.6): heartbeats, silence, and what the end of a link means
 * for whoever used it. No clock is compared: heartbeats are counted, so a node that slept counts none.
 */

import { noteEntry } from './book.ts'
import { loseLeader, onFollowFailed } from '../leading/election.ts'
import type { LinkEnd } from '../model/events.ts'
import { followAgain } from '../leading/following.ts'
import type { LinkId } from '../model/ids.ts'
import { bootCounter } from '../model/ids.ts'
import { stop } from '../leaving.ts'
import { lossOf } from './links.ts'
import { probeSoon } from '../merging/meeting.ts'
import type { Member } from '../model/frames.ts'
import { abandonMove } from '../merging/moving.ts'
import { bookEntryOf, cutLink, hangUp, log, memberOf, send, startTimer, stopTimer } from '../model/node.ts'
import { evict, followerOn, onFollowerLost, onSuspect } from '../leading/office.ts'
import { countLaggards, flushOutbox, nackDropped, refreshSafe } from '../log/ordering.ts'
import { onCandidateLost, onChecked, onNeighbourLost, retryRing } from './ring.ts'
import { refusalOf } from '../leading/searching.ts'
import type { Link, Office, State } from '../model/state.ts'

/** Heartbeats after which a link that serves nothing is closed: 10 s. */
const idleBeats = 40

export function onHeartbeat(state: State): void {
  const { config } = state
  startTimer(state, 'heartbeat', config.heartbeatEveryMs)
  state.beats++
  for (const link of [...state.links.values()]) {
    if (!state.links.has(link.id)) continue
    link.quiet++
    if (!isWatched(state, link)) {
      if (link.quiet > idleBeats) hangUp(state, link.id)
    } else if (link.quiet > config.suspectAfterBeats + config.deadAfterBeats) {
      cutLink(state, link.id)
      onLinkEnd(state, link, 'silent')
    } else if (link.quiet > config.suspectAfterBeats) {
      ping(state, link, ++state.nonce)
    } else if (!link.busy && state.beats % config.pingEveryBeats === 0) {
      ping(state, link, 0)
    }
  }
  if (state.role.type === 'office') {
    countLaggards(state, state.role)
    refreshSafe(state)
  }
  tellMerged(state)
  if (state.beats % config.ringRetryBeats === 0) retryRing(state)
}

/** What was said on the other side of a split is told once, when no more of it comes. */
function tellMerged(state: State): void {
  if (state.foreign > 0 && state.live && state.foreign === state.foreignBefore) {
    log(state, { type: 'merged', count: state.foreign })
    state.foreign = 0
  }
  state.foreignBefore = state.foreign
}

function ping(state: State, link: Link, nonce: number): void {
  const safe = state.role.type === 'office' ? state.role.safe : 0
  send(state, link.id, { type: 'ping', nonce, vid: state.view.vid, safe })
}

/** Ring links and star links are watched; all others are short errands. */
function isWatched(state: State, link: Link): boolean {
  const { ring, role } = state
  if (!link.who) return false
  if (ring.next?.link === link.id || ring.prev?.link === link.id) return true
  if (role.type === 'following') return role.link === link.id && role.phase !== 'dialling'
  return role.type === 'office' && (followerOn(role, link.id) !== undefined || role.moving?.link === link.id)
}

/** A link ended, or counts as ended. It is out of `state.links` already. */
export function onLinkEnd(state: State, link: Link, why: LinkEnd): void {
  stopTimer(state, `dial:${link.id}`)
  state.election.takenFrom.delete(link.id)
  const { role } = state
  if (role.type === 'following' && role.link === link.id) {
    onLeaderLinkEnd(state, link, why)
    return
  }
  if (state.ring.candidates.has(link.id)) onCandidateLost(state, link.id, why)
  if (link.purpose === 'check' && !link.who) onChecked(state, link, { why })
  if (link.purpose === 'search') {
    const refusal = refusalOf(state, link, why)
    if (refusal) stop(state, refusal)
  }
  onNeighbourLost(state, link.id, link.byeHeard)
  if (role.type !== 'office') return
  if (role.moving?.link === link.id) abandonMove(state, role)
  const follower = followerOn(role, link.id)
  if (follower && link.leftHeard && role.followers.has(follower.member.uid))
    evict(state, role, follower.member.uid, 'left')
  else if (follower)
    onFollowerLost(state, role, follower, link.byeHeard ? 'bye' : why === 'silent' ? 'silent' : 'closed')
}

function onLeaderLinkEnd(state: State, link: Link, why: LinkEnd): void {
  const { role, leaving } = state
  if (role.type !== 'following') return
  if (leaving?.said) {
    stop(state, 'left')
  } else if (role.phase === 'dialling') {
    onFollowFailed(state, role, link.byeHeard ? 'wait' : lossOf(why))
  } else if (why === 'silent') {
    loseLeader(state, role, 'unreachable')
  } else {
    // Closed without a word, or by one that may still lead: one immediate dial decides (2.6).
    followAgain(state, role, 'cut')
  }
}

/** A dial took too long. */
export function onDialTimeout(state: State, id: LinkId): void {
  const link = state.links.get(id)
  if (!link || (link.who && !state.ring.candidates.has(id))) return
  cutLinkKeeping(state, id)
  onLinkEnd(state, link, 'silent')
}

/** Like cutLink, but leaves the candidate's entry for onLinkEnd. */
function cutLinkKeeping(state: State, id: LinkId): void {
  state.links.delete(id)
  state.out.push({ type: 'close', link: id })
}

/** Members that this step found dead: the leader decides, the others tell it. */
export function drainSuspects(state: State): void {
  const { role, suspects } = state
  if (suspects.length === 0) return
  // Whoever is about to follow tells its leader then.
  if (role.type === 'following' && role.phase === 'dialling') return
  state.suspects = []
  for (const { member, refused } of suspects) {
    if (memberOf(state, member.uid)?.inc !== member.inc) continue
    if (refused && role.type !== 'following') noteEntry(state, { ...bookEntryOf(member), gone: 'died' })
    if (role.type === 'office') onSuspect(state, role, member.uid, member.inc, refused)
    else if (role.type === 'following' && member.uid !== role.leader.uid) {
      send(state, role.link, { type: 'suspect', uid: member.uid, inc: member.inc, refused })
    }
  }
}

/** HELLO or INFO of a newer process of a member: the one in our view is dead now (2.6). */
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
  if (role.type === 'following' && isOlder(role.leader)) loseLeader(state, role, 'died')
}

/** The eviction timer of a dropped follower. */
export function onEvictTimeout(state: State, uid: string): void {
  if (state.role.type !== 'office') return
  for (const follower of state.role.followers.values()) {
    if (follower.member.uid === uid && follower.link === undefined) {
      evict(state, state.role, follower.member.uid)
      return
    }
  }
}

/** The process slept. A leader that slept long may have been replaced: it stamps nothing until it knows. */
export function onWoke(state: State, sleptMs: number): void {
  log(state, { type: 'woke', sleptMs })
  const { role } = state
  if (role.type !== 'office' || sleptMs <= state.config.pauseMs) return
  probeSoon(state, role)
  if (role.followers.size === 0) return
  role.pauseNonce = ++state.nonce
  for (const follower of role.followers.values()) {
    if (follower.link === undefined) continue
    send(state, follower.link, { type: 'ping', nonce: role.pauseNonce, vid: state.view.vid, safe: role.safe })
  }
}

/** A follower still follows us, or none is left: stamping goes on. */
export function endPause(state: State, office: Office): void {
  office.pauseNonce = 0
  nackDropped(state, office)
  flushOutbox(state)
}

export function decidePause(state: State): void {
  const { role } = state
  if (role.type === 'office' && role.pauseNonce !== 0 && role.followers.size === 0) {
    probeSoon(state, role)
    endPause(state, role)
  }
}
