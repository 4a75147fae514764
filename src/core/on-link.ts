/**
 * What the life of a link means to the concern that uses it: opened, HELLO, INFO, BYE, too late, ended
 * (PROTOCOL.md sections 2.1 and 2.6). It only dispatches.
 */

import { unreachable } from '../lib/assert.ts'
import { requestLeave } from './leaving.ts'
import { evict, onFollowerLost } from './leading/evicting.ts'
import { followAgain, noteFruitless, onLeaderOpened, sayFollow } from './leading/following.ts'
import { loseLeader, noteMoved, noteNewerProcess, onFollowFailed, onLeaderChecked } from './leading/losing.ts'
import { onSearchInfo, onSearchOpened, refusalOf } from './leading/searching.ts'
import { onProbeInfo, onProbeOpened, sayProbe } from './merging/meeting.ts'
import { abandonMove, onBridgeOpened } from './merging/moving.ts'
import { rekeyingOf, tellRekeying } from './model/key-changes.ts'
import { log, send, startTimer, stopTimer } from './model/emit.ts'
import type { Event, LinkEnd } from './model/events.ts'
import { bookEntryOf, followerOn, leaderOf, linkOf, memberOf } from './model/facts.ts'
import type { Frame } from './model/frames.ts'
import type { LinkId } from './model/ids.ts'
import { noteOpened } from './model/lock.ts'
import type { Link, State } from './model/state.ts'
import { noteEntry } from './ring/book.ts'
import { alarmClone, cutLink, hangUp, judgePeer, lossOf, noteUp, sayHello, sayInfo } from './ring/links.ts'
import { giveKey, isOldLink, judgeKey, shutOutBy, tellShut, turnAway } from './ring/keys.ts'
import { isFar, stretch } from './ring/pace.ts'
import {
  onCandidateInfo,
  onCandidateLost,
  onCandidateOpened,
  onChecked,
  onNeighbourLost,
} from './ring/ring.ts'
import { stop } from './ring/stopping.ts'

export function onOpened(state: State, event: Extract<Event, { type: 'linkOpened' }>): void {
  const link = linkOf(state, event.link)
  if (!link) return
  link.peer = event.uid
  link.quiet = 0
  if (link.expects !== undefined && link.expects !== event.uid) {
    // Another node lives at this address now: whom we meant is not there.
    endLink(state, link, 'refused')
    return
  }
  // A node that is far away, and was dialled by one that did not know it, gets its time from here on.
  if (isFar(state, link))
    startTimer(state, `dial:${link.id}`, stretch(state, state.config.followAnswerMs, link))
  // 2.20: who knows only an old key learns nothing but who asks.
  if (isOldLink(state, link)) {
    sayHello(state, link)
    return
  }
  switch (link.purpose) {
    case 'leader':
      if (state.role.type === 'following') onLeaderOpened(state, state.role, link)
      return
    case 'candidate':
      onCandidateOpened(state, link)
      return
    case 'search':
      onSearchOpened(state, link)
      return
    case 'probe':
      onProbeOpened(state, link)
      return
    case 'bridge':
      onBridgeOpened(state, link)
      return
    case 'check':
    case 'errand':
      sayHello(state, link)
      return
    case 'accepted':
      return
    default:
      unreachable(link.purpose)
  }
}

export function onHello(state: State, link: Link, frame: Extract<Frame, { type: 'hello' }>): void {
  const lockedOut = link.peer === undefined ? undefined : judgeKey(state, link, link.peer)
  if (link.peer !== undefined && lockedOut) {
    turnAway(state, link, link.peer, lockedOut)
    cutLink(state, link.id)
    return
  }
  const verdict = judgePeer(state, link, frame)
  if (verdict === undefined) {
    const who = noteUp(state, link, frame)
    noteNewerProcess(state, who)
    sayInfo(state, link.id)
    giveKey(state, link)
    noteMoved(state, who)
    const leader = leaderOf(state)
    if (leader && leader.uid !== state.uid && !memberOf(state, who.uid)) {
      // 2.4: a newcomer learns all members at once, so that it finds another when this leader dies.
      send(state, link.id, { type: 'redirect', leader, view: state.view })
    }
    return
  }
  // INFO first, so that the other end learns what it does not fit.
  if (verdict !== 'self' && verdict !== 'identity') sayInfo(state, link.id)
  // A peer that claims the uid of another is logged with its key. People are not shown the name that it gives.
  if (link.peer !== undefined && link.peer !== frame.uid)
    log(state, { type: 'refused', what: 'hello.uid', uid: link.peer })
  else if (verdict === 'identity' || verdict === 'twin') alarmClone(state, frame)
  if (verdict === 'twin' && frame.inc > state.inc) {
    stop(state, 'identity')
    return
  }
  const known = memberOf(state, frame.uid)
  if (verdict === 'identity' && known) send(state, link.id, { type: 'alive', leader: known })
  const reason = verdict === 'twin' ? 'identity' : verdict
  send(state, link.id, { type: 'bye', reason: reason === 'self' || reason === 'other' ? 'closing' : reason })
  cutLink(state, link.id)
}

export function onInfo(state: State, link: Link, frame: Extract<Frame, { type: 'info' }>): void {
  // 2.20: only what comes back shows that the other end knows the key: the link is up before that.
  if (state.lock && link.addr !== undefined) noteOpened(state.lock, link.addr, link.key)
  const wasOld = isOldLink(state, link)
  const lockedOut = link.peer === undefined ? undefined : judgeKey(state, link, link.peer)
  if (link.peer !== undefined && lockedOut) {
    turnAway(state, link, link.peer, lockedOut)
    endLink(state, link, 'closed')
    return
  }
  const verdict = judgePeer(state, link, frame)
  if (verdict === 'twin') {
    // 2.1: of two processes of one node the older stops.
    alarmClone(state, frame)
    if (frame.inc > state.inc) stop(state, 'identity')
    else endLink(state, link, 'refused')
    return
  }
  if (verdict !== undefined) {
    const isContact = !state.entered && link.addr !== undefined && state.contacts.includes(link.addr)
    if (isContact && (verdict === 'room' || verdict === 'family' || verdict === 'identity')) {
      stop(state, verdict)
      return
    }
    endLink(state, link, 'refused')
    return
  }
  const who = noteUp(state, link, frame)
  noteNewerProcess(state, who)
  if (!state.links.has(link.id)) return
  giveKey(state, link)
  const { role } = state
  // What was held back until the other end had the key.
  if (wasOld) sayHeldBack(state, link)
  switch (link.purpose) {
    case 'candidate':
      onCandidateInfo(state, link, frame)
      return
    case 'search':
      if (role.type === 'searching') onSearchInfo(state, role, link, frame)
      else hangUp(state, link.id)
      return
    case 'probe':
      // The reply to PROBE follows; this INFO says the same.
      if (role.type === 'office') onProbeInfo(state, role, link, frame)
      else hangUp(state, link.id)
      return
    case 'check':
      onChecked(state, link, { inc: frame.inc })
      onLeaderChecked(state, link, { inc: frame.inc })
      hangUp(state, link.id)
      return
    case 'errand':
      if (link.errand) send(state, link.id, link.errand)
      hangUp(state, link.id)
      return
    case 'leader':
    case 'bridge':
    case 'accepted':
      return
    default:
      unreachable(link.purpose)
  }
}

/** 2.20: what goes out with HELLO where the other end knows the key that counts. */
function sayHeldBack(state: State, link: Link): void {
  const { role } = state
  if (link.purpose === 'leader' && role.type === 'following') sayFollow(state, role, 'member', role.after)
  else if (link.purpose === 'bridge' && role.type === 'office' && role.moving)
    sayFollow(state, role.moving, 'bridge', '')
  else if (link.purpose === 'probe') sayProbe(state, link)
}

export function onBye(state: State, link: Link, reason: Extract<Frame, { type: 'bye' }>['reason']): void {
  link.byeHeard = true
  const isContact = link.addr !== undefined && state.contacts.includes(link.addr)
  // Only a process that proves our key shows that this node runs twice. ALIVE before this BYE says where it is (2.1).
  const isOwn = link.peer === state.uid
  if (reason === 'identity' && (isOwn || (isContact && !state.entered))) {
    stop(state, 'identity')
  } else if ((reason === 'room' || reason === 'family') && isContact && !state.entered) {
    stop(state, reason)
  } else if (reason === 'removed' || reason === 'rekeyed') {
    onTurnedAway(state, link, reason, isContact)
  }
  if (state.role.type === 'stopped') return
  // A copied home whose room refuses it does not go on alone.
  if (reason === 'identity' && link.purpose === 'search') state.refused = true
  link.leftHeard = reason === 'left'
  const entry = link.who && state.book.get(link.who.uid)
  if (reason === 'left' && link.who && entry)
    noteEntry(state, { ...entry, ...bookEntryOf(link.who), left: true })
  endLink(state, link, 'closed')
}

/** 2.20: this node does not get the key that the room has now, as a record shows that a member signed. */
function onTurnedAway(state: State, link: Link, reason: 'removed' | 'rekeyed', isContact: boolean): void {
  const { role } = state
  if (state.lock && link.addr !== undefined) {
    // The key of the change that was shown may be here: the next dial shows it.
    const id = link.shutBy && rekeyingOf(link.shutBy)?.id
    const held = state.lock.keys.find((one) => one.id === id)
    noteOpened(state.lock, link.addr, held?.key === link.key ? undefined : held?.key)
  }
  if (state.leaving) return
  const part = shutOutBy(state, link, reason)
  if (!part) return
  // Another part of the room may have changed the key since, and keep this node.
  if (role.type === 'office' && reason === 'rekeyed') {
    tellShut(state, part)
    return
  }
  tellRekeying(state, part, reason === 'removed' ? [state.uid] : [])
  const isLeader = role.type === 'following' && role.link === link.id && role.phase !== 'dialling'
  if (role.type === 'office') requestLeave(state, false, reason)
  // No part of the room lets in who is removed.
  else if (reason === 'removed' || isLeader || (isContact && !state.entered)) stop(state, reason)
  else state.turnedAway = true
}

/** A dial took too long. */
export function onDialTimeout(state: State, id: LinkId): void {
  const link = state.links.get(id)
  if (!link || (link.who && !state.ring.candidates.has(id))) return
  endLink(state, link, 'silent')
}

/** Closes a link from this side, and does what its end means. */
export function endLink(state: State, link: Link, why: LinkEnd): void {
  state.links.delete(link.id)
  state.out.push({ type: 'close', link: link.id })
  onLinkEnd(state, link, why)
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
  if (link.purpose === 'check' && !link.who) {
    onChecked(state, link, { why })
    onLeaderChecked(state, link, { why })
  }
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
    stop(state, leaving.why)
  } else if (role.phase === 'dialling') {
    onFollowFailed(state, role, link.byeHeard ? 'wait' : lossOf(why), link)
  } else if (why === 'silent') {
    loseLeader(state, role, 'unreachable')
  } else {
    noteFruitless(state, role)
    // Closed without BYE, or by a node that may still lead: one immediate dial decides (2.6).
    followAgain(state, role, 'cut')
  }
}
