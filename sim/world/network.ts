/**
 * The parts of the simulated network, which behaves as TLS over TCP does: in order per connection; refused
 * where nobody listens; held, not lost, where it is cut; and a reset, or the death of a process, loses an
 * unknown suffix.
 */

import { partBytes } from '../../src/core/model/records.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { LinkId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import { nextBelow } from '../../src/lib/prng.ts'
import type { Prng } from '../../src/lib/prng.ts'

/** One end of a connection. */
export type End = { readonly node: number; readonly link: LinkId; readonly uid: Uid }

/** What travels: the news that the connection is up, frames, and its end behind them all. */
export type Packet = {
  readonly frame: Frame | 'up' | 'end'
  readonly lc: number
  readonly paced: boolean
  readonly bytes: number
  /** It will not arrive: a reset overtook it. */
  lost: boolean
}

/** One direction of a connection: what was sent and has not arrived. */
export type Pipe = {
  readonly from: End
  readonly to: End
  /** Oldest first: what the receiver's kernel has, what is on its way, what the sender still holds. */
  queue: Packet[]
  /** Packets in the receiver's kernel that its program has not read, and their bytes. */
  taken: number
  takenBytes: number
  /** So much is taken for a program that does not read. Unit: bytes. */
  readonly takenMax: number
  /** No more is taken: the receiver has to read first. */
  full: boolean
  /** When the last packet scheduled arrives: later ones come after it. Unit: ms. */
  lastArrival: number
  /** The end is in the queue: nothing more can be sent. */
  closing: boolean
  /** The end was delivered, or will never matter again. */
  ended: boolean
  /** Packets that are scheduled to arrive. */
  flying: number
  /** Bytes of all packets that the receiver's kernel has not taken. */
  queuedBytes: number
  /** The machine at its end has no power: nothing is taken out any more. */
  stalled: boolean
  /** The receiver's program has learnt of the connection. */
  isUp: boolean
  /** What the receiver's program has read and waits for signatures to be verified, and what came behind it. */
  line: Packet[] | undefined
}

export function makePipe(from: End, to: End, takenMax: number): Pipe {
  return {
    from,
    to,
    queue: [],
    taken: 0,
    takenBytes: 0,
    takenMax,
    full: false,
    lastArrival: 0,
    closing: false,
    ended: false,
    flying: 0,
    queuedBytes: 0,
    stalled: false,
    isUp: false,
    line: undefined,
  }
}

export type Connection = {
  readonly id: number
  readonly dialler: Pipe
  readonly acceptor: Pipe
  /** The room key that both ends know, in a locked room. */
  readonly key: RoomKey | undefined
}

/** A packet that carries no frame. */
export function bare(frame: 'up' | 'end'): Packet {
  return { frame, lc: 0, paced: false, bytes: 0, lost: false }
}

/** What the two kernels of a connection hold for a program that does not read, in scripts. Unit: bytes. */
const socketBytes = 1024 * 1024

/** 4 KiB to 4 MiB: kernels differ, and begin with little. */
export function drawSocketBytes(prng: Prng, harsh: boolean): number {
  return harsh ? 4096 << nextBelow(prng, 11) : socketBytes
}

/** Of what has not been read, an unknown suffix never will be; that is often all of it, or nothing. */
export function loseSuffix(prng: Prng, { queue }: Pipe): void {
  const share = nextBelow(prng, 10)
  const kept = share < 4 ? queue.length : share < 6 ? 0 : nextBelow(prng, queue.length + 1)
  for (const packet of queue.slice(kept)) packet.lost = packet.frame !== 'end'
}

/** What the network may do to packets between two nodes. Unit: ms. */
export type LinkQuality = { delayMin: number; delaySpread: number }

/** Which pairs cannot talk; a pair of node numbers is one-way: from a to b. */
export class Cuts {
  readonly #cut = new Set<number>()

  set(from: number, to: number, cut: boolean): void {
    const key = from * 65536 + to
    if (cut) this.#cut.add(key)
    else this.#cut.delete(key)
  }

  isCut(from: number, to: number): boolean {
    return this.#cut.size > 0 && this.#cut.has(from * 65536 + to)
  }

  clear(): void {
    this.#cut.clear()
  }

  get size(): number {
    return this.#cut.size
  }
}

export function drawDelay(prng: Prng, quality: LinkQuality): number {
  return quality.delayMin + (quality.delaySpread > 0 ? nextBelow(prng, quality.delaySpread + 1) : 0)
}

/** Bytes of a frame, near enough for back-pressure. */
export function frameBytes(frame: Frame): number {
  switch (frame.type) {
    case 'rec':
    case 'up':
      return 32 + frame.records.reduce((sum, record) => sum + 20 + partBytes(record.part), 0)
    case 'submit':
      return 32 + frame.parts.reduce((sum, part) => sum + partBytes(part), 0)
    case 'view':
      return 64 + frame.view.members.length * 60
    default:
      return 64
  }
}
