/**
 * The log on disk: lines appended, readable by its owner alone. A log that cannot be written never stops
 * a chat: one warning, and that was it. Knows nothing of what the lines say.
 */

import { createWriteStream, openSync } from 'node:fs'
import type { WriteStream } from 'node:fs'

/** Lines waiting for a slow disk beyond this are dropped. Unit: bytes. */
const waitingBytesMax = 1024 * 1024

export class LogFile {
  #stream: WriteStream | undefined

  /** `warn` hears at most once that the file cannot be written. */
  constructor(path: string, warn: (text: string) => void) {
    const fail = (error: unknown) => {
      this.#stream = undefined
      warn(
        `the log ${path} cannot be written (${(error as NodeJS.ErrnoException).code}); going on without it`,
      )
    }
    try {
      this.#stream = createWriteStream(path, { fd: openSync(path, 'a', 0o600) })
      this.#stream.once('error', fail)
      this.#stream.on('error', () => {})
    } catch (error) {
      fail(error)
    }
  }

  write(line: string): void {
    if (this.#stream && this.#stream.writableLength < waitingBytesMax) this.#stream.write(`${line}\n`)
  }

  /** Resolves when what was written is with the system. */
  close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    if (!stream) return Promise.resolve()
    return new Promise((resolve) => {
      stream.once('close', () => resolve())
      stream.end()
    })
  }
}
