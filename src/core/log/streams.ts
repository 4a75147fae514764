/**
 * The one sync operation (PROTOCOL.md D5): stream the own log in order, skipping what the peer has.
 * Serves a leader towards its followers (REC), a follower's upload (UP), and both ends of a bridge.
 */

import { log, send } from '../model/emit.ts'
import { linkOf } from '../model/facts.ts'
import type { LinkId } from '../model/ids.ts'
import type { Frontier, StampedRecord } from '../model/records.ts'
import { covers, partBytes } from '../model/records.ts'
import type { State, Stream } from '../model/state.ts'
import type { RecordOrigin, Refusal } from './log.ts'
import { append, recordAt } from './log.ts'

/** Begins at the first own record that lies beyond the peer's frontier. */
export function openStream(state: State, link: LinkId, kind: 'rec' | 'up', peerHas: Frontier): Stream {
  const stream: Stream = {
    link,
    kind,
    cursor: state.end + 1,
    told: 0,
    peerHas: new Map(peerHas),
    request: 0,
    done: false,
  }
  if (covers(peerHas, state.frontier)) return stream
  stream.cursor = 1
  if (state.tailStart > 1) {
    stream.request = ++state.requestN
    state.requests.set(stream.request, stream)
    // The store's index finds the place; walking a long log to skip it all would take seconds.
    state.out.push({ type: 'seek', request: stream.request, frontier: new Map(peerHas) })
  }
  return stream
}

export function closeStream(state: State, stream: Stream | undefined): void {
  if (stream && stream.request !== 0) state.requests.delete(stream.request)
}

export function atEnd(state: State, stream: Stream): boolean {
  return stream.request === 0 && stream.cursor > state.end
}

/** Whether the peer has everything without being sent any more: what lies ahead came from it. */
export function isLevel(state: State, stream: Stream): boolean {
  if (stream.request !== 0) return false
  for (let pos = stream.cursor; pos <= state.end; pos++) {
    const record = recordAt(state, pos)
    if (!record || record.s > (stream.peerHas.get(record.namespace) ?? 0)) return false
  }
  return true
}

/** The peer sent these itself, or got them elsewhere: it need not have them from us. */
function notePeerHas(stream: Stream, record: StampedRecord): void {
  const held = stream.peerHas.get(record.namespace) ?? 0
  if (record.s > held) stream.peerHas.set(record.namespace, record.s)
}

/**
 * Appends what a peer sent, up to the first record that is not taken. `stream`: ours to that peer. Returns why that
 * record was not taken; people are told what they can change, and what no further try can.
 */
export function takeIn(
  state: State,
  stream: Stream | undefined,
  records: readonly StampedRecord[],
  origin: Exclude<RecordOrigin, 'stamped'>,
): Refusal | undefined {
  for (const record of records) {
    if (stream) notePeerHas(stream, record)
    const appended = append(state, record, origin)
    if (appended === 'new' || appended === 'duplicate') continue
    if (appended !== 'gap' && (appended !== 'early' || origin === 'leader'))
      log(state, { type: 'error', text: refusalTexts[appended] })
    return appended
  }
  return undefined
}

const refusalTexts = {
  early: 'the room counts further than the clock of this machine allows: set the clock, if it is behind',
  clone: 'two nodes use one identity: a record differs from the one held',
  full: 'this room was led so often that not all that was said apart fits into it any more: begin another',
} as const

/** Sends one batch if the link has room; the next goes when `linkDrained` says so. */
export function pump(state: State, stream: Stream, safe: number): void {
  const link = linkOf(state, stream.link)
  if (!link || link.busy || stream.request !== 0) return
  const records: StampedRecord[] = []
  let bytes = 0
  while (stream.cursor <= state.end && bytes < state.config.batchBytes) {
    const record = recordAt(state, stream.cursor)
    if (!record) {
      stream.request = ++state.requestN
      state.requests.set(stream.request, stream)
      const { cursor: from, request } = stream
      state.out.push({ type: 'readLog', request, from, bytesMax: state.config.batchBytes })
      break
    }
    take(stream, record, records)
    bytes += partBytes(record.part)
  }
  ship(state, stream, records, safe)
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
  const fresh: StampedRecord[] = []
  for (const record of records) take(stream, record, fresh)
  ship(state, stream, fresh, safe)
}

function take(stream: Stream, record: StampedRecord, into: StampedRecord[]): void {
  stream.cursor++
  const held = stream.peerHas.get(record.namespace) ?? 0
  if (record.s <= held) return
  stream.peerHas.set(record.namespace, record.s)
  into.push(record)
}

function ship(state: State, stream: Stream, records: StampedRecord[], safe: number): void {
  const pos = stream.cursor - 1
  const link = linkOf(state, stream.link)
  if (!link) return
  if (stream.kind === 'up') {
    if (records.length === 0) return
    link.busy = true
    send(state, stream.link, { type: 'up', records }, true)
  } else if (records.length > 0 || (stream.told < pos && stream.told > 0)) {
    // An empty REC tells the position reached when all was skipped.
    stream.told = pos
    link.busy = true
    send(state, stream.link, { type: 'rec', pos, safe, records }, true)
  }
}
