/**
 * The leader's side of FOLLOW (PROTOCOL.md section 2.4): admitting, uploads, catching up, SYNCED.
 */

import { judgeFollow, noteHeld } from '../log/comparing.ts'
import { atEnd, closeStream, openStream, passMark, pump, takeIn } from '../log/streams.ts'
import { log, send, stopTimer } from '../model/emit.ts'
import { isOpen, leaderOf, memberOf, streamedTo, wasMember } from '../model/facts.ts'
import type { Follower } from '../model/follower.ts'
import { becameLive, comparisonEnded, isCatchingUp, newFollower } from '../model/follower.ts'
import type { Frame } from '../model/frames.ts'
import type { LinkId } from '../model/ids.ts'
import { isClone } from '../model/ids.ts'
import type { Link, Office, State } from '../model/state.ts'
import { bookToTell, noteBook, noteFirsthand } from '../ring/book.ts'
import { tellOldKeys } from '../ring/keys.ts'
import { alarmClone, hangUp } from '../ring/links.ts'
import { dropElsewhere, dropFollower, isUnproved } from './evicting.ts'
import { insertAfter, isAwaited, publishView, tellView } from './publishing.ts'

/** 2.4: somebody wants to follow us. */
export function onFollow(
  state: State,
  office: Office,
  link: Link,
  frame: Extract<Frame, { type: 'follow' }>,
): void {
  const who = link.who
  if (!who) return
  const isBridge = frame.role === 'bridge'
  // A bridge is for those who hold office already, and only an open one can be bridged to.
  if (office.phase === 'leaving' || (isBridge && office.phase !== 'open')) {
    send(state, link.id, { type: 'wait' })
    return
  }
  const old = office.followers.get(who.uid) ?? office.bridges.get(who.uid)
  const known = old?.member ?? memberOf(state, who.uid)
  if (!known && state.view.members.length >= state.config.membersMax) {
    log(state, { type: 'error', text: `the room is full: ${state.config.membersMax} members` })
    send(state, link.id, { type: 'wait' })
    return
  }
  if (known && (isClone(known.inc, who.inc) || known.inc > who.inc)) {
    alarmClone(state, who)
    send(state, link.id, { type: 'alive', leader: known })
    hangUp(state, link.id, 'identity')
    return
  }
  noteFirsthand(state, who)
  noteBook(state, frame.book, wasMember(state, who.uid))
  if (isBridge && memberOf(state, who.uid)) dropElsewhere(state, office, who)
  if (old) {
    closeStream(state, old.stream)
    if (old.link !== link.id) hangUp(state, old.link)
    stopTimer(state, `evict:${who.uid}`)
  }
  const { holds, told } = judgeFollow(state, who, frame)
  const { after, disk } = frame
  const member = disk ? who : { ...who, memory: true as const }
  const follower = newFollower({ member, after, disk }, link.id, holds, state.end)
  const [kin, others] = isBridge ? [office.bridges, office.followers] : [office.followers, office.bridges]
  kin.set(who.uid, follower)
  others.delete(who.uid)
  send(state, link.id, { type: 'followOk', ...told, term: office.term, book: bookToTell(state) })
  if (told.differing.length === 0) openStreamTo(state, follower, link.id)
  if (isBridge) return
  if (office.pauseNonce !== 0) {
    // 2.6: it came after we slept, but perhaps before we woke: only its PONG says that it is with us now.
    send(state, link.id, { type: 'ping', nonce: office.pauseNonce, vid: state.view.vid, safe: office.safe })
  }
  office.absent.delete(who.uid)
  follower.onTrial = !memberOf(state, who.uid) && isUnproved(state, office, who.uid)
  if (office.phase === 'open' && !follower.onTrial) admit(state, office, follower)
}

/** STORED, or a PONG: what was sent to it up to SYNCED has arrived. */
export function noteProved(state: State, office: Office, follower: Follower): void {
  if (follower.proved || follower.link === undefined) return
  follower.proved = true
  office.unproved.delete(follower.member.uid)
  if (!follower.onTrial) return
  follower.onTrial = false
  if (office.phase === 'open') admit(state, office, follower)
}

/** FOLLOW came to a node that is not in office: it names the leader, or asks to wait (2.4 step 1). */
export function redirect(state: State, link: Link): void {
  const leader = leaderOf(state)
  if (leader) send(state, link.id, { type: 'redirect', leader, view: state.view })
  else send(state, link.id, { type: 'wait' })
}

/** Ring membership starts with the VIEW, it does not wait for the history (2.4 step 5). */
function admit(state: State, office: Office, follower: Follower): void {
  // Those who move in with their office come all at once, with the view that joins the rings.
  if (isAwaited(office, follower.member.uid)) return
  const { view } = state
  const members = [...view.members]
  const slot = members.findIndex(({ uid }) => uid === follower.member.uid)
  const held = members[slot]
  if (
    held &&
    held.inc === follower.member.inc &&
    held.name === follower.member.name &&
    held.addr === follower.member.addr
  ) {
    tellView(state, office, follower, new Map())
    return
  }
  if (held) members[slot] = follower.member
  else insertAfter(state, members, follower)
  publishView(state, office, members, view.vid.ver + 1)
}

function openStreamTo(state: State, follower: Follower, link: LinkId): void {
  if (follower.holds) comparisonEnded(follower, openStream(state, link, 'rec', follower.holds))
}

/** HELD: what it holds where digests differed. */
export function onHeld(state: State, follower: Follower, frame: Extract<Frame, { type: 'held' }>): void {
  const { link, holds } = follower
  if (link === undefined || !holds) return
  noteHeld(state, link, holds, frame)
  if (frame.done) openStreamTo(state, follower, link)
}

/** Records that a follower, or a bridge, holds and we do not. */
export function onUp(
  state: State,
  office: Office,
  follower: Follower,
  frame: Extract<Frame, { type: 'up' }>,
): void {
  const refusal = takeIn(state, follower, frame, 'upload')
  // A clone's record does not tell who made it: the node that brought it may come again (2.1).
  if (refusal) dropFollower(state, office, follower, 'closing')
}

/** Moves every follower's stream on, and says SYNCED or MOVE_OK where one has caught up (2.4 step 4, 2.11 step 3). */
export function pumpFollowers(state: State): void {
  const office = state.role
  if (office.type !== 'office') return
  for (const follower of streamedTo(office)) {
    const { stream } = follower
    if (!stream) continue
    pump(state, stream, office.safe)
    if (passMark(state, stream)) pump(state, stream, office.safe)
    if (!isCatchingUp(follower) || !isOpen(state) || office.moving?.frozen || !atEnd(state, stream)) continue
    if (follower.phase === 'moving-in') {
      send(state, stream.link, { type: 'moveOk', term: office.term, pos: state.end })
    } else {
      send(state, stream.link, { type: 'synced', pos: state.end })
      tellOldKeys(state, stream.link)
    }
    becameLive(follower, state.end)
    send(state, stream.link, { type: 'safe', pos: office.safe })
    follower.proofNonce = state.nonce + 1
    // The others wait to see it until it replies.
    if (follower.onTrial)
      send(state, stream.link, { type: 'ping', nonce: ++state.nonce, vid: state.view.vid, safe: office.safe })
  }
}
