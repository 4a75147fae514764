// What is kept for a reader that is slow: so many records, and so many bytes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Heard } from '../../src/core/model/frontier.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import { Given } from '../../src/peer/reading/given.ts'
import { Reader } from '../../src/peer/reading/reader.ts'
import { ann, inc, record } from './fakes.ts'

test('of long parts no more than 4 MiB are kept for a slow reader, which reads the rest from the store, in order', async () => {
  const long = Array.from({ length: 100 }, (_, i): StampedRecord => {
    const made = record(ann, i + 1, i + 1)
    return { ...made, part: { ...made.part, raw: new Uint8Array(128 * 1024) } }
  })
  const asked: (readonly [number, number])[] = []
  const store = {
    async *arrivals(from: number, to: number) {
      asked.push([from, to])
      yield long.slice(from - 1, to)
    },
    async *transcript() {},
  }
  const reader = new Reader({
    store,
    readable: async () => {},
    given: Given.of(new Heard(0).rows(), inc, []),
    givenPos: 0,
  })
  for (const [at, one] of long.entries()) reader.push(one, at + 1, at + 1)
  reader.end()
  const read: number[] = []
  for await (const { record: one } of reader.read(undefined)) read.push(one.ts)
  assert.deepEqual(
    read,
    long.map(({ ts }) => ts),
  )
  assert.deepEqual(asked, [[33, 100]])
})
