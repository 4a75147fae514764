/** The events of the ring as lines of text, bounded; the same frame to many nodes is one line. */

import type { FrameEvent } from '../../src/chat/room-event.ts'

export type RingLine = {
  readonly key: number
  /** Unit: ms since 1970, by the clock of the node. */
  readonly at: number
  readonly lamport: number | undefined
  readonly kind: 'frame' | 'election' | 'ring' | 'log' | 'missed'
  readonly text: string
}

/** Lines held. */
const linesMax = 400
/** The same frame to others within so many ms joins the line of the first. */
const joinMs = 250

export class RingLog {
  #lines: RingLine[] = []
  #count = 0
  #open: { from: string; frame: string; at: number; to: Set<string> } | undefined

  get lines(): readonly RingLine[] {
    return this.#lines
  }

  add(line: Omit<RingLine, 'key'>): void {
    this.#open = undefined
    this.#push(line)
  }

  /** A frame on a link, `from` and `to` as they are shown. */
  addFrame(event: FrameEvent, from: string, to: string): void {
    const { frame, at, lamport, count } = event
    const what = `${frame}${count === undefined ? '' : ` (${count} ${count === 1 ? 'message' : 'messages'})`}`
    const open = this.#open
    const isSame = open?.from === from && open.frame === what && Math.abs(at - open.at) < joinMs
    // To one that has it, it is another of its kind.
    if (open && isSame && !open.to.has(to)) {
      open.to.add(to)
      const last = this.#lines.at(-1)
      if (last)
        this.#lines[this.#lines.length - 1] = { ...last, text: `${what}: ${from} → ${open.to.size} members` }
      return
    }
    this.#push({ at, lamport, kind: 'frame', text: `${what}: ${from} → ${to}` })
    this.#open = { from, frame: what, at, to: new Set([to]) }
  }

  #push(line: Omit<RingLine, 'key'>): void {
    this.#lines.push({ ...line, key: this.#count++ })
    if (this.#lines.length > linesMax * 1.25) this.#lines = this.#lines.slice(-linesMax)
  }
}
