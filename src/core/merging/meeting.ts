/**
 * How offices find one another and meet (PROTOCOL.md section 2.11, discovery and the loner's rule).
 */

import { nextBelow } from '../../lib/prng.ts'
import { dropElsewhere } from '../leading/evicting.ts'
import { follow } from '../leading/following.ts'
import { quitOffice } from '../leading/office.ts'
import { stopSearch } from '../leading/searching.ts'
import { quitLive } from '../log/shown.ts'
import { send, startTimer } from '../model/emit.ts'
import { memberOf, selfOf, wasMember } from '../model/facts.ts'
import type { BookEntry, Frame, Member } from '../model/frames.ts'
import type { Address, Uid } from '../model/ids.ts'
import { bootCounter } from '../model/ids.ts'
import type { Link, Office, State } from '../model/state.ts'
import { absentEntries, noteFirsthand } from '../ring/book.ts'
import { isBarred } from '../ring/keys.ts'
import { dial, dialNamed, hangUp, sayHello, sayInfo } from '../ring/links.ts'
import { buildBridge } from './moving.ts'
import { probe, rankOf, ranksBelow } from './rank.ts'

/**
 * Only leaders probe: absent addresses, each often at first and then more and more seldom, a few at a time, or
 * as many as needed to probe each as often as the slowest.
 */
export function probeAbsent(state: State, office: Office): void {
  const { config, prng } = state
  const everyone = absentEntries(state)
  const absent = everyone.filter(({ left }) => !left)
  const known = new Set(absent.map(({ uid }) => uid))
  for (const uid of office.probing.keys()) if (!known.has(uid)) office.probing.delete(uid)
  const slowestRounds = config.probeSlowestMs / config.probeEveryMs
  for (const { uid } of absent) {
    const turn = office.probing.get(uid)
    if (turn) turn.wait--
    else office.probing.set(uid, { rounds: 0, wait: 0, second: 0 })
  }
  const waitOf = (uid: Uid): number => office.probing.get(uid)?.wait ?? 0
  const due = absent.filter(({ uid }) => waitOf(uid) <= 0).sort((a, b) => waitOf(a.uid) - waitOf(b.uid))
  const met = due.filter(({ told }) => !told)
  const metCount = absent.filter(({ told }) => !told).length
  const count = Math.max(config.probesAtOnce, Math.ceil(metCount / slowestRounds))
  // Nodes that were never members here are few at a time, however many peers have named.
  const told = due.filter((entry) => entry.told).slice(0, config.probesAtOnce)
  const asked = [...met.slice(0, count), ...told]
  for (const entry of asked) {
    const turn = office.probing.get(entry.uid)
    if (!turn) continue
    turn.rounds++
    const slower = 1.5 ** Math.max(0, turn.rounds - config.probeFastCount)
    turn.wait = Math.min(slower, slowestRounds)
    probeAt(state, entry.addr)
  }
  probeSecond(state, office, asked)
  const gone = everyone.filter(({ left }) => left)
  probeGone(state, office, gone, slowestRounds)
  startTimer(state, 'probe', Math.round(config.probeEveryMs * (0.8 + nextBelow(prng, 401) / 1000)))
}

/**
 * A member that left on purpose may have come back when all addresses that it knew were out of date. There may be
 * hundreds of them, and nearly all are gone for good: in uid order, one is probed each slowest turn.
 */
function probeGone(state: State, office: Office, gone: readonly BookEntry[], slowestRounds: number): void {
  const { goodbyes } = office
  if (gone.length === 0) goodbyes.wait = slowestRounds
  if (gone.length === 0 || --goodbyes.wait > 0) return
  const entry = gone.find(({ uid }) => uid > goodbyes.last) ?? gone[0]
  if (!entry) return
  goodbyes.wait = slowestRounds
  goodbyes.last = entry.uid
  const second = state.hearsay.get(entry.uid)
  probeAt(state, entry.addr)
  if (second !== undefined) probeAt(state, second)
}

/** Of those asked, a few are asked at the address known by hearsay as well, in turn: peers can name any address. */
function probeSecond(state: State, office: Office, asked: readonly BookEntry[]): void {
  const turns = asked.flatMap((entry) => {
    const turn = office.probing.get(entry.uid)
    const addr = state.hearsay.get(entry.uid)
    return turn && addr !== undefined && addr !== entry.addr ? [{ turn, addr }] : []
  })
  turns.sort((a, b) => a.turn.second - b.turn.second)
  for (const { turn, addr } of turns.slice(0, state.config.probesAtOnce)) {
    turn.second++
    probeAt(state, addr)
  }
}

/** Any node that is there may reply: a member may have moved to the address of another. */
function probeAt(state: State, addr: Address): void {
  const isAsked = [...state.links.values()].some((link) => link.purpose === 'probe' && link.addr === addr)
  if (!isAsked) dial(state, 'probe', addr, { ms: state.config.followAnswerMs })
}

export function onProbeOpened(state: State, link: Link): void {
  sayHello(state, link)
  sayProbe(state, link)
}

export function sayProbe(state: State, link: Link): void {
  const { many } = rankOf(state)
  const open = state.role.type === 'office' && state.role.phase === 'open'
  send(state, link.id, { type: 'probe', leader: selfOf(state), many, open })
}

/** The reply to a probe. */
export function onProbeInfo(
  state: State,
  office: Office,
  link: Link,
  info: Extract<Frame, { type: 'info' }>,
): void {
  const who = link.who
  hangUp(state, link.id)
  if (!who) return
  if (info.status === 'open' || info.status === 'gathering') {
    meet(state, office, who, info.many)
  } else if (link.expects === undefined && info.leader && isElsewhere(state, info.leader)) {
    // Then the two leaders talk directly. A leader found in this way is asked for no further one, or two
    // nodes could name each other for ever.
    probe(state, info.leader)
  }
}

/** Somebody in office looks for us. */
export function onProbe(state: State, link: Link, frame: Extract<Frame, { type: 'probe' }>): void {
  const { role } = state
  sayInfo(state, link.id)
  // One that joins takes its room from its contact only: a node that dials it may be of another.
  if (state.room === '') return
  if (!link.who || frame.leader.uid === state.uid || isBarred(state, frame.leader.uid)) return
  if (!isHeeded(state, frame.leader.uid)) return
  noteFirsthand(state, link.who)
  if (role.type === 'office') {
    // The office that is to act must be able to dial, so it sends a PROBE of its own, and acts on the
    // reply. One that can only be dialled keeps its office.
    const isAsked = [...state.links.values()].some(
      (other) => other.purpose === 'probe' && other.expects === frame.leader.uid,
    )
    if (frame.open && !isAsked && ranksBelow(rankOf(state), { many: frame.many, uid: frame.leader.uid }))
      probe(state, link.who)
  } else if (role.type === 'searching') {
    stopSearch(state)
    follow(state, link.who, { origin: 'search', after: '' })
  }
}

/**
 * Whether an office acts upon a PROBE: at once if its sender was a member here, or if this office is alone; else only the
 * eighth time, because a ring that nobody here knows can be found in no other way. PROBEs in quick succession count as
 * one.
 */
function isHeeded(state: State, uid: Uid): boolean {
  if (!rankOf(state).many || memberOf(state, uid) || wasMember(state, uid)) return true
  const { strangers, beats } = state
  const before = strangers.get(uid) ?? { count: 0, beat: -Infinity }
  const { strangerProbeBeats, strangerProbes, unknownProbersMax } = state.config
  if (beats - before.beat < strangerProbeBeats) return false
  strangers.delete(uid)
  strangers.set(uid, { count: before.count + 1, beat: beats })
  for (const oldest of strangers.keys()) {
    if (strangers.size <= unknownProbersMax) break
    strangers.delete(oldest)
  }
  return before.count + 1 >= strangerProbes
}

/** ALIVE to one in office is discovery. */
export function onAliveInOffice(state: State, leader: Member): void {
  if (isElsewhere(state, leader)) probe(state, leader)
}

/**
 * Whether a leader that somebody named is of another ring. Another process of a member is, and another process of this
 * node: then a home was copied, and when the two meet the older one ends (2.1).
 */
function isElsewhere(state: State, leader: Member): boolean {
  if (leader.uid === state.uid) return leader.inc !== state.inc && leader.addr !== state.addr
  return memberOf(state, leader.uid)?.inc !== leader.inc
}

/** Another office replied. The smaller rank acts; the larger has sent its PROBE, and waits. */
function meet(state: State, office: Office, other: Member, many: boolean): void {
  if (office.phase !== 'open' || state.leaving || isBarred(state, other.uid)) return
  const listed = memberOf(state, other.uid)
  if (listed) {
    // A home was copied, unless the listed process is dead. The next probe finds the way free.
    if (bootCounter(listed.inc) < bootCounter(other.inc)) dropElsewhere(state, office, other)
    else if (listed.inc !== other.inc) tellOlder(state, other, listed)
    return
  }
  const mine = rankOf(state)
  if (!ranksBelow(mine, { many, uid: other.uid })) return
  if (mine.many || office.followers.size > 0) {
    buildBridge(state, office, other)
    return
  }
  // The loner's rule: an office of one closes and follows.
  quitOffice(state, office)
  quitLive(state)
  follow(state, other, { origin: 'merge', after: '' })
}

/** At its own address: the newer process, which has the same uid, may be linked to us. */
function tellOlder(state: State, { addr, uid: expects }: Member, newer: Member): void {
  const { followAnswerMs: ms } = state.config
  dialNamed(state, 'errand', addr, { expects, ms, errand: { type: 'alive', leader: newer } })
}
