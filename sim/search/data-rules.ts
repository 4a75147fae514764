/**
 * S1 to S7, S9, S10 and S18 for a room that is searched. A copy of what really happened is kept with the
 * room, and every log is compared with it after every step. (S8 follows from D3 alone.)
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import { lastAseq, midOf, sameRecords } from '../../src/core/model/records.ts'
import { covers, type Reach } from '../world/reach.ts'
import { transcriptOf } from '../world/transcript.ts'
import type { SearchRoom } from './search-room.ts'

type Stamped = { readonly record: StampedRecord; readonly deps: Reach }

type Created = { readonly part: Part; readonly seen: readonly string[] }

export class DataRules {
  /** Every record ever stamped, and what its stamper held just before. */
  #stamped = new Map<string, Stamped>()
  /** Every message, and what its author held when it was made. */
  #created = new Map<string, Created>()
  /** Messages that were durable in an outbox and are not yet shown as sent. */
  #owed = new Set<string>()
  #sent = new Set<string>()
  /** What each running process has shown. */
  #shown: Set<string>[]
  #failure: string | undefined

  constructor(nodes: number) {
    this.#shown = Array.from({ length: nodes }, () => new Set<string>())
  }

  copy(): DataRules {
    const copy = new DataRules(0)
    copy.#stamped = new Map(this.#stamped)
    copy.#created = new Map(this.#created)
    copy.#owed = new Set(this.#owed)
    copy.#sent = new Set(this.#sent)
    copy.#shown = this.#shown.map((shown) => new Set(shown))
    copy.#failure = this.#failure
    return copy
  }

  key(): string {
    const created = [...this.#created].map(([mid, { part, seen }]) => `${mid}${part.id}<${seen.join()}`)
    const stamped = [...this.#stamped].map(([name, { deps }]) => `${name}<${frontierKey(deps)}`)
    const shown = this.#shown.map((set) => [...set].sort().join())
    return [created.sort().join(';'), stamped.sort().join(';'), ...shown, [...this.#owed].sort().join()].join(
      '|',
    )
  }

  /**
   * Takes note of what a node is about to do. What a step stamps counts even if the node dies before it has
   * performed all: it may have been sent before it was stored.
   */
  witness(room: SearchRoom, index: number, effects: readonly Effect[], performed: number): void {
    const { disk, uid, state } = room.node(index)
    const log = logOf(room, index)
    for (const [i, effect] of effects.entries()) {
      if (effect.type === 'persist') {
        for (const part of effect.write.outboxPut)
          this.#created.set(midOf(part), {
            part,
            seen: transcriptOf(log).map((record) => midOf(record.part)),
          })
        for (const { record } of effect.write.records) {
          const name = nameOf(record)
          const isOwn = record.stamper === uid && record.stamperInc === state?.inc
          if (isOwn && !this.#stamped.has(name)) this.#stamped.set(name, { record, deps: frontierOf(log) })
          log.push(record)
        }
      } else if (i >= performed) {
        continue
      } else if (effect.type === 'deliver') {
        this.#show(index, effect.record)
      } else if (effect.type === 'deliverRange') {
        for (let pos = effect.from; pos <= effect.to; pos++) {
          const record = log[pos - 1]
          const mid = record && midOf(record.part)
          const isFirst = log.findIndex((other) => midOf(other.part) === mid) === pos - 1
          if (record && isFirst) this.#show(index, record)
        }
      } else if (effect.type === 'sent') {
        this.#noteSent(room, index, midOf(effect.part), disk.log)
      }
    }
  }

  /** The process began anew: it has shown nothing. */
  started(index: number): void {
    this.#shown[index] = new Set()
  }

  /** What is durable in an outbox must be shown as sent some day. */
  committed(room: SearchRoom, index: number): void {
    for (const part of room.node(index).disk.outbox)
      if (!this.#sent.has(midOf(part))) this.#owed.add(midOf(part))
  }

  #show(index: number, record: StampedRecord): void {
    const mid = midOf(record.part)
    if (this.#shown[index]?.has(mid)) this.#failure ??= `S18: n${index + 1} shows ${short(mid)} twice`
    this.#shown[index]?.add(mid)
  }

  #noteSent(room: SearchRoom, index: number, mid: string, own: readonly StampedRecord[]): void {
    this.#sent.add(mid)
    this.#owed.delete(mid)
    const holds = (log: readonly StampedRecord[]): boolean => log.some((record) => midOf(record.part) === mid)
    const holders = room.nodes.filter(({ disk }) => holds(disk.log)).length
    const follows = room.node(index).state?.role.type === 'following'
    if (!holds(own)) this.#failure ??= `S9: ${short(mid)} is shown as sent, its author's disk lacks it`
    else if (follows && holders < Math.min(room.copies, 2))
      this.#failure ??= `S9: ${short(mid)} is shown as sent, ${holders} disk holds it`
  }

  /** The first rule that does not hold; undefined when all do. */
  failureOf(room: SearchRoom): string | undefined {
    if (this.#failure !== undefined) return this.#failure
    for (const index of room.changed) {
      const why = this.#logFailure(room, index) ?? this.#transcriptFailure(room, index)
      if (why !== undefined) return `${why} at n${index + 1}`
    }
    for (const mid of this.#owed) {
      const author = room.nodes.find(({ uid }) => uid === mid.slice(0, uid.length))
      if (!author) continue
      const isKept =
        author.disk.outbox.some((part) => midOf(part) === mid) ||
        author.disk.log.some((record) => midOf(record.part) === mid)
      if (!isKept) return `S10: ${short(mid)} is neither in the outbox nor in the log of its author`
    }
    return undefined
  }

  #logFailure(room: SearchRoom, index: number): string | undefined {
    const held: Reach = new Map()
    const log = logOf(room, index)
    for (const record of log) {
      const name = nameOf(record)
      const known = this.#stamped.get(name)
      if (!known || !sameRecords(known.record, record)) return `S1: ${name} differs from what was stamped`
      if (record.s !== (held.get(record.namespace) ?? 0) + 1) return `S2: ${name} is out of order`
      const before = this.#stamped.get(`${name.slice(0, name.indexOf('.'))}.${record.s - 1}`)
      if (record.ts <= record.part.lc || (before && before.record.ts >= record.ts))
        return `S3: ${name} has ts ${record.ts}`
      if (!covers(held, known.deps)) return `S4: ${name} came before what its stamper held`
      held.set(record.namespace, record.s)
    }
    const { state } = room.node(index)
    const highest = Math.max(0, ...log.map(({ ts }) => ts))
    return state && state.clock < highest ? `S15: clock ${state.clock} is below ${highest}` : undefined
  }

  #transcriptFailure(room: SearchRoom, index: number): string | undefined {
    const places = new Map<string, number>()
    const counts = new Map<string, number>()
    for (const { part } of transcriptOf(logOf(room, index))) {
      const mid = midOf(part)
      const made = this.#created.get(mid)
      if (made?.part.id !== part.id) return `S5: ${short(mid)} is not as its author made it`
      const expected = (counts.get(part.namespace) ?? 0) + 1
      if (part.aseq !== expected) return `S6: ${short(mid)} stands where ${expected} should`
      counts.set(part.namespace, lastAseq(part))
      const missing = made.seen.find((seen) => !places.has(seen))
      if (missing !== undefined)
        return `S7: ${short(mid)} stands before ${short(missing)}, which its author had seen`
      places.set(mid, places.size)
    }
    return undefined
  }
}

/** A node's log, durable or not. */
function logOf(room: SearchRoom, index: number): StampedRecord[] {
  const { disk } = room.node(index)
  return [...disk.log, ...disk.pending.flatMap(({ write }) => write.records.map(({ record }) => record))]
}

function frontierOf(log: readonly StampedRecord[]): Reach {
  const frontier: Reach = new Map()
  for (const { namespace, s } of log) frontier.set(namespace, s)
  return frontier
}

function frontierKey(frontier: Reach): string {
  return [...frontier]
    .map(([namespace, s]) => `${namespace}.${s}`)
    .sort()
    .join()
}

/** `n2#1.3`: the third that n2 stamped in its first boot. */
function nameOf(record: StampedRecord): string {
  return `n${record.stamper[0]}#${Number.parseInt(record.stamperInc.slice(0, 12), 16)}.${record.s}`
}

function short(mid: string): string {
  const [author = '', aseq] = mid.split('/')
  return `message ${aseq} of n${author[0]}`
}
