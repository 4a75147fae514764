/**
 * *Stored* and *safe* (PROTOCOL.md section 2.5): which positions of the log members hold on disk, and who is too far behind to count.
 */

import { send } from '../model/emit.ts'
import type { Follower } from '../model/follower.ts'
import type { Frame } from '../model/frames.ts'
import type { Following, Office, State } from '../model/state.ts'
import { nextPersist } from './log.ts'
import { nackCrowding } from './stamping.ts'

/** Follower: everything held now lies at or below the leader's `pos`; it is *stored* when it is durable. */
export function noteLeaderPos(state: State, { stable }: Pick<Following, 'stable'>, pos: number): void {
  const n = nextPersist(state)
  const lastNoted = stable.at(-1)
  if (lastNoted && lastNoted.n === n) lastNoted.pos = pos
  else stable.push({ n, pos })
  // While nothing is said of it (a bridge, catching up), only the newest durable position is of use.
  while (stable[1] && stable[1].n <= state.durableN) stable.shift()
}

/** STORED is cumulative: only the newest durable position is said. */
export function flushStored(state: State): void {
  const role = state.role
  if (role.type !== 'following' || role.phase !== 'live') return
  const pos = takeStable(role.stable, state.durableN)
  if (pos === undefined || pos <= role.storedSent) return
  role.storedSent = pos
  send(state, role.link, { type: 'stored', pos })
}

/** STORED: the follower holds all up to `pos` on disk. */
export function onStored(state: State, follower: Follower, pos: number): void {
  if (pos <= follower.storedPos) return
  follower.storedPos = pos
  noteSafeStale(state)
}

/** Removes the entries that are durable and returns the last one's position. */
function takeStable(stable: { n: number; pos: number }[], durableN: number): number | undefined {
  let pos: number | undefined
  while (stable[0] && stable[0].n <= durableN) pos = stable.shift()?.pos
  return pos
}

/** A member counts towards *sent* while it keeps up (2.5). */
function keepsUp(state: State, behind: number): boolean {
  return behind < state.config.laggardBeats
}

/** Something changed on which `safe` rests: who is a member, who keeps up, what is stored. */
export function noteSafeStale(state: State): void {
  if (state.role.type === 'office') state.role.safeStale = true
}

/**
 * Once per step, if anything changed: computes `safe`, the log position that enough members hold, and tells the
 * authors who wait for it.
 */
export function decideSafe(state: State): void {
  const office = state.role
  if (office.type !== 'office' || office.phase === 'gathering' || !office.safeStale) return
  office.safeStale = false
  // If nobody keeps a disk, memory counts.
  const others = state.view.members.filter((member) => member.uid !== state.uid)
  const members = others.flatMap((member) => office.followers.get(member.uid) ?? [])
  const anyDisk = state.durable || others.some(({ memory }) => !memory)
  const held: number[] = []
  if ((state.durable || !anyDisk) && keepsUp(state, office.ownBehind)) held.push(state.durableEnd)
  for (const follower of members) {
    if ((follower.disk || !anyDisk) && keepsUp(state, follower.behind)) held.push(follower.storedPos)
  }
  // A member that moves in with another office counts from the view on, although it has not followed yet.
  for (let missing = others.length - members.length; missing > 0; missing--) held.push(0)
  held.sort((a, b) => b - a)
  const holders = Math.min(state.copies, held.length)
  const reached = holders === 0 ? state.durableEnd : (held[holders - 1] ?? 0)
  if (reached <= office.safe) return
  const before = office.safe
  office.safe = reached
  nackCrowding(state, office)
  // One frame for all: the transport encodes it once.
  const frame: Frame = { type: 'safe', pos: reached }
  for (const follower of office.followers.values()) {
    if (follower.link !== undefined && follower.phase === 'live' && follower.authorPos > before) {
      send(state, follower.link, frame)
    }
  }
}

/** Once per heartbeat: who is behind by how much (2.5). No clock is compared, beats are counted. */
export function countLaggards(state: State, office: Office): void {
  for (const follower of office.followers.values()) {
    if (follower.storedPos >= follower.mark) {
      follower.behind = 0
      follower.mark = state.end
    } else follower.behind++
  }
  if (state.durableEnd >= office.ownMark) {
    office.ownBehind = 0
    office.ownMark = state.end
  } else office.ownBehind++
  noteSafeStale(state)
}
