/**
 * Bytes of parts and of records in columns, written field by field as ringleader.proto says, without any check: what honest
 * nodes send, and what they never would.
 */

/** A whole number, 7 bits a byte; so many bytes at least. */
export function number(value: number | bigint, bytesMin = 1): Buffer {
  const bytes: number[] = []
  for (let rest = BigInt(value); rest > 0n || bytes.length < bytesMin; rest >>= 7n)
    bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes[bytes.length - 1]! &= 0x7f
  return Buffer.from(bytes)
}

function numbers(values: readonly (number | bigint)[]): Buffer {
  return Buffer.concat(values.map((value) => number(value)))
}

/** As `(*)` in ringleader.proto. */
export function difference(value: number): Buffer {
  return number(value >= 0 ? 2n * BigInt(value) : -2n * BigInt(value) - 1n)
}

export type RawEntry = { kind?: number; after?: number; text: string | Uint8Array; length?: number }
export type RawPart = {
  signature: Uint8Array
  key: Uint8Array
  inc: Uint8Array
  form: number
  before: Uint8Array
  aseq: number | bigint
  lc: number | bigint
  wall: number | bigint
  name: string | Uint8Array
  addr: string
  entries: readonly RawEntry[]
  /** What the part says of their number. */
  count?: number
  tail?: Uint8Array
}

export const rawPart: RawPart = {
  signature: new Uint8Array(64).fill(0x5e),
  key: new Uint8Array(32).fill(0xc0),
  inc: Buffer.from('0000000000020123456789abcdef', 'hex'),
  form: 1,
  before: new Uint8Array(0),
  aseq: 3,
  lc: 41,
  wall: 1_763_800_000_123,
  name: 'Bob',
  addr: '[fd00::5]:4001',
  entries: [{ text: 'hello' }],
}

function withLength(bytes: string | Uint8Array): Buffer {
  const all = Buffer.from(bytes)
  return Buffer.concat([number(all.length), all])
}

/** A part without its author, as it stands among others in columns. */
export function restOf(part: RawPart): Buffer {
  const { signature, form, before, aseq, lc, wall, name, addr, entries, tail } = part
  const texts = entries.map(({ text }) => Buffer.from(text))
  return Buffer.concat([
    signature,
    number(form),
    withLength(before),
    numbers([aseq, lc, wall]),
    withLength(name),
    withLength(addr),
    number(part.count ?? entries.length),
    numbers(entries.map(({ kind = 0 }) => kind)),
    numbers(entries.map(({ after = 0 }) => after)),
    numbers(entries.map(({ length }, i) => length ?? texts[i]!.length)),
    ...texts,
    tail ?? Buffer.alloc(0),
  ])
}

/** The bytes of a part. */
export function bytesOfRaw(more: Partial<RawPart> = {}): Buffer {
  const part = { ...rawPart, ...more }
  const rest = restOf(part)
  return Buffer.concat([rest.subarray(0, 64), part.key, part.inc, rest.subarray(64)])
}

export type RawRecords = {
  count: number | bigint
  stampers: readonly Uint8Array[]
  stampersSize?: number | bigint
  authors: readonly Uint8Array[]
  authorsSize?: number | bigint
  stamper: readonly number[]
  s: readonly number[]
  ts: readonly number[]
  author: readonly number[]
  lengths: readonly (number | bigint)[]
  sealed: readonly number[]
  seals: readonly Uint8Array[]
  parts: readonly Uint8Array[]
}

const stamper = Buffer.from(`${'a'.repeat(32)}0000000000010123456789abcdef`, 'hex')
const rest = restOf(rawPart)

/** Two records of one stamper: 5 and 6, at 42 and 43; the second is sealed. */
export const rawRecords: RawRecords = {
  count: 2,
  stampers: [stamper],
  authors: [Buffer.concat([rawPart.key, rawPart.inc])],
  stamper: [0, 0],
  s: [4, 0],
  ts: [42, 1],
  author: [0, 0],
  lengths: [rest.length, rest.length],
  sealed: [0, 1],
  seals: [new Uint8Array(96).fill(0x60)],
  parts: [rest, rest],
}

/** `s` and `ts` are differences. */
export function bytesOfRecords(more: Partial<RawRecords> = {}): Buffer {
  const raw = { ...rawRecords, ...more }
  return Buffer.concat([
    number(raw.count),
    number(raw.stampersSize ?? raw.stampers.length),
    ...raw.stampers,
    number(raw.authorsSize ?? raw.authors.length),
    ...raw.authors,
    numbers(raw.stamper),
    ...raw.s.map(difference),
    ...raw.ts.map(difference),
    numbers(raw.author),
    numbers(raw.lengths),
    numbers(raw.sealed),
    ...raw.seals,
    ...raw.parts,
  ])
}
