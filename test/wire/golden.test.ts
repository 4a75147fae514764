/**
 * The bytes of every frame type stay what they are for ever: test/wire/golden.json is only added to.
 * With REWRITE=1 the bytes of samples that it lacks are added; none is ever changed.
 */

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { decodeFrame, encodeFrame, encodeVersions, OtherVersion } from '../../src/wire/codec.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { frameTypes, samples, withoutRaw } from './samples.ts'

const path = 'test/wire/golden.json'
type Golden = { name: string; lc: number; hex: string; frame: unknown }
const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden[]

/** Maps as lists, so that JSON can hold them. */
const plain = (frame: Frame): unknown =>
  JSON.parse(JSON.stringify(withoutRaw(frame), (_, value) => (value instanceof Map ? [...value] : value)))
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

if (process.env['REWRITE']) {
  for (const type of frameTypes) {
    if (golden.some(({ name }) => name === type)) continue
    golden.push({
      name: type,
      lc: 1234,
      hex: hexOf(encodeFrame(1234, samples[type])),
      frame: plain(samples[type]),
    })
  }
  writeFileSync(path, `${JSON.stringify(golden, null, 1)}\n`)
}

for (const { name, lc, hex, frame } of golden) {
  test(`golden bytes: ${name}`, () => {
    const bytes = Buffer.from(hex, 'hex')
    assert.equal(bytes.readUInt32BE(0), bytes.length - 4)
    const decoded = decodeFrame(bytes.subarray(4))
    assert.ok(!decoded.ignored)
    assert.equal(decoded.lc, lc)
    assert.deepEqual(plain(decoded.frame), frame)
    assert.equal(
      hexOf(encodeFrame(decoded.lc, decoded.frame)),
      hex,
      'encoded again, with raw bytes passed on',
    )
    assert.equal(
      hexOf(encodeFrame(decoded.lc, withoutRaw(decoded.frame))),
      hex,
      'encoded again, field by field',
    )
  })
}

test('every frame type has golden bytes', () => {
  assert.deepEqual(
    frameTypes.filter((type) => !golden.some(({ name }) => name === type)),
    [],
  )
})

test('the versions in HELLO and INFO keep their place for ever', () => {
  assert.equal(hexOf(encodeVersions()), '000000061a0408071007')
  // A HELLO and an INFO of a program that has only version 9, and whose other fields are not ours.
  for (const hex of ['120708091009f80101', '1a0708091009f80101']) {
    assert.throws(
      () => decodeFrame(Buffer.from(hex, 'hex')),
      (error) => error instanceof OtherVersion && error.min === 9 && error.max === 9,
    )
  }
})
