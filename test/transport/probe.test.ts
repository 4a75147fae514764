// What the doctor says of a member on loopback: another program, another version, a locked room, one that says nothing.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createRoom, diagnose } from '../../src/index.ts'
import type { Diagnosis, DiagnoseOptions, Room } from '../../src/index.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import { tlsRules } from '../../src/transport/listener.ts'
import { decodeFrame, encodePadding } from '../../src/wire/codec.ts'
import { schema } from '../../src/wire/schema.ts'

async function at(context: TestContext, server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  context.after(() => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function open(context: TestContext, options: Parameters<typeof createRoom>[0]): Promise<Room> {
  const room = await createRoom({ address: '127.0.0.1', name: 'Ann', ...options })
  context.after(() => room.leave({ waitMs: 0 }))
  return room
}

async function look(options: DiagnoseOptions): Promise<Diagnosis & { failed: string; text: string }> {
  const found = await diagnose({ timeoutMs: 4000, ...options })
  const last = found.hops.find(({ state }) => state === 'failed')
  return { ...found, failed: last?.hop ?? 'nothing', text: `${last?.text}; ${last?.advice}` }
}

test('an open room, and a locked one with and without its key', async (context) => {
  const ann = await open(context, {})
  const well = await look({ neighbor: ann.self.address })
  assert.deepEqual([well.ok, well.failed, well.code], [true, 'nothing', undefined], well.text)
  assert.ok(
    well.hops.some(
      ({ hop, text }) => hop === 'room' && text === `room ${ann.id.slice(0, 8)} is open; Ann leads it`,
    ),
  )
  assert.equal(ann.members.length, 1)
  const eve = await open(context, { locked: true })
  const shut = await look({ neighbor: eve.self.address })
  assert.deepEqual([shut.failed, shut.code], ['room', 'ERR_LOCKED'])
  assert.match(shut.text, /locked, and this home has no key of it; ask a member for an invitation/)
  const opened = await look({ invitation: eve.invitation() })
  assert.deepEqual([opened.ok, opened.failed], [true, 'nothing'], opened.text)
  assert.ok(opened.hops.some(({ hop, state }) => hop === 'mtu' && state === 'ok'))
  const before = eve.invitation()
  await eve.rekey()
  const old = await look({ invitation: before })
  assert.equal(old.code, 'ERR_LOCKED', old.text)
})

test('another program, another version, and one that says nothing', async (context) => {
  const web = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const other = await look({ neighbor: await at(context, web) })
  assert.deepEqual([other.failed, other.code], ['tls', 'ERR_NOT_RINGLEADER'])

  const sockets = new Set<{ destroy: () => void }>()
  const mute = createServer((socket) => void sockets.add(socket.on('error', () => {})))
  context.after(() => sockets.forEach((socket) => socket.destroy()))
  const frozen = await look({ neighbor: await at(context, mute), timeoutMs: 300 })
  assert.deepEqual([frozen.failed, frozen.code], ['tls', 'ERR_UNREACHABLE'])
  assert.match(frozen.text, /says nothing for 0\.3 s; its process may be stopped/)

  const { key, cert } = await mintIdentity()
  const versions = schema.Envelope.encode({ info: { versionMin: 99, versionMax: 99 } }).finish()
  const later = createTlsServer({ ...tlsRules, key, cert }, (socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from([0, 0, 0, versions.length]), versions])))
  })
  const version = await look({ neighbor: await at(context, later) })
  assert.deepEqual([version.failed, version.code], ['version', 'ERR_VERSION'])
  assert.match(version.text, /another version of the protocol; install the same version/)
})

test('padding is a frame that is ignored, of the size that is asked for', () => {
  for (const bytes of [160, 500, 1326, 3800]) {
    const frame = encodePadding(bytes)
    assert.equal(frame.length, bytes)
    assert.equal(Buffer.from(frame).readUInt32BE(0), bytes - 4)
    assert.deepEqual(decodeFrame(frame.subarray(4)), { ignored: true })
  }
})
