/** The cryptography of locked rooms, against the formulas of PROTOCOL.md 2.20 written out by hand. */

import assert from 'node:assert/strict'
import { createDecipheriv, createHmac } from 'node:crypto'
import { test } from 'node:test'
import type { RoomKey, Uid } from '../../src/core/model/ids.ts'
import type { Caller } from '../../src/transport/doors.ts'
import { KeyGate, LockedListenerGate } from '../../src/transport/gates.ts'
import { Knockers } from '../../src/transport/knockers.ts'
import { Boxes, isProof, proofOf } from '../../src/transport/link-lock.ts'
import { BadFrame, encodeFrame } from '../../src/wire/codec.ts'
import { knockEveryS, knockersMax, knockersPerAddressMax } from '../../src/wire/limits.ts'

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
  assert.ok(!knockers.add(from('10.0.0.3', 'a')), 'in a short time')
  for (let second = 1; second <= knockEveryS; second++) knockers.tick()
  assert.ok(knockers.add(from('10.0.0.3', 'a')))
})

const golden = {
  first:
    '0000003bda02380a20e7fda9d8813ba56ea01bc97caec1637fbf7427ef1516956264b9f0001252860812149bb0334f56931126b10f09b1347af2ce058a2320',
  reply: '00000025da02220a203f1ac858d87f0c59ab11bc1d24d3e27fddffe9fa19883fe37e3fd42eb95f2d2e',
}

/** The bytes of the protocol: they stay what they are. */
test('what a dialler sends first, and what the listener replies, for one key and one connection', () => {
  const dialler = new KeyGate(key, binding)
  const listener = new LockedListenerGate(binding, () => ({ keys: [other, key], knocks: false }))
  const ping = encodeFrame(1, { type: 'upDone' })
  const first = dialler.seal(ping)
  assert.equal(Buffer.from(first).toString('hex'), golden.first)
  const came = listener.take(first.subarray(4))
  assert.ok(came.type === 'proved')
  assert.equal(Buffer.from(came.reply).toString('hex'), golden.reply)
  assert.deepEqual([came.key, Buffer.from(came.bytes)], [key, Buffer.from(ping.subarray(4))])
  assert.deepEqual(listener.take(dialler.seal(ping).subarray(4)), {
    type: 'frame',
    bytes: Buffer.from(ping.subarray(4)),
  })
  assert.deepEqual(dialler.take(came.reply.subarray(4)), { type: 'nothing' })
  assert.ok(dialler.isOver && !dialler.isShut)
})

test('a first frame, or a reply, of which any bit is another proves nothing', () => {
  const first = new KeyGate(key, binding).seal(encodeFrame(1, { type: 'upDone' })).subarray(4)
  const reply = Buffer.from(golden.reply, 'hex').subarray(4)
  for (const [name, good, gate] of [
    ['listener', first, () => new LockedListenerGate(binding, () => ({ keys: [key], knocks: true }))],
    ['dialler', reply, () => new KeyGate(key, binding)],
  ] as const) {
    assert.notEqual(gate().take(good).type, 'end')
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const bent = Buffer.from(good)
      bent[bit >> 3]! ^= 1 << (bit & 7)
      const made = gate()
      try {
        assert.equal(made.take(bent).type, 'end', `${name}: bit ${bit}`)
      } catch (error) {
        if (!(error instanceof BadFrame)) throw error
      }
      assert.ok(made.isShut)
    }
  }
})
