/**
 * Opens connections before they are needed: a dial of the same address takes one over, and saves the handshake. Nothing is
 * sent on a spare connection before that, and the other end tells its node of it with its first frame (`tls.ts`).
 */

import type { TLSSocket } from 'node:tls'
import type { Address, Uid } from '../core/model/ids.ts'
import { keepAliveMs, sparesMax } from '../wire/limits.ts'

/** What tells the other end that a connection is a spare. ALPN, RFC 7301. */
export const spareProtocol = 'ringleader-spare'

/** What is wanted is opened when it has not changed for so long. Unit: s. */
const settledAfterS = 2
/** How long one that failed is left alone. Unit: s. */
const againAfterS = 10
/**
 * A process that stood still for longer trusts none of those that it has: the machine may have slept, and the other end, or the
 * path, have forgotten them. Unit: ms.
 */
const stillMaxMs = 5000

/** ms: how long its handshake took. */
export type Spare = { readonly socket: TLSSocket; readonly uid: Uid; readonly ms: number }

export type SparesOptions = {
  /** Opens a connection; `cancel` gives it up. Exactly one of the two functions is called, later. */
  open: (
    addr: Address,
    opened: (socket: TLSSocket, uid: Uid) => void,
    failed: () => void,
  ) => { cancel: () => void }
  /** Ms that never go back. */
  now: () => number
  /** Ms of the wall clock: it goes on while the machine sleeps. */
  wall: () => number
}

export class Spares {
  readonly #options: SparesOptions
  #wanted: readonly Address[] = []
  #settledS = 0
  /** By the wall clock. */
  #tickedAt: number
  #ready: readonly { readonly addr: Address; readonly spare: Spare }[] = []
  #opening: { readonly addr: Address; readonly dial: { cancel: () => void } } | undefined
  /** Seconds until one that failed is tried again. */
  readonly #failed = new Map<Address, number>()

  constructor(options: SparesOptions) {
    this.#options = options
    this.#tickedAt = options.wall()
  }

  /** One for each of these, and no others; of more than `sparesMax` the first. An address that is there twice gets two. */
  want(addrs: readonly Address[]): void {
    const wanted = addrs.slice(0, sparesMax)
    if (wanted.join() === this.#wanted.join()) return
    this.#wanted = wanted
    this.#settledS = 0
    const left = [...wanted]
    const isLeft = (addr: Address): boolean => {
      const at = left.indexOf(addr)
      if (at >= 0) left.splice(at, 1)
      return at >= 0
    }
    this.#ready = this.#ready.filter(({ addr, spare }) => isLeft(addr) || void spare.socket.destroy())
    const opening = this.#opening
    if (!opening || isLeft(opening.addr)) return
    this.#opening = undefined
    opening.dial.cancel()
  }

  /** Once a second. Opens one at most, so that it disturbs nobody. */
  tick(mayOpen: boolean): void {
    this.#noteStill()
    for (const [addr, s] of this.#failed) {
      if (s > 1) this.#failed.set(addr, s - 1)
      else this.#failed.delete(addr)
    }
    if (++this.#settledS < settledAfterS || this.#opening || !mayOpen) return
    const left = this.#ready.map(({ addr }) => addr)
    const addr = this.#wanted.find((one) => {
      const at = left.indexOf(one)
      if (at >= 0) left.splice(at, 1)
      return at < 0 && !this.#failed.has(one)
    })
    if (addr !== undefined) this.#open(addr)
  }

  /** Gives one away; undefined: there is none. */
  take(addr: Address): Spare | undefined {
    this.#noteStill()
    for (const { spare } of this.#ready.filter((one) => one.addr === addr)) {
      this.#drop(spare)
      spare.socket.removeAllListeners('data')
      if (!spare.socket.destroyed && !spare.socket.readableEnded) return spare
    }
    return undefined
  }

  /** Our own address is another one: all are opened anew. */
  renew(): void {
    const wanted = this.#wanted
    this.want([])
    this.want(wanted)
  }

  end(): void {
    this.want([])
  }

  #noteStill(): void {
    const before = this.#tickedAt
    this.#tickedAt = this.#options.wall()
    if (Math.abs(this.#tickedAt - before) > stillMaxMs) this.renew()
  }

  #open(addr: Address): void {
    const startedAt = this.#options.now()
    // Not wanted any more where it is not the one that is being opened.
    const isWanted = (): boolean => this.#opening === opening
    const dial = this.#options.open(
      addr,
      (socket, uid) => {
        if (!isWanted()) return void socket.destroy()
        this.#opening = undefined
        this.#keep(addr, { socket, uid, ms: this.#options.now() - startedAt })
      },
      () => {
        if (!isWanted()) return
        this.#opening = undefined
        this.#failed.set(addr, againAfterS)
      },
    )
    const opening = { addr, dial }
    this.#opening = opening
  }

  #keep(addr: Address, spare: Spare): void {
    const { socket } = spare
    socket.on('error', () => undefined)
    socket.setKeepAlive(true, keepAliveMs)
    socket.once('close', () => this.#drop(spare))
    if (socket.destroyed) return
    this.#ready = [...this.#ready, { addr, spare }]
    // Its end is noticed only while it is read; nobody has a reason to say anything on it.
    socket.on('data', () => socket.destroy())
  }

  #drop(spare: Spare): void {
    this.#ready = this.#ready.filter((one) => one.spare !== spare)
  }
}
