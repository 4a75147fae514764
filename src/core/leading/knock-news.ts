/**
 * Who knocks at a member is told to all members over the star, and any of them may answer (PROTOCOL.md section 2.20). Best
 * effort: the member that is knocked at, the door, tells it again when the members change.
 */

import { send } from '../model/emit.ts'
import type { Frame, KnockNews } from '../model/frames.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import type { Link, State } from '../model/state.ts'

/** Somebody knocks here, or has ended. */
export function shareKnock(state: State, news: Omit<KnockNews, 'door'>): void {
  if (state.lock) tellAll(state, { type: 'knocking', door: state.uid, ...news })
}

/** KNOCKING: from the leader, or from a follower, which is the door. */
export function onKnocking(state: State, link: Link, frame: Extract<Frame, { type: 'knocking' }>): void {
  if (!state.lock || frame.door === state.uid) return
  const { type: _, ...news } = frame
  state.out.push({ type: 'knockHeard', news })
  if (state.role.type === 'office') tellAll(state, frame, link.id)
}

/** A person here answers one that knocks at another member. */
export function answerKnock(state: State, door: Uid, uid: Uid, admit: boolean): void {
  pass(state, { type: 'answer', door, uid, admit })
}

/** ANSWER: at the door, or on its way to it. */
export function onAnswer(state: State, frame: Extract<Frame, { type: 'answer' }>): void {
  if (!state.lock) return
  if (frame.door === state.uid) state.out.push({ type: 'knockAnswered', uid: frame.uid, admit: frame.admit })
  else if (state.role.type === 'office') pass(state, frame)
}

function pass(state: State, frame: Extract<Frame, { type: 'answer' }>): void {
  const { role } = state
  if (role.type === 'office') {
    const door = role.followers.get(frame.door)?.link
    if (door !== undefined) send(state, door, frame)
  } else if (role.type === 'following' && role.phase !== 'dialling') send(state, role.link, frame)
}

function tellAll(state: State, frame: Frame, except?: LinkId): void {
  const { role } = state
  if (role.type === 'following' && role.phase !== 'dialling') send(state, role.link, frame)
  if (role.type !== 'office') return
  for (const { link } of role.followers.values())
    if (link !== undefined && link !== except) send(state, link, frame)
}
