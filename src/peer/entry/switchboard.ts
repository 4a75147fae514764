/**
 * Hands what the transport tells to whoever it is for: a look before the core runs (discovery) owns the
 * links it dialled; all else is the core's and is kept, within limits, until the core is there.
 */

import type { LinkId } from '../../core/model/ids.ts'
import type { LinkEnd } from '../../core/model/events.ts'
import type { Frame } from '../../core/model/frames.ts'
import type { Transport, TransportSink } from '../ports.ts'

/** What the owner of a single link hears. */
export interface LinkOwner {
  opened(uid: string): void
  received(frame: Frame): void
  closed(why: LinkEnd): void
}

/** Calls kept for a core that does not run yet; whoever dials beyond that is turned away and tries again. */
const keptMax = 1024

/** The transport's one sink, for the life of the transport. */
export class Switchboard implements TransportSink {
  readonly #owners = new Map<LinkId, LinkOwner>()
  readonly #transport: () => Pick<Transport, 'close'>
  #kept: ((sink: TransportSink) => void)[] = []
  #core: TransportSink | undefined

  /** `transport` is asked for only when there are too many early callers. */
  constructor(transport: () => Pick<Transport, 'close'>) {
    this.#transport = transport
  }

  /** From now on `link` is `owner`'s, until it is closed. */
  claim(link: LinkId, owner: LinkOwner): void {
    this.#owners.set(link, owner)
  }

  /** What a link still says is nobody's any more. */
  disown(link: LinkId): void {
    if (this.#owners.has(link)) this.#owners.set(link, nobody)
  }

  /** The core runs: it hears what was kept, in order, and all that comes. */
  attach(core: TransportSink): void {
    this.#core = core
    const kept = this.#kept
    this.#kept = []
    for (const call of kept) call(core)
  }

  accepted(link: LinkId, uid: Parameters<TransportSink['accepted']>[1]): void {
    if (this.#core === undefined && this.#kept.length >= keptMax) {
      this.#owners.set(link, nobody)
      this.#transport().close(link)
      return
    }
    this.#pass((core) => core.accepted(link, uid))
  }

  opened(link: LinkId, uid: Parameters<TransportSink['opened']>[1]): void {
    const owner = this.#owners.get(link)
    if (owner) owner.opened(uid)
    else this.#pass((core) => core.opened(link, uid))
  }

  received(link: LinkId, lc: number, frame: Frame): void {
    const owner = this.#owners.get(link)
    if (owner) return owner.received(frame)
    // A caller that floods before we answer loses frames of a link that it will have to dial again.
    if (this.#core === undefined && this.#kept.length >= 2 * keptMax) return this.#transport().close(link)
    this.#pass((core) => core.received(link, lc, frame))
  }

  heard(link: LinkId): void {
    if (!this.#owners.has(link)) this.#core?.heard(link)
  }

  drained(link: LinkId): void {
    if (!this.#owners.has(link)) this.#pass((core) => core.drained(link))
  }

  closed(link: LinkId, why: LinkEnd): void {
    const owner = this.#owners.get(link)
    this.#owners.delete(link)
    if (owner) owner.closed(why)
    else this.#pass((core) => core.closed(link, why))
  }

  addressLost(): void {
    this.#core?.addressLost()
  }

  addressBack(): void {
    this.#core?.addressBack()
  }

  #pass(call: (core: TransportSink) => void): void {
    if (this.#core) call(this.#core)
    else this.#kept.push(call)
  }
}

const nobody: LinkOwner = {
  opened() {},
  received() {},
  closed() {},
}
