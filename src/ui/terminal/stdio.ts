/**
 * Defines the streams of a terminal or script as types, so that tests can pass in others, and the sink for
 * plain output. A reader may stop reading at any time.
 */

import type { Readable, Writable } from 'node:stream'

export type InputStream = Readable & { isTTY?: boolean; setRawMode?: (on: boolean) => unknown }
export type OutputStream = Writable & { isTTY?: boolean; columns?: number; rows?: number }

/**
 * What may wait for a terminal that does not read before notices are left out; more than the longest
 * message, so that one that merely reads slowly loses nothing. Unit: UTF-16 units.
 */
export const waitingMax = 1_048_576

/** Where finished lines go. Each `text` is one or more whole lines without the last line break. */
export interface Sink {
  /** For what must be shown. The caller waits for `drained` first, so that little is buffered here. */
  print(text: string): void
  /** For what cannot wait. May be left out while a terminal does not read. */
  note(text: string): void
  /** Resolves when the reader has taken enough that more may be printed; at once if the stream is gone. */
  drained(): Promise<void>
}

/** Resolves when `output` takes more, or is gone. */
export function whenDrained(output: OutputStream): Promise<void> {
  if (!output.writableNeedDrain || output.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      output.off('drain', done)
      output.off('close', done)
      output.off('error', done)
      resolve()
    }
    output.on('drain', done)
    output.on('close', done)
    output.on('error', done)
  })
}

/** Resolves when what was printed before, and joined, has left for the reader, or waits behind what it has not read. */
export function whenJoined(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}

/** Whether the reader does not have all that was written. */
export function isBehind(output: OutputStream): boolean {
  return !output.destroyed && output.writableLength > 0
}

/** Resolves when the reader has all that was written until now, or is gone. */
export function whenTaken(output: OutputStream): Promise<void> {
  if (!isBehind(output)) return Promise.resolve()
  return new Promise((resolve) => output.write('', () => resolve()))
}

/** Admits notices while little is buffered. Counts the others, and reports how many when the reader reads again. */
export class NoticeGate {
  readonly #output: OutputStream
  readonly #leftOut: (count: number) => void
  #count = 0

  constructor(output: OutputStream, leftOut: (count: number) => void) {
    this.#output = output
    this.#leftOut = leftOut
  }

  admits(): boolean {
    // Once one is left out, so are those behind it: the count then stands where the gap is.
    if (this.#count === 0 && this.#output.writableLength <= waitingMax) return true
    this.#count += 1
    if (this.#count === 1) void whenTaken(this.#output).then(() => this.#tell())
    return false
  }

  #tell(): void {
    const count = this.#count
    this.#count = 0
    this.#leftOut(count)
  }
}

/** Lines to a file, a pipe, or a terminal without a prompt. */
export class StreamSink implements Sink {
  readonly #output: OutputStream
  readonly #gate: NoticeGate | undefined
  readonly #joins: boolean
  #isCorked = false

  /**
   * `leftOut` is called with the number of notices that were left out. Without it none is left out. `joins`: what is
   * printed in one go is one write, which takes longer than a line.
   */
  constructor(output: OutputStream, leftOut?: (count: number) => void, joins = false) {
    this.#output = output
    this.#gate = leftOut && new NoticeGate(output, leftOut)
    this.#joins = joins
  }

  print(text: string): void {
    if (this.#output.destroyed) return
    if (this.#joins && !this.#isCorked) this.#cork()
    this.#output.write(`${text}\n`)
  }

  /** Until what runs now, and the promises that it settles, are through. To the stream, what waits counts as written. */
  #cork(): void {
    this.#isCorked = true
    this.#output.cork()
    process.nextTick(() => {
      this.#isCorked = false
      this.#output.uncork()
    })
  }

  note(text: string): void {
    if (this.#gate?.admits() ?? true) this.print(text)
  }

  drained(): Promise<void> {
    return whenDrained(this.#output)
  }
}
