/**
 * Answers questions about a room's history, each in a bounded piece of work, verifying the checksum of
 * every record that it gives out. Synchronous; runs in the worker beside the writer, or alone on a
 * read-only connection.
 * Knows nothing of who asks, and of the author's bytes nothing at all.
 */

import { RingleaderError } from '../peer/errors.ts'
import { joinBytes, pageField, pageStride, StringTable, type Page } from './packing.ts'
import { logSum, outboxSum } from './sums.ts'
import type { NamespaceRow, Summary } from './summary.ts'
import type { Connection, Statement } from './sqlite-driver.ts'

/**
 * What can be asked.
 * read: records from a position on. seek: the first position beyond a frontier.
 * walk: messages whose first copy lies in from..to, each by its canonical copy among positions 1..to, in
 * transcript order, beginning after timestamp `afterTs`.
 * back: walk backwards from below `beforeTs` over `count` messages that `walk` would give.
 * find: the canonical copy among 1..to of one message. lowest: the least timestamp at positions from..to,
 * for a piece of at most `lowestPieceMax` of them.
 */
export type Question =
  | { type: 'read'; from: number; bytesMax: number }
  | { type: 'seek'; frontier: ReadonlyMap<string, number> }
  | { type: 'walk'; afterTs: number; from: number; to: number; bytesMax: number }
  | { type: 'back'; beforeTs: number; count: number; to: number }
  | { type: 'find'; author: string; aseq: number; to: number }
  | { type: 'lowest'; from: number; to: number }
  | { type: 'end' }

/** `next`: go on from there; undefined at the end. `over`: messages at the lowest timestamp reached that
 * were not asked for (timestamps are never cut apart). */
export type Answers = {
  read: Page
  seek: number
  walk: { page: Page; next: number | undefined }
  back: { beforeTs: number; missing: number; over: number }
  find: { ts: number; stamper: string; inc: string } | undefined
  lowest: number | null
  end: number
}

/** Positions that one `lowest` may ask about. */
export const lowestPieceMax = 8192

/** Index entries looked at for one answer. About 1 ms of work. */
const lookedAtMax = 2048

type LogRow = [pos: number, ns: number, s: number, ts: number, author: number, aseq: number, first: number]
type FullRow = [...LogRow, sum: number, part: Uint8Array]
type KeyRow = {
  pos: number
  ts: number
  namespace: number
  first_pos: number
  canonical_until: number | null
}

export class RoomReader {
  readonly #summary: () => Summary
  readonly #path: string
  readonly #from: Statement<FullRow>
  readonly #at: Statement<FullRow>
  readonly #stamp: Statement<number>
  readonly #up: Statement<KeyRow>
  readonly #down: Statement<KeyRow>
  readonly #copies: Statement<KeyRow>
  readonly #lowest: Statement<number | null>
  readonly #outbox: Statement<{ aseq: number; sum: number; part: Uint8Array }>

  /** `summary` gives the one in force; the writer replaces it when a commit fails. */
  constructor(db: Connection, path: string, summary: () => Summary) {
    this.#summary = summary
    this.#path = path
    const full = 'SELECT pos, namespace, s, ts, author, aseq, first_pos, sum, part FROM log'
    const key = 'SELECT pos, ts, namespace, first_pos, canonical_until FROM log'
    this.#from = db.prepare(`${full} WHERE pos >= ? ORDER BY pos`).raw() as Statement<FullRow>
    this.#at = db.prepare(`${full} WHERE pos = ?`).raw() as Statement<FullRow>
    this.#stamp = db.prepare('SELECT pos FROM log WHERE namespace = ? AND s = ?').pluck() as Statement<number>
    this.#up = db.prepare(`${key} INDEXED BY log_by_ts WHERE ts > ? ORDER BY ts`)
    this.#down = db.prepare(`${key} INDEXED BY log_by_ts WHERE ts < ? ORDER BY ts DESC`)
    this.#copies = db.prepare(`${key} WHERE author = ? AND aseq = ?`)
    this.#lowest = db.prepare('SELECT min(ts) FROM log WHERE pos BETWEEN ? AND ?').pluck() as Statement<
      number | null
    >
    this.#outbox = db.prepare('SELECT aseq, sum, part FROM outbox ORDER BY aseq')
  }

  /** Throws ERR_DAMAGED when a record is not what was written, or SQLite's own errors. */
  answer<Q extends Question>(question: Q): Answers[Q['type']]
  answer(question: Question): Answers[Question['type']] {
    switch (question.type) {
      case 'read':
        return this.#read(question.from, question.bytesMax)
      case 'seek':
        return this.#seek(question.frontier)
      case 'walk':
        return this.#walk(question.afterTs, question.from, question.to, question.bytesMax)
      case 'back':
        return this.#back(question.beforeTs, question.count, question.to)
      case 'find':
        return this.#find(question.author, question.aseq, question.to)
      case 'lowest':
        return this.#lowest.get(question.from, question.to) ?? null
      case 'end':
        return this.#summary().end
    }
  }

  /** Own unsent messages by aseq. Throws ERR_DAMAGED. */
  outbox(): Uint8Array[] {
    return this.#outbox.all().map(({ aseq, sum, part }) => {
      if (sum !== outboxSum(aseq, part)) throw this.#damaged(`own message ${aseq}`)
      return part
    })
  }

  #read(from: number, bytesMax: number): Page {
    const page = new PageBuilder()
    for (const row of this.#from.iterate(from)) {
      if (page.bytes > 0 && page.bytes + row[8].length > bytesMax) break
      page.add(this.#verified(row), row)
    }
    return page.build()
  }

  /** S2: the s of a namespace rise by one, so the first record beyond the frontier is one of those. */
  #seek(frontier: ReadonlyMap<string, number>): number {
    let first = this.#summary().end + 1
    for (const { id, stamp, last } of this.#summary().namespaces()) {
      const held = frontier.get(stamp) ?? 0
      if (held >= last) continue
      const pos = this.#stamp.get(id, held + 1)
      if (pos === undefined) throw this.#damaged(`record ${held + 1} of ${stamp} is missing`)
      if (pos < first) first = pos
    }
    return first
  }

  #walk(afterTs: number, from: number, to: number, bytesMax: number): Answers['walk'] {
    const page = new PageBuilder()
    let next: number | undefined
    let lookedAt = 0
    for (const group of byTimestamp(this.#up.iterate(afterTs))) {
      const chosen = group.filter(
        (row) => row.first_pos >= from && row.first_pos <= to && isCanonical(row, to),
      )
      for (const { pos } of this.#inOrder(chosen)) {
        const row = this.#at.get(pos)
        if (!row) throw this.#damaged(`record ${pos} is missing`)
        page.add(this.#verified(row), row)
      }
      lookedAt += group.length
      if (page.bytes >= bytesMax || lookedAt >= lookedAtMax) {
        next = group[0]!.ts
        break
      }
    }
    return { page: page.build(), next }
  }

  #back(beforeTs: number, count: number, to: number): Answers['back'] {
    let missing = count
    let lookedAt = 0
    for (const group of byTimestamp(this.#down.iterate(beforeTs))) {
      beforeTs = group[0]!.ts
      missing -= group.filter((row) => isCanonical(row, to)).length
      lookedAt += group.length
      if (missing <= 0) return { beforeTs, missing: 0, over: -missing }
      if (lookedAt >= lookedAtMax) return { beforeTs, missing, over: 0 }
    }
    return { beforeTs: 0, missing: 0, over: 0 }
  }

  #find(uid: string, aseq: number, to: number): Answers['find'] {
    const author = this.#summary().authorByUid(uid)
    if (!author) return undefined
    const copy = this.#copies.all(author.id, aseq).find((row) => isCanonical(row, to))
    if (!copy) return undefined
    const { stamper, inc } = this.#namespace(copy.namespace)
    return { ts: copy.ts, stamper, inc }
  }

  #verified(row: FullRow): NamespaceRow {
    const [pos, namespaceId, s, ts, authorId, aseq, firstPos, sum, part] = row
    const namespace = this.#namespace(namespaceId)
    const author = this.#summary().authorById(authorId)
    if (!author || sum !== logSum(pos, namespace.stamp, s, ts, author.uid, aseq, firstPos, part)) {
      throw this.#damaged(`record ${pos} is not what was written`)
    }
    return namespace
  }

  #namespace(id: number): NamespaceRow {
    const namespace = this.#summary().namespaceById(id)
    if (!namespace) throw this.#damaged(`namespace ${id} is missing`)
    return namespace
  }

  /** D3, for records of one timestamp. */
  #inOrder(rows: KeyRow[]): KeyRow[] {
    if (rows.length < 2) return rows
    const stamp = (row: KeyRow) => this.#namespace(row.namespace).stamp
    return rows.sort((a, b) => (stamp(a) < stamp(b) ? -1 : 1))
  }

  #damaged(what: string): RingleaderError {
    return new RingleaderError('ERR_DAMAGED', `${this.#path} is damaged (${what})`)
  }
}

/** Whether a copy is the canonical one among positions 1..to. */
function isCanonical(row: KeyRow, to: number): boolean {
  return row.pos <= to && (row.canonical_until === null || row.canonical_until > to)
}

/** Groups rows that come in the order of their timestamps. */
function* byTimestamp(rows: Iterable<KeyRow>): Generator<KeyRow[]> {
  let group: KeyRow[] = []
  for (const row of rows) {
    if (group.length > 0 && group[0]!.ts !== row.ts) {
      yield group
      group = []
    }
    group.push(row)
  }
  if (group.length > 0) yield group
}

class PageBuilder {
  bytes = 0
  readonly #table = new StringTable()
  readonly #records: number[] = []
  readonly #parts: Uint8Array[] = []

  add(namespace: NamespaceRow, row: FullRow): void {
    const at = this.#records.length
    const part = row[8]
    this.#records.length = at + pageStride
    this.#records[at + pageField.stamper] = this.#table.indexOf(namespace.stamper)
    this.#records[at + pageField.inc] = this.#table.indexOf(namespace.inc)
    this.#records[at + pageField.s] = row[2]
    this.#records[at + pageField.ts] = row[3]
    this.#records[at + pageField.partBytes] = part.length
    this.#parts.push(part)
    this.bytes += part.length
  }

  build(): Page {
    return {
      strings: this.#table.strings,
      records: Float64Array.from(this.#records),
      bytes: joinBytes(this.#parts),
    }
  }
}
