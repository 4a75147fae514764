/**
 * Puts whole results together from bounded queries: the transcript, or what arrived at some positions,
 * page by page. Each result is a snapshot of one moment, even if records are appended meanwhile.
 */

import { splitNamespace, type Namespace } from '../../core/model/ids.ts'
import { countOf, compareRecords, type StampedRecord } from '../../core/model/records.ts'
import { RingleaderError } from '../../peer/errors.ts'
import type { FoundPage, HistoryPage, MessageName } from '../../peer/ports.ts'
import type { PartFilter } from '../../wire/part-search.ts'
import type { Page } from './packing.ts'
import { lowestPieceMax, type Answers, type Question } from './room-reader.ts'

export type Ask = <Q extends Question>(question: Q) => Promise<Answers[Q['type']]>
type Unpack = (page: Page) => StampedRecord[]

/** Bytes of records in one page. */
const pageBytes = 65_536

/** The options of `Store.transcript`. */
export type TranscriptOptions = { last?: number; after?: MessageName; before?: MessageName }

/** See `Store.transcript`. Rejects with ERR_USAGE when the message `after` is not held. */
export async function* transcriptPages(
  ask: Ask,
  unpack: Unpack,
  options: TranscriptOptions,
): AsyncGenerator<HistoryPage> {
  const end = await ask({ type: 'end' })
  if (options.after) {
    const after = await ask({
      type: 'find',
      author: options.after.namespace,
      aseq: options.after.aseq,
      to: end,
    })
    if (!after) throw notHere(options.after)
    let skip = options.after.aseq - after.aseq + 1
    const isCut = skip < after.count
    if (!isCut) skip = 0
    for await (const page of walk(ask, unpack, after.ts - 1, 1, end, false)) {
      const rest = page.filter((record) => compareTo(record, after) >= (isCut ? 0 : 1))
      if (rest.length === 0) continue
      yield pageOf(rest, skip)
      skip = 0
    }
    return
  }
  let start = { beforeTs: 0, over: 0 }
  if (options.before) {
    const { namespace: author, aseq } = options.before
    const before = await ask({ type: 'find', author, aseq, to: end })
    if (!before) throw notHere(options.before)
    // Records of one timestamp are never cut apart, and that one is among them.
    let beforeTs = options.last === undefined ? 0 : before.ts
    for (let missing = options.last ?? 0; missing > 0 && beforeTs > 0;)
      ({ beforeTs, missing } = await ask({ type: 'back', beforeTs, count: missing, to: end }))
    yield* walk(ask, unpack, beforeTs - 1, 1, end, beforeTs === 0)
    return
  }
  if (options.last !== undefined) {
    if (options.last <= 0) return
    let beforeTs = Number.MAX_SAFE_INTEGER
    let missing = options.last
    while (missing > 0 && beforeTs > 0) {
      start = await ask({ type: 'back', beforeTs, count: missing, to: end }).then((answer) => {
        ;({ beforeTs, missing } = answer)
        return answer
      })
    }
  }
  let over = start.over
  for await (const page of walk(ask, unpack, start.beforeTs - 1, 1, end, start.beforeTs === 0)) {
    const { rest, skip } = skipMessages(page, over)
    over = skip
    if (rest.length === 0) continue
    yield pageOf(rest, over)
    over = 0
  }
}

/** Passes over messages at the beginning of some records. `skip`: those left over, of the first record of `rest`. */
function skipMessages(
  records: readonly StampedRecord[],
  skip: number,
): { rest: readonly StampedRecord[]; skip: number } {
  let at = 0
  for (let record = records[0]; record && countOf(record.part) <= skip; record = records[++at]) {
    skip -= countOf(record.part)
  }
  return { rest: at > 0 ? records.slice(at) : records, skip }
}

/** A page whose first record begins with `skip` messages that were not asked for. */
export function pageOf(records: readonly StampedRecord[], skip: number): HistoryPage {
  return skip > 0 ? Object.assign([...records], { skip }) : records
}

/**
 * See `Store.search`; `up`: from the beginning to the end instead. Asks for the next piece while the last one is looked at. Throws
 * ERR_DAMAGED at the end when not all records were seen.
 */
export async function* foundPages(
  ask: Ask,
  unpack: Unpack,
  filter: PartFilter,
  isUp = false,
): AsyncGenerator<FoundPage> {
  const to = await ask({ type: 'end' })
  const askFrom = (ts: number) => {
    const answer = ask({ type: isUp ? 'find-up' : 'find-down', ts, to, filter, bytesMax: pageBytes })
    answer.catch(() => undefined)
    return answer
  }
  let looked = 0
  let next: number | undefined = isUp ? -1 : Number.MAX_SAFE_INTEGER
  let coming: Promise<Answers['find-down']> | undefined
  while (next !== undefined) {
    const answer: Answers['find-down'] = await (coming ?? askFrom(next))
    next = answer.next
    looked += answer.seen
    // Where something is found, the caller may want no more.
    const isFound = answer.page.records.length > 0
    coming = next === undefined || isFound ? undefined : askFrom(next)
    yield { records: unpack(answer.page), looked, of: to }
  }
  checkSeen(looked, to)
}

/** An index that has lost records says nothing of them. Throws ERR_DAMAGED. */
export function checkSeen(seen: number, count: number): void {
  if (seen === count) return
  const what = `the transcript has ${seen} records where ${count} are held`
  throw new RingleaderError('ERR_DAMAGED', `the history is damaged (${what})`)
}

/** The error of one who asks for what comes after a message that is not held. */
export function notHere({ namespace, aseq }: MessageName): RingleaderError {
  const { uid, inc } = splitNamespace(namespace)
  return new RingleaderError('ERR_USAGE', `message ${uid}:${inc}:${aseq} is not here`)
}

/** See `Store.arrivals`. */
export async function* arrivalPages(
  ask: Ask,
  unpack: Unpack,
  from: number,
  to: number,
): AsyncGenerator<readonly StampedRecord[]> {
  if (from > to) return
  // All copies of these messages lie at or behind `from`, so none has a timestamp below the lowest there.
  let lowest = from <= 1 ? 1 : Number.MAX_SAFE_INTEGER
  for (let piece = from; piece <= to && lowest > 1; piece += lowestPieceMax) {
    const found = await ask({ type: 'lowest', from: piece, to: Math.min(to, piece + lowestPieceMax - 1) })
    if (found !== null) lowest = Math.min(lowest, found)
  }
  yield* walk(ask, unpack, lowest - 1, from, to, true)
}

/**
 * Asks for the next page while the last one is looked at. `isWhole`: none of the records at from..to has a timestamp up to
 * `afterTs`. Throws ERR_DAMAGED at the end when not all of them were seen then.
 */
async function* walk(
  ask: Ask,
  unpack: Unpack,
  afterTs: number,
  from: number,
  to: number,
  isWhole: boolean,
): AsyncGenerator<StampedRecord[]> {
  const askAfter = (ts: number) => {
    const answer = ask({ type: 'walk', afterTs: ts, from, to, bytesMax: pageBytes })
    answer.catch(() => undefined)
    return answer
  }
  let total = 0
  let coming: Promise<Answers['walk']> | undefined = askAfter(afterTs)
  while (coming) {
    const { page, next, seen }: Answers['walk'] = await coming
    coming = next === undefined ? undefined : askAfter(next)
    total += seen
    if (page.records.length > 0) yield unpack(page)
  }
  if (isWhole) checkSeen(total, to - from + 1)
}

function compareTo(record: StampedRecord, key: { ts: number; namespace: Namespace }): number {
  const { uid: stamper, inc: stamperInc } = splitNamespace(key.namespace)
  return compareRecords(record, { ...record, ts: key.ts, stamper, stamperInc })
}
