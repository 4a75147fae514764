/**
 * Hands each frame to its concern, by what the link is to this node. The sender table has been asked before.
 */

import { onFollow, onHeld, onUp, redirect, noteProved } from './leading/admitting.ts'
import { onLeaderView, onNeighbourView } from './leading/adopting.ts'
import { onChains, onCheckDone, onCheckPoint } from './leading/check-wish.ts'
import { onChainsAt, onChecked } from './leading/checking.ts'
import { onAlive, onLeaderAlive, onStale, onToken } from './leading/election.ts'
import { dropFollower, evict, onSuspect } from './leading/evicting.ts'
import { noteSafe, onFollowOk, onRec, onSynced } from './leading/following.ts'
import { onAnswer, onKnocking } from './leading/knock-news.ts'
import { leaderNamedBy } from './leading/distrust.ts'
import { dismissLeader, onFollowFailed, onRedirect, onResign } from './leading/losing.ts'
import { endPause } from './leading/pause.ts'
import { onLacks } from './log/comparing.ts'
import { onStored } from './log/safe.ts'
import { onSubmit } from './log/stamping.ts'
import { onAliveInOffice, onProbe, onProbeInfo } from './merging/meeting.ts'
import { onBridgeFrame, onMove, onMoved } from './merging/moving.ts'
import { logRefused } from './model/emit.ts'
import { bookEntriesOf, followerOn } from './model/facts.ts'
import { uploadEnded } from './model/follower.ts'
import type { Frame } from './model/frames.ts'
import type { Link, State } from './model/state.ts'
import { onBye, onHello, onInfo } from './on-link.ts'
import { noteBook } from './ring/book.ts'
import { isBarred, onChanged, onKey } from './ring/keys.ts'
import { callTwin, hangUp } from './ring/links.ts'
import { onPing } from './ring/liveness.ts'
import { onLink, onLinkOk, onRefer } from './ring/ring.ts'

export function onFrame(state: State, link: Link, frame: Frame): void {
  if (frame.type === 'hello') {
    onHello(state, link, frame)
    return
  }
  if (frame.type === 'bye') {
    onBye(state, link, frame.reason)
    return
  }
  if (frame.type === 'key') {
    onKey(state, link, frame.key)
    return
  }
  if (frame.type === 'changed') {
    onChanged(state, link, frame.part)
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
  // Another process of this node; a node that refuses this one as a copy names it, too.
  if (frame.type === 'alive' && frame.leader.uid === state.uid) {
    callTwin(state, frame.leader)
    return
  }
  // A node that has not said who it is may say nothing else.
  if (!link.who) return
  const { role } = state
  const named = leaderNamedBy(frame)
  if (named !== undefined && isBarred(state, named)) return
  if (frame.type === 'redirect' && link.purpose === 'search') {
    noteBook(state, bookEntriesOf(frame.view.members), false)
    hangUp(state, link.id)
    return
  }
  if (role.type === 'following' && role.link === link.id && onLeaderFrame(state, link, frame)) return
  if (frame.type === 'knocking') {
    onKnocking(state, link, frame)
    return
  }
  if (frame.type === 'answer') {
    onAnswer(state, link, frame)
    return
  }
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
    case 'lacks':
      onLacks(state, role, frame)
      return true
    case 'redirect':
      onRedirect(state, link, frame)
      return true
    case 'wait':
      onFollowFailed(state, role, 'wait')
      return true
    case 'rec':
      if (!onRec(state, role, frame)) dismissLeader(state, role)
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
    case 'checkPoint':
      onCheckPoint(state, role, frame.nonce)
      return true
    case 'chains':
      onChains(state, role, frame.nonce, frame.points)
      return true
    case 'checkDone':
      onCheckDone(state, role, frame)
      return true
    case 'ping':
      noteSafe(state, role, frame.safe)
      return false
    default:
      return false
  }
}

/** Frames from followers, and frames that only an office handles. Returns true when it was one. */
function onFollowerFrame(state: State, link: Link, frame: Frame): boolean {
  const office = state.role
  if (office.type !== 'office') return false
  if (frame.type === 'follow') {
    onFollow(state, office, link, frame)
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
      onUp(state, office, follower, frame)
      return true
    case 'held':
      onHeld(state, follower, frame)
      return true
    case 'upDone':
      uploadEnded(follower)
      return true
    case 'submit':
      if (!onSubmit(state, office, follower, frame.parts)) {
        logRefused(state, link, frame.type, 'parts.signature')
        dropFollower(state, office, follower, 'closing')
      }
      return true
    case 'stored':
      onStored(state, follower, frame.pos)
      noteProved(state, office, follower)
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
    case 'check':
      office.checks.asked.add(follower.member.uid)
      return true
    case 'checked':
      onChecked(office, follower.member.uid, frame.nonce, frame.digest)
      return true
    case 'chainsAt':
      onChainsAt(office, link.id, frame.nonce, frame.chains)
      return true
    case 'pong':
      if (frame.nonce === office.pauseNonce && frame.nonce !== 0) endPause(state, office)
      if (follower.proofNonce > 0 && frame.nonce >= follower.proofNonce) noteProved(state, office, follower)
      return true
    default:
      return false
  }
}

/** Frames between any two nodes of the room. */
function onRingFrame(state: State, link: Link, frame: Frame): void {
  switch (frame.type) {
    case 'follow':
      redirect(state, link)
      return
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
      onPing(state, link, frame)
      return
    case 'view':
      onNeighbourView(state, link.id, frame)
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
      // A frame out of turn: its sender is behind or ahead of us, and the handshakes sort it out.
      return
  }
}
