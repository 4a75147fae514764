/** The stream may be cut anywhere; lengths are judged before anything is kept. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadFrame, decodeFrame, encodeFrame } from '../../src/wire/codec.ts'
import { Framer } from '../../src/wire/framer.ts'
import { frameBytesMax } from '../../src/wire/limits.ts'
import { frameTypes, samples } from './samples.ts'

const stream = Buffer.concat(frameTypes.map((type, i) => encodeFrame(i, samples[type])))

function feed(chunks: Iterable<Uint8Array>): Uint8Array[] {
  const framer = new Framer()
  const frames: Uint8Array[] = []
  for (const chunk of chunks) framer.push(chunk, (frame) => frames.push(frame) > 0)
  return frames
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

test('fed byte by byte, every frame comes out', () => {
  const types = feed(cut(stream, [1])).map((bytes) => {
    const decoded = decodeFrame(bytes)
    return decoded.ignored ? '' : decoded.frame.type
  })
  assert.deepEqual(types, frameTypes)
})

test('cut anywhere, the same frames come out', () => {
  const whole = feed([stream])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (sizes) => {
      assert.deepEqual(feed(cut(stream, sizes)), whole)
    }),
  )
})

test('a frame is a copy: the chunk it came in may be used again', () => {
  const chunk = Buffer.from(encodeFrame(1, samples.ping))
  const [frame] = feed([chunk])
  chunk.fill(0)
  assert.deepEqual(decodeFrame(frame!), { lc: 1, frame: samples.ping })
})

test('the largest frame passes, in one piece and in small ones; a longer one and an empty one do not', () => {
  const prefixed = (length: number) => {
    const bytes = Buffer.alloc(4 + Math.min(length, frameBytesMax))
    bytes.writeUInt32BE(length)
    return bytes
  }
  for (const sizes of [[1e9], [4, 1e9], [1000], [3, 5, 70_000]]) {
    const frames = feed(cut(Buffer.concat([prefixed(frameBytesMax), stream]), sizes))
    assert.equal(frames[0]!.length, frameBytesMax)
    assert.equal(frames.length, 1 + frameTypes.length)
  }
  for (const length of [0, frameBytesMax + 1, 2 ** 31, 2 ** 32 - 1]) {
    assert.throws(() => feed([prefixed(length).subarray(0, 4)]), BadFrame)
    assert.throws(() => feed(cut(prefixed(length).subarray(0, 4), [1])), BadFrame)
  }
})

test('when take says stop, no further frame comes out', () => {
  const framer = new Framer()
  let count = 0
  framer.push(stream, () => ++count < 3)
  assert.equal(count, 3)
})

test('with its memory used again, the same frames come out, one at a time', () => {
  for (const size of [1, 1000, 1e9]) {
    const framer = new Framer()
    framer.isReused = true
    const frames: Uint8Array[] = []
    const memory = new Set<ArrayBufferLike>()
    for (const chunk of cut(stream, [size]))
      framer.push(chunk, (frame) => memory.add(frame.buffer) && frames.push(frame.slice()) > 0)
    assert.deepEqual(frames, feed([stream]))
    assert.ok(memory.size < frames.length)
  }
})
