/**
 * What a node holds of each namespace, and of each process that spoke (PROTOCOL.md section 2.2), in packed tables; and the
 * digests by which two nodes find out where they differ (2.4).
 */

import type { Namespace, Uid } from './ids.ts'
import { namespaceOf } from './ids.ts'
import type { Inc } from './ids.ts'
import type { Verifier } from './notary.ts'
import { ProcessTable, type PackedRows } from './process-table.ts'
import { noChain, type Chain, type Digest } from './records.ts'

/** Of a namespace: the highest number held, and the chain up to it. */
export type Head = { readonly s: number; readonly chain: Chain }

/** Of some namespaces, or of all that somebody holds. */
export type Heads = ReadonlyMap<Namespace, Head>

/** Namespaces fall into so many groups, the same at each node: each has a digest of its own. */
export const groupCount = 256
export const allGroups: ReadonlySet<number> = new Set(Array.from({ length: groupCount }, (_, group) => group))

/** Of a group's digest: 16 bytes. */
const groupDigestDigits = 32

/** Of each group the digest of what lies before `cut`; undefined: not known, or not any more. */
type Digests = { readonly cut: number; readonly known: (string | undefined)[] }

/** Columns of the two tables, as the store keeps them. A row of the first also has the chain. */
const lastS = 0
const lastTs = 1
export const namespaceColumns = { numbers: 2, hash: true } as const
const highest = 0
export const authorColumns = { numbers: 2, hash: false } as const

/** Chains at hand as text: of more namespaces than grow at a time. */
const chainsMax = 256

/** F: for each namespace the highest `s` held, its chain and the timestamp of its last message. */
export class Frontier implements Iterable<[Namespace, Head]> {
  readonly #table: ProcessTable
  readonly #chains = new Map<Namespace, Chain>()
  /** The rows of each group, in the order of their processes once sorted. Made when it is first wanted. */
  #groups: { rows: number[]; isSorted: boolean }[] | undefined
  /** Digests of what lies before a cut, as far as they are known: of all, and of the cut that was asked for last. */
  readonly #whole: Digests = { cut: Number.POSITIVE_INFINITY, known: [] }
  #older: Digests = { cut: 0, known: [] }

  /** `seed`, `rows`: see ProcessTable. */
  constructor(seed: number, rows?: PackedRows) {
    this.#table = new ProcessTable(namespaceColumns, seed, rows)
  }

  get size(): number {
    return this.#table.size
  }

  has(namespace: Namespace): boolean {
    return this.#table.find(namespace) >= 0
  }

  /** The highest `s` held; 0: none. */
  get(namespace: Namespace): number {
    const row = this.#table.find(namespace)
    return row < 0 ? 0 : this.#table.number(row, lastS)
  }

  /** The timestamp of the last message held; 0: none. */
  lastTs(namespace: Namespace): number {
    const row = this.#table.find(namespace)
    return row < 0 ? 0 : this.#table.number(row, lastTs)
  }

  /** Up to the last record held. */
  chain(namespace: Namespace): Chain {
    const known = this.#chains.get(namespace)
    if (known !== undefined) return known
    const row = this.#table.find(namespace)
    return row < 0 ? noChain : (this.#table.hash(row) as Chain)
  }

  /** Undefined where nothing is held. */
  head(namespace: Namespace): Head | undefined {
    const s = this.get(namespace)
    return s === 0 ? undefined : { s, chain: this.chain(namespace) }
  }

  /** Record `s` was taken. `ts`: of its last message. */
  advance(namespace: Namespace, s: number, ts: number, chain: Chain): void {
    const table = this.#table
    const { size } = table
    const row = table.rowOf(namespace)
    const isNew = table.size > size
    if (isNew) this.#addToGroup(row)
    for (const { cut, known } of [this.#whole, this.#older])
      if (isNew || table.number(row, lastTs) < cut) known[table.groupOf(row)] = undefined
    table.setNumber(row, lastS, s)
    table.setNumber(row, lastTs, ts)
    table.setHash(row, chain)
    if (this.#chains.size >= chainsMax) this.#chains.clear()
    this.#chains.set(namespace, chain)
  }

  *[Symbol.iterator](): Generator<[Namespace, Head]> {
    for (let row = 0; row < this.#table.size; row++) yield this.#entry(row)
  }

  groupOf(namespace: Namespace): number {
    const row = this.#table.find(namespace)
    return row < 0 ? 0 : this.#table.groupOf(row)
  }

  /**
   * The namespaces that grew last, by the timestamp of their last message: all from `cut` on, and at most `max`. A cut of 0
   * takes in all there are.
   */
  recent(max: number): { cut: number; heads: Heads } {
    const table = this.#table
    let cut = 0
    if (table.size > max) {
      const stamps = new Float64Array(table.size)
      for (let row = 0; row < table.size; row++) stamps[row] = table.number(row, lastTs)
      stamps.sort()
      // Where several share the timestamp at the limit, none of them is among the recent ones.
      cut = stamps[table.size - max - 1]! + 1
    }
    return { cut, heads: new Map(this.since(cut)) }
  }

  /** The namespaces whose last message has at least this timestamp. */
  *since(cut: number): Generator<[Namespace, Head]> {
    for (let row = 0; row < this.#table.size; row++)
      if (this.#table.number(row, lastTs) >= cut) yield this.#entry(row)
  }

  /**
   * Of each group a digest over the namespaces in it whose last message comes before `cut`, but for those that are `listed`
   * elsewhere.
   */
  digests(cut: number, listed: Heads, notary: Pick<Verifier, 'digest'>): string[] {
    const table = this.#table
    if (cut !== this.#whole.cut && cut !== this.#older.cut) this.#older = { cut, known: [] }
    const { known } = cut === this.#whole.cut ? this.#whole : this.#older
    const without = new Set<number>()
    const affected = new Set<number>()
    for (const namespace of listed.keys()) {
      const row = table.find(namespace)
      if (row < 0 || table.number(row, lastTs) >= cut) continue
      without.add(row)
      affected.add(table.groupOf(row))
    }
    return Array.from({ length: groupCount }, (_, group) => {
      const make = (): string => {
        const rows = this.#rowsOf(group).filter((row) => table.number(row, lastTs) < cut && !without.has(row))
        return notary.digest(table.bytesOf(rows)).slice(0, groupDigestDigits)
      }
      return affected.has(group) ? make() : (known[group] ??= make())
    })
  }

  /** Over all that is held: the digest of the digests of all groups. */
  digest(notary: Pick<Verifier, 'digest'>): Digest {
    const digits = this.digests(this.#whole.cut, new Map(), notary).join('')
    return notary.digest(Uint8Array.from(digits, (digit) => digit.charCodeAt(0)))
  }

  /** Some namespaces, in an order that stays. */
  slice(from: number, to: number): [Namespace, Head][] {
    const entries: [Namespace, Head][] = []
    for (let row = from; row < Math.min(to, this.#table.size); row++) entries.push(this.#entry(row))
    return entries
  }

  *namespacesOf(group: number): Generator<Namespace> {
    for (const row of this.#rowsOf(group)) yield this.#table.processOf(row)
  }

  /** The namespaces of some groups. */
  *within(groups: Iterable<number>): Generator<[Namespace, Head]> {
    for (const group of groups) for (const row of this.#rowsOf(group)) yield this.#entry(row)
  }

  /** The namespace of a node with the highest boot counter of those that `counts`. */
  newestOf(uid: Uid, counts: (inc: Inc) => boolean): [Namespace, Head] | undefined {
    let newest: Inc | undefined
    for (const row of this.#table.rowsOf(uid)) {
      const inc = this.#table.processOf(row).slice(33) as Inc
      if (counts(inc) && (newest === undefined || inc > newest)) newest = inc
    }
    if (newest === undefined) return undefined
    const namespace = namespaceOf(uid, newest)
    return [namespace, this.head(namespace)!]
  }

  /** As the store hands it over. */
  rows(): PackedRows {
    return this.#table.rows()
  }

  copy(): Frontier {
    return new Frontier(0, this.#table.rows())
  }

  #entry(row: number): [Namespace, Head] {
    const table = this.#table
    return [table.processOf(row), { s: table.number(row, lastS), chain: table.hash(row) as Chain }]
  }

  #rowsOf(group: number): readonly number[] {
    if (!this.#groups) {
      this.#groups = Array.from({ length: groupCount }, () => ({ rows: [], isSorted: false }))
      for (let row = 0; row < this.#table.size; row++) this.#addToGroup(row)
    }
    const found = this.#groups[group]!
    if (!found.isSorted) found.rows.sort((a, b) => this.#table.compare(a, b))
    found.isSorted = true
    return found.rows
  }

  #addToGroup(row: number): void {
    const group = this.#groups?.[this.#table.groupOf(row)]
    if (!group) return
    group.rows.push(row)
    group.isSorted = false
  }
}

/** Of each process of each author, the highest aseq held. */
export class Heard {
  readonly #table: ProcessTable

  /** `seed`, `rows`: see ProcessTable. */
  constructor(seed: number, rows?: PackedRows) {
    this.#table = new ProcessTable(authorColumns, seed, rows)
  }

  get size(): number {
    return this.#table.size
  }

  /** 0: nothing. */
  get(process: Namespace): number {
    const row = this.#table.find(process)
    return row < 0 ? 0 : this.#table.number(row, highest)
  }

  set(process: Namespace, aseq: number): void {
    this.#table.setNumber(this.#table.rowOf(process), highest, aseq)
  }

  *[Symbol.iterator](): Generator<[Namespace, number]> {
    for (let row = 0; row < this.#table.size; row++)
      yield [this.#table.processOf(row), this.#table.number(row, highest)]
  }

  /** Messages held: of all processes. */
  total(): number {
    let total = 0
    for (let row = 0; row < this.#table.size; row++) total += this.#table.number(row, highest)
    return total
  }

  /** As the store hands it over. */
  rows(): PackedRows {
    return this.#table.rows()
  }

  copy(): Heard {
    return new Heard(0, this.#table.rows())
  }
}
