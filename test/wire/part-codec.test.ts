/** Parts as bytes, there and back; what later versions put into them; when their texts are read. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { nameProblem } from '../../src/wire/name-rule.ts'
import { namespaceOf } from '../../src/core/model/ids.ts'
import { countOf, lastAseq } from '../../src/core/model/records.ts'
import type { Part } from '../../src/core/model/records.ts'
import { toMessages } from '../../src/peer/to-room.ts'
import { BadFrame } from '../../src/wire/bad-frame.ts'
import { decodePart, encodePart } from '../../src/wire/part-codec.ts'
import { partBytesMax, signatureBytes, textBytesMax } from '../../src/wire/limits.ts'
import { bytesOfRaw } from './raw-bytes.ts'
import type { RawEntry } from './raw-bytes.ts'
import { parts, samples } from './samples.ts'

const refused = (bytes: Uint8Array, why: RegExp) =>
  assert.throws(
    () => decodePart(bytes),
    (error) => error instanceof BadFrame && why.test(error.message),
  )
const saying = (text: string): Part => {
  const { raw: _, ...sample } = samples.submit.parts[0]!
  return { ...sample, entries: [{ kind: 'message', after: 0, text }] }
}
const texts = (part: Part) => part.entries.map(({ text }) => text)

test('any part comes back as it was, its bytes kept', () => {
  fc.assert(
    fc.property(parts, (part) => {
      const bytes = Uint8Array.from(encodePart(part))
      const { raw, count, hasEvents: _, ...rest } = decodePart(bytes)
      assert.equal(raw, bytes)
      assert.equal(count, part.entries.length)
      assert.deepEqual({ ...rest, raw: Buffer.from(bytes) }, { ...part, raw: Buffer.from(part.raw!) })
    }),
  )
})

test('the bytes of a part are those that ringleader.proto says', () => {
  const entries: RawEntry[] = [
    { text: 'Grüße' },
    { kind: 1, after: 300, text: 'x'.repeat(200) },
    { kind: 9, after: 5, text: '' },
  ]
  const bytes = bytesOfRaw({ entries, before: new Uint8Array(32).fill(7) })
  const { raw: _, ...part } = decodePart(bytes)
  assert.deepEqual(Buffer.from(encodePart(part)), bytes)
  assert.deepEqual(
    part.entries.map(({ kind, after, text }) => [kind, after, text]),
    [
      ['message', 0, 'Grüße'],
      ['action', 300, 'x'.repeat(200)],
      ['other', 5, ''],
    ],
  )
})

test('any bytes that are read as a part are written as they were', () => {
  let read = 0
  const base = bytesOfRaw({ entries: [{ text: 'waves', kind: 1 }, { text: 'and goes' }] })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.nat(), (tail, at) => {
      const bytes = Buffer.concat([base, tail])
      if (at % 2) bytes[at % bytes.length]! ^= 1 << (at % 8)
      const given = Buffer.from(bytes)
      let decoded
      try {
        decoded = decodePart(bytes)
        assert.equal(decoded.entries.length, countOf(decoded))
      } catch (error) {
        assert.ok(error instanceof BadFrame)
        return
      }
      read++
      assert.deepEqual(Buffer.from(encodePart(decoded)), given)
      assert.equal(decoded.id, createHash('sha256').update(given.subarray(signatureBytes)).digest('hex'))
      assert.equal(decoded.signature, given.subarray(0, signatureBytes).toString('hex'))
    }),
    { numRuns: 3000 },
  )
  assert.ok(read > 1500, `${read} of 3000 were read`)
})

test('a part that could not be encoded leaves nothing to the next', () => {
  const { raw: _, ...part } = decodePart(bytesOfRaw())
  assert.throws(() => encodePart({ ...part, inc: 'no hex' as never }))
  assert.throws(() => encodePart({ ...part, entries: [{ kind: 'other', after: 0, text: 'x' }] }))
  assert.deepEqual(Buffer.from(encodePart(part)), bytesOfRaw())
})

test('what a later version puts behind the texts is signed, kept and passed on', () => {
  const bytes = bytesOfRaw({ tail: Buffer.from('of a later version') })
  const part = decodePart(bytes)
  assert.deepEqual(Buffer.from(encodePart(part)), bytes)
  assert.deepEqual(texts(part), ['hello'])
  assert.notEqual(part.id, decodePart(bytesOfRaw()).id, 'it is part of what was said')
  refused(bytesOfRaw({ tail: new Uint8Array(partBytesMax) }), /part: too long/)
})

test('entries of unknown kinds are kept with their bytes, have a name and a place, and are not shown', () => {
  const odd = Buffer.from('00ff80', 'hex')
  const entries = [
    { text: 'before' },
    { kind: 4, text: odd },
    { kind: 127, text: '' },
    { kind: 1, text: 'after' },
  ]
  const bytes = bytesOfRaw({ entries, aseq: 10 })
  const { raw, ...part } = decodePart(bytes)
  assert.equal(lastAseq(part), 13)
  assert.deepEqual(
    part.entries.map(({ kind, unread }) => unread && [kind, unread.kind, Buffer.from(unread.bytes)]),
    [undefined, ['other', 4, odd], ['other', 127, Buffer.alloc(0)], undefined],
  )
  assert.equal(raw, bytes)
  assert.deepEqual(Buffer.from(encodePart(part)), bytes, 'also field by field')
  const [uid, inc] = ['a'.repeat(32), '0000000000010123456789abcdef']
  const stamp = { stamper: uid, stamperInc: inc, namespace: namespaceOf(uid as never, inc as never) }
  const record = { ...stamp, s: 1, ts: 100, part } as Parameters<typeof toMessages>[0]
  const marks = { late: false, history: false, own: false }
  assert.deepEqual(
    toMessages(record, marks).map(({ id, ts, text, action }) => [id.split(':')[2], ts, text, action]),
    [
      ['10', 100, 'before', false],
      ['13', 103, 'after', true],
    ],
  )
  assert.deepEqual(
    toMessages(record, marks, 1).map(({ text }) => text),
    ['after'],
  )
  refused(bytesOfRaw({ entries: [{ kind: 128, text: 'x' }] }), /part.entries.kind/)
})

test('texts are made when they are read, and not kept', () => {
  const bytes = bytesOfRaw({ entries: [{ text: 'hello' }, { text: 'world' }] })
  const part = decodePart(bytes)
  assert.equal(countOf(part), 2)
  // Whoever changes the bytes before then is seen: they had not been read.
  bytes[bytes.indexOf('world')] = 0x57
  assert.deepEqual(texts(part), ['hello', 'World'])
  assert.deepEqual(part.entries, part.entries)
  assert.notEqual(part.entries, part.entries, 'a part that kept them would be ten times as large')
})

test('a text that is not UTF-8 is refused before anybody reads it, wherever it stands', () => {
  const bad = [
    Buffer.from('ff', 'hex'),
    Buffer.from('c3', 'hex'),
    Buffer.from('bc', 'hex'),
    Buffer.from('c0af', 'hex'),
    // Half characters.
    Buffer.from('eda080', 'hex'),
    Buffer.concat([Buffer.alloc(1000, 'x'), Buffer.from('f0908d', 'hex')]),
  ]
  const good = { text: 'good' }
  for (const text of bad)
    for (const entries of [
      [{ text }],
      [{ text }, good],
      [good, { text }, good],
      [good, { kind: 9, text }, { text }],
    ])
      refused(bytesOfRaw({ entries }), /part.entries.text: not UTF-8/)
  // Whole only together.
  const ü = Buffer.from('ü')
  const halves = [{ text: ü.subarray(0, 1) }, { text: ü.subarray(1) }]
  refused(bytesOfRaw({ entries: halves }), /not UTF-8/)
  refused(bytesOfRaw({ entries: [...halves, { kind: 9, text: 'x' }] }), /not UTF-8/)
  assert.ok(decodePart(bytesOfRaw({ entries: [{ kind: 9, text: bad[0]! }] })))
})

test('a title is text on one line, and is known as an event', () => {
  const part = decodePart(bytesOfRaw({ entries: [{ kind: 2, text: 'Crew (of the Ada)' }] }))
  assert.deepEqual(part.entries, [{ kind: 'title', after: 0, text: 'Crew (of the Ada)' }])
  assert.ok(part.hasEvents)
  const { raw: _, ...made } = part
  assert.deepEqual(decodePart(encodePart(made)).entries, part.entries)
  for (const text of ['\u202eada', 'a\nb', ' a', 'x'.repeat(65)])
    refused(bytesOfRaw({ entries: [{ text: 'said' }, { kind: 2, text }] }), /part.entries.text: a title/)
  refused(bytesOfRaw({ entries: [{ kind: 2, text: Buffer.from('c3', 'hex') }] }), /not UTF-8/)
  refused(bytesOfRaw({ entries: [{ kind: 2, text: '' }] }), /part.entries.text/)
})

test('columns that do not agree with their lengths are refused', () => {
  const entries = [{ text: 'hello' }, { text: 'world' }]
  const longer = (more: number) => [entries[0]!, { text: 'world', length: 5 + more }]
  refused(bytesOfRaw({ entries: longer(1) }), /part.entries.text: cut short/)
  refused(bytesOfRaw({ entries: longer(60_000) }), /part.entries.text: cut short/)
  refused(bytesOfRaw({ entries: longer(70_000) }), /part.entries.text: not from 1/)
  refused(bytesOfRaw({ entries: [{ text: 'x', length: 0 }] }), /part.entries.text: not from 1/)
  refused(bytesOfRaw({ entries: [{ text: 'x' }], count: 200 }), /part.entries.kind: cut short/)
  refused(bytesOfRaw({ entries: [{ text: 'x' }], count: 2 }), /part.entries/)
  const whole = bytesOfRaw({ entries })
  for (let length = 0; length < whole.length; length++)
    refused(
      whole.subarray(0, length),
      length < signatureBytes ? /too short/ : /cut short|form|aseq|not an address|name/,
    )
})

test('half characters leave as U+FFFD, not as bytes that others refuse', () => {
  for (const length of [1, 100, 1000]) {
    const { entries } = decodePart(encodePart(saying('x'.repeat(length) + '\uD83D')))
    assert.equal(entries[0]!.text, 'x'.repeat(length) + '\uFFFD')
  }
  const longest = 'x'.repeat(textBytesMax)
  const entries = [{ text: longest }, { text: longest }]
  assert.ok(bytesOfRaw({ entries }).length < partBytesMax)
})

test('the name in a part is judged by a list that no version of Unicode changes', () => {
  // A mark that Unicode 16 brought, a mark, and nothing visible: not names for oneself, as this version of Node.js sees them.
  for (const name of ['\u{10d69}', '\u0301', '\u200b']) {
    const taken = decodePart(bytesOfRaw({ name }))
    assert.equal(taken.name, name)
    assert.deepEqual(Buffer.from(encodePart(taken)), Buffer.from(bytesOfRaw({ name })))
  }
  for (const name of ['\u0301', '\u200b', '\u2800', '\u{1d159}\u3164', '\u{e0041}'])
    assert.match(nameProblem(name) ?? '', /visible/)
  assert.equal(nameProblem('\u2801'), undefined)
  for (const name of ['', ' Ann', 'Ann\u3000', 'A\nn', 'A\u202en', 'A(n', 'A\u2028n', 'A\u0085n', 'A\u2067n'])
    refused(bytesOfRaw({ name }), /part.name: a name/)
})
