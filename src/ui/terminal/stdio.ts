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
  /** For what must be shown: whoever prints waits for `drained` first, so that little waits here. */
  print(text: string): void
  /** For what comes by itself and cannot wait. A terminal that does not read is spared it at some point. */
  note(text: string): void
  /** Resolves when the reader has taken enough that more may be printed; at once if the stream is gone. */
  drained(): Promise<void>
}

/** Resolves when `output` wants more, or never will. */
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

/** Whether something that was written is not yet with the reader. */
export function isBehind(output: OutputStream): boolean {
  return !output.destroyed && output.writableLength > 0
}

/** Resolves when all that was written until now is with the reader, or never will be. */
export function whenTaken(output: OutputStream): Promise<void> {
  if (!isBehind(output)) return Promise.resolve()
  return new Promise((resolve) => output.write('', () => resolve()))
}

/** Admits notices while few enough wait; counts those it turns away, and tells when the reader reads again. */
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

  /** `leftOut` hears how many notices were left out; without it none is. */
  constructor(output: OutputStream, leftOut?: (count: number) => void) {
    this.#output = output
    this.#gate = leftOut && new NoticeGate(output, leftOut)
  }

  print(text: string): void {
    if (!this.#output.destroyed) this.#output.write(`${text}\n`)
  }

  note(text: string): void {
    if (this.#gate?.admits() ?? true) this.print(text)
  }

  drained(): Promise<void> {
    return whenDrained(this.#output)
  }
}
