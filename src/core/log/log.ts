/**
 * The log of this node (PROTOCOL.md sections 2.2 and 2.12): appending, the bounded tail in memory, what is durable.
 */

import { assert } from '../../lib/assert.ts'
import { clockMaxAt } from '../model/bounds.ts'
import type { Namespace } from '../model/ids.ts'
import type { Chain, StampedRecord } from '../model/records.ts'
import { countOf, hiddenIn, lastAseq, lastTs, partBytes, sameRecords } from '../model/records.ts'
import type { State } from '../model/state.ts'
import { noteRekeyings } from '../model/key-changes.ts'
import { noteTitle } from '../model/titles.ts'
import { noteOwnRecord } from './outbox.ts'
import { flushShown, isForeign, keepUnshown } from './shown.ts'

/**
 * new: taken. duplicate: held already. gap: it does not follow what is held; asking again helps. early: its time has not
 * come by the wall clock. clone: another record of this name is held, about which asking again changes nothing.
 */
type Appended = 'new' | 'duplicate' | 'gap' | 'early' | 'clone'

/**
 * Why a record was not taken (D4). unsigned: its author has not signed it. unsealed: its stamper has not sealed it, or the
 * chain before it is another here. missealed: likewise, and what came begins the namespace, so the seal fits no chain.
 */
export type Refusal = Exclude<Appended, 'new' | 'duplicate'> | 'unsigned' | 'unsealed' | 'missealed'

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

/** What a record is judged by: what is held before it. */
type Before = {
  readonly held: (namespace: Namespace) => number
  readonly lastTs: (namespace: Namespace) => number
  readonly have: (namespace: Namespace) => number
}

/** D4: a record is taken exactly when it is the next of its namespace. */
function judgeRecord(state: State, record: StampedRecord, before: Before, origin: RecordOrigin): Appended {
  const { namespace, part } = record
  const held = before.held(namespace)
  if (record.s <= held) {
    // Only the tail is compared: older copies would have to be read back (S1 is checked by the simulator).
    const other = findRecent(state, (r) => r.s === record.s && r.namespace === namespace)
    return other && !sameRecords(other, record) ? 'clone' : 'duplicate'
  }
  // D2: a stamp lies above the clock of its message, and of what was stamped before.
  if (record.ts <= part.lc || (record.s === held + 1 && record.ts <= before.lastTs(namespace))) return 'gap'
  // D1: its time has not come. Later it can be taken.
  if (
    origin !== 'stamped' &&
    lastTs(record) > clockMaxAt(state.wall, origin === 'leader' ? origin : 'others')
  )
    return 'early'
  // P3: aseqs in any store are exactly 1..k, so a record beyond k+1 shows a gap in what was sent to us.
  if (record.s !== held + 1 || part.aseq > before.have(part.namespace) + 1) return 'gap'
  return 'new'
}

/** Takes a record that this office stamps. */
export function append(state: State, record: StampedRecord): Appended {
  const { frontier, have, notary } = state
  const before: Before = {
    held: (namespace) => frontier.get(namespace),
    lastTs: (namespace) => frontier.lastTs(namespace),
    have: (namespace) => have.get(namespace),
  }
  const judged = judgeRecord(state, record, before, 'stamped')
  if (judged === 'new') enter(state, record, notary.extend(frontier.chain(record.namespace), record))
  return judged
}

/**
 * Takes what a peer sent up to the first record that is refused, and of that only as much as its stampers have sealed (2.2):
 * what is held of a namespace always ends with a seal, so that it can be proven to others. Returns the refusal.
 */
export function appendAll(
  state: State,
  records: readonly StampedRecord[],
  origin: Exclude<RecordOrigin, 'stamped'>,
): Refusal | undefined {
  const { frontier, have, notary, room } = state
  // What would be held.
  const added = new Map<Namespace, { s: number; lastTs: number; chain: Chain }>()
  const said = new Map<Namespace, number>()
  const before: Before = {
    held: (namespace) => added.get(namespace)?.s ?? frontier.get(namespace),
    lastTs: (namespace) => added.get(namespace)?.lastTs ?? frontier.lastTs(namespace),
    have: (namespace) => said.get(namespace) ?? have.get(namespace),
  }
  const fresh: { record: StampedRecord; chain: Chain }[] = []
  const open = new Set<Namespace>()
  let sealedCount = 0
  let bytesOpen = 0
  let refusal: Refusal | undefined
  for (const record of records) {
    const judged = judgeRecord(state, record, before, origin)
    if (judged === 'duplicate') continue
    if (judged !== 'new') {
      refusal = judged
      break
    }
    const { namespace, s, part } = record
    const chain = notary.extend(added.get(namespace)?.chain ?? frontier.chain(namespace), record)
    added.set(namespace, { s, lastTs: lastTs(record), chain })
    said.set(part.namespace, Math.max(lastAseq(part), before.have(part.namespace)))
    fresh.push({ record, chain })
    if (record.seal) open.delete(namespace)
    else open.add(namespace)
    bytesOpen += partBytes(part) + stampBytes
    if (bytesOpen > state.config.blockBytesMax) return 'unsealed'
    if (open.size > 0) continue
    sealedCount = fresh.length
    bytesOpen = 0
  }
  // Where nothing else is wrong, all is sealed.
  if (!refusal && sealedCount < fresh.length) return 'unsealed'
  const taken = fresh.slice(0, sealedCount)
  // Each, not only the last of a namespace: one that is wrong would end a frame of ours some day, and be refused there.
  for (const { record, chain } of taken)
    if (record.seal && !notary.isSealed(room, record, chain))
      return frontier.has(record.namespace) ? 'unsealed' : 'missealed'
  const parts = taken.map(({ record }) => record.part)
  if (notary.findForged(room, parts)) return 'unsigned'
  for (const { record, chain } of taken) enter(state, record, chain)
  return refusal
}

/** What a record takes in a frame beside its part, at most. Unit: bytes. */
export const stampBytes = 256

function enter(state: State, record: StampedRecord, chain: Chain): void {
  const { part } = record
  const have = state.have.get(part.namespace)
  const fresh = part.aseq === have + 1
  state.frontier.advance(record.namespace, record.s, lastTs(record), chain)
  if (lastAseq(part) > have) state.have.set(part.namespace, lastAseq(part))
  // S15: the clock is at least every ts held.
  if (lastTs(record) > state.clock) state.clock = lastTs(record)
  state.end++
  state.tail.push(record)
  state.tailBytes += partBytes(part)
  state.write.records.push({ pos: state.end, record, fresh, chain })
  noteRekeyings(state, record)
  noteTitle(state, record, fresh)
  if (part.author === state.uid) noteOwnRecord(state, record)
  // A change of the key, or a title, is not counted as said.
  if (fresh && hiddenIn(part) < countOf(part) && isForeign(state, record)) state.foreign++
  // S18: only the first copy of a part is shown.
  if (state.live && state.showTo === 0) {
    if (fresh) state.out.push({ type: 'deliver', pos: state.end, record })
    state.shownEnd = state.end
  } else if (!state.live) keepUnshown(state, record, fresh)
  else if (fresh) state.unshown.push({ pos: state.end, record })
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
