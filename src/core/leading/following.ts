/**
 * The follower's side of FOLLOW (PROTOCOL.md section 2.4): the one handshake that serves join, restart, reconnect,
 * recovery after an election, and merging.
 */

import { compareWith, noteFollowOk, tellHeld, type Asker } from '../log/comparing.ts'
import { coverOwn, refreshSent } from '../log/outbox.ts'
import { flushStored, noteLeaderPos } from '../log/safe.ts'
import { goLive, quitLive } from '../log/shown.ts'
import { flushOutbox } from '../log/stamping.ts'
import { atEnd, closeStream, pump, takeIn } from '../log/streams.ts'
import { bootAheadMax, freshIncsMax } from '../model/bounds.ts'
import { log, send, startTimer, stopTimer } from '../model/emit.ts'
import { isListed, linkOf } from '../model/facts.ts'
import type { Frame, Member } from '../model/frames.ts'
import type { Heads } from '../model/frontier.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import { bootCounter, namespaceOf, noLink } from '../model/ids.ts'
import type { Following, FollowOrigin, Link, State } from '../model/state.ts'
import { bookToTell, noteBook, noteNamed } from '../ring/book.ts'
import { tellOldKeys } from '../ring/keys.ts'
import { cutLink, dial, hangUp, sayHello } from '../ring/links.ts'
import { isFar, stretch } from '../ring/pace.ts'

export type FollowOptions = {
  readonly origin: FollowOrigin
  readonly after: Uid | ''
  /** An up link to use instead of a fresh one. */
  readonly link?: LinkId
  readonly redirects?: number
  /** Tokens that wait for a sign of the leader: the reply to FOLLOW is one. */
  readonly held?: Following['held']
  /** See `Following`. */
  readonly againMs?: number
  readonly offered?: Following['offered']
}

/** D6: one leader link at a time; the node ends its present role first. */
export function follow(state: State, leader: Member, options: FollowOptions): void {
  const { config } = state
  noteNamed(state, leader)
  // The FOLLOW's own time: a leader that all dial at once, or whose uplink is slow, is not dead for that.
  const link =
    options.link ?? dial(state, 'leader', leader.addr, { expects: leader.uid, ms: config.followAnswerMs })
  state.role = newFollowing(leader, link, options)
  for (const entry of state.outbox) entry.leaderPos = undefined
  startTimer(state, 'follow', stretch(state, config.followAnswerMs))
  const open = linkOf(state, link)
  if (options.link !== undefined && open) {
    open.purpose = 'leader'
    sayFollow(state, state.role, 'member', state.role.after)
  }
}

/** The role of one whose FOLLOW is under way. */
export function newFollowing(leader: Member, link: LinkId, options: FollowOptions): Following {
  return {
    type: 'following',
    leader,
    link,
    phase: 'dialling',
    origin: options.origin,
    after: options.after,
    redirects: options.redirects ?? 0,
    againMs: options.againMs ?? 0,
    asked: undefined,
    upload: undefined,
    received: false,
    safe: 0,
    stable: [],
    storedSent: 0,
    submitted: 0,
    viewSeen: undefined,
    offered: options.offered,
    held: options.held ?? [],
    holdNonce: 0,
    holdCheck: undefined,
    question: undefined,
    lastRead: undefined,
  }
}

/** The leader's TCP and TLS are there: HELLO and FOLLOW go out together, to save an exchange. */
export function onLeaderOpened(state: State, role: Following, link: Link): void {
  if (isFar(state, link)) startTimer(state, 'follow', stretch(state, state.config.followAnswerMs, link))
  sayHello(state, link)
  sayFollow(state, role, 'member', role.after)
}

/** `after`: see FOLLOW. */
export function sayFollow(state: State, asker: Asker, role: 'member' | 'bridge', after: Uid | ''): void {
  const { name, durable: disk } = state
  const { asked, told } = compareWith(state)
  asker.asked = asked
  send(state, asker.link, { type: 'follow', ...told, after, role, disk, name, book: bookToTell(state) })
}

/** Ends what we have with the present leader. The next role is the caller's to choose. */
export function quitFollowing(state: State, how: 'hang-up' | 'cut'): void {
  const role = state.role
  if (role.type !== 'following') return
  closeStream(state, role.upload)
  for (const name of ['follow', 'follow-again', 'hold']) stopTimer(state, name)
  quitLive(state)
  if (how === 'hang-up') hangUp(state, role.link)
  else cutLink(state, role.link)
}

export function onFollowOk(state: State, role: Following, frame: Extract<Frame, { type: 'followOk' }>): void {
  if (isRolledBack(state, frame.frontier)) return
  stopTimer(state, 'follow')
  role.phase = 'catching-up'
  state.offices.add(namespaceOf(role.leader.uid, role.leader.inc))
  state.election.term = Math.max(state.election.term, frame.term)
  state.searchRetryMs = state.config.retryMinMs
  for (const name of ['backup', 'elect', 'search', 'search-again']) stopTimer(state, name)
  noteBook(state, frame.book, true)
  noteFollowOk(state, role, frame)
  pumpUpload(state)
  noteLeader(state, role.leader, state.election.term)
  // A stale election unwinds at once (2.8).
  for (const link of state.election.takenFrom) send(state, link, { type: 'alive', leader: role.leader })
  state.election.takenFrom.clear()
}

/** This node has a leader, itself or another: earlier failures no longer count, and people are told. */
export function noteLeader(state: State, leader: Member, term: number): void {
  state.election.failedTerms = 0
  state.election.failedFollows = 0
  state.out.push({ type: 'leaderChanged', leader, term })
  log(state, { type: 'leader', who: leader, term })
}

/** D5: records that the leader lacks; then UP_DONE. */
export function pumpUpload(state: State): void {
  const role = state.role
  if (role.type !== 'following') return
  tellHeld(state, role)
  if (!role.upload || role.upload.done) return
  pump(state, role.upload, 0)
  if (!atEnd(state, role.upload)) return
  role.upload.done = true
  send(state, role.link, { type: 'upDone' })
  tellOldKeys(state, role.link)
}

/** REC. What does not fit what we hold ends this link (D4). Returns false where the leader sent what does not verify. */
export function onRec(state: State, role: Following, frame: Extract<Frame, { type: 'rec' }>): boolean {
  if (role.phase === 'dialling') return true
  const refusal = takeIn(state, { link: role.link, stream: role.upload }, frame, 'leader')
  if (refusal === 'unsigned' || refusal === 'missealed') return false
  if (refusal) {
    // A gap closes when we FOLLOW again.
    followAgain(state, role, 'hang-up')
    return true
  }
  if (frame.records.length > 0) role.received = true
  noteLeaderPos(state, role, frame.pos)
  // While catching up, own records that the leader still lacks are not among what it sends: SYNCED covers them.
  if (role.phase === 'live') coverOwn(state, frame.pos)
  noteSafe(state, role, frame.safe)
  pumpUpload(state)
  return true
}

export function noteSafe(state: State, role: Following, safe: number): void {
  if (safe > role.safe) role.safe = safe
  refreshSent(state)
}

export function onSynced(state: State, role: Following, pos: number): void {
  if (role.phase !== 'catching-up') return
  role.phase = 'live'
  noteLeaderPos(state, role, pos)
  // What we held at FOLLOW time is covered by the SYNCED position (2.5).
  coverOwn(state, pos)
  goLive(state)
  flushStored(state)
  flushOutbox(state)
}

/**
 * Follow the same leader afresh: after a gap, a lost link, or with another name. The first time at once (2.6); while
 * nothing comes of it, each further try waits longer, or a leader that cannot take us would be asked without end.
 */
export function followAgain(state: State, role: Following, how: 'hang-up' | 'cut'): void {
  const waitMs = role.againMs
  const { retryMinMs, retryMaxMs } = state.config
  quitFollowing(state, how)
  role.againMs = Math.min(Math.max(waitMs * 2, retryMinMs), retryMaxMs)
  if (waitMs === 0) {
    followAnew(state, role)
    return
  }
  const { leader, after, held, againMs, offered } = role
  state.role = newFollowing(leader, noLink, { origin: 'again', after, held, againMs, offered })
  startTimer(state, 'follow-again', waitMs)
}

/** The wait before a further FOLLOW is over. */
export function onFollowAgain(state: State, role: Following): void {
  if (role.link === noLink) followAnew(state, role)
}

function followAnew(state: State, role: Following): void {
  const { held, againMs, offered } = role
  const after = isListed(state) ? '' : role.after
  follow(state, role.leader, { origin: 'again', after, held, againMs, offered })
}

/** At each heartbeat: one that is live has got somewhere by its FOLLOW. */
export function noteFollowed(state: State): void {
  if (state.role.type !== 'following' || state.role.phase !== 'live') return
  state.role.againMs = 0
  const { leader } = state.role
  if (isCutShort(state))
    log(state, { type: 'error', text: `what ${leader.name}(${leader.addr}) sends arrives again` })
  state.fruitless = 0
}

/** People were told that nothing arrives here which is long. */
export function isCutShort({ fruitless, config }: State): boolean {
  return fruitless >= config.fruitlessMax
}

/**
 * 2.6: our leader fell silent, or the link to it ended. If it had proved its key, and nothing of what we lack came, time
 * after time, what is small gets through and what is large does not: people are told, once until it is over. INFO is
 * not waited for: it goes out in one packet with what the leader sends behind it, and is lost with that.
 */
export function noteFruitless(state: State, role: Following, link = linkOf(state, role.link)): void {
  const replied = role.phase === 'dialling' ? link?.peer !== undefined : role.phase === 'catching-up'
  if (!replied || role.received) return
  state.fruitless++
  if (state.fruitless !== state.config.fruitlessMax) return
  const who = `${role.leader.name}(${role.leader.addr})`
  const text = `${who} replies, but what it sends then does not arrive: large packets seem to be lost on the way, as with a VPN or tunnel; a smaller MTU of this machine's network interface may help. This node goes on trying`
  log(state, { type: 'error', text })
}

/**
 * 2.1: whether a frontier shows that our disk was put back from a copy: numbers of this inc may have been
 * used before. Then a fresh one is asked for.
 */
export function isRolledBack(state: State, frontier: Heads): boolean {
  const above = foreignBoot(state, frontier)
  if (above === 0 || state.freshIncs >= freshIncsMax) return false
  state.freshIncs++
  state.out.push({ type: 'mintInc', above, use: 'process' })
  return true
}

/** The largest boot counter of ours that a frontier names: not below this process's own, nor beyond belief. Or 0. */
function foreignBoot(state: State, frontier: Heads): number {
  const own = bootCounter(state.inc)
  let counter = 0
  for (const namespace of frontier.keys()) {
    if (namespace.slice(0, 32) !== state.uid) continue
    const inc = namespace.slice(33) as typeof state.inc
    const boot = bootCounter(inc)
    if (inc === state.inc || boot < own || boot > own + bootAheadMax) continue
    counter = Math.max(counter, boot)
  }
  return counter
}
