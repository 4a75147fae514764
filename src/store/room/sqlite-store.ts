/**
 * A room on disk: the store whose database lives in `<home>/rooms/<room id>.db`. This is the event
 * loop's side: it packs and unpacks records and passes work to the worker that holds the connection.
 */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { lateCommitMs } from '../../core/model/bounds.ts'
import type { Write } from '../../core/model/effects.ts'
import { isLocked, type Namespace, type RoomId } from '../../core/model/ids.ts'
import type { BookEntry } from '../../core/model/frames.ts'
import type { StoredLock } from '../../core/model/lock.ts'
import { noChain, type Chain, type StampedRecord } from '../../core/model/records.ts'
import { RingleaderError } from '../../peer/errors.ts'
import type { FoundPage, HistoryPage, Store, Stored, StoreSink } from '../../peer/ports.ts'
import { BookKeeper, bookPathOf, readBook } from '../home/book-file.ts'
import { lockPathOf, readLock, writeLock } from '../home/lock-file.ts'
import { scanChains } from './chain-scan.ts'
import { arrivalPages, foundPages, transcriptPages, type TranscriptOptions } from './history-pages.ts'
import { decodeStored, packWrites, transferables, unpackPage, type Page, type PartCodec } from './packing.ts'
import { hasLeftovers, setAside } from './room-database.ts'
import { seekPieceMax, type Answers, type Question } from './room-reader.ts'
import type { DriverName } from './sqlite-driver.ts'
import { namedError } from './sqlite-errors.ts'
import type { PartFilter } from '../../wire/part-search.ts'
import { fromFailure, type Command, type Opened, type Report, type WorkerSetup } from './worker-messages.ts'

export { setAside } from './room-database.ts'

/** When and how gently the history is looked through for damage: about 1 % of a core. Unit: ms. */
const scrubDefault = { afterMs: 5000, everyMs: 100 }

/**
 * Closing gives the thread up when it reports nothing for so many looks: its disk hangs, and it may never come back.
 * Looks are counted, not time, so that a process that was stopped and goes on gives its thread as long as any other.
 */
const silentLooksMax = 8
/** Unit: ms. */
const lookEveryMs = 500

export type SqliteOptions = {
  /** `<home>/rooms/<room id>.db` (Home.roomPath). Its folder exists. */
  path: string
  room: RoomId
  codec: PartCodec
  /** Make the room when the home does not hold it; `copies` is ignored when it does. */
  create?: { copies: number }
  /** The look through the history for damage: its start after opening, and the pause between its pieces
   * of 64 KiB. Unit: ms. Default 5000 and 100. */
  scrub?: { afterMs: number; everyMs: number }
  /** For tests of a full disk: a limit on the database's pages of 4 KiB. Default none. */
  pagesMax?: number
  /** For tests. Default the first one that works here. */
  driver?: DriverName
}

/**
 * Opens a room's database; takes the same time for any length of its history.
 * Rejects with ERR_NO_ROOM (not there, and `create` is not given), ERR_DAMAGED (set it aside with
 * `setAside`), ERR_LOCKED (the file of its lock is damaged), ERR_HOME_UNUSABLE, ERR_DISK_FULL. Damage in the middle of the history shows later, in
 * `StoreSink.failed`.
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { path, room, codec, create, scrub = scrubDefault, pagesMax = 0, driver } = options
  if (create && (await hasLeftovers(path))) await setAside(path)
  const lock = isLocked(room) ? await readLock(lockPathOf(path)) : undefined
  const workerData: WorkerSetup = { path, room, create, scrub, pagesMax, driver }
  const worker = new Worker(new URL('sqlite-worker.js', import.meta.url), {
    workerData,
    name: 'ringleader store',
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  const [report, book] = await Promise.all([firstReport(worker, path), readBook(bookPathOf(path))])
  if (report.type !== 'opened') {
    await worker.terminate()
    throw report.type === 'unopened' ? fromFailure(report.failure) : new Error(`worker said ${report.type}`)
  }
  try {
    const stored = { ...toStored(report, codec, book), lock }
    return new SqliteStore(worker, stored, codec, path)
  } catch (error) {
    await worker.terminate()
    throw error
  }
}

/** What the worker says first. Rejects when it cannot even do that. */
async function firstReport(worker: Worker, path: string): Promise<Report> {
  const gone = new AbortController()
  const ended = once(worker, 'exit', { signal: gone.signal }).then(() => {
    throw new Error('its thread ended')
  })
  try {
    const [report] = (await Promise.race([once(worker, 'message', { signal: gone.signal }), ended])) as [
      Report,
    ]
    return report
  } catch (error) {
    throw namedError(error, path, 'ERR_HOME_UNUSABLE')
  } finally {
    ended.catch(() => undefined)
    gone.abort()
  }
}

class SqliteStore implements Store {
  readonly stored: Stored
  readonly durable = true
  readonly #worker: Worker
  readonly #codec: PartCodec
  readonly #book: BookKeeper
  readonly #lockPath: string
  readonly #asked = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  #lastAsked = 0
  #sink: StoreSink | undefined
  #early: Error | undefined
  #waiting: Write[] = []
  /** The last persist that was given, and the last of which the thread said that it is committed. */
  #upTo = 0
  #committed = 0
  /** Hands over what waits, if no flush comes before. */
  #lazy: NodeJS.Timeout | undefined
  /** Hands it over at the end of this turn of the event loop: a flush came. */
  #turn: NodeJS.Immediate | undefined
  #closed: Promise<void> | undefined
  /** Looks since the thread reported last, while closing. */
  #silentLooks = 0
  readonly #exit: Promise<void>

  constructor(worker: Worker, stored: Stored, codec: PartCodec, path: string) {
    this.#worker = worker
    this.stored = stored
    this.#codec = codec
    this.#book = new BookKeeper(bookPathOf(path))
    this.#lockPath = lockPathOf(path)
    worker.on('message', (report: Report) => this.#hear(report))
    worker.on('error', (error: unknown) => this.#fail(namedError(error, 'the room', 'ERR_COMMIT_FAILED')))
    this.#exit = new Promise((resolve) => {
      worker.once('exit', () => {
        if (!this.#closed) this.#fail(new RingleaderError('ERR_COMMIT_FAILED', "the store's thread ended"))
        const left = new RingleaderError('ERR_LEFT', 'the room has been left')
        for (const { reject } of this.#asked.values()) reject(left)
        this.#asked.clear()
        resolve()
      })
    })
  }

  attach(sink: StoreSink): void {
    this.#sink = sink
    const early = this.#early
    if (early) setImmediate(() => sink.failed(early))
    this.#command({ type: 'scrub' })
  }

  get isWritten(): boolean {
    return this.#committed === this.#upTo
  }

  persist(n: number, write: Write): void {
    this.#upTo = n
    this.#waiting.push(write)
    this.#lazy ??= setTimeout(() => this.#handOver(), lateCommitMs)
  }

  flush(): void {
    // One message to the worker for all the writes of a turn of the event loop. A microtask would be too
    // soon: a caller that says many things in one turn awaits each, and so says each in a microtask of its own.
    this.#turn ??= setImmediate(() => this.#handOver())
  }

  async read(from: number, bytesMax: number): Promise<StampedRecord[]> {
    return this.#unpack(await this.#ask({ type: 'read', from, bytesMax }))
  }

  async seek(lacking: ReadonlyMap<Namespace, number>): Promise<number> {
    const entries = [...lacking]
    let first = Number.MAX_SAFE_INTEGER
    // In pieces: commits have their turns between them.
    for (let at = 0; at < entries.length && first > 1; at += seekPieceMax) {
      const piece = entries.slice(at, at + seekPieceMax)
      first = (await this.#ask({ type: 'seek', lacking: piece, before: first })) ?? first
    }
    return first < Number.MAX_SAFE_INTEGER ? first : (await this.#ask({ type: 'end' })) + 1
  }

  chainsAt(
    namespace: Namespace,
    points: readonly number[],
    base = { s: 0, chain: noChain },
  ): Promise<Chain[]> {
    return scanChains(this.#ask, namespace, points, base)
  }

  keepBook(book: readonly BookEntry[]): void {
    this.#book.keep(book)
  }

  keepLock(lock: StoredLock): void {
    try {
      writeLock(this.#lockPath, lock)
    } catch (error) {
      this.#fail(namedError(error, this.#lockPath, 'ERR_COMMIT_FAILED'))
    }
  }

  arrivals(from: number, to: number): AsyncIterable<readonly StampedRecord[]> {
    return arrivalPages(this.#ask, this.#unpack, from, to)
  }

  transcript(options: TranscriptOptions): AsyncIterable<HistoryPage> {
    return transcriptPages(this.#ask, this.#unpack, options)
  }

  search(filter: PartFilter): AsyncIterable<FoundPage> {
    return foundPages(this.#ask, this.#unpack, filter)
  }

  /**
   * Commits what was given; what a full disk keeps out is given up. Rejects with ERR_COMMIT_FAILED when the disk
   * hangs; then the thread still holds the database, and may write to it, until the process ends.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#handOver()
    this.#command({ type: 'close' })
    let look: NodeJS.Timeout | undefined
    const silence = new Promise<never>((_, reject) => {
      look = setInterval(() => {
        if (++this.#silentLooks >= silentLooksMax) reject(hangs())
      }, lookEveryMs)
    })
    try {
      await Promise.race([Promise.all([this.#exit, this.#book.settle()]), silence])
    } finally {
      clearInterval(look)
    }
  }

  #handOver(): void {
    clearTimeout(this.#lazy)
    clearImmediate(this.#turn)
    this.#lazy = this.#turn = undefined
    if (this.#waiting.length === 0) return
    const batch = packWrites(this.#waiting, this.#codec)
    this.#waiting = []
    this.#command({ type: 'write', upTo: this.#upTo, batch }, transferables(batch))
  }

  #ask = <Q extends Question>(question: Q): Promise<Answers[Q['type']]> => {
    if (this.#closed) return Promise.reject(new RingleaderError('ERR_LEFT', 'the room has been left'))
    const id = ++this.#lastAsked
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject })
      this.#command({ type: 'ask', id, question })
    })
  }

  #unpack = (page: Page): StampedRecord[] => unpackPage(page, this.#codec)

  #command(command: Command, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(command, transfer)
  }

  #hear(report: Report): void {
    this.#silentLooks = 0
    switch (report.type) {
      case 'committed':
        this.#committed = report.upTo
        return this.#sink?.committed(report.upTo)
      case 'blocked':
        return this.#sink?.blocked(report.why)
      case 'freed':
        return this.#sink?.freed()
      case 'failed':
        return this.#fail(fromFailure(report.failure))
      case 'answer':
        this.#asked.get(report.id)?.resolve(report.value as never)
        this.#asked.delete(report.id)
        return
      case 'refusal':
        this.#asked.get(report.id)?.reject(fromFailure(report.failure))
        this.#asked.delete(report.id)
        return
      case 'opened':
      case 'unopened':
        return
    }
  }

  #fail(error: Error): void {
    if (this.#sink) this.#sink.failed(error)
    else this.#early ??= error
  }
}

function hangs(): RingleaderError {
  const text =
    'the disk does not answer: what it has not written may be lost here, the other members hold it; check the disk ' +
    'and start again'
  return new RingleaderError('ERR_COMMIT_FAILED', text)
}

function toStored(opened: Opened, codec: PartCodec, book: BookEntry[]): Stored {
  const { room, copies, end, clock, namespaces, authors } = opened
  const placed = unpackPage(opened.placed, codec)
  const outbox = opened.outbox.map((raw) => decodeStored(raw, codec))
  const events = unpackPage(opened.events, codec)
  return { room, copies, end, clock, namespaces, authors, outbox, placed, events, book }
}
