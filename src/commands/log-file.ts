/**
 * Appends lines to the log file, which only its owner can read. When it cannot be written, one warning is
 * given and the chat goes on.
 */

import { createWriteStream, openSync } from 'node:fs'
import type { WriteStream } from 'node:fs'

/** Lines waiting for a slow disk beyond this are dropped. Unit: bytes. */
const waitingBytesMax = 1024 * 1024

export class LogFile {
  readonly #path: () => string
  readonly #warn: (text: string) => void
  #stream: WriteStream | undefined
  #isOver = false

  /** Opened at the first line; `path` is asked then. `warn` is called at most once, when it cannot be written. */
  constructor(path: () => string, warn: (text: string) => void) {
    this.#path = path
    this.#warn = warn
  }

  write(line: string): void {
    if (this.#isOver) return
    this.#stream ??= this.#open()
    if (this.#stream && this.#stream.writableLength < waitingBytesMax) this.#stream.write(`${line}\n`)
  }

  /** Resolves when what was written is with the system. */
  close(): Promise<void> {
    const stream = this.#stream
    this.#isOver = true
    if (!stream) return Promise.resolve()
    return new Promise((resolve) => {
      if (stream.closed) return resolve()
      stream.once('close', () => resolve())
      stream.end()
    })
  }

  #open(): WriteStream | undefined {
    const path = this.#path()
    const fail = (error: unknown) => {
      if (this.#isOver) return
      this.#isOver = true
      const why = (error as NodeJS.ErrnoException).code
      this.#warn(`the log ${path} cannot be written (${why}); going on without it`)
    }
    try {
      return createWriteStream(path, { fd: openSync(path, 'a', 0o600) }).on('error', fail)
    } catch (error) {
      fail(error)
      return undefined
    }
  }
}
