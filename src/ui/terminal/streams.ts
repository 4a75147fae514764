/**
 * The streams a terminal or a script hands us, as types, so that tests can hand in others; and the sink
 * that plain output goes to. Knows nothing of what is written.
 */

import type { Readable, Writable } from 'node:stream'

export type InputStream = Readable & { isTTY?: boolean; setRawMode?: (on: boolean) => unknown }
export type OutputStream = Writable & { isTTY?: boolean; columns?: number; rows?: number }

/** Where finished lines go. */
export interface Sink {
  /** `text` is one or more whole lines without the last line break. */
  print(text: string): void
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

/** Lines to a file, a pipe, or a terminal without a prompt. */
export class StreamSink implements Sink {
  readonly #output: OutputStream
  constructor(output: OutputStream) {
    this.#output = output
  }
  print(text: string): void {
    if (!this.#output.destroyed) this.#output.write(`${text}\n`)
  }
  drained(): Promise<void> {
    return whenDrained(this.#output)
  }
}
