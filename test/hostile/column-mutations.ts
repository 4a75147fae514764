// Random frames of records in columns, and of parts. Some agree with themselves; in others one column says something else
// than the rest; in others some bytes are changed. The lengths around the columns are always right, so that they are read.
import fc from 'fast-check'
import { schema } from '../../src/wire/schema.ts'
import type { Envelope } from '../../src/wire/schema.ts'
import { bytesOfRaw, bytesOfRecords, rawPart, rawRecords, restOf } from '../wire/raw-bytes.ts'
import type { RawEntry, RawPart, RawRecords } from '../wire/raw-bytes.ts'

const texts: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  fc.uint8Array({ maxLength: 6 }),
)
const kinds = fc.constantFrom(0, 0, 0, 1, 2, 9, 127, 128)
const entries: fc.Arbitrary<RawEntry> = fc.record(
  { kind: kinds, after: fc.nat(300), text: texts, length: fc.nat(20) },
  { requiredKeys: ['text'] },
)
/** Mostly as they should be: one wrong field hides what comes behind it. */
const honest: fc.Arbitrary<RawEntry> = fc.record({
  kind: fc.constantFrom(0, 0, 1, 2, 127),
  after: fc.nat(300),
  text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
})
const wide = fc.oneof(fc.nat(200), fc.bigInt(0n, 2n ** 64n))
const partChanges: fc.Arbitrary<Partial<RawPart>> = fc.oneof(
  fc.record({ form: fc.nat(3) }),
  fc.record({ before: fc.nat(33).map((length) => new Uint8Array(length)) }),
  ...(['aseq', 'lc', 'wall'] as const).map((name) => wide.map((value) => ({ [name]: value }))),
  fc.record({ name: fc.constantFrom('', 'Ann', 'A(nn', 'Ö'.repeat(20), Buffer.from('ff', 'hex')) }),
  fc.record({ addr: fc.constantFrom('', '1.2.3.4:5', '01.2.3.4:5') }),
  fc.record({ count: fc.nat(300) }),
  fc.record({ entries: fc.array(entries, { maxLength: 3 }) }),
  fc.record({ tail: fc.uint8Array({ maxLength: 8 }) }),
)
const rawParts: fc.Arbitrary<RawPart> = fc
  .tuple(
    fc.array(honest, { minLength: 1, maxLength: 4 }),
    fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, partChanges),
  )
  .map(([list, changes]) => ({ ...rawPart, entries: list, ...changes }))

/** Records of up to three stampers and authors, whose columns agree. */
const columns: fc.Arbitrary<RawRecords> = fc
  .array(fc.tuple(rawParts, fc.nat(2), fc.nat(2), fc.integer({ min: -3, max: 9 }), fc.boolean()), {
    minLength: 1,
    maxLength: 4,
  })
  .map((list) => {
    const stampers = tableOf(list.map(([, stamper]) => stamper))
    const authors = tableOf(list.map(([, , author]) => author))
    const parts = list.map(([part]) => restOf(part))
    const sealed = list.map(([, , , , is]) => Number(is))
    return {
      count: list.length,
      stampers: stampers.names.map((n) => withFirst(rawRecords.stampers[0]!, n)),
      authors: authors.names.map((n) => withFirst(rawRecords.authors[0]!, n)),
      stamper: stampers.indexes,
      author: authors.indexes,
      s: list.map(([, , , step]) => Math.max(step, 0)),
      ts: list.map(([, , , step], i) => (i === 0 ? 42 + step : step)),
      lengths: parts.map(({ length }) => length),
      sealed,
      seals: sealed.filter((is) => is === 1).map(() => rawRecords.seals[0]!),
      parts,
    }
  })

function tableOf(names: readonly number[]): { names: number[]; indexes: number[] } {
  const used = [...new Set(names)]
  return { names: used, indexes: names.map((name) => used.indexOf(name)) }
}

function withFirst(bytes: Uint8Array, first: number): Uint8Array {
  return Uint8Array.from(bytes).fill(first, 0, 1)
}

const lists = ['stamper', 's', 'ts', 'author', 'lengths', 'sealed'] as const
const sizes = ['count', 'stampersSize', 'authorsSize'] as const
const heaps = ['stampers', 'authors', 'seals', 'parts'] as const
type Twist = { of: (typeof lists | typeof sizes | typeof heaps)[number]; at: number; by: number }

const twists: fc.Arbitrary<Twist> = fc.record({
  of: fc.constantFrom(...lists, ...sizes, ...heaps),
  at: fc.nat(3),
  by: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(127, 2048, 2 ** 31, 2 ** 47, 2 ** 52)),
})

/** One column no longer agrees with the others. */
function twist(raw: RawRecords, { of, at, by }: Twist): RawRecords {
  if (of === 'count' || of === 'stampersSize' || of === 'authorsSize') {
    const size = of === 'count' ? raw.count : raw[of === 'stampersSize' ? 'stampers' : 'authors'].length
    return { ...raw, [of]: Math.max(0, Number(size) + by) }
  }
  if (of === 'stampers' || of === 'authors' || of === 'seals' || of === 'parts') {
    const one = raw[of][at % Math.max(1, raw[of].length)] ?? rawRecords.seals[0]!
    return { ...raw, [of]: by < 0 ? raw[of].slice(1) : [...raw[of], one] }
  }
  const list = [...raw[of]] as number[]
  const i = at % list.length
  list[i] = of === 's' || of === 'ts' ? list[i]! + by : Math.max(0, list[i]! + by)
  // Where bytes go from one part to the next, the sum stays right.
  if (of === 'lengths' && list.length > 1 && by % 2 !== 0) list[(i + 1) % list.length]! -= by
  return { ...raw, [of]: list.map((value) => (of === 's' || of === 'ts' ? value : Math.max(0, value))) }
}

/** Mostly none. */
function few<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<T[]>([]) },
    fc.array(one, { minLength: 1, maxLength: 2 }),
  )
}

function changed(bytes: Uint8Array, list: readonly (readonly [number, number])[]): Uint8Array {
  for (const [at, value] of list) bytes[at % bytes.length] = value
  return bytes
}

function frameOf(envelope: Envelope): Uint8Array {
  const body = schema.Envelope.encode({ lc: 5, ...envelope }).finish()
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(body.length)
  return Buffer.concat([prefix, body])
}

/** Streams of one frame: REC, UP, or SUBMIT. */
export const columnFrames: fc.Arbitrary<Uint8Array> = fc
  .tuple(columns, few(twists), few(fc.tuple(fc.nat(), fc.nat(255))), fc.nat(3), rawParts)
  .map(([raw, list, bytes, which, part]) => {
    if (which === 0) return frameOf({ submit: { parts: [changed(bytesOfRaw(part), bytes)] } })
    const records = changed(bytesOfRecords(list.reduce(twist, raw)), bytes)
    return frameOf(which === 1 ? { up: { records } } : { rec: { pos: 7, safe: 3, records } })
  })
