/**
 * One line on which another member fetches a file from this node. It asks for pieces; they go out a little at a time, as fast as
 * the line takes them.
 */

import type { DirectFrame } from '../../wire/direct-codec.ts'
import { dataBytesMax, hashBytes, hashesPerPageMax } from '../../wire/limits.ts'
import type { FilePort, OpenFile, SharedFile } from './file-port.ts'
import type { Line, LineUser } from './direct-links.ts'

/** Pieces that may be asked for ahead. */
const aheadMax = 8
/** DATA that goes out before the line has drained: what is buffered never grows much beyond it. */
const burstMax = 8

export type ServingParts = {
  line: Line
  file: SharedFile
  disk: Pick<FilePort, 'open'>
  /** The other end has all of it. */
  got: () => void
  /** The file has changed, or is gone. */
  unserved: () => void
  ended: () => void
}

export class Serving implements LineUser {
  readonly #parts: ServingParts
  #open: Promise<OpenFile>
  readonly #asked: number[] = []
  #isSending = false
  #hasGot = false
  #isOver = false
  #burst = 0
  #drained: (() => void) | undefined

  constructor(parts: ServingParts) {
    this.#parts = parts
    this.#open = parts.disk.open(parts.file)
    void this.#begin()
  }

  received(frame: DirectFrame): void {
    const { line, file, got } = this.#parts
    if (frame.type === 'got') {
      if (!this.#hasGot) got()
      this.#hasGot = true
      return
    }
    const count = file.hashes.length / hashBytes
    if (frame.type !== 'get' || frame.piece >= count || this.#asked.length >= aheadMax) return line.close()
    this.#asked.push(frame.piece)
    if (!this.#isSending) void this.#send()
  }

  drained(): void {
    this.#burst = 0
    const drained = this.#drained
    this.#drained = undefined
    drained?.()
  }

  closed(): void {
    this.#isOver = true
    this.drained()
    void this.#open.then(
      (open) => open.close(),
      () => undefined,
    )
    this.#parts.ended()
  }

  async #begin(): Promise<void> {
    const { line, file } = this.#parts
    try {
      await this.#open
    } catch {
      this.#parts.unserved()
      line.send({ type: 'lack' })
      return line.close()
    }
    const pageBytes = hashesPerPageMax * hashBytes
    for (let at = 0; at < file.hashes.length; at += pageBytes) {
      line.send({ type: 'have', hashes: file.hashes.subarray(at, at + pageBytes) })
      await this.#paced()
    }
  }

  async #send(): Promise<void> {
    this.#isSending = true
    const { line } = this.#parts
    try {
      const open = await this.#open
      let next: { piece: number; bytes: Promise<Uint8Array> } | undefined
      for (let piece = this.#asked[0]; piece !== undefined && !this.#isOver; piece = this.#asked[0]) {
        const bytes = await (next?.piece === piece ? next.bytes : open.read(piece))
        // The disk works while this one goes out.
        const [, ahead] = this.#asked
        next = ahead === undefined ? undefined : { piece: ahead, bytes: open.read(ahead) }
        next?.bytes.catch(() => undefined)
        for (let at = 0; at < bytes.length && !this.#isOver; at += dataBytesMax) {
          line.send({ type: 'data', bytes: bytes.subarray(at, at + dataBytesMax) })
          await this.#paced()
        }
        this.#asked.shift()
      }
    } catch {
      // Another member may have it.
      if (!this.#isOver) this.#parts.unserved()
      line.close()
    }
    this.#isSending = false
  }

  async #paced(): Promise<void> {
    if (++this.#burst < burstMax || this.#isOver) return
    await new Promise<void>((resolve) => (this.#drained = resolve))
  }
}
