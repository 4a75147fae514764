// Bytes that are no frames, or not whole ones, at the port of a member that goes on chatting. What the framer and
// the decoder make of them stands in test/wire; here the whole program has to bear them.
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import { encodeFrame } from '../../src/wire/codec.ts'
import { frameBytesMax } from '../../src/wire/limits.ts'
import { schema } from '../../src/wire/schema.ts'
import { samples } from '../wire/samples.ts'
import { forge, prefixed, Wire } from './attacker.ts'
import { besiegeFile } from './besiege.ts'
import { tcp } from './ports.ts'

const siege = besiegeFile()

/** The link is dropped, and nobody in the room is the worse for it. */
async function refused(bytes: Uint8Array, wire: Wire): Promise<void> {
  wire.bytes(bytes)
  await wire.ended()
}

const hello = (): Uint8Array => encodeFrame(1, siege.foe.hello(siege.room.ann.room as never))
/** `hello` is still to be said. */
async function dial(): Promise<Wire> {
  const wire = await Wire.dial(siege.foe, siege.room.ann.address)
  wire.greeted = siege.foe.member
  return wire
}

test('random bytes, before TLS and in it', async () => {
  const prng = createPrng(1)
  const noise = Buffer.from(Array.from({ length: 4096 }, () => nextBelow(prng, 256)))
  const bare = await tcp(siege.room.ann.address)
  bare.end(noise).resume()
  for (const before of [new Uint8Array(0), hello()]) {
    // A first byte above 0 makes a length that no frame has.
    noise[0] = 0x80
    await refused(Buffer.concat([before, noise]), await dial())
  }
  await siege.room.chat()
})

test('a valid prefix, then garbage', async () => {
  const garbage = Buffer.from('GET / HTTP/1.1\r\n\r\n')
  await refused(Buffer.concat([hello(), garbage]), await dial())
  await refused(prefixed(garbage, garbage.length), await dial())
  await refused(Buffer.concat([hello(), prefixed(Buffer.alloc(100, 0xff), 100)]), await dial())
  await siege.room.chat()
})

test('lengths of 0, above the most, 2^31 and 2^32 - 1 end the link; the most itself is waited for', async () => {
  for (const length of [0, frameBytesMax + 1, 2 ** 31, 2 ** 32 - 1]) {
    for (const before of [new Uint8Array(0), hello()]) {
      await refused(Buffer.concat([before, prefixed(new Uint8Array(0), length)]), await dial())
    }
  }
  const wire = await dial()
  // Fields that nobody knows fill the longest frame that there may be.
  const unknown = Buffer.alloc(frameBytesMax)
  Buffer.from([0xca, 0x38]).copy(unknown)
  const rest = frameBytesMax - 2 - 3
  Buffer.from([(rest & 0x7f) | 0x80, ((rest >> 7) & 0x7f) | 0x80, rest >> 14]).copy(unknown, 2)
  wire.bytes(hello(), prefixed(unknown, frameBytesMax))
  await wire.settled()
  assert.equal(wire.closed, false)
  wire.destroy()
  // A length of 1: one byte that is no whole field.
  await refused(prefixed(Buffer.of(0x12), 1), await dial())
  await siege.room.chat()
})

test('frames that are cut at every byte, the link then ended, reset, or left silent', async () => {
  const whole = Buffer.concat([hello(), encodeFrame(1, samples.view)])
  const silent: Wire[] = []
  for (let at = 0; at < whole.length; at += 7) {
    const wire = await dial()
    wire.bytes(whole.subarray(0, at))
    if (at % 3 === 0) wire.end()
    else if (at % 3 === 1) wire.reset()
    else silent.push(wire)
  }
  await siege.room.chat()
  for (const wire of silent) wire.destroy()
})

test('types, versions and fields of no version that there is', async () => {
  const alive = await dial()
  alive.bytes(hello())
  // Field 900 of an envelope; the same inside a frame that is known.
  alive.bytes(prefixed(Buffer.from([0xa2, 0x38, 0x03, 0x6e, 0x65, 0x77]), 6))
  await alive.settled()
  assert.equal(alive.closed, false, 'what is not known is ignored')
  alive.destroy()
  const versions = [
    { versionMin: 0, versionMax: 0 },
    { versionMin: 2 ** 32 - 1, versionMax: 2 ** 32 - 1 },
    { versionMin: 9, versionMax: 2 },
  ]
  for (const version of versions) await refused(forge({ hello: version }), await dial())
  await refused(Buffer.concat([hello(), forge({ lc: 1, ping: {}, pong: {}, bye: {} })]), await dial())
  await siege.room.chat()
})

test('deep nesting, __proto__, and bytes that are not UTF-8', async () => {
  await refused(prefixed(Buffer.alloc(200_000, 0x0b), 200_000), await dial())
  const named = (name: string): Uint8Array => {
    const wire = schema.Envelope.decode(
      encodeFrame(1, siege.foe.hello(siege.room.ann.room as never)).subarray(4),
    )
    return forge({ ...wire, hello: { ...wire.hello, name } })
  }
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const wire = await dial()
    wire.bytes(named(name))
    await wire.frame('info')
    wire.destroy()
  }
  const bad = Buffer.from(named('xxxxxxxx'))
  bad.fill(0xff, bad.indexOf('xxxxxxxx'), bad.indexOf('xxxxxxxx') + 8)
  await refused(bad, await dial())
  await siege.room.chat()
})
