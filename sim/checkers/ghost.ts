/**
 * What really happened in a world, which no node in it can know: every record stamped, every message created,
 * and what each node holds. The rules compare the nodes with this.
 */

import type { Frame } from '../../src/core/model/frames.ts'
import type { Inc, Namespace, Uid } from '../../src/core/model/ids.ts'
import { noRoom } from '../../src/core/model/ids.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import type { Reach } from '../world/reach.ts'
import { lastAseq, lastTs } from '../../src/core/model/records.ts'
import { simNotary } from '../world/notary.ts'
import type { Disk } from '../world/disk.ts'
import type { Change } from './kept-transcripts.ts'
import { byKey, ToldTranscript, Transcript } from './kept-transcripts.ts'

/** What one node holds, kept beside its core. */
export class Shadow {
  log: StampedRecord[] = []
  /** The messages in it. */
  readonly parts = new Set<Part>()
  /** When the record at each position came; 0: before this process. Unit: ms. */
  heldAt: number[] = []
  /** Whether the record at a position was the first copy of its message. */
  fresh: boolean[] = []
  frontier: Reach = new Map()
  /** As the checkers make it, and as the core tells its store to. */
  transcript = new Transcript()
  told = new ToldTranscript()
  maxTs = 0
  /** The record with the largest key. */
  top: StampedRecord | undefined
  /** Log positions that are on disk, their frontier, and the own messages among them. */
  durableEnd = 0
  durable: Reach = new Map()
  readonly durableOwn = new Set<Part>()
  /** Log positions that this process was told are on disk. */
  committedEnd = 0
  /** What it asked to be made durable, and where its log ended then. */
  asked: { readonly n: number; readonly end: number }[] = []
  /** The incs of the processes that ran on this disk. */
  incs: Inc[] = []
  /** Position up to which this process has shown everything; undefined before it entered. */
  shown: number | undefined
  /** The newest own message that this process has made, or found in its outbox. */
  lastMade: Part | undefined
  /** Own messages that this process has shown as sent. */
  sentHere = new Set<Part>()

  append(record: StampedRecord, nowMs = 0): Change {
    this.log.push(record)
    this.parts.add(record.part)
    this.heldAt.push(nowMs)
    this.fresh.push(!this.transcript.canonical(record.part))
    this.frontier.set(record.namespace, record.s)
    if (lastTs(record) > this.maxTs) this.maxTs = lastTs(record)
    if (!this.top || byKey(this.top, record) < 0) this.top = record
    return this.transcript.add(record)
  }

  /** Takes note of what became durable since; what was `lost` is there again. */
  advance(disk: Disk, uid: Uid, lost: Set<Part>): void {
    while (this.durableEnd < disk.log.length) {
      const record = disk.log[this.durableEnd++] as StampedRecord
      this.durable.set(record.namespace, Math.max(record.s, this.durable.get(record.namespace) ?? 0))
      if (record.part.author === uid) this.durableOwn.add(record.part)
      if (lost.size > 0) lost.delete(record.part)
    }
  }

  /** The process was told that its writes up to `upTo` are on disk. */
  noteCommitted(upTo: number): void {
    while (this.asked[0] && this.asked[0].n <= upTo) this.committedEnd = this.asked.shift()?.end ?? 0
  }

  /** The process is over: what counts is the disk. */
  reload(disk: Disk, uid: Uid, lost: Set<Part>, replaced: boolean): void {
    this.shown = undefined
    this.sentHere = new Set()
    this.lastMade = disk.outbox.at(-1)
    this.asked = []
    this.committedEnd = disk.log.length
    if (!replaced && disk.log.length === this.log.length) {
      this.heldAt.fill(0)
      this.advance(disk, uid, lost)
      return
    }
    this.log = []
    this.parts.clear()
    this.heldAt = []
    this.fresh = []
    this.frontier = new Map()
    this.transcript = new Transcript()
    this.told = new ToldTranscript()
    this.maxTs = 0
    this.top = undefined
    for (const record of disk.log) {
      this.append(record)
      this.told.add(record, this.fresh.at(-1) === true)
    }
    this.durableEnd = 0
    this.durable = new Map()
    this.durableOwn.clear()
    this.advance(disk, uid, lost)
  }
}

/** Whether a liar stamped it as itself, or as somebody that it made up. */
function isOwnSeal({ seal, stamper }: StampedRecord): boolean {
  return seal?.key.startsWith(stamper) ?? false
}

/** A process that an office knows to follow it, and for whom it counts; undefined: for nobody. */
export type Heard = { readonly inc: Inc; readonly countsAs: string | undefined }

export class Ghost {
  readonly shadows = new Map<number, Shadow>()
  /** Every record ever stamped: s at index s - 1. */
  readonly records = new Map<Namespace, StampedRecord[]>()
  /** What the stamper held just before, where that is more than its earlier record says. */
  readonly deps = new Map<StampedRecord, Reach>()
  /** Every message ever put into an outbox, with what its author had then: how many messages of each process. */
  readonly created = new Map<Part, ReadonlyMap<Namespace, number>>()
  /** What its author said before it, where its process made that or found it in the outbox. */
  readonly previous = new Map<Part, Part>()
  /** By what its author called it. */
  readonly names = new Map<string, Part>()
  /** What became of messages whose names somebody else had used. */
  readonly reissued = new Map<Part, Part>()
  readonly renewed = new Set<Part>()
  /** Messages that must reach everybody: by node, those made by a process that runs, or once on its disk. */
  readonly owed = new Map<number, Set<Part>>()
  /** Those of them that have been on the disk of their author. */
  readonly kept = new Set<Part>()
  /** Messages that an office knew to be held by enough disks. */
  readonly safe = new Set<Part>()
  /** Messages that some author has been shown as sent. */
  readonly sent = new Set<Part>()
  /** Messages whose every disk was destroyed, and that no disk has held since. */
  readonly lost = new Set<Part>()
  readonly incs = new Set<string>()
  /** Nodes that lie. What they claim to hold or to know, they need not. */
  readonly liars = new Set<string>()
  /** Nodes, by index, that a liar has led: it listed as members whom it liked. */
  readonly ledByLiar = new Set<number>()
  /** Messages that a liar made up: in everybody's transcript or in nobody's, and otherwise promised nothing. */
  readonly madeUp = new Set<Part>()
  /** What destroyed disks held, by the processes that ran on them. */
  readonly discarded = new Map<Inc, { readonly node: number; readonly durable: Reach }>()
  /** S17: nothing has happened yet that may put a message before another that is already shown. */
  accurate = true

  shadow(index: number): Shadow {
    let shadow = this.shadows.get(index)
    if (!shadow) this.shadows.set(index, (shadow = new Shadow()))
    return shadow
  }

  /** The disk of a node is gone: an office that has not learnt of this may still count what it held. */
  discard(index: number): void {
    const shadow = this.shadow(index)
    const { durable } = shadow
    for (const inc of shadow.incs) this.discarded.set(inc, { node: index, durable })
    shadow.incs = []
  }

  /**
   * How many disks hold a record. A lost disk counts too while the office has not learnt of a later
   * process of that node: the disk held the record when the node reported it. `countedAs`: what stands at a
   * node, by index, counts for, each once; undefined: nothing.
   */
  holdersOf(
    record: StampedRecord,
    heard: readonly Heard[],
    countedAs: (node: number) => string | undefined = String,
  ): number {
    const holds = (frontier: Reach): boolean => (frontier.get(record.namespace) ?? 0) >= record.s
    const holders = new Set<string | undefined>()
    for (const [node, { durable }] of this.shadows) if (holds(durable)) holders.add(countedAs(node))
    // The machine may have another identity by now.
    for (const { inc, countsAs } of heard) {
      const gone = this.discarded.get(inc)
      if (gone && holds(gone.durable)) holders.add(countsAs)
    }
    holders.delete(undefined)
    return holders.size
  }

  owe(index: number, part: Part): void {
    const owed = this.owed.get(index)
    if (owed) owed.add(part)
    else this.owed.set(index, new Set([part]))
  }

  /** A message that was pending has another name now (2.5). */
  reissue(index: number, from: Part, to: Part): void {
    this.reissued.set(from, to)
    this.renewed.add(to)
    this.created.set(to, this.created.get(from) ?? new Map())
    for (let aseq = to.aseq; aseq <= lastAseq(to); aseq++)
      this.names.set(`${to.author} ${to.inc} ${aseq}`, to)
    const before = this.previous.get(from)
    if (before) this.previous.set(to, this.reissued.get(before) ?? before)
    const shadow = this.shadow(index)
    if (shadow.lastMade === from) shadow.lastMade = to
    this.owed.get(index)?.delete(from)
    this.owe(index, to)
  }

  /** A process is over, or its disk is another: what perished with it need not reach anybody. */
  forgive(index: number, disk: Disk, replaced: boolean): void {
    const owed = this.owed.get(index)
    if (!owed) return
    const there = new Set([...disk.outbox, ...disk.log.map(({ part }) => part)])
    for (const part of owed) if (!there.has(part) && (replaced || !this.kept.has(part))) owed.delete(part)
  }

  /** The record known under this place, if any. */
  known(namespace: Namespace, s: number): StampedRecord | undefined {
    return this.records.get(namespace)?.[s - 1]
  }

  /** A liar sends this: what it carries exists from now on, but for what it did not sign. */
  noteLie(frame: Frame): void {
    const parts =
      frame.type === 'submit'
        ? frame.parts
        : frame.type === 'up' || frame.type === 'rec'
          ? frame.records.map(({ part }) => part)
          : []
    for (const part of parts) {
      if (this.created.has(part) || simNotary.findForged(noRoom, [part])) continue
      this.created.set(part, new Map())
      this.madeUp.add(part)
    }
    if (frame.type === 'up' || frame.type === 'rec')
      for (const record of frame.records)
        if (isOwnSeal(record) && !this.known(record.namespace, record.s)) this.register(record)
  }

  register(record: StampedRecord): void {
    let all = this.records.get(record.namespace)
    if (!all) this.records.set(record.namespace, (all = []))
    all[record.s - 1] = record
  }
}
