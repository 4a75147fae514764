/**
 * Encodes frames as bytes and decodes them. Other folders use this file, framer.ts and limits.ts.
 */

import protobuf from 'protobufjs/minimal.js'
import type { Frame } from '../core/model/frames.ts'
import { assert } from '../lib/assert.ts'
import { BadFrame } from './bad-frame.ts'
import { readLamport } from './fields.ts'
import { fromWire } from './from-wire.ts'
import {
  frameBytesMax,
  lockBytesMax,
  prefixBytes,
  proofBytes,
  protocolVersionMax,
  protocolVersionMin,
} from './limits.ts'
import { schema } from './schema.ts'
import type { Envelope } from './schema.ts'
import { toWire } from './to-wire.ts'

export { BadFrame, OtherVersion } from './bad-frame.ts'
export { decodePart, encodePart } from './part-codec.ts'

/** One writer serves all: nothing is encoded inside another. */
const writer = protobuf.Writer.create()

/** A frame with its sender's Lamport clock; `ignored`: of a type that this version does not know. */
export type Decoded = { lc: number; frame: Frame; ignored?: undefined } | { ignored: true }

/**
 * The frame's bytes with their length before them. `lc`: the sender's Lamport clock, 0 to 2^52.
 * Asserts that the whole is within frameBytesMax: the core makes its batches so.
 */
export function encodeFrame(lc: number, frame: Frame): Uint8Array {
  const envelope = toWire(frame)
  envelope.lc = lc
  return encodeEnvelope(envelope)
}

/** An INFO with only this program's versions: the reply to a HELLO that speaks none of them. */
export function encodeVersions(): Uint8Array {
  return encodeEnvelope({ info: { versionMin: protocolVersionMin, versionMax: protocolVersionMax } })
}

/** The field of an envelope that no version gives a meaning. Its key takes two bytes, as its length does here. */
const paddingField = 2047
const paddingHeadBytes = prefixBytes + 4

/** A frame that every version ignores, of so many bytes with its length before it: 160 to 4000. */
export function encodePadding(bytes: number): Uint8Array {
  const frame = new Uint8Array(bytes)
  const length = bytes - prefixBytes
  const text = bytes - paddingHeadBytes
  const key = (paddingField << 3) | 2
  frame.set([0, 0, length >>> 8, length, (key & 0x7f) | 0x80, key >>> 7, (text & 0x7f) | 0x80, text >>> 7])
  return frame
}

/**
 * `bytes`: one frame without its length. Nothing of it is kept. Throws BadFrame, and OtherVersion for a HELLO or INFO of another version.
 */
export function decodeFrame(bytes: Uint8Array): Decoded {
  if (bytes.length > frameBytesMax) throw new BadFrame('frame: too long')
  const envelope = decodeEnvelope(bytes)
  const frame = fromWire(envelope)
  return frame ? { lc: readLamport(envelope.lc, 'envelope.lc'), frame } : { ignored: true }
}

/** What the ends of a link in a locked room say before they trust each other (2.20). `box`: an encrypted envelope. */
export type LockFrame = { readonly proof?: Uint8Array | undefined; readonly box?: Uint8Array | undefined }

export function encodeLock(lock: LockFrame): Uint8Array {
  return encodeEnvelope({ lock: { proof: lock.proof, box: lock.box } }, lockBytesMax)
}

/** `bytes`: one frame without its length. Undefined: it is another frame. Throws BadFrame. */
export function decodeLock(bytes: Uint8Array): LockFrame | undefined {
  if (bytes.length > lockBytesMax) throw new BadFrame('frame: too long')
  const { lock, ...others } = decodeEnvelope(bytes)
  if (!lock) return undefined
  if (Object.keys(others).length > 0) throw new BadFrame('lock: not alone')
  const proof = lock.proof?.length ? lock.proof : undefined
  if (proof && proof.length !== proofBytes) throw new BadFrame('lock.proof: not 32 bytes')
  return { proof, box: lock.box?.length ? lock.box : undefined }
}

/** An envelope with its length before it. */
export function encodeEnvelope(envelope: Envelope, lengthMax = frameBytesMax): Uint8Array {
  writer.reset()
  schema.Envelope.encode(envelope, writer)
  const bytes = writer.finishInto(new Uint8Array(prefixBytes + writer.pos), prefixBytes)
  const length = bytes.length - prefixBytes
  assert(length <= lengthMax, 'a frame is at most frameBytesMax')
  bytes[0] = length >>> 24
  bytes[1] = length >>> 16
  bytes[2] = length >>> 8
  bytes[3] = length
  return bytes
}

/** Throws BadFrame. */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  try {
    return schema.Envelope.decode(bytes)
  } catch (cause) {
    throw new BadFrame('envelope: not decodable', { cause })
  }
}
