/**
 * A table with one row for each process (PROTOCOL.md section 2.1: a uid and an inc), packed into flat arrays: a room that
 * lives for years has seen hundreds of thousands of processes, and objects of their own would cost ten times the memory
 * and most of the time of a start.
 */

import { assert } from '../../lib/assert.ts'
import { namespaceOf, type Inc, type Namespace, type Uid } from './ids.ts'

/** How many numbers a row has, and whether it has a hash of 32 bytes beside them. */
export type Columns = { readonly numbers: number; readonly hash: boolean }

/**
 * The rows of a table in the order in which they were added. A row of `keys`, and of `hashes`, has 8 words. The arrays may be
 * longer: with space for more rows.
 */
export type PackedRows = {
  readonly size: number
  readonly keys: Uint32Array<ArrayBuffer>
  readonly numbers: Float64Array<ArrayBuffer>
  readonly hashes: Uint32Array<ArrayBuffer>
}

/** The uid and the inc are 30 bytes; the last two stay 0. */
const keyWords = 8
const hashWords = 8

/** Rows that were looked for last are found by their names; beyond, the name has to be read. */
const rememberedMax = 1024

/** Rows for which there is space before they are added, at most. */
const spareMax = 1024

/** Rows are numbered from 0 on, in the order in which they were added. None is ever taken out. */
export class ProcessTable {
  readonly columns: Columns
  readonly #seed: number
  #size = 0
  #keys: Uint32Array<ArrayBuffer>
  #numbers: Float64Array<ArrayBuffer>
  #hashes: Uint32Array<ArrayBuffer>
  /** Open addressing: the number of a row and 1, 0 where there is none. At least twice as many slots as rows. */
  #slots = new Int32Array(0)
  readonly #remembered = new Map<Namespace, number>()
  readonly #key = new Uint32Array(keyWords)

  /**
   * `rows` are taken over, not copied. `seed`: 32 bits that others do not know, so that nobody can choose names that all
   * fall into one slot. It changes no result.
   */
  constructor(columns: Columns, seed: number, rows?: PackedRows) {
    this.columns = columns
    this.#seed = seed
    this.#size = rows?.size ?? 0
    this.#keys = rows?.keys ?? new Uint32Array(0)
    this.#numbers = rows?.numbers ?? new Float64Array(0)
    this.#hashes = rows?.hashes ?? new Uint32Array(0)
  }

  get size(): number {
    return this.#size
  }

  /** The row of a process; -1: it has none. */
  find(name: Namespace): number {
    const known = this.#remembered.get(name)
    if (known !== undefined) return known
    if (this.#size === 0) return -1
    readKey(name, this.#key)
    this.#index()
    const row = this.#slots[this.#slotOf(this.#key, 0)]! - 1
    if (row >= 0) this.#remember(name, row)
    return row
  }

  /** The row of a process, made if need be: of zeros. */
  rowOf(name: Namespace): number {
    const found = this.find(name)
    if (found >= 0) return found
    readKey(name, this.#key)
    const row = this.#size
    this.#grow(row + 1)
    this.#keys.set(this.#key, row * keyWords)
    this.#size = row + 1
    this.#index()
    if (this.#slots[this.#slotOf(this.#key, 0)] === 0) this.#slots[this.#slotOf(this.#key, 0)] = row + 1
    this.#remember(name, row)
    return row
  }

  /** `column` is from 0 to `columns.numbers` - 1. */
  number(row: number, column: number): number {
    return this.#numbers[row * this.columns.numbers + column]!
  }

  setNumber(row: number, column: number, value: number): void {
    this.#numbers[row * this.columns.numbers + column] = value
  }

  /** 64 hex digits. */
  hash(row: number): string {
    return hexOf(this.#hashes, row * hashWords, hashWords)
  }

  /** `hash`: 64 hex digits. */
  setHash(row: number, hash: string): void {
    assert(hash.length === hashWords * 8, 'a hash has 64 hex digits')
    for (let word = 0; word < hashWords; word++)
      this.#hashes[row * hashWords + word] = readWord(hash, word * 8, 8)
  }

  processOf(row: number): Namespace {
    const hex = hexOf(this.#keys, row * keyWords, keyWords)
    return `${hex.slice(0, 32)}.${hex.slice(32, 60)}` as Namespace
  }

  /** The rows of all uids that have this inc: a look at every row. */
  rowsWithInc(inc: Inc): number[] {
    readKey(namespaceOf('0'.repeat(32) as Uid, inc), this.#key)
    const found: number[] = []
    for (let row = 0; row < this.#size; row++) {
      const at = row * keyWords
      let word = 4
      while (word < keyWords && this.#keys[at + word] === this.#key[word]) word++
      if (word === keyWords) found.push(row)
    }
    return found
  }

  /** Spreads the rows evenly over 256 groups, in every process in the same way. */
  groupOf(row: number): number {
    return mix(this.#keys, row * keyWords, 0) >>> 24
  }

  /** Below 0: the process of row `a` comes first, by uid and inc. */
  compare(a: number, b: number): number {
    for (let word = 0; word < keyWords; word++) {
      const difference = this.#keys[a * keyWords + word]! - this.#keys[b * keyWords + word]!
      if (difference !== 0) return difference
    }
    return 0
  }

  /** The rows of all processes of a node. It looks at each row. */
  *rowsOf(uid: Uid): Generator<number> {
    const words = [0, 8, 16, 24].map((at) => readWord(uid, at, 8))
    for (let row = 0; row < this.#size; row++)
      if (words.every((word, i) => this.#keys[row * keyWords + i] === word)) yield row
  }

  /** Some rows as bytes that are the same on each machine: the process, the first number, the hash if there is one. */
  bytesOf(rows: readonly number[]): Uint8Array {
    const { numbers, hash } = this.columns
    const length = keyWords * 4 + 8 + (hash ? hashWords * 4 : 0)
    const bytes = new Uint8Array(rows.length * length)
    const view = new DataView(bytes.buffer)
    for (const [i, row] of rows.entries()) {
      const at = i * length
      for (let word = 0; word < keyWords; word++)
        view.setUint32(at + word * 4, this.#keys[row * keyWords + word]!)
      view.setFloat64(at + keyWords * 4, this.#numbers[row * numbers]!)
      if (!hash) continue
      for (let word = 0; word < hashWords; word++)
        view.setUint32(at + keyWords * 4 + 8 + word * 4, this.#hashes[row * hashWords + word]!)
    }
    return bytes
  }

  /** A copy of some rows, or of all. `spare`: with space for so many more rows. */
  rows(from = 0, to = this.#size, spare = 0): PackedRows {
    const { numbers, hash } = this.columns
    const space = to - from + spare
    const keys = this.#keys.subarray(from * keyWords, to * keyWords)
    const hashes = this.#hashes.subarray(from * hashWords, to * hashWords)
    return {
      size: to - from,
      keys: enlarged(Uint32Array, keys, space * keyWords),
      numbers: enlarged(Float64Array, this.#numbers.subarray(from * numbers, to * numbers), space * numbers),
      hashes: hash ? enlarged(Uint32Array, hashes, space * hashWords) : new Uint32Array(0),
    }
  }

  copy(): ProcessTable {
    return new ProcessTable(this.columns, this.#seed, this.rows())
  }

  #remember(name: Namespace, row: number): void {
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear()
    this.#remembered.set(name, row)
  }

  #grow(size: number): void {
    const { numbers, hash } = this.columns
    if (this.#keys.length >= size * keyWords) return
    // Few at a time where there are many: copying all costs some ms then, and half as much again would be megabytes.
    const room = Math.max(4, size + Math.min(size >>> 1, spareMax))
    this.#keys = enlarged(Uint32Array, this.#keys, room * keyWords)
    this.#numbers = enlarged(Float64Array, this.#numbers, room * numbers)
    if (hash) this.#hashes = enlarged(Uint32Array, this.#hashes, room * hashWords)
  }

  /** Makes the slots, where there are too few for the rows. */
  #index(): void {
    if (this.#slots.length >= this.#size * 2) return
    let length = 8
    while (length < this.#size * 2) length *= 2
    this.#slots = new Int32Array(length)
    for (let row = 0; row < this.#size; row++) this.#slots[this.#slotOf(this.#keys, row * keyWords)] = row + 1
  }

  /** The slot that holds the row of a key, or the empty one where it would stand. */
  #slotOf(keys: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1
    for (let slot = mix(keys, at, this.#seed) & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot]! - 1
      if (row < 0 || sameWords(this.#keys, row * keyWords, keys, at)) return slot
    }
  }
}

/** A hash of the 8 words of a key: the body and the end of MurmurHash3 (Appleby, public domain). */
function mix(words: Uint32Array, at: number, seed: number): number {
  let hash = seed
  for (let word = at; word < at + keyWords; word++) {
    let k = Math.imul(words[word]!, 0xcc9e2d51)
    k = (k << 15) | (k >>> 17)
    hash ^= Math.imul(k, 0x1b873593)
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function sameWords(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): boolean {
  for (let word = 0; word < keyWords; word++) if (a[aAt + word] !== b[bAt + word]) return false
  return true
}

/** The words of `uid.inc`: 32 hex digits, a point, 28 hex digits. */
function readKey(name: Namespace, key: Uint32Array): void {
  assert(name.length === 61, 'a process is named by 32 and 28 hex digits')
  for (let word = 0; word < 4; word++) key[word] = readWord(name, word * 8, 8)
  for (let word = 0; word < 3; word++) key[4 + word] = readWord(name, 33 + word * 8, 8)
  key[7] = readWord(name, 57, 4) << 16
}

function readWord(hex: string, at: number, digits: number): number {
  let word = 0
  for (let i = at; i < at + digits; i++) {
    const code = hex.charCodeAt(i)
    // '0' is 48, 'a' is 97.
    word = (word << 4) | (code < 58 ? code - 48 : code - 87)
  }
  return word >>> 0
}

const digits = '0123456789abcdef'

function hexOf(words: Uint32Array, at: number, count: number): string {
  const codes: number[] = []
  for (let word = at; word < at + count; word++)
    for (let shift = 28; shift >= 0; shift -= 4) codes.push(digits.charCodeAt((words[word]! >>> shift) & 15))
  return String.fromCharCode(...codes)
}

function enlarged<A extends Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  type: new (length: number) => A,
  from: A,
  length: number,
): A {
  const to = new type(length)
  to.set(from)
  return to
}
