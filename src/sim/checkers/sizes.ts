/**
 * S16: how many bytes frames really are, and how many wait in a link. The simulated network only guesses, which
 * is enough for its speed. Knows the codec; knows nothing of limits.
 */

import type { Frame } from '../../core/messages.ts'
import type { Part } from '../../core/records.ts'
import { encodeFrame } from '../../wire/codec.ts'
import { lamportMax } from '../../wire/limits.ts'
import type { Pipe } from '../network.ts'
import type { SimNode } from '../node.ts'

/** A stamp, at most. */
const stampBytes = 80
/** A frame that names members, two at most; and one that names none. */
const namingBytes = 512
const plainBytes = 72

/** Encoded bytes of parts, which go out to many. */
const parts = new WeakMap<Part, number>()

function bytesOf(part: Part): number {
  let bytes = parts.get(part)
  if (bytes === undefined) {
    // A copy: the codec leaves the bytes in what it encodes, and the core counts by them where they are.
    const { raw: _none, ...copy } = part
    parts.set(part, (bytes = encoded({ type: 'submit', parts: [copy] })))
  }
  return bytes
}

/** Bytes on the wire: exact where there are lists that may grow, else a bound that no frame passes. */
export function wireBytes(frame: Frame): number {
  switch (frame.type) {
    case 'rec':
    case 'up':
      return frame.records.reduce((sum, { part }) => sum + stampBytes + bytesOf(part), 32)
    case 'submit':
      return frame.parts.reduce((sum, part) => sum + bytesOf(part), 32)
    case 'follow':
    case 'followOk':
    case 'view':
    case 'redirect':
    case 'elected':
    case 'move':
      return encoded(frame)
    case 'hello':
    case 'info':
    case 'refer':
    case 'alive':
    case 'probe':
    case 'moved':
      return namingBytes
    default:
      return plainBytes
  }
}

/** The codec refuses what is too long for a frame. */
function encoded(frame: Frame): number {
  try {
    return encodeFrame(lamportMax, frame).length
  } catch {
    return Infinity
  }
}

export class Waiting {
  readonly #links = new WeakMap<Pipe, { sizes: number[]; bytes: number }>()

  /** Bytes that wait in the link that this frame has just been put into, this frame included. */
  sent(from: SimNode, to: SimNode, frame: Frame, bytes: number): number {
    for (const { out } of from.pipes.values()) {
      const { queue } = out
      if (out.to.node !== to.index || queue.at(-1)?.frame !== frame) continue
      let link = this.#links.get(out)
      if (!link) this.#links.set(out, (link = { sizes: [], bytes: 0 }))
      link.sizes.push(bytes)
      link.bytes += bytes
      // What has arrived was the oldest.
      const gone = link.sizes.length - queue.length
      if (gone > 0) for (const size of link.sizes.splice(0, gone)) link.bytes -= size
      return link.bytes
    }
    return bytes
  }
}
