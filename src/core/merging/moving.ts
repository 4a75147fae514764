/**
 * Two rings become one (PROTOCOL.md section 2.11, steps 1 to 5). Histories flow both ways before any ring
 * changes; then the smaller rank moves in.
 */

import { evict } from '../leading/evicting.ts'
import {
  follow,
  isRolledBack,
  newFollowing,
  noteLeader,
  quitFollowing,
  sayFollow,
} from '../leading/following.ts'
import { quitOffice } from '../leading/office.ts'
import { isExpected, publishView } from '../leading/publishing.ts'
import { noteFollowOk, onLacks, tellHeld } from '../log/comparing.ts'
import { coverOwn } from '../log/outbox.ts'
import { noteLeaderPos } from '../log/safe.ts'
import { quitLive } from '../log/shown.ts'
import { flushOutbox, nackDropped } from '../log/stamping.ts'
import { atEnd, closeStream, isLevel, pump, takeIn } from '../log/streams.ts'
import { log, send, startTimer, stopTimer } from '../model/emit.ts'
import { isUp, memberOf } from '../model/facts.ts'
import type { Follower } from '../model/follower.ts'
import { moveAccepted } from '../model/follower.ts'
import type { Frame, Member } from '../model/frames.ts'
import type { Uid } from '../model/ids.ts'
import { namespaceOf } from '../model/ids.ts'
import type { Following, Link, Moving, Office, State } from '../model/state.ts'
import { tellOldKeys } from '../ring/keys.ts'
import { callTwin, dial, hangUp, sayHello } from '../ring/links.ts'
import { stretch } from '../ring/pace.ts'
import { probe, rankOf, ranksBelow } from './rank.ts'

// The smaller office: bridge, level, move

/** Step 1: both directions stream, both stay in office. */
export function buildBridge(state: State, office: Office, to: Member): void {
  if (office.moving || office.moveBackoff.get(to.uid)?.waiting) return
  const link = dial(state, 'bridge', to.addr, { expects: to.uid, ms: state.config.followAnswerMs })
  office.moving = { to, link, asked: undefined, upload: undefined, synced: false, frozen: false, stable: [] }
}

export function onBridgeOpened(state: State, link: Link): void {
  sayHello(state, link)
  const { role } = state
  if (role.type === 'office' && role.moving) sayFollow(state, role.moving, 'bridge', '')
}

/** Frames from the larger office. */
export function onBridgeFrame(state: State, office: Office, moving: Moving, frame: Frame): void {
  switch (frame.type) {
    case 'followOk':
      if (isRolledBack(state, frame.frontier)) return
      noteFollowOk(state, moving, frame)
      return
    case 'lacks':
      onLacks(state, moving, frame)
      return
    case 'rec':
      if (takeIn(state, { link: moving.link, stream: moving.upload }, frame, 'upload')) {
        abandonMove(state, office)
        return
      }
      noteLeaderPos(state, moving, frame.pos)
      return
    case 'synced':
      moving.synced = true
      noteLeaderPos(state, moving, frame.pos)
      return
    case 'moveOk':
      if (moving.frozen) moveIn(state, office, moving, frame)
      return
    case 'redirect':
      abandonMove(state, office)
      if (frame.leader.uid !== state.uid && !memberOf(state, frame.leader.uid)) probe(state, frame.leader)
      return
    case 'wait':
    case 'busy':
      abandonMove(state, office)
      return
    default:
      return
  }
}

/** Step 2, after every step: upload on; once level, stop stamping and ask to move in. */
export function decideMove(state: State): void {
  const office = state.role
  if (office.type !== 'office' || !office.moving) return
  const { moving } = office
  // What comes after MOVE is not uploaded any more: MOVE_OK must find it unsent.
  tellHeld(state, moving)
  if (!moving.upload || moving.frozen) return
  pump(state, moving.upload, 0)
  if (!atEnd(state, moving.upload)) return
  if (!moving.upload.done) {
    moving.upload.done = true
    send(state, moving.link, { type: 'upDone' })
    tellOldKeys(state, moving.link)
  }
  // An office that is taking another in finishes that first.
  if (!moving.synced || office.expected || office.pauseNonce !== 0 || state.leaving) return
  moving.frozen = true
  const { many } = rankOf(state)
  // The ring as it goes behind the larger leader's predecessor: from us, all the way round.
  const at = state.view.members.findIndex(({ uid }) => uid === state.uid)
  const members = [...state.view.members.slice(at), ...state.view.members.slice(0, at)]
  send(state, moving.link, { type: 'move', term: office.term, many, members })
  startTimer(state, 'move', stretch(state, state.config.moveAnswerMs))
}

/**
 * Before MOVE_OK everything can be taken back: the bridge is closed, office goes on. Bob's office moves to Ann's:
 *
 * 1. Bob has sent MOVE and is frozen: he stamps nothing and uploads nothing more, so that MOVE_OK covers all that he
 *    holds. What his follower Cid submits meanwhile is dropped and noted; what Cid uploads is taken.
 * 2. No reply comes in time, or BUSY, or the link ends. Bob closes the bridge first. From here on a late MOVE_OK
 *    cannot arrive: it would travel on that link alone. So Bob cannot be moved while he stamps.
 * 3. He is thawed: NACK asks Cid for what was dropped, and his own outbox is stamped.
 * 4. Ann sees the bridge end. If she had accepted, she takes Bob's ring out of what she expects, but for those who
 *    followed her already (cancelExpected).
 * 5. Had MOVE_OK come before step 2, the office was gone, and there is nothing to take back.
 */
export function abandonMove(state: State, office: Office): void {
  const { moving } = office
  if (!moving) return
  office.moving = undefined
  stopTimer(state, 'move')
  closeStream(state, moving.upload)
  // A late MOVE_OK cannot arrive on a closed link.
  hangUp(state, moving.link)
  const before = office.moveBackoff.get(moving.to.uid)?.ms ?? 500
  const ms = Math.min(before * 2, 30_000)
  office.moveBackoff.set(moving.to.uid, { ms, waiting: true })
  startTimer(state, `move-again:${moving.to.uid}`, ms)
  nackDropped(state, office)
  flushOutbox(state)
}

export function onMoveAgain(state: State, office: Office, uid: string): void {
  const backoff = office.moveBackoff.get(uid as Uid)
  if (!backoff) return
  backoff.waiting = false
  const entry = state.book.get(uid as Uid)
  if (entry && !memberOf(state, entry.uid)) {
    dial(state, 'probe', entry.addr, { expects: entry.uid, ms: state.config.followAnswerMs })
  }
}

/** Step 4: we leave office and stay on the bridge as a member; our followers are told to come along. */
function moveIn(
  state: State,
  office: Office,
  moving: Moving,
  frame: Extract<Frame, { type: 'moveOk' }>,
): void {
  const { to, link } = moving
  for (const follower of office.followers.values()) {
    if (follower.link !== undefined) send(state, follower.link, { type: 'moved', leader: to })
  }
  // S13: what a follower uploaded after MOVE lies above the position that MOVE_OK names: it could be
  // shown as *sent* too early. Then we follow the larger office afresh.
  const hasAll = moving.upload !== undefined && isLevel(state, moving.upload)
  office.moving = undefined
  closeStream(state, moving.upload)
  quitOffice(state, office)
  state.election.term = Math.max(state.election.term, frame.term)
  if (!hasAll) {
    hangUp(state, link)
    quitLive(state)
    follow(state, to, { origin: 'named', after: '' })
    return
  }
  const role: Following = {
    ...newFollowing(to, link, { origin: 'named', after: '' }),
    phase: 'live',
    stable: moving.stable,
  }
  state.offices.add(namespaceOf(to.uid, to.inc))
  state.role = role
  const own = state.links.get(link)
  if (own) own.purpose = 'leader'
  for (const entry of state.outbox) entry.leaderPos = undefined
  noteLeaderPos(state, role, frame.pos)
  coverOwn(state, frame.pos)
  noteLeader(state, to, state.election.term)
}

/** A follower hears that its office moved. */
export function onMoved(state: State, role: Following, leader: Member): void {
  if (leader.uid === state.uid) callTwin(state, leader)
  if (leader.uid === state.uid || leader.uid === role.leader.uid) return
  const after = state.ring.prev?.member.uid ?? ''
  quitFollowing(state, 'hang-up')
  follow(state, leader, { origin: 'named', after, held: role.held })
}

// The larger office: take the other in

/** Step 3. */
export function onMove(
  state: State,
  office: Office,
  follower: Follower,
  frame: Extract<Frame, { type: 'move' }>,
): void {
  const { link, member } = follower
  if (link === undefined) return
  const { moving } = office
  if (moving?.frozen && moving.to.uid === member.uid && state.uid > member.uid) {
    // Two that move at each other: the larger uid takes its own back, and accepts.
    abandonMove(state, office)
  }
  const isLarger = ranksBelow({ many: frame.many, uid: member.uid }, rankOf(state))
  const members = frame.members.filter(
    ({ uid, inc }) => uid !== state.uid && (memberOf(state, uid)?.inc ?? '') < inc,
  )
  const strangers = members.filter(({ uid }) => !memberOf(state, uid))
  const isFull = state.view.members.length + strangers.length > state.config.membersMax
  const isBusy =
    office.phase !== 'open' ||
    state.leaving !== undefined ||
    office.expected !== undefined ||
    // It asks before we have told it that it holds all that we hold.
    follower.phase !== 'live'
  if (isBusy || office.moving?.frozen || isFull || !isLarger) {
    if (isFull) log(state, { type: 'error', text: `too many to become one room: ${strangers.length} more` })
    if (office.moving?.frozen)
      send(state, link, { type: 'redirect', leader: office.moving.to, view: state.view })
    else send(state, link, { type: 'busy' })
    return
  }
  office.term = Math.max(office.term, frame.term) + 1
  state.election.term = office.term
  office.expected = { members, from: member.uid, published: false }
  office.bridges.delete(member.uid)
  office.followers.set(member.uid, follower)
  moveAccepted(follower, state.end)
  startTimer(state, 'merge-view', stretch(state, state.config.mergeViewMs))
  startTimer(state, 'merge-drop', stretch(state, state.config.mergeDropMs))
}

/** Step 5, after every step: the view that joins the rings, when all have come or it is time. */
export function decideMerged(state: State): void {
  const office = state.role
  if (office.type !== 'office' || !office.expected) return
  const { expected } = office
  if (!isUp(state, office.followers.get(expected.from)?.link)) {
    // It took its move back, or died: the members that followed us stay with us, the others stay where they are.
    cancelExpected(state, office)
    return
  }
  const missing = expected.members.filter(({ uid }) => office.followers.get(uid)?.link === undefined)
  if (!expected.published && missing.length === 0) publishMerged(state, office)
  if (expected.published && missing.length === 0) {
    office.expected = undefined
    stopTimer(state, 'merge-drop')
  }
}

/** The two-pointer swap: the segment stands just before us, so our prev links to its first, its last to us. */
export function publishMerged(state: State, office: Office): void {
  const { expected } = office
  if (!expected || expected.published) return
  stopTimer(state, 'merge-view')
  expected.published = true
  const segment = expected.members.map((member) => office.followers.get(member.uid)?.member ?? member)
  const others = state.view.members.filter(({ uid }) => !isExpected(office, uid))
  const at = others.findIndex(({ uid }) => uid === state.uid)
  const members = [...others.slice(0, at), ...segment, ...others.slice(at)]
  publishView(state, office, members, state.view.vid.ver + 1)
}

/** No-shows are dropped. Timers may fire late and in any order: those who have come are listed first. */
export function onMergeDrop(state: State, office: Office): void {
  const { expected } = office
  if (!expected) return
  publishMerged(state, office)
  office.expected = undefined
  for (const { uid } of expected.members) {
    if (office.followers.get(uid)?.link === undefined) evict(state, office, uid)
  }
}

function cancelExpected(state: State, office: Office): void {
  const { expected } = office
  if (!expected) return
  office.expected = undefined
  stopTimer(state, 'merge-view')
  stopTimer(state, 'merge-drop')
  const followed = expected.members.flatMap(({ uid }) => {
    const follower = office.followers.get(uid)
    return follower?.link === undefined ? [] : [follower.member]
  })
  const others = state.view.members.filter(
    ({ uid }) => !expected.members.some((member) => member.uid === uid),
  )
  if (followed.length > 0 || expected.published) {
    publishView(state, office, [...others, ...followed], state.view.vid.ver + 1)
  }
}
