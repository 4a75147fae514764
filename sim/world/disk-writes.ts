/**
 * Decides when what simulated processes write is durable: commits in groups, and the file of the address
 * book.
 */

import { lateCommitMs } from '../../src/core/model/bounds.ts'
import type { Event } from '../../src/core/model/events.ts'
import { nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { Observer, SimNode } from './machine.ts'

interface Surroundings {
  readonly now: number
  readonly prng: Prng
  readonly harsh: boolean
  readonly observers: readonly Observer[]
  after(ms: number, run: () => void): void
  feed(node: SimNode, event: Event): void
}

export class DiskWrites {
  readonly #world: Surroundings

  constructor(world: Surroundings) {
    this.#world = world
  }

  /** Nothing waits for the commit: a harsh world puts it off. */
  commitLater(node: SimNode): void {
    const { harsh, prng } = this.#world
    // Memory has nothing to wait for.
    if (!harsh || node.memory) {
      this.commitSoon(node)
      return
    }
    if (node.commitTimer || node.lazyTimer || node.diskFull) return
    node.lazyTimer = true
    this.#afterAwake(node, nextBelow(prng, lateCommitMs + 1), () => {
      node.lazyTimer = false
      if (node.disk.pending.length > 0) this.commitSoon(node)
    })
  }

  flush(node: SimNode): void {
    node.flushN = node.disk.pending.at(-1)?.n ?? node.flushN
    this.commitSoon(node)
  }

  /** Group commit: what came while one commit ran goes with the next. */
  commitSoon(node: SimNode): void {
    if (node.commitTimer || node.diskFull) return
    node.commitTimer = true
    const upTo = node.disk.pending.at(-1)?.n ?? 0
    const { process } = node
    this.#afterAwake(node, node.memory ? 0 : node.fsyncMs, () => {
      node.commitTimer = false
      // The disk became full meanwhile: this is tried again when there is room.
      if (this.#world.harsh && node.diskFull) return
      node.disk.commit(upTo)
      for (const observer of this.#world.observers) observer.committed?.(node)
      this.#world.feed(node, { type: 'committed', upTo })
      if (node.process !== process || node.disk.pending.length === 0) return
      if (node.flushN > upTo) this.commitSoon(node)
      else this.commitLater(node)
    })
  }

  /** One write at a time, of the newest book: a file beside the old one, then put in its place. */
  writeBookSoon(node: SimNode): void {
    if (node.bookTimer || node.diskFull) return
    node.bookTimer = true
    const count = node.disk.books.length
    this.#afterAwake(node, 2 * node.fsyncMs, () => {
      node.bookTimer = false
      // Where there is no room it tries again with the next one.
      if (node.diskFull) return
      node.disk.writeBooks(count)
      if (node.disk.books.length > 0) this.writeBookSoon(node)
    })
  }

  /** The process died: any suffix of what was not acknowledged is lost, or nothing where all is kept. */
  die({ disk }: SimNode, keepsPending: boolean): void {
    const { prng } = this.#world
    const { pending, books } = disk
    disk.crash(keepsPending ? pending.length : nextBelow(prng, pending.length + 1))
    if (books.length > 0) disk.writeBooks(nextBelow(prng, books.length + 1))
    disk.books = []
  }

  /** The process stopped by itself: it has written all it had, or as much as fits. */
  settle({ disk, diskFull }: SimNode): void {
    const { harsh, prng } = this.#world
    const { length } = disk.pending
    disk.crash(harsh && diskFull ? nextBelow(prng, length + 1) : length)
    disk.writeBooks(disk.books.length)
  }

  /** A process that stands still when its time is over does it when it continues. */
  #afterAwake(node: SimNode, ms: number, run: () => void): void {
    const { process } = node
    const runAwake = (): void => {
      if (node.process !== process) return
      if (node.pausedUntil > this.#world.now) node.deferred.push({ source: 'others', run: runAwake })
      else run()
    }
    this.#world.after(ms, runAwake)
  }
}
