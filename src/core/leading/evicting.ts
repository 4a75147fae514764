/**
 * Losing followers and taking members out of the view (PROTOCOL.md section 2.6).
 */

import { closeStream } from '../log/streams.ts'
import { log, send, startTimer, stopTimer } from '../model/emit.ts'
import { bookEntryOf, isUp, memberOf } from '../model/facts.ts'
import type { Follower } from '../model/follower.ts'
import { linkLost } from '../model/follower.ts'
import type { ByeReason, Member } from '../model/frames.ts'
import type { Uid } from '../model/ids.ts'
import type { Office, State } from '../model/state.ts'
import { noteEntry } from '../ring/book.ts'
import { alarmClone, dial, hangUp } from '../ring/links.ts'
import { stretch } from '../ring/pace.ts'
import { noteGone } from '../ring/views.ts'

/** A follower's link ended: it may come again, unless it is known to be dead (2.6). */
export function onFollowerLost(
  state: State,
  office: Office,
  follower: Follower,
  how: 'closed' | 'silent' | 'bye',
): void {
  closeStream(state, follower.stream)
  // A refused dial makes sure of a death (onSuspect); one that merely hung up may live, and follow another.
  linkLost(follower, how === 'bye' ? 'died' : 'unreachable')
  if (office.bridges.get(follower.member.uid) === follower) {
    office.bridges.delete(follower.member.uid)
    return
  }
  if (how === 'silent') {
    evict(state, office, follower.member.uid)
    return
  }
  startTimer(state, `evict:${follower.member.uid}`, stretch(state, state.config.evictAfterMs))
  const { addr, uid: expects } = follower.member
  if (how === 'closed') dial(state, 'check', addr, { expects, ms: state.config.dialAnswerMs })
}

/** Out of the view. While gathering nothing is published: those without a link are left out at opening. */
export function evict(state: State, office: Office, uid: Uid, how?: 'left' | 'died' | 'unreachable'): void {
  const follower = office.followers.get(uid)
  office.followers.delete(uid)
  office.absent.add(uid)
  if (follower && !follower.proved && how !== 'left' && how !== 'died') noteUnproved(state, office, follower)
  stopTimer(state, `evict:${uid}`)
  if (follower?.link !== undefined) {
    closeStream(state, follower.stream)
    hangUp(state, follower.link)
  }
  const member = memberOf(state, uid)
  if (!member || office.phase === 'gathering') return
  noteGone(state, member, how ?? follower?.lost ?? 'unreachable')
  // Members that die at the same time are evicted one after another: one view covers them all.
  if (office.evicted.size === 0) startTimer(state, 'publish', 0)
  office.evicted.add(uid)
}

/** So many nodes are remembered that fell silent before anything had arrived at them. */
const unprovedMax = 64

/** 2.6: it follows, and falls silent before it has received what it lacks. */
function noteUnproved(state: State, office: Office, { member }: Follower): void {
  const count = (office.unproved.get(member.uid) ?? 0) + 1
  office.unproved.delete(member.uid)
  office.unproved.set(member.uid, count)
  const [oldest] = office.unproved.keys()
  if (office.unproved.size > unprovedMax && oldest !== undefined) office.unproved.delete(oldest)
  if (count !== state.config.fruitlessMax) return
  const who = `${member.name}(${member.addr})`
  const text = `${who} came ${count} times and fell silent before it had received anything: do large packets get lost on the way to it? It is shown again when something arrives there`
  log(state, { type: 'error', text })
}

export function isUnproved({ config }: State, office: Office, uid: Uid): boolean {
  return (office.unproved.get(uid) ?? 0) >= config.fruitlessMax
}

/**
 * A node that holds office elsewhere is no member here any more. Where an older process of it still follows us, its home was
 * copied: people are told, and the older one stops (2.1).
 */
export function dropElsewhere(state: State, office: Office, who: Member): void {
  const follower = office.followers.get(who.uid)
  if (follower && follower.member.inc < who.inc && isUp(state, follower.link)) {
    alarmClone(state, who)
    if (follower.link !== undefined) send(state, follower.link, { type: 'alive', leader: who })
    hangUp(state, follower.link, 'identity')
  }
  evict(state, office, who.uid, 'unreachable')
}

/** Closes a follower's link for a fault in what it sent; unless `reason` is final it may FOLLOW again (D4). */
export function dropFollower(state: State, office: Office, follower: Follower, reason: ByeReason): void {
  hangUp(state, follower.link, reason)
  onFollowerLost(state, office, follower, 'bye')
}

/** A neighbour found a member dead. The leader decides by its own link (2.6). */
export function onSuspect(state: State, office: Office, uid: Uid, inc: string, refused: boolean): void {
  const follower = office.followers.get(uid)
  if (!follower && office.phase === 'gathering' && refused) office.absent.add(uid)
  if (!follower || follower.member.inc !== inc) return
  if (isUp(state, follower.link)) {
    if (follower.link === undefined) return
    // Half-open links look well until something is said on them: ask at once.
    const link = state.links.get(follower.link)
    if (link && refused) link.quiet = Math.max(link.quiet, state.config.suspectAfterBeats)
    send(state, follower.link, { type: 'ping', nonce: ++state.nonce, vid: state.view.vid, safe: office.safe })
    return
  }
  evict(state, office, uid, refused ? 'died' : 'unreachable')
}

/** The eviction timer of a dropped follower. */
export function onEvictTimeout(state: State, uid: string): void {
  if (state.role.type !== 'office') return
  for (const follower of state.role.followers.values()) {
    if (follower.member.uid === uid && follower.link === undefined) {
      evict(state, state.role, follower.member.uid)
      return
    }
  }
}

/** Members that this step found dead: the leader decides, the others tell it. */
export function drainSuspects(state: State): void {
  const { role, suspects } = state
  if (suspects.length === 0) return
  // A node that is about to follow tells its leader then.
  if (role.type === 'following' && role.phase === 'dialling') return
  state.suspects = []
  for (const { member, refused } of suspects) {
    if (memberOf(state, member.uid)?.inc !== member.inc) continue
    if (refused && role.type !== 'following' && !member.visit)
      noteEntry(state, { ...bookEntryOf(member), gone: 'died' })
    if (role.type === 'office') onSuspect(state, role, member.uid, member.inc, refused)
    else if (role.type === 'following' && member.uid !== role.leader.uid) {
      send(state, role.link, { type: 'suspect', uid: member.uid, inc: member.inc, refused })
    }
  }
}
