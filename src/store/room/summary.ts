/**
 * The small tables of a room's database in memory: room, frontier, have. They are read whole at opening
 * and written once per commit, so that neither ever looks at the history.
 */

import { assert } from '../../lib/assert.ts'
import { splitNamespace, type Namespace, type RoomId } from '../../core/model/ids.ts'
import type { Chain } from '../../core/model/records.ts'
import { RingleaderError } from '../../peer/errors.ts'
import type { AuthorRow, NamespaceRow } from './rows.ts'
import { isAuthorInRange, isNamespaceInRange, isRoomInRange } from './rows.ts'
import { prepare, valueOf, type Connection, type Statement } from './sqlite-driver.ts'
import { rowSum } from './sums.ts'

type RoomRow = { room: RoomId; copies: number; end: number; clock: number; sum: number }

/** See the tables `room`, `namespace` and `author` of tables.ts. */
export class Summary {
  room: RoomId
  copies: number
  end: number
  clock: number
  readonly #db: Connection
  readonly #byStamp = new Map<string, NamespaceRow>()
  readonly #byId: NamespaceRow[] = []
  readonly #authorByStamp = new Map<string, AuthorRow>()
  readonly #authorById: AuthorRow[] = []
  readonly #touched = new Set<NamespaceRow>()
  readonly #touchedAuthors = new Set<AuthorRow>()
  #statements: Record<'room' | 'namespace' | 'author', Statement<unknown>> | undefined

  /** Reads and verifies the tables. Throws ERR_DAMAGED, or SQLite's own errors. */
  constructor(db: Connection, path: string) {
    this.#db = db
    const damaged = (what: string) => new RingleaderError('ERR_DAMAGED', `${path} is damaged (${what})`)
    const rooms = prepare<RoomRow>(db, 'SELECT * FROM room').all()
    const row = rooms[0]
    if (rooms.length !== 1 || row === undefined) throw damaged('it does not say which room it is')
    if (row.sum !== rowSum(row.room, row.copies, row.end, row.clock)) throw damaged('the room row')
    if (!isRoomInRange(row)) throw damaged('the room row is out of range')
    this.room = row.room
    this.copies = row.copies
    this.end = row.end
    this.clock = row.clock
    const namespaces = prepare<NamespaceRow & { sum: number }>(db, 'SELECT * FROM namespace').all()
    for (const { id, stamper, inc, last, chain, sum } of namespaces) {
      if (sum !== rowSum(id, stamper, inc, last, chain)) throw damaged('a row of the frontier')
      const namespace = { id, stamper, inc, stamp: `${stamper}.${inc}`, last, chain }
      if (!isNamespaceInRange(namespace)) throw damaged('a row of the frontier is out of range')
      this.#keepNamespace(namespace)
    }
    const authors = prepare<AuthorRow & { sum: number }>(db, 'SELECT * FROM author').all()
    for (const { id, uid, inc, have, most, sum } of authors) {
      if (sum !== rowSum(id, uid, inc, have, most)) throw damaged('a row of the authors')
      const author = { id, uid, inc, stamp: `${uid}.${inc}`, have, most }
      if (!isAuthorInRange(author)) throw damaged('a row of the authors is out of range')
      this.#keepAuthor(author)
    }
    const last = valueOf(db, 'SELECT max(pos) FROM log') ?? 0
    if (last !== this.end) throw damaged(`${String(last)} records where ${this.end} were counted`)
  }

  /** Writes the row of a new room. */
  static create(db: Connection, room: RoomId, copies: number): void {
    db.prepare('INSERT INTO room VALUES (?, ?, 0, 0, ?)').run(room, copies, rowSum(room, copies, 0, 0))
  }

  /** The namespace of a stamp, interned if need be. */
  namespaceOf(stamp: string): NamespaceRow {
    const known = this.#byStamp.get(stamp)
    if (known) return known
    const { uid: stamper, inc } = splitNamespace(stamp as Namespace)
    const row = { id: this.#byId.length + 1, stamper, inc, stamp, last: 0, chain: '' }
    this.#keepNamespace(row)
    return row
  }

  /** The author of a part in the process that said it, interned if need be. */
  authorOf(stamp: string): AuthorRow {
    const known = this.#authorByStamp.get(stamp)
    if (known) return known
    const { uid, inc } = splitNamespace(stamp as Namespace)
    const row = { id: this.#authorById.length + 1, uid, inc, stamp, have: 0, most: 0 }
    this.#keepAuthor(row)
    return row
  }

  /** Undefined when a damaged row names a namespace that is not there. */
  namespaceById(id: number): NamespaceRow | undefined {
    return this.#byId[id - 1]
  }

  authorById(id: number): AuthorRow | undefined {
    return this.#authorById[id - 1]
  }

  /** Undefined when nothing of this process is held. */
  authorByStamp(stamp: string): AuthorRow | undefined {
    return this.#authorByStamp.get(stamp)
  }

  /** The processes of any author that have this inc. */
  authorsByInc(inc: string): AuthorRow[] {
    return this.#authorById.filter((author) => author.inc === inc)
  }

  /** Counts a record of a namespace; D4: contiguous. `lastTs`: of its last message. */
  countRecord(pos: number, namespace: NamespaceRow, s: number, lastTs: number): void {
    assert(pos === this.end + 1, `record at position ${pos} after ${this.end}`)
    assert(s === namespace.last + 1, `record ${s} of ${namespace.stamp} after ${namespace.last}`)
    this.end = pos
    namespace.last = s
    if (lastTs > this.clock) this.clock = lastTs
    this.#touched.add(namespace)
  }

  /** Notes that a row of `author` was changed by the caller. */
  touchAuthor(author: AuthorRow): void {
    this.#touchedAuthors.add(author)
  }

  /** Writes what was touched; inside the transaction of the records. */
  write(): void {
    this.#statements ??= {
      room: this.#db.prepare('UPDATE room SET "end" = ?, clock = ?, sum = ?'),
      namespace: this.#db.prepare('INSERT OR REPLACE INTO namespace VALUES (?, ?, ?, ?, ?, ?)'),
      author: this.#db.prepare('INSERT OR REPLACE INTO author VALUES (?, ?, ?, ?, ?, ?)'),
    }
    const { room, namespace, author } = this.#statements
    if (this.#touched.size > 0) {
      room.run(this.end, this.clock, rowSum(this.room, this.copies, this.end, this.clock))
    }
    for (const { id, stamper, inc, last, chain } of this.#touched) {
      namespace.run(id, stamper, inc, last, chain, rowSum(id, stamper, inc, last, chain))
    }
    for (const { id, uid, inc, have, most } of this.#touchedAuthors) {
      author.run(id, uid, inc, have, most, rowSum(id, uid, inc, have, most))
    }
    this.#touched.clear()
    this.#touchedAuthors.clear()
  }

  frontier(): Map<string, number> {
    return new Map(this.#byId.map(({ stamp, last }) => [stamp, last]))
  }

  chains(): Map<string, Chain> {
    return new Map(this.#byId.map(({ stamp, chain }) => [stamp, chain as Chain]))
  }

  have(): Map<string, number> {
    return new Map(this.#authorById.map(({ stamp, have }) => [stamp, have]))
  }

  /** Messages held: each once, whatever number of copies. */
  messages(): number {
    let count = 0
    for (const { have } of this.#authorById) count += have
    return count
  }

  namespaces(): readonly NamespaceRow[] {
    return this.#byId
  }

  #keepNamespace(row: NamespaceRow): void {
    this.#byStamp.set(row.stamp, row)
    this.#byId[row.id - 1] = row
  }

  #keepAuthor(row: AuthorRow): void {
    this.#authorByStamp.set(row.stamp, row)
    this.#authorById[row.id - 1] = row
  }
}
