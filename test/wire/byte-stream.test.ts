/** Numbers and bytes there and back, and what is no number. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadFrame } from '../../src/wire/bad-frame.ts'
import { ByteReader, ByteWriter, numberMax } from '../../src/wire/byte-stream.ts'
import { difference, number } from './raw-bytes.ts'

const refused = (bytes: Uint8Array, why: RegExp, max = numberMax, min = 0) =>
  assert.throws(
    () => new ByteReader(bytes).number('field', min, max),
    (error) => error instanceof BadFrame && error.message.startsWith('field: ') && why.test(error.message),
  )

test('any numbers and bytes are read as they were written, in the fewest bytes', () => {
  const one = fc.oneof(fc.nat(300), fc.nat(), fc.integer({ min: 0, max: numberMax }))
  const two = fc.integer({ min: 1 - 2 ** 52, max: 2 ** 52 - 1 })
  const writer = new ByteWriter()
  fc.assert(
    fc.property(fc.array(fc.tuple(one, two, fc.uint8Array())), (list) => {
      writer.clear()
      for (const [value, step, bytes] of list) {
        writer.number(value)
        writer.difference(step)
        writer.number(bytes.length)
        writer.bytes(bytes)
      }
      const written = writer.finish()
      const expected = list.flatMap(([value, step, bytes]) => [
        number(value),
        difference(step),
        number(bytes.length),
        bytes,
      ])
      assert.deepEqual(Buffer.from(written), Buffer.concat(expected))
      const reader = new ByteReader(written)
      for (const [value, step, bytes] of list) {
        assert.equal(reader.number('n', 0, numberMax), value)
        assert.equal(reader.difference('d'), step)
        assert.deepEqual(reader.take(reader.number('l', 0, 1000), 'b'), bytes)
      }
      assert.equal(reader.left, 0)
      assert.equal(reader.at, written.length)
    }),
  )
})

test('what is written in one piece is not changed by what is written next', () => {
  const writer = new ByteWriter()
  writer.number(1)
  const first = writer.finish()
  writer.clear()
  writer.number(2)
  assert.deepEqual([...first, ...writer.finish()], [1, 2])
})

test('a number is refused that is cut short, out of range, or written otherwise than in the fewest bytes', () => {
  refused(Buffer.alloc(0), /cut short/)
  refused(Buffer.from([0x80]), /cut short/)
  refused(number(5, 2), /fewest/)
  refused(number(0, 2), /fewest/)
  refused(number(2n ** 53n), /not from/)
  refused(number(2n ** 53n + 1n), /not from/)
  refused(number(2n ** 56n), /too many/)
  refused(number(2n ** 63n), /too many/)
  refused(Buffer.alloc(1000, 0xff), /too many/)
  refused(number(6), /not from 0 to 5/, 5)
  refused(number(6), /not from 7 to 9/, 9, 7)
  assert.equal(new ByteReader(number(numberMax)).number('n', 0, numberMax), numberMax)
})

test('more bytes than are left are refused, and none is copied', () => {
  const bytes = Buffer.from('abcdef')
  const reader = new ByteReader(bytes, 2)
  assert.throws(() => reader.take(5, 'field'), /field: cut short/)
  const taken = reader.take(4, 'field')
  assert.equal(Buffer.from(taken).toString(), 'cdef')
  assert.equal(taken.buffer, bytes.buffer)
  assert.equal(reader.take(0, 'field').length, 0)
})
