// Everybody who comes to a locked room without its key, from either end of a link, and who listens in between.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { after, before, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { RoomKey } from '../../src/core/model/ids.ts'
import { bindingOf, Boxes, proofOf } from '../../src/transport/link-lock.ts'
import type { LinkRole } from '../../src/transport/link-lock.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import { TlsTransport } from '../../src/transport/tls.ts'
import type { TlsOptions } from '../../src/transport/tls.ts'
import { encodeFrame, encodeLock } from '../../src/wire/codec.ts'
import { frameBytesMax, knockersMax, prefixBytes } from '../../src/wire/limits.ts'
import { bulk, dial, keys, ping, Recorder } from '../contract/transport.contract.ts'
import type { Node } from '../contract/transport.contract.ts'
import { samples } from '../wire/samples.ts'
import { Foe, forge, portOf, prefixed, Wire } from './attacker.ts'
import { listen } from './ports.ts'

const [key, otherKey] = keys
const cleanups: (() => unknown)[] = []
let foe: Foe

async function start(options: Partial<TlsOptions> = {}): Promise<Node> {
  const identity = await mintIdentity()
  const transport = new TlsTransport({ identity, ip: '127.0.0.1', port: 0, connectMs: 10_000, ...options })
  const recorder = new Recorder()
  const address = await transport.listen(recorder)
  cleanups.push(() => transport.stop())
  return { transport, uid: identity.uid, address, recorder }
}

/** In a locked room, where knocking is allowed. */
async function locked(options: Partial<TlsOptions> = {}): Promise<Node> {
  const node = await start(options)
  node.transport.guard([key], true)
  return node
}

before(async () => {
  foe = await Foe.mint()
})

after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

const hello = encodeFrame(1, samples.hello)
const helloOf9 = Buffer.from('00000006120408091009', 'hex')
const byeLocked = [{ lc: 0, frame: { type: 'bye', reason: 'locked' } }]

function proofFor(wire: Wire, role: LinkRole = 'dialler', of: RoomKey = key): Uint8Array {
  return proofOf(of, bindingOf(wire.socket), role)
}

function boxesFor(wire: Wire, of: RoomKey = key): Boxes {
  return new Boxes(of, bindingOf(wire.socket))
}

/** What an honest dialler sends first. */
function firstOf(wire: Wire): { first: Uint8Array; boxes: Boxes } {
  const boxes = boxesFor(wire)
  return { first: encodeLock({ proof: proofFor(wire), box: boxes.seal(hello.subarray(prefixBytes)) }), boxes }
}

type Attack = {
  bytes: (wire: Wire) => Uint8Array[] | Promise<Uint8Array[]>
  /** What stands in the log; undefined: nothing, as nodes do it too. */
  refused?: string
  /** Nothing at all is said to it. */
  isSilent?: true
}

const sealedHello = (wire: Wire): Buffer => boxesFor(wire).seal(hello.subarray(prefixBytes))

const attacks: Record<string, Attack> = {
  'a HELLO in the open': { bytes: () => [hello] },
  'a HELLO of another version': { bytes: () => [helloOf9] },
  'a frame that is unknown here': { bytes: () => [prefixed(Buffer.from('fa0f00', 'hex'), 3)] },
  'a frame of members': {
    bytes: () => [encodeFrame(1, samples.ping)],
    refused: 'it does not prove the room key',
  },
  'a proof of another key': {
    bytes: (wire) => [
      encodeLock({
        proof: proofFor(wire, 'dialler', otherKey),
        box: boxesFor(wire, otherKey).seal(hello.subarray(prefixBytes)),
      }),
    ],
    refused: 'lock.proof',
  },
  'the proof of the other role': {
    bytes: (wire) => [encodeLock({ proof: proofFor(wire, 'listener'), box: sealedHello(wire) })],
    refused: 'lock.proof',
  },
  'a proof of zeros': {
    bytes: (wire) => [encodeLock({ proof: new Uint8Array(32), box: sealedHello(wire) })],
    refused: 'lock.proof',
  },
  'a short proof': {
    bytes: (wire) => [encodeLock({ proof: proofFor(wire).subarray(1), box: sealedHello(wire) })],
    refused: 'lock.proof: not 32 bytes',
    isSilent: true,
  },
  'a box without a proof': {
    bytes: (wire) => [encodeLock({ box: sealedHello(wire) })],
    refused: 'lock.proof',
  },
  'a proof without a box': {
    bytes: (wire) => [encodeLock({ proof: proofFor(wire) })],
    refused: 'lock.box',
  },
  'a box of garbage': {
    bytes: (wire) => [encodeLock({ proof: proofFor(wire), box: Buffer.alloc(100, 1) })],
    refused: 'lock.box',
  },
  'a box that is cut short': {
    bytes: (wire) => [encodeLock({ proof: proofFor(wire), box: sealedHello(wire).subarray(0, -1) })],
    refused: 'lock.box',
  },
  'a box of three bytes': {
    bytes: (wire) => [encodeLock({ proof: proofFor(wire), box: Buffer.alloc(3) })],
    refused: 'lock.box',
  },
  'a proof and a HELLO in one frame': {
    bytes: (wire) => [forge({ lock: { proof: proofFor(wire) }, hello: { name: 'Mallory' } })],
    refused: 'lock: not alone',
    isSilent: true,
  },
  'a first frame of 256 KiB': {
    bytes: () => [prefixed(Buffer.alloc(1000), frameBytesMax)],
    refused: 'length: out of range',
    isSilent: true,
  },
  garbage: {
    bytes: () => [Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    refused: 'length: out of range',
    isSilent: true,
  },
}

for (const [name, { bytes, refused, isSilent }] of Object.entries(attacks)) {
  test(`${name} is not let in`, async () => {
    const node = await locked()
    const wire = await Wire.dial(foe, node.address)
    wire.bytes(...(await bytes(wire)))
    await wire.ended()
    assert.deepEqual(wire.heard, isSilent ? [] : byeLocked)
    assert.deepEqual(node.recorder.events, [])
    assert.deepEqual(
      node.recorder.refusals.map(({ uid, what }) => ({ uid, what })),
      refused === undefined ? [] : [{ uid: foe.uid, what: refused }],
    )
  })
}

test('an honest first frame is let in, so what is refused above is refused for its fault', async () => {
  const node = await locked()
  const wire = await Wire.dial(foe, node.address)
  const { first, boxes } = firstOf(wire)
  wire.bytes(first, encodeLock({ box: boxes.seal(encodeFrame(2, ping(2)).subarray(prefixBytes)) }))
  wire.bytes(encodeFrame(3, ping(3)))
  const { link } = await node.recorder.until('accepted', (event) => event.key === key)
  await node.recorder.until('received', ({ lc }) => lc === 3)
  assert.deepEqual(node.recorder.frames(link), [samples.hello, ping(2), ping(3)])
})

test('frames that were recorded are worth nothing on another connection', async () => {
  const node = await locked()
  const wire = await Wire.dial(foe, node.address)
  const { first } = firstOf(wire)
  wire.bytes(first)
  await node.recorder.until('received')
  const again = await Wire.dial(foe, node.address)
  again.bytes(first)
  await again.ended()
  assert.deepEqual(again.heard, byeLocked)
  assert.equal(node.recorder.refusals.at(-1)?.what, 'lock.proof')
  assert.equal(node.recorder.events.filter(({ type }) => type === 'accepted').length, 1)
})

test('after a right proof: a second one, a box that came before, and a box after a plain frame', async () => {
  const plain = encodeFrame(2, ping(2))
  const cases: [string, (wire: Wire, first: Uint8Array, boxes: Boxes) => Uint8Array[]][] = [
    ['lock.proof', (_wire, first) => [first]],
    ['lock.proof', (wire) => [encodeLock({ proof: proofFor(wire, 'listener') })]],
    ['lock.box', (wire) => [encodeLock({ box: sealedHello(wire) })]],
    ['lock.box', (wire) => [encodeLock({ box: boxesFor(wire, otherKey).seal(plain) })]],
    ['lock.box', () => [encodeLock({})]],
    ['lock: out of place', (_wire, _first, boxes) => [plain, encodeLock({ box: boxes.seal(plain) })]],
    [
      'lock: out of place',
      (_wire, first, boxes) => [encodeLock({ box: boxes.seal(first.subarray(prefixBytes)) })],
    ],
    ['length: out of range', () => [prefixed(Buffer.alloc(9), frameBytesMax + 1000)]],
  ]
  for (const [what, more] of cases) {
    const node = await locked()
    const wire = await Wire.dial(foe, node.address)
    const { first, boxes } = firstOf(wire)
    wire.bytes(first, ...more(wire, first, boxes))
    await wire.ended()
    await node.recorder.until('closed')
    assert.deepEqual(
      node.recorder.refusals.map(({ uid, what }) => ({ uid, what })),
      [{ uid: foe.uid, what }],
    )
  }
})

test('a first frame that comes slowly, and none, are waited for no longer than a handshake', async () => {
  const node = await locked({ handshakeMs: 1000 })
  const slow = await Wire.dial(foe, node.address)
  const { first } = firstOf(slow)
  let at = 0
  const drip = setInterval(() => slow.bytes(first.subarray(at, ++at)), 50)
  const silent = await Wire.dial(foe, node.address)
  await Promise.all([slow.ended(), silent.ended()])
  clearInterval(drip)
  assert.ok(at < first.length, 'all of it was read')
  assert.deepEqual(node.recorder.events, [])
  assert.equal(node.recorder.heardBytes.size, 0)
})

test('until it is known whom to let in, nobody hears anything; then strangers hear BYE', async () => {
  const node = await start({ waitsForGuard: true })
  const friend = await start()
  const wire = await Wire.dial(foe, node.address)
  wire.bytes(hello)
  const out = dial(friend, node, { key })
  await friend.recorder.until('opened')
  friend.transport.send(out, 1, samples.hello, false)
  assert.deepEqual([node.recorder.events, wire.heard, wire.closed], [[], [], false])
  node.recorder.during(() => node.transport.guard([key], false))
  await wire.ended()
  assert.deepEqual(wire.heard, byeLocked)
  await node.recorder.until('received')
  assert.deepEqual(
    node.recorder.events.map(({ type }) => type),
    ['accepted', 'received'],
  )
})

test('until it is known that the room is open, callers wait, and are let in then', async () => {
  const node = await start({ waitsForGuard: true })
  const friend = await start()
  const out = dial(friend, node)
  await friend.recorder.until('opened')
  friend.transport.send(out, 1, samples.hello, false)
  assert.deepEqual(node.recorder.events, [])
  node.recorder.during(() => node.transport.guard(undefined, false))
  await node.recorder.until('received')
  assert.deepEqual(
    node.recorder.events.map(({ type }) => type),
    ['accepted', 'received'],
  )
})

test('who says more than its knock is cut off, and so is a second one with its key', async () => {
  const node = await locked()
  const knock = encodeFrame(0, { type: 'knock', name: 'Mallory' })
  const wire = await Wire.dial(foe, node.address)
  wire.bytes(knock)
  await node.recorder.until('knocked')
  const second = await Wire.dial(foe, node.address)
  second.bytes(knock)
  await second.ended()
  assert.deepEqual(second.heard, byeLocked)
  wire.bytes(knock)
  await wire.ended()
  await node.recorder.until('closed')
  assert.deepEqual(wire.heard, [])
  assert.deepEqual(
    node.recorder.refusals.map(({ what }) => what),
    ['it says more than its knock'],
  )
})

test('a node is told of few who knock at a time', async () => {
  const node = await locked()
  const knock = encodeFrame(0, samples.knock)
  const wires = await Promise.all(
    Array.from({ length: knockersMax + 1 }, async () => {
      const one = await Wire.dial(await Foe.mint(), node.address)
      one.bytes(knock)
      return one
    }),
  )
  await Promise.any(wires.map((one) => one.ended()))
  assert.deepEqual(
    wires.filter(({ closed }) => closed).flatMap(({ heard }) => heard),
    byeLocked,
  )
  assert.equal(node.recorder.events.filter(({ type }) => type === 'knocked').length, knockersMax)
  for (const one of wires) one.destroy()
})

test('one that knocks may wait longer than links may be silent, but not for ever', async () => {
  const times = { handshakeMs: 1000, idleLinkMs: 1000 }
  const node = await locked({ ...times, knockMs: 3000 })
  const friend = await start(times)
  dial(friend, node, { knock: 'Bob' })
  await node.recorder.until('knocked')
  const from = performance.now()
  await node.recorder.until('closed')
  assert.equal((await friend.recorder.until('closed')).why, 'closed')
  assert.ok(performance.now() - from > 1500, 'it was not let wait')
})

/** A node with the key dials an attacker that replies with `reply` to its first frame, as bytes without their length. */
async function dialled(
  context: TestContext,
  reply: (wire: Wire, first: Buffer) => Uint8Array[],
): Promise<{ node: Node; why: string; seen: Buffer }> {
  const server = await Foe.mint()
  let seen = Buffer.alloc(0)
  await listen(context, server, (wire) =>
    wire.socket.on('data', (chunk: Buffer) => {
      const isFirst = seen.length === 0
      seen = Buffer.concat([seen, chunk])
      if (isFirst) wire.bytes(...reply(wire, chunk))
    }),
  )
  const node = await locked()
  const link = dial(node, { ...node, address: server.addr }, { key })
  await node.recorder.until('opened')
  node.transport.send(link, 1, { ...samples.hello, name: 'Annabelle' }, false)
  node.transport.send(link, 2, { type: 'up', records: [bulk(1, 1000)] }, false)
  const { why } = await node.recorder.until('closed')
  return { node, why, seen }
}

const replies: Record<string, (wire: Wire, first: Buffer) => Uint8Array[]> = {
  'the first frame itself': (_wire, first) => [first],
  "the dialler's own proof": (wire) => [encodeLock({ proof: proofFor(wire) })],
  'a proof of another key': (wire) => [encodeLock({ proof: proofFor(wire, 'listener', otherKey) })],
  'a right proof with a box': (wire) => [
    encodeLock({ proof: proofFor(wire, 'listener'), box: sealedHello(wire) }),
  ],
  'an INFO without a proof': () => [encodeFrame(1, samples.info)],
  'an INFO of another version': () => [Buffer.from('000000061a0408091009', 'hex')],
  'a BYE that sends it away': () => [encodeFrame(1, { type: 'bye', reason: 'identity' })],
  'an ADMITTED': () => [encodeFrame(1, samples.admitted)],
}

for (const [name, reply] of Object.entries(replies)) {
  test(`who replies with ${name} is no member, and learns nothing`, async (context) => {
    const { node, why, seen } = await dialled(context, reply)
    assert.equal(why, 'locked')
    assert.deepEqual(
      node.recorder.events.map(({ type }) => type),
      ['opened', 'closed'],
    )
    assert.deepEqual(
      node.recorder.refusals.map(({ what }) => what),
      ['it does not prove the room key'],
    )
    assertSilent(seen)
  })
}

test('a BYE locked ends a dial, without a line in the log', async (context) => {
  const { node, why } = await dialled(context, () => [encodeFrame(0, { type: 'bye', reason: 'locked' })])
  assert.equal(why, 'locked')
  assert.deepEqual(node.recorder.refusals, [])
})

test('a right proof opens, so what is refused above is refused for its fault', async (context) => {
  const proved = (wire: Wire): Uint8Array[] => [
    encodeLock({ proof: proofFor(wire, 'listener') }),
    encodeFrame(1, { type: 'bye', reason: 'identity' }),
    Buffer.alloc(4),
  ]
  const { node, why } = await dialled(context, proved)
  assert.equal(why, 'alien')
  assert.equal(node.recorder.events.filter(({ type }) => type === 'received').length, 1)
})

test('one who answers a knock with anything but an answer is cut off', async (context) => {
  const server = await Foe.mint()
  await listen(context, server, (wire) => (wire.onFrame = () => wire.say(samples.info)))
  const node = await locked()
  dial(node, { ...node, address: server.addr }, { knock: 'Ann' })
  await node.recorder.until('closed')
  assert.deepEqual(
    node.recorder.events.map(({ type }) => type),
    ['opened', 'closed'],
  )
})

test('one who stands between two nodes and passes all frames on meets two connections', async (context) => {
  const [node, middle] = [await locked(), await Foe.mint()]
  await listen(context, middle, (wire) => {
    const waiting: Buffer[] = []
    wire.socket.on('data', (chunk: Buffer) => waiting.push(chunk))
    void Wire.dial(middle, node.address).then((onward) => {
      onward.socket.on('data', (chunk: Buffer) => wire.bytes(chunk))
      for (const chunk of waiting) onward.bytes(chunk)
      wire.socket.on('data', (chunk: Buffer) => onward.bytes(chunk))
    })
  })
  const friend = await start()
  const link = dial(friend, { ...node, address: middle.addr }, { key })
  await friend.recorder.until('opened')
  friend.transport.send(link, 1, samples.hello, false)
  assert.equal((await friend.recorder.until('closed')).why, 'locked')
  assert.deepEqual(node.recorder.events, [])
  assert.equal(node.recorder.refusals[0]?.what, 'lock.proof')
})

const text = 'nobody else may read this'
const room = samples.hello.room

/** Not the room, its key, a name, a text. */
function assertSilent(bytes: Buffer): void {
  const secrets = [room, Buffer.from(room, 'hex'), key, Buffer.from(key, 'hex'), text, 'Annabelle', 'xxxx']
  for (const secret of secrets) assert.equal(bytes.indexOf(secret), -1, `${String(secret)} can be read`)
}

test('who listens on the wire sees TLS records, and nothing that can be read', async () => {
  const b = await locked()
  /** What went over each connection, in each direction. */
  const taps: Buffer[][] = []
  const tap = net.createServer((socket) => {
    const onward = net.connect(portOf(b.address), '127.0.0.1')
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      const kept: Buffer[] = []
      taps.push(kept)
      from.on('error', () => {})
      from.on('data', (chunk: Buffer) => (kept.push(chunk), to.write(chunk)))
      from.on('end', () => to.end())
    }
  })
  tap.listen(0, '127.0.0.1')
  await once(tap, 'listening')
  cleanups.push(() => tap.close())
  const { port } = tap.address() as net.AddressInfo
  const a = await start({ redirect: () => `127.0.0.1:${port}` as never })
  const said = { ...samples.hello, name: 'Annabelle' }
  const spoken = bulk(1, 0)
  const records = [
    { ...spoken, part: { ...spoken.part, entries: [{ kind: 'message' as const, after: 0, text }] } },
  ]
  const out = dial(a, b, { key })
  await a.recorder.until('opened')
  a.transport.send(out, 1, said, false)
  const { link } = await b.recorder.until('accepted')
  b.transport.send(link, 1, samples.info, false)
  await a.recorder.until('received')
  for (const [node, id] of [[a, out] as const, [b, link] as const]) {
    node.transport.send(id, 2, { type: 'up', records: [bulk(1, 1000), ...records] }, false)
    node.transport.send(id, 3, { type: 'key', key }, false)
  }
  await a.recorder.until('received', ({ lc }) => lc === 3)
  await b.recorder.until('received', ({ lc }) => lc === 3)
  const knocking = dial(a, b, { knock: 'Annabelle' })
  const knock = await b.recorder.until('knocked')
  b.transport.admit(knock.link, room, key)
  await a.recorder.until('received', (event) => event.link === knocking)
  const stranger = dial(a, b)
  await a.recorder.until('opened', (event) => event.link === stranger)
  a.transport.send(stranger, 1, said, false)
  await a.recorder.until('closed', (event) => event.link === stranger)
  a.transport.close(out)
  await b.recorder.until('closed', (event) => event.link === link)
  assert.equal(taps.length, 2 * 3)
  for (const kept of taps) {
    const bytes = Buffer.concat(kept)
    assertSilent(bytes)
    const types = recordsOf(bytes)
    assert.deepEqual(new Set(types), new Set([22, 20, 23]), 'handshake, change of cipher, encrypted')
    assert.equal(types.filter((type) => type === 22).length, 1, 'one hello in the open')
  }
})

/** The types of the TLS records that the bytes are. */
function recordsOf(bytes: Buffer): number[] {
  const types: number[] = []
  for (let at = 0; at < bytes.length;) {
    const [type = 0, version, length] = [bytes[at], bytes.readUInt16BE(at + 1), bytes.readUInt16BE(at + 3)]
    assert.ok(version === 0x0303 || version === 0x0301, `no record at ${at}`)
    assert.ok(length > 0 && length <= 2 ** 14 + 256)
    types.push(type)
    at += 5 + length
    assert.ok(at <= bytes.length, 'a record is cut short')
  }
  return types
}
