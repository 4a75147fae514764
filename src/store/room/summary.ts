/**
 * The small tables of a room's database in memory: room, namespaces, authors. They are read whole at opening, and a
 * commit writes the pages that it touched, so that neither ever looks at the history.
 */

import { authorColumns, namespaceColumns } from '../../core/model/frontier.ts'
import { assert } from '../../lib/assert.ts'
import type { RoomId } from '../../core/model/ids.ts'
import { RingleaderError } from '../../peer/errors.ts'
import { ProcessPages } from './process-pages.ts'
import { authorColumn, isRoomInRange, namespaceColumn, topOf } from './rows.ts'
import { prepare, prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'
import { roomSum } from './sums.ts'

type NewestRow = [pos: number, namespace: number, ts: number, behind: number]
type RoomRow = { room: RoomId; copies: number; end: number; clock: number; sum: number }

/** See the tables `room`, `namespace` and `author` of tables.ts. */
export class Summary {
  room: RoomId
  copies: number
  end: number
  clock: number
  readonly namespaces: ProcessPages
  readonly authors: ProcessPages
  readonly #db: Connection
  #putRoom: Statement<unknown> | undefined
  /** Of the newest record; 0 when there is none. */
  #lastNamespace: number
  /** The largest ts of a record. */
  #top: number
  #isTouched = false

  /** Reads and verifies the tables. Throws ERR_DAMAGED, or SQLite's own errors. */
  constructor(db: Connection, path: string) {
    this.#db = db
    const damaged = (what: string) => new RingleaderError('ERR_DAMAGED', `${path} is damaged (${what})`)
    const rooms = prepare<RoomRow>(db, 'SELECT * FROM room').all()
    const row = rooms[0]
    if (rooms.length !== 1 || row === undefined) throw damaged('it does not say which room it is')
    if (row.sum !== roomSum(row.room, row.copies, row.end, row.clock)) throw damaged('the room row')
    if (!isRoomInRange(row)) throw damaged('the room row is out of range')
    this.room = row.room
    this.copies = row.copies
    this.end = row.end
    this.clock = row.clock
    this.namespaces = new ProcessPages(db, 'namespace', namespaceColumns, damaged)
    this.authors = new ProcessPages(db, 'author', authorColumns, damaged)
    const newest = 'SELECT pos, namespace, ts, behind FROM log ORDER BY pos DESC LIMIT 1'
    const [last, lastNamespace, ts, behind] = prepareRaw<NewestRow>(db, newest).get() ?? [0, 0, 0, 0]
    if (last !== this.end) throw damaged(`${last} records where ${this.end} were counted`)
    this.#lastNamespace = lastNamespace
    this.#top = topOf({ ts, behind })
  }

  /** Writes the row of a new room. */
  static create(db: Connection, room: RoomId, copies: number): void {
    db.prepare('INSERT INTO room VALUES (?, ?, 0, 0, ?)').run(room, copies, roomSum(room, copies, 0, 0))
  }

  /**
   * Counts a record of a namespace; D4: contiguous. `lastTs`: of its last message. Returns whether a run begins with it:
   * the record before it is of another namespace.
   */
  countRecord(pos: number, namespaceId: number, s: number, lastTs: number): boolean {
    const { namespaces } = this
    const before = namespaces.number(namespaceId, namespaceColumn.last)
    assert(pos === this.end + 1, `record at position ${pos} after ${this.end}`)
    assert(s === before + 1, `record ${s} of ${namespaces.nameOf(namespaceId)} after ${before}`)
    this.end = pos
    namespaces.setNumber(namespaceId, namespaceColumn.last, s)
    namespaces.setNumber(namespaceId, namespaceColumn.lastTs, lastTs)
    if (lastTs > this.clock) this.clock = lastTs
    this.#isTouched = true
    const isNewRun = namespaceId !== this.#lastNamespace
    this.#lastNamespace = namespaceId
    return isNewRun
  }

  /** How far the next record is behind those before it: see tables.ts. */
  rise(ts: number): number {
    if (ts <= this.#top) return this.#top + 1 - ts
    this.#top = ts
    return 0
  }

  /** Writes what was touched; inside the transaction of the records. */
  write(): void {
    if (!this.#isTouched) return
    this.#putRoom ??= this.#db.prepare('UPDATE room SET "end" = ?, clock = ?, sum = ?')
    this.#putRoom.run(this.end, this.clock, roomSum(this.room, this.copies, this.end, this.clock))
    this.namespaces.write()
    this.authors.write()
    this.#isTouched = false
  }

  /** Messages held: each once, whatever number of copies. */
  messages(): number {
    const { rows } = this.authors
    let count = 0
    for (let row = 0; row < rows.size; row++) count += rows.number(row, authorColumn.have)
    return count
  }
}
