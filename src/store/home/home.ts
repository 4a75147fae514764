/**
 * A node's home directory (0700, files 0600): who uses it, how often it was started, which rooms it holds.
 *
 *     <home>/lock.db           held while a process uses the home
 *     <home>/boot.json         the boot counter
 *     <home>/last-room         the room it was last in
 *     <home>/last-self.json    the last name and port of its person (last-self.ts)
 *     <home>/settings.json     what was chosen for the screen (settings.ts)
 *     <home>/running.json      who uses it now (running-node.ts)
 *     <home>/rooms/<id>.db     a room's history (sqlite-store.ts), <id>.json its address book (book-file.ts),
 *                              <id>.key its lock (lock-file.ts), <id>.seen what was shown of it (seen-file.ts),
 *                              <id>.private what was said to one person alone
 *                              (private-lines.ts), <id>.files what can be served (files/disk-files.ts)
 *
 * The identity key is here too, but belongs to the transport.
 */

import { randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bootMax } from '../../core/model/bounds.ts'
import { bootCounter, makeInc, type Inc, type RoomId } from '../../core/model/ids.ts'
import type { BookEntry } from '../../core/model/frames.ts'
import type { StoredLock } from '../../core/model/lock.ts'
import { RingleaderError } from '../../peer/errors.ts'
import { mendBook, readBook, writeBook } from './book-file.ts'
import { writeDurably } from './durable-file.ts'
import { lockHome, type HomeLock } from './home-lock.ts'
import { lockPathOf, readLock, writeLock } from './lock-file.ts'
import { makeFolders } from './make-folders.ts'
import { setFilesAside } from './set-aside.ts'
import { namedError } from '../room/sqlite-errors.ts'

/** A room of which the home holds a history, or at least the address book. */
export type HeldRoom = {
  readonly room: RoomId
  /** Ms since 1970 of the last write to any of its files. */
  readonly lastUsed: number
  /** False when only the book is left, its database having been set aside. */
  readonly database: boolean
  readonly book: readonly BookEntry[]
}

/** A home in use by this process. */
export interface Home {
  readonly dir: string
  /** Durable before `openHome` resolved; or the last one minted since. */
  readonly inc: Inc
  /** What was damaged and is set aside, one sentence each. */
  readonly notes: readonly string[]
  /** A fresh inc whose counter is above `above` and above all before; durable when it resolves. */
  mintInc(above: number): Promise<Inc>
  /** The rooms it holds, last used first. */
  rooms(): Promise<HeldRoom[]>
  /** The room it was last in, if it holds anything of it. */
  lastRoom(): Promise<RoomId | undefined>
  setLastRoom(room: RoomId): Promise<void>
  /** Where `openSqliteStore` finds or puts a room. */
  roomPath(room: RoomId): string
  readBook(room: RoomId): Promise<BookEntry[]>
  /** For a room whose store is not open; an open store keeps the book itself. */
  keepBook(room: RoomId, book: readonly BookEntry[]): Promise<void>
  /** Undefined where the home has no key of the room. Rejects with ERR_LOCKED where the file is damaged. */
  readLock(room: RoomId): Promise<StoredLock | undefined>
  /** As keepBook. Durable when it returns. Throws ERR_HOME_UNUSABLE or ERR_DISK_FULL. */
  keepLock(room: RoomId, lock: StoredLock): void
  /** Lets other processes in. */
  close(): void
}

/**
 * Makes the home if need be, takes its lock and mints this process's inc. Nothing else may put a file
 * into a new home before.
 * Rejects with ERR_HOME_IN_USE, ERR_HOME_UNUSABLE (read-only, not a folder, somebody else's, holding
 * other things, boot counter unreadable) or ERR_DISK_FULL.
 */
export async function openHome(dir: string): Promise<Home> {
  let lock: HomeLock | undefined
  try {
    await refuseForeign(dir)
    await makeFolder(dir)
    await makeFolder(join(dir, 'rooms'))
    lock = lockHome(dir, join(dir, 'lock.db'))
    const opened = new LockedHome(dir, lock, await readCounter(dir), await mend(dir))
    await opened.mintInc(0)
    return opened
  } catch (error) {
    lock?.release()
    throw namedError(error, dir, 'ERR_HOME_UNUSABLE')
  }
}

class LockedHome implements Home {
  readonly dir: string
  readonly notes: readonly string[]
  readonly #lock: HomeLock
  #counter: number
  #inc = '' as Inc
  #minting: Promise<unknown> = Promise.resolve()

  constructor(dir: string, lock: HomeLock, counter: number, notes: readonly string[]) {
    this.dir = dir
    this.notes = notes
    this.#lock = lock
    this.#counter = counter
  }

  get inc(): Inc {
    return this.#inc
  }

  mintInc(above: number): Promise<Inc> {
    const minted = this.#minting.then(() => this.#mint(above))
    this.#minting = minted.catch(() => undefined)
    return minted
  }

  async #mint(above: number): Promise<Inc> {
    const inc = freshInc(Math.max(this.#counter, above))
    const counter = bootCounter(inc)
    try {
      await writeDurably(join(this.dir, 'boot.json'), `${JSON.stringify({ counter })}\n`)
    } catch (error) {
      throw namedError(error, this.dir, 'ERR_HOME_UNUSABLE')
    }
    this.#counter = counter
    this.#inc = inc
    return inc
  }

  rooms(): Promise<HeldRoom[]> {
    return listRooms(this.dir)
  }

  async lastRoom(): Promise<RoomId | undefined> {
    return (await findLastRoom(this.dir)).room
  }

  async setLastRoom(room: RoomId): Promise<void> {
    try {
      await writeDurably(join(this.dir, 'last-room'), `${room}\n`)
    } catch (error) {
      throw namedError(error, this.dir, 'ERR_HOME_UNUSABLE')
    }
  }

  roomPath(room: RoomId): string {
    return roomPath(this.dir, room)
  }

  readBook(room: RoomId): Promise<BookEntry[]> {
    return readBook(join(this.dir, 'rooms', `${room}.json`))
  }

  async keepBook(room: RoomId, book: readonly BookEntry[]): Promise<void> {
    try {
      await writeBook(join(this.dir, 'rooms', `${room}.json`), book)
    } catch (error) {
      throw namedError(error, this.dir, 'ERR_HOME_UNUSABLE')
    }
  }

  readLock(room: RoomId): Promise<StoredLock | undefined> {
    return readLock(lockPathOf(this.roomPath(room)))
  }

  keepLock(room: RoomId, lock: StoredLock): void {
    try {
      writeLock(lockPathOf(this.roomPath(room)), lock)
    } catch (error) {
      throw namedError(error, this.dir, 'ERR_HOME_UNUSABLE')
    }
  }

  close(): void {
    this.#lock.release()
  }
}

/** The inc after boot counter `above`: what a node without a home uses (with 0), and homes make durable. */
export function freshInc(above: number): Inc {
  if (above >= bootMax) {
    throw new RingleaderError(
      'ERR_HOME_UNUSABLE',
      'the boot counter has come to its end: choose another folder with --home (a new identity)',
    )
  }
  return makeInc(above + 1, randomBytes(8).toString('hex'))
}

/** The path of a room's database in a home. */
export function roomPath(dir: string, room: RoomId): string {
  return join(dir, 'rooms', `${room}.db`)
}

/** The rooms that a home holds, last used first; without its lock, and empty where there is no home. */
export async function listRooms(dir: string): Promise<HeldRoom[]> {
  const folder = join(dir, 'rooms')
  const rooms = new Map<string, { lastUsed: number; database: boolean }>()
  for (const name of await namesIn(folder)) {
    const match = /^([0-9a-f]{32})\.(db|db-wal|json)$/.exec(name)
    if (!match) continue
    const seen = rooms.get(match[1]!) ?? { lastUsed: 0, database: false }
    const changed = await stat(join(folder, name)).then(
      // A process that only reads a history leaves an empty WAL.
      (found) => (found.size === 0 ? 0 : found.mtimeMs),
      () => 0,
    )
    seen.lastUsed = Math.max(seen.lastUsed, changed)
    seen.database ||= match[2] === 'db'
    rooms.set(match[1]!, seen)
  }
  const held: HeldRoom[] = []
  for (const [room, seen] of rooms) {
    held.push({ room: room as RoomId, ...seen, book: await readBook(join(folder, `${room}.json`)) })
  }
  return held.sort((a, b) => b.lastUsed - a.lastUsed)
}

/**
 * The room that a home was last in, if it holds anything of it; without the home's lock. `damaged`: the path of
 * the note of the last room, where that names none and so the room used last stands in.
 */
export async function findLastRoom(dir: string): Promise<{ room?: RoomId | undefined; damaged?: string }> {
  const path = join(dir, 'last-room')
  const named = await readLastRoom(path)
  if (named === undefined) return {}
  const rooms = await listRooms(dir)
  if (!isRoomName(named)) return { room: lastUsedOf(rooms), damaged: path }
  return { room: rooms.find(({ room }) => room === named.trim())?.room }
}

/** What stands in `last-room`; undefined where there is none. What is no file says nothing, and is damage. */
async function readLastRoom(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'EISDIR' || code === 'ELOOP') return ''
    throw namedError(error, path, 'ERR_HOME_UNUSABLE')
  }
}

function isRoomName(text: string): boolean {
  return /^[0-9a-f]{32}\n?$/.test(text)
}

/** What stands in for a `last-room` that names none: a home that has this file was in a room. */
function lastUsedOf(rooms: readonly HeldRoom[]): RoomId | undefined {
  return (rooms.find(({ database }) => database) ?? rooms[0])?.room
}

/** Sets aside what in the home's small files is not what was written. Resolves to what people are told. */
async function mend(dir: string): Promise<string[]> {
  const notes: string[] = []
  const folder = join(dir, 'rooms')
  for (const name of await namesIn(folder)) {
    if (!/^[0-9a-f]{32}\.json$/.test(name)) continue
    const aside = await mendBook(join(folder, name))
    if (aside !== undefined) notes.push(`the address book of a room was damaged (kept as ${aside})`)
  }
  const path = join(dir, 'last-room')
  const named = await readLastRoom(path)
  if (named !== undefined && !isRoomName(named)) {
    const room = lastUsedOf(await listRooms(dir))
    const aside = await setFilesAside(path)
    if (room !== undefined) await writeDurably(path, `${room}\n`)
    notes.push(`the note of the last room was damaged (kept as ${aside}): the room used last is taken`)
  }
  return notes
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw namedError(error, folder, 'ERR_HOME_UNUSABLE')
  }
}

/** A folder that holds other things is not made ours: nobody wants `--home ~` to lock out the rest. */
async function refuseForeign(dir: string): Promise<void> {
  const names = await namesIn(dir)
  if (names.length === 0 || names.includes('lock.db') || names.includes('rooms')) return
  const what = `${dir} holds other files and is no Ringleader home: choose a new or empty folder with --home`
  throw new RingleaderError('ERR_HOME_UNUSABLE', what)
}

async function makeFolder(dir: string): Promise<void> {
  await makeFolders(dir, 0o700)
  const { mode } = await stat(dir)
  if ((mode & 0o777) !== 0o700) await chmod(dir, 0o700)
}

async function readCounter(dir: string): Promise<number> {
  const path = join(dir, 'boot.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
  const counter = Number(/^\{"counter":(\d+)\}\s*$/.exec(text)?.[1] ?? 0)
  if (!Number.isSafeInteger(counter) || counter < 1) {
    const what = `${path} is damaged: the boot counter is needed; choose another folder with --home (a new identity)`
    throw new RingleaderError('ERR_HOME_UNUSABLE', what)
  }
  return counter
}
