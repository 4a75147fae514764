/**
 * S9, S10 and S18: what people were promised. Each rule is a function of the ghost and one fact.
 */

import type { Uid } from '../../src/core/model/ids.ts'
import type { Member } from '../../src/core/model/frames.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import type { Disk } from '../world/disk.ts'
import type { Ghost, Heard, Shadow } from './ghost.ts'
import { nameOf } from './log-rules.ts'
import type { Report } from './verdict.ts'

/**
 * How many must hold a record before its office may call it safe (2.5): `copies`, or as many as there are members
 * with a disk that are not behind. `whose`: memory counts if nobody keeps a disk, and if all are behind the log of the
 * office alone.
 */
export function holdersNeeded(
  copies: number,
  members: readonly Member[],
  isBehind: (uid: Uid) => boolean,
): { needed: number; whose: 'disks' | 'memory' | 'own' } {
  const disks = members.filter(({ memory }) => !memory)
  const counted = (disks.length > 0 ? disks : members).filter(({ uid }) => !isBehind(uid)).length
  const needed = Math.max(1, Math.min(copies, counted))
  return { needed, whose: counted === 0 ? 'own' : disks.length > 0 ? 'disks' : 'memory' }
}

/**
 * S9: an office moved its *safe* from `from` to `to`; enough disks hold everything up to there.
 * `heard`: the processes that it knows to follow it; `countedAs`: see `Ghost.holdersOf`.
 */
export function checkSafe(
  ghost: Ghost,
  shadow: Shadow,
  node: number,
  range: {
    from: number
    to: number
    needed: number
    heard: readonly Heard[]
    countedAs?: (node: number) => string | undefined
  },
  report: Report,
): void {
  for (let pos = range.from + 1; pos <= range.to; pos++) {
    const record = shadow.log[pos - 1]
    if (!record) {
      report('S9', node, `safe ${range.to} is beyond the log's end ${shadow.log.length}`)
      return
    }
    if (ghost.safe.has(record.part)) continue
    const holders = ghost.holdersOf(record, range.heard, range.countedAs)
    if (holders < range.needed) {
      report('S9', node, `${nameOf(record)} counts as safe with ${holders} of ${range.needed} holders`)
      return
    }
    ghost.safe.add(record.part)
  }
}

/** S9: an author is shown *sent*. */
export function checkSent(ghost: Ghost, shadow: Shadow, node: number, part: Part, report: Report): void {
  if (!shadow.durableOwn.has(part))
    report('S9', node, `message ${part.aseq} is shown as sent, and its author's disk lacks it`)
  if (!ghost.safe.has(part))
    report('S9', node, `message ${part.aseq} is shown as sent, and no office found it safe`)
}

/** S9: what was sent is on some disk, unless all that ever had it are gone. */
export function checkKept(ghost: Ghost, disks: readonly Disk[], report: Report): void {
  const kept = new Set<Part>()
  for (const disk of disks) for (const record of disk.log) kept.add(record.part)
  for (const part of ghost.sent) {
    if (!kept.has(part) && !ghost.lost.has(part))
      report('S9', 0, `message ${part.author.slice(0, 4)}:${part.aseq} was sent, and no disk holds it`)
  }
}

/** S10: entries leave the outbox when they are sent. */
export function checkDropped(shadow: Shadow, node: number, dropped: readonly Part[], report: Report): void {
  for (const part of dropped) {
    if (!shadow.sentHere.has(part)) report('S10', node, `message ${part.aseq} left the outbox unsent`)
  }
}

/** S10: on a disk, what was said before a message of the outbox is in the outbox or in the log. */
export function checkOutbox(ghost: Ghost, shadow: Shadow, node: number, disk: Disk, report: Report): void {
  const out = new Set(disk.outbox)
  for (const part of out) {
    const before = ghost.previous.get(part)
    if (before && !out.has(before) && !shadow.durableOwn.has(before))
      report('S10', node, `message ${before.aseq} is neither in the outbox nor in the log`)
  }
}

/** S18: positions from..to are shown now; `one`: a single one, as this record. */
export function checkShown(
  shadow: Shadow,
  node: number,
  from: number,
  to: number,
  one: StampedRecord | undefined,
  report: Report,
): void {
  if (shadow.shown === undefined) {
    report('S18', node, `position ${from} is shown before the node entered`)
    return
  }
  if (from <= shadow.shown) report('S18', node, `position ${from} is shown again`)
  for (let pos = shadow.shown + 1; pos < from; pos++) {
    if (shadow.fresh[pos - 1]) report('S18', node, `position ${pos} is skipped`)
  }
  if (one && one !== shadow.log[from - 1])
    report('S18', node, `position ${from} is shown as ${nameOf(one)}, which it is not`)
  if (one && !shadow.fresh[from - 1]) report('S18', node, `position ${from} is shown, a second copy`)
  shadow.shown = Math.max(shadow.shown, to)
}

/** A disk is destroyed: what only it held is gone, and nobody is to blame. */
export function noteDestroyed(ghost: Ghost, log: readonly StampedRecord[], disks: readonly Disk[]): void {
  const kept = new Set<Part>()
  for (const disk of disks) for (const record of disk.log) kept.add(record.part)
  for (const { part } of log) if (!kept.has(part)) ghost.lost.add(part)
}
