/**
 * Appends lines to the log file, which only its owner can read. A file that is full becomes `<file>.1`, and one of that
 * name is lost. When it cannot be written, one warning is given and the chat goes on.
 */

import { createWriteStream, fstatSync, openSync, renameSync } from 'node:fs'
import type { WriteStream } from 'node:fs'

/** Lines waiting for a slow disk beyond this are dropped. Unit: bytes. */
const waitingBytesMax = 1024 * 1024
/** A file that would grow beyond this is moved aside; two such files are kept at most. Unit: bytes. Source: cli.md, --log. */
const fileBytesMax = 10_000_000

export class LogFile {
  readonly #path: () => string
  readonly #warn: (text: string) => void
  readonly #bytesMax: number
  #stream: WriteStream | undefined
  /** The one before it, which may not be through with what it was given. */
  #before: WriteStream | undefined
  /** Of the file that is written; undefined for what is no file of its own, as a terminal. Unit: bytes. */
  #bytes: number | undefined
  #isOver = false

  /**
   * Opened at the first line; `path` is asked then. `warn` is called at most once, when it cannot be written.
   * `bytesMax`: for tests.
   */
  constructor(path: () => string, warn: (text: string) => void, bytesMax = fileBytesMax) {
    this.#path = path
    this.#warn = warn
    this.#bytesMax = bytesMax
  }

  write(line: string): void {
    if (this.#isOver) return
    this.#stream ??= this.#open()
    if (!this.#stream || this.#stream.writableLength >= waitingBytesMax) return
    const text = Buffer.from(`${line}\n`)
    if (this.#bytes !== undefined && this.#bytes > 0 && this.#bytes + text.length > this.#bytesMax)
      this.#rotate()
    if (this.#bytes !== undefined) this.#bytes += text.length
    this.#stream?.write(text)
  }

  /** Resolves when what was written is with the system. */
  async close(): Promise<void> {
    this.#isOver = true
    for (const stream of [this.#before, this.#stream]) if (stream) await ended(stream)
  }

  /** What waits for the old file still goes there, under its new name. */
  #rotate(): void {
    this.#before = this.#stream
    try {
      renameSync(this.#path(), `${this.#path()}.1`)
    } catch (error) {
      this.#fail(error)
    }
    this.#before?.end()
    this.#stream = this.#isOver ? undefined : this.#open()
  }

  #open(): WriteStream | undefined {
    const path = this.#path()
    try {
      const fd = openSync(path, 'a', 0o600)
      const stat = fstatSync(fd)
      this.#bytes = stat.isFile() ? stat.size : undefined
      return createWriteStream(path, { fd }).on('error', (error) => this.#fail(error))
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    const why = (error as NodeJS.ErrnoException).code
    this.#warn(`the log ${this.#path()} cannot be written (${why}); going on without it`)
  }
}

function ended(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) return resolve()
    stream.once('close', () => resolve())
    stream.end()
  })
}
