/**
 * Writes one stream of events (Server-Sent Events) to one reader: what is pushed in one turn goes out in one write, and a
 * reader that does not read is ended. It comes back by itself.
 */

import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { EventSink } from './room-stream.ts'

/** What waits for a reader before its stream ends. Unit: bytes. */
const waitingMax = 4 * 1024 * 1024
/** Pulled events wait in the store while so much waits here. Unit: bytes. */
const enoughWaiting = 256 * 1024
/** A line that says nothing keeps the connection open. Unit: ms. */
const heartbeatMs = 15_000
/** A reader that takes nothing for so long is gone. Unit: ms. */
const stalledMs = 60_000

/** One that gives way rests behind so many messages, where they came in less than `quickMs`. */
const pieceLength = 500
/** Pieces that are told without a rest: what a page opens with. */
const freePieces = 2
/** Unit: ms. */
const quickMs = 500
/** A rest is so many times as long as the piece took. */
const restFactor = 8
/** And no longer than this. Unit: ms. */
const restMaxMs = 500

export class EventStream implements EventSink {
  readonly #response: ServerResponse
  #givesWay = false
  /** Messages in this piece, when it began, and pieces so far. */
  #piece = 0
  #pieceAtMs = performance.now()
  #pieces = 0
  readonly #beat: NodeJS.Timeout
  #lines: string[] = []
  #waiting = 0
  #stalled: NodeJS.Timeout | undefined
  #wake: () => void = () => {}
  #isOver = false
  readonly closed: Promise<void>

  constructor(response: ServerResponse) {
    this.#response = response
    this.closed = new Promise((resolve) => response.once('close', resolve))
    void this.closed.then(() => this.#end())
    response.on('error', () => this.#end())
    response.on('drain', () => {
      clearTimeout(this.#stalled)
      this.#stalled = undefined
      this.#wake()
    })
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.write('retry: 1000\n\n')
    this.#beat = setInterval(() => this.#push(': \n\n'), heartbeatMs)
    this.#beat.unref()
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** `line`: one event as JSON. `id`: where to go on after it. */
  send(line: string, id?: string): void {
    if (id !== undefined) this.#piece++
    this.#push(id === undefined ? `data: ${line}\n\n` : `id: ${id}\ndata: ${line}\n\n`)
  }

  /** Whether enough waits for the reader: then `taken` is to be awaited before more is pulled. */
  get isFull(): boolean {
    return (this.#givesWay && this.#piece >= pieceLength) || this.#isWaiting
  }

  get #isWaiting(): boolean {
    return this.#waiting + this.#response.writableLength > enoughWaiting
  }

  /** Resolves when the reader has taken most of what was sent, or is gone. */
  async taken(): Promise<void> {
    this.#flush()
    if (this.#piece >= pieceLength) await this.#rest()
    while (!this.#isOver && this.#isWaiting) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  /** From here on many messages at once are told in pieces, with a rest behind each. */
  giveWay(): void {
    this.#givesWay = true
    this.#piece = this.#pieces = 0
    this.#pieceAtMs = performance.now()
  }

  async #rest(): Promise<void> {
    const tookMs = performance.now() - this.#pieceAtMs
    if (this.#givesWay && tookMs < quickMs && ++this.#pieces > freePieces)
      await Promise.race([
        this.closed,
        wait(Math.min(restFactor * tookMs, restMaxMs), undefined, { ref: false }),
      ])
    this.#piece = 0
    this.#pieceAtMs = performance.now()
  }

  end(): void {
    this.#end()
  }

  #push(text: string): void {
    if (this.#isOver) return
    this.#lines.push(text)
    this.#waiting += text.length
    if (this.#lines.length === 1) setImmediate(() => this.#flush())
    if (this.#waiting + this.#response.writableLength > waitingMax) this.#end()
  }

  #flush(): void {
    if (this.#isOver || this.#lines.length === 0) return
    const text = this.#lines.join('')
    this.#lines = []
    this.#waiting = 0
    if (this.#response.write(text)) return
    this.#stalled ??= setTimeout(() => this.#end(), stalledMs).unref()
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearInterval(this.#beat)
    clearTimeout(this.#stalled)
    this.#lines = []
    this.#response.destroy()
    this.#wake()
  }
}
