/**
 * S1 to S4, S15, and D2 of S11: what a log may hold, and what is stamped. Each rule is a function of the
 * ghost and one record or step, so that a test can show it a forged one.
 */

import { bootCounter, splitNamespace } from '../../src/core/model/ids.ts'
import type { State } from '../../src/core/index.ts'
import type { Compared } from '../../src/core/model/frames.ts'
import type { Heads } from '../../src/core/model/frontier.ts'
import type { Digest, StampedRecord } from '../../src/core/model/records.ts'
import { lastTs, sameRecords } from '../../src/core/model/records.ts'
import type { Write } from '../../src/core/model/effects.ts'
import { noRoom } from '../../src/core/model/ids.ts'
import { simNotary } from '../world/notary.ts'
import type { Ghost, Shadow } from './ghost.ts'
import type { Report } from './verdict.ts'

type Written = Write['records'][number]

export function nameOf(record: StampedRecord): string {
  const boots = bootCounter(record.stamperInc)
  return `${record.stamper.slice(0, 4)}#${boots}.${record.s} (ts ${record.ts}, message ${record.part.author.slice(0, 4)}:${record.part.aseq})`
}

/** S1. A record that nobody stamped is a violation too. */
export function checkS1(ghost: Ghost, node: number, record: StampedRecord, report: Report): void {
  const known = ghost.known(record.namespace, record.s)
  if (!known) report('S1', node, `${nameOf(record)} was never stamped`)
  else if (!sameRecords(known, record)) report('S1', node, `${nameOf(record)} differs from ${nameOf(known)}`)
}

/** S2, before the record is appended. */
export function checkS2(
  shadow: Shadow,
  node: number,
  pos: number,
  record: StampedRecord,
  report: Report,
): void {
  if (pos !== shadow.log.length + 1)
    report('S2', node, `position ${pos} follows position ${shadow.log.length}`)
  const held = shadow.frontier.get(record.namespace) ?? 0
  if (record.s !== held + 1) report('S2', node, `${nameOf(record)} follows s = ${held}`)
}

/** S3. */
export function checkS3(ghost: Ghost, node: number, record: StampedRecord, report: Report): void {
  if (record.ts <= record.part.lc) report('S3', node, `${nameOf(record)} is not above lc ${record.part.lc}`)
  const before = record.s > 1 ? ghost.known(record.namespace, record.s - 1) : undefined
  if (before && lastTs(before) >= record.ts) report('S3', node, `${nameOf(record)} follows ${nameOf(before)}`)
}

/** S4, before the record is appended. Where no deps are kept, those of the record before it are the same. */
export function checkS4(
  ghost: Ghost,
  shadow: Shadow,
  node: number,
  record: StampedRecord,
  report: Report,
): void {
  const deps = ghost.deps.get(ghost.known(record.namespace, record.s) ?? record)
  if (!deps) return
  for (const [namespace, s] of deps) {
    const held = shadow.frontier.get(namespace) ?? 0
    if (held < s) {
      report('S4', node, `${nameOf(record)} needs ${namespace.slice(0, 4)}.${s}, and only ${held} is held`)
      return
    }
  }
}

/** S21, when a write is complete: what is held of each namespace ends with the seal of its stamper. */
export function checkSealed(node: number, written: readonly Written[], report: Report): void {
  const last = new Map(written.map((one) => [one.record.namespace, one]))
  for (const { record, chain } of last.values())
    if (!simNotary.isSealed(noRoom, record, chain))
      report('S21', node, `${nameOf(record)} is held without a seal`)
}

/** S22, when a node replies to a check. */
export function checkReply(node: number, { frontier }: State, digest: Digest, report: Report): void {
  // A frontier of its own: no digest in it was kept.
  if (frontier.copy().digest(simNotary) !== digest)
    report('S22', node, `its digest is not that of all it holds`)
}

/** S22, when a check is over. */
export function checkCompared(node: number, members: readonly Compared[], report: Report): void {
  const other = members.find(({ verdict }) => verdict === 'differs')
  if (other) report('S22', node, `${other.uid.slice(0, 4)} is said to hold something else`)
}

/** S15: the clock, after a step. */
export function checkClock(shadow: Shadow, node: number, state: State, report: Report): void {
  if (state.clock < shadow.maxTs) report('S15', node, `clock ${state.clock} is below ts ${shadow.maxTs}`)
}

/** S11, before the record is appended: D2 gives each message one place in a log. */
export function checkNotHeld(shadow: Shadow, node: number, record: StampedRecord, report: Report): void {
  if (shadow.parts.has(record.part)) report('S11', node, `${nameOf(record)} was held already`)
}

/** S15: whom a leader takes in does not go on under a boot counter that its own records show as used. */
export function checkBoot(node: number, state: State, theirs: Heads, report: Report): void {
  const { role, uid, inc } = state
  if (role.type !== 'following' || role.phase === 'dialling') return
  for (const namespace of theirs.keys()) {
    const used = splitNamespace(namespace)
    if (used.uid === uid && used.inc !== inc && bootCounter(used.inc) >= bootCounter(inc))
      report('S15', node, `boot ${bootCounter(inc)} goes on after boot ${bootCounter(used.inc)}`)
  }
}

/** S15: an inc that a process begins with. */
export function checkInc(ghost: Ghost, node: number, uid: string, inc: string, report: Report): void {
  const key = `${uid}.${inc}`
  if (ghost.incs.has(key)) report('S15', node, `inc ${inc} is used again`)
  ghost.incs.add(key)
}
