/**
 * The live path (PROTOCOL.md sections 2.2 and 2.5): saying, submitting, stamping, acknowledging, *sent*.
 * Knows nothing of how one comes to be in office or to follow.
 */

import { bootCounter, namespaceOf } from '../model/ids.ts'
import { isOpen, linkOf, send } from '../model/node.ts'
import { append, nextPersist } from './records-log.ts'
import type { Kind, Part } from '../model/records.ts'
import { partBytes } from '../model/records.ts'
import type { Follower, Following, Office, State } from '../model/state.ts'
import { atEnd, pump, streamedTo } from './streams.ts'

/** The person said something: durable in the outbox first, then submitted (2.1). */
export function say(state: State, text: string, kind: Kind, wall: number): void {
  if (state.leaving || state.role.type === 'stopped') {
    state.out.push({ type: 'refuse', why: 'leaving' })
    return
  }
  if (state.diskFull) {
    state.out.push({ type: 'refuse', why: 'disk-full' })
    return
  }
  state.clock++
  state.aseq++
  state.said++
  const { uid: author, inc, aseq, said: number, clock: lc, name, addr } = state
  const namespace = namespaceOf(author, inc)
  const part: Part = {
    author,
    inc,
    namespace,
    aseq,
    number,
    lc,
    // A clock that is set before 1970 has no place in a frame.
    wall: Math.max(0, wall),
    name,
    addr,
    kind,
    text,
  }
  state.outbox.push({ part, n: state.persistN + 1, ownPos: 0, ts: undefined, leaderPos: undefined })
  state.write.outboxPut.push(part)
  state.out.push({ type: 'pending', part })
}

/** Sends or stamps what is durable in the outbox and not yet ordered. Called whenever that may have changed. */
export function flushOutbox(state: State): void {
  const role = state.role
  if (role.type === 'office') {
    if (!mayStamp(role)) return
    for (;;) {
      const entry = state.outbox[state.ordered]
      // stamp() appends, and appending counts the entry as ordered.
      if (!entry || entry.n > state.durableN || !stamp(state, role, entry.part)) return
    }
  }
  if (role.type === 'following' && role.phase === 'live') submit(state, role)
}

function submit(state: State, role: Following): void {
  const link = linkOf(state, role.link)
  if (!link || link.busy) return
  const parts: Part[] = []
  let bytes = 0
  const first = state.outbox[state.ordered]
  for (;;) {
    const entry = state.outbox[state.ordered + role.submitted]
    if (!entry || entry.n > state.durableN || bytes >= state.config.batchBytes) break
    // P3: what an earlier process said has its place before anything of a later one is submitted.
    if (entry.part.namespace !== first?.part.namespace) break
    parts.push(entry.part)
    bytes += partBytes(entry.part)
    role.submitted++
  }
  if (parts.length === 0) return
  link.busy = true
  send(state, role.link, { type: 'submit', parts }, true)
}

/** S11: nobody stamps while gathering, paused, frozen, or on the way out. */
export function mayStamp(office: Office): boolean {
  return office.phase === 'open' && office.pauseNonce === 0 && !office.moving?.frozen
}

/** D2: gives a part its place. False when it is not the author's next, or we may not begin a namespace. */
function stamp(state: State, office: Office, part: Part): boolean {
  if (part.aseq !== (state.have.get(part.namespace) ?? 0) + 1) return false
  const record = {
    stamper: state.uid,
    stamperInc: state.inc,
    namespace: namespaceOf(state.uid, state.inc),
    s: state.last + 1,
    ts: Math.max(state.clock, part.lc) + 1,
    part,
  }
  // Appending moves the clock on.
  if (append(state, record) !== 'new') return false
  state.last++
  const follower = office.followers.get(part.author)
  if (follower) follower.authorPos = state.end
  return true
}

/** A follower's messages reach the leader. */
export function onSubmit(state: State, office: Office, follower: Follower, parts: readonly Part[]): void {
  // D7: upload before submit. A SUBMIT that cannot be taken now is answered by NACK when it can (2.11).
  if (!follower.upDone || !mayStamp(office)) {
    follower.dropped = true
    return
  }
  for (const part of parts) {
    if (part.author !== follower.member.uid) continue
    const have = state.have.get(part.namespace) ?? 0
    // What is ordered already is not stamped again.
    if (part.aseq <= have) continue
    if (stamp(state, office, part)) follower.nacked = false
    else if (!follower.nacked) {
      // Once for each gap: what follows in the pipe has the same one.
      follower.nacked = true
      nack(state, follower)
    }
  }
}

function nack(state: State, follower: Follower): void {
  if (follower.link !== undefined) send(state, follower.link, { type: 'nack' })
}

/** What was dropped while nothing could be stamped is asked for again. */
export function nackDropped(state: State, office: Office): void {
  for (const follower of office.followers.values()) {
    if (!follower.dropped) continue
    follower.dropped = false
    nack(state, follower)
  }
}

/** Follower: everything held now lies at or below the leader's `pos`; it is *stored* when it is durable. */
export function noteLeaderPos(state: State, role: Following, pos: number): void {
  const n = nextPersist(state)
  const lastNoted = role.stable.at(-1)
  if (lastNoted && lastNoted.n === n) lastNoted.pos = pos
  else role.stable.push({ n, pos })
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

/** Removes the entries that are durable and answers the last one's position. */
export function takeStable(stable: { n: number; pos: number }[], durableN: number): number | undefined {
  let pos: number | undefined
  while (stable[0] && stable[0].n <= durableN) pos = stable.shift()?.pos
  return pos
}

/** A member counts towards *sent* while it keeps up (2.5). */
function keepsUp(state: State, behind: number): boolean {
  return behind < state.config.laggardBeats
}

/** Recomputes `safe`, the log position that enough members hold, and tells the authors who wait for it. */
export function refreshSafe(state: State): void {
  const office = state.role
  if (office.type !== 'office' || office.phase === 'gathering') return
  // If nobody keeps a disk, memory counts.
  const others = state.view.members.filter((member) => member.uid !== state.uid)
  const members = others.flatMap((member) => office.followers.get(member.uid) ?? [])
  const anyDisk = state.durable || members.some((follower) => follower.disk)
  const held: number[] = []
  if ((state.durable || !anyDisk) && keepsUp(state, office.ownBehind)) held.push(state.durableEnd)
  for (const follower of members) {
    if ((follower.disk || !anyDisk) && keepsUp(state, follower.behind)) held.push(follower.storedPos)
  }
  // Who moves in with another office counts from the view on, although it has not followed yet.
  for (let missing = others.length - members.length; missing > 0; missing--) held.push(0)
  held.sort((a, b) => b - a)
  const holders = Math.min(state.copies, held.length)
  const reached = holders === 0 ? state.durableEnd : (held[holders - 1] ?? 0)
  if (reached <= office.safe) return
  const before = office.safe
  office.safe = reached
  for (const follower of office.followers.values()) {
    if (follower.link !== undefined && follower.synced && follower.authorPos > before) {
      send(state, follower.link, { type: 'safe', pos: reached })
    }
  }
}

/** 2.5: *sent* is said when the record is in our own durable log and enough members hold it. */
export function refreshSent(state: State): void {
  const role = state.role
  if (role.type !== 'following' && role.type !== 'office') return
  for (;;) {
    const entry = state.outbox[0]
    if (!entry || state.ordered === 0 || entry.ownPos > state.durableEnd) return
    const pos = role.type === 'office' ? entry.ownPos : entry.leaderPos
    if (pos === undefined || pos > role.safe) return
    state.outbox.shift()
    state.ordered--
    state.write.outboxDrop.push(entry.part)
    state.out.push({ type: 'sent', part: entry.part, ts: entry.ts })
  }
}

/** Our own records up to here are covered by the leader's `pos`. */
export function coverOwn(state: State, pos: number): void {
  for (let at = 0; at < state.ordered; at++) {
    const entry = state.outbox[at]
    if (entry) entry.leaderPos ??= pos
  }
}

/** Moves every follower's stream on, and says SYNCED where one has caught up (2.4 step 4). */
export function pumpFollowers(state: State): void {
  const office = state.role
  if (office.type !== 'office') return
  for (const follower of streamedTo(office)) {
    const stream = follower.stream
    if (!stream) continue
    pump(state, stream, office.safe)
    if (
      follower.synced ||
      !follower.upDone ||
      !isOpen(state) ||
      office.moving?.frozen ||
      !atEnd(state, stream)
    )
      continue
    follower.synced = true
    // It may hold own messages that only this position makes *sent*: SAFE is told it at once (2.5).
    follower.authorPos = state.end
    stream.told = state.end
    if (follower.movingIn) {
      follower.movingIn = false
      send(state, stream.link, { type: 'moveOk', term: office.term, pos: state.end })
    } else send(state, stream.link, { type: 'synced', pos: state.end })
    send(state, stream.link, { type: 'safe', pos: office.safe })
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
}

/**
 * 2.1: whether a frontier shows that our disk was put back from a copy: numbers of this inc may have been
 * used before. Then a fresh one is asked for.
 */
export function isRolledBack(state: State, frontier: ReadonlyMap<string, number>): boolean {
  const above = foreignBoot(state, frontier)
  if (above > 0) state.out.push({ type: 'mintInc', above })
  return above > 0
}

/** The largest boot counter of ours, not below this process's own, that a frontier names. Or 0. */
function foreignBoot(state: State, frontier: ReadonlyMap<string, number>): number {
  let counter = 0
  for (const namespace of frontier.keys()) {
    if (namespace.slice(0, 32) !== state.uid) continue
    const inc = namespace.slice(33) as typeof state.inc
    if (inc !== state.inc && bootCounter(inc) >= bootCounter(state.inc))
      counter = Math.max(counter, bootCounter(inc))
  }
  return counter
}
