/**
 * Files that members share, on this disk: hashes them, reads pieces, and writes what comes under another name until it is whole.
 * Hashes are computed beside the event loop.
 */

import { sizeText } from '../../lib/size-text.ts'
import { createHash, webcrypto } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, open, readFile, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import type { FilePort, OpenFile, PartFile, SharedFile } from '../../peer/direct/file-port.ts'
import { RingleaderError } from '../../peer/errors.ts'
import { hashBytes, pieceBytes } from '../../wire/limits.ts'
import { fileBytesMax } from '../../wire/offer.ts'
import { writeDurably } from '../home/durable-file.ts'
import { makeFolders } from '../home/make-folders.ts'

/** An open file is looked at before each so many pieces: whoever fetches it verifies them. */
const lookEvery = 8
/** Files that are remembered for serving. */
const sharedMax = 200
/** Left free on a disk. Unit: bytes. */
const spareBytes = 16 * 1024 * 1024
/** Of the hash in the name of a file that is being fetched: another file with the same ones is not to be found. */
const partDigits = 24
/** Those that this process writes. */
const writing = new Set<string>()
/** Names that are tried for a file: `photo.jpg`, `photo (2).jpg` ... */
const namesMax = 1000

export function sharedPathOf(databasePath: string): string {
  return databasePath.replace(/\.db$/, '') + '.files'
}

/** `listPath`: where it is kept what can be served; undefined: nowhere. */
export async function openDiskFiles(listPath: string | undefined): Promise<FilePort> {
  // A pipe that somebody put there would be waited for.
  const isList = listPath !== undefined && (await stat(listPath).catch(() => undefined))?.isFile()
  const text = isList ? await readFile(listPath, 'utf8').catch(() => '') : ''
  return new DiskFiles(listPath, text.split('\n').flatMap(toShared))
}

class DiskFiles implements FilePort {
  readonly #listPath: string | undefined
  #shared: readonly SharedFile[]
  #written: Promise<void> = Promise.resolve()

  constructor(listPath: string | undefined, shared: readonly SharedFile[]) {
    this.#listPath = listPath
    this.#shared = shared
  }

  get shared(): readonly SharedFile[] {
    return this.#shared
  }

  async survey(
    path: string,
    progress?: (done: number, size: number) => void,
  ): Promise<SharedFile & { name: string }> {
    const full = resolve(path)
    let file: FileHandle | undefined
    try {
      const found = await stat(full)
      if (!found.isFile()) throw new RingleaderError('ERR_FILE', `${path} is no file`)
      if (found.size === 0) throw new RingleaderError('ERR_FILE', `${path} is empty`)
      if (found.size > fileBytesMax)
        throw new RingleaderError('ERR_FILE', `${path} is too large: at most ${sizeText(fileBytesMax)}`)
      file = await open(full, 'r')
      const { size, mtimeMs } = found
      const hashes = new Uint8Array(Math.ceil(size / pieceBytes) * hashBytes)
      const memory = newPiece(size)
      for (let at = 0, piece = 0; at < size; at += pieceBytes, piece++) {
        const bytes = await readAt(file, at, memory.subarray(0, size - at))
        hashes.set(await hashOf(bytes), piece * hashBytes)
        progress?.(at + bytes.length, size)
      }
      const after = await file.stat()
      if (after.size !== size || after.mtimeMs !== mtimeMs)
        throw new RingleaderError('ERR_FILE', `${path} changes while it is read: offer it when it is done`)
      return { path: full, name: basename(full), size, changed: mtimeMs, hashes, hash: listHash(hashes) }
    } catch (error) {
      throw fileError(error, path, 'read')
    } finally {
      await file?.close()
    }
  }

  isListOf(hashes: Uint8Array, hash: string): boolean {
    return listHash(hashes) === hash
  }

  async open(shared: SharedFile): Promise<OpenFile> {
    const file = await open(shared.path, 'r')
    try {
      await checkSame(file, shared)
    } catch (error) {
      await file.close()
      throw error
    }
    return new DiskOpenFile(file, shared)
  }

  async begin(
    folder: string,
    name: string,
    size: number,
    hash: string,
    hashes: Uint8Array,
  ): Promise<PartFile> {
    let own: string | undefined
    try {
      await makeFolders(resolve(folder)).catch((error: unknown) => {
        throw folderError(error, folder)
      })
      const path = partPathOf(folder, name, hash)
      const found = await lstat(path).catch(() => undefined)
      // A link that somebody put there leads to a file that is none of ours.
      if (found && !found.isFile()) throw new RingleaderError('ERR_FILE', `${path} is in the way: remove it`)
      if (writing.has(path))
        throw new RingleaderError('ERR_FILE', `${name} is being fetched into ${folder} already`)
      writing.add(path)
      own = path
      const held = found?.size ?? 0
      const { bavail, bsize } = await statfs(folder)
      const lacking = size - held + spareBytes - bavail * bsize
      if (lacking > 0)
        throw new RingleaderError(
          'ERR_DISK_FULL',
          `the disk of ${folder} has no room for ${name} (${sizeText(size)}): ${sizeText(lacking)} more must be free there`,
        )
      // Neither through a link that somebody put there, nor over what is no part of ours.
      const file = await open(path, held > 0 ? constants.O_RDWR | constants.O_NOFOLLOW : 'wx+', 0o600).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return open(path, constants.O_RDWR | constants.O_NOFOLLOW)
          throw error
        },
      )
      try {
        const pieces = await rightPieces(file, size, hashes)
        return new DiskPartFile({ file, path, folder: resolve(folder), name, size, hashes }, pieces)
      } catch (error) {
        await file.close()
        throw error
      }
    } catch (error) {
      if (own !== undefined) writing.delete(own)
      throw fileError(error, folder, 'written')
    }
  }

  async held(
    folder: string,
    name: string,
    size: number,
    hash: string,
  ): Promise<{ path: string | undefined; done: number }> {
    const shared = this.#shared.find((one) => one.hash === hash)
    const whole = shared && (await stat(shared.path).catch(() => undefined))
    if (shared && whole && isSame(whole, shared)) return { path: shared.path, done: size }
    const part = await lstat(partPathOf(folder, name, hash)).catch(() => undefined)
    return { path: undefined, done: part?.isFile() ? Math.min(part.size, size) : 0 }
  }

  async share(file: SharedFile): Promise<void> {
    const found = await stat(file.path).catch(() => undefined)
    if (!found) return
    const { path, size, hashes, hash } = file
    const others = this.#shared.filter((other) => other.hash !== hash)
    const shared = [...others, { path, size, hashes, hash, changed: found.mtimeMs }].slice(-sharedMax)
    this.#shared = shared
    const listPath = this.#listPath
    if (listPath === undefined) return
    // A list that cannot be kept is forgotten with the process.
    this.#written = this.#written.then(() =>
      writeDurably(listPath, shared.map(toLine).join('')).catch(() => undefined),
    )
    await this.#written
  }
}

class DiskOpenFile implements OpenFile {
  readonly #file: FileHandle
  readonly #shared: SharedFile
  #reading: Promise<unknown> = Promise.resolve()
  /** Of the last reads, the oldest first. */
  readonly #memory: Uint8Array[] = []
  #reads = 0

  constructor(file: FileHandle, shared: SharedFile) {
    this.#file = file
    this.#shared = shared
  }

  read(piece: number): Promise<Uint8Array> {
    const read = this.#read(piece)
    this.#reading = read.catch(() => undefined)
    return read
  }

  async #read(piece: number): Promise<Uint8Array> {
    const { size } = this.#shared
    const memory = this.#memory.length < 3 ? newPiece(size) : this.#memory.shift()!
    this.#memory.push(memory)
    if (this.#reads++ % lookEvery === 0) await checkSame(this.#file, this.#shared)
    const at = piece * pieceBytes
    return readAt(this.#file, at, memory.subarray(0, size - at))
  }

  close(): void {
    void this.#reading.then(() => this.#file.close()).catch(() => undefined)
  }
}

type PartParts = {
  file: FileHandle
  path: string
  folder: string
  name: string
  size: number
  hashes: Uint8Array
}

class DiskPartFile implements PartFile {
  readonly pieces: number
  readonly #parts: PartParts
  #isClosed = false

  constructor(parts: PartParts, pieces: number) {
    this.#parts = parts
    this.pieces = pieces
  }

  async write(piece: number, bytes: Uint8Array): Promise<boolean> {
    const { file, path, hashes } = this.#parts
    if (!isHash(await hashOf(bytes), hashes, piece)) return false
    try {
      let done = 0
      while (done < bytes.length) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, piece * pieceBytes + done)
        done += bytesWritten
      }
    } catch (error) {
      throw fileError(error, path, 'written')
    }
    return true
  }

  async finish(): Promise<string> {
    const { file, path, folder, name, size } = this.#parts
    try {
      await file.truncate(size)
      await file.datasync()
      await this.close()
      const extension = extname(name)
      const stem = name.slice(0, name.length - extension.length)
      for (let n = 1; n <= namesMax; n++) {
        const to = join(folder, n === 1 ? name : `${stem} (${n})${extension}`)
        if (await moveTo(path, to)) return to
      }
      throw new RingleaderError('ERR_FILE', `${folder} has too many files called ${name}`)
    } catch (error) {
      throw fileError(error, path, 'written')
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    writing.delete(this.#parts.path)
    await this.#parts.file.close().catch(() => undefined)
  }
}

/** False: something has that name. */
async function moveTo(path: string, to: string): Promise<boolean> {
  try {
    await link(path, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code === 'ENOENT') throw error
    // FAT and the like have no links: the name is taken first, so that nothing is overwritten.
    try {
      await (await open(to, 'wx', 0o600)).close()
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw failure
    }
    await rename(path, to).catch(async (failure: unknown) => {
      await rm(to, { force: true })
      throw failure
    })
    return true
  }
  await rm(path, { force: true })
  return true
}

/** How many pieces from the first on are right. */
async function rightPieces(file: FileHandle, size: number, hashes: Uint8Array): Promise<number> {
  const { size: held } = await file.stat()
  const count = hashes.length / hashBytes
  const memory = newPiece(size)
  for (let piece = 0; piece < count; piece++) {
    const at = piece * pieceBytes
    const length = Math.min(pieceBytes, size - at)
    if (at + length > held) return piece
    if (!isHash(await hashOf(await readAt(file, at, memory.subarray(0, length))), hashes, piece)) return piece
  }
  return count
}

async function checkSame(file: FileHandle, shared: SharedFile): Promise<void> {
  if (!isSame(await file.stat(), shared)) throw new Error(`${shared.path} has changed`)
}

function isSame(now: { size: number; mtimeMs: number }, { size, changed }: SharedFile): boolean {
  return now.size === size && now.mtimeMs === changed
}

function partPathOf(folder: string, name: string, hash: string): string {
  return join(folder, `${name}.${hash.slice(0, partDigits)}.part`)
}

/** For pieces of a file of this size, one after the other: with new memory for each the collector is most of the work. */
function newPiece(size: number): Uint8Array {
  return new Uint8Array(Math.min(pieceBytes, size))
}

/** Fills `bytes` from this place of the file on. */
async function readAt(file: FileHandle, at: number, bytes: Uint8Array): Promise<Uint8Array> {
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done)
    if (bytesRead === 0) throw new Error('the file has become shorter')
    done += bytesRead
  }
  return bytes
}

/** Beside the event loop. */
async function hashOf(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes))
}

function listHash(hashes: Uint8Array): string {
  return createHash('sha256').update(hashes).digest('hex')
}

function isHash(hash: Uint8Array, hashes: Uint8Array, piece: number): boolean {
  return Buffer.compare(hash, hashes.subarray(piece * hashBytes, (piece + 1) * hashBytes)) === 0
}

function fileError(error: unknown, path: string, what: 'read' | 'written'): RingleaderError {
  if (error instanceof RingleaderError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new RingleaderError(
      'ERR_DISK_FULL',
      `the disk of ${path} is full: free some space, and fetch it again; it goes on where it was`,
      { cause: error },
    )
  const why = reasonOf(code, message)
  return new RingleaderError('ERR_FILE', `${path} cannot be ${what}: ${why}`, { cause: error })
}

function folderError(error: unknown, folder: string): RingleaderError {
  const { code, message } = error as NodeJS.ErrnoException
  const why = code === 'ENOENT' ? 'none can be made there' : reasonOf(code, message)
  return new RingleaderError(
    'ERR_FILE',
    `the folder ${folder} cannot be used: ${why}; choose another with --files`,
    {
      cause: error,
    },
  )
}

function reasonOf(code: string | undefined, message: string): string {
  return code === undefined ? message : (reasons[code] ?? code)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it is closed to you',
  EPERM: 'it is closed to you',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'something else has its name',
  EROFS: 'it is on a read-only file system',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'it is a link that leads back to itself',
}

function toLine({ path, size, changed, hashes, hash }: SharedFile): string {
  return `${JSON.stringify({ path, size, changed, hash, hashes: Buffer.from(hashes).toString('base64') })}\n`
}

function toShared(line: string): SharedFile[] {
  try {
    const { path, size, changed, hash, hashes } = JSON.parse(line) as Record<string, unknown>
    if (typeof path !== 'string' || typeof hash !== 'string' || typeof hashes !== 'string') return []
    if (typeof size !== 'number' || typeof changed !== 'number') return []
    const bytes = new Uint8Array(Buffer.from(hashes, 'base64'))
    return listHash(bytes) === hash ? [{ path, size, changed, hash, hashes: bytes }] : []
  } catch {
    return []
  }
}
