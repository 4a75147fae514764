/**
 * Which concern each named timer belongs to (shape 2: a rule arms a timer, it never compares clocks).
 */

import {
  loseLeader,
  onElectTimeout,
  onFollowFailed,
  onLapTimeout,
  startElection,
} from './leading/election.ts'
import type { LinkId } from './model/ids.ts'
import { onLeaveTimeout, stop } from './leaving.ts'
import { onDialTimeout, onEvictTimeout, onHeartbeat } from './ring/liveness.ts'
import { probeAbsent } from './merging/meeting.ts'
import { abandonMove, onMergeDrop, onMoveAgain, publishMerged } from './merging/moving.ts'
import { leaderOf } from './model/node.ts'
import { openOffice, publishEvicted, takeSolo } from './leading/office.ts'
import { searchRound } from './leading/searching.ts'
import type { State } from './model/state.ts'

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
      if (!state.entered && !leaderOf(state)) stop(state, 'unreachable')
      return
    case 'leave':
      onLeaveTimeout(state)
      return
    default:
      return
  }
}
