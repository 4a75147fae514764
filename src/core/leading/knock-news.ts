/**
 * Who knocks at a member is told to all members over the star, and any of them may answer (PROTOCOL.md section 2.20). Best
 * effort: the member that is knocked at, the door, tells it again when the members change.
 */

import { send } from '../model/emit.ts'
import { linkOf, memberOf } from '../model/facts.ts'
import type { Frame, KnockNews } from '../model/frames.ts'
import type { LinkId, Uid } from '../model/ids.ts'
import type { Link, State } from '../model/state.ts'
import { isOldLink, isRemoved } from '../ring/keys.ts'

type Answer = Extract<Frame, { type: 'answer' }>

/**
 * What an office passes on in a second: of one type from one follower, and in all. A door tells of eight at once when the members
 * change. More is lost: followers that flood their leader do not make it flood the others, which would cut it off.
 */
const passedPerFollower = 16
const passedMax = 64

/** Somebody knocks here, or has ended. */
export function shareKnock(state: State, news: Omit<KnockNews, 'door'>): void {
  if (state.lock) tellAll(state, { type: 'knocking', door: state.uid, ...news })
}

/** KNOCKING: from the leader, or from a follower, which is the door. */
export function onKnocking(state: State, link: Link, frame: Extract<Frame, { type: 'knocking' }>): void {
  const { door } = frame
  if (!isTrusted(state, link) || door === state.uid || !memberOf(state, door) || isRemoved(state, door))
    return
  if (state.role.type === 'office' && !mayPass(state, link, frame)) return
  const { type: _, ...news } = frame
  state.out.push({ type: 'knockHeard', news })
  if (state.role.type === 'office') tellAll(state, frame, link.id)
}

/** A person here answers one that knocks at another member. */
export function answerKnock(state: State, door: Uid, uid: Uid, admit: boolean): void {
  pass(state, { type: 'answer', door, uid, admit, ...(state.role.type === 'office' && { by: state.uid }) })
}

/** ANSWER: at the door, or on its way to it. Whose it is the leader says, not who sends it. */
export function onAnswer(state: State, link: Link, frame: Answer): void {
  if (!isTrusted(state, link)) return
  const { door, uid, admit } = frame
  const by = state.role.type === 'office' ? link.who?.uid : frame.by
  if (door === state.uid) state.out.push({ type: 'knockAnswered', uid, admit, by })
  else if (state.role.type === 'office' && mayPass(state, link, frame)) pass(state, { ...frame, by })
}

function pass(state: State, frame: Answer): void {
  const { role } = state
  if (role.type === 'office') tell(state, role.followers.get(frame.door)?.link, frame)
  else if (role.type === 'following' && role.phase !== 'dialling') tell(state, role.link, frame)
}

function tellAll(state: State, frame: Frame, except?: LinkId): void {
  const { role } = state
  if (role.type === 'following' && role.phase !== 'dialling') tell(state, role.link, frame)
  if (role.type !== 'office') return
  for (const { link } of role.followers.values()) if (link !== except) tell(state, link, frame)
}

function tell(state: State, id: LinkId | undefined, frame: Frame): void {
  const link = linkOf(state, id)
  if (link && isTrusted(state, link)) send(state, link.id, frame)
}

/** The room is locked, and the other end has the key that it has now. */
function isTrusted(state: State, link: Link): boolean {
  return state.lock !== undefined && !!link.who && !isRemoved(state, link.who.uid) && !isOldLink(state, link)
}

function mayPass(state: State, { said }: Link, { type }: Frame): boolean {
  if (state.knocksPassed >= passedMax || (said.get(type) ?? 0) > passedPerFollower) return false
  state.knocksPassed++
  return true
}
