/**
 * Looks through a room's history for damage, in small pieces between other work: every record against
 * its checksum, and the index of the transcript from end to end. It sees what `quick_check` sees in
 * these, and flipped bits besides, and unlike it can be stopped and never holds up a commit.
 */

import { checkSeen } from './history-pages.ts'
import { pageStride } from './packing.ts'
import type { RoomReader } from './room-reader.ts'

/** Bytes of records verified at a time: about 1 ms of work. */
const pieceBytes = 65_536

export class Scrub {
  readonly #reader: RoomReader
  readonly #end: number
  #pos = 1
  #seen = 0
  #beforeTs = Number.MAX_SAFE_INTEGER

  /** `end`: how far to look; what is newer was written by this process. */
  constructor(reader: RoomReader, end: number) {
    this.#reader = reader
    this.#end = end
  }

  /** One piece; whether there is more. Throws ERR_DAMAGED or SQLite's errors. */
  step(): boolean {
    if (this.#pos <= this.#end) {
      const page = this.#reader.answer({ type: 'read', from: this.#pos, bytesMax: pieceBytes })
      this.#pos += page.records.length / pageStride
      return true
    }
    const piece = this.#reader.answer({
      type: 'back',
      beforeTs: this.#beforeTs,
      count: Number.MAX_SAFE_INTEGER,
      to: this.#end,
    })
    this.#beforeTs = piece.beforeTs
    this.#seen += piece.seen
    if (this.#beforeTs > 0) return true
    checkSeen(this.#seen, this.#end)
    return false
  }
}
