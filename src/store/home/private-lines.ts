/**
 * The private messages of a room in a file of their own, `<home>/rooms/<id>.private` (0600): a line of JSON each, only appended
 * to, and begun anew where it has grown long. A line that is none is passed over: the end of a process may cut the last one.
 */

import { open, readFile, type FileHandle } from 'node:fs/promises'
import type { PrivateEntry, PrivateFile } from '../../peer/direct/private-file.ts'
import { namedError } from '../room/sqlite-errors.ts'
import { writeDurably } from './durable-file.ts'

/** Messages that survive when it is begun anew, and how long it may be until then. Unit of the second: bytes. */
const linesKept = 1000
const bytesMax = 8 * 1024 * 1024

export function privatePathOf(databasePath: string): string {
  return databasePath.replace(/\.db$/, '') + '.private'
}

/** Rejects with ERR_HOME_UNUSABLE or ERR_DISK_FULL. */
export async function openPrivateLines(path: string): Promise<PrivateFile> {
  try {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    const entries = text.split('\n').flatMap(toEntries)
    const isLong = text.length > bytesMax
    const kept = isLong ? newest(entries) : entries
    if (isLong) await writeDurably(path, kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    return new PrivateLines(path, kept, !isLong && text !== '' && !text.endsWith('\n'))
  } catch (error) {
    throw namedError(error, path, 'ERR_HOME_UNUSABLE')
  }
}

class PrivateLines implements PrivateFile {
  readonly entries: readonly PrivateEntry[]
  readonly #path: string
  /** Opened at the first message. */
  #file: FileHandle | undefined
  #isCut: boolean
  #written: Promise<void> = Promise.resolve()

  /** isCut: the last line has no end. */
  constructor(path: string, entries: readonly PrivateEntry[], isCut: boolean) {
    this.#path = path
    this.entries = entries
    this.#isCut = isCut
  }

  append(entry: PrivateEntry): Promise<void> {
    const written = this.#written.then(() => this.#write(entry))
    this.#written = written.catch(() => undefined)
    return written
  }

  async close(): Promise<void> {
    await this.#written
    await this.#file?.close()
    this.#file = undefined
  }

  async #write(entry: PrivateEntry): Promise<void> {
    try {
      this.#file ??= await open(this.#path, 'a', 0o600)
      const begin = this.#isCut ? '\n' : ''
      this.#isCut = true
      await this.#file.appendFile(`${begin}${JSON.stringify(entry)}\n`)
      await this.#file.datasync()
      this.#isCut = false
    } catch (error) {
      throw namedError(error, this.#path, 'ERR_HOME_UNUSABLE')
    }
  }
}

/** The last messages, and all that still wait. */
function newest(entries: readonly PrivateEntry[]): PrivateEntry[] {
  const ended = new Set(entries.flatMap(({ type, id }) => (isEnd(type) ? [id] : [])))
  const first = entries.length - linesKept
  return entries.filter(({ type, id }, i) => i >= first || (type === 'kept' && !ended.has(id)))
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
