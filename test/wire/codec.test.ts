/** Frames there and back, and everything that must not get through. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import protobuf from 'protobufjs/minimal.js'
import { BadFrame, decodeFrame, encodeFrame } from '../../src/wire/codec.ts'
import { decodePart, decodeRecord, encodePart, encodeRecord, joinPart } from '../../src/wire/record-codec.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Address } from '../../src/core/model/ids.ts'
import { entriesMax } from '../../src/core/model/records.ts'
import type { Part } from '../../src/core/model/records.ts'
import { AssertionFailed } from '../../src/lib/assert.ts'
import {
  countMax,
  lamportMax,
  membersMax,
  partBytesMax,
  signatureBytes,
  textBytesMax,
  wallMsMax,
} from '../../src/wire/limits.ts'
import { schema } from '../../src/wire/schema.ts'
import type { Envelope, Part as WirePart } from '../../src/wire/schema.ts'
import { clocks, frames, frameTypes, parts, records, samples, unproven, withoutRaw } from './samples.ts'

const body = (lc: number, frame: Frame) => encodeFrame(lc, frame).subarray(4)
const envelope = (from: Envelope) => schema.Envelope.encode(from).finish()
const wireOf = (frame: Frame) => schema.Envelope.decode(body(1, frame))
const wirePart = (from: Part) => schema.Part.decode(encodePart(from).subarray(signatureBytes))
const bytesOf = (wire: WirePart) =>
  joinPart(new Uint8Array(signatureBytes), schema.Part.encode(wire).finish())
const saying = (text: string): Part => {
  const { raw: _, ...sample } = samples.submit.parts[0]!
  return { ...sample, entries: [{ kind: 'message', after: 0, text }] }
}
const refused = (bytes: Uint8Array, why: RegExp) =>
  assert.throws(
    () => decodeFrame(bytes),
    (error) => error instanceof BadFrame && why.test(error.message),
  )

test('any frame decodes to what was encoded', () => {
  fc.assert(
    fc.property(clocks, frames, (lc, frame) => {
      const decoded = decodeFrame(body(lc, frame))
      assert.ok(!decoded.ignored)
      assert.equal(decoded.lc, lc)
      assert.deepEqual(withoutRaw(decoded.frame), withoutRaw(frame))
    }),
    { numRuns: 2000 },
  )
})

test('any part and any record come back as they were, their bytes kept', () => {
  fc.assert(
    fc.property(parts, records, (part, record) => {
      const { raw, ...rest } = decodePart(encodePart(part))
      assert.deepEqual({ ...rest, raw }, part)
      const bytes = encodeRecord(record)
      const decoded = decodeRecord(Uint8Array.from(bytes))
      assert.deepEqual(Buffer.from(encodeRecord(decoded)), Buffer.from(bytes))
      assert.deepEqual(Buffer.from(encodePart(decoded.part)), Buffer.from(encodePart(record.part)))
      assert.equal(decoded.part.raw!.buffer, decoded.raw!.buffer, 'a part lies within its record')
    }),
  )
})

test('a record is encoded once', () => {
  const frame = samples.rec
  body(1, frame)
  const first = frame.records[0]!.raw
  body(1, { type: 'up', records: frame.records })
  assert.equal(frame.records[0]!.raw, first)
})

test('fields that only a later version knows survive the relay inside an author part', () => {
  const { id, ...sample } = samples.submit.parts[0]!
  const later = protobuf.Writer.create().raw(encodePart({ ...sample, id }))
  const bytes = later
    .uint32((99 << 3) | 2)
    .string('signed by its author')
    .finish()
  const part = decodePart(bytes)
  const { raw: _, ...bare } = samples.rec.records[0]!
  const record = decodeRecord(encodeRecord({ ...bare, part }))
  assert.deepEqual(Buffer.from(record.part.raw!), Buffer.from(bytes))
  assert.deepEqual(record.part.entries, part.entries)
  assert.equal(record.part.id, part.id)
  assert.notEqual(part.id, id, 'they are part of what was said')
})

test('unknown frame types and unknown fields are ignored', () => {
  const unknownType = protobuf.Writer.create()
    .uint32(8)
    .uint64(5)
    .uint32((900 << 3) | 2)
    .string('new')
    .finish()
  assert.deepEqual(decodeFrame(unknownType), { ignored: true })
  assert.deepEqual(decodeFrame(new Uint8Array(0)), { ignored: true })
  const known = protobuf.Writer.create()
    .raw(body(5, samples.ping))
    .uint32((900 << 3) | 0)
    .uint32(1)
    .finish()
  assert.deepEqual(decodeFrame(known), { lc: 5, frame: samples.ping })
})

test('values of later versions: an unknown kind is a message, an unknown reason to close is closing', () => {
  const wire = wirePart(samples.submit.parts[1]!)
  const entries = wire.entries!.map((entry) => ({ ...entry, kind: 9 }))
  assert.deepEqual(
    decodePart(bytesOf({ ...wire, entries })).entries.map(({ kind }) => kind),
    ['message', 'message'],
  )
  assert.deepEqual(decodeFrame(envelope({ bye: { reason: 77 } })), {
    lc: 0,
    frame: { type: 'bye', reason: 'closing' },
  })
})

test('every rule of the fields is kept', () => {
  const hello = wireOf(samples.hello).hello!
  const info = wireOf(samples.info).info!
  const part = wirePart(samples.submit.parts[0]!)
  const submit = (from: object) => envelope({ submit: { parts: [bytesOf({ ...part, ...from })] } })
  const short = new Uint8Array(15)
  refused(envelope({ hello: { ...hello, uid: short } }), /hello.uid/)
  refused(envelope({ hello: { ...hello, uid: null } }), /hello.uid/)
  refused(envelope({ hello: { ...hello, inc: short } }), /hello.inc/)
  refused(envelope({ hello: { ...hello, room: short } }), /hello.room/)
  refused(envelope({ hello: { ...hello, versionMin: 0 } }), /version_min/)
  refused(envelope({ hello: { ...hello, versionMin: 3, versionMax: 2 } }), /version_max/)
  const names = ['', ' Ann', 'Ann ', 'A(nn', 'A)', '[', ']', 'A\nB', 'A\u202Eb', 'A\u0085', 'A\u2028b']
  for (const name of [...names, 'x'.repeat(33), '👋'.repeat(33)]) {
    refused(envelope({ hello: { ...hello, name } }), /hello.name/)
  }
  const addresses = ['', '1.2.3.4', '1.2.3.4:0', '1.2.3.4:65536', '1.2.3.4:080', '01.2.3.4:80', '1.2.3:80']
  addresses.push('0.0.0.0:80', '[::]:80', 'fd00::5:80', '[fd00:0::5]:80', '[FD00::5]:80', '[fe80::1%eth0]:80')
  addresses.push('localhost:80', '[1.2.3.4]:80', ':80', '[]:80', '1.2.3.4:80 ', '[::ffff:1.2.3.4]:80')
  for (const addr of addresses) refused(envelope({ hello: { ...hello, addr } }), /hello.addr/)
  refused(envelope({ info: { ...info, status: 6 } }), /info.status/)
  refused(envelope({ info: { ...info, copies: 0 } }), /info.copies/)
  refused(envelope({ info: { ...info, copies: 17 } }), /info.copies/)
  refused(envelope({ lc: lamportMax + 1, wait: {} }), /envelope.lc/)
  refused(envelope({ resign: { term: 2 ** 48 } }), /resign.term/)
  refused(envelope({ resign: { term: { low: -1, high: -1 } } }), /resign.term/)
  refused(envelope({ link: {} }), /link.vid: missing/)
  refused(envelope({ ...wireOf(samples.ping), ...wireOf(samples.pong) }), /more than one/)
  refused(submit({ key: null }), /part.key/)
  refused(submit({ key: new Uint8Array(33) }), /part.key/)
  refused(submit({ before: new Uint8Array(31) }), /part.before/)
  assert.ok(decodeFrame(submit({ before: null })))
  refused(submit({ inc: short }), /part.inc/)
  // A boot counter of 2^40 + 1, and of 2^40.
  refused(submit({ inc: Uint8Array.from([1, 0, 0, 0, 0, 1, ...Array<number>(8).fill(7)]) }), /part.inc/)
  assert.ok(decodeFrame(submit({ inc: Uint8Array.from([1, 0, 0, 0, 0, 0, ...Array<number>(8).fill(7)]) })))
  refused(submit({ aseq: 0 }), /part.aseq/)
  refused(submit({ lc: lamportMax + 1 }), /part.lc/)
  refused(submit({ wall: 9e15 }), /part.wall/)
  refused(envelope({ submit: { parts: [new Uint8Array(signatureBytes - 1)] } }), /part: too short/)
  refused(envelope({ submit: { parts: [new Uint8Array(partBytesMax + 1)] } }), /part: too long/)
  refused(envelope({ rec: { records: [schema.Record.encode({ s: 1 }).finish()] } }), /record.stamper/)
  const sealed = schema.Record.decode(encodeRecord(samples.rec.records[1]!))
  const rec = (from: object) =>
    envelope({ rec: { records: [schema.Record.encode({ ...sealed, ...from }).finish()] } })
  assert.ok(decodeFrame(rec({ key: null, seal: null })))
  refused(rec({ key: null }), /record.key/)
  refused(rec({ seal: null }), /record.seal/)
  refused(rec({ key: new Uint8Array(31) }), /record.key/)
  refused(rec({ seal: new Uint8Array(65) }), /record.seal/)
  const view = wireOf(samples.view).view!.view!
  const twice = [...view.members!, view.members![0]!]
  refused(envelope({ view: { view: { ...view, members: twice } } }), /a uid twice/)
  const many = new Array(membersMax + 1).fill(view.members![0]!)
  refused(envelope({ view: { view: { ...view, members: many } } }), /more than 512/)
  const held = wireOf(samples.follow).follow!
  refused(
    envelope({ follow: { ...held, digests: held.digests!.subarray(1) } }),
    /follow.digests: not 4096 bytes/,
  )
  refused(envelope({ follow: { ...held, cut: lamportMax + 1 } }), /follow.cut/)
  const many1025 = Array.from({ length: 1025 }, () => held.frontier![0]!)
  refused(envelope({ held: { heads: many1025 } }), /more than 1024/)
  refused(
    envelope({ held: { heads: [{ ...held.frontier![0]!, chain: new Uint8Array(31) }] } }),
    /held.heads.chain/,
  )
  refused(envelope({ lacks: { heads: [held.frontier![0]!, held.frontier![0]!] } }), /a namespace twice/)
  const ok = wireOf(samples.followOk).followOk!
  refused(envelope({ followOk: { ...ok, differing: new Uint8Array([1, 2, 1]) } }), /a group twice/)
  refused(envelope({ follow: { ...held, frontier: [...held.frontier!, held.frontier![0]!] } }), /twice/)
})

test('a part has 1 to 256 messages, none empty, within the bytes of one text, whose numbers do not pass their ends', () => {
  const part = wirePart(samples.submit.parts[0]!)
  const submit = (from: object) => envelope({ submit: { parts: [bytesOf({ ...part, ...from })] } })
  const rec = (ts: number, from: object) =>
    envelope({
      rec: {
        records: [
          schema.Record.encode({
            stamper: new Uint8Array(16),
            stamperInc: new Uint8Array(14),
            s: 1,
            ts,
            part: bytesOf({ ...part, ...from }),
          }).finish(),
        ],
      },
    })
  const texts = (...list: string[]) => ({ entries: list.map((text) => ({ text })) })
  const many = (n: number, text = 'x') => texts(...new Array<string>(n).fill(text))
  const accepted = (bytes: Uint8Array) => assert.ok(!decodeFrame(bytes).ignored)

  refused(submit({ entries: null }), /part.entries: none/)
  accepted(submit(many(entriesMax)))
  refused(submit(many(entriesMax + 1)), /part.entries: more than 256/)
  refused(submit(texts('')), /part.entries.text: empty/)
  refused(submit(texts('a', '')), /part.entries.text: empty/)

  accepted(submit(texts('x'.repeat(textBytesMax))))
  refused(submit(texts('x'.repeat(textBytesMax + 1))), /part.entries.text: too long/)
  accepted(submit(texts('ö'.repeat(textBytesMax / 2))))
  refused(submit(texts('ö'.repeat(textBytesMax / 2) + 'x')), /part.entries.text: too long/)
  accepted(submit(many(entriesMax, 'x'.repeat(textBytesMax / entriesMax))))
  refused(submit(texts(...new Array<string>(255).fill('ö'.repeat(128)), 'x'.repeat(257))), /too long/)

  accepted(submit({ ...many(3), aseq: countMax - 2 }))
  refused(submit({ ...many(3), aseq: countMax - 1 }), /part.aseq/)
  accepted(submit({ ...many(3), lc: lamportMax - 3 }))
  refused(submit({ ...many(3), lc: lamportMax - 2 }), /part.lc/)
  accepted(rec(lamportMax - 3, many(3)))
  refused(rec(lamportMax - 2, many(3)), /record.ts/)

  const after = (ms: number) => ({ entries: [{ text: 'x' }, { text: 'y', after: ms }] })
  accepted(submit({ ...after(wallMsMax - 5), wall: 5 }))
  refused(submit({ ...after(wallMsMax - 4), wall: 5 }), /part.entries.after/)
})

test('the largest part that an author can make has its place in a part, a record and a frame', () => {
  const text = 'x'.repeat(textBytesMax / entriesMax)
  const [part, record] = [samples.submit.parts[0]!, samples.rec.records[0]!]
  const largest = unproven(part.key, part.signature, {
    ...part,
    aseq: countMax - entriesMax,
    lc: lamportMax - entriesMax,
    name: '👋'.repeat(32),
    addr: '[1111:2222:3333:4444:5555:6666:7777:8888]:65535' as Address,
    entries: new Array(entriesMax).fill({ kind: 'action', after: wallMsMax - part.wall, text }),
  })
  const { raw: _, ...bare } = record
  const frame: Frame = { type: 'rec', pos: countMax, safe: countMax, records: [{ ...bare, part: largest }] }
  assert.ok(!decodeFrame(body(lamportMax, frame)).ignored)
  const bytes = encodePart(largest).length
  assert.ok(bytes > textBytesMax + 17 * entriesMax && bytes < partBytesMax - 2048, `${bytes} bytes`)
})

test('any bytes that are read as a part are written as they were', () => {
  const part = wirePart(samples.submit.parts[1]!)
  const tail = fc.oneof(
    fc.constant(new Uint8Array(0)),
    // A field that only a later version knows.
    fc.uint8Array({ maxLength: 20 }).map((bytes) =>
      protobuf.Writer.create()
        .uint32((99 << 3) | 2)
        .bytes(bytes)
        .finish(),
    ),
    fc.uint8Array({ maxLength: 4 }),
  )
  let read = 0
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), tail, fc.nat(), (signature, more, at) => {
      const bytes = joinPart(signature, Buffer.concat([schema.Part.encode(part).finish(), more]))
      if (at % 2) bytes[signatureBytes + (at % (bytes.length - signatureBytes))]! ^= 1 << (at % 8)
      const given = Uint8Array.from(bytes)
      let decoded
      try {
        decoded = decodePart(bytes)
      } catch (error) {
        assert.ok(error instanceof BadFrame)
        return
      }
      read++
      assert.deepEqual(encodePart(decoded), given)
      assert.equal(decoded.id, createHash('sha256').update(given.subarray(signatureBytes)).digest('hex'))
      assert.equal(decoded.signature, Buffer.from(signature).toString('hex'))
    }),
    { numRuns: 3000 },
  )
  assert.ok(read > 1000, `${read} of 3000 were read`)
})

test('text that is not UTF-8 is refused, short or long', () => {
  for (const length of [4, 100]) {
    const bytes = encodePart(saying('x'.repeat(length)))
    bytes[bytes.lastIndexOf(0x78)] = 0xff
    refused(envelope({ submit: { parts: [bytes] } }), /part: not decodable/)
  }
})

test('half characters leave as U+FFFD, not as bytes that others refuse', () => {
  for (const length of [1, 100, 1000]) {
    const { entries } = decodePart(encodePart(saying('x'.repeat(length) + '\uD83D')))
    assert.equal(entries[0]!.text, 'x'.repeat(length) + '\uFFFD')
  }
})

test('a mutated frame decodes, is ignored or is a BadFrame: nothing else', () => {
  const recordings = frameTypes.map((type) => body(77, samples[type]))
  fc.assert(
    fc.property(
      fc.constantFrom(...recordings),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 8 }),
      (recording, changes, cut, tail) => {
        const kept = cut % 3 === 0 ? recording.subarray(0, cut % recording.length) : recording
        const bytes = Uint8Array.from([...kept, ...(cut % 5 === 0 ? tail : [])])
        for (const [at, value] of changes) if (bytes.length) bytes[at % bytes.length] = value
        try {
          const decoded = decodeFrame(bytes)
          if (!decoded.ignored) encodeFrame(decoded.lc, decoded.frame)
        } catch (error) {
          assert.ok(error instanceof BadFrame, String(error))
        }
      },
    ),
    { numRuns: 100_000 },
  )
})

test('nested nonsense is a BadFrame and does not exhaust the stack', () => {
  refused(new Uint8Array(200_000).fill(0x0b), /not decodable/)
  refused(new Uint8Array(200_000).fill(0xff), /not decodable/)
})

test('a frame that the core must not make stops the program here', () => {
  const part = saying('x'.repeat(60_000))
  assert.throws(() => encodeFrame(1, { type: 'submit', parts: new Array(5).fill(part) }), AssertionFailed)
})

test('schema.ts is what ringleader.proto generates', () => {
  const made = execFileSync(process.execPath, ['scripts/generate-schema.js', '--print'], { encoding: 'utf8' })
  assert.equal(readFileSync('src/wire/schema.ts', 'utf8'), made, 'run npm run generate')
})
