/**
 * The log of this node (PROTOCOL.md sections 2.2 and 2.12): appending, the bounded tail in memory, what is durable.
 */

import { assert } from '../../lib/assert.ts'
import { clockMaxAt } from '../model/bounds.ts'
import type { StampedRecord } from '../model/records.ts'
import { partBytes, sameParts } from '../model/records.ts'
import type { State } from '../model/state.ts'
import { noteOwnRecord } from './outbox.ts'
import { flushShown, isForeign } from './shown.ts'

/**
 * new: taken. duplicate: held already. gap: it does not follow what is held; asking again helps. early: its time has not
 * come by the wall clock. clone: another record of this name is held. full: it would begin a namespace too many. Asking
 * again changes nothing about the last two.
 */
export type Appended = 'new' | 'duplicate' | 'gap' | 'early' | 'clone' | 'full'

/** Why a record was not taken (D4). */
export type Refusal = Exclude<Appended, 'new' | 'duplicate'>

/** The number of the persist that will carry what this step has written so far, or the last one made. */
export function nextPersist(state: State): number {
  const { records, outboxPut, outboxDrop } = state.write
  return records.length + outboxPut.length + outboxDrop.length > 0 ? state.persistN + 1 : state.persistN
}

/**
 * Where a record comes from. stamped: this office made it. leader: our leader sent it. upload: it came from a follower
 * or over a bridge.
 */
export type RecordOrigin = 'stamped' | 'leader' | 'upload'

/** D4: takes a record exactly when it is the next of its namespace. */
export function append(state: State, record: StampedRecord, origin: RecordOrigin): Appended {
  const held = state.frontier.get(record.namespace) ?? 0
  if (record.s <= held) {
    // Only the tail is compared: older copies would have to be read back (S1 is checked by the simulator).
    const other = findRecent(state, (r) => r.s === record.s && r.namespace === record.namespace)
    return other && (other.ts !== record.ts || !sameParts(other.part, record.part)) ? 'clone' : 'duplicate'
  }
  // D2: a stamp lies above the clock of its message.
  if (record.ts <= record.part.lc) return 'gap'
  // D1: its time has not come. Later it can be taken.
  if (origin !== 'stamped' && record.ts > clockMaxAt(state.wall, origin === 'leader' ? origin : 'others'))
    return 'early'
  // One namespace too many to tell others of.
  if (held === 0 && state.frontier.size >= namespacesFor(state, origin)) return 'full'
  const { part } = record
  const have = state.have.get(part.namespace) ?? 0
  // P3: aseqs in any store are exactly 1..k, so a record beyond k+1 shows a gap in what was sent to us.
  if (record.s !== held + 1 || part.aseq > have + 1) return 'gap'
  const fresh = part.aseq === have + 1
  state.frontier.set(record.namespace, record.s)
  if (fresh) state.have.set(part.namespace, part.aseq)
  // S15: the clock is at least every ts held.
  if (record.ts > state.clock) state.clock = record.ts
  state.end++
  state.tail.push(record)
  state.tailBytes += partBytes(part)
  state.write.records.push({ pos: state.end, record, fresh })
  if (part.author === state.uid) noteOwnRecord(state, record)
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

/** 2.12: the last quarter of the namespaces is for nodes that lead here: uploads cannot take it. */
const uploadShare = 0.75

function namespacesFor({ config }: State, origin: RecordOrigin): number {
  return origin === 'upload' ? Math.floor(config.namespacesMax * uploadShare) : config.namespacesMax
}

/** A record among the newest few hundred in memory: comparing all for each duplicate would take too long. */
function findRecent(state: State, is: (record: StampedRecord) => boolean): StampedRecord | undefined {
  const { tail } = state
  for (let i = tail.length - 1; i >= Math.max(0, tail.length - 512); i--) {
    const record = tail[i]
    if (record && is(record)) return record
  }
  return undefined
}

/** The record at a position, if it is still in memory. */
export function recordAt(state: State, pos: number): StampedRecord | undefined {
  return pos >= state.tailStart ? state.tail[pos - state.tailStart] : undefined
}

/** Drops from memory what is durable and beyond the limit (shape 3: the store has it). */
function trimTail(state: State): void {
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

/** At the end of a step: ask for what it wrote to be made durable, all or nothing. */
export function flushWrite(state: State): void {
  const n = nextPersist(state)
  if (n === state.persistN) return
  state.persistN = n
  const { write } = state
  state.write = { records: [], outboxPut: [], outboxDrop: [] }
  let bytes = 0
  for (const { record } of write.records) bytes += partBytes(record.part)
  for (const part of write.outboxPut) bytes += partBytes(part)
  state.undurableBytes += bytes
  state.commits.push({ n, end: state.end, bytes })
  state.out.push({ type: 'persist', n, write })
}

/** Shape 1: durability is an event. */
export function noteCommitted(state: State, upTo: number): void {
  state.durableN = Math.max(state.durableN, upTo)
  let count = 0
  for (const commit of state.commits) {
    if (commit.n > state.durableN) break
    state.durableEnd = commit.end
    state.undurableBytes -= commit.bytes
    count++
  }
  if (count > 0) state.commits.splice(0, count)
  flushShown(state)
  trimTail(state)
}
