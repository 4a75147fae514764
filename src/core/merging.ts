/**
 * Offices that find one another (PROTOCOL.md section 2.11). Knows nothing of how rings came apart.
 */

import { nextBelow } from '../lib/prng.ts'
import { absentEntries } from './book.ts'
import { follow } from './following.ts'
import { dial, sayHello, sayInfo } from './links.ts'
import type { Frame, Member } from './messages.ts'
import { hangUp, memberOf, selfOf, send, startTimer } from './node.ts'
import { quitOffice } from './office.ts'
import { quitLive } from './records-log.ts'
import { stopSearch } from './searching.ts'
import type { Link, Office, State } from './state.ts'

/** The rank of an office: one of several members is above any of one; then the uid decides. */
type Rank = { readonly many: boolean; readonly uid: string }

function ranksBelow(a: Rank, b: Rank): boolean {
  return a.many === b.many ? a.uid < b.uid : b.many
}

function rankOf(state: State): Rank {
  return { many: state.view.members.length > 1, uid: state.uid }
}

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
    dial(state, 'probe', info.leader.addr, { expects: info.leader.uid, ms: state.config.followAnswerMs })
  }
}

/** Somebody in office looks for us. */
export function onProbe(state: State, link: Link, frame: Extract<Frame, { type: 'probe' }>): void {
  const { role } = state
  sayInfo(state, link.id)
  if (frame.leader.uid === state.uid) return
  if (role.type === 'office') {
    meet(state, role, frame.leader, frame.many)
  } else if (role.type === 'searching') {
    stopSearch(state)
    follow(state, frame.leader, { origin: 'search', after: '', answerMs: state.config.followAnswerMs })
  }
}

/** ALIVE to one in office is discovery. */
export function onAliveInOffice(state: State, leader: Member): void {
  if (leader.uid === state.uid || memberOf(state, leader.uid)) return
  dial(state, 'probe', leader.addr, { expects: leader.uid, ms: state.config.followAnswerMs })
}

/** Two offices have met. The smaller rank acts; the larger has been heard by it, and waits. */
function meet(state: State, office: Office, other: Member, many: boolean): void {
  if (memberOf(state, other.uid) || office.phase !== 'open' || state.leaving) return
  const mine = rankOf(state)
  if (!ranksBelow(mine, { many, uid: other.uid })) return
  if (mine.many || office.followers.size > 0) return
  // The loner's rule: an office of one closes and follows.
  quitOffice(state, office)
  quitLive(state)
  follow(state, other, { origin: 'merge', after: '', answerMs: state.config.followAnswerMs })
}
