/** Records in columns: there and back, how few bytes they take, and what does not agree with itself. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { namespaceOf } from '../../src/core/model/ids.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import { BadFrame } from '../../src/wire/bad-frame.ts'
import { decodeFrame, encodeFrame } from '../../src/wire/codec.ts'
import { frameBytesMax, partBytesMax, recordsPerFrameMax } from '../../src/wire/limits.ts'
import { encodePart } from '../../src/wire/part-codec.ts'
import { decodeRecords, encodeRecords } from '../../src/wire/record-columns.ts'
import { bytesOfRaw, bytesOfRecords, number, rawPart, rawRecords, restOf } from './raw-bytes.ts'
import type { RawRecords } from './raw-bytes.ts'
import { records, samples, unproven } from './samples.ts'

const read = (bytes: Uint8Array) => decodeRecords(bytes, 'records')
const refused = (more: Partial<RawRecords> | Uint8Array, why: RegExp) =>
  assert.throws(
    () => read(more instanceof Uint8Array ? more : bytesOfRecords(more)),
    (error) =>
      error instanceof BadFrame && /^(records|part)\b/.test(error.message) && why.test(error.message),
    String(why),
  )
const gist = (list: readonly StampedRecord[]) =>
  list.map(({ part, ...stamp }) => ({ ...stamp, part: Buffer.from(encodePart(part)).toString('hex') }))

test('any records come back as they were, and the same list is encoded once', () => {
  fc.assert(
    fc.property(fc.array(records, { maxLength: 6 }), (list) => {
      const bytes = encodeRecords(list)
      assert.equal(encodeRecords(list), bytes)
      const decoded = read(bytes)
      assert.deepEqual(gist(decoded), gist(list))
      assert.deepEqual(Buffer.from(encodeRecords(decoded)), Buffer.from(bytes))
      for (const [i, { part }] of decoded.entries()) assert.deepEqual(part.entries, list[i]!.part.entries)
    }),
  )
})

test('the bytes are those that ringleader.proto says', () => {
  const [first, second] = read(bytesOfRecords())
  assert.ok(first && second)
  assert.deepEqual([first.s, first.ts, second.s, second.ts], [5, 42, 6, 43])
  assert.equal(first.namespace, namespaceOf('a'.repeat(32) as never, '0000000000010123456789abcdef' as never))
  assert.equal(first.seal, undefined)
  assert.deepEqual(second.seal, { key: '60'.repeat(32), signature: '60'.repeat(64) })
  assert.deepEqual(Buffer.from(first.part.raw!), bytesOfRaw())
  assert.deepEqual(Buffer.from(encodeRecords([first, second])), bytesOfRecords())
  assert.deepEqual(read(Buffer.alloc(0)), [])
})

test('a record of a few words takes some hundred bytes beside them, and what is in a table is there once', () => {
  const sample = samples.rec.records[0]!
  const list = Array.from({ length: 200 }, (_, i): StampedRecord => {
    const part = unproven(sample.part.key, sample.part.signature, { ...sample.part, aseq: 3 + i })
    return { ...sample, s: 5 + i, ts: 42 + i, part }
  })
  const each = encodeRecords(list).length / list.length
  const alone = encodePart(list[0]!.part).length
  assert.ok(each < alone - 46 + 9, `${each} bytes a record, ${alone} a part`)
})

test('parts do not keep the frame that they came in, and share blocks of a bounded size', () => {
  const sample = samples.rec.records[0]!
  const list = Array.from({ length: 300 }, (_, i): StampedRecord => {
    const text = 'x'.repeat(i === 7 ? 50_000 : 100 + (i % 50))
    const part = unproven(sample.part.key, sample.part.signature, {
      ...sample.part,
      aseq: 3 + i,
      entries: [{ kind: 'message', after: 0, text }],
    })
    return { ...sample, s: 5 + i, ts: 42 + i, part }
  })
  const bytes = encodeRecords(list)
  const blocks = new Set<ArrayBufferLike>()
  for (const { part } of read(bytes)) {
    const { buffer, length } = part.raw!
    assert.notEqual(buffer, bytes.buffer)
    assert.ok(buffer.byteLength <= Math.max(length, 4096), `${buffer.byteLength} for ${length}`)
    blocks.add(buffer)
  }
  let held = 0
  for (const block of blocks) held += block.byteLength
  const submit = decodeFrame(
    encodeFrame(1, { type: 'submit', parts: list.slice(0, 3).map(({ part }) => part) }).subarray(4),
  )
  assert.ok(!submit.ignored && submit.frame.type === 'submit')
  for (const { raw } of submit.frame.parts) assert.equal(raw!.buffer.byteLength, raw!.length)
  assert.ok(held < 1.25 * (bytes.length + 46 * list.length), `${held} bytes for ${bytes.length}`)
})

test('columns that do not agree with their lengths are refused', () => {
  const part = rawRecords.parts[0]!
  refused({ lengths: [part.length, part.length + 1] }, /records.parts: not as long/)
  refused({ lengths: [part.length, part.length - 1] }, /records.parts: not as long/)
  refused({ lengths: [63, 2 * part.length - 63] }, /records.lengths/)
  refused({ lengths: [part.length, partBytesMax] }, /records.lengths/)
  refused({ lengths: [part.length, 2 ** 40] }, /records.lengths/)
  // Together as long as they are: the first now ends within the second.
  refused({ lengths: [part.length - 1, part.length + 1] }, /part.entries.text/)
  refused({ parts: [part] }, /records.parts: not as long/)
  refused({ parts: [part, part, part] }, /records.parts: not as long/)
  refused({ parts: [part, part, Buffer.from('x')] }, /records.parts: not as long/)
  refused({ seals: [] }, /records.(parts|seal)/)
  refused({ seals: [new Uint8Array(96), new Uint8Array(96)] }, /records.parts: not as long/)
  refused({ sealed: [0, 2] }, /records.sealed/)
  refused({ sealed: [0, 0] }, /records.parts: not as long/)
  refused({ sealed: [1, 1] }, /records.parts: not as long/)
  const whole = bytesOfRecords()
  for (let length = 1; length < whole.length; length++)
    refused(whole.subarray(0, length), /^records[^:]*: (cut short|not as long)/)
})

test('an index that a table does not have is refused, and a table of which not all is used', () => {
  refused({ stamper: [0, 1] }, /records.stampers: not from 0 to 0/)
  refused({ author: [1, 0] }, /records.authors: not from 0 to 0/)
  refused({ author: [0, 2 ** 31] }, /records.authors: not from/)
  const twice = { stampers: [rawRecords.stampers[0]!, rawRecords.stampers[0]!] }
  refused({ ...twice, stamper: [0, 0] }, /records.stampers: one is not used/)
  refused({ ...twice, stamper: [1, 0] }, /records.stampers: not from 0 to 0/)
  assert.equal(read(bytesOfRecords({ ...twice, stamper: [0, 1], s: [4, 5] })).length, 2)
  refused({ stampers: [] }, /records.stampers: not from 1/)
  refused({ authors: [] }, /records.authors: not from 1/)
})

test('counts and stamps that are out of range are refused', () => {
  refused({ count: 0 }, /records: not from 1/)
  refused({ count: recordsPerFrameMax + 1 }, /records: not from 1 to 2048/)
  refused({ s: [-1, 0] }, /records.s/)
  refused({ s: [2 ** 48, 0] }, /records.s/)
  refused({ ts: [-1, 1] }, /records.ts/)
  refused({ ts: [42, -43] }, /records.ts/)
  refused({ ts: [2 ** 52, 0] }, /records.ts: not from/)
  refused({ ts: [2 ** 52, 1] }, /records.ts: not from/)
  const stamper = Buffer.from(rawRecords.stampers[0]!)
  stamper[16] = 1
  stamper[21] = 2
  refused({ stampers: [stamper] }, /records.stamper_inc/)
  const author = Buffer.concat([rawPart.key, Buffer.from(rawPart.inc).fill(1, 0, 6)])
  refused({ authors: [author] }, /part.inc/)
})

test('a count that claims more than the bytes hold allocates nothing, and takes no time', () => {
  const tail = new Uint8Array(1000)
  const claims: (Partial<RawRecords> | Uint8Array)[] = [
    number(recordsPerFrameMax),
    { count: recordsPerFrameMax },
    { count: recordsPerFrameMax, stampersSize: recordsPerFrameMax },
    { count: recordsPerFrameMax, authorsSize: recordsPerFrameMax },
    { stampersSize: 2 },
    { authorsSize: 2n ** 63n },
    Buffer.concat([number(2n ** 53n), tail]),
    { lengths: [partBytesMax - 46, partBytesMax - 46] },
  ]
  const before = process.memoryUsage()
  const start = process.hrtime.bigint()
  for (let i = 0; i < 2000; i++) for (const claim of claims) refused(claim, /./)
  const after = process.memoryUsage()
  const grown = after.arrayBuffers + after.external - before.arrayBuffers - before.external
  assert.ok(grown < 32 * 1024 * 1024, `${grown} bytes`)
  assert.ok(process.hrtime.bigint() - start < 20_000_000_000n)
})

test('as many of the smallest records as fit into a frame are read, in little memory', () => {
  const rest = restOf({
    ...rawPart,
    name: 'B',
    addr: '1.2.3.4:5',
    aseq: 1,
    lc: 0,
    wall: 0,
    entries: [{ text: 'x' }],
  })
  const count = recordsPerFrameMax
  const all = <T>(value: T): T[] => new Array<T>(count).fill(value)
  const stamps = { stamper: all(0), s: all(0), ts: all(1), author: all(0), sealed: all(0), seals: [] }
  const bytes = bytesOfRecords({ count, ...stamps, lengths: all(rest.length), parts: all(rest) })
  assert.ok(bytes.length < frameBytesMax)
  const list = read(bytes)
  assert.equal(list.length, count)
  let held = 0
  for (const block of new Set(list.map(({ part }) => part.raw!.buffer))) held += block.byteLength
  assert.ok(held < 2 * frameBytesMax, `${held} bytes`)
  const frame = { type: 'up' as const, records: list }
  assert.ok(!decodeFrame(encodeFrame(1, frame).subarray(4)).ignored)
})

test('any change to the bytes is a BadFrame or other records: nothing else', () => {
  const seeds = [bytesOfRecords(), Buffer.from(encodeRecords(samples.rec.records))]
  let taken = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      (seed, changes) => {
        const bytes = Buffer.from(seed)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        try {
          const list = read(bytes)
          taken++
          // One spelling: what is read is written as it was.
          assert.deepEqual(Buffer.from(encodeRecords(list)).toString('hex'), bytes.toString('hex'))
          for (const { part } of list) assert.equal(part.entries.length, part.count)
        } catch (error) {
          if (!(error instanceof BadFrame)) throw error
        }
      },
    ),
    { numRuns: 20_000 },
  )
  assert.ok(taken > 1000, `${taken} were read`)
})
