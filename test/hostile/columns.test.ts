// Records in columns that do not agree with themselves, at the port of a member that goes on chatting: each ends the link,
// the log says what was wrong and whose it was, and no memory is taken for what is only claimed. What is refused, one by one,
// stands in test/wire/record-columns.test.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoomId } from '../../src/core/model/ids.ts'
import { encodeFrame } from '../../src/wire/codec.ts'
import { partBytesMax, recordsPerFrameMax } from '../../src/wire/limits.ts'
import { bytesOfRaw, bytesOfRecords, number, rawRecords } from '../wire/raw-bytes.ts'
import { Foe, forge, Wire } from './attacker.ts'
import { Besieged, probe } from './besiege.ts'

const [part] = rawRecords.parts
assert.ok(part)
const filler = Buffer.alloc(250_000, 1)
const rec = (records: Uint8Array): Uint8Array => forge({ rec: { pos: 2, safe: 1, records } })
const bombs: readonly [frame: Uint8Array, what: RegExp][] = [
  [rec(bytesOfRecords({ lengths: [part.length, part.length + 1] })), /rec\.records\.parts: not as long/],
  [rec(bytesOfRecords({ lengths: [part.length, partBytesMax - 46] })), /rec\.records\.parts: not as long/],
  [rec(bytesOfRecords({ lengths: [part.length, 2n ** 62n] })), /rec\.records\.lengths/],
  [rec(bytesOfRecords({ author: [0, 1] })), /rec\.records\.authors: not from 0 to 0/],
  [forge({ up: { records: bytesOfRecords({ stamper: [0, 7] }) } }), /up\.records\.stampers: not from 0 to 0/],
  [rec(bytesOfRecords({ count: recordsPerFrameMax })), /rec\.records/],
  [rec(Buffer.concat([number(recordsPerFrameMax), number(recordsPerFrameMax), filler])), /rec\.records/],
  [rec(filler), /rec\.records/],
  [rec(Buffer.alloc(250_000, 0xff)), /rec\.records: too many bytes/],
  [
    forge({ submit: { parts: [bytesOfRaw({ entries: [{ text: 'x', length: 60_000 }] })] } }),
    /part\.entries\.text/,
  ],
  [forge({ submit: { parts: [bytesOfRaw({ count: 256 })] } }), /part\.entries/],
]

test('records that do not agree with themselves end the link, are named in the log, and take no memory', async (context) => {
  const room = await Besieged.open(context)
  await room.chat()
  const before = await probe(room.ann)
  const foe = await Foe.mint()
  for (let turn = 0; turn < 3; turn++)
    for (const [frame] of bombs) {
      const wire = await Wire.dial(foe, room.ann.address)
      wire.greeted = foe.member
      wire.bytes(encodeFrame(1, foe.hello(room.ann.room as RoomId)), frame)
      await wire.ended()
    }
  // Of one key and one address the log tells three times a minute.
  const lines = (await room.log(room.ann)).split('\n').filter((line) => line.includes('refused'))
  const told = lines.filter((line) => line.includes(foe.member.uid))
  assert.ok(told.length > 0 && told.length <= 3, lines.join('\n'))
  for (const [at, line] of told.entries()) assert.match(line, bombs[at]![1])
  const after = await probe(room.ann)
  const grown = after.heapUsed + after.external - before.heapUsed - before.external
  assert.ok(grown < 16 * 1024 * 1024, `${grown} bytes`)
  await room.chat()
  await room.holds()
})
