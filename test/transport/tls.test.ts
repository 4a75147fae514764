/** TLS: strangers of every kind, peers that die, stop or do not read, and what is refused by name. */

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import type { Address, Uid } from '../../src/core/model/ids.ts'
import { RingleaderError } from '../../src/peer/errors.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import type { Identity } from '../../src/transport/identity.ts'
import { TlsTransport } from '../../src/transport/tls.ts'
import type { TlsOptions } from '../../src/transport/tls.ts'
import { encodeFrame, encodeVersions } from '../../src/wire/codec.ts'
import { linkBufferBytesMax, linkLowWaterBytes, strangersMax } from '../../src/wire/limits.ts'
import { bulk, join, ping, Recorder } from '../contract/transport.contract.ts'
import type { Node } from '../contract/transport.contract.ts'
import { samples } from '../wire/samples.ts'

const cleanups: (() => unknown)[] = []
const localhost = '127.0.0.1'
let identity: Identity
let healthy: [Node, Node]

/** Like HELLO and INFO of a program that has only version 9. */
const hello9 = Buffer.from('00000006120408091009', 'hex')
const info9 = Buffer.from('000000061a0408091009', 'hex')

async function start(options: Partial<TlsOptions> = {}): Promise<Node & { transport: TlsTransport }> {
  const own = options.identity ?? (await mintIdentity())
  const transport = new TlsTransport({ identity: own, ip: localhost, port: 0, connectMs: 10_000, ...options })
  const recorder = new Recorder()
  const address = await transport.listen(recorder)
  cleanups.push(() => transport.stop())
  return { transport, uid: own.uid, address, recorder }
}

const portOf = (address: Address) => Number(/\d+$/.exec(address)![0])

/** A TLS client that does not use our code. */
async function stranger(node: Node, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const { key, cert } = identity
  const socket = tls.connect({
    host: localhost,
    port: portOf(node.address),
    rejectUnauthorized: false,
    key,
    cert,
    ...options,
  })
  socket.on('error', () => undefined)
  cleanups.push(() => socket.destroy())
  await new Promise<void>((resolve) => socket.once('secureConnect', resolve).once('close', () => resolve()))
  return socket
}

/** A server that is none of ours; returns its address. */
async function server(made: net.Server): Promise<Address> {
  const sockets = new Set<net.Socket>()
  made.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  made.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => made.listen(0, localhost, resolve))
  cleanups.push(() => {
    made.close()
    for (const socket of sockets) socket.destroy()
  })
  return `${localhost}:${(made.address() as AddressInfo).port}` as Address
}

async function endOfDial(node: Node, address: Address): Promise<string> {
  const link = node.transport.mintLink()
  node.transport.dial(link, address)
  return (await node.recorder.until('closed', (event) => event.link === link)).why
}

async function child(): Promise<{ address: Address; kill: (signal: NodeJS.Signals) => void }> {
  const process = fork(new URL('./child.js', import.meta.url))
  cleanups.push(() => process.kill('SIGKILL'))
  const address = await new Promise<Address>((resolve, reject) => {
    process.once('message', (message) => resolve(message as Address))
    process.once('exit', (code) => reject(new Error(`the child ended with ${code}`)))
  })
  return { address, kill: (signal) => process.kill(signal) }
}

/** Two nodes continue, regardless of what else happens. */
let beats = 0
async function healthyPairLives(): Promise<void> {
  const [a, b] = healthy
  const { out } = await join(a, b)
  const nonce = ++beats
  a.transport.send(out, 1, ping(nonce), false)
  await b.recorder.until('received', ({ frame }) => frame.type === 'ping' && frame.nonce === nonce)
  a.transport.close(out)
}

before(async () => {
  identity = await mintIdentity()
  healthy = [await start(), await start()]
})

after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

test('plain text, HTTP, SSH and silence at the port are dropped and not reported', async () => {
  const node = await start({ handshakeMs: 500 })
  const texts = [
    'hello\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    'SSH-2.0-OpenSSH_9\r\n',
    '\0'.repeat(1000),
    '',
  ]
  for (const text of texts) {
    const socket = net.connect(portOf(node.address), localhost)
    socket.on('error', () => undefined)
    socket.write(text)
    socket.resume()
    await once(socket, 'close')
  }
  assert.deepEqual(node.recorder.events, [])
  await healthyPairLives()
})

test('TLS 1.2 and a missing certificate are dropped and not reported', async () => {
  const node = await start()
  const old = await stranger(node, { maxVersion: 'TLSv1.2' })
  if (!old.closed) await once(old, 'close')
  const nameless = await stranger(node, { key: undefined, cert: undefined })
  nameless.resume()
  if (!nameless.closed) await once(nameless, 'close')
  assert.deepEqual(node.recorder.events, [])
})

test('garbage over TLS is alien before a good frame, and ends the link after one', async () => {
  const node = await start()
  const garbage = Buffer.from('GET / HTTP/1.1\r\n\r\n')
  const first = await stranger(node)
  first.write(garbage)
  assert.equal((await node.recorder.until('closed')).why, 'alien')
  const second = await stranger(node)
  const before = (await node.recorder.until('accepted')).link
  const taken = await node.recorder.until('accepted', ({ link }) => link !== before)
  second.write(Buffer.concat([encodeFrame(1, samples.hello), garbage]))
  const { why } = await node.recorder.until('closed', ({ link }) => link === taken.link)
  assert.equal(why, 'closed')
  assert.equal(node.recorder.frames(taken.link).length, 1)
  await healthyPairLives()
})

test('frames cut at every byte arrive', async () => {
  const node = await start()
  const socket = await stranger(node)
  socket.setNoDelay(true)
  for (const byte of encodeFrame(9, samples.view)) {
    await new Promise((resolve) => socket.write(Buffer.of(byte), resolve))
  }
  const { lc, frame, link } = await node.recorder.until('received')
  assert.deepEqual({ lc, frame }, { lc: 9, frame: samples.view })
  assert.ok(node.recorder.heardBytes.has(link), 'its pieces are signs of life')
})

test('a peer is the hash of its key, even if it claims another uid', async () => {
  const node = await start()
  const socket = await stranger(node)
  socket.write(encodeFrame(1, { ...samples.hello, uid: healthy[0].uid }))
  const { uid } = await node.recorder.until('accepted')
  assert.equal(uid, identity.uid)
  await node.recorder.until('received')
})

test('a node that dials with another version is told ours, and both sides know why', async () => {
  const node = await start()
  const socket = await stranger(node)
  const answer: Buffer[] = []
  socket.on('data', (chunk: Buffer) => answer.push(chunk))
  socket.write(hello9)
  await once(socket, 'close')
  assert.deepEqual(Buffer.concat(answer), Buffer.from(encodeVersions()))
  assert.equal((await node.recorder.until('closed')).why, 'version')

  const other = tls.createServer({ ...identity, requestCert: true, rejectUnauthorized: false })
  other.on('secureConnection', (peer) => peer.on('error', () => undefined).end(info9))
  assert.equal(await endOfDial(node, await server(other)), 'version')
})

test('a program that accepts a dial but is none of ours is alien', async () => {
  const node = await start()
  const ssh = net.createServer((socket) => socket.write('SSH-2.0-OpenSSH_9\r\n'))
  assert.equal(await endOfDial(node, await server(ssh)), 'alien')
  const http = net.createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 No\r\n\r\n')))
  assert.equal(await endOfDial(node, await server(http)), 'alien')
  const old = tls.createServer({ ...identity, maxVersion: 'TLSv1.2' })
  assert.equal(await endOfDial(node, await server(old)), 'alien')
  const https = tls.createServer({ ...(await otherKey()) })
  assert.equal(await endOfDial(node, await server(https)), 'alien')
  const rude = tls.createServer({ ...identity, requestCert: true, rejectUnauthorized: false })
  rude.on('secureConnection', (peer) => peer.on('error', () => undefined).write('HTTP/1.1 400 No\r\n\r\n'))
  assert.equal(await endOfDial(node, await server(rude)), 'alien')
})

test('a dial that is accepted without a reply is silent; one that is hung up on is closed', async () => {
  const node = await start({ connectMs: 200 })
  assert.equal(await endOfDial(node, await server(net.createServer())), 'silent')
  assert.equal(await endOfDial(node, await server(net.createServer((socket) => socket.end()))), 'closed')
})

test('a peer killed with -9 is reported as closed; a stopped one does not reply', async () => {
  const node = await start({ connectMs: 300 })
  const killed = await child()
  const link = node.transport.mintLink()
  node.transport.dial(link, killed.address)
  await node.recorder.until('opened')
  killed.kill('SIGKILL')
  assert.equal((await node.recorder.until('closed')).why, 'closed')
  assert.equal(await endOfDial(node, killed.address), 'refused')
  const stopped = await child()
  stopped.kill('SIGSTOP')
  assert.equal(await endOfDial(node, stopped.address), 'silent')
})

test('a peer that proves a key but sends nothing is dropped', async () => {
  const node = await start({ handshakeMs: 1000 })
  await stranger(node)
  assert.equal((await node.recorder.until('closed')).why, 'silent')
})

test('a peer that sends HELLO and then nothing for long is dropped', async () => {
  const node = await start({ idleLinkMs: 1000 })
  const socket = await stranger(node)
  socket.write(encodeFrame(1, samples.hello))
  assert.equal((await node.recorder.until('closed')).why, 'silent')
})

test('a peer that does not read makes the sender wait within the limit, and then gets everything', async () => {
  const node = await start()
  const socket = await stranger(node)
  socket.write(encodeFrame(1, samples.hello))
  const { link } = await node.recorder.until('received')
  let room: (() => void) | undefined
  node.recorder.onEvent = (event) => event.type === 'drained' && room?.()
  let sent = 0
  let most = 0
  const roomAgain = new Promise<boolean>((resolve) => {
    const next = () => {
      let answered = false
      room = () => {
        answered = true
        next()
      }
      node.transport.send(link, ++sent, { type: 'up', records: [bulk(sent, 131_072)] }, true)
      most = Math.max(most, node.transport.buffered(link))
      setTimeout(() => !answered && resolve(false), 1000)
    }
    next()
  })
  assert.equal(await roomAgain, false)
  room = undefined
  assert.ok(node.transport.buffered(link) > linkLowWaterBytes)
  assert.ok(most <= linkBufferBytesMax, `${most} bytes waited`)
  let bytes = 0
  const expected = sent
  const size = encodeFrame(1, { type: 'up', records: [bulk(1, 131_072)] }).length
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
  const drainedBefore = node.recorder.events.filter(({ type }) => type === 'drained').length
  await node.recorder.until(
    'drained',
    () => node.recorder.events.filter(({ type }) => type === 'drained').length > drainedBefore,
  )
  node.transport.close(link)
  await once(socket, 'close')
  assert.ok(bytes >= expected * (size - 8), `${bytes} of about ${expected * size} bytes came`)
})

test('hundreds of idle connections do not keep others out', async () => {
  const node = await start()
  const idlers = Array.from({ length: strangersMax + 50 }, () => net.connect(portOf(node.address), localhost))
  for (const socket of idlers) {
    socket.on('error', () => undefined)
    cleanups.push(() => socket.destroy())
  }
  await Promise.all(idlers.map((socket) => once(socket, 'connect')))
  await join(healthy[0], node)
  await healthyPairLives()
})

test('dials leave from the own address', { skip: process.platform !== 'linux' }, async () => {
  const node = await start({ ip: '127.0.0.7' })
  const made = tls.createServer({ ...identity })
  const from = once(made, 'connection') as Promise<[net.Socket]>
  node.transport.dial(node.transport.mintLink(), await server(made))
  assert.equal((await from)[0].remoteAddress, '127.0.0.7')
})

test('an address that is not ours, and a port in use, are named errors', async () => {
  await assert.rejects(start({ ip: '203.0.113.1' }), (error) => {
    return (
      error instanceof RingleaderError && error.code === 'ERR_ADDRESS_NOT_OURS' && /-a/.test(error.message)
    )
  })
  const node = await start()
  await assert.rejects(start({ port: portOf(node.address) }), (error) => {
    return error instanceof RingleaderError && error.code === 'ERR_PORT_IN_USE' && /-p/.test(error.message)
  })
})

test('an address that disappears, and comes back, is reported once each', async () => {
  let ours = true
  const told: string[] = []
  const recorder = new Recorder()
  const changed = new Promise<void>((resolve) => {
    recorder.addressLost = () => {
      told.push('lost')
      ours = true
    }
    recorder.addressBack = () => {
      told.push('back')
      resolve()
    }
  })
  const options = {
    identity,
    ip: localhost,
    port: 0,
    ipNow: async () => (ours ? localhost : undefined),
    watchAddressMs: 5,
  }
  const transport = new TlsTransport(options)
  cleanups.push(() => transport.stop())
  await transport.listen(recorder)
  ours = false
  await changed
  assert.deepEqual(told, ['lost', 'back'])
})

test('a redirected dial goes elsewhere', async () => {
  const [, b] = healthy
  const node = await start({ redirect: () => b.address })
  const link = node.transport.mintLink()
  node.transport.dial(link, '127.0.0.1:1' as Address)
  const { uid } = await node.recorder.until('opened')
  assert.equal(uid, b.uid satisfies Uid)
})

/** A key and a certificate that are not Ed25519. */
async function otherKey(): Promise<{ key: string; cert: string }> {
  const { X509CertificateGenerator } = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const cert = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=else',
    signingAlgorithm: algorithm,
    keys,
  })
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`
  return { key, cert: cert.toString('pem') }
}
