/**
 * The followers' sides of a check (PROTOCOL.md section 2.19): the node that asks for it, and each follower that is compared.
 */

import { chainsOf, driveChainRead, readChains } from '../log/chain-reads.ts'
import { markOf } from './mark.ts'
import type { Mark } from '../model/checks.ts'
import { send } from '../model/emit.ts'
import { memberOf } from '../model/facts.ts'
import type { Compared, Frame } from '../model/frames.ts'
import type { Digest, Point } from '../model/records.ts'
import type { Following, State } from '../model/state.ts'

/** This node's person wants to know what all members hold. The effect `checked` follows, as soon as a leader has told that. */
export function wishCheck(state: State): void {
  state.wish ??= { askedOn: undefined, mark: undefined }
}

/** After every step: asks each leader once, and replies to one that asks for chains. */
export function decideWish(state: State): void {
  const { role, wish } = state
  if (role.type !== 'following' || role.phase !== 'live') return
  if (wish && wish.askedOn !== role.link) {
    wish.askedOn = role.link
    wish.mark = undefined
    send(state, role.link, { type: 'check' })
  }
  const { question } = role
  if (!question) return
  driveChainRead(state, question.read)
  const chains = chainsOf(question.read)
  if (!chains) return
  role.question = undefined
  role.lastRead = question.read
  send(state, role.link, { type: 'chainsAt', nonce: question.nonce, chains })
}

/** CHECK_POINT: everything that the leader held there is held here, and nothing else. */
export function onCheckPoint(state: State, role: Following, nonce: number): void {
  if (role.phase !== 'live') return
  const mark = markOf(state, nonce)
  if (state.wish?.askedOn === role.link) state.wish.mark = mark
  send(state, role.link, { type: 'checked', nonce, digest: mark.digest })
}

/** CHAINS. One at a time: a leader that lies cannot make the store work on more. */
export function onChains(state: State, role: Following, nonce: number, points: readonly Point[]): void {
  if (role.question && role.question.read.requests.size > 0) return
  role.question = { nonce, read: readChains(state, points, role.lastRead) }
}

/** CHECK_DONE. Only one that belongs to what was asked, and to a point at which we looked ourselves. */
export function onCheckDone(
  state: State,
  role: Following,
  frame: Extract<Frame, { type: 'checkDone' }>,
): void {
  const { wish } = state
  if (!wish || wish.askedOn !== role.link) return
  if (wish.mark?.nonce !== frame.nonce) {
    // Its point has not come here: our link is slow, or no view lists us yet. It is asked once more.
    wish.askedOn = undefined
    return
  }
  // The leader compares all others with itself.
  const ofLeader: Compared = { uid: role.leader.uid, inc: role.leader.inc, verdict: 'same' }
  tellChecked(state, wish.mark, frame.digest, [ofLeader, ...frame.members])
}

/**
 * The wish is fulfilled. Of itself this node believes only what it sees: its own digest, and that of the leader. A member that
 * the leader does not name has not replied.
 */
export function tellChecked(state: State, mark: Mark, ofLeader: Digest, told: readonly Compared[]): void {
  state.wish = undefined
  const members = state.view.members.map(({ uid, inc }): Compared => {
    const found = told.find((one) => one.uid === uid && one.inc === inc)
    if (uid !== state.uid) return found ?? { uid, inc, verdict: 'silent' }
    if (mark.digest === ofLeader) return { uid, inc, verdict: 'same' }
    return { ...(found ?? { uid, inc }), verdict: 'differs' }
  })
  const { digest, messages } = mark
  state.out.push({ type: 'checked', digest, messages, members })
}

/** Whether this process is a member. */
export function isThere(state: State, { uid, inc }: Pick<Compared, 'uid' | 'inc'>): boolean {
  return memberOf(state, uid)?.inc === inc
}
