/**
 * Reads the records of a room in the order of their timestamps. Nearly always a record has a larger one than all before it: these
 * lie in that order as they are. The others, which came late from another part of the room, have an index; both are merged.
 */

import { topOf, type LogRow } from './rows.ts'
import { prepareRaw, type Connection, type Statement } from './sqlite-driver.ts'

type Key = [pos: number, ts: number]

/** So many late records in a row are passed over one by one; then the next that is not late is looked for. */
const passedMax = 32

/** Rows that are read whole, as `LogRows` does, or of which only a part is looked at. */
export interface RowSource<Row> {
  at(pos: number): Row
  from(pos: number): Iterable<Row>
  downFrom(pos: number): Iterable<Row>
  damaged(what: string): Error
}

export class TranscriptOrder<Row extends Pick<LogRow, 'pos' | 'ts' | 'behind'> = LogRow> {
  /** Records looked at since the last `up` or `down` began: what bounds a piece of work. */
  lookedAt = 0
  readonly #rows: RowSource<Row>
  readonly #end: () => number
  readonly #place: Statement<[ts: number, behind: number]>
  readonly #lateUp: Statement<Key>
  readonly #lateDown: Statement<Key>

  constructor(db: Connection, rows: RowSource<Row>, end: () => number) {
    this.#rows = rows
    this.#end = end
    this.#place = prepareRaw(db, 'SELECT ts, behind FROM log WHERE pos = ?')
    const late = 'SELECT pos, ts FROM log INDEXED BY log_behind WHERE behind > 0'
    this.#lateUp = prepareRaw(db, `${late} AND ts > ? ORDER BY ts`)
    this.#lateDown = prepareRaw(db, `${late} AND ts < ? ORDER BY ts DESC`)
  }

  /** The records above a timestamp, those of one timestamp together. Throws ERR_DAMAGED, or SQLite's own errors. */
  up(afterTs: number): Generator<Row[]> {
    return this.#merged(afterTs, this.#risingUp(afterTs), this.#lateUp.iterate(afterTs), Math.min)
  }

  /** The records below a timestamp, downwards, as `up`. */
  down(beforeTs: number): Generator<Row[]> {
    return this.#merged(beforeTs, this.#risingDown(beforeTs), this.#lateDown.iterate(beforeTs), Math.max)
  }

  /** `first`: which of two timestamps comes first. */
  *#merged(
    from: number,
    rising: Generator<Row>,
    keys: Iterable<Key>,
    first: (a: number, b: number) => number,
  ): Generator<Row[]> {
    this.lookedAt = 0
    const late = keys[Symbol.iterator]()
    try {
      let row = rising.next()
      let key = late.next()
      for (let before = from; !row.done || !key.done;) {
        const ts = row.done ? key.value[1] : key.done ? row.value.ts : first(row.value.ts, key.value[1])
        // A reader that continues from the last timestamp would else never end.
        if (ts === before || first(ts, before) === ts)
          throw this.#rows.damaged(
            `record ${row.done ? key.value[0] : row.value.pos} is at a wrong place of the transcript`,
          )
        before = ts
        const group: Row[] = []
        // There is one at most, as they rise. The next one is read when the caller continues.
        const isRising = !row.done && row.value.ts === ts
        if (isRising) group.push(row.value)
        for (; !key.done && key.value[1] === ts; key = late.next()) group.push(this.#lateRow(key.value))
        yield group
        if (isRising) row = rising.next()
      }
    } finally {
      rising.return(undefined)
      late.return?.()
    }
  }

  /** An index that does not agree with its table is damage. */
  #lateRow([pos, ts]: Key): Row {
    this.lookedAt += 1
    const row = this.#rows.at(pos)
    if (row.ts !== ts || row.behind === 0)
      throw this.#rows.damaged(`record ${pos} is at a wrong place of the transcript`)
    return row
  }

  *#risingUp(afterTs: number): Generator<Row> {
    for (let pos: number | undefined = this.#firstAbove(afterTs); pos !== undefined;) {
      const from: number = pos
      pos = undefined
      let passed = 0
      for (const row of this.#rows.from(from)) {
        this.lookedAt += 1
        passed = row.behind === 0 ? 0 : passed + 1
        if (passed === 0) yield row
        if (passed < passedMax) continue
        pos = this.#firstAbove(topOf(row))
        break
      }
    }
  }

  *#risingDown(beforeTs: number): Generator<Row> {
    for (let pos: number | undefined = this.#firstAbove(beforeTs - 1) - 1; pos !== undefined;) {
      const from: number = pos
      pos = undefined
      let passed = 0
      for (const row of this.#rows.downFrom(from)) {
        this.lookedAt += 1
        passed = row.behind === 0 ? 0 : passed + 1
        if (passed === 0) yield row
        if (passed < passedMax) continue
        pos = this.#firstAbove(topOf(row) - 1)
        break
      }
    }
  }

  /** The first position up to which a timestamp above `ts` is held; the end + 1 if none is. */
  #firstAbove(ts: number): number {
    const end = this.#end()
    let [low, high] = [0, end + 1]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      const place = this.#place.get(middle)
      if (!place) throw this.#rows.damaged(`record ${middle} is missing`)
      if (topOf({ ts: place[0], behind: place[1] }) > ts) high = middle
      else low = middle
    }
    // A damaged row may have led the search astray. These two rows are verified, and they show whether this is the place.
    const isPlace =
      (low === 0 || topOf(this.#rows.at(low)) <= ts) && (high > end || topOf(this.#rows.at(high)) > ts)
    if (!isPlace) throw this.#rows.damaged(`record ${high} is at a wrong place of the transcript`)
    return high
  }
}
