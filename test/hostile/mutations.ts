// Random changes to recorded streams, as fast-check makes and shrinks them: bytes set, pieces cut out or doubled,
// numbers at the ends of what a varint can hold, frames dropped, repeated, or taken from another recording. Most
// keep the length before a frame right, so that what is changed is read at all.
import fc from 'fast-check'
import type { Frame, Member } from '../../src/core/model/frames.ts'
import { encodeFrame } from '../../src/wire/codec.ts'
import { prefixBytes } from '../../src/wire/limits.ts'
import { clocks, frames } from '../wire/samples.ts'

/** Varints and bytes that stand at some end. */
const ends = [
  '00',
  '01',
  '7f',
  'ff',
  'ffffffff0f',
  'ffffffffffff3f',
  'ffffffffffffff07',
  'ffffffffffffffffff01',
]
const longestBytes = 4096

type Change = { how: (typeof hows)[number]; frame: number; at: number; value: number; length: number }
const hows = ['set', 'set', 'set', 'end', 'end', 'cut', 'double', 'drop', 'repeat', 'take', 'raw'] as const

const changes: fc.Arbitrary<Change> = fc.record({
  how: fc.constantFrom(...hows),
  frame: fc.nat(),
  at: fc.nat(),
  value: fc.nat(),
  length: fc.integer({ min: 1, max: 16 }),
})

/** Streams that are like those of `corpus`. `head`: bytes before the first frame. */
export function mutations(corpus: readonly Uint8Array[], head: number): fc.Arbitrary<Uint8Array> {
  const one = fc.constantFrom(...corpus)
  return fc
    .tuple(one, one, fc.array(changes, { minLength: 1, maxLength: 3 }), fc.nat())
    .map(([recording, other, list, first]) => {
      const start = Buffer.from(recording.subarray(0, head))
      if (first % 8 === 0 && head > 0) start[0] = first >> 3
      const frames = framesOf(recording.subarray(head))
      for (const change of list) apply(frames, framesOf(other.subarray(head)), change)
      return Uint8Array.from(Buffer.concat([start, ...frames]).subarray(0, longestBytes))
    })
}

/**
 * Streams of `before` and frames of any kind, with any values, in which most names are of somebody `known`.
 * `head`: how many bytes, of any value, come first.
 */
export function conversations(
  before: Uint8Array,
  known: readonly Member[],
  head: number,
): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(
      fc.uint8Array({ minLength: head, maxLength: head }),
      fc.array(fc.tuple(clocks, frames), { minLength: 1, maxLength: 4 }),
    )
    .map(([start, list]) => {
      const said = list.map(([lc, frame]) => encodeFrame(lc % 2 ? lc : 1, familiar(frame, known) as Frame))
      return Uint8Array.from(Buffer.concat([start, ...((start[0] ?? 0) & 2 ? [] : [before]), ...said]))
    })
}

/** Uids, and processes, of somebody who is there, where there were any. */
function familiar(value: unknown, known: readonly Member[]): unknown {
  if (typeof value === 'string') {
    const [uid, inc] = /^([0-9a-f]{32})\.([0-9a-f]{28})$/.exec(value)?.slice(1) ?? []
    if (uid !== undefined) return `${String(familiar(uid, known))}.${String(familiar(inc, known))}`
    // Of those that begin with a letter of the upper half nothing is known.
    const who = /^[0-9a-b]/.test(value) ? known[value.charCodeAt(1) % known.length] : undefined
    if (who && /^[0-9a-f]{32}$/.test(value)) return who.uid
    if (who && /^[0-9a-f]{28}$/.test(value)) return who.inc
    // A key, as fuzz-targets.ts reads it.
    if (who && /^[0-9a-f]{64}$/.test(value)) return who.uid.padEnd(64, '0')
    return value
  }
  if (value instanceof Map)
    return new Map([...value].map(([key, held]: [unknown, unknown]) => [familiar(key, known), held]))
  if (Array.isArray(value)) return value.map((one) => familiar(one, known))
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, familiar(one, known)]))
}

/** Each with its length; the last may be anything. */
function framesOf(stream: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = []
  let rest = Buffer.from(stream)
  while (rest.length >= prefixBytes) {
    const end = prefixBytes + rest.readUInt32BE(0)
    frames.push(rest.subarray(0, end))
    rest = rest.subarray(end)
  }
  if (rest.length > 0) frames.push(rest)
  return frames
}

function apply(frames: Uint8Array[], others: readonly Uint8Array[], change: Change): void {
  const { how, value } = change
  const at = frames.length === 0 ? 0 : change.frame % frames.length
  const frame = frames[at] ?? new Uint8Array(0)
  const other = others[value % Math.max(1, others.length)] ?? frame
  if (how === 'drop') frames.splice(at, 1)
  else if (how === 'repeat') frames.splice(at, 0, frame)
  else if (how === 'take') frames.splice(at, value % 2, other)
  else if (how === 'raw') frames[at] = changed(frame, 'set', change)
  else frames[at] = prefixed(changed(frame.subarray(prefixBytes), how, change))
}

function changed(
  bytes: Uint8Array,
  how: 'set' | 'end' | 'cut' | 'double',
  { at, value, length }: Change,
): Uint8Array {
  const from = bytes.length === 0 ? 0 : at % bytes.length
  const [before, piece] = [bytes.subarray(0, from), bytes.subarray(from, from + length)]
  const end = Buffer.from(ends[value % ends.length] ?? '', 'hex')
  switch (how) {
    case 'set':
      return Buffer.concat([before, Buffer.of(value & 255), bytes.subarray(from + 1)])
    case 'end':
      return Buffer.concat([before, end, bytes.subarray(from + (value & 256 ? 1 : end.length))])
    case 'cut':
      return Buffer.concat([before, bytes.subarray(from + length)])
    case 'double':
      return Buffer.concat([before, piece, bytes.subarray(from)])
  }
}

function prefixed(body: Uint8Array): Uint8Array {
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeUInt32BE(body.length)
  return Buffer.concat([prefix, body])
}
