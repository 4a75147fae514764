/**
 * S16: how many bytes frames really take. The simulated network only estimates that, which is enough for
 * back-pressure and much faster.
 */

import type { Frame } from '../../src/core/model/frames.ts'
import type { Part } from '../../src/core/model/records.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/codec.ts'
import { lamportMax, prefixBytes } from '../../src/wire/limits.ts'

/** A stamp with its seal, at most. */
const stampBytes = 184
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
    case 'held':
    case 'lacks':
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

/** The codec refuses what is too long for a frame; and what it encodes it must be able to read. */
function encoded(frame: Frame): number {
  try {
    const bytes = encodeFrame(lamportMax, frame)
    decodeFrame(bytes.subarray(prefixBytes))
    return bytes.length
  } catch {
    return Infinity
  }
}
