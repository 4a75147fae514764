/**
 * Stands between the transport and the core. Where a frame has more than a few signatures, they are verified before the core takes
 * it: beside the event loop, or in small pieces on it. What comes behind it on its link waits, so each link keeps its order, its end
 * included.
 *
 * Bounded: a link that has much waiting is read no more until the core has taken most of it, and where much waits in all, further
 * frames go to the core at once, which then verifies what they claim itself.
 */

import type { LinkEnd } from '../core/model/events.ts'
import type { Frame, FrameType } from '../core/model/frames.ts'
import type { Address, LinkId, RoomKey, Uid } from '../core/model/ids.ts'
import { newAhead, type Ahead } from '../core/log/claims.ts'
import type { Claim } from '../core/model/notary.ts'
import { partBytes } from '../core/model/records.ts'
import {
  atOnceMax,
  batchClaimsMax,
  waitingBytesMax,
  waitingFrameBytes,
  waitingLinkBytesMax,
} from '../wire/limits.ts'
import type { Knock, Clock, Refused, SideVerifier, Transport, TransportSink } from './ports.ts'

/** How often a link that waits for us counts as heard: it cannot be read. Unit: ms. */
const vouchEveryMs = 100

export type IntakeParts = {
  /** See claimsOf in core/log/claims.ts. */
  claims: (link: LinkId, frame: Frame, ahead: Ahead) => readonly Claim[]
  verifier: SideVerifier
  transport: Pick<Transport, 'hold'>
  clock: Pick<Clock, 'after'>
  /** Of the core. */
  sink: TransportSink
}

/** `given`: claims that are with the verifier, or were. `open`: claims that it has not reported. */
type Waiting = {
  lc: number
  frame: Frame
  bytes: number
  claims: readonly Claim[]
  given: number
  open: number
}

/** What waits of one link. */
type Line = {
  readonly link: LinkId
  readonly frames: Waiting[]
  readonly ahead: Ahead
  bytes: number
  isHeld: boolean
  end: LinkEnd | undefined
}

export class Intake implements TransportSink {
  readonly #parts: IntakeParts
  readonly #lines = new Map<LinkId, Line>()
  /** Lines with claims to give, each to have its turn. */
  #turns: Line[] = []
  #inFlight = 0
  #bytes = 0
  /** Claims that the core has verified itself since the last turn of the event loop. */
  #atOnce = 0
  #isOver = false
  #isVouching = false

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  received(link: LinkId, lc: number, frame: Frame): void {
    if (this.#isOver) return
    const { claims: claimsOf, sink } = this.#parts
    const line = this.#lines.get(link)
    // Claims take a hash for each record: a frame with few signatures is not asked for them.
    if (!line && this.#mayPass(signaturesIn(frame))) {
      sink.received(link, lc, frame)
      return
    }
    const ahead = line?.ahead ?? newAhead()
    const claims = claimsOf(link, frame, ahead)
    if (!line && this.#mayPass(claims.length)) sink.received(link, lc, frame)
    else this.#wait(line ?? this.#newLine(link, ahead), { lc, frame, claims })
  }

  closed(link: LinkId, why: LinkEnd): void {
    const line = this.#lines.get(link)
    if (line) line.end = why
    else this.#parts.sink.closed(link, why)
  }

  /** The core has closed this link: what waits of it goes nowhere. */
  drop(link: LinkId): void {
    const line = this.#lines.get(link)
    if (!line) return
    this.#forget(line)
    line.frames.length = 0
    if (line.end !== undefined) this.#parts.sink.closed(link, line.end)
  }

  stop(): void {
    this.#isOver = true
    this.#lines.clear()
    this.#turns = []
  }

  accepted(link: LinkId, uid: Uid, key?: RoomKey): void {
    this.#parts.sink.accepted(link, uid, key)
  }

  knocked(link: LinkId, knock: Knock): void {
    this.#parts.sink.knocked(link, knock)
  }

  opened(link: LinkId, uid: Uid, tookMs?: number): void {
    this.#parts.sink.opened(link, uid, tookMs)
  }

  heard(link: LinkId): void {
    this.#parts.sink.heard(link)
  }

  drained(link: LinkId): void {
    this.#parts.sink.drained(link)
  }

  refused(refused: Refused): void {
    this.#parts.sink.refused(refused)
  }

  addressLost(): void {
    this.#parts.sink.addressLost()
  }

  addressBack(): void {
    this.#parts.sink.addressBack()
  }

  addressMoved(address: Address): void {
    this.#parts.sink.addressMoved(address)
  }

  /** A few signatures take less time than to have them verified elsewhere; many links together must not bring many. */
  #mayPass(count: number): boolean {
    if (count === 0 || this.#bytes >= waitingBytesMax) return true
    if (this.#atOnce + count > atOnceMax) return false
    if (this.#atOnce === 0) this.#parts.clock.after(0, () => (this.#atOnce = 0))
    this.#atOnce += count
    return true
  }

  #newLine(link: LinkId, ahead: Ahead): Line {
    const line: Line = { link, frames: [], ahead, bytes: 0, isHeld: false, end: undefined }
    this.#lines.set(link, line)
    if (!this.#isVouching) this.#vouch()
    return line
  }

  #wait(line: Line, came: Pick<Waiting, 'lc' | 'frame' | 'claims'>): void {
    const bytes = bytesOf(came.frame)
    line.frames.push({ ...came, bytes, given: 0, open: came.claims.length })
    line.bytes += bytes
    this.#bytes += bytes
    if (!line.isHeld && (line.bytes >= waitingLinkBytesMax || this.#bytes >= waitingBytesMax))
      this.#hold(line, true)
    if (came.claims.length > 0 && !this.#turns.includes(line)) this.#turns.push(line)
    // 2.6: any byte is a sign of life.
    this.#parts.sink.heard(line.link)
    this.#give()
  }

  #hold(line: Line, isHeld: boolean): void {
    line.isHeld = isHeld
    if (line.end === undefined) this.#parts.transport.hold(line.link, isHeld)
  }

  /** Keeps the verifier busy: one batch of each line in turn, so that no link waits for all that another has brought. */
  #give(): void {
    while (this.#inFlight < this.#parts.verifier.lanes) {
      const line = this.#turns.shift()
      if (!line) return
      const batch: Claim[] = []
      const shares: { of: Waiting; count: number }[] = []
      for (const of of line.frames) {
        if (batch.length >= batchClaimsMax) break
        const some = of.claims.slice(of.given, of.given + batchClaimsMax - batch.length)
        if (some.length === 0) continue
        of.given += some.length
        batch.push(...some)
        shares.push({ of, count: some.length })
      }
      if (batch.length === 0) continue
      if (line.frames.some(({ claims, given }) => given < claims.length)) this.#turns.push(line)
      this.#inFlight++
      this.#parts.verifier.verify(batch, () => {
        this.#inFlight--
        for (const { of, count } of shares) of.open -= count
        if (this.#isOver) return
        this.#give()
        this.#release(line)
      })
    }
  }

  /** Hands over what is at the head of a line and verified. The core may drop the line meanwhile. */
  #release(line: Line): void {
    const { link, frames } = line
    for (let first = frames[0]; first?.open === 0 && !this.#isOver; first = frames[0]) {
      frames.shift()
      line.bytes -= first.bytes
      this.#bytes -= first.bytes
      this.#parts.sink.received(link, first.lc, first.frame)
    }
    if (this.#isOver || this.#lines.get(link) !== line) return
    if (frames.length === 0) this.#forget(line)
    else if (line.isHeld && line.bytes <= waitingLinkBytesMax / 2) this.#hold(line, false)
    if (frames.length === 0 && line.end !== undefined) this.#parts.sink.closed(link, line.end)
  }

  #forget(line: Line): void {
    this.#lines.delete(line.link)
    this.#turns = this.#turns.filter((other) => other !== line)
    this.#bytes -= line.bytes
    line.bytes = 0
    if (line.isHeld) this.#hold(line, false)
  }

  /** 2.6: a link that is not read because it waits for this node is not silent. */
  #vouch(): void {
    this.#isVouching = this.#lines.size > 0 && !this.#isOver
    if (!this.#isVouching) return
    this.#parts.clock.after(vouchEveryMs, () => {
      for (const link of [...this.#lines.keys()]) if (!this.#isOver) this.#parts.sink.heard(link)
      this.#vouch()
    })
  }
}

/** Signatures in a frame: as many as it claims, or more, where it brings what is held already. */
function signaturesIn(frame: Frame): number {
  if (frame.type === 'submit') return frame.parts.length
  if (frame.type !== 'rec' && frame.type !== 'up') return 0
  let count = frame.records.length
  for (const { seal } of frame.records) if (seal) count++
  return count
}

/** Frames without any list. */
const small: ReadonlySet<FrameType> = new Set<FrameType>([
  ...(['hello', 'info', 'wait', 'upDone', 'synced', 'stored', 'safe', 'nack', 'bye', 'leave'] as const),
  ...(['resign', 'link', 'linkOk', 'refer', 'ping', 'pong', 'suspect', 'elect', 'stale', 'alive'] as const),
  ...(['probe', 'moveOk', 'busy', 'moved', 'check', 'checkPoint', 'checked'] as const),
  ...(['key', 'knocking', 'answer'] as const),
])

/** Memory that a frame takes, near enough for limits. Unit: bytes. */
function bytesOf(frame: Frame): number {
  let bytes = waitingFrameBytes
  if (frame.type === 'rec' || frame.type === 'up')
    for (const { part } of frame.records) bytes += waitingFrameBytes + partBytes(part)
  else if (frame.type === 'submit')
    for (const part of frame.parts) bytes += waitingFrameBytes + partBytes(part)
  // Lists of members and namespaces take some five times their bytes on the wire; one frame of them is enough to wait for.
  else if (!small.has(frame.type)) bytes += waitingLinkBytesMax
  return bytes
}
