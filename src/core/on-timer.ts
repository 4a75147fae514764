/**
 * Which concern each named timer belongs to (shape 2: a rule arms a timer, it never compares clocks).
 */

import { countChecks } from './leading/checking.ts'
import { onElectTimeout, onLapTimeout, startElection } from './leading/election.ts'
import { onEvictTimeout } from './leading/evicting.ts'
import { isCutShort, noteFollowed, onFollowAgain } from './leading/following.ts'
import { onFollowFailed, onHoldTimeout } from './leading/losing.ts'
import { openOffice } from './leading/office.ts'
import { publishEvicted } from './leading/publishing.ts'
import { endSearch, searchRound } from './leading/searching.ts'
import { onLeaveTimeout } from './leaving.ts'
import { countLaggards } from './log/safe.ts'
import { tellMerged } from './log/shown.ts'
import { tellHeldTitle } from './model/titles.ts'
import { nackEarly } from './log/stamping.ts'
import { probeAbsent } from './merging/meeting.ts'
import { abandonMove, onMergeDrop, onMoveAgain, publishMerged } from './merging/moving.ts'
import type { Config } from './model/config.ts'
import { startTimer } from './model/emit.ts'
import { leaderOf } from './model/facts.ts'
import type { LinkId } from './model/ids.ts'
import type { State } from './model/state.ts'
import { endLink, onDialTimeout } from './on-link.ts'
import { silentLinks } from './ring/liveness.ts'
import { retryRing } from './ring/ring.ts'
import { stop } from './ring/stopping.ts'

export function onTimer(state: State, name: string): void {
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
    case 'follow-again':
      if (role.type === 'following') onFollowAgain(state, role)
      return
    case 'hold':
      if (role.type === 'following') onHoldTimeout(state, role)
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
      if (role.type === 'searching' && role.maySolo) endSearch(state)
      return
    case 'search-again':
      if (role.type === 'searching') searchRound(state, role)
      return
    case 'publish':
      if (role.type === 'office') publishEvicted(state, role)
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
      if (state.entered) return
      if (isCutShort(state) && !(role.type === 'following' && role.received)) stop(state, 'packets-lost')
      else if (!leaderOf(state)) stop(state, 'unreachable')
      return
    case 'leave':
      onLeaveTimeout(state)
      return
    default:
      return
  }
}

function onHeartbeat(state: State): void {
  const { config, role } = state
  startTimer(state, 'heartbeat', config.heartbeatEveryMs)
  state.beats++
  for (const link of silentLinks(state)) endLink(state, link, 'silent')
  noteFollowed(state)
  if (role.type === 'office') {
    countLaggards(state, role)
    nackEarly(state, role)
    countChecks(role)
  }
  tellMerged(state)
  tellHeldTitle(state)
  if (state.beats % config.ringRetryBeats === 0) retryRing(state)
  if (state.beats % beatsPerSecond(config) === 0) countAnew(state)
}

function beatsPerSecond({ heartbeatEveryMs }: Config): number {
  return Math.max(1, Math.round(1000 / heartbeatEveryMs))
}

/** A second is over: what peers say, and what they cause, is counted anew (2.17). */
function countAnew(state: State): void {
  for (const link of state.links.values()) link.said.clear()
  state.named = { known: 0, unknown: 0 }
  state.knocksPassed = 0
  state.tokensTold = 0
}
