/**
 * Reads single fields from the wire into the core's types and checks them. Every `read...` function throws a
 * BadFrame that names the field.
 */

import { parseAddress } from '../core/model/address.ts'
import { bootMax } from '../core/model/bounds.ts'
import { bootCounter, namespaceOf } from '../core/model/ids.ts'
import type { Address, Inc, Namespace, RoomId, RoomKey, Uid } from '../core/model/ids.ts'
import type { Chain, Digest, PartId } from '../core/model/records.ts'
import { BadFrame } from './bad-frame.ts'
import { bytesOf, hexOf, hexOfUnique } from './hex.ts'
import * as limits from './limits.ts'
import { nameProblem, signedNameProblem } from './name-rule.ts'
import type { Wide } from './schema.ts'

const goodMax = 1024
const noBytes = new Uint8Array(0)

type Bytes = Uint8Array | null | undefined

export function readUid(bytes: Bytes, field: string): Uid {
  return readHex(bytes, limits.uidBytes, field) as Uid
}

/** A uid, or '' where the field is absent. */
export function readUidOrNone(bytes: Bytes, field: string): Uid | '' {
  return bytes?.length ? readUid(bytes, field) : ''
}

export function readInc(bytes: Bytes, field: string): Inc {
  return readHex(bytes, limits.incBytes, field) as Inc
}

/** The inc of a process that said or stamped something. */
export function readBootedInc(bytes: Bytes, field: string): Inc {
  const inc = readInc(bytes, field)
  if (bootCounter(inc) > bootMax) throw new BadFrame(`${field}: a boot counter above ${bootMax}`)
  return inc
}

/** An Ed25519 public key, as hex digits. */
export function readKey(bytes: Bytes, field: string): string {
  return readHex(bytes, limits.keyBytes, field)
}

/** An Ed25519 signature, as hex digits. */
export function readSignature(bytes: Bytes, field: string): string {
  return hexOfUnique(checkLength(bytes, limits.signatureBytes, field))
}

/** The id of a part, or '' where the field is absent. */
export function readPartIdOrNone(bytes: Bytes, field: string): PartId {
  if (!bytes?.length) return '' as PartId
  return hexOfUnique(checkLength(bytes, limits.partIdBytes, field)) as PartId
}

/** The chain of a namespace, or noChain where there are no bytes. */
export function readChainOrNone(bytes: Bytes, field: string): Chain {
  return bytes?.length ? readChain(bytes, field) : ('' as Chain)
}

export function readChain(bytes: Bytes, field: string): Chain {
  return hexOfUnique(checkLength(bytes, limits.chainBytes, field)) as Chain
}

export function readDigest(bytes: Bytes, field: string): Digest {
  return hexOfUnique(checkLength(bytes, limits.chainBytes, field)) as Digest
}

/** A room, or noRoom where the field is absent. */
export function readRoom(bytes: Bytes, field: string): RoomId {
  return (bytes?.length ? readHex(bytes, limits.roomBytes, field) : '') as RoomId
}

export function readRoomKey(bytes: Bytes, field: string): RoomKey {
  return readHex(bytes, limits.roomKeyBytes, field) as RoomKey
}

/** No bytes for ''. */
export function writeHex(hex: string): Uint8Array {
  return hex === '' ? noBytes : bytesOf(hex)
}

/** A whole number from `min` to `max`; an absent field is 0. */
export function readCount(
  value: Wide | null | undefined,
  field: string,
  min = 0,
  max = limits.countMax,
): number {
  const count =
    typeof value === 'object' && value !== null
      ? (value.high >>> 0) * 2 ** 32 + (value.low >>> 0)
      : (value ?? 0)
  if (count < min || count > max) throw new BadFrame(`${field}: not from ${min} to ${max}`)
  return count
}

export function readLamport(value: Wide | null | undefined, field: string): number {
  return readCount(value, field, 0, limits.lamportMax)
}

export function readName(value: string | null | undefined, field: string): string {
  return readGoodName(value ?? '', field, nameProblem, goodNames)
}

/** The name under which something was said: judged alike by every version. */
export function readSignedName(value: string, field: string): string {
  return readGoodName(value, field, signedNameProblem, goodSignedNames)
}

function readGoodName(
  value: string,
  field: string,
  problemOf: typeof nameProblem,
  good: Set<string>,
): string {
  if (good.has(value)) return value
  const problem = problemOf(value)
  if (problem !== undefined) throw new BadFrame(`${field}: a name ${problem}`)
  remember(good, value)
  return value
}

export function readAddress(value: string | null | undefined, field: string): Address {
  if (value && goodAddresses.has(value)) return value as Address
  if (!value || value.length > limits.addressBytesMax || !parseAddress(value)) {
    throw new BadFrame(`${field}: not an address`)
  }
  remember(goodAddresses, value)
  return value as Address
}

/** Names and addresses found good: the same few stand in record after record. */
const goodNames = new Set<string>()
const goodSignedNames = new Set<string>()
const goodAddresses = new Set<string>()

function remember(good: Set<string>, value: string): void {
  if (good.size >= goodMax) good.clear()
  good.add(value)
}

/** The core's word for a number of a closed list; BadFrame for a number that is not in it. */
export function readWord<T>(words: readonly T[], value: number | null | undefined, field: string): T {
  const word = words[value ?? 0]
  if (word === undefined) throw new BadFrame(`${field}: not a known value`)
  return word
}

/** An absent message is an error where it is needed. */
export function readNeeded<T>(value: T | null | undefined, field: string): T {
  if (value === null || value === undefined) throw new BadFrame(`${field}: missing`)
  return value
}

/** A list (absent: empty) of at most `max` entries. */
export function readList<T>(
  value: readonly T[] | null | undefined,
  max: number,
  field: string,
): readonly T[] {
  if (value && value.length > max) throw new BadFrame(`${field}: more than ${max} entries`)
  return value ?? []
}

/** Text that UTF-8 can carry: half characters (lone surrogates) become U+FFFD. */
export function wellFormed(text: string): string {
  return text.toWellFormed()
}

/** namespaceOf with a cache of one entry: records of one process come in runs. */
export function namespaceReader(): (uid: Uid, inc: Inc) => Namespace {
  let lastUid: Uid | undefined
  let lastInc: Inc | undefined
  let last = '' as Namespace
  return (uid, inc) => {
    if (uid !== lastUid || inc !== lastInc) {
      last = namespaceOf(uid, inc)
      lastUid = uid
      lastInc = inc
    }
    return last
  }
}

function readHex(bytes: Bytes, length: number, field: string): string {
  return hexOf(checkLength(bytes, length, field))
}

function checkLength(bytes: Bytes, length: number, field: string): Uint8Array {
  if (!bytes || bytes.length !== length) throw new BadFrame(`${field}: not ${length} bytes`)
  return bytes
}
