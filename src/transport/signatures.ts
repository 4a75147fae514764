/**
 * Signs what this node says and stamps, and finds out whether others have signed what is brought in their names (PROTOCOL.md
 * section 2.2), with the key that TLS proves.
 */

import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { splitNamespace } from '../core/model/ids.ts'
import type { Namespace, RoomId } from '../core/model/ids.ts'
import type { Claim, Notary, Verifier } from '../core/model/notary.ts'
import type { Chain, Draft, Part, Seal, StampedRecord } from '../core/model/records.ts'
import { assert } from '../lib/assert.ts'
import { digestOf, extendChain, partIdOf, uidOfPublicKey } from '../wire/digest.ts'
import { keyBytes } from '../wire/limits.ts'
import { encodeBody, signedPart } from '../wire/part-codec.ts'
import type { Identity } from './identity.ts'
import { keyCache } from './key-cache.ts'

/** What a signature begins with, so that one of a part is never one of anything else. */
const partPurpose = Buffer.from('ringleader part 1\0', 'ascii')
const sealPurpose = Buffer.from('ringleader seal 1\0', 'ascii')

/** What is known to be right: parts for a room, and the seals of records for a room over a chain. */
export class Proven {
  readonly #parts = new WeakMap<Part, RoomId>()
  readonly #seals = new WeakMap<StampedRecord, { room: RoomId; chain: Chain }>()

  note(room: RoomId, claim: Claim): void {
    if (claim.type === 'part') this.#parts.set(claim.part, room)
    else this.#seals.set(claim.record, { room, chain: claim.chain })
  }

  hasPart(room: RoomId, part: Part): boolean {
    return this.#parts.get(part) === room
  }

  hasSeal(room: RoomId, record: StampedRecord, chain: Chain): boolean {
    const known = this.#seals.get(record)
    return known?.chain === chain && known.room === room
  }
}

/**
 * The notary of one node. It believes `id` and `author` of a part, which the wire computes from the bytes (decodePart).
 * What it has found proven once, it does not look at again.
 */
export function createNotary(identity: Pick<Identity, 'uid' | 'key'>, proven = new Proven()): Notary {
  const privateKey = createPrivateKey(identity.key)
  const key = hexOfKey(createPublicKey(privateKey))
  assert(uidOfPublicKey(key) === identity.uid, 'a notary has the key of its node')
  return {
    ...createVerifier(proven),

    sign(room: RoomId, draft: Draft): Part {
      const body = encodeBody(draft, key)
      const id = partIdOf(body)
      const signature = sign(null, bytesToSign(room, id), privateKey)
      const part = signedPart(draft, { key, id, signature, body })
      proven.note(room, { type: 'part', part })
      return part
    },

    seal(room: RoomId, namespace: Namespace, s: number, chain: Chain): Seal {
      return {
        key,
        signature: sign(null, bytesToSeal(room, namespace, s, chain), privateKey).toString('hex'),
      }
    },
  }
}

/** Verifies what others signed; see createNotary. `proven`: what needs no look. */
export function createVerifier(proven = new Proven()): Verifier {
  const keyOf = keyCache()

  function isProven(room: RoomId, part: Part): boolean {
    if (proven.hasPart(room, part)) return true
    const signature = Buffer.from(part.signature, 'hex')
    if (!verify(null, bytesToSign(room, part.id), keyOf(part.key), signature)) return false
    proven.note(room, { type: 'part', part })
    return true
  }

  return {
    /**
     * Looks at every signature, also where a later part of the process proves an earlier one. A part whose own signature is bad
     * would be taken in that company, and refused wherever a frame ends with it: one upload could keep a room from ever being
     * handed on.
     */
    findForged(room: RoomId, parts: readonly Part[]): Part | undefined {
      return parts.find((part) => !isProven(room, part))
    },

    extend(chain: Chain, { ts, part }: Pick<StampedRecord, 'ts' | 'part'>): Chain {
      return extendChain(chain, ts, part.id)
    },

    digest: digestOf,

    isSealed(room: RoomId, record: StampedRecord, chain: Chain): boolean {
      const { stamper, namespace, s, seal } = record
      if (!seal || uidOfPublicKey(seal.key) !== stamper) return false
      if (proven.hasSeal(room, record, chain)) return true
      const bytes = bytesToSeal(room, namespace, s, chain)
      return verify(null, bytes, keyOf(seal.key), Buffer.from(seal.signature, 'hex'))
    },
  }
}

/** What the signature of a part is made over. */
export function bytesToSign(room: RoomId, id: string): Uint8Array {
  const bytes = Buffer.concat([partPurpose, Buffer.from(room + id, 'hex')])
  assert(bytes.length === 66, 'a part is signed with its id, for a room')
  return bytes
}

/** What a seal is made over. */
export function bytesToSeal(room: RoomId, namespace: Namespace, s: number, chain: Chain): Uint8Array {
  const { uid, inc } = splitNamespace(namespace)
  const names = Buffer.from(room + uid + inc, 'hex')
  const bytes = Buffer.concat([sealPurpose, names, eightBytes(s), Buffer.from(chain, 'hex')])
  assert(bytes.length === 104, 'a seal is made over a whole chain, for a room')
  return bytes
}

/** Unsigned, big endian. */
function eightBytes(count: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(count))
  return bytes
}

/** The 32 bytes of an Ed25519 public key, as hex digits: the end of its SPKI form. */
function hexOfKey(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).subarray(-keyBytes).toString('hex')
}
