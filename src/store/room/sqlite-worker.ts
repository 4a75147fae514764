/**
 * The thread that holds a room's writing connection, so that waiting for the disk never stalls the
 * event loop. Takes Commands, gives Reports. Writes that queued up while a commit ran are committed
 * together; a query is answered between commits, in a bounded piece of work.
 */

import { existsSync } from 'node:fs'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { assert } from '../../lib/assert.ts'
import type { Blocked } from '../../peer/ports.ts'
import { RingleaderError } from '../../peer/errors.ts'
import { batchStride, transferables, type Page } from './packing.ts'
import { OpenFiles } from './open-files.ts'
import { createRoomDatabase, openRoomDatabase } from './room-database.ts'
import { RoomReader } from './room-reader.ts'
import { RoomWriter } from './room-writer.ts'
import { Scrub } from './scrub.ts'
import type { Connection } from './sqlite-driver.ts'
import { isFull, isLocked, namedError } from './sqlite-errors.ts'
import { toFailure, type Command, type Report, type WorkerSetup } from './worker-messages.ts'

/** Records in one transaction, near enough. Bounds how long a commit takes under load (about 20 ms). */
const groupRecordsMax = 2048
/**
 * Where more is to be written already when a commit ends, the next one begins after a rest: as long as the last one took, and no
 * longer than this. What comes meanwhile shares it, and a slow disk is not kept busy with commits of a record each. Unit: ms.
 */
const restMaxMs = 5
/** How soon is tried again what a full disk or a lock kept from being done. Unit: ms. */
const retryMs = { full: 1000, locked: 250 } as const
/** A lock that is held no longer than this is not reported. Unit: ms. */
const lockPatienceMs = 500
/** How often an idle store checks that its files are still where it opened them. Unit: ms. */
const lookEveryMs = 2000

type WriteCommand = Extract<Command, { type: 'write' }>
type AskCommand = Extract<Command, { type: 'ask' }>

class RoomWorker {
  readonly #port: MessagePort
  readonly #setup: WorkerSetup
  readonly #db: Connection
  readonly #writer: RoomWriter
  readonly #reader: RoomReader
  readonly #writes: WriteCommand[] = []
  readonly #asks: AskCommand[] = []
  #group: WriteCommand[] = []
  /** Why commits wait. */
  #blocked: Blocked | undefined
  #retry: NodeJS.Timeout | undefined
  #rest: NodeJS.Timeout | undefined
  /** Of the monotonic clock. Unit: ms. */
  #restsUntil = 0
  readonly #files: OpenFiles
  readonly #look: NodeJS.Timeout
  #scrub: NodeJS.Timeout | undefined
  #failed = false
  #closing = false

  constructor(port: MessagePort, setup: WorkerSetup) {
    this.#port = port
    this.#setup = setup
    if (setup.create && !existsSync(setup.path)) {
      createRoomDatabase(setup.path, setup.room, setup.create.copies, setup.driver)
    }
    this.#db = openRoomDatabase(setup.path, setup.driver)
    try {
      this.#files = new OpenFiles(setup.path)
      this.#db.exec(`PRAGMA busy_timeout = ${lockPatienceMs}`)
      if (setup.pagesMax > 0) this.#db.exec(`PRAGMA max_page_count = ${setup.pagesMax}`)
      this.#writer = new RoomWriter(this.#db, setup.path)
      this.#reader = new RoomReader(this.#db, setup.path, () => this.#writer.summary)
      this.#reportOpened()
    } catch (error) {
      this.#db.close()
      throw error
    }
    this.#look = setInterval(() => this.#checkFiles(), lookEveryMs)
    port.on('message', (command: Command) => {
      this.#enqueue(command)
      this.#pump()
    })
  }

  #reportOpened(): void {
    const setup = this.#setup
    const { summary } = this.#writer
    const { room, copies, end, clock } = summary
    if (room !== setup.room) {
      throw new RingleaderError('ERR_DAMAGED', `${setup.path} holds another room (${room})`)
    }
    if (end > 0) this.#reader.answer({ type: 'read', from: end, bytesMax: 1 })
    const [namespaces, authors] = [summary.namespaces.copy(), summary.authors.copy()]
    const { parts, placed } = this.#reader.outbox()
    const events = this.#reader.events()
    const opened = {
      type: 'opened',
      room,
      copies,
      end,
      clock,
      namespaces,
      authors,
      outbox: parts,
      placed,
      events,
    } as const
    const buffers = [namespaces, authors].flatMap(({ keys, numbers, hashes }) => [keys, numbers, hashes])
    this.#report(opened, [
      ...buffers.map(({ buffer }) => buffer),
      ...transferables(placed),
      ...transferables(events),
    ])
  }

  #enqueue(command: Command): void {
    if (command.type === 'write') this.#writes.push(command)
    else if (command.type === 'ask') this.#asks.push(command)
    else if (command.type === 'scrub') this.#startScrub()
    else this.#closing = true
  }

  /** Works until nothing is left to do. Looks for new commands after every piece of work, so that they
   * join the next commit. */
  #pump(): void {
    for (;;) {
      this.#receive()
      const isWaiting = this.#retry !== undefined || this.#rests()
      if (!isWaiting) this.#commitGroup()
      const ask = this.#asks.shift()
      if (ask) this.#answer(ask)
      else if (isWaiting || this.#retry || this.#writes.length === 0) break
    }
    if (this.#closing) this.#close()
  }

  #receive(): void {
    let received = receiveMessageOnPort(this.#port)
    for (; received; received = receiveMessageOnPort(this.#port)) this.#enqueue(received.message as Command)
  }

  /** Whether what is to be written rests for a moment; then the thread is woken behind it. */
  #rests(): boolean {
    if (this.#writes.length === 0 || this.#closing) return false
    const restMs = Math.ceil(this.#restsUntil - performance.now())
    if (restMs <= 0) return false
    this.#rest ??= setTimeout(() => {
      this.#rest = undefined
      this.#pump()
    }, restMs)
    return true
  }

  #commitGroup(): void {
    const startedAt = performance.now()
    let records = 0
    while (!this.#blocked && this.#writes.length > 0 && records < groupRecordsMax) {
      const write = this.#writes.shift()!
      records += write.batch.records.length / batchStride
      this.#group.push(write)
    }
    const last = this.#group.at(-1)
    if (!last || this.#failed) {
      this.#group = []
      return
    }
    try {
      this.#writer.commit(this.#group.map(({ batch }) => batch))
    } catch (error) {
      if (isFull(error)) this.#wait('full')
      else if (isLocked(error)) this.#wait('locked')
      // 2.12: a commit that failed otherwise is never retried: what the disk holds is unknown.
      else this.#fail(error)
      return
    }
    this.#group = []
    this.#receive()
    const now = performance.now()
    if (this.#writes.length > 0) this.#restsUntil = now + Math.min(now - startedAt, restMaxMs)
    // 2.12: data that was committed to deleted or moved files does not count as kept.
    if (!this.#checkFiles()) return
    if (this.#blocked) this.#report({ type: 'freed' })
    this.#blocked = undefined
    this.#report({ type: 'committed', upTo: last.upTo })
  }

  /** Keeps the group and tries the same again later, before all that queues up behind it. */
  #wait(why: Blocked): void {
    if (this.#blocked !== why) this.#report({ type: 'blocked', why })
    this.#blocked = why
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.#pump()
    }, retryMs[why])
  }

  /** Whether the files are still where they were opened; if not, the store has failed. */
  #checkFiles(): boolean {
    if (this.#failed || !this.#files.areGone()) return true
    this.#fail(
      new RingleaderError(
        'ERR_HOME_UNUSABLE',
        `${this.#setup.path} was deleted, moved or replaced while this node was running: it stops, because nothing is kept any more; put the home back, or join again`,
      ),
    )
    return false
  }

  #fail(error: unknown): void {
    this.#failed = true
    this.#group = []
    this.#writes.length = 0
    this.#report({
      type: 'failed',
      failure: toFailure(namedError(error, this.#setup.path, 'ERR_COMMIT_FAILED')),
    })
  }

  #answer({ id, question }: AskCommand): void {
    try {
      const value: unknown = this.#reader.answer(question)
      this.#report({ type: 'answer', id, value }, pagesIn(value).flatMap(transferables))
    } catch (error) {
      const failure = toFailure(namedError(error, this.#setup.path, 'ERR_HOME_UNUSABLE'))
      this.#report({ type: 'refusal', id, failure })
      this.#report({ type: 'failed', failure })
    }
  }

  #startScrub(): void {
    const scrub = new Scrub(this.#reader, this.#writer.summary.end)
    this.#scrub = setTimeout(() => this.#scrubOn(scrub), this.#setup.scrub.afterMs)
  }

  #scrubOn(scrub: Scrub): void {
    this.#scrub = undefined
    if (this.#failed || this.#closing) return
    try {
      if (scrub.step()) this.#scrub = setTimeout(() => this.#scrubOn(scrub), this.#setup.scrub.everyMs)
    } catch (error) {
      const failure = toFailure(namedError(error, this.#setup.path, 'ERR_DAMAGED'))
      this.#report({ type: 'failed', failure })
    }
  }

  #close(): void {
    clearTimeout(this.#rest)
    clearTimeout(this.#scrub)
    clearInterval(this.#look)
    if (this.#retry) {
      clearTimeout(this.#retry)
      this.#retry = undefined
      // What waits behind it as well, unless it still cannot be written: that is given up.
      do this.#commitGroup()
      while (!this.#retry && this.#writes.length > 0)
      clearTimeout(this.#retry)
    }
    this.#db.close()
    this.#port.close()
  }

  #report(report: Report, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(report, transfer)
  }
}

function pagesIn(value: unknown): Page[] {
  if (typeof value !== 'object' || value === null) return []
  if ('bytes' in value) return [value as Page]
  return 'page' in value ? [value.page as Page] : []
}

assert(parentPort, 'the worker of a store runs in a thread of its own')
const setup = workerData as WorkerSetup
try {
  new RoomWorker(parentPort, setup)
} catch (error) {
  const failure = toFailure(namedError(error, setup.path, 'ERR_HOME_UNUSABLE'))
  parentPort.postMessage({ type: 'unopened', failure } satisfies Report)
  parentPort.close()
}
