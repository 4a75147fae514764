/** Frames there and back, and everything that must not get through. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import protobuf from 'protobufjs/minimal.js'
import { BadFrame, decodeFrame, encodeFrame } from '../../src/wire/codec.ts'
import { encodePart } from '../../src/wire/part-codec.ts'
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
  partTextBytesMax,
  signatureBytes,
  textBytesMax,
  wallMsMax,
} from '../../src/wire/limits.ts'
import { schema } from '../../src/wire/schema.ts'
import type { Envelope } from '../../src/wire/schema.ts'
import { bytesOfRaw, bytesOfRecords, rawPart, restOf } from './raw-bytes.ts'
import type { RawPart } from './raw-bytes.ts'
import { clocks, frames, frameTypes, samples, unproven, withoutRaw } from './samples.ts'

const body = (lc: number, frame: Frame) => encodeFrame(lc, frame).subarray(4)
const envelope = (from: Envelope) => schema.Envelope.encode(from).finish()
const wireOf = (frame: Frame) => schema.Envelope.decode(body(1, frame))
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

test('values of later versions: an unknown reason to close is closing', () => {
  assert.deepEqual(decodeFrame(envelope({ bye: { reason: 77 } })), {
    lc: 0,
    frame: { type: 'bye', reason: 'closing' },
  })
})

test('every rule of the fields is kept', () => {
  const hello = wireOf(samples.hello).hello!
  const info = wireOf(samples.info).info!
  const submit = (from: Partial<RawPart>) => envelope({ submit: { parts: [bytesOfRaw(from)] } })
  const short = new Uint8Array(15)
  refused(envelope({ hello: { ...hello, uid: short } }), /hello.uid/)
  refused(envelope({ hello: { ...hello, uid: null } }), /hello.uid/)
  refused(envelope({ hello: { ...hello, inc: short } }), /hello.inc/)
  refused(envelope({ hello: { ...hello, room: short } }), /hello.room/)
  refused(envelope({ hello: { ...hello, versionMin: 0 } }), /version_min/)
  refused(envelope({ hello: { ...hello, versionMin: 3, versionMax: 2 } }), /version_max/)
  const names = ['', ' Ann', 'Ann ', 'A(nn', 'A)', '[', ']', 'A\nB', 'A\u202Eb', 'A\u0085', 'A\u2028b']
  for (const name of [...names, '\u200b', '\u2800\u3164', 'x'.repeat(33), '👋'.repeat(33)]) {
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
  refused(submit({ before: new Uint8Array(31) }), /part.before/)
  refused(submit({ before: new Uint8Array(33) }), /part.before/)
  assert.ok(decodeFrame(submit({ before: new Uint8Array(32) })))
  // A boot counter of 2^40 + 1, and of 2^40.
  refused(submit({ inc: Uint8Array.from([1, 0, 0, 0, 0, 1, ...Array<number>(8).fill(7)]) }), /part.inc/)
  assert.ok(decodeFrame(submit({ inc: Uint8Array.from([1, 0, 0, 0, 0, 0, ...Array<number>(8).fill(7)]) })))
  refused(submit({ form: 0 }), /part.form/)
  refused(submit({ form: 2 }), /part.form/)
  refused(submit({ aseq: 0 }), /part.aseq/)
  refused(submit({ lc: lamportMax + 1 }), /part.lc/)
  refused(submit({ wall: 9_000_000_000_000_000 }), /part.wall/)
  for (const name of ['', ' Bob', 'B[b', 'x'.repeat(33), 'x'.repeat(129)])
    refused(submit({ name }), /part.name/)
  refused(submit({ name: Buffer.from('42ff6f62', 'hex') }), /part.name: not UTF-8/)
  for (const addr of ['', '1.2.3.4', '1'.repeat(57)]) refused(submit({ addr }), /part.addr/)
  refused(envelope({ submit: { parts: [new Uint8Array(signatureBytes - 1)] } }), /part: too short/)
  refused(envelope({ submit: { parts: [new Uint8Array(signatureBytes)] } }), /part.key: cut short/)
  refused(envelope({ submit: { parts: [new Uint8Array(partBytesMax + 1)] } }), /part: too long/)
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
  refused(envelope({ lacks: { points: many1025 } }), /more than 1024/)
  refused(envelope({ held: { heads: [held.frontier![0]!, held.frontier![0]!] } }), /a namespace twice/)
  const ok = wireOf(samples.followOk).followOk!
  refused(envelope({ followOk: { ...ok, differing: new Uint8Array([1, 2, 1]) } }), /a group twice/)
  refused(envelope({ follow: { ...held, frontier: [...held.frontier!, held.frontier![0]!] } }), /twice/)
})

test('a part has 1 to 1024 messages, none empty, within the bytes of two texts, whose numbers do not pass their ends', () => {
  const submit = (from: Partial<RawPart>) => envelope({ submit: { parts: [bytesOfRaw(from)] } })
  const rec = (ts: number, from: Partial<RawPart>) => {
    const rest = restOf({ ...rawPart, ...from })
    const one = { count: 1, stamper: [0], s: [0], ts: [ts], author: [0], lengths: [rest.length] }
    const records = bytesOfRecords({ ...one, sealed: [0], seals: [], parts: [rest] })
    return envelope({ rec: { records } })
  }
  const texts = (...list: string[]) => ({ entries: list.map((text) => ({ text })) })
  const many = (n: number, text = 'x') => texts(...new Array<string>(n).fill(text))
  const accepted = (bytes: Uint8Array) => assert.ok(!decodeFrame(bytes).ignored)

  refused(submit({ entries: [] }), /part.entries: not from 1/)
  accepted(submit(many(entriesMax)))
  refused(submit(many(entriesMax + 1)), /part.entries: not from 1 to 1024/)
  refused(submit(texts('')), /part.entries.text: not from 1/)
  refused(submit(texts('a', '')), /part.entries.text: not from 1/)

  accepted(submit(texts('x'.repeat(textBytesMax))))
  refused(submit(texts('x'.repeat(textBytesMax + 1))), /part.entries.text: not from 1 to 65536/)
  accepted(submit(texts('ö'.repeat(textBytesMax / 2))))
  const long = 'ö'.repeat(textBytesMax / 2)
  accepted(submit(texts(long, long)))
  refused(submit(texts(long, long, 'x')), /part.entries.text: too long/)
  accepted(submit(many(entriesMax, 'x'.repeat(partTextBytesMax / entriesMax))))
  refused(submit(texts(...new Array<string>(511).fill('ö'.repeat(128)), 'x'.repeat(257))), /too long/)

  accepted(submit({ ...many(3), aseq: countMax - 2 }))
  refused(submit({ ...many(3), aseq: countMax - 1 }), /part.aseq/)
  accepted(submit({ ...many(3), lc: lamportMax - 3 }))
  refused(submit({ ...many(3), lc: lamportMax - 2 }), /part.lc/)
  accepted(rec(lamportMax - 3, many(3)))
  refused(rec(lamportMax - 2, many(3)), /rec.records.ts/)

  const after = (ms: number) => ({ entries: [{ text: 'x' }, { text: 'y', after: ms }] })
  accepted(submit({ ...after(wallMsMax - 5), wall: 5 }))
  refused(submit({ ...after(wallMsMax - 4), wall: 5 }), /part.entries.after/)
})

test('the largest part that an author can make has its place in a part, a record and a frame', () => {
  const text = 'x'.repeat(partTextBytesMax / entriesMax)
  const [part, record] = [samples.submit.parts[0]!, samples.rec.records[0]!]
  const largest = unproven(part.key, part.signature, {
    ...part,
    aseq: countMax - entriesMax,
    lc: lamportMax - entriesMax,
    name: '👋'.repeat(32),
    addr: '[1111:2222:3333:4444:5555:6666:7777:8888]:65535' as Address,
    entries: new Array(entriesMax).fill({ kind: 'action', after: wallMsMax - part.wall, text }),
  })
  const records = [{ ...record, part: largest }]
  assert.ok(!decodeFrame(body(lamportMax, { type: 'rec', pos: countMax, safe: countMax, records })).ignored)
  const bytes = encodePart(largest).length
  assert.ok(bytes > partTextBytesMax + 10 * entriesMax && bytes < partBytesMax - 3072, `${bytes} bytes`)
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
