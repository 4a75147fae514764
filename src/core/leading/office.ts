/**
 * Office (PROTOCOL.md sections 2.4, 2.9, 2.10): gathering the followers, opening, admitting, evicting,
 * publishing views. Knows nothing of how an election is won.
 */

import { bookToTell, noteBook, noteMember } from '../ring/book.ts'
import { nominate } from './chang-roberts.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import { isClone, namespaceOf } from '../model/ids.ts'
import { dial } from '../ring/links.ts'
import type { BookEntry, Frame, Member, View } from '../model/frames.ts'
import { hangUp, isUp, linkOf, log, memberOf, selfOf, send, startTimer, stopTimer } from '../model/node.ts'
import { flushOutbox, refreshSafe } from '../log/ordering.ts'
import { append, goLive, isTaken } from '../log/records-log.ts'
import type { Follower, Link, Office, State } from '../model/state.ts'
import { closeStream, notePeerHas, openStream, streamedTo } from '../log/streams.ts'
import { adoptView, noteGone, sendView } from '../ring/views.ts'

/** Takes office in `state.election.term`. Nobody is stamped for before `openOffice` (S11). */
export function takeOffice(state: State): Office {
  const office: Office = {
    type: 'office',
    term: state.election.term,
    phase: 'gathering',
    followers: new Map(),
    bridges: new Map(),
    lap: undefined,
    lapResends: 0,
    safe: 0,
    pauseNonce: 0,
    ownMark: state.end,
    ownBehind: 0,
    moving: undefined,
    expected: undefined,
    absent: new Set(),
    evicted: new Set(),
    probing: new Map(),
    moveBackoff: new Map(),
  }
  state.role = office
  state.offices.add(namespaceOf(state.uid, state.inc))
  for (const name of ['backup', 'elect', 'follow', 'hold', 'search', 'search-again']) stopTimer(state, name)
  return office
}

/** Office of one: nobody else can be reached. */
export function takeSolo(state: State): void {
  // S13: as one that won this term, so that no election of this term is won by us again and its views are named anew.
  nominate(state.election, { uid: state.uid, inc: state.inc })
  state.election.winner = state.uid
  const office = takeOffice(state)
  office.lap = [selfOf(state)]
  openOffice(state, office)
}

/** 2.9: everyone listed has uploaded what the others lack, or will not. */
export function isGathered(state: State, office: Office): boolean {
  return (
    office.lap?.every(({ uid }) => {
      if (uid === state.uid) return true
      const follower = office.followers.get(uid)
      if (!follower) return office.absent.has(uid)
      return follower.upDone || follower.link === undefined
    }) ?? false
  )
}

/** From now on this node stamps. The view: the lap's order, of those who followed; the others by `after`. */
export function openOffice(state: State, office: Office): void {
  stopTimer(state, 'gather')
  stopTimer(state, 'lap')
  for (const [uid, follower] of office.followers) {
    if (follower.link !== undefined) continue
    office.followers.delete(uid)
    stopTimer(state, `evict:${uid}`)
  }
  const members = (office.lap ?? [])
    .filter(({ uid }) => uid === state.uid || office.followers.has(uid))
    .map((member) =>
      member.uid === state.uid ? selfOf(state) : (office.followers.get(member.uid)?.member ?? member),
    )
  if (!members.some(({ uid }) => uid === state.uid)) members.unshift(selfOf(state))
  for (const follower of sortedFollowers(office)) {
    if (!members.some(({ uid }) => uid === follower.member.uid)) insertAfter(state, members, follower)
  }
  office.phase = 'open'
  const isNew = !state.frontier.has(namespaceOf(state.uid, state.inc))
  if (isNew && state.frontier.size >= state.config.namespacesMax) {
    const text = 'this room has been led so often that it can take no more messages: begin another'
    log(state, { type: 'error', text })
  }
  for (const member of state.view.members) {
    if (!members.some(({ uid }) => uid === member.uid))
      noteGone(state, member, state.book.get(member.uid)?.gone ?? 'unreachable')
  }
  publishView(state, office, members, 1)
  state.out.push({ type: 'leaderChanged', leader: selfOf(state), term: office.term })
  log(state, { type: 'leader', who: selfOf(state), term: office.term })
  goLive(state)
  startTimer(state, 'probe', state.config.probeEveryMs)
  refreshSafe(state)
  flushOutbox(state)
}

function sortedFollowers(office: Office): Follower[] {
  return [...office.followers.values()].sort((a, b) => (a.member.uid < b.member.uid ? -1 : 1))
}

function insertAfter(state: State, members: Member[], follower: Follower): void {
  const behind = members.findIndex(({ uid }) => uid === follower.after)
  const at = behind >= 0 ? behind : members.findIndex(({ uid }) => uid === state.uid)
  members.splice(at + 1, 0, follower.member)
}

/** Tells everybody who is in the ring now (N5). */
export function publishView(state: State, office: Office, listed: readonly Member[], ver: number): void {
  const members = listed.filter(({ uid }) => !office.evicted.has(uid) || office.followers.has(uid))
  office.evicted.clear()
  stopTimer(state, 'publish')
  const view: View = { vid: { term: office.term, leader: state.uid, ver }, members }
  const news = state.bookNews
  state.bookNews = new Map()
  adoptView(state, view, [])
  for (const follower of office.followers.values()) {
    tellView(state, office, follower, news)
  }
  // W shrinks with the view, so what waits may be sent now (2.5).
  refreshSafe(state)
}

/**
 * Sends a follower the view in force; paced, like records: one that reads nothing is owed the newest view,
 * it is not sent them all (S16).
 */
function tellView(state: State, office: Office, follower: Follower, news: ReadonlyMap<Uid, BookEntry>): void {
  const link = linkOf(state, follower.link)
  if (!link) return
  const told = new Map([...(follower.viewOwed ?? []), ...news])
  // Who moves in is sent the view that lists it, and behind MOVE_OK.
  const waits = link.busy || follower.movingIn || isAwaited(office, follower.member.uid)
  follower.viewOwed = waits ? told : undefined
  if (waits) return
  link.busy = true
  sendView(state, link.id, [...told.values()].slice(-state.config.bookToldMax), true)
}

/** The views that waited for room. */
export function tellOwedViews(state: State): void {
  const { role } = state
  if (role.type !== 'office') return
  for (const follower of role.followers.values())
    if (follower.viewOwed) tellView(state, role, follower, new Map())
}

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
  const old = office.followers.get(who.uid) ?? office.bridges.get(who.uid)
  const known = old?.member ?? memberOf(state, who.uid)
  if (!known && state.view.members.length >= state.config.membersMax) {
    log(state, { type: 'error', text: `the room is full: ${state.config.membersMax} members` })
    send(state, link.id, { type: 'wait' })
    return
  }
  if (known && (isClone(known.inc, who.inc) || known.inc > who.inc)) {
    log(state, { type: 'error', text: `an identity is used twice: ${who.name}(${who.addr})` })
    hangUp(state, link.id, 'identity')
    return
  }
  noteMember(state, who)
  noteBook(state, frame.book)
  // Whoever holds office elsewhere is no member here any more.
  if (isBridge && memberOf(state, who.uid)) evict(state, office, who.uid, 'unreachable')
  if (old) {
    closeStream(state, old.stream)
    if (old.link !== link.id) hangUp(state, old.link)
    stopTimer(state, `evict:${who.uid}`)
  }
  const follower: Follower = {
    member: who,
    link: link.id,
    after: frame.after,
    disk: frame.disk,
    stream: openStream(state, link.id, 'rec', frame.frontier),
    upDone: false,
    synced: false,
    storedPos: 0,
    mark: state.end,
    behind: 0,
    authorPos: 0,
    nacked: false,
    dropped: false,
    viewOwed: undefined,
    movingIn: false,
    lost: 'unreachable',
  }
  const [kin, others] = isBridge ? [office.bridges, office.followers] : [office.followers, office.bridges]
  kin.set(who.uid, follower)
  others.delete(who.uid)
  const { frontier } = state
  send(state, link.id, {
    type: 'followOk',
    frontier: new Map(frontier),
    term: office.term,
    book: bookToTell(state),
  })
  if (isBridge) return
  if (office.pauseNonce !== 0) {
    // 2.6: it came after we slept, but perhaps before we woke: only its PONG says that it is with us now.
    send(state, link.id, { type: 'ping', nonce: office.pauseNonce, vid: state.view.vid, safe: office.safe })
  }
  office.absent.delete(who.uid)
  if (office.phase === 'open') admit(state, office, follower)
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

export function isExpected(office: Office, uid: Uid): boolean {
  return office.expected?.members.some((member) => member.uid === uid) ?? false
}

/** It moves in with its office, and the view that joins the rings is not out yet. */
function isAwaited(office: Office, uid: Uid): boolean {
  return office.expected?.published === false && isExpected(office, uid)
}

/** Records that a follower, or a bridge, holds and we do not. */
export function onUp(state: State, follower: Follower, frame: Extract<Frame, { type: 'up' }>): boolean {
  for (const record of frame.records) {
    if (follower.stream) notePeerHas(follower.stream, record)
    if (!isTaken(state, append(state, record))) return false
  }
  return true
}

/** A follower's link ended: it may come again, unless it is known to be dead (2.6). */
export function onFollowerLost(
  state: State,
  office: Office,
  follower: Follower,
  how: 'closed' | 'silent' | 'bye',
): void {
  closeStream(state, follower.stream)
  follower.stream = undefined
  follower.link = undefined
  follower.synced = false
  // A refused dial makes sure of a death (onSuspect); one that merely hung up may live, and follow another.
  follower.lost = how === 'bye' ? 'died' : 'unreachable'
  if (office.bridges.get(follower.member.uid) === follower) {
    office.bridges.delete(follower.member.uid)
    return
  }
  if (how === 'silent') {
    evict(state, office, follower.member.uid)
    return
  }
  startTimer(state, `evict:${follower.member.uid}`, state.config.evictAfterMs)
  const { addr, uid: expects } = follower.member
  if (how === 'closed') dial(state, 'check', addr, { expects, ms: state.config.dialAnswerMs })
}

/** Out of the view. While gathering nothing is published: those without a link are left out at opening. */
export function evict(state: State, office: Office, uid: Uid, how?: 'left' | 'unreachable'): void {
  const follower = office.followers.get(uid)
  office.followers.delete(uid)
  office.absent.add(uid)
  stopTimer(state, `evict:${uid}`)
  if (follower?.link !== undefined) {
    closeStream(state, follower.stream)
    hangUp(state, follower.link)
  }
  const member = memberOf(state, uid)
  if (!member || office.phase === 'gathering') return
  noteGone(state, member, how ?? follower?.lost ?? 'unreachable')
  // Those who die at once are evicted one after another: one view tells of them all.
  if (office.evicted.size === 0) startTimer(state, 'publish', 0)
  office.evicted.add(uid)
}

/** Publishes what was evicted since the last view. */
export function publishEvicted(state: State, office: Office): void {
  if (office.evicted.size > 0 && office.phase !== 'gathering') {
    publishView(state, office, state.view.members, state.view.vid.ver + 1)
  }
}

/** Closes a follower's link for a fault in what it sent: it may FOLLOW again (D4). */
export function dropFollower(state: State, office: Office, follower: Follower): void {
  hangUp(state, follower.link)
  onFollowerLost(state, office, follower, 'bye')
}

/** A neighbour found a member dead. The leader decides by its own link (2.6). */
export function onSuspect(state: State, office: Office, uid: Uid, inc: string, refused: boolean): void {
  const follower = office.followers.get(uid)
  if (!follower && office.phase === 'gathering' && refused) office.absent.add(uid)
  if (!follower || follower.member.inc !== inc) return
  if (isUp(state, follower.link)) {
    if (follower.link === undefined) return
    // Half-open links look well until something is said on them: ask at once.
    const link = state.links.get(follower.link)
    if (link && refused) link.quiet = Math.max(link.quiet, state.config.suspectAfterBeats)
    send(state, follower.link, { type: 'ping', nonce: ++state.nonce, vid: state.view.vid, safe: office.safe })
    return
  }
  follower.lost = refused ? 'died' : 'unreachable'
  evict(state, office, uid)
}

/** Who follows, or bridges, on this link. */
export function followerOn(office: Office, id: LinkId): Follower | undefined {
  for (const follower of streamedTo(office)) if (follower.link === id) return follower
  return undefined
}

/** Gives up office: every follower's link is closed, and it looks for a leader again. So is a bridge of ours. */
export function quitOffice(state: State, office: Office): void {
  if (office.moving) {
    closeStream(state, office.moving.upload)
    hangUp(state, office.moving.link)
  }
  for (const follower of streamedTo(office)) {
    closeStream(state, follower.stream)
    stopTimer(state, `evict:${follower.member.uid}`)
    hangUp(state, follower.link)
  }
  for (const name of ['publish', 'gather', 'lap', 'probe', 'merge-view', 'merge-drop', 'move'])
    stopTimer(state, name)
}
