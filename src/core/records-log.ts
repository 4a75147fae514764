/**
 * The node's own log (PROTOCOL.md sections 2.2 and 2.12): appending, the bounded tail, what is durable,
 * and what people have been shown. Knows nothing of who sends records or why.
 */

import { assert } from '../lib/assert.ts'
import { namespaceOf } from './ids.ts'
import { memberOf } from './node.ts'
import type { Part, StampedRecord } from './records.ts'
import { partBytes, sameParts } from './records.ts'
import type { State } from './state.ts'

export type Appended = 'new' | 'duplicate' | 'gap' | 'clone'

/** The number of the persist that will carry what this step has written so far, or the last one made. */
export function nextPersist(state: State): number {
  const { records, outboxPut, outboxDrop } = state.write
  return records.length + outboxPut.length + outboxDrop.length > 0 ? state.persistN + 1 : state.persistN
}

/** D4: takes a record exactly when it is the next of its namespace. */
export function append(state: State, record: StampedRecord): Appended {
  const held = state.frontier.get(record.namespace) ?? 0
  if (record.s <= held) {
    // Only the tail is compared: older copies would have to be read back (S1 is checked by the simulator).
    const other = findRecent(state, (r) => r.s === record.s && r.namespace === record.namespace)
    return other && (other.ts !== record.ts || !sameParts(other.part, record.part)) ? 'clone' : 'duplicate'
  }
  // A place that no honest clock can have reached, or one namespace too many to tell others of.
  if (!isSaneClock(state, record.ts)) return 'gap'
  if (held === 0 && state.frontier.size >= state.config.namespacesMax) return 'gap'
  const have = state.have.get(record.part.author) ?? 0
  // P3: aseqs in any store are exactly 1..k, so a record beyond k+1 shows a gap in what was sent to us.
  if (record.s !== held + 1 || record.part.aseq > have + 1) return 'gap'
  const fresh = record.part.aseq === have + 1
  if (!fresh) warnOfReuse(state, record.part)
  state.frontier.set(record.namespace, record.s)
  if (fresh) state.have.set(record.part.author, record.part.aseq)
  // S15: the clock is at least every ts held.
  if (record.ts > state.clock) state.clock = record.ts
  state.end++
  state.tail.push(record)
  state.tailBytes += partBytes(record.part)
  state.write.records.push({ pos: state.end, record, fresh })
  if (record.part.author === state.uid) noteOwnRecord(state, record)
  if (fresh && isForeign(state, record)) state.foreign++
  // S18: only the first copy of a mid is shown.
  if (state.live && state.showTo === 0) {
    if (fresh) state.out.push({ type: 'deliver', pos: state.end, record })
    state.shownEnd = state.end
  } else if (state.live && fresh) {
    state.unshown.push({ pos: state.end, record })
  }
  return 'new'
}

/** 2.1: a message under a number that its author gave another one. Both are kept, one of them is shown. */
function warnOfReuse(state: State, part: Part): void {
  const held = findRecent(state, (r) => r.part.aseq === part.aseq && r.part.author === part.author)
  if (!held || sameParts(held.part, part)) return
  const text =
    `two messages of ${part.name}(${part.addr}) have the number ${part.aseq}, because it went on alone from an ` +
    'old copy of its history: only one of them is shown'
  state.out.push({ type: 'log', line: { type: 'error', text } })
}

/** A record among the newest few hundred in memory: comparing all for each duplicate would take too long. */
export function findRecent(state: State, is: (record: StampedRecord) => boolean): StampedRecord | undefined {
  const { tail } = state
  for (let i = tail.length - 1; i >= Math.max(0, tail.length - 512); i--) {
    const record = tail[i]
    if (record && is(record)) return record
  }
  return undefined
}

/** D1: others' clocks move ours, but not beyond what clocks that only count can have reached. */
export function isSaneClock(state: State, lc: number): boolean {
  return lc <= state.clock + state.config.clockJumpMax && lc < 2 ** 51
}

/** Whether a record was taken or was here already; a clone's is told to people (D4). */
export function isTaken(state: State, appended: Appended): boolean {
  if (appended === 'clone') {
    const text = 'two nodes use one identity: a record differs from the one held'
    state.out.push({ type: 'log', line: { type: 'error', text } })
  }
  return appended === 'new' || appended === 'duplicate'
}

/**
 * Said on the other side of a split: by an office that this process never followed, or whose leader was out
 * of our view, though not dead, or held office while we followed another; or all that comes while an office of one follows
 * another again.
 */
function isForeign(state: State, { namespace, stamper }: StampedRecord): boolean {
  const { role, live, offices } = state
  if (role.type === 'following' && role.origin === 'merge' && !live) return true
  const leader = role.type === 'following' ? role.leader : state
  if (!live || namespace === namespaceOf(leader.uid, leader.inc)) return false
  if (!offices.has(namespace)) return true
  const member = memberOf(state, stamper)
  if (member) return namespace === namespaceOf(member.uid, member.inc)
  const absent = state.book.get(stamper)
  return absent !== undefined && !absent.left && absent.gone !== 'died'
}

/** Where the outbox's entries from `aseq` on begin. Its numbers have gaps only after a renumbering. */
export function outboxIndex(state: State, aseq: number): number {
  const { outbox } = state
  let at = Math.min(outbox.length, Math.max(0, aseq - (outbox[0]?.part.aseq ?? aseq)))
  while (at > 0 && (outbox[at - 1]?.part.aseq ?? 0) >= aseq) at--
  return at
}

/** The record of an own message arrived: its outbox entry only waits for *sent* now. */
function noteOwnRecord(state: State, record: StampedRecord): void {
  // 2.1: a disk put back from a copy learns here how far this author had come.
  state.aseq = Math.max(state.aseq, record.part.aseq)
  const entry = state.outbox[outboxIndex(state, record.part.aseq)]
  if (!entry || entry.part.aseq !== record.part.aseq || entry.ownPos !== 0) return
  if (sameParts(entry.part, record.part)) {
    entry.ownPos = state.end
    entry.ts = record.ts
    return
  }
  // 2.1: our disk had been put back, and this number was used before: ours gets fresh numbers.
  renumberOutbox(state)
}

/** Gives every own message that is not ordered yet a fresh aseq, after all that are. */
export function renumberOutbox(state: State): void {
  let aseq = state.have.get(state.uid) ?? 0
  for (const entry of state.outbox) {
    if (entry.ownPos !== 0) continue
    const was = entry.part.aseq
    aseq++
    if (aseq === was) continue
    const { raw: _stale, ...rest } = entry.part
    // Several records of one frame may each shift the numbers: what was not asked for yet never existed.
    const asked = state.write.outboxPut.indexOf(entry.part)
    if (asked >= 0) state.write.outboxPut.splice(asked, 1)
    else state.write.outboxDrop.push(was)
    entry.part = { ...rest, aseq }
    state.write.outboxPut.push(entry.part)
    entry.n = state.persistN + 1
    state.out.push({ type: 'pending', part: entry.part, was })
  }
  state.aseq = Math.max(state.aseq, aseq)
}

/** The record at a position, if it is still in memory. */
export function recordAt(state: State, pos: number): StampedRecord | undefined {
  return pos >= state.tailStart ? state.tail[pos - state.tailStart] : undefined
}

/** Drops from memory what is durable and beyond the limit (shape 3: the store has it). */
export function trimTail(state: State): void {
  if (state.tailBytes <= 2 * state.config.tailBytes) return
  let count = 0
  while (state.tailBytes > state.config.tailBytes && state.tailStart + count <= state.durableEnd) {
    const record = state.tail[count]
    assert(record, 'the tail holds every position that is not durable')
    state.tailBytes -= partBytes(record.part)
    count++
  }
  state.tail = state.tail.slice(count)
  state.tailStart += count
}

/** From now on records are shown as they come; what came in bulk before is shown first, in order. */
export function goLive(state: State): void {
  if (state.live) return
  state.live = true
  state.out.push({ type: 'log', line: { type: 'stored', count: state.end } })
  // A fixed mark: were it the end of the log, a steady flow would never let anything be shown.
  state.showTo = Math.max(state.end, 1)
  flushShown(state)
}

export function quitLive(state: State): void {
  state.live = false
  state.showTo = 0
  // They are shown with the range that the next goLive shows.
  state.unshown = []
}

/** A range is shown when it is on disk, because it is read from there. */
export function flushShown(state: State): void {
  if (!state.live || state.showTo === 0 || state.durableEnd < Math.min(state.showTo, state.end)) return
  const to = Math.min(state.showTo, state.end)
  if (!state.entered) {
    // What is held by now is history, which whoever shows it reads from the store.
    state.entered = true
    state.out.push({ type: 'entered' })
  } else if (state.shownEnd < to) {
    state.out.push({ type: 'deliverRange', from: state.shownEnd + 1, to })
  }
  for (const { pos, record } of state.unshown) state.out.push({ type: 'deliver', pos, record })
  state.unshown = []
  state.shownEnd = state.end
  state.showTo = 0
}

/** At the end of a step: ask for what it wrote to be made durable, all or nothing. */
export function flushWrite(state: State): void {
  const n = nextPersist(state)
  if (n === state.persistN) return
  state.persistN = n
  state.commits.push({ n, end: state.end })
  const write = state.write
  state.write = { records: [], outboxPut: [], outboxDrop: [] }
  state.out.push({ type: 'persist', n, write })
}

/** Shape 1: durability is an event. */
export function noteCommitted(state: State, upTo: number): void {
  state.durableN = Math.max(state.durableN, upTo)
  let count = 0
  for (const commit of state.commits) {
    if (commit.n > state.durableN) break
    state.durableEnd = commit.end
    count++
  }
  if (count > 0) state.commits.splice(0, count)
  flushShown(state)
  trimTail(state)
}
