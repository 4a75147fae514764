/**
 * The cryptography of locked rooms (PROTOCOL.md 2.20): how one end of a link proves to the other that it knows the room key,
 * and how frames are encrypted for an end that has not proved it yet. Each proof and each box is good for one TLS
 * connection and one direction only.
 */

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { RoomKey } from '../core/model/ids.ts'
import { proofBytes } from '../wire/limits.ts'

/** Which end of a link. In the proof, so that nobody can send a proof back to where it came from. */
export type LinkRole = 'dialler' | 'listener'

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const label = 'ringleader lock 1'

/**
 * What both ends of one TLS connection have in common, and nobody else (RFC 9266). Only for a connection that is up, after
 * its handshake.
 */
export function bindingOf(socket: TLSSocket): Buffer {
  return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
}

/** That who sends it, in this role, knows the key. 32 bytes. */
export function proofOf(key: RoomKey, binding: Uint8Array, role: LinkRole): Buffer {
  return createHmac('sha256', derive(key, binding, `${label} proof ${role}`))
    .update(label)
    .digest()
}

/** In a time that does not tell how much of it is right. */
export function isProof(proof: Uint8Array, key: RoomKey, binding: Uint8Array, role: LinkRole): boolean {
  return proof.length === proofBytes && timingSafeEqual(proof, proofOf(key, binding, role))
}

/** Encrypts what the dialler of one link sends, or decrypts it at the listener: one box after the other, in their order. */
export class Boxes {
  readonly #key: Buffer
  #count = 0

  constructor(key: RoomKey, binding: Uint8Array) {
    this.#key = derive(key, binding, `${label} seal`)
  }

  seal(bytes: Uint8Array): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nonce(), { authTagLength: tagBytes })
    return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  }

  /** Undefined: it is not the next box of this link. No box after it opens. */
  open(box: Uint8Array): Buffer | undefined {
    const end = box.length - tagBytes
    if (end < 0) return undefined
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#nonce(), { authTagLength: tagBytes })
    decipher.setAuthTag(box.subarray(end))
    const bytes = decipher.update(box.subarray(0, end))
    try {
      return Buffer.concat([bytes, decipher.final()])
    } catch {
      return undefined
    }
  }

  /** Never the same twice under one key: the key is of this link, and only its dialler encrypts with it. */
  #nonce(): Buffer {
    const nonce = Buffer.alloc(nonceBytes)
    nonce.writeUIntBE(this.#count++, nonceBytes - 6, 6)
    return nonce
  }
}

function derive(key: RoomKey, binding: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(key, 'hex'), binding, info, keyBytes))
}
