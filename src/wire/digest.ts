/**
 * Names things by the SHA-256 of their bytes: a part by its body, an author by its key (PROTOCOL.md sections 2.1 and 2.2).
 */

import { hash } from 'node:crypto'
import type { Uid } from '../core/model/ids.ts'
import type { Chain, Digest, PartId } from '../core/model/records.ts'
import { bytesOf, bytesOfUnique } from './hex.ts'
import { chainBytes, keyBytes, partIdBytes, uidBytes } from './limits.ts'

/** What stands before the 32 bytes of an Ed25519 key in its SPKI form (DER, RFC 8410). */
const spkiHead = bytesOf('302a300506032b6570032100')
const seenMax = 1024

/** What a chain is made over, used again and again: to make a hash object for each record takes longer than the hash. */
const linkBytes = new Uint8Array(chainBytes + 8 + partIdBytes)
const linkView = new DataView(linkBytes.buffer)

/** Keys seen last, and the uids made from them: a room has few authors. */
const seen = new Map<string, Uid>()

/** The id of the part with this body. */
export function partIdOf(body: Uint8Array): PartId {
  return hash('sha256', body, 'hex') as PartId
}

/** The chain of a namespace with one more record, from its timestamp and the id of its part (2.2). */
export function extendChain(chain: Chain, ts: number, id: PartId): Chain {
  const at = chain.length / 2
  linkBytes.set(bytesOfUnique(chain))
  linkView.setUint32(at, ts / 2 ** 32)
  linkView.setUint32(at + 4, ts)
  linkBytes.set(bytesOfUnique(id), at + 8)
  return hash('sha256', linkBytes.subarray(0, at + 8 + partIdBytes), 'hex') as Chain
}

/** SHA-256. */
export function digestOf(bytes: Uint8Array): Digest {
  return hash('sha256', bytes, 'hex') as Digest
}

/** The SPKI form (DER) of an Ed25519 public key, given as 64 hex digits. */
export function spkiOf(key: string): Uint8Array {
  const spki = new Uint8Array(spkiHead.length + keyBytes)
  spki.set(spkiHead)
  spki.set(bytesOf(key), spkiHead.length)
  return spki
}

/** The uid of the node with this Ed25519 public key (64 hex digits): the first 16 bytes of SHA-256 over its SPKI form. */
export function uidOfPublicKey(key: string): Uid {
  let uid = seen.get(key)
  if (uid === undefined) {
    uid = hash('sha256', spkiOf(key), 'hex').slice(0, 2 * uidBytes) as Uid
    if (seen.size >= seenMax) seen.clear()
    seen.set(key, uid)
  }
  return uid
}
