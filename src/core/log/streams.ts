/**
 * The one sync operation (PROTOCOL.md D5): stream the own log in order, skipping what the peer has.
 * Serves a leader towards its followers (REC), a follower's upload (UP), and both ends of a bridge.
 */

import { log, logRefused, send } from '../model/emit.ts'
import { linkOf } from '../model/facts.ts'
import type { Frame } from '../model/frames.ts'
import type { LinkId, Namespace } from '../model/ids.ts'
import { allGroups, groupCount } from '../model/frontier.ts'
import type { StampedRecord } from '../model/records.ts'
import { partBytes } from '../model/records.ts'
import type { PeerHolds, State, Stream } from '../model/state.ts'
import type { RecordOrigin, Refusal } from './log.ts'
import { appendAll, recordAt } from './log.ts'

type RecFrame = Extract<Frame, { type: 'rec' }>

/** Begins at the first own record that the peer does not hold. */
export function openStream(state: State, link: LinkId, kind: 'rec' | 'up', holds: PeerHolds): Stream {
  const stream: Stream = {
    link,
    kind,
    cursor: holds.since + 1,
    told: 0,
    holds,
    taken: [],
    takenBytes: 0,
    open: new Set(),
    cuts: [],
    request: 0,
    done: false,
    mark: undefined,
  }
  const lacking = isNewcomer(state, holds) ? undefined : lackedBy(state, holds)
  if (lacking?.size === 0) return stream
  if (!lacking || state.tailStart === 1) {
    stream.cursor = 1
    return stream
  }
  stream.request = ++state.requestN
  state.requests.set(stream.request, stream)
  // The store's index finds the place; walking a long log to skip it all would take seconds. It may not find what it commits
  // while it looks: that lies ahead of the cursor.
  stream.cursor = Math.min(stream.cursor, state.durableEnd + 1)
  state.out.push({ type: 'seek', request: stream.request, lacking })
  return stream
}

/** Nothing of what is held here is held there. */
function isNewcomer({ frontier }: State, { has, equal }: PeerHolds): boolean {
  if (equal.size > 0 || frontier.size === 0) return false
  for (const [namespace, s] of has) if (s > 0 && frontier.has(namespace)) return false
  return true
}

/** Of the namespaces of which a peer lacks records that were held here at `since`: what it holds. */
function lackedBy({ frontier }: State, { has, equal }: PeerHolds): Map<Namespace, number> {
  const lacking = new Map<Namespace, number>()
  for (const [namespace, s] of has) if (s < frontier.get(namespace)) lacking.set(namespace, s)
  for (let group = 0; group < groupCount; group++) {
    if (equal.has(group)) continue
    for (const namespace of frontier.namespacesOf(group)) if (!has.has(namespace)) lacking.set(namespace, 0)
  }
  return lacking
}

/** The store has found where what the peer lacks begins, of what was durable and what the peer was compared with. */
export function noteSought(stream: Stream, pos: number): void {
  stream.request = 0
  stream.cursor = Math.min(pos, stream.cursor)
}

/** Whether the peer holds the record at an own position. */
function isHeld(state: State, { holds }: Stream, { namespace, s }: StampedRecord, pos: number): boolean {
  const has = holds.has.get(namespace)
  return has === undefined
    ? pos <= holds.since && holds.equal.has(state.frontier.groupOf(namespace))
    : s <= has
}

export function closeStream(state: State, stream: Stream | undefined): void {
  if (stream && stream.request !== 0) state.requests.delete(stream.request)
}

export function atEnd(state: State, stream: Stream): boolean {
  return stream.request === 0 && stream.cursor > state.end && stream.taken.length === 0
}

/** Whether the peer has everything without being sent any more: what lies ahead came from it. */
export function isLevel(state: State, stream: Stream): boolean {
  if (stream.request !== 0 || stream.taken.length > 0) return false
  for (let pos = stream.cursor; pos <= state.end; pos++) {
    const record = recordAt(state, pos)
    if (!record || !isHeld(state, stream, record, pos)) return false
  }
  return true
}

/** The peer sent these itself, or got them elsewhere: it need not have them from us. */
function notePeerHas({ holds: { has } }: Stream, { namespace, s }: StampedRecord): void {
  if (s > (has.get(namespace) ?? 0)) has.set(namespace, s)
}

/**
 * Appends what a peer sent, up to the first record that is not taken. `from`: its link, and our stream to it. Returns why it
 * was not taken; people are told what they can change, and what no further try can.
 */
export function takeIn(
  state: State,
  from: { link: LinkId | undefined; stream: Stream | undefined },
  { type, records }: Extract<Frame, { type: 'rec' | 'up' }>,
  origin: Exclude<RecordOrigin, 'stamped'>,
): Refusal | undefined {
  const { stream } = from
  const refusal = appendAll(state, records, origin)
  if (stream && !refusal) for (const record of records) notePeerHas(stream, record)
  if (refusal === 'unsigned' || refusal === 'unsealed' || refusal === 'missealed') {
    const link = from.link === undefined ? undefined : linkOf(state, from.link)
    if (link) logRefused(state, link, type, refusal === 'unsigned' ? 'records.signature' : 'records.seal')
  } else if (refusal && refusal !== 'gap' && (refusal !== 'early' || origin === 'leader'))
    log(state, { type: 'error', text: refusalTexts[refusal] })
  return refusal
}

const refusalTexts = {
  early: 'the room counts further than the clock of this machine allows: set the clock, if it is behind',
  clone: 'two nodes use one identity: a record differs from the one held',
} as const

/** Sends one batch if the link has room; the next goes when `linkDrained` says so. */
export function pump(state: State, stream: Stream, safe: number): void {
  const link = linkOf(state, stream.link)
  if (!link || link.busy || stream.request !== 0) return
  while (stream.cursor <= endOf(state, stream) && wantsMore(state, stream)) {
    const record = recordAt(state, stream.cursor)
    if (!record) {
      stream.request = ++state.requestN
      state.requests.set(stream.request, stream)
      const { cursor: from, request } = stream
      state.out.push({ type: 'readLog', request, from, bytesMax: state.config.batchBytes })
      break
    }
    take(state, stream, record)
  }
  ship(state, stream, safe)
  // By now the peer holds all that is held here. What it holds besides it may be sent again, once others bring it.
  if (stream.cursor > state.end && stream.holds.has.size > notedMax)
    stream.holds = { has: new Map(), equal: allGroups, since: state.end }
}

/** Namespaces of which it is noted how much a peer holds, until that is forgotten. */
const notedMax = 512

/** Nothing passes a mark. */
function endOf({ end }: State, { mark }: Stream): number {
  return mark ? Math.min(mark.pos, end) : end
}

/** Sends the mark where all before it was sent (2.19). Returns whether the stream may go on. */
export function passMark(state: State, stream: Stream): boolean {
  const { mark } = stream
  if (!mark || stream.request !== 0 || stream.cursor <= mark.pos || stream.taken.length > 0) return false
  stream.mark = undefined
  send(state, stream.link, { type: 'checkPoint', nonce: mark.nonce })
  return true
}

/** Until the frame is full, and at least up to the next seals. */
function wantsMore({ config }: State, { takenBytes, cuts }: Stream): boolean {
  return takenBytes < config.batchBytes || cuts.length === 0
}

/** Own records that were read back from the store. */
export function noteRead(
  state: State,
  stream: Stream,
  from: number,
  records: readonly StampedRecord[],
  safe: number,
): void {
  stream.request = 0
  if (from !== stream.cursor) return
  // What was asked for may reach beyond a mark that was set since.
  for (const record of records.slice(0, endOf(state, stream) + 1 - from)) take(state, stream, record)
  // Where a seal is still to come, the next turn reads on. One frame at a time: where one is on its way, the turn of
  // linkDrained sends this.
  if (linkOf(state, stream.link)?.busy === false) ship(state, stream, safe)
}

function take(state: State, stream: Stream, record: StampedRecord): void {
  const pos = stream.cursor++
  const { namespace, s } = record
  // What the peer holds ends with a seal there: what was taken of this namespace before, it holds as well.
  if (isHeld(state, stream, record, pos)) stream.open.delete(namespace)
  else {
    stream.holds.has.set(namespace, s)
    stream.taken.push(record)
    stream.takenBytes += partBytes(record.part)
    if (record.seal) stream.open.delete(namespace)
    else stream.open.add(namespace)
  }
  if (stream.open.size > 0) return
  const cut = { count: stream.taken.length, bytes: stream.takenBytes, pos: stream.cursor - 1 }
  // Only where it moves on without a record is a cut replaced: none is forgotten, or frames would grow from node to node.
  if (stream.cuts.at(-1)?.count === cut.count) stream.cuts.pop()
  stream.cuts.push(cut)
}

/** Takes out what goes into one frame: as much as fits, and at least up to the first cut. */
function cutFrame(state: State, stream: Stream): { records: StampedRecord[]; pos: number } | undefined {
  const { cuts } = stream
  const cut = cuts.findLast(({ bytes }) => bytes <= state.config.batchBytes) ?? cuts[0]
  if (!cut) return undefined
  const records = stream.taken.splice(0, cut.count)
  stream.takenBytes -= cut.bytes
  stream.cuts = cuts
    .filter(({ count }) => count > cut.count)
    .map(({ count, bytes, pos }) => ({ count: count - cut.count, bytes: bytes - cut.bytes, pos }))
  return { records: sparing(records), pos: cut.pos }
}

/** Keeps only the last seal of each namespace in a frame: the receiver verifies every seal that the frame carries. */
function sparing(records: readonly StampedRecord[]): StampedRecord[] {
  const ended = new Set<Namespace>()
  return records
    .toReversed()
    .map((record) => {
      const isLast = !ended.has(record.namespace)
      ended.add(record.namespace)
      return isLast ? record : withoutSeal(record)
    })
    .toReversed()
}

function withoutSeal(record: StampedRecord): StampedRecord {
  if (!record.seal) return record
  const { stamper, stamperInc, namespace, s, ts, part } = record
  record.bare ??= { stamper, stamperInc, namespace, s, ts, part }
  return record.bare
}

function ship(state: State, stream: Stream, safe: number): void {
  const link = linkOf(state, stream.link)
  const frame = link && cutFrame(state, stream)
  if (!frame) return
  const { records, pos } = frame
  if (stream.kind === 'up') {
    if (records.length === 0) return
    link.busy = true
    send(state, stream.link, { type: 'up', records }, true)
  } else if (records.length > 0 || (stream.told < pos && stream.told > 0)) {
    // An empty REC tells the position reached when all was skipped.
    stream.told = pos
    link.busy = true
    send(state, stream.link, sameAsLast(state, { type: 'rec', pos, safe, records }), true)
  }
}

/** What goes to several followers is one frame, or at least one list of records: it is encoded once for all of them. */
function sameAsLast(state: State, frame: RecFrame): RecFrame {
  const last = state.lastRec
  const isSame =
    last?.records.length === frame.records.length &&
    last.records.every((record, i) => record === frame.records[i])
  if (isSame && last.pos === frame.pos && last.safe === frame.safe) return last
  state.lastRec = isSame ? { ...frame, records: last.records } : frame
  return state.lastRec
}
