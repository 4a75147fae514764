/**
 * The address book of a room in a small file beside its database, so that a damaged database does not
 * lose it.
 */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Address, Uid } from '../../core/model/ids.ts'
import type { BookEntry } from '../../core/model/frames.ts'
import { writeDurably } from './durable-file.ts'
import { setFilesAside } from './set-aside.ts'

/** Where the book of the database at `path` (`<room id>.db`) stands. */
export function bookPathOf(databasePath: string): string {
  return databasePath.replace(/\.db$/, '') + '.json'
}

/** Empty when there is none, or none that can be read: the book is found again by talking. */
export async function readBook(path: string): Promise<BookEntry[]> {
  return parseBook(await readFile(path, 'utf8').catch(() => '')).book
}

/** The books of all rooms of the home at `dir`, by room id. Empty where none can be read. */
export async function readBooks(dir: string): Promise<Map<string, BookEntry[]>> {
  const folder = join(dir, 'rooms')
  const files = await readdir(folder).catch(() => [])
  const rooms = files.flatMap((file) => /^([0-9a-f]{32})\.json$/.exec(file)?.[1] ?? [])
  const read = rooms.map(async (room) => [room, await readBook(join(folder, `${room}.json`))] as const)
  return new Map(await Promise.all(read))
}

/** Sets a book aside that is not what was written, and keeps what of it can be read. Resolves to where it is
 * kept; undefined when it is whole or not there. Rejects with the system's error. */
export async function mendBook(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { book, isWhole } = parseBook(text)
  if (isWhole) return undefined
  const aside = await setFilesAside(path)
  await writeBook(path, book)
  return aside
}

function parseBook(text: string): { book: BookEntry[]; isWhole: boolean } {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    content = undefined
  }
  if (typeof content !== 'object' || content === null || !('book' in content) || !Array.isArray(content.book))
    return { book: [], isWhole: false }
  const book = content.book.map(toEntry).filter((entry) => entry !== undefined)
  return { book, isWhole: book.length === content.book.length }
}

/** Durable when it resolves; the file is the old or the new one at any moment. */
export async function writeBook(path: string, book: readonly BookEntry[]): Promise<void> {
  const entries = book.map(({ uid, addr, name, left, told }) => ({
    uid,
    addr,
    name,
    left,
    ...(told && { told }),
  }))
  await writeDurably(path, JSON.stringify({ book: entries }, undefined, 1) + '\n')
}

/** Keeps the newest book in its file, one write at a time. A write that fails is made good by the next
 * or at `settle`: the book is a convenience, and never a reason to stop. */
export class BookKeeper {
  readonly #path: string
  #waiting: readonly BookEntry[] | undefined
  #writing: Promise<void> | undefined

  constructor(path: string) {
    this.#path = path
  }

  keep(book: readonly BookEntry[]): void {
    this.#waiting = book
    this.#writing ??= this.#write()
  }

  /** Resolves when the newest book is in the file, or could not be put there. */
  async settle(): Promise<void> {
    await this.#writing
    if (this.#waiting) await this.#write()
  }

  async #write(): Promise<void> {
    while (this.#waiting) {
      const book = this.#waiting
      this.#waiting = undefined
      try {
        await writeBook(this.#path, book)
      } catch {
        this.#waiting ??= book
        break
      }
    }
    this.#writing = undefined
  }
}

function toEntry(value: unknown): BookEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { uid, addr, name, left, told } = value as Record<string, unknown>
  if (typeof uid !== 'string' || !/^[0-9a-f]{32}$/.test(uid)) return undefined
  if (typeof addr !== 'string' || typeof name !== 'string' || typeof left !== 'boolean') return undefined
  return { uid: uid as Uid, addr: addr as Address, name, left, ...(told === true && { told }) }
}
