// What another says of being away is one line without control characters, or the link ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { BadFrame } from '../../src/wire/bad-frame.ts'
import { decodeDirect, encodeDirect, encodeDirectParts } from '../../src/wire/direct-codec.ts'
import { dataBytesMax } from '../../src/wire/limits.ts'

test('away texts with line breaks, control or bidi characters are bad frames', () => {
  const decode = (away: string) => decodeDirect(encodeDirect({ type: 'away', away }).subarray(4))
  for (const away of ['', 'lunch (back at 2)']) assert.deepEqual(decode(away), { type: 'away', away })
  for (const bad of ['a\n/// Zoe left', '\u001b[2J', 'a\u202eb', 'a\u2028b', 'x'.repeat(257)])
    assert.throws(() => decode(bad), BadFrame, JSON.stringify(bad))
})

test('DATA in two parts has the same bytes as in one, and its second part is no copy', () => {
  for (const length of [1, 119, 120, 121, 127, 128, 16_370, 16_383, 16_384, dataBytesMax]) {
    const bytes = new Uint8Array(length).fill(7)
    const parts = encodeDirectParts({ type: 'data', bytes })
    assert.deepEqual(Buffer.concat(parts), Buffer.from(encodeDirect({ type: 'data', bytes })), `${length}`)
    assert.equal(parts[1], bytes)
  }
})
