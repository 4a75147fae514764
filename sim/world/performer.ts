/**
 * Performs the effects of a core on its simulated machine: network, disk and timers, as peer/ does for a real
 * one.
 */

import { unreachable } from '../../src/lib/assert.ts'
import { nextBelow, nextUint32 } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { RoomKey } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import type { Connections } from './connections.ts'
import type { DiskWrites } from './disk-writes.ts'
import type { SimNode } from './machine.ts'
import type { Timers } from './timers.ts'

interface Surroundings {
  readonly now: number
  readonly prng: Prng
  readonly harsh: boolean
  readonly network: Connections
  after(ms: number, run: () => void): void
  feed(node: SimNode, event: Event): void
  freshKey(): RoomKey
  wallOf(node: SimNode): number
  /** The process ends by itself. */
  end(node: SimNode): void
}

export class Performer {
  readonly #world: Surroundings
  readonly #timers: Timers
  readonly #writes: DiskWrites

  constructor(world: Surroundings, timers: Timers, writes: DiskWrites) {
    this.#world = world
    this.#timers = timers
    this.#writes = writes
  }

  /** How long a disk takes to answer: some ms, and in a harsh world now and then seconds, out of order. Memory takes no time. */
  #answerMs({ memory }: SimNode): number {
    const { harsh, prng } = this.#world
    if (memory) return 0
    return harsh ? nextBelow(prng, nextBelow(prng, 8) === 0 ? 3000 : 20) : 1
  }

  perform(node: SimNode, effect: Effect): void {
    const { process } = node
    node.roundTrips.performing(effect, () => this.#world.now)
    const later = (ms: number, event: Event): void =>
      this.#world.after(ms, () => {
        if (node.process === process) this.#world.feed(node, event)
      })
    switch (effect.type) {
      case 'dial':
        this.#world.network.dial(node, effect.link, effect.addr, effect.key)
        return
      case 'guard':
        node.guard = effect.keys
        return
      case 'keepLock':
        node.disk.lock = effect.lock
        return
      case 'mintKey':
        later(1, {
          type: 'rekeyRequested',
          key: this.#world.freshKey(),
          remove: [],
          wall: this.#world.wallOf(node),
        })
        return
      case 'send':
        this.#world.network.send(node, effect.link, effect.lc, effect.frame, effect.paced)
        return
      case 'close':
        this.#world.network.close(node, effect.link)
        return
      case 'persist':
        node.disk.pending.push({ n: effect.n, write: effect.write })
        this.#writes.commitLater(node)
        return
      case 'flush':
        this.#writes.flush(node)
        return
      case 'readLog': {
        const { request, from, bytesMax } = effect
        this.#world.after(this.#answerMs(node), () => {
          if (node.process === process) {
            this.#world.feed(node, {
              type: 'logRead',
              request,
              from,
              records: node.disk.read(from, bytesMax),
            })
          }
        })
        return
      }
      case 'seek': {
        // What is committed meanwhile is not looked for, and moves the end: the most that a store may get wrong (ports.ts).
        const found = node.disk.seek(effect.lacking)
        this.#world.after(this.#answerMs(node), () => {
          if (node.process === process) {
            const pos = found ?? node.disk.log.length + 1
            this.#world.feed(node, { type: 'sought', request: effect.request, pos })
          }
        })
        return
      }
      case 'readChains': {
        const { request, namespace, points } = effect
        later(this.#answerMs(node), {
          type: 'chainsRead',
          request,
          chains: node.disk.chainsAt(namespace, points),
        })
        return
      }
      case 'keepBook':
        node.disk.books.push(effect.book)
        if (this.#world.harsh) this.#writes.writeBookSoon(node)
        else node.disk.writeBooks(1)
        return
      case 'mintInc':
        node.disk.boots = Math.max(node.disk.boots, effect.above) + 1
        later(this.#answerMs(node), {
          type: 'incMinted',
          use: effect.use,
          inc: makeInc(node.disk.boots, nextUint32(this.#world.prng).toString(16).padStart(16, '0')),
        })
        return
      case 'startTimer':
        this.#timers.start(node, effect.name, effect.ms)
        return
      case 'stopTimer':
        node.timers.delete(effect.name)
        return
      case 'entered':
        node.entered = true
        return
      case 'stop':
        node.stopped = effect.why
        this.#world.end(node)
        return
      case 'rekeyed':
      case 'knockHeard':
      case 'knockAnswered':
      case 'deliver':
      case 'deliverRange':
      case 'pending':
      case 'reissued':
      case 'sent':
      case 'refuse':
      case 'membersChanged':
      case 'leaderChanged':
      case 'checked':
      case 'log':
        return
      default:
        unreachable(effect)
    }
  }
}
