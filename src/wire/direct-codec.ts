/**
 * Encodes and decodes what two members say on a direct link (PROTOCOL.md 2.23). None of it is a frame of the core.
 */

import type { Inc, RoomId } from '../core/model/ids.ts'
import { BadFrame } from './bad-frame.ts'
import { decodeEnvelope, encodeEnvelope } from './codec.ts'
import { readCount, readInc, readList, readNeeded, readRoom, readWord, writeHex } from './fields.ts'
import { hexOf } from './hex.ts'
import {
  awayBytesMax,
  countMax,
  dataBytesMax,
  hashBytes,
  hashesPerPageMax,
  piecesMax,
  sightsPerFrameMax,
  textBytesMax,
  wallMsMax,
} from './limits.ts'
import { awayProblem, utf8Bytes } from './name-rule.ts'
import type { Away, Direct } from './schema.ts'
import { sightFromWire, sightToWire, type Sight } from './sight-codec.ts'

/** Why the other end does not go on. A word's place is its number. */
const refusals = ['notAMember', 'busy', 'notTaken'] as const

/** `text`: why its person is away, may be empty; undefined: it is there. */
export type AwayText = string | undefined

/** One frame of a direct link. */
export type DirectFrame =
  | { readonly type: 'open'; readonly room: RoomId }
  | { readonly type: 'opened' }
  | { readonly type: 'refused'; readonly why: (typeof refusals)[number] }
  | {
      readonly type: 'private'
      readonly inc: Inc
      readonly n: number
      readonly text: string
      readonly wall: number
    }
  | { readonly type: 'taken'; readonly inc: Inc; readonly n: number; readonly away: AwayText }
  | { readonly type: 'away'; readonly away: AwayText }
  /** hash: 64 hex digits. */
  | { readonly type: 'want'; readonly hash: string }
  | { readonly type: 'have'; readonly hashes: Uint8Array }
  | { readonly type: 'lack' }
  | { readonly type: 'get'; readonly piece: number }
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'got' }
  | { readonly type: 'watch'; readonly heartbeats: boolean }
  | { readonly type: 'watching' }
  | { readonly type: 'seen'; readonly sights: readonly Sight[]; readonly missed: number }

/** The frame's bytes with their length before them. */
export function encodeDirect(frame: DirectFrame): Uint8Array {
  return encodeEnvelope({ direct: toWire(frame) })
}

/** Fields of ringleader.proto: of an envelope, of what is direct, and of DATA. */
const [directField, dataField, bytesField] = [60, 11, 1]

/** As encodeDirect, in one part or two. The second one is what DATA carries, and no copy of it. */
export function encodeDirectParts(frame: DirectFrame): readonly Uint8Array[] {
  if (frame.type !== 'data') return [encodeDirect(frame)]
  const { bytes } = frame
  let head: readonly number[] = []
  for (const field of [bytesField, dataField, directField])
    head = [...varint((field << 3) | 2), ...varint(head.length + bytes.length), ...head]
  const length = head.length + bytes.length
  return [Uint8Array.from([length >>> 24, length >>> 16, length >>> 8, length, ...head]), bytes]
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

/**
 * `bytes`: one frame without its length; the bytes of `have` and `data` are a view of it. Undefined: it is a frame of another
 * kind. Throws BadFrame.
 */
export function decodeDirect(bytes: Uint8Array): DirectFrame | undefined {
  const { direct } = decodeEnvelope(bytes)
  return direct ? fromWire(direct) : undefined
}

function toWire(frame: DirectFrame): Direct {
  switch (frame.type) {
    case 'open':
      return { open: { room: writeHex(frame.room) } }
    case 'opened':
      return { opened: {} }
    case 'refused':
      return { refused: { why: refusals.indexOf(frame.why) } }
    case 'private':
      return { private: { inc: writeHex(frame.inc), n: frame.n, text: frame.text, wall: frame.wall } }
    case 'taken': {
      const { inc, n, away } = frame
      return { taken: { inc: writeHex(inc), n, ...(away !== undefined && { away: awayToWire(away) }) } }
    }
    case 'away':
      return { away: awayToWire(frame.away) }
    case 'want':
      return { want: { hash: writeHex(frame.hash) } }
    case 'have':
      return { have: { hashes: frame.hashes } }
    case 'lack':
      return { lack: {} }
    case 'get':
      return { get: { piece: frame.piece } }
    case 'data':
      return { data: { bytes: frame.bytes } }
    case 'got':
      return { got: {} }
    case 'watch':
      return { watch: { heartbeats: frame.heartbeats } }
    case 'watching':
      return { watching: {} }
    case 'seen':
      return { seen: { sights: frame.sights.map(sightToWire), missed: frame.missed } }
  }
}

function fromWire(wire: Direct): DirectFrame {
  if (wire.data) return { type: 'data', bytes: readData(wire.data.bytes) }
  if (wire.get) return { type: 'get', piece: readCount(wire.get.piece, 'get.piece', 0, piecesMax - 1) }
  if (wire.open) return { type: 'open', room: readRoom(wire.open.room, 'open.room') }
  if (wire.opened) return { type: 'opened' }
  if (wire.refused) return { type: 'refused', why: readWord(refusals, wire.refused.why, 'refused.why') }
  if (wire.private) {
    const { inc, n, text, wall } = wire.private
    return {
      type: 'private',
      inc: readInc(inc, 'private.inc'),
      n: readCount(n, 'private.n', 1, countMax),
      text: readText(text, 1, textBytesMax, 'private.text'),
      wall: readCount(wall, 'private.wall', 0, wallMsMax),
    }
  }
  if (wire.taken) {
    const { inc, n, away } = wire.taken
    return {
      type: 'taken',
      inc: readInc(inc, 'taken.inc'),
      n: readCount(n, 'taken.n', 1, countMax),
      away: away ? readAway(away) : undefined,
    }
  }
  if (wire.away) return { type: 'away', away: readAway(wire.away) }
  if (wire.want) return { type: 'want', hash: readHash(wire.want.hash, 'want.hash') }
  if (wire.have) return { type: 'have', hashes: readHashes(wire.have.hashes) }
  if (wire.lack) return { type: 'lack' }
  if (wire.got) return { type: 'got' }
  if (wire.watch) return { type: 'watch', heartbeats: wire.watch.heartbeats === true }
  if (wire.watching) return { type: 'watching' }
  if (wire.seen) {
    const { sights, missed } = wire.seen
    return {
      type: 'seen',
      sights: readList(sights, sightsPerFrameMax, 'seen.sights').map(sightFromWire),
      missed: readCount(missed, 'seen.missed', 0, countMax),
    }
  }
  throw new BadFrame('direct: of no known kind')
}

function awayToWire(away: AwayText): Away {
  return away === undefined ? { back: true } : { text: away }
}

function readAway({ back, text }: Away): AwayText {
  if (back) return undefined
  const said = readText(text, 0, awayBytesMax, 'away.text')
  const problem = said === '' ? undefined : awayProblem(said)
  if (problem !== undefined) throw new BadFrame(`away.text ${problem}`)
  return said
}

/** Unit of `min` and `max`: bytes. */
function readText(value: string | null | undefined, min: number, max: number, field: string): string {
  const text = value ?? ''
  const bytes = utf8Bytes(text)
  if (bytes < min || bytes > max) throw new BadFrame(`${field}: not ${min} to ${max} bytes`)
  return text
}

function readHash(value: Uint8Array | null | undefined, field: string): string {
  const bytes = readNeeded(value, field)
  if (bytes.length !== hashBytes) throw new BadFrame(`${field}: not ${hashBytes} bytes`)
  return hexOf(bytes)
}

function readHashes(value: Uint8Array | null | undefined): Uint8Array {
  const bytes = readNeeded(value, 'have.hashes')
  const count = bytes.length / hashBytes
  if (!Number.isInteger(count) || count < 1 || count > hashesPerPageMax)
    throw new BadFrame('have.hashes: no list of hashes')
  return bytes
}

function readData(value: Uint8Array | null | undefined): Uint8Array {
  const bytes = readNeeded(value, 'data.bytes')
  if (bytes.length < 1 || bytes.length > dataBytesMax) throw new BadFrame('data.bytes: too few or too many')
  return bytes
}
