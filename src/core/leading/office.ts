/**
 * Holding office (PROTOCOL.md section 2.9): taking it, gathering those who follow, opening, giving it up.
 */

import { goLive } from '../log/shown.ts'
import { flushOutbox } from '../log/stamping.ts'
import { closeStream } from '../log/streams.ts'
import { startTimer, stopTimer } from '../model/emit.ts'
import { selfOf, streamedTo } from '../model/facts.ts'
import type { Follower } from '../model/follower.ts'
import { isUploading } from '../model/follower.ts'
import { namespaceOf } from '../model/ids.ts'
import type { Office, State } from '../model/state.ts'
import { hangUp } from '../ring/links.ts'
import { noteGone } from '../ring/views.ts'
import { nominate } from './chang-roberts.ts'
import { noteLeader } from './following.ts'
import { insertAfter, publishView } from './publishing.ts'

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
    safeStale: true,
    pauseNonce: 0,
    ownMark: state.end,
    ownBehind: 0,
    moving: undefined,
    expected: undefined,
    absent: new Set(),
    evicted: new Set(),
    probing: new Map(),
    goodbyes: { wait: state.config.probeSlowestMs / state.config.probeEveryMs, last: '' },
    unproved: new Map(),
    checks: { asked: new Set(), current: undefined, rest: 0, waited: 0, nonce: 0 },
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
      return follower ? !isUploading(follower) : office.absent.has(uid)
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
  for (const member of state.view.members) {
    if (!members.some(({ uid }) => uid === member.uid))
      noteGone(state, member, state.book.get(member.uid)?.gone ?? 'unreachable')
  }
  publishView(state, office, members, 1)
  noteLeader(state, selfOf(state), office.term)
  goLive(state)
  startTimer(state, 'probe', state.config.probeEveryMs)
  flushOutbox(state)
}

function sortedFollowers(office: Office): Follower[] {
  return [...office.followers.values()].sort((a, b) => (a.member.uid < b.member.uid ? -1 : 1))
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
