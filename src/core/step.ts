/**
 * The one way in: `step(state, event)` changes the state and returns what the node asks for. It only
 * dispatches; every rule stands in the file of its concern. Read this first.
 */

import { unreachable } from '../lib/assert.ts'
import { judge } from './judge.ts'
import { pumpFollowers } from './leading/admitting.ts'
import { decideOffered } from './leading/adopting.ts'
import { decideWish, wishCheck } from './leading/check-wish.ts'
import { decideCheck, noteChainsRead } from './leading/checking.ts'
import { decideElection } from './leading/election.ts'
import { drainSuspects } from './leading/evicting.ts'
import { pumpUpload } from './leading/following.ts'
import { decidePause, onWoke } from './leading/pause.ts'
import { tellOwedViews } from './leading/publishing.ts'
import { decideLeave, requestLeave } from './leaving.ts'
import { decideLock, requestRekey, tendLock } from './locking.ts'
import { takeClock } from './log/clock.ts'
import { decideFlush } from './log/flushing.ts'
import { decideNames } from './log/names.ts'
import { flushWrite, noteCommitted } from './log/log.ts'
import { answerKnock, shareKnock } from './leading/knock-news.ts'
import { giveTitle, refreshSent, say } from './log/outbox.ts'
import { decideSafe, flushStored, noteSafeStale } from './log/safe.ts'
import { flushOutbox, sealStamped } from './log/stamping.ts'
import { noteRead, noteSought } from './log/streams.ts'
import { decideMerged, decideMove } from './merging/moving.ts'
import type { Effect } from './model/effects.ts'
import { log, logRefused } from './model/emit.ts'
import type { Event } from './model/events.ts'
import { linkOf } from './model/facts.ts'
import type { Frame } from './model/frames.ts'
import type { Link, Role, State } from './model/state.ts'
import { onFrame } from './on-frame.ts'
import { endLink, onLinkEnd, onOpened } from './on-link.ts'
import { onTimer } from './on-timer.ts'
import { flushBook } from './ring/book.ts'
import { showNextKey } from './ring/keys.ts'
import { noteAccepted } from './ring/links.ts'
import { noteRoundTrip } from './ring/pace.ts'
import { ensureNext } from './ring/ring.ts'
import { stop } from './ring/stopping.ts'
import { onAddressChanged, onIncMinted, onNamesMinted, onRenamed, onStarted } from './starting.ts'

/** Feeds one event; returns the effects in the order in which they are to be performed. */
export function step(state: State, event: Event): Effect[] {
  state.out = []
  if (state.role.type === 'stopped') return state.out
  handle(state, event)
  sealStamped(state)
  if (!isStopped(state)) decide(state, event)
  flushWrite(state)
  decideFlush(state)
  decideDisk(state)
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
      say(state, event.messages, event.wall)
      return
    case 'rekeyRequested':
      requestRekey(state, event.key, event.remove, event.wall)
      return
    case 'knockShared':
      shareKnock(state, event.news)
      return
    case 'knockAnswerGiven':
      answerKnock(state, event.door, event.uid, event.admit)
      return
    case 'titleGiven':
      giveTitle(state, event.title, event.wall)
      return
    case 'renamed':
      onRenamed(state, event.name)
      return
    case 'moved':
      onAddressChanged(state, event.addr)
      return
    case 'leaveRequested':
      requestLeave(state, event.hurried, 'left')
      return
    case 'checkRequested':
      wishCheck(state)
      return
    case 'linkAccepted':
      noteAccepted(state, event.link, event.uid, event.key)
      return
    case 'linkOpened':
      onOpened(state, event)
      return
    case 'linkClosed': {
      const link = linkOf(state, event.link)
      if (!link || (event.why === 'locked' && showNextKey(state, link))) return
      state.links.delete(event.link)
      onLinkEnd(state, link, event.why)
      return
    }
    case 'frameReceived': {
      const link = linkOf(state, event.link)
      if (!link) return
      link.quiet = 0
      takeClock(state, link, event.lc)
      receive(state, link, event.frame)
      return
    }
    case 'linkHeard': {
      // 2.6: any received byte counts.
      const link = linkOf(state, event.link)
      if (link) link.quiet = 0
      return
    }
    case 'roundTrip':
      noteRoundTrip(state, event.link, event.ms)
      return
    case 'linkDrained': {
      const link = linkOf(state, event.link)
      if (link) link.busy = false
      return
    }
    case 'committed':
      noteCommitted(state, event.upTo)
      noteSafeStale(state)
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
      noteSought(stream, event.pos)
      return
    }
    case 'chainsRead':
      noteChainsRead(state, event.request, event.chains)
      return
    case 'incMinted':
      if (event.use === 'names') onNamesMinted(state, event.inc)
      else onIncMinted(state, event.inc)
      return
    case 'timerFired':
      state.wall = event.wall ?? state.wall
      onTimer(state, event.name)
      return
    case 'woke':
      onWoke(state, event.sleptMs)
      return
    default:
      unreachable(event)
  }
}

/** Only frames that the sender table allows reach a rule. */
function receive(state: State, link: Link, frame: Frame): void {
  const verdict = judge(state, link, frame)
  if (verdict === 'take') onFrame(state, link, frame)
  else if (verdict !== 'ignore') {
    logRefused(state, link, frame.type, verdict.beyond)
    endLink(state, link, 'closed')
  }
}

/**
 * Facts have changed; one function per concern decides what follows from them. The order, from the ring up to what
 * is said over it, keeps these:
 *
 * - The lock first (2.20): who was removed is cut off, before the ring is looked at. What this step stamps itself may change it
 *   again.
 * - N1 before the election: only in a closed ring is it known which node stands before the gap (2.8), and `isAlone` is
 *   true only when no candidate is being dialled. The ring comes again behind the election, because winning, opening
 *   and giving up all change the view, and a link to a node that is no longer listed must not survive the step (L5).
 * - The pause ends (2.6) before anything is stamped: S11.
 * - Views that waited go out before records (2.4 step 5): a newcomer is listed before it is shown what others say.
 * - Uploads, merging and moving before stamping: who has just frozen its office stamps nothing more (S11), and who
 *   has just been taken back stamps again.
 * - Own messages are stamped or submitted (2.5), and what this step stamped is sealed (2.2), before followers are served:
 *   it leaves with this step, and once for all, because the followers are served in one place.
 * - `safe` is computed before it rides on records, and before *sent* is told of it (S9).
 * - A check (2.19) takes its point when all that is held is sealed, and before anything goes out behind it.
 * - Leaving comes last: it asks whether all of the above is done (2.10).
 */
function decide(state: State, event: Event): void {
  const isLockChanged = state.lock?.changed === true
  decideLock(state)
  if (isLockChanged || !isRoutine(state, event)) {
    tendLock(state)
    drainSuspects(state)
    decideOffered(state)
    ensureNext(state)
    decideElection(state)
    ensureNext(state)
    decidePause(state)
  }
  tellOwedViews(state)
  pumpUpload(state)
  decideMerged(state)
  decideMove(state)
  decideNames(state)
  flushOutbox(state)
  sealStamped(state)
  if (state.lock?.changed) decideLock(state)
  flushStored(state)
  decideSafe(state)
  refreshSent(state)
  decideCheck(state)
  decideWish(state)
  pumpFollowers(state)
  decideLeave(state)
}

/** 2.12: a disk that is full, or that neither commits nor fails, is waited for, but not with memory without bound. */
function decideDisk(state: State): void {
  if (isStopped(state) || state.undurableBytes <= state.config.undurableBytesMax) return
  stop(state, state.diskFull ? 'disk-full' : 'disk-stalled')
}

function isStopped(state: State): boolean {
  return state.role.type === 'stopped'
}

/** Events that carry data only: they change nothing about ring, roles or links. */
function isRoutine(state: State, event: Event): boolean {
  if (event.type === 'frameReceived') {
    const { type } = event.frame
    // A refused frame has ended its link.
    if (!state.links.has(event.link)) return false
    return type === 'rec' || type === 'submit' || type === 'stored' || type === 'safe'
  }
  return (
    event.type === 'linkDrained' ||
    event.type === 'linkHeard' ||
    event.type === 'roundTrip' ||
    event.type === 'committed' ||
    event.type === 'said'
  )
}
