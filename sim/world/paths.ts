/**
 * The paths between simulated machines: how long each takes, and which are cut.
 */

import type { Event } from '../../src/core/model/events.ts'
import { nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { LinkQuality } from './network.ts'
import { Cuts, drawDelay } from './network.ts'
import type { Observer, SimNode } from './machine.ts'

/** What connections need of the world around them. */
export interface Surroundings {
  readonly now: number
  readonly prng: Prng
  readonly harsh: boolean
  readonly nodes: readonly SimNode[]
  readonly observers: readonly Observer[]
  after(ms: number, run: () => void): void
  feed(node: SimNode, event: Event): void
  node(index: number): SimNode
  tell(command: string): void
}

export class Paths {
  readonly cuts = new Cuts()
  /** Pairs where only the dial fails: a firewall on one side. */
  readonly noDial = new Cuts()
  quality: LinkQuality = { delayMin: 1, delaySpread: 0 }
  protected readonly world: Surroundings
  readonly #clogs = new Map<number, number>()
  /** The largest frame that passes, by the two ends. Unit: bytes. */
  readonly #narrow = new Map<number, number>()

  constructor(world: Surroundings) {
    this.world = world
  }

  /** Larger frames are lost from a to b, and what follows them on their connection waits for ever. Unit: bytes. */
  setNarrow(from: number, to: number, bytesMax: number): void {
    this.#narrow.set(from * 65536 + to, bytesMax)
  }

  protected passes(from: SimNode, to: SimNode, bytes: number): boolean {
    return bytes <= (this.#narrow.get(from.index * 65536 + to.index) ?? Infinity)
  }

  /** One way, over a path that is not clogged. Unit: ms. */
  delay(): number {
    return drawDelay(this.world.prng, this.quality)
  }

  /** What distance and a clogged path add. Unit: ms. */
  extraDelay(from: SimNode, to: SimNode): number {
    return this.distance(from, to) + this.#clogDelay(from, to)
  }

  /** One way, between machines at different places. Unit: ms. */
  protected distance(from: SimNode, to: SimNode): number {
    return Math.abs(from.farMs - to.farMs)
  }

  #clogDelay(from: SimNode, to: SimNode): number {
    if (this.#clogs.size === 0) return 0
    const clog = this.#clogs.get(from.index * 65536 + to.index)
    return clog ? nextBelow(this.world.prng, clog + 1) : 0
  }

  /** The most that each frame from a to b is delayed; 0 ends it. Unit: ms. */
  setClog(from: number, to: number, ms: number): void {
    if (ms > 0) this.#clogs.set(from * 65536 + to, ms)
    else this.#clogs.delete(from * 65536 + to)
  }

  /** Nothing comes back for a dial. */
  isUnreachable(from: SimNode, to: SimNode): boolean {
    return (
      !to.powered ||
      this.cuts.isCut(from.index, to.index) ||
      this.cuts.isCut(to.index, from.index) ||
      this.noDial.isCut(from.index, to.index)
    )
  }

  protected clearAll(): void {
    this.#narrow.clear()
    this.cuts.clear()
    this.noDial.clear()
    this.#clogs.clear()
  }
}
