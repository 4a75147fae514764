/**
 * The private messages of a room in a file of their own, `<home>/rooms/<id>.private` (0600): a line of JSON each, only appended
 * to, and begun anew where it has grown long. A line that is none is passed over: the end of a process may cut the last one.
 */

import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import type { PrivateEntry, PrivateFile } from '../../peer/direct/private-file.ts'
import { namedError } from '../room/sqlite-errors.ts'
import { writeDurably } from './durable-file.ts'

/** What survives when it is begun anew, beside all that waits: so many messages, in so many bytes. */
const linesKept = 1000
const bytesKept = 4 * 1024 * 1024
/** It is begun anew when it has grown by so much. Unit: bytes. */
const growthMax = 4 * 1024 * 1024
/** Read at the start: all that can wait (100 messages, escaped to six times their length), and the rest. Unit: bytes. */
const readMax = 64 * 1024 * 1024

/** Of a pipe, which somebody put there, neither end is waited for. Windows has no such flag, and no such pipe. */
const { O_RDONLY, O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants
const reading = O_RDONLY | O_NONBLOCK
const appending = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK

export function privatePathOf(databasePath: string): string {
  return databasePath.replace(/\.db$/, '') + '.private'
}

/**
 * Never rejects: a file that cannot be read is no reason to keep a room shut, and is left as it is. Where it cannot be written
 * to either, `append` says so.
 */
export async function openPrivateLines(path: string): Promise<PrivateFile> {
  let problem: string | undefined
  const read = await readLines(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return { lines: [], bytes: 0, isCut: false }
    problem = namedError(error, path, 'ERR_HOME_UNUSABLE').message
    return undefined
  })
  const entries = (read?.lines ?? []).flatMap((line) => toEntries(line))
  const file = new PrivateLines(path, entries, read, problem)
  if (read) await file.shorten()
  return file
}

type Lines = { readonly lines: readonly string[]; readonly bytes: number; readonly isCut: boolean }

/** The last lines, `readMax` bytes at most. isCut: the last has no end. */
async function readLines(path: string): Promise<Lines> {
  const file = await open(path, reading)
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new Error(`${path} is no file: remove it`)
    const { size } = found
    const start = Math.max(0, size - readMax)
    const bytes = Buffer.alloc(size - start)
    let filled = 0
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    const text = bytes.toString('utf8', 0, filled)
    const lines = text.split('\n')
    // The first may have lost its beginning.
    if (start > 0) lines.shift()
    return { lines, bytes: size, isCut: text !== '' && !text.endsWith('\n') }
  } finally {
    await file.close()
  }
}

class PrivateLines implements PrivateFile {
  readonly entries: readonly PrivateEntry[]
  readonly problem: string | undefined
  readonly #path: string
  /** Opened at the first message. */
  #file: FileHandle | undefined
  #isCut: boolean
  #bytes: number
  /** It is begun anew above so many bytes. */
  #bytesMax = bytesKept + growthMax
  #isClosed = false
  #written: Promise<void> = Promise.resolve()

  /** `read`: undefined where it cannot be read, and so never begins anew. */
  constructor(
    path: string,
    entries: readonly PrivateEntry[],
    read: Omit<Lines, 'lines'> | undefined,
    problem?: string,
  ) {
    this.problem = problem
    this.#path = path
    this.entries = entries
    this.#isCut = read?.isCut ?? true
    this.#bytes = read?.bytes ?? 0
    if (!read) this.#bytesMax = Infinity
  }

  append(entry: PrivateEntry): Promise<void> {
    if (this.#isClosed)
      return Promise.reject(namedError(new Error('closed'), this.#path, 'ERR_HOME_UNUSABLE'))
    const written = this.#written.then(() => this.#write(entry))
    this.#written = written.then(
      () => this.shorten(),
      () => undefined,
    )
    return written
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#written
    await this.#file?.close()
    this.#file = undefined
  }

  /** Begins it anew where it is too long. Never rejects: where that fails, it is tried again when it has grown more. */
  async shorten(): Promise<void> {
    if (this.#bytes <= this.#bytesMax) return
    this.#bytesMax = this.#bytes + growthMax
    try {
      const { lines } = await readLines(this.#path)
      const text = newest(lines.flatMap((line) => toEntries(line).map((entry) => ({ line, entry }))))
      const old = this.#file
      this.#file = undefined
      await old?.close()
      await writeDurably(this.#path, text)
      this.#isCut = false
      this.#bytes = Buffer.byteLength(text)
      this.#bytesMax = this.#bytes + growthMax
    } catch {
      // It goes on as it is.
    }
  }

  async #write(entry: PrivateEntry): Promise<void> {
    try {
      this.#file ??= await open(this.#path, appending, 0o600)
      const text = `${this.#isCut ? '\n' : ''}${JSON.stringify(entry)}\n`
      this.#isCut = true
      this.#bytes += Buffer.byteLength(text)
      await this.#file.appendFile(text)
      await this.#file.datasync()
      this.#isCut = false
    } catch (error) {
      throw namedError(error, this.#path, 'ERR_HOME_UNUSABLE')
    }
  }
}

/** The last messages, and all that still wait behind them. */
function newest(all: readonly { line: string; entry: PrivateEntry }[]): string {
  const ended = new Set(all.flatMap(({ entry: { type, id } }) => (isEnd(type) ? [id] : [])))
  const waiting = all.filter(({ entry: { type, id } }) => type === 'kept' && !ended.has(id))
  const isWaiting = new Set(waiting)
  const kept: string[] = []
  let bytes = 0
  for (const one of all.slice(-linesKept).reverse()) {
    if (isWaiting.has(one)) continue
    bytes += Buffer.byteLength(one.line) + 1
    if (bytes > bytesKept) break
    kept.unshift(one.line)
  }
  return [...kept, ...waiting.map(({ line }) => line)].map((line) => `${line}\n`).join('')
}

function isEnd(type: PrivateEntry['type']): boolean {
  return type === 'delivered' || type === 'dropped'
}

function toEntries(line: string): PrivateEntry[] {
  let read: unknown
  try {
    read = JSON.parse(line)
  } catch {
    return []
  }
  return isEntry(read) ? [read] : []
}

function isEntry(read: unknown): read is PrivateEntry {
  if (typeof read !== 'object' || read === null) return false
  const { type, id, with: who, text, time } = read as Record<string, unknown>
  if (typeof id !== 'string') return false
  if (type === 'delivered' || type === 'dropped') return true
  if (type !== 'in' && type !== 'out' && type !== 'kept') return false
  if (typeof text !== 'string' || typeof time !== 'number' || Number.isNaN(new Date(time).getTime()))
    return false
  if (typeof who !== 'object' || who === null) return false
  const { id: uid, name, address } = who as Record<string, unknown>
  return typeof uid === 'string' && typeof name === 'string' && typeof address === 'string'
}
