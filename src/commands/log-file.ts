/**
 * Appends lines to the log file, which only its owner can read. A file that is full becomes `<file>.1`, and one of that
 * name is lost. When another program moves or removes the file, as logrotate does, a new one is begun. When it cannot
 * be written, one warning is given and the chat goes on.
 */

import { appendFileSync, createWriteStream, fstatSync, openSync, renameSync, statSync } from 'node:fs'
import type { WriteStream } from 'node:fs'
import { escapeText } from '../chat/escape.ts'

/** Lines waiting for a slow disk beyond this are dropped. Unit: bytes. */
const waitingBytesMax = 1024 * 1024
/** A file that would grow beyond this is moved aside; two such files are kept at most. Unit: bytes. Source: cli.md, --log. */
const fileBytesMax = 10_000_000

/** Of an error with its stack. Unit: UTF-16 units. */
const lastWordsMax = 2000

/** A file that another program moved is noticed so much later at most. Unit: ms. Source: cli.md, --log. */
const lookMs = 1000

export class LogFile {
  readonly #path: () => string
  readonly #warn: (text: string) => void
  readonly #bytesMax: number
  readonly #now: () => number
  #lookedAt = 0
  #stream: WriteStream | undefined
  /** Those before it, which may not be through with what they were given. */
  readonly #before = new Set<WriteStream>()
  /** Device and inode of the file that is written; undefined for what is no file of its own. */
  #identity: string | undefined
  /** Of the file that is written; undefined for what is no file of its own, as a terminal. Unit: bytes. */
  #bytes: number | undefined
  #isOver = false
  /** Of the last line. */
  #ts = '0'

  /**
   * Opened at the first line; `path` is asked then. `warn` is called at most once, when it cannot be written.
   * `bytesMax`, `now` (ms): for tests.
   */
  constructor(
    path: () => string,
    warn: (text: string) => void,
    { bytesMax = fileBytesMax, now = () => performance.now() } = {},
  ) {
    this.#path = path
    this.#warn = warn
    this.#bytesMax = bytesMax
    this.#now = now
  }

  write(line: string): void {
    if (this.#isOver) return
    this.#ts = /^\d+/.exec(line)?.[0] ?? this.#ts
    if (this.#stream && this.#wasMoved(lookMs)) this.#begin()
    this.#stream ??= this.#open()
    if (!this.#stream || this.#stream.writableLength >= waitingBytesMax) return
    const text = Buffer.from(`${line}\n`)
    if (this.#bytes !== undefined && this.#bytes > 0 && this.#bytes + text.length > this.#bytesMax)
      this.#rotate()
    if (this.#bytes !== undefined) this.#bytes += text.length
    this.#stream?.write(text)
  }

  /** This program made a mistake, and ends: the line is written before this returns, or not at all. */
  lastWords(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const text = escapeText(words.slice(0, lastWordsMax).replaceAll(/\s*\n\s*/g, ' | '))
    try {
      appendFileSync(this.#path(), `${this.#ts}: error this program made a mistake, and ends: ${text}\n`, {
        mode: 0o600,
      })
    } catch {
      // stderr has it.
    }
  }

  /** Resolves when what was written is with the system. */
  async close(): Promise<void> {
    this.#isOver = true
    for (const stream of [...this.#before, this.#stream]) if (stream) await ended(stream)
  }

  /** Whether the file at the path is not the one that is written; false where it was looked at less than `ms` ago. */
  #wasMoved(ms: number): boolean {
    const now = this.#now()
    if (this.#identity === undefined || now - this.#lookedAt < ms) return false
    this.#lookedAt = now
    try {
      return identityOf(statSync(this.#path())) !== this.#identity
    } catch {
      // It is gone, or the path leads nowhere: opening it tells which.
      return true
    }
  }

  #rotate(): void {
    // One that another program put there is not moved over the old one.
    if (!this.#wasMoved(0))
      try {
        renameSync(this.#path(), `${this.#path()}.1`)
      } catch (error) {
        this.#fail(error)
      }
    this.#begin()
  }

  /** What waits for the old file still goes there, under its new name. */
  #begin(): void {
    const before = this.#stream
    if (before) {
      this.#before.add(before)
      before.once('close', () => this.#before.delete(before))
      before.end()
    }
    this.#stream = this.#isOver ? undefined : this.#open()
  }

  #open(): WriteStream | undefined {
    const path = this.#path()
    this.#lookedAt = this.#now()
    try {
      const fd = openSync(path, 'a', 0o600)
      const stat = fstatSync(fd)
      this.#bytes = stat.isFile() ? stat.size : undefined
      this.#identity = stat.isFile() ? identityOf(stat) : undefined
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

function identityOf({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev}:${ino}`
}

function ended(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) return resolve()
    stream.once('close', () => resolve())
    stream.end()
  })
}
