/**
 * The transport's sink until the core runs: gives a link's events to the discovery that dialled it, and
 * keeps all others, within limits, for the core.
 */

import type { LinkEnd } from '../../core/model/events.ts'
import type { Address, LinkId, RoomKey, Uid } from '../../core/model/ids.ts'
import type { Frame } from '../../core/model/frames.ts'
import { assert } from '../../lib/assert.ts'
import type { Knock, Refused, Transport, TransportSink } from '../ports.ts'

/** Receives the events of one link. */
export interface LinkOwner {
  opened(uid: Uid): void
  received(frame: Frame): void
  closed(why: LinkEnd): void
}

/** Calls kept for the core. A caller that comes later is turned away, and dials again. */
const keptMax = 1024

/** Stands between the transport and the core from `listen` to `attach`. */
export class Switchboard implements TransportSink {
  readonly #transport: Pick<Transport, 'attach' | 'close'>
  readonly #owners = new Map<LinkId, LinkOwner>()
  #kept: ((core: TransportSink) => void)[] = []
  #attached = false

  constructor(transport: Pick<Transport, 'attach' | 'close'>) {
    this.#transport = transport
  }

  /** From now on the events of `link` go to `owner`, until it is closed or disowned. */
  claim(link: LinkId, owner: LinkOwner): void {
    this.#owners.set(link, owner)
  }

  /** From now on the events of `link` go nowhere. */
  disown(link: LinkId): void {
    if (this.#owners.has(link)) this.#owners.set(link, nobody)
  }

  /**
   * Gives `core` the calls that were kept, in order. From now on the transport calls it directly. The end of a
   * disowned link may still come: the core ignores links that it does not know.
   */
  attach(core: TransportSink): void {
    this.#attached = true
    this.#transport.attach(core)
    for (const call of this.#kept) call(core)
    this.#kept = []
    this.#owners.clear()
  }

  accepted(link: LinkId, uid: Uid, key?: RoomKey): void {
    if (this.#kept.length < keptMax) return this.#keep((core) => core.accepted(link, uid, key))
    this.#owners.set(link, nobody)
    this.#transport.close(link)
  }

  knocked(link: LinkId, knock: Knock): void {
    this.#keep((core) => core.knocked(link, knock))
  }

  opened(link: LinkId, uid: Uid, tookMs?: number): void {
    const owner = this.#owners.get(link)
    if (owner) owner.opened(uid)
    else this.#keep((core) => core.opened(link, uid, tookMs))
  }

  received(link: LinkId, lc: number, frame: Frame): void {
    const owner = this.#owners.get(link)
    if (owner) return owner.received(frame)
    // A caller that floods before the core runs loses its link, and with it these frames. It dials again.
    if (this.#kept.length >= 2 * keptMax) return this.#transport.close(link)
    this.#keep((core) => core.received(link, lc, frame))
  }

  /** Not kept: the core counts the silence of a link from when it learns of the link. */
  heard(): void {}

  drained(link: LinkId): void {
    if (!this.#owners.has(link)) this.#keep((core) => core.drained(link))
  }

  closed(link: LinkId, why: LinkEnd): void {
    const owner = this.#owners.get(link)
    this.#owners.delete(link)
    if (owner) owner.closed(why)
    else this.#keep((core) => core.closed(link, why))
  }

  refused(refused: Refused): void {
    if (this.#kept.length < keptMax) this.#keep((core) => core.refused(refused))
  }

  addressLost(): void {
    this.#keep((core) => core.addressLost())
  }

  addressBack(): void {
    this.#keep((core) => core.addressBack())
  }

  addressMoved(address: Address): void {
    this.#keep((core) => core.addressMoved(address))
  }

  #keep(call: (core: TransportSink) => void): void {
    assert(!this.#attached, 'the transport calls the core directly once it is attached')
    this.#kept.push(call)
  }
}

const nobody: LinkOwner = {
  opened() {},
  received() {},
  closed() {},
}
