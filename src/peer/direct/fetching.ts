/**
 * Fetches one file: asks members that may have it, one after the other, writes what was verified, and goes on with the next
 * member where one is gone, silent, or sends what is wrong.
 */

import type { Uid } from '../../core/model/ids.ts'
import type { DirectFrame } from '../../wire/direct-codec.ts'
import { hashBytes, pieceBytes } from '../../wire/limits.ts'
import { RingleaderError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import type { RoomMember } from '../room.ts'
import type { FilePort, PartFile, SharedFile } from './file-port.ts'
import type { FileProgress, OfferedFile } from './files.ts'
import type { DirectLinks, Line, LineUser, NoLink } from './direct-links.ts'

/** Pieces that are asked for ahead: so many are held in memory, 1 MiB each. */
const ahead = 4
/** How long a source may send nothing. Unit: ms. */
const silentMs = 4000
/**
 * A source that sends less in so much waiting is given up, once, where others may have the file. Unit of the first: ms; of the
 * second: bytes.
 */
const [slowMs, slowBytes] = [10_000, 512 * 1024]
/** All members were asked in vain: they are asked again, so often, after a pause. Unit of the second: ms. */
const rounds = 3
const againMs = 500
/** A member that has it serves as many as it may: it is asked again, for so long. Unit: ms. */
const busyMsMax = 120_000
/** How often progress is told, and how often it is looked whether the caller has given up. Unit: ms. */
const tellMs = 100
/**
 * How often it is looked how late this event loop is, and so what people say. When it is later than the second, less is asked for,
 * and later: for so many times as long, and at most so long. Unit of all but the third: ms.
 */
const paceMs = 20
const lateMs = 15
const [restFactor, restMsMax] = [4, 400]

export type FetchingParts = {
  links: Pick<DirectLinks, 'open'>
  disk: FilePort
  clock: Pick<Clock, 'after' | 'monotonic'>
  /** Who may have it, the likeliest first. */
  sources: () => readonly RoomMember[]
  file: OfferedFile
  folder: string
  progress: (progress: FileProgress) => void
  isAborted: () => boolean
}

/** Resolves to the file. Rejects as Files.receive does. */
export async function fetchFile(parts: FetchingParts): Promise<SharedFile> {
  return new Fetching(parts).run()
}

class Fetching {
  readonly #parts: FetchingParts
  readonly #count: number
  #hashes: Uint8Array | undefined
  #part: PartFile | undefined
  /** The first piece that is not written; none behind it is, unless it is in `#ready`. */
  #done = 0
  readonly #ready = new Set<number>()
  #told = -Infinity
  /** Node ids of those that were given up as slow. */
  readonly #slow = new Set<string>()
  /** In this round a member had no time for it. */
  #isBusy = false

  constructor(parts: FetchingParts) {
    this.#parts = parts
    this.#count = Math.ceil(parts.file.size / pieceBytes)
  }

  async run(): Promise<SharedFile> {
    const { sources, clock, file, isAborted } = this.#parts
    const startedAt = clock.monotonic()
    try {
      for (let round = 0; round < rounds; round++) {
        let isHelped = false
        this.#isBusy = false
        // The members may be others after each try.
        for (const asked = new Set<string>(); ;) {
          if (isAborted()) throw givenUp()
          const source = sources().find(({ id }) => !asked.has(id))
          if (!source) break
          asked.add(source.id)
          const before = this.#done
          await this.#from(source)
          if (this.#part && this.#done === this.#count) return await this.#finish(this.#part)
          isHelped ||= this.#done > before
        }
        if (isHelped || (this.#isBusy && clock.monotonic() - startedAt < busyMsMax)) round = 0
        await new Promise<void>((resolve) => clock.after(againMs, resolve))
      }
      const what =
        this.#done > 0
          ? `nobody here has the rest of ${file.name}: it goes on when it is fetched again`
          : `nobody here has ${file.name}: it can be fetched when a member that has it is in the room`
      throw new RingleaderError(
        'ERR_UNREACHABLE',
        this.#isBusy ? `all who have ${file.name} are busy: try again later` : what,
      )
    } finally {
      await this.#part?.close()
    }
  }

  async #finish(part: PartFile): Promise<SharedFile> {
    const { file } = this.#parts
    this.#tell(undefined, true)
    const path = await part.finish()
    // Who serves it looks at the time of its last change.
    return { path, size: file.size, changed: 0, hashes: this.#hashes!, hash: file.hash }
  }

  /** Fetches what it can from one member. Rejects where it is no use to ask another. */
  #from(source: RoomMember): Promise<void> {
    const { links, clock } = this.#parts
    return new Promise((resolve, reject) => {
      let cancelWatch = (): void => {}
      let failure: Error | undefined
      const cancelOpen = links.open(
        source.id as Uid,
        (line) => {
          cancelGiveUp()
          const session = new Source(line, {
            count: this.#count,
            size: this.#parts.file.size,
            begun: (hashes) => this.#begin(hashes),
            next: (from) => this.#next(from),
            take: (piece, bytes) => this.#take(piece, bytes, source),
            failed: (error) => (failure = error),
            later: (ms, run) => clock.after(ms, run),
            ended: (why) => {
              cancelWatch()
              this.#isBusy ||= why === 'busy'
              if (failure) reject(failure)
              else resolve()
            },
          })
          // A line takes frames once who opened it knows its user.
          clock.after(0, () => line.send({ type: 'want', hash: this.#parts.file.hash }))
          let quietMs = 0
          let seen = 0
          let waitedMs = 0
          let bytesThen = 0
          let due = clock.monotonic() + paceMs
          const watch = (): void => {
            const lag = clock.monotonic() - due
            due = clock.monotonic() + paceMs
            session.restMs = lag > lateMs ? Math.min(restMsMax, restFactor * lag) : 0
            quietMs = session.heard === seen && !session.isWriting ? quietMs + paceMs : 0
            seen = session.heard
            if (this.#parts.isAborted()) {
              failure = givenUp()
              return line.close()
            }
            if (quietMs >= silentMs) return line.close()
            if (!session.isWriting) waitedMs += paceMs
            if (waitedMs >= slowMs) {
              if (session.bytes - bytesThen < slowBytes && this.#gaveUp(source)) return line.close()
              waitedMs = 0
              bytesThen = session.bytes
            }
            cancelWatch = clock.after(paceMs, watch)
          }
          cancelWatch = clock.after(paceMs, watch)
          return session
        },
        (why) => {
          cancelGiveUp()
          this.#isBusy ||= why === 'busy'
          resolve()
        },
      )
      let cancelGiveUp = (): void => {}
      const look = (): void => {
        if (!this.#parts.isAborted()) return void (cancelGiveUp = clock.after(tellMs, look))
        cancelOpen()
        reject(givenUp())
      }
      cancelGiveUp = clock.after(tellMs, look)
    })
  }

  /** Whether a slow source is left for others: each once, so that nobody is left for ever. */
  #gaveUp({ id }: RoomMember): boolean {
    if (this.#slow.has(id) || !this.#parts.sources().some((other) => other.id !== id)) return false
    this.#slow.add(id)
    return true
  }

  /** False: these are not the hashes of the file. */
  async #begin(hashes: Uint8Array): Promise<boolean> {
    const { disk, file, folder } = this.#parts
    if (hashes.length !== this.#count * hashBytes || !disk.isListOf(hashes, file.hash)) return false
    if (this.#part) return true
    const part = await disk.begin(folder, file.name, file.size, file.hash, hashes)
    this.#hashes = hashes
    this.#part = part
    this.#done = part.pieces
    return true
  }

  /** The first piece from `from` on that is not here. */
  #next(from: number): number | undefined {
    let piece = Math.max(from, this.#done)
    while (this.#ready.has(piece)) piece++
    return piece < this.#count ? piece : undefined
  }

  async #take(piece: number, bytes: Uint8Array, source: RoomMember): Promise<boolean> {
    if (!(await this.#part!.write(piece, bytes))) return false
    this.#ready.add(piece)
    while (this.#ready.delete(this.#done)) this.#done++
    this.#tell(source.name, false)
    return true
  }

  #tell(from: string | undefined, isLast: boolean): void {
    const { clock, progress, file } = this.#parts
    const now = clock.monotonic()
    if (!isLast && now - this.#told < tellMs) return
    this.#told = now
    progress({ done: Math.min(file.size, this.#done * pieceBytes), size: file.size, from })
  }
}

type SourceParts = {
  count: number
  /** Unit: bytes. */
  size: number
  begun: (hashes: Uint8Array) => Promise<boolean>
  next: (from: number) => number | undefined
  take: (piece: number, bytes: Uint8Array) => Promise<boolean>
  /** It is no use to ask another. */
  failed: (error: Error) => void
  /** Returns a function that calls it off. */
  later: (ms: number, run: () => void) => () => void
  ended: (why: NoLink) => void
}

function givenUp(): RingleaderError {
  return new RingleaderError('ERR_LEFT', 'it is not fetched any more: what came is kept')
}

/** The other end of one line, from which pieces come in the order in which they were asked for. */
class Source implements LineUser {
  readonly #line: Line
  readonly #parts: SourceParts
  readonly #hashes: Uint8Array
  #hashesSeen = 0
  /** Asked for and not here yet, the oldest first; and what came of it. */
  readonly #asked: number[] = []
  #piece: Uint8Array | undefined
  /** Memory for pieces that is free: new memory for each would be most of the work. */
  readonly #free: Uint8Array[] = []
  #seen = 0
  #from = 0
  #writing = 0
  #isReady = false
  #isOver = false
  #why: NoLink = 'closed'
  #cancelRest: (() => void) | undefined
  /** Grows with each frame. */
  heard = 0
  /** Of pieces. */
  bytes = 0
  /** How long to wait before more is asked for. Unit: ms. 0: as fast as it goes. */
  restMs = 0

  constructor(line: Line, parts: SourceParts) {
    this.#line = line
    this.#parts = parts
    this.#hashes = new Uint8Array(parts.count * hashBytes)
  }

  /** It waits for this end, not for the other. */
  get isWriting(): boolean {
    return this.#writing > 0 || this.#cancelRest !== undefined
  }

  received(frame: DirectFrame): void {
    this.heard++
    if (frame.type === 'have' && !this.#isReady) return this.#takeHashes(frame.hashes)
    if (frame.type === 'data' && this.#isReady) return this.#takeData(frame.bytes)
    this.#line.close()
  }

  closed(why: NoLink): void {
    this.#isOver = true
    this.#why = why
    this.#cancelRest?.()
    // What is being written counts.
    if (this.#writing === 0) this.#parts.ended(why)
  }

  #takeHashes(bytes: Uint8Array): void {
    if (this.#hashesSeen + bytes.length > this.#hashes.length) return this.#line.close()
    this.#hashes.set(bytes, this.#hashesSeen)
    this.#hashesSeen += bytes.length
    if (this.#hashesSeen < this.#hashes.length) return
    this.#isReady = true
    this.#doing(this.#parts.begun(this.#hashes))
  }

  #takeData(bytes: Uint8Array): void {
    const [piece] = this.#asked
    if (piece === undefined) return this.#line.close()
    const length = Math.min(pieceBytes, this.#parts.size - piece * pieceBytes)
    this.#piece ??= this.#free.pop() ?? new Uint8Array(Math.min(pieceBytes, this.#parts.size))
    if (this.#seen + bytes.length > length) return this.#line.close()
    this.#piece.set(bytes, this.#seen)
    this.#seen += bytes.length
    this.bytes += bytes.length
    if (this.#seen < length) return
    const whole = this.#piece
    this.#asked.shift()
    this.#piece = undefined
    this.#seen = 0
    this.#doing(this.#parts.take(piece, whole.subarray(0, length)).finally(() => this.#free.push(whole)))
  }

  /** Asks for more when it is done, unless it was wrong. */
  #doing(done: Promise<boolean>): void {
    this.#writing++
    done
      .then(
        (isRight) => isRight,
        (error: unknown) => {
          this.#parts.failed(error as Error)
          return false
        },
      )
      .then((isRight) => {
        this.#writing--
        if (this.#isOver) {
          if (this.#writing === 0) this.#parts.ended(this.#why)
        } else if (isRight) this.#ask()
        else this.#line.close()
      })
      .catch(() => undefined)
  }

  #ask(): void {
    if (this.#cancelRest) return
    if (this.restMs > 0 && this.#asked.length === 0 && this.#next() !== undefined) {
      this.#cancelRest = this.#parts.later(this.restMs, () => {
        this.#cancelRest = undefined
        this.restMs = 0
        this.#ask()
      })
      return
    }
    const most = this.restMs > 0 ? 1 : ahead
    while (this.#asked.length + this.#writing < most) {
      const piece = this.#next()
      if (piece === undefined) break
      this.#from = piece + 1
      this.#asked.push(piece)
      this.#line.send({ type: 'get', piece })
    }
    if (this.#asked.length > 0 || this.#writing > 0) return
    this.#line.send({ type: 'got' })
    this.#line.close()
  }

  #next(): number | undefined {
    return this.#parts.next(this.#from)
  }
}
