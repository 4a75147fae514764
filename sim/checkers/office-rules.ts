/**
 * S11, S13 and S16: who may stamp, from whom a node takes records, what an office may yield to, and limits.
 * The rules compare a node's state before and after a step.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Inc, LinkId } from '../../src/core/model/ids.ts'
import type { State } from '../../src/core/index.ts'
import type { Frame, Member, Vid } from '../../src/core/model/frames.ts'
import { compareVids } from '../../src/core/model/frames.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import type { Shadow } from './ghost.ts'
import { nameOf } from './log-rules.ts'
import type { Report } from './verdict.ts'

/** Bytes that may wait in one link, and of one frame (2.3, S16). */
const linkBytesMax = 262_144

/** An office's rank, as PROBE, INFO, ALIVE or MOVE told it (2.11). */
export type Rank = { readonly many: boolean; readonly uid: string }

/** What the rules remember of a process from its last step. */
export class Before {
  isOpen = false
  /**
   * It slept, and no follower has replied since: the PINGs that it sent for that, by nonce, and the links of its
   * followers. 2.6
   */
  asked: { readonly nonces: Set<number>; links: readonly (LinkId | undefined)[] } | undefined
  isFrozen = false
  leaderLink: LinkId | undefined
  inc: Inc | undefined
  inOffice = false
  rank: Rank = { many: false, uid: '' }
  /** The rank that its MOVE stated: it counts until the reply. */
  askedRank: Rank = { many: false, uid: '' }
  /** Newest view of each leader's process, since this one has followed its present leader. */
  readonly vids = new Map<string, Vid>()
  leader = ''
  vid: Vid | undefined
  members: readonly Member[] = []
  /** Ranks of other offices that this process was told, by uid. */
  readonly told = new Map<string, Rank>()

  note(state: State): void {
    const { role } = state
    this.isOpen = role.type === 'office' && role.phase === 'open'
    const wasFrozen = this.isFrozen
    this.isFrozen = role.type === 'office' && role.moving?.frozen === true
    this.leaderLink = role.type === 'following' ? role.link : undefined
    const leader = role.type === 'following' ? `${role.leader.uid}.${role.leader.inc}` : role.type
    // A node without a leader takes its neighbours' views, and one may be an older view of a leader that it followed.
    if (leader !== this.leader) this.vids.clear()
    this.leader = leader
    this.inOffice = role.type === 'office'
    // A leader that slept counts as alone until a follower has replied (2.6).
    const isPaused = role.type === 'office' && role.pauseNonce !== 0
    const many = state.view.members.length > 1 && !isPaused
    this.rank = { many, uid: state.uid }
    if (!wasFrozen || !this.isFrozen) this.askedRank = this.rank
    this.vid = state.view.vid
    this.members = state.view.members
  }
}

/**
 * S11 and 2.6: an office that slept longer than `pauseMs` does not know that it is followed until a
 * follower has replied to a PING that was sent after it woke.
 */
export function noteAsked(before: Before, state: State, event: Event, effects: readonly Effect[]): void {
  const { role } = state
  if (role.type !== 'office' || role.followers.size === 0) {
    before.asked = undefined
    return
  }
  if (event.type === 'woke' && before.inOffice && event.sleptMs > state.config.pauseMs)
    before.asked = { nonces: new Set(), links: [] }
  const { asked } = before
  if (!asked) return
  for (const effect of effects)
    if (effect.type === 'send' && effect.frame.type === 'ping' && effect.frame.nonce !== 0)
      asked.nonces.add(effect.frame.nonce)
  const isReply =
    event.type === 'frameReceived' && event.frame.type === 'pong' && asked.nonces.has(event.frame.nonce)
  // What waited for the reply may put out the very member that replied: it followed when the step began.
  if (isReply && asked.links.includes(event.link)) before.asked = undefined
  else asked.links = [...role.followers.values()].map(({ link }) => link)
}

/** S11: a record that this step stamped. There must have been a moment in it when that was allowed. */
export function checkStamped(before: Before, node: number, state: State, report: Report): void {
  const { role } = state
  const office = role.type === 'office' ? role : undefined
  const say = (what: string): void => report('S11', node, `a record was stamped by one that is ${what}`)
  if (!before.isOpen && office?.phase !== 'open') say(office ? office.phase : role.type)
  else if (before.asked) say('not sure to be followed')
  else if (before.isFrozen && office?.moving?.frozen) say('frozen for a move')
}

/** S11 and D6: a record of another's stamp came over the link of this event. */
export function checkSource(
  before: Before,
  node: number,
  event: Event,
  record: StampedRecord,
  report: Report,
): void {
  const place = `record ${record.stamper.slice(0, 4)}.${record.s}`
  if (event.type !== 'frameReceived') {
    report('S11', node, `${place} came with ${event.type}`)
    return
  }
  const { type } = event.frame
  if (before.inOffice ? type === 'up' || type === 'rec' : type === 'rec' && event.link === before.leaderLink)
    return
  report(
    'S11',
    node,
    `${place} came with ${type} on link ${event.link}, and the leader's is ${before.leaderLink ?? 'none'}`,
  )
}

/** S11: at most one link to a leader. */
export function checkLeaderLinks(node: number, state: State, report: Report): void {
  let count = 0
  for (const link of state.links.values()) if (link.purpose === 'leader') count++
  if (count > 1) report('S11', node, `${count} links to leaders are held`)
}

/** S13: a view came into force. What a liar publishes, or is said to have published, is in no order. */
export function checkView(
  before: Before,
  node: number,
  state: State,
  liars: ReadonlySet<string>,
  report: Report,
): void {
  const { vid, members } = state.view
  if (vid === before.vid || members.length === 0 || liars.has(vid.leader)) return
  // Another process of the same node may begin with a smaller term.
  const leader = `${vid.leader}.${members.find(({ uid }) => uid === vid.leader)?.inc ?? ''}`
  const known = before.vids.get(leader)
  if (known && compareVids(vid, known) < 0)
    report('S13', node, `view ${vid.term}.${vid.ver} of one leader came after ${known.term}.${known.ver}`)
  before.vids.set(leader, vid)
}

/** Remembers what a frame says about another office. */
export function noteTold(before: Before, frame: Frame): void {
  if (frame.type === 'info' && frame.leader) noteRank(before, { many: frame.many, uid: frame.leader.uid })
  else if (frame.type === 'probe') noteRank(before, { many: frame.many, uid: frame.leader.uid })
  else if (frame.type === 'redirect')
    noteRank(before, { many: frame.view.members.length > 1, uid: frame.leader.uid })
  else if (frame.type === 'alive') noteRank(before, { many: true, uid: frame.leader.uid })
}

/** The node knows that another office has this rank. */
export function noteRank(before: Before, rank: Rank): void {
  const known = before.told.get(rank.uid)
  if (!known?.many) before.told.set(rank.uid, rank)
}

/** S13: an office ended in this step by following another. */
export function checkYield(before: Before, node: number, state: State, event: Event, report: Report): void {
  const { role } = state
  if (!before.inOffice || role.type !== 'following') return
  const hasMoved = event.type === 'frameReceived' && event.frame.type === 'moveOk'
  if (before.rank.many && !hasMoved)
    report(
      'S13',
      node,
      `an office of many yielded to ${role.leader.uid.slice(0, 4)} without having moved there`,
    )
  const told = before.told.get(role.leader.uid)
  const mine = hasMoved ? before.askedRank : before.rank
  const isLarger = told && (told.many === mine.many ? told.uid > mine.uid : told.many)
  if (isLarger) return
  const what = told ? `${told.many ? 'many' : 'one'}, ${told.uid.slice(0, 4)}` : 'nothing it was told'
  report(
    'S13',
    node,
    `an office of (${mine.many ? 'many' : 'one'}, ${mine.uid.slice(0, 4)}) yielded to (${what})`,
  )
}

/**
 * S13: MOVE_OK came, and `mine` moves to `theirs`. By then both hold the same (2.11 step 2): here is all that
 * the other held up to `pos`, and there is all that was held here.
 */
export function checkMove(mine: Shadow, theirs: Shadow, node: number, pos: number, report: Report): void {
  for (const record of theirs.log.slice(0, pos)) {
    if ((mine.frontier.get(record.namespace) ?? 0) >= record.s) continue
    report('S13', node, `the office moved without ${nameOf(record)} of the other`)
    return
  }
  for (const [namespace, s] of mine.frontier) {
    if ((theirs.frontier.get(namespace) ?? 0) >= s) continue
    report('S13', node, `the office moved, and the other lacks ${namespace.slice(0, 4)}.${s}`)
    return
  }
}

/** S16: a frame went out. */
export function checkSize(
  node: number,
  frame: Frame,
  bytes: number,
  queuedBytes: number,
  report: Report,
): void {
  if (bytes > linkBytesMax) report('S16', node, `a ${frame.type} of ${bytes} bytes was sent`)
  if (queuedBytes > linkBytesMax)
    report('S16', node, `${queuedBytes} bytes wait in one link after ${frame.type}`)
}

/** S16: the address book was kept. */
export function checkBook(node: number, state: State, report: Report): void {
  let absent = 0
  for (const uid of state.book.keys()) if (!state.view.members.some((member) => member.uid === uid)) absent++
  if (absent > state.config.bookMax) report('S16', node, `the book has ${absent} absent entries`)
}
