/**
 * Files of a room: offers them, serves those that this node has whole, and fetches others. See files.ts.
 */

import type { Uid } from '../../core/model/ids.ts'
import type { DirectFrame } from '../../wire/direct-codec.ts'
import { fileNameProblem, formatOffer, offeredName, parseOffer } from '../../wire/offer.ts'
import { Emitter } from '../emitter.ts'
import { RingleaderError, usageError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import type { RoomMember } from '../room.ts'
import { fetchFile } from './fetching.ts'
import type { FilePort } from './file-port.ts'
import type { FileEvents, FileProgress, Files, HeldFile, OfferedFile } from './files.ts'
import type { DirectLinks, Line, LineUser } from './direct-links.ts'
import { Serving } from './serving.ts'

/** Files that are fetched here at a time, and that are served: of all, and to one member. */
const fetchesMax = 4
const servedMax = 16
const servedPerPeerMax = 4

export type FileShareParts = {
  links: DirectLinks
  disk: FilePort
  clock: Pick<Clock, 'after' | 'monotonic'>
  self: { uid: Uid }
  members: () => readonly RoomMember[]
  /** Says an offer to the room. */
  say: (offer: string) => Promise<{ id: string }>
}

export class FileShare implements Files {
  readonly #parts: FileShareParts
  readonly #events: Emitter<FileEvents>
  readonly #served = new Map<Line, string>()
  /** Hashes of those that were not as they were offered, and of which it was told. */
  readonly #unserved = new Set<string>()
  /** Hashes of those that are being fetched. */
  readonly #fetched = new Set<string>()
  #isOver = false

  constructor(parts: FileShareParts) {
    this.#parts = parts
    this.#events = new Emitter((run) => parts.clock.after(0, run))
  }

  async offer(
    path: string,
    { progress }: { progress?: (done: number, size: number) => void } = {},
  ): Promise<{ id: string; file: OfferedFile }> {
    const { disk, say } = this.#parts
    if (typeof path !== 'string' || path === '') throw usageError('a file is named by its path')
    const surveyed = await disk.survey(path, progress)
    const { size, hash } = surveyed
    const file = { name: offeredName(surveyed.name), size, hash }
    await disk.share(surveyed)
    this.#unserved.delete(hash)
    const { id } = await say(formatOffer(file))
    return { id, file }
  }

  async receive(
    file: OfferedFile,
    options: {
      folder: string
      author?: string
      progress?: (progress: FileProgress) => void
      signal?: { readonly aborted: boolean }
    },
  ): Promise<{ path: string }> {
    const { folder, author, progress = () => undefined, signal } = options
    const { links, disk, clock } = this.#parts
    if (this.#isOver) throw new RingleaderError('ERR_LEFT', 'the room is over')
    if (!parseOffer(formatOffer(file))) throw usageError('that is no file that was offered')
    const problem = fileNameProblem(file.name)
    if (problem !== undefined)
      throw new RingleaderError('ERR_FILE', `the file is refused: its name ${problem}`)
    if (this.#fetched.has(file.hash)) throw usageError(`${file.name} is being fetched already`)
    if (this.#fetched.size >= fetchesMax)
      throw usageError(`${fetchesMax} files are being fetched: wait until one is here`)
    this.#fetched.add(file.hash)
    try {
      const shared = await fetchFile({
        links,
        disk,
        clock,
        sources: () => this.#sources(author),
        file,
        folder,
        progress,
        isAborted: () => this.#isOver || signal?.aborted === true,
      })
      await disk.share(shared)
      return { path: shared.path }
    } finally {
      this.#fetched.delete(file.hash)
    }
  }

  async held(file: OfferedFile, { folder }: { folder: string }): Promise<HeldFile> {
    if (!parseOffer(formatOffer(file)) || fileNameProblem(file.name) !== undefined)
      return { path: undefined, done: 0 }
    return this.#parts.disk.held(folder, file.name, file.size, file.hash)
  }

  on<E extends keyof FileEvents>(event: E, listener: FileEvents[E]): this {
    this.#events.on(event, listener)
    return this
  }

  off<E extends keyof FileEvents>(event: E, listener: FileEvents[E]): this {
    this.#events.off(event, listener)
    return this
  }

  /** A line that another member opened. */
  serve(line: Line, first: DirectFrame): LineUser | 'busy' | undefined {
    if (first.type !== 'want') return undefined
    const file = this.#parts.disk.shared.find(({ hash }) => hash === first.hash)
    const own = [...this.#served.values()].filter((uid) => uid === line.uid)
    if (file && (this.#served.size >= servedMax || own.length >= servedPerPeerMax)) return 'busy'
    if (!file) {
      line.send({ type: 'lack' })
      line.close()
      return { received: () => undefined, closed: () => undefined }
    }
    this.#served.set(line, line.uid)
    return new Serving({
      line,
      file,
      disk: this.#parts.disk,
      got: () => {
        const name = this.#parts.members().find(({ id }) => id === line.uid)?.name ?? ''
        this.#events.emit('fetched', { hash: file.hash, path: file.path, id: line.uid, name })
      },
      unserved: () => {
        if (this.#isOver || this.#unserved.has(file.hash)) return
        this.#unserved.add(file.hash)
        this.#events.emit('unserved', { hash: file.hash, path: file.path })
      },
      ended: () => this.#served.delete(line),
    })
  }

  end(): void {
    this.#isOver = true
  }

  /** All others: who offered it first. */
  #sources(author: string | undefined): RoomMember[] {
    const others = this.#parts.members().filter(({ id }) => id !== this.#parts.self.uid)
    return [...others.filter(({ id }) => id === author), ...others.filter(({ id }) => id !== author)]
  }
}
