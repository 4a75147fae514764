// Frames of direct links: their bytes stay what they are, what is read can be written again, and nothing breaks the decoder.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'

import fc from 'fast-check'
import type { Inc, RoomId } from '../../src/core/model/ids.ts'
import { BadFrame } from '../../src/wire/bad-frame.ts'
import { decodeFrame } from '../../src/wire/codec.ts'
import {
  decodeDirect,
  encodeDirect,
  encodeDirectParts,
  type DirectFrame,
} from '../../src/wire/direct-codec.ts'
import { dataBytesMax } from '../../src/wire/limits.ts'

const path = 'test/wire/golden-direct.json'
const inc = '0000000000010123456789abcdef' as Inc
const bytes = Uint8Array.from({ length: 64 }, (_, i) => i)

const samples: Readonly<Record<string, DirectFrame>> = {
  open: { type: 'open', room: 'ab'.repeat(16) as RoomId },
  opened: { type: 'opened' },
  refused: { type: 'refused', why: 'notTaken' },
  private: { type: 'private', inc, n: 7, text: 'Grüße\nan dich', wall: 1_763_800_000_123 },
  taken: { type: 'taken', inc, n: 7, away: undefined },
  'taken, away': { type: 'taken', inc, n: 2 ** 40, away: 'lunch' },
  away: { type: 'away', away: '' },
  back: { type: 'away', away: undefined },
  want: { type: 'want', hash: '0f'.repeat(32) },
  have: { type: 'have', hashes: bytes },
  lack: { type: 'lack' },
  get: { type: 'get', piece: 65_535 },
  data: { type: 'data', bytes: bytes.subarray(0, 5) },
  got: { type: 'got' },
}

/** Bytes as hex: views of a Buffer are not equal to those of an array. */
const plain = (frame: DirectFrame): unknown =>
  Object.fromEntries(
    Object.entries(frame).map(([field, value]) => [
      field,
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (value as unknown),
    ]),
  )
const hexOf = (frame: DirectFrame): string => Buffer.from(encodeDirect(frame)).toString('hex')

type Golden = Record<string, string>
if (process.env['REWRITE']) {
  // None is ever changed.
  const all = Object.fromEntries(Object.entries(samples).map(([name, frame]) => [name, hexOf(frame)]))
  let kept: Golden = {}
  try {
    kept = JSON.parse(readFileSync(path, 'utf8')) as Golden
  } catch {}
  writeFileSync(path, `${JSON.stringify({ ...all, ...kept }, null, 1)}\n`)
}
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden

test('golden bytes of every frame of a direct link, which are none of the room', () => {
  assert.deepEqual(Object.keys(golden).sort(), Object.keys(samples).sort())
  for (const [name, frame] of Object.entries(samples)) {
    assert.equal(hexOf(frame), golden[name], name)
    const body = Buffer.from(golden[name] ?? '', 'hex').subarray(4)
    assert.deepEqual(plain(decodeDirect(body)!), plain(frame), name)
    assert.throws(() => decodeFrame(body), BadFrame, name)
  }
})

test('whatever comes, the decoder finds a frame that can be written again, or says that it is none', () => {
  const seeds = Object.values(samples).map((frame) => encodeDirect(frame).subarray(4))
  const run = (input: Uint8Array): void => {
    let frame: DirectFrame | undefined
    try {
      frame = decodeDirect(input)
    } catch (error) {
      assert.ok(error instanceof BadFrame, String(error))
      return
    }
    if (frame) assert.deepEqual(plain(decodeDirect(encodeDirect(frame).subarray(4))!), plain(frame))
  }
  for (const seed of seeds)
    for (let at = 0; at < seed.length; at++) {
      run(seed.subarray(0, at))
      for (const value of [0, 0x7f, 0x80, 0xff, seed[at]! ^ 1])
        run(Uint8Array.from(seed).fill(value, at, at + 1))
    }
  const places = fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 0, max: 255 })), { maxLength: 8 })
  const changed = fc.property(
    fc.constantFrom(...seeds),
    places,
    fc.uint8Array({ maxLength: 4 }),
    (seed, all, more) => {
      const input = Uint8Array.from([...seed, ...more])
      for (const [at, value] of all) input[at % input.length] = value
      run(input)
    },
  )
  fc.assert(changed, { numRuns: 5000 })
})

test('away texts with line breaks, control or bidi characters are bad frames', () => {
  const decode = (away: string) => decodeDirect(encodeDirect({ type: 'away', away }).subarray(4))
  for (const away of ['', 'lunch (back at 2)']) assert.deepEqual(decode(away), { type: 'away', away })
  for (const bad of ['a\n/// Zoe left', '\u001b[2J', 'a\u202eb', 'a\u2028b', 'x'.repeat(257)])
    assert.throws(() => decode(bad), BadFrame, JSON.stringify(bad))
})

test('DATA in two parts has the same bytes as in one, and its second part is no copy', () => {
  for (const length of [1, 119, 120, 121, 127, 128, 16_370, 16_383, 16_384, dataBytesMax]) {
    const content = new Uint8Array(length).fill(7)
    const parts = encodeDirectParts({ type: 'data', bytes: content })
    assert.deepEqual(
      Buffer.concat(parts),
      Buffer.from(encodeDirect({ type: 'data', bytes: content })),
      `${length}`,
    )
    assert.equal(parts[1], content)
  }
})
