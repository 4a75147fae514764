/**
 * Offices that look for one another and meet (PROTOCOL.md section 2.11, discovery and the loner's rule).
 * Knows nothing of how two rings become one: moving.ts does.
 */

import { nextBelow } from '../lib/prng.ts'
import { absentEntries, noteMember } from './book.ts'
import { follow } from './following.ts'
import { dial, sayHello, sayInfo } from './links.ts'
import type { Frame, Member } from './messages.ts'
import { buildBridge } from './moving.ts'
import { hangUp, memberOf, selfOf, send, startTimer } from './node.ts'
import { quitOffice } from './office.ts'
import { probe, rankOf, ranksBelow } from './rank.ts'
import { quitLive } from './records-log.ts'
import { stopSearch } from './searching.ts'
import type { Link, Office, State } from './state.ts'

/** Only leaders probe: a few absent addresses at a time, often at first, then ever more seldom. */
export function probeAbsent(state: State, office: Office): void {
  const { config, prng } = state
  const absent = absentEntries(state)
  for (let i = 0; i < Math.min(config.probesAtOnce, absent.length); i++) {
    const entry = absent[office.probeCursor++ % absent.length]
    const isAsked = [...state.links.values()].some(
      (link) => link.purpose === 'probe' && link.addr === entry?.addr,
    )
    if (entry && !isAsked) dial(state, 'probe', entry.addr, { ms: config.followAnswerMs })
  }
  office.probeRounds++
  const slow = Math.max(0, office.probeRounds - config.probeFastCount)
  const every = Math.min(config.probeEveryMs * 1.5 ** slow, config.probeSlowestMs)
  startTimer(state, 'probe', Math.round(every * (0.8 + nextBelow(prng, 401) / 1000)))
}

/** Looks for the absent at once: a leader that slept finds the new office by its followers' absence (2.12). */
export function probeSoon(state: State, office: Office): void {
  office.probeRounds = 0
  startTimer(state, 'probe', 0)
}

export function onProbeOpened(state: State, link: Link): void {
  sayHello(state, link)
  const { many } = rankOf(state)
  const open = state.role.type === 'office' && state.role.phase === 'open'
  send(state, link.id, { type: 'probe', leader: selfOf(state), many, open })
}

/** Who was probed answered. */
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
  } else if (info.leader && info.leader.uid !== state.uid && !memberOf(state, info.leader.uid)) {
    // Then the two leaders talk directly.
    probe(state, info.leader)
  }
}

/** Somebody in office looks for us. */
export function onProbe(state: State, link: Link, frame: Extract<Frame, { type: 'probe' }>): void {
  const { role } = state
  sayInfo(state, link.id)
  // One that joins takes its room from its contact only: whoever dials it may be of another.
  if (state.room === '') return
  if (frame.leader.uid === state.uid || link.who?.uid !== frame.leader.uid) return
  noteMember(state, link.who)
  if (role.type === 'office') {
    if (frame.open) meet(state, role, link.who, frame.many)
  } else if (role.type === 'searching') {
    stopSearch(state)
    follow(state, link.who, { origin: 'search', after: '', answerMs: state.config.followAnswerMs })
  }
}

/** ALIVE to one in office is discovery. */
export function onAliveInOffice(state: State, leader: Member): void {
  if (leader.uid !== state.uid && !memberOf(state, leader.uid)) probe(state, leader)
}

/** Two offices have met. The smaller rank acts; the larger has been heard by it, and waits. */
function meet(state: State, office: Office, other: Member, many: boolean): void {
  if (memberOf(state, other.uid) || office.phase !== 'open' || state.leaving) return
  const mine = rankOf(state)
  if (!ranksBelow(mine, { many, uid: other.uid })) return
  if (mine.many || office.followers.size > 0) {
    buildBridge(state, office, other)
    return
  }
  // The loner's rule: an office of one closes and follows.
  quitOffice(state, office)
  quitLive(state)
  follow(state, other, { origin: 'merge', after: '', answerMs: state.config.followAnswerMs })
}
