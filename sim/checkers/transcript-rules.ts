/**
 * S5 to S8, S14, S17: what transcripts show. Each rule is a function of the ghost and one change.
 */

import type { StampedRecord } from '../../src/core/model/records.ts'
import { lastAseq } from '../../src/core/model/records.ts'
import type { Ghost, Shadow } from './ghost.ts'
import { nameOf } from './log-rules.ts'
import type { Change } from './kept-transcripts.ts'
import { byKey } from './kept-transcripts.ts'
import type { Report } from './verdict.ts'

/** S5: the message is one that its author made. */
export function checkMade(ghost: Ghost, node: number, record: StampedRecord, report: Report): void {
  const { namespace, author, inc } = record.part
  if (!ghost.created.has(record.part)) report('S5', node, `nobody made the message of ${nameOf(record)}`)
  // The wire does not carry the namespace: the receiver makes it from these two.
  if (namespace !== `${author}.${inc}`)
    report('S5', node, `${nameOf(record)} is of another process than it says`)
}

/** S5: the transcript of the whole log, and the one that the core's store keeps, equal the one kept here. */
export function checkS5(shadow: Shadow, whole: readonly StampedRecord[], node: number, report: Report): void {
  const kept = shadow.transcript.order
  for (const theirs of [whole, shadow.told.order]) {
    if (theirs.length !== kept.length) {
      report('S5', node, `the core shows ${theirs.length} messages of ${kept.length}`)
      return
    }
    const at = theirs.findIndex((record, i) => record !== kept[i])
    if (at < 0) continue
    const [is, should] = [nameOf(theirs[at] as StampedRecord), nameOf(kept[at] as StampedRecord)]
    report('S5', node, `message ${at + 1} is ${is}, not ${should}`)
    return
  }
}

/** S5: what the core told its store of a record, against what the record did to our transcript. */
export function checkTold(
  told: ReturnType<Shadow['told']['add']>,
  change: Change,
  record: StampedRecord,
  node: number,
  report: Report,
): void {
  if (told === 'twice') report('S5', node, `${nameOf(record)} is told to be new, and its message is held`)
  else if (told === 'orphan') report('S5', node, `${nameOf(record)} is told to be a copy of what is not held`)
  else if ((told === 'none') !== (change === 'none') || (told === 'moved') !== (change === 'moved'))
    report('S5', node, `${nameOf(record)} was told as ${told}, and is ${change}`)
}

/** S6, after the record changed the transcript. */
export function checkS6(
  { previous }: Ghost,
  { transcript }: Shadow,
  node: number,
  record: StampedRecord,
  report: Report,
): void {
  const { part } = record
  const { namespace, aseq } = part
  // What an earlier process said, and this one found in its outbox, comes first as well.
  const earlier = previous.get(part)
  const before = [aseq > 1 ? transcript.numbered(namespace, aseq - 1) : record]
  if (earlier) before.push(transcript.canonical(earlier))
  for (const copy of before) {
    if (!copy) report('S6', node, `${nameOf(record)} came without what its author said before it`)
    else if (copy !== record && byKey(copy, record) >= 0)
      report('S6', node, `${nameOf(record)} stands before ${nameOf(copy)}`)
  }
  const after = transcript.numbered(namespace, lastAseq(part) + 1)
  if (after && byKey(record, after) >= 0)
    report('S6', node, `${nameOf(record)} stands behind ${nameOf(after)}`)
}

/** S7, after the record changed the transcript. */
export function checkS7(
  ghost: Ghost,
  shadow: Shadow,
  node: number,
  record: StampedRecord,
  report: Report,
): void {
  const seen = ghost.created.get(record.part)
  if (!seen) return
  for (const [namespace, aseq] of seen) {
    const cause = shadow.transcript.numbered(namespace, aseq)
    if (!cause)
      report(
        'S7',
        node,
        `${nameOf(record)} came without ${namespace.slice(0, 4)}:${aseq}, which its author had`,
      )
    else if (byKey(cause, record) >= 0)
      report('S7', node, `${nameOf(record)} stands before ${nameOf(cause)}, which its author had`)
    else continue
    return
  }
}

/** S8: two nodes' transcripts, each pair of neighbours in the one against the other. */
export function checkS8(
  a: readonly StampedRecord[],
  b: readonly StampedRecord[],
  node: number,
  report: Report,
): void {
  const placeOf = ({ namespace, s }: StampedRecord): string => `${namespace} ${s}`
  const places = new Map(b.map((record, at) => [placeOf(record), at]))
  let last = -1
  for (const record of a) {
    const at = places.get(placeOf(record))
    if (at === undefined) continue
    if (at < last) {
      report('S8', node, `${nameOf(record)} stands in another order elsewhere`)
      return
    }
    last = at
  }
}

/** S14: what the core told its store of a record. `top`: the record with the largest key before it. */
export function checkS14(
  change: ReturnType<Shadow['told']['add']>,
  record: StampedRecord,
  top: StampedRecord | undefined,
  node: number,
  report: Report,
): void {
  if (change !== 'inserted' && change !== 'moved') return
  if (!top || byKey(record, top) > 0)
    report('S14', node, `${nameOf(record)} was ${change} although nothing is above it`)
}

/** S17. */
export function checkS17(
  ghost: Ghost,
  change: Change,
  record: StampedRecord,
  node: number,
  report: Report,
): void {
  if (ghost.accurate && (change === 'inserted' || change === 'moved'))
    report('S17', node, `${nameOf(record)} was ${change}`)
}
