/** The doors, with real sockets: what callers of one address, one key, and all together can hold, and for how long. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import type { Address, LinkId, Uid } from '../../src/core/model/ids.ts'
import { Doors, placeOf } from '../../src/transport/doors.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import type { Identity } from '../../src/transport/identity.ts'
import { TlsTransport } from '../../src/transport/tls.ts'
import type { TlsOptions } from '../../src/transport/tls.ts'
import { encodeFrame } from '../../src/wire/codec.ts'
import {
  firstFrameBytesMax,
  frameBytesMax,
  linksPerKeyMax,
  memberLinksMax,
  outsiderLinksMax,
  outsiderLinksPerAddressMax,
  outsiderUnfinishedBytesMax,
  strangersMax,
  strangersPerAddressMax,
  turnFramesMax,
} from '../../src/wire/limits.ts'
import { join, keys, ping, Recorder } from '../contract/transport.contract.ts'
import type { Node } from '../contract/transport.contract.ts'
import { samples } from '../wire/samples.ts'

const localhost = '127.0.0.1'
const plenty = { limit: 100_000, inUse: () => 100 }
const cleanups: (() => unknown)[] = []
let identities: Identity[]

async function start(options: Partial<TlsOptions> = {}): Promise<Node & { transport: TlsTransport }> {
  const identity = options.identity ?? (await mintIdentity())
  const transport = new TlsTransport({ identity, ip: localhost, port: 0, connectMs: 10_000, ...options })
  const recorder = new Recorder()
  const address = await transport.listen(recorder)
  cleanups.push(() => transport.stop())
  return { transport, uid: identity.uid, address, recorder }
}

/** A connection over TLS, with one of `identities`; says HELLO unless it is told not to. */
async function call(node: Node, { by = 0, greets = true } = {}): Promise<tls.TLSSocket> {
  const { key, cert } = identities[by]!
  const port = Number(/\d+$/.exec(node.address)![0])
  const socket = tls.connect({ host: localhost, port, rejectUnauthorized: false, key, cert })
  socket.on('error', () => undefined)
  socket.resume()
  cleanups.push(() => socket.destroy())
  await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')])
  if (greets) socket.write(hello(by))
  return socket
}

function hello(by: number): Uint8Array {
  return encodeFrame(1, { ...samples.hello, uid: identities[by]!.uid })
}

/** The links that a node holds now. */
function openLinks({ recorder }: Node): LinkId[] {
  const closed = new Set(recorder.events.flatMap((event) => (event.type === 'closed' ? [event.link] : [])))
  return recorder.events.flatMap((event) =>
    event.type === 'accepted' && !closed.has(event.link) ? [event.link] : [],
  )
}

/** The first refusal that matches, from now or before. */
async function refusal(
  node: Node,
  what: RegExp,
): Promise<{ addr: Address | undefined; uid: Uid | undefined }> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const found = node.recorder.refusals.find((refused) => what.test(refused.what))
    if (found) return found
    assert.ok(Date.now() < deadline, `no refusal ${what}: ${JSON.stringify(node.recorder.refusals)}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

before(async () => {
  identities = await Promise.all([mintIdentity(), mintIdentity(), mintIdentity()])
})

after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

test('one key has a few links: its most silent one goes, and nobody else is kept out', async () => {
  const node = await start()
  for (let i = 0; i < linksPerKeyMax; i++) await call(node)
  await node.recorder.until('received')
  const [, second] = openLinks(node)
  for (let i = 0; i < 5; i++) await call(node)
  const { uid, addr } = await refusal(node, /its key/)
  assert.equal(uid, identities[0]!.uid)
  assert.match(addr ?? '', /^127\.0\.0\.1:\d+$/)
  await node.recorder.until('closed', ({ link }) => link === second)
  assert.ok(openLinks(node).length <= linksPerKeyMax)
  await join(await start(), node)
})

test('before HELLO a link takes only short frames', async () => {
  const node = await start()
  const early = await call(node, { greets: false })
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(firstFrameBytesMax + 1)
  early.write(prefix)
  assert.equal((await node.recorder.until('closed')).why, 'alien')
  assert.equal((await refusal(node, /^length: out of range$/)).uid, identities[0]!.uid)
})

test('a frame that is not HELLO or INFO greets nobody', async () => {
  const node = await start({ handshakeMs: 1000 })
  const socket = await call(node, { greets: false })
  socket.write(encodeFrame(1, ping(1)))
  assert.equal((await node.recorder.until('closed')).why, 'silent')
  await refusal(node, /no HELLO in time/)
})

test('a frame that has begun has a time, however many bytes keep coming', async () => {
  const node = await start({ frameGraceMs: 1000, idleLinkMs: 1e6 })
  const socket = await call(node)
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(2000)
  socket.write(prefix)
  const drip = setInterval(() => socket.write(Buffer.alloc(1)), 100)
  const { why } = await node.recorder.until('closed')
  clearInterval(drip)
  assert.equal(why, 'silent')
  assert.equal((await refusal(node, /not finished in time/)).uid, identities[0]!.uid)
})

test('hundreds of unfinished frames hold a bounded memory, and a member is let alone', async () => {
  const node = await start()
  node.transport.favour(new Set([identities[1]!.uid]))
  const unfinished = Buffer.alloc(frameBytesMax - 1000)
  unfinished.writeUInt32BE(frameBytesMax)
  const member = await call(node, { by: 1 })
  member.write(unfinished)
  const { link } = await node.recorder.until('accepted')
  const count = Math.ceil(outsiderUnfinishedBytesMax / frameBytesMax) + 4
  // Each has a key of its own.
  for (let i = 0; i < count; i++) {
    identities[2] = await mintIdentity()
    const socket = await call(node, { by: 2 })
    socket.write(unfinished)
  }
  await refusal(node, /unfinished frames/)
  assert.ok(openLinks(node).includes(link), 'the member began first, and stays')
  member.write(Buffer.alloc(2000))
  await node.recorder.until('closed', (event) => event.link === link)
})

test('what one link sends at once is read in turns', async () => {
  const node = await start()
  const [loud, quiet] = [await call(node), await call(node, { by: 1 })]
  for (let i = 0; i < 2; i++) await node.recorder.until('received', ({ frame }) => frame.type === 'hello')
  const many = Buffer.concat(
    Array.from({ length: 40 * turnFramesMax }, (_, i) => encodeFrame(1, ping(i + 1))),
  )
  const [loudLink] = openLinks(node)
  // In each turn of the event loop, what came of it.
  const perTurn: number[] = []
  let inTurn = 0
  node.recorder.onEvent = (event) => {
    if (event.type !== 'received' || event.link !== loudLink) return
    if (inTurn++ === 0) setImmediate(() => (perTurn.push(inTurn), (inTurn = 0)))
  }
  loud.write(many)
  quiet.write(encodeFrame(1, ping(7)))
  await node.recorder.until(
    'received',
    ({ frame }) => frame.type === 'ping' && frame.nonce === 40 * turnFramesMax,
  )
  const frames = node.recorder
    .frames(loudLink!)
    .flatMap((frame) => (frame.type === 'ping' ? [frame.nonce] : []))
  assert.deepEqual(
    frames,
    Array.from({ length: 40 * turnFramesMax }, (_, i) => i + 1),
  )
  assert.ok(Math.max(...perTurn) <= 2 * turnFramesMax, `${Math.max(...perTurn)} frames in one turn`)
})

test('what came before the end of a connection counts, also when it waits for its turn', async () => {
  const node = await start()
  const socket = await call(node)
  const count = 5 * turnFramesMax
  socket.end(Buffer.concat(Array.from({ length: count }, (_, i) => encodeFrame(1, ping(i + 1)))))
  await node.recorder.until('closed')
  const at = node.recorder.events.findIndex(({ type }) => type === 'closed')
  const last = node.recorder.events.findIndex(
    (event) => event.type === 'received' && event.frame.type === 'ping' && event.frame.nonce === count,
  )
  assert.ok(last >= 0 && last < at)
})

test('strangers leave the last descriptors to members and to the disk', async () => {
  let open = 0
  // As with ulimit -n 120, where a node has some 32 open.
  const descriptors = { limit: 120, inUse: () => 32 + open }
  const node = await start({ descriptors })
  node.transport.favour(new Set([identities[0]!.uid]))
  const count = 120
  for (let i = 0; i < count; i++) {
    const socket = net.connect(Number(/\d+$/.exec(node.address)![0]), localhost)
    open++
    socket.on('error', () => undefined)
    socket.on('close', () => open--)
    cleanups.push(() => socket.destroy())
    await once(socket, 'connect')
  }
  await refusal(node, /few file descriptors/)
  await call(node)
  const { link } = await node.recorder.until('accepted')
  await node.recorder.until('received', (event) => event.link === link)
  assert.ok(open <= 90, `${open} connections`)
})

test('with few descriptors a caller that is silent goes, and one that knocks and waits stays', async () => {
  let used = 0
  const node = await start({ descriptors: { limit: 120, inUse: () => used } })
  node.transport.guard([keys[0]], true)
  const knocker = await call(node, { greets: false })
  knocker.write(encodeFrame(0, samples.knock))
  await node.recorder.until('knocked')
  await call(node, { by: 1, greets: false })
  used = 100
  await call(node, { by: 1, greets: false })
  const { uid } = await refusal(node, /few file descriptors/)
  assert.notEqual(uid, identities[0]!.uid)
  assert.deepEqual(
    node.recorder.events.map(({ type }) => type),
    ['knocked'],
  )
})

// The rules by themselves: addresses that no test machine has.

type Made = { doors: Doors; dropped: string[]; come: (addr: string, uid?: string) => void }

function doors(descriptors = plenty): Made {
  const dropped: string[] = []
  const made = new Doors({
    descriptors,
    refused: ({ addr, uid }, what) => dropped.push(`${uid ?? addr}: ${what}`),
  })
  const come = (addr: string, uid?: string): void => {
    const caller = made.arrive(addr as Address, () => undefined)
    if (uid === undefined) return
    made.prove(caller, uid as Uid)
    caller.greeted = true
    made.hear(caller)
  }
  return { doors: made, dropped, come }
}

test('an address is an IPv4 address, or 64 bits of an IPv6 one', () => {
  const places = [
    '10.0.0.1:4000',
    '[2001:db8::1]:4000',
    '[2001:db8:0:0:5::]:1',
    '[::1]:4000',
    '[fe80::1:2:3:4]:9',
  ]
  assert.deepEqual(
    places.map((addr) => placeOf(addr as Address)),
    ['10.0.0.1', '2001:db8:0:0::/64', '2001:db8:0:0::/64', '0:0:0:0::/64', 'fe80:0:0:0::/64'],
  )
})

test('one address has few handshakes at a time, loopback as many as all, and its oldest goes', () => {
  const { come, dropped } = doors()
  for (let i = 0; i <= strangersPerAddressMax; i++) come(`10.0.0.1:${1000 + i}`)
  assert.deepEqual(dropped, ['10.0.0.1:1000: too many unfinished handshakes from its address'])
  const local = doors()
  for (let i = 0; i < strangersMax; i++) local.come(`127.0.0.1:${1000 + i}`)
  assert.deepEqual(local.dropped, [])
  local.come('10.0.0.1:4000')
  assert.deepEqual(local.dropped, ['127.0.0.1:1000: too many unfinished handshakes'])
})

test('outsiders of one address, and all outsiders, have a limit that members do not share', () => {
  const { doors: made, come, dropped } = doors()
  made.members = new Set(Array.from({ length: 300 }, (_, i) => `member ${i}` as Uid))
  for (let i = 0; i < 300; i++) come(`10.0.0.1:${1000 + i}`, `member ${i}`)
  for (let i = 0; i <= outsiderLinksPerAddressMax; i++) come(`10.0.0.1:${2000 + i}`, `outsider ${i}`)
  assert.deepEqual(dropped, ['outsider 0: too many links from its address'])
  for (let i = 0; dropped.length < 2 && i < outsiderLinksMax; i++)
    come(`10.1.${i >> 5}.${i & 31}:5`, `far ${i}`)
  assert.deepEqual(dropped.slice(1), ['outsider 1: too many links of nodes outside the room'])
})

test('members have a limit, too', () => {
  const { doors: made, come, dropped } = doors()
  made.members = new Set(Array.from({ length: 300 }, (_, i) => `member ${i}` as Uid))
  for (let i = 0; i <= memberLinksMax; i++) come(`10.0.0.1:${1000 + i}`, `member ${i % 300}`)
  assert.deepEqual(dropped, ['member 0: too many links of members'])
})

test('with few descriptors the oldest that said no HELLO goes, then the most silent outsider, no member', () => {
  let used = 10
  const { doors: made, come, dropped } = doors({ limit: 100, inUse: () => used })
  made.members = new Set(['member' as Uid])
  come('10.0.0.1:1', 'outsider')
  come('10.0.0.2:1')
  come('10.0.0.3:1', 'member')
  used = 70
  for (let i = 0; i < 3; i++) come(`10.0.0.3:${2 + i}`, 'member')
  assert.deepEqual(dropped, [
    '10.0.0.2:1: few file descriptors are left',
    'outsider: few file descriptors are left',
  ])
  used = 90
  come('10.0.0.4:1')
  assert.deepEqual(dropped.slice(2), ['10.0.0.4:1: no file descriptors are left'])
})
