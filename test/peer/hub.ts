// A network within one process, in real time: ordered links between nodes by address, each frame in a turn
// of its own. Room keys are compared, not proved.
import type { Address, LinkId, RoomId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Clock, Showing, Transport, TransportSink } from '../../src/peer/ports.ts'

type End = { node: HubTransport; link: LinkId }

export class Hub {
  readonly nodes = new Map<Address, HubTransport>()
}

export const realClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fire) {
    const timer = setTimeout(fire, ms)
    return () => clearTimeout(timer)
  },
  afterTurn: (run) => queueMicrotask(() => process.nextTick(run)),
}

export class HubTransport implements Transport {
  readonly #hub: Hub
  readonly #addr: Address
  readonly #uid: Uid
  readonly #peers = new Map<LinkId, End>()
  #links = -1
  #guard: { keys: readonly RoomKey[] | undefined; knocks: boolean } = { keys: undefined, knocks: false }
  #sink: TransportSink | undefined

  constructor(hub: Hub, addr: Address, uid: Uid) {
    this.#hub = hub
    this.#addr = addr
    this.#uid = uid
  }

  listen(sink: TransportSink): Promise<Address> {
    this.#sink = sink
    this.#hub.nodes.set(this.#addr, this)
    return Promise.resolve(this.#addr)
  }

  favour(): void {}

  prepare(): void {}

  seenAt(): undefined {}

  attach(sink: TransportSink): void {
    this.#sink = sink
  }

  mintLink(): LinkId {
    return (this.#links += 2) as LinkId
  }

  dial(link: LinkId, addr: Address, showing?: Showing): void {
    setImmediate(() => {
      const node = this.#hub.nodes.get(addr)
      if (!node) return this.#sink?.closed(link, 'refused')
      const isLetIn = node.#lets(showing)
      if (isLetIn) {
        const other = node.mintLink()
        this.#peers.set(link, { node, link: other })
        node.#peers.set(other, { node: this, link })
        if (showing && 'knock' in showing)
          node.#sink?.knocked(other, { uid: this.#uid, name: showing.knock, addr: this.#addr })
        else node.#sink?.accepted(other, this.#uid, showing?.key)
      }
      this.#sink?.opened(link, node.#uid)
      if (!isLetIn) this.#sink?.closed(link, 'locked')
    })
  }

  #lets(showing: Showing | undefined): boolean {
    const { keys, knocks } = this.#guard
    if (!keys) return showing === undefined
    return showing !== undefined && ('knock' in showing ? knocks : keys.includes(showing.key))
  }

  send(link: LinkId, lc: number, frame: Frame, paced: boolean): void {
    const peer = this.#peers.get(link)
    setImmediate(() => {
      if (peer && peer.node.#peers.has(peer.link)) peer.node.#sink?.received(peer.link, lc, frame)
      if (paced && this.#peers.has(link)) this.#sink?.drained(link)
    })
  }

  hold(): void {}

  guard(keys: readonly RoomKey[] | undefined, knocks: boolean): void {
    this.#guard = { keys, knocks }
  }

  admit(link: LinkId, room: RoomId, key: RoomKey): void {
    this.send(link, 0, { type: 'admitted', room, key }, false)
    this.close(link)
  }

  deny(link: LinkId, reason: 'denied' | 'locked'): void {
    this.send(link, 0, { type: 'bye', reason }, false)
    this.close(link)
  }

  close(link: LinkId): void {
    const peer = this.#peers.get(link)
    setImmediate(() => {
      if (this.#peers.delete(link)) this.#sink?.closed(link, 'closed')
      if (peer && peer.node.#peers.delete(peer.link)) peer.node.#sink?.closed(peer.link, 'closed')
    })
  }

  /** As a killed process: the others' links end, it says nothing more. */
  kill(): void {
    this.#sink = undefined
    this.#hub.nodes.delete(this.#addr)
    for (const link of [...this.#peers.keys()]) this.close(link)
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))
    this.kill()
  }
}
