/**
 * The first frames and the last of every link: HELLO, INFO, BYE (PROTOCOL.md sections 2.1 and 2.6).
 * Hands a link that is up to the concern that dialled it.
 */

import { unreachable } from '../lib/assert.ts'
import { noteEntry } from './ring/book.ts'
import type { Event } from './model/events.ts'
import { onLeaderOpened } from './leading/following.ts'
import { stop } from './leaving.ts'
import { judgePeer, noteUp, sayHello, sayInfo } from './ring/links.ts'
import { noteNewerProcess, onLinkEnd } from './ring/liveness.ts'
import { onProbeInfo, onProbeOpened } from './merging/meeting.ts'
import type { Frame } from './model/frames.ts'
import { onBridgeOpened } from './merging/moving.ts'
import { bookEntryOf, cutLink, hangUp, leaderOf, linkOf, log, memberOf, send } from './model/node.ts'
import { onCandidateInfo, onCandidateOpened, onChecked } from './ring/ring.ts'
import { onSearchInfo, onSearchOpened } from './leading/searching.ts'
import type { Link, State } from './model/state.ts'

export function onOpened(state: State, event: Extract<Event, { type: 'linkOpened' }>): void {
  const link = linkOf(state, event.link)
  if (!link) return
  link.peer = event.uid
  link.quiet = 0
  if (link.expects !== undefined && link.expects !== event.uid) {
    // Another node lives at this address now: whom we meant is not there.
    cutLinkAs(state, link)
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

function cutLinkAs(state: State, link: Link): void {
  const candidate = state.ring.candidates.get(link.id)
  cutLink(state, link.id)
  if (candidate) state.ring.candidates.set(link.id, candidate)
  onLinkEnd(state, link, 'refused')
}

export function onHello(state: State, link: Link, frame: Extract<Frame, { type: 'hello' }>): void {
  if (link.who || link.purpose !== 'accepted') return
  const verdict = judgePeer(state, link, frame)
  if (verdict === undefined) {
    const who = noteUp(state, link, frame)
    noteNewerProcess(state, who)
    sayInfo(state, link.id)
    const leader = leaderOf(state)
    if (leader && leader.uid !== state.uid && !memberOf(state, who.uid)) {
      // 2.4: a newcomer learns all members at once, so that it finds another when this leader dies.
      send(state, link.id, { type: 'redirect', leader, view: state.view })
    }
    return
  }
  // INFO first, so that the other end learns what it does not fit.
  if (verdict !== 'self' && verdict !== 'identity') sayInfo(state, link.id)
  if (verdict === 'identity')
    log(state, { type: 'error', text: `an identity is used twice: ${frame.name}(${frame.addr})` })
  send(state, link.id, {
    type: 'bye',
    reason: verdict === 'self' || verdict === 'other' ? 'closing' : verdict,
  })
  cutLink(state, link.id)
}

export function onInfo(state: State, link: Link, frame: Extract<Frame, { type: 'info' }>): void {
  const verdict = judgePeer(state, link, frame)
  if (verdict !== undefined) {
    const isContact = !state.entered && link.addr !== undefined && state.contacts.includes(link.addr)
    if (isContact && (verdict === 'room' || verdict === 'family' || verdict === 'identity')) {
      stop(state, verdict)
      return
    }
    cutLinkAs(state, link)
    return
  }
  const who = noteUp(state, link, frame)
  noteNewerProcess(state, who)
  if (!state.links.has(link.id)) return
  const { role } = state
  switch (link.purpose) {
    case 'candidate':
      onCandidateInfo(state, link, frame)
      return
    case 'search':
      if (role.type === 'searching') onSearchInfo(state, role, link, frame)
      else hangUp(state, link.id)
      return
    case 'probe':
      // Its answer to PROBE follows; this one tells the same.
      if (role.type === 'office') onProbeInfo(state, role, link, frame)
      else hangUp(state, link.id)
      return
    case 'check':
      onChecked(state, link, { inc: frame.inc })
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

export function onBye(state: State, link: Link, reason: Extract<Frame, { type: 'bye' }>['reason']): void {
  link.byeHeard = true
  const isContact = link.addr !== undefined && state.contacts.includes(link.addr)
  const isLeader = state.role.type === 'following' && state.role.link === link.id
  // A copied home that looks for its room is refused by all who know the other: it must not go on alone.
  if (reason === 'identity' && (isLeader || isContact || link.purpose === 'search')) {
    stop(state, 'identity')
  } else if ((reason === 'room' || reason === 'family') && isContact && !state.entered) {
    stop(state, reason)
  }
  if (state.role.type === 'stopped') return
  link.leftHeard = reason === 'left'
  if (reason === 'left' && link.who) noteEntry(state, { ...bookEntryOf(link.who), left: true })
  const candidate = state.ring.candidates.get(link.id)
  cutLink(state, link.id)
  if (candidate) state.ring.candidates.set(link.id, candidate)
  onLinkEnd(state, link, 'closed')
}
