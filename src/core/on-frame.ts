/**
 * Who may say what: each frame goes to its concern only if it came over the link that may carry it.
 */

import { noteBook } from './ring/book.ts'
import {
  loseLeader,
  onAlive,
  onFollowFailed,
  onLeaderAlive,
  onNeighbourView,
  onStale,
  onToken,
  startElection,
} from './leading/election.ts'
import {
  follow,
  followAgain,
  noteSafe,
  onFollowOk,
  onRec,
  onSynced,
  quitFollowing,
} from './leading/following.ts'
import { onBye, onHello, onInfo } from './on-link.ts'
import { endPause } from './ring/liveness.ts'
import { onAliveInOffice, onProbe, onProbeInfo } from './merging/meeting.ts'
import type { Frame, View } from './model/frames.ts'
import { compareVids } from './model/frames.ts'
import { onBridgeFrame, onMove, onMoved } from './merging/moving.ts'
import { bookEntryOf, hangUp, leaderOf, send } from './model/node.ts'
import { dropFollower, evict, followerOn, onFollow, onSuspect, onUp } from './leading/office.ts'
import { onSubmit, refreshSafe } from './log/ordering.ts'
import { onLink, onLinkOk, onRefer, successors } from './ring/ring.ts'
import type { Link, State } from './model/state.ts'
import { adoptView, exchangeVids } from './ring/views.ts'

export function onFrame(state: State, link: Link, frame: Frame): void {
  if (frame.type === 'hello') {
    onHello(state, link, frame)
    return
  }
  if (frame.type === 'bye') {
    onBye(state, link, frame.reason)
    return
  }
  if (frame.type === 'info' && !link.who) {
    onInfo(state, link, frame)
    return
  }
  if (frame.type === 'info' && link.purpose === 'probe' && state.role.type === 'office') {
    onProbeInfo(state, state.role, link, frame)
    return
  }
  // Whoever has not said who it is has nothing else to say.
  if (!link.who) return
  const { role } = state
  if (frame.type === 'redirect' && link.purpose === 'search') {
    noteBook(state, frame.view.members.map(bookEntryOf))
    hangUp(state, link.id)
    return
  }
  if (role.type === 'following' && role.link === link.id && onLeaderFrame(state, link, frame)) return
  if (role.type === 'office' && role.moving?.link === link.id) onBridgeFrame(state, role, role.moving, frame)
  if (role.type === 'office' && onFollowerFrame(state, link, frame)) return
  onRingFrame(state, link, frame)
}

/** Frames that only the leader may send. True when it was one. */
function onLeaderFrame(state: State, link: Link, frame: Frame): boolean {
  const { role } = state
  if (role.type !== 'following') return false
  switch (frame.type) {
    case 'followOk':
      if (role.phase === 'dialling') onFollowOk(state, role, frame)
      if (role.phase === 'catching-up' && role.held.length > 0) onLeaderAlive(state, role)
      return true
    case 'redirect':
      onRedirect(state, link, frame)
      return true
    case 'wait':
      onFollowFailed(state, role, 'wait')
      return true
    case 'rec':
      if (!onRec(state, role, frame)) followAgain(state, role, 'hang-up')
      return true
    case 'synced':
      onSynced(state, role, frame.pos)
      return true
    case 'safe':
      noteSafe(state, role, frame.pos)
      return true
    case 'nack':
      // What is not stamped yet goes out once more, from the first on, at the end of this step.
      role.submitted = 0
      return true
    case 'view':
      onLeaderView(state, frame)
      return true
    case 'pong':
      if (frame.nonce === role.holdNonce && frame.nonce !== 0) onLeaderAlive(state, role)
      return true
    case 'moved':
      onMoved(state, role, frame.leader)
      return true
    case 'ping':
      noteSafe(state, role, frame.safe)
      return false
    default:
      return false
  }
}

function onRedirect(state: State, link: Link, frame: Extract<Frame, { type: 'redirect' }>): void {
  const { role } = state
  if (role.type !== 'following' || role.phase !== 'dialling') return
  noteBook(state, frame.view.members.map(bookEntryOf))
  if (role.redirects >= state.config.redirectsMax || frame.leader.uid === state.uid) {
    onFollowFailed(state, role, 'wait')
    return
  }
  const { origin, redirects } = role
  const after = role.after === '' ? (link.who?.uid ?? '') : role.after
  quitFollowing(state, 'hang-up')
  const { followAnswerMs: answerMs } = state.config
  follow(state, frame.leader, { origin, after, redirects: redirects + 1, answerMs })
}

/** N5: the leader's view replaces ours, but for an older one of the same process. */
function onLeaderView(state: State, frame: Extract<Frame, { type: 'view' }>): void {
  const { role } = state
  if (role.type !== 'following') return
  const { members, vid } = frame.view
  if (!members.some((member) => member.uid === vid.leader)) {
    // A view without its own leader: it resigned (2.10).
    const isHeir = successors(state).at(-1)?.uid === role.leader.uid
    adoptView(state, frame.view, frame.book)
    loseLeader(state, role, 'resigned')
    // Its next starts at once; RESIGN may be lost with the ring link that this view closes.
    if (isHeir) startElection(state, 'leader left')
    return
  }
  // A newer one of the same office may have come already, over a ring link (S13).
  if (isOlderOfSame(frame.view, state.view)) return
  const listed = members.some((member) => member.uid === state.uid && member.inc === state.inc)
  if (!listed) {
    followAgain(state, role, 'hang-up')
    return
  }
  role.viewSeen = true
  state.election.term = Math.max(state.election.term, vid.term)
  // Its name may be another by now.
  role.leader = members.find((member) => member.uid === vid.leader) ?? role.leader
  adoptView(state, frame.view, frame.book)
}

/** Whether `a` is an earlier view of the very process that published `b`. */
function isOlderOfSame(a: View, b: View): boolean {
  const incIn = (view: View): string | undefined =>
    view.members.find(({ uid }) => uid === view.vid.leader)?.inc
  return a.vid.leader === b.vid.leader && compareVids(a.vid, b.vid) < 0 && incIn(a) === incIn(b)
}

/** Frames from followers, and what only an office answers. True when it was one. */
function onFollowerFrame(state: State, link: Link, frame: Frame): boolean {
  const office = state.role
  if (office.type !== 'office') return false
  if (frame.type === 'follow') {
    // A bridge is for those who hold office already, and only an open one can be bridged to.
    const isEarly = frame.role === 'bridge' && office.phase !== 'open'
    if (office.phase === 'leaving' || isEarly) send(state, link.id, { type: 'wait' })
    else onFollow(state, office, link, frame)
    return true
  }
  if (frame.type === 'alive') {
    onAliveInOffice(state, frame.leader)
    return true
  }
  const follower = followerOn(office, link.id)
  if (!follower) return false
  switch (frame.type) {
    case 'up':
      if (!onUp(state, follower, frame)) dropFollower(state, office, follower)
      return true
    case 'upDone':
      follower.upDone = true
      return true
    case 'submit':
      onSubmit(state, office, follower, frame.parts)
      return true
    case 'stored':
      if (frame.pos > follower.storedPos && frame.pos <= state.end) follower.storedPos = frame.pos
      refreshSafe(state)
      return true
    case 'suspect':
      onSuspect(state, office, frame.uid, frame.inc, frame.refused)
      return true
    case 'leave':
      evict(state, office, follower.member.uid, 'left')
      return true
    case 'move':
      onMove(state, office, follower, frame)
      return true
    case 'pong':
      if (frame.nonce === office.pauseNonce && frame.nonce !== 0) endPause(state, office)
      return true
    default:
      return false
  }
}

/** Frames between any two nodes of the room. */
function onRingFrame(state: State, link: Link, frame: Frame): void {
  switch (frame.type) {
    case 'follow': {
      const leader = leaderOf(state)
      if (leader) send(state, link.id, { type: 'redirect', leader, view: state.view })
      else send(state, link.id, { type: 'wait' })
      return
    }
    case 'link':
      onLink(state, link, frame)
      return
    case 'linkOk':
      onLinkOk(state, link, frame)
      return
    case 'refer':
      onRefer(state, link, frame)
      return
    case 'ping':
      if (frame.nonce !== 0) send(state, link.id, { type: 'pong', nonce: frame.nonce })
      if (link.id === state.ring.next?.link || link.id === state.ring.prev?.link)
        exchangeVids(state, link.id, frame.vid)
      return
    case 'view':
      onNeighbourView(state, frame)
      return
    case 'elect':
    case 'elected':
      onToken(state, link.id, frame)
      return
    case 'stale':
      onStale(state, frame.term)
      return
    case 'alive':
      onAlive(state, frame.leader)
      return
    case 'resign':
      onResign(state, link)
      return
    case 'probe':
      onProbe(state, link, frame)
      return
    default:
      // A frame out of turn: whoever sent it is behind or ahead of us, and the handshakes sort it out.
      return
  }
}

/** RESIGN may overtake the VIEW, which comes on another link. */
function onResign(state: State, link: Link): void {
  const { role } = state
  if (role.type === 'following' && role.leader.uid === link.who?.uid) loseLeader(state, role, 'resigned')
  if (state.role.type === 'leaderless' && !state.role.started) startElection(state, 'leader left')
}
