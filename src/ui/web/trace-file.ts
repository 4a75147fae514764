/**
 * Writes what a page shows into a file, one event a line. A disk that does not take it costs the room nothing.
 */

import { createWriteStream, type WriteStream } from 'node:fs'
import { toLine } from '../../chat/json-objects.ts'
import { traceHead, traceLine } from '../../chat/trace-format.ts'
import type { Room } from '../../peer/room.ts'
import { LateOnes, streamRoom, type EventSink } from './room-stream.ts'

/** What waits for the disk before events are left out. Unit: bytes. */
const waitingMax = 8 * 1024 * 1024
const enoughWaiting = 1024 * 1024
/** Events are written together, so long after the first. Unit: ms. */
const togetherMs = 100
/** At the end the disk may take so long. Unit: ms. */
const endMs = 1000
/** No run that somebody looks at is larger. Unit: characters. */
const charsMax = 1024 * 1024 * 1024
/** Messages of before at the beginning of a trace. */
const lastMessages = 200

export class TraceFile {
  readonly #file: WriteStream
  #lines: string[] = []
  #timer: NodeJS.Timeout | undefined
  #waiting = 0
  #left = 0
  #node = ''
  #wake: () => void = () => {}
  #isOver = false
  #written = 0
  readonly #failed: (why: string) => void
  readonly #closed: Promise<void>

  /** `failed`: called once when the file cannot be written; the trace ends then. */
  constructor(path: string, failed: (why: string) => void) {
    this.#file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
    this.#failed = failed
    this.#closed = new Promise((resolve) => this.#file.once('close', resolve))
    this.#file.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#isOver) failed(error.code ?? error.message)
      this.#end()
    })
    this.#file.on('drain', () => this.#wake())
  }

  /** Writes until the room ends; after damage it is opened again. Never rejects. */
  async follow(room: Room): Promise<void> {
    if (this.#node === '') this.#push(traceHead(room.self.id, room.id, Date.now()))
    this.#node = room.self.id
    const wish = { since: undefined, last: lastMessages, ring: true, heartbeats: false }
    const late = new LateOnes(room)
    await streamRoom(room, this.#sinkOfRoom(), wish, late, () => () => {}).catch(() => {})
    late.stop()
  }

  /** Its end is that of the room, and not of the file. */
  #sinkOfRoom(): EventSink {
    let end: () => void = () => {}
    let isOver = false
    const over = new Promise<void>((resolve) => (end = resolve))
    const [send, taken, isFull] = [
      (line: string) => this.#send(line),
      () => this.#taken(),
      () => this.#isFull,
    ]
    const isDone = (): boolean => isOver || this.#isOver
    return {
      get isOver() {
        return isDone()
      },
      get isFull() {
        return isFull()
      },
      closed: Promise.race([over, this.#closed]),
      send: (line) => {
        if (!isOver) send(line)
      },
      taken,
      end: () => {
        isOver = true
        end()
      },
    }
  }

  get #isFull(): boolean {
    return this.#waiting + this.#file.writableLength > enoughWaiting
  }

  async #taken(): Promise<void> {
    this.#flush()
    while (!this.#isOver && this.#isFull) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  #send(line: string): void {
    if (this.#isOver) return
    if (this.#waiting + this.#file.writableLength > waitingMax) {
      this.#left++
      return
    }
    const now = Date.now()
    if (this.#left > 0) {
      this.#push(traceLine(toLine({ type: 'missed', node: this.#node, count: this.#left }), now))
      this.#left = 0
    }
    this.#push(traceLine(line, now))
  }

  #end(): void {
    if (this.#isOver) return
    this.#flush()
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#file.end()
    this.#wake()
  }

  /** Resolves when all is in the file, or the disk takes too long. */
  async close(): Promise<void> {
    this.#end()
    const late = new Promise<void>((resolve) => void setTimeout(resolve, endMs).unref())
    await Promise.race([this.#closed, late])
  }

  #push(line: string): void {
    this.#lines.push(line)
    this.#waiting += line.length
    this.#timer ??= setTimeout(() => this.#flush(), togetherMs)
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isOver || this.#lines.length === 0) return
    this.#file.write(`${this.#lines.join('\n')}\n`)
    this.#written += this.#waiting
    this.#lines = []
    this.#waiting = 0
    if (this.#written <= charsMax) return
    this.#failed('it has 1 GiB')
    this.#end()
  }
}
