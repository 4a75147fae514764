/**
 * The one way in: `step(state, event)` changes the state and answers what the node asks for. It only
 * dispatches; every rule stands in the file of its concern. Read this first.
 */

import { unreachable } from '../lib/assert.ts'
import type { Effect } from './effects.ts'
import type { Event } from './events.ts'
import type { LinkId } from './ids.ts'
import type { Frame } from './messages.ts'
import { noteBook, flushBook, noteEntry } from './book.ts'
import {
  askLeader,
  decideElection,
  loseLeader,
  onAlive,
  onElectTimeout,
  onFollowFailed,
  onLapTimeout,
  onLeaderAlive,
  onNeighbourView,
  onStale,
  onToken,
  startElection,
} from './election.ts'
import {
  followAgain,
  follow,
  noteSafe,
  onFollowOk,
  onFollowerNack,
  onLeaderOpened,
  onRec,
  onSynced,
  pumpUpload,
  quitFollowing,
} from './following.ts'
import { decideLeave, onLeaveTimeout, requestLeave, stop } from './leaving.ts'
import { judgePeer, noteAccepted, noteUp, sayHello, sayInfo } from './links.ts'
import {
  decidePause,
  drainSuspects,
  endPause,
  noteNewerProcess,
  onDialTimeout,
  onEvictTimeout,
  onHeartbeat,
  onLinkEnd,
  onWoke,
} from './liveness.ts'
import {
  abandonMove,
  decideMerged,
  decideMove,
  onAliveInOffice,
  onBridgeFrame,
  onBridgeOpened,
  onMergeDrop,
  onMove,
  onMoveAgain,
  onMoved,
  onProbe,
  onProbeInfo,
  onProbeOpened,
  probeAbsent,
  publishMerged,
} from './merging.ts'
import { bookEntryOf, cutLink, hangUp, leaderOf, linkOf, log, selfOf, send, startTimer } from './node.ts'
import { evict, followerOn, onFollow, onSuspect, onUp, openOffice, publishView, takeSolo } from './office.ts'
import {
  flushOutbox,
  flushStored,
  onSubmit,
  pumpFollowers,
  refreshSafe,
  refreshSent,
  say,
} from './ordering.ts'
import { flushWrite, noteCommitted } from './records-log.ts'
import {
  ensureNext,
  onCandidateInfo,
  onCandidateOpened,
  onChecked,
  onLink,
  onLinkOk,
  onRefer,
} from './ring.ts'
import { onSearchInfo, onSearchOpened, search, searchRound } from './searching.ts'
import type { Link, Role, State } from './state.ts'
import { noteRead } from './streams.ts'
import { adoptView, exchangeVids } from './views.ts'

/** Feeds one event; answers the effects in the order in which they are to be performed. */
export function step(state: State, event: Event): Effect[] {
  state.out = []
  if (state.role.type === 'stopped') return state.out
  handle(state, event)
  if (!isStopped(state)) decide(state, event)
  flushWrite(state)
  flushBook(state)
  const role = state.role as Role
  if (role.type === 'stopped') state.out.push({ type: 'stop', why: role.why })
  return state.out
}

function handle(state: State, event: Event): void {
  switch (event.type) {
    case 'started':
      onStarted(state, event)
      return
    case 'said':
      say(state, event.text, event.kind, event.wall)
      return
    case 'renamed':
    case 'moved':
      onChanged(state, event)
      return
    case 'leaveRequested':
      requestLeave(state, event.hurried)
      return
    case 'linkAccepted':
      noteAccepted(state, event.link, event.uid)
      return
    case 'linkOpened':
      onOpened(state, event)
      return
    case 'linkClosed': {
      const link = linkOf(state, event.link)
      if (!link) return
      state.links.delete(event.link)
      onLinkEnd(state, link, event.why)
      return
    }
    case 'frameReceived': {
      const link = linkOf(state, event.link)
      if (!link) return
      link.quiet = 0
      // D1: control frames carry the clock but do not tick it.
      if (event.lc > state.clock) state.clock = event.lc
      onFrame(state, link, event.frame)
      return
    }
    case 'linkDrained': {
      const link = linkOf(state, event.link)
      if (link) link.busy = false
      return
    }
    case 'committed':
      noteCommitted(state, event.upTo)
      refreshSafe(state)
      return
    case 'diskFilled':
    case 'diskFreed':
      state.diskFull = event.type === 'diskFilled'
      log(state, { type: 'disk', state: state.diskFull ? 'full' : 'freed' })
      return
    case 'logRead': {
      const stream = state.requests.get(event.request)
      if (!stream) return
      state.requests.delete(event.request)
      noteRead(state, stream, event.from, event.records, state.role.type === 'office' ? state.role.safe : 0)
      return
    }
    case 'sought': {
      const stream = state.requests.get(event.request)
      if (!stream) return
      state.requests.delete(event.request)
      stream.request = 0
      stream.cursor = event.pos
      return
    }
    case 'incMinted':
      onIncMinted(state, event.inc)
      return
    case 'timerFired':
      onTimer(state, event.name)
      return
    case 'woke':
      onWoke(state, event.sleptMs)
      return
    default:
      unreachable(event)
  }
}

/** Facts have changed; one function per concern decides what follows. The order is from the ring up. */
function decide(state: State, event: Event): void {
  if (!isRoutine(event)) {
    drainSuspects(state)
    ensureNext(state)
    decideElection(state)
    // An election or an opening may have changed the view, hence the ring.
    ensureNext(state)
    decidePause(state)
  }
  pumpUpload(state)
  decideMerged(state)
  decideMove(state)
  pumpFollowers(state)
  flushOutbox(state)
  flushStored(state)
  refreshSent(state)
  pumpFollowers(state)
  decideLeave(state)
}

function isStopped(state: State): boolean {
  return state.role.type === 'stopped'
}

/** Events that carry data only: they change nothing about ring, roles or links. */
function isRoutine(event: Event): boolean {
  if (event.type === 'frameReceived') {
    const { type } = event.frame
    return type === 'rec' || type === 'submit' || type === 'stored' || type === 'safe'
  }
  return event.type === 'linkDrained' || event.type === 'committed' || event.type === 'said'
}

function onStarted(state: State, event: Extract<Event, { type: 'started' }>): void {
  startTimer(state, 'heartbeat', state.config.heartbeatEveryMs)
  state.wasIn = event.mode === 'resume'
  state.contacts = event.contacts
  if (event.mode === 'create') {
    takeSolo(state)
  } else if (event.mode === 'join' && event.leader) {
    startTimer(state, 'give-up', state.config.joinGiveUpMs)
    const { followAnswerMs: answerMs } = state.config
    follow(state, event.leader, { origin: 'search', after: event.through ?? '', answerMs })
  } else {
    if (event.mode === 'join') startTimer(state, 'give-up', state.config.joinGiveUpMs)
    search(state, event.mode === 'resume', true)
  }
}

/** Our name or address changed: whoever leads must list us so. */
function onChanged(state: State, event: Extract<Event, { type: 'renamed' | 'moved' }>): void {
  if (event.type === 'renamed') state.name = event.name
  else state.addr = event.addr
  const { role } = state
  if (role.type === 'following' && role.phase !== 'dialling') followAgain(state, role, 'hang-up')
  if (role.type !== 'office' || role.phase !== 'open') return
  const members = state.view.members.map((member) => (member.uid === state.uid ? selfOf(state) : member))
  publishView(state, role, members, state.view.vid.ver + 1)
}

/** 2.1: with a fresh inc this process is another node to all: every link is opened anew. */
function onIncMinted(state: State, inc: State['inc']): void {
  const { role } = state
  const leader = role.type === 'following' ? role.leader : undefined
  if (role.type === 'following') quitFollowing(state, 'hang-up')
  for (const id of [...state.links.keys()]) hangUp(state, id)
  state.inc = inc
  state.last = 0
  if (leader) follow(state, leader, { origin: 'search', after: '' })
  else search(state, true, true)
}

function onOpened(state: State, event: Extract<Event, { type: 'linkOpened' }>): void {
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

function onFrame(state: State, link: Link, frame: Frame): void {
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
  if (role.type === 'following' && role.link === link.id && onLeaderFrame(state, link, frame)) return
  if (role.type === 'office' && role.moving?.link === link.id) onBridgeFrame(state, role, role.moving, frame)
  if (role.type === 'office' && onFollowerFrame(state, link, frame)) return
  onRingFrame(state, link, frame)
}

function onHello(state: State, link: Link, frame: Extract<Frame, { type: 'hello' }>): void {
  if (link.who || link.purpose !== 'accepted') return
  const verdict = judgePeer(state, link, frame)
  if (verdict === undefined) {
    const who = noteUp(state, link, frame)
    noteNewerProcess(state, who)
    sayInfo(state, link.id)
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

function onInfo(state: State, link: Link, frame: Extract<Frame, { type: 'info' }>): void {
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

function onBye(state: State, link: Link, reason: Extract<Frame, { type: 'bye' }>['reason']): void {
  link.byeHeard = true
  const isContact = link.addr !== undefined && state.contacts.includes(link.addr)
  const isLeader = state.role.type === 'following' && state.role.link === link.id
  if (reason === 'identity' && (isLeader || isContact)) {
    stop(state, 'identity')
  } else if ((reason === 'room' || reason === 'family') && isContact && !state.entered) {
    stop(state, reason)
  }
  if (isStopped(state)) return
  if (reason === 'left' && link.who) noteEntry(state, { ...bookEntryOf(link.who), left: true })
  const candidate = state.ring.candidates.get(link.id)
  cutLink(state, link.id)
  if (candidate) state.ring.candidates.set(link.id, candidate)
  onLinkEnd(state, link, 'closed')
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
      onFollowerNack(state, role, frame)
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

/** N5: the leader's view always replaces ours. */
function onLeaderView(state: State, frame: Extract<Frame, { type: 'view' }>): void {
  const { role } = state
  if (role.type !== 'following') return
  const { members, vid } = frame.view
  if (!members.some((member) => member.uid === vid.leader)) {
    // A view without its own leader: it resigned (2.10).
    adoptView(state, frame.view, frame.book)
    loseLeader(state, role, 'resigned')
    return
  }
  const listed = members.some((member) => member.uid === state.uid && member.inc === state.inc)
  if (!listed) {
    followAgain(state, role, 'hang-up')
    return
  }
  role.viewSeen = true
  state.election.term = Math.max(state.election.term, vid.term)
  adoptView(state, frame.view, frame.book)
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
      if (!onUp(state, office, follower, frame)) hangUp(state, link.id)
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
      if (state.role.type === 'following') askLeaderIfHeld(state)
      startElection(state, 'leader left')
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
function askLeaderIfHeld(state: State): void {
  if (state.role.type === 'following' && state.role.phase === 'live' && state.role.holdNonce === 0) {
    askLeader(state, state.role)
  }
}

function onTimer(state: State, name: string): void {
  const { role } = state
  const [kind, subject] = name.split(':') as [string, string | undefined]
  switch (kind) {
    case 'heartbeat':
      onHeartbeat(state)
      return
    case 'dial':
      onDialTimeout(state, Number(subject) as LinkId)
      return
    case 'evict':
      onEvictTimeout(state, subject ?? '')
      return
    case 'follow':
      if (role.type === 'following' && role.phase === 'dialling') onFollowFailed(state, role, 'unreachable')
      return
    case 'hold':
      if (role.type === 'following') loseLeader(state, role, 'unreachable')
      return
    case 'backup':
      startElection(state, 'leader lost')
      return
    case 'elect':
      onElectTimeout(state)
      return
    case 'lap':
      onLapTimeout(state)
      return
    case 'gather':
      if (role.type === 'office' && role.phase === 'gathering') openOffice(state, role)
      return
    case 'search':
      if (role.type === 'searching' && role.maySolo) takeSolo(state)
      return
    case 'search-again':
      if (role.type === 'searching') searchRound(state, role)
      return
    case 'probe':
      if (role.type === 'office' && role.phase === 'open') probeAbsent(state, role)
      return
    case 'move':
      if (role.type === 'office' && role.moving?.frozen) abandonMove(state, role)
      return
    case 'move-again':
      if (role.type === 'office') onMoveAgain(state, role, subject ?? '')
      return
    case 'merge-view':
      if (role.type === 'office') publishMerged(state, role)
      return
    case 'merge-drop':
      if (role.type === 'office') onMergeDrop(state, role)
      return
    case 'give-up':
      if (!state.entered && !leaderOf(state)) stop(state, 'unreachable')
      return
    case 'leave':
      onLeaveTimeout(state)
      return
    default:
      return
  }
}
