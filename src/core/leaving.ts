/**
 * Leaving on purpose (PROTOCOL.md section 2.10). What cannot be finished in time is recovered as after a
 * crash.
 */

import { publishEvicted, publishView } from './leading/publishing.ts'
import { atEnd } from './log/streams.ts'
import { abandonMove } from './merging/moving.ts'
import { send, startTimer } from './model/emit.ts'
import { selfOf } from './model/facts.ts'
import type { Office, State } from './model/state.ts'
import { stretch } from './ring/pace.ts'
import { stop } from './ring/stopping.ts'
import { noteGone } from './ring/views.ts'

/** How long a node waits that leaves after a signal. Unit: ms. The program must end within 1 s in all. */
const hurriedMs = 300

/** `why`: on request, or because others have removed this node. */
export function requestLeave(state: State, hurried: boolean, why: 'left' | 'removed'): void {
  if (state.role.type === 'stopped') return
  if (state.leaving) {
    if (!hurried || state.leaving.hurried) return
    state.leaving.hurried = true
  } else state.leaving = { hurried, said: false, why }
  startTimer(state, 'leave', hurried ? hurriedMs : state.config.leaveMs)
}

/** Called after every step while leaving: sends the next frame when it is time. */
export function decideLeave(state: State): void {
  const { leaving, role } = state
  if (!leaving || role.type === 'stopped') return
  if (!leaving.said) {
    if (!leaving.hurried && state.outbox.length > 0) return
    if (role.type === 'following' && role.phase === 'live') {
      leaving.said = true
      send(state, role.link, { type: 'leave' })
      startTimer(state, 'leave', leaving.hurried ? hurriedMs : stretch(state, 500))
      return
    }
    if (role.type === 'office' && role.phase === 'open') {
      abandonMove(state, role)
      role.phase = 'leaving'
      leaving.said = true
    }
  }
  if (role.type === 'office' && role.phase === 'leaving') {
    if (leaving.hurried || isHandedOver(state, role)) resign(state, role)
    return
  }
  // Nobody to say it to, and nothing left to write.
  if (role.type !== 'following' && role.type !== 'office' && state.durableN >= state.persistN)
    stop(state, leaving.why)
}

/** Every follower holds all, and enough of them on disk. */
function isHandedOver(state: State, office: Office): boolean {
  if (state.durableN < state.persistN) return false
  for (const follower of office.followers.values()) {
    if (follower.link !== undefined && !(follower.stream && atEnd(state, follower.stream))) return false
  }
  return office.safe >= state.end || office.followers.size === 0
}

/** A view without its own leader means that it resigned; its next starts the election at once. */
function resign(state: State, office: Office): void {
  // Those found dead in this very step are out before the last view, and count as such (2.5).
  publishEvicted(state, office)
  const rest = state.view.members.filter((member) => member.uid !== state.uid)
  const next = state.ring.next
  if (rest.length > 0) {
    noteGone(state, selfOf(state), 'left')
    publishView(state, office, rest, state.view.vid.ver + 1)
  }
  if (next) send(state, next.link, { type: 'resign', term: office.term })
  stop(state, state.leaving?.why ?? 'left')
}

/** The wait is over: what was not sent stays unsent. */
export function onLeaveTimeout(state: State): void {
  if (!state.leaving) return
  if (state.role.type === 'office' && state.role.phase === 'leaving') resign(state, state.role)
  else stop(state, state.leaving.why)
}
