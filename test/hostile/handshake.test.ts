// Everybody who comes to the port of a chatting member and is not let through, or not as what it claims to be.
import assert from 'node:assert/strict'
import { X509Certificate, createHash, createPrivateKey, webcrypto, KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import tls from 'node:tls'
import { makeInc } from '../../src/core/model/ids.ts'
import type { RoomId, Uid } from '../../src/core/model/ids.ts'
import { identityFile, loadIdentity } from '../../src/transport/identity.ts'
import type { Identity } from '../../src/transport/identity.ts'
import { tlsRules } from '../../src/transport/listener.ts'
import { anyNonce, enter, Foe, greet, portOf, Wire } from './attacker.ts'
import { besiegeFile } from './besiege.ts'
import { shut, tcp } from './ports.ts'

const siege = besiegeFile()

/** An Ed25519 key in a certificate of these dates, and its uid. */
async function dated(notBefore: string, notAfter: string): Promise<Identity> {
  const { X509CertificateGenerator } = await import('@peculiar/x509')
  const algorithm = { name: 'Ed25519' }
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair
  const cert = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=old',
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    signingAlgorithm: algorithm,
    keys,
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string
  const pem = cert.toString('pem')
  const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  const uid = createHash('sha256').update(spki).digest('hex').slice(0, 32) as Uid
  return { key, cert: pem, uid }
}

test('plain text, HTTP and SSH are dropped without a word to people', async () => {
  for (const text of [
    'hello\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    'SSH-2.0-OpenSSH_9\r\n',
    '\0\0\0\0',
  ]) {
    const socket = await tcp(siege.room.ann.address)
    socket.write(text)
    if (text === '\0\0\0\0') socket.end()
    await shut(socket)
  }
  await siege.room.chat()
})

test('TLS 1.2, no certificate, and a key of another kind', async () => {
  await assert.rejects(
    Wire.dial(siege.foe, siege.room.ann.address, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }),
  )
  const nameless = await Wire.dial(siege.foe, siege.room.ann.address, { key: undefined, cert: undefined })
  await nameless.ended()
  await siege.room.chat()
})

test('a certificate that has expired only carries its key: names, dates and signers are not judged', async () => {
  const old = Foe.of(await dated('2001-01-01T00:00:00Z', '2002-01-01T00:00:00Z'))
  const { wire, info } = await greet(old, siege.room.ann.address)
  assert.equal(info.uid, siege.room.ann.id)
  wire.destroy()
  await siege.room.chat()
})

test("another's certificate without its key does not make a handshake", async () => {
  const cert = (await loadIdentity(siege.room.bob.home))?.cert
  assert.ok(cert)
  assert.equal(new X509Certificate(cert).checkPrivateKey(createPrivateKey(siege.foe.identity.key)), false)
  assert.throws(() => tls.createSecureContext({ ...tlsRules, cert, key: siege.foe.identity.key }), /mismatch/)
  await siege.room.chat()
})

test('stopping after each piece of the handshake, and in the middle of pieces', async () => {
  const flights = await recording(siege.foe, siege.room.ann.address)
  const all = Buffer.concat(flights)
  const waiting: net.Socket[] = []
  for (const at of [1, 4, 5, 6, 40, flights[0]?.length ?? 0, (flights[0]?.length ?? 0) + 1, all.length - 1]) {
    for (const how of ['end', 'reset', 'silence'] as const) {
      const socket = await tcp(siege.room.ann.address)
      socket.resume()
      await new Promise((done) => socket.write(all.subarray(0, at), done))
      if (how === 'end') socket.end()
      else if (how === 'reset') socket.resetAndDestroy()
      else waiting.push(socket)
    }
  }
  await siege.room.chat()
  for (const socket of waiting) socket.destroy()
})

test('a handshake that was recorded is worth nothing the second time', async () => {
  const flights = await recording(siege.foe, siege.room.ann.address)
  const socket = await tcp(siege.room.ann.address)
  socket.write(Buffer.concat(flights))
  await shut(socket)
  await siege.room.chat()
})

test('one whose words are sent back to where they came from meets itself, and hangs up', async (context) => {
  // Ann's port, reached through a mirror at which Ann herself is asked to look for a leader.
  const mirror = net.createServer((socket) => {
    const back = net.connect(portOf(siege.room.ann.address), '127.0.0.1')
    socket.on('error', () => {}).pipe(back)
    back.on('error', () => {}).pipe(socket)
  })
  mirror.listen(0, '127.0.0.1')
  await once(mirror, 'listening')
  context.after(() => mirror.close())
  const { port } = mirror.address() as net.AddressInfo
  const { wire } = await greet(siege.foe, siege.room.ann.address, siege.room.ann.room as RoomId)
  const there = { ...siege.foe.member, addr: `127.0.0.1:${port}` as never }
  wire.say({ type: 'alive', leader: there })
  await wire.settled()
  wire.destroy()
  await siege.room.chat()
})

test('HELLO of another siege.room, of a wrong uid, of a bare zero, and twice', async () => {
  const wrong = await Wire.dial(siege.foe, siege.room.ann.address)
  wrong.say(siege.foe.hello('f'.repeat(32) as RoomId))
  assert.equal((await wrong.frame('bye')).reason, 'room')
  await wrong.ended()
  const uids = [siege.room.bob.id, siege.room.ann.id, '0'.repeat(32)]
  for (const uid of uids) {
    const wire = await Wire.dial(siege.foe, siege.room.ann.address)
    wire.say(siege.foe.hello(siege.room.ann.room as RoomId, { uid: uid as Uid }))
    await wire.ended()
  }
  const twice = await greet(siege.foe, siege.room.ann.address)
  twice.wire.say(siege.foe.hello('' as RoomId, { name: 'Other' }))
  await twice.wire.settled()
  twice.wire.destroy()
  await siege.room.chat()
})

test('an older process of a member, under its own key, is turned away and the member stays', async () => {
  const bob = Foe.of((await loadIdentity(siege.room.bob.home)) as Identity)
  bob.inc = makeInc(1, 'dead'.repeat(4))
  bob.name = 'Bob'
  const { wire } = await greet(bob, siege.room.ann.address).catch(() => ({ wire: undefined }))
  wire?.destroy()
  assert.equal(siege.room.bob.ended, undefined)
  await siege.room.chat()
})

test('two nodes under one stolen key: one of them stays, and the room goes on', async () => {
  const thief = await Foe.mint()
  const first = await enter(thief, siege.room.ann.address)
  const twin = Foe.of(thief.identity)
  twin.inc = makeInc(1, anyNonce.split('').reverse().join(''))
  const second = await Wire.dial(twin, siege.room.ann.address)
  second.say(twin.hello(siege.room.ann.room as RoomId))
  await second.ended()
  first.wire.say({ type: 'leave' })
  await first.wire.settled()
  first.wire.destroy()
  await siege.room.chat()
})

test('keys of members are readable by their owner only, and no log holds one', async () => {
  const key = await readFile(join(siege.room.ann.home, identityFile), 'utf8')
  const secret = key.split('\n')[1] ?? ''
  assert.ok(secret.length > 20)
  for (const node of siege.room.nodes) assert.equal((await siege.room.log(node)).includes(secret), false)
})

/** What a client sends up to the end of its handshake, as it goes over TCP. */
async function recording(client: Foe, address: string): Promise<Buffer[]> {
  const flights: Buffer[] = []
  const tap = net.createServer((socket) => {
    const onward = net.connect(portOf(address), '127.0.0.1')
    socket
      .on('error', () => {})
      .on('data', (chunk: Buffer) => {
        flights.push(chunk)
        onward.write(chunk)
      })
    socket.on('close', () => onward.destroy())
    onward.on('error', () => {}).pipe(socket)
  })
  tap.listen(0, '127.0.0.1')
  await once(tap, 'listening')
  const wire = await greet(client, `127.0.0.1:${(tap.address() as net.AddressInfo).port}`)
  wire.wire.destroy()
  tap.close()
  return flights
}
