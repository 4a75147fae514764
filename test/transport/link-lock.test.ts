/** The cryptography of locked rooms, against the formulas of PROTOCOL.md 2.20 written out by hand. */

import assert from 'node:assert/strict'
import { createDecipheriv, createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { RoomKey, Uid } from '../../src/core/model/ids.ts'
import type { Caller } from '../../src/transport/doors.ts'
import { Knockers } from '../../src/transport/knockers.ts'
import { Boxes, isProof, proofOf } from '../../src/transport/link-lock.ts'
import { knockersMax, knockersPerAddressMax } from '../../src/wire/limits.ts'

const key = '000102030405060708090a0b0c0d0e0f' as RoomKey
const other = 'f00102030405060708090a0b0c0d0e0f' as RoomKey
const binding = Buffer.alloc(32, 7)

const hmac = (secret: Uint8Array, ...pieces: (string | Uint8Array)[]): Buffer => {
  const made = createHmac('sha256', secret)
  for (const piece of pieces) made.update(piece)
  return made.digest()
}

/** RFC 5869 with one block of output. */
const hkdf = (info: string): Buffer => hmac(hmac(binding, Buffer.from(key, 'hex')), info, Buffer.of(1))

test('a proof is an HMAC under a key of the room, the connection and the role', () => {
  for (const role of ['dialler', 'listener'] as const) {
    const proof = hmac(hkdf(`ringleader lock 1 proof ${role}`), 'ringleader lock 1')
    assert.deepEqual(proofOf(key, binding, role), proof)
    assert.ok(isProof(proof, key, binding, role))
    assert.ok(!isProof(proof, key, binding, role === 'dialler' ? 'listener' : 'dialler'))
    assert.ok(!isProof(proof, other, binding, role))
    assert.ok(!isProof(proof, key, Buffer.alloc(32, 8), role))
    assert.ok(!isProof(proof.subarray(1), key, binding, role))
  }
})

test('a box is AES-256-GCM with a counter as the nonce, and the tag behind it', () => {
  const boxes = new Boxes(key, binding)
  for (const [count, text] of ['first', '', 'third'].entries()) {
    const box = boxes.seal(Buffer.from(text))
    assert.equal(box.length, text.length + 16)
    const nonce = Buffer.alloc(12)
    nonce[11] = count
    const decipher = createDecipheriv('aes-256-gcm', hkdf('ringleader lock 1 seal'), nonce)
    decipher.setAuthTag(box.subarray(-16))
    assert.equal(Buffer.concat([decipher.update(box.subarray(0, -16)), decipher.final()]).toString(), text)
  }
})

test('boxes open in their order, each once, and only as they were', () => {
  const sealed = new Boxes(key, binding)
  const [first, second] = [sealed.seal(Buffer.from('first')), sealed.seal(Buffer.from('second'))]
  const opens = (...boxes: Uint8Array[]): (string | undefined)[] => {
    const fresh = new Boxes(key, binding)
    return boxes.map((box) => fresh.open(box)?.toString())
  }
  assert.deepEqual(opens(first, second), ['first', 'second'])
  assert.deepEqual(opens(second), [undefined])
  assert.deepEqual(opens(first, first), ['first', undefined])
  for (let at = 0; at < first.length; at++) {
    const bent = Buffer.from(first)
    bent[at]! ^= 1
    assert.deepEqual(opens(bent), [undefined], `byte ${at}`)
    assert.deepEqual(opens(first.subarray(0, at)), [undefined], `${at} bytes`)
  }
  assert.equal(new Boxes(other, binding).open(first), undefined)
})

test('those who knock are few: in all, with one key, and from one address', () => {
  const from = (place: string, uid: string): Caller => ({ place, uid: uid as Uid }) as Caller
  const knockers = new Knockers()
  const first = from('10.0.0.1', 'a')
  assert.ok(knockers.add(first))
  assert.ok(!knockers.add(from('10.0.0.2', 'a')), 'one with a key')
  for (let n = 1; n < knockersPerAddressMax; n++) assert.ok(knockers.add(from('10.0.0.1', `b${n}`)))
  assert.ok(!knockers.add(from('10.0.0.1', 'c')), 'from one address')
  for (let n = knockersPerAddressMax; n < knockersMax; n++)
    assert.ok(knockers.add(from('127.0.0.1', `d${n}`)), 'loopback has no limit of its own')
  assert.ok(!knockers.add(from('10.0.0.3', 'e')), 'in all')
  knockers.remove(first)
  assert.ok(knockers.add(from('10.0.0.3', 'a')))
})
