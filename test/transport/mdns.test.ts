// mDNS on the loopback interface, with real sockets: what is told, what is found, and what strangers send to the port.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createRoom, nearbyRooms } from '../../src/index.ts'
import type { NearbyRoom, Room } from '../../src/index.ts'
import { cardAt, cards, isMeant } from '../../src/transport/mdns.ts'
import type { OwnIp } from '../../src/transport/interfaces.ts'

const deadlineMs = 30_000

async function open(context: TestContext, options: Parameters<typeof createRoom>[0]): Promise<Room> {
  const room = await createRoom({ address: '127.0.0.1', ...options })
  context.after(() => room.leave({ waitMs: 0 }))
  return room
}

/** Searches until the room is listed as it should be: answers may be late on a busy machine. */
async function lists(room: Room, accept: (found: NearbyRoom | undefined) => boolean): Promise<NearbyRoom[]> {
  const until = performance.now() + deadlineMs
  for (;;) {
    const found = await nearbyRooms({ timeoutMs: 300 })
    if (accept(found.find(({ id }) => id === room.id))) return found
    assert.ok(performance.now() < until, JSON.stringify(found))
  }
}

/** All that is sent to the group on loopback. */
async function listen(
  context: TestContext,
): Promise<{ socket: ReturnType<typeof createSocket>; heard: Buffer[] }> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  context.after(() => socket.close())
  const heard: Buffer[] = []
  socket.on('message', (packet) => heard.push(packet))
  socket.bind(5353)
  await once(socket, 'listening')
  socket.addMembership('224.0.0.251', '127.0.0.1')
  socket.setMulticastInterface('127.0.0.1')
  return { socket, heard }
}

test('a room that is announced is found, follows its title, and is gone at its end; a locked one and a silent one are not told', async (context) => {
  const lines: string[] = []
  const ann = await open(context, {
    name: 'Ann',
    announce: 'open',
    title: 'Tea',
    onLog: ({ line }) => lines.push(line.type),
  })
  const locked = await open(context, { name: 'Eve', announce: 'open', locked: true })
  const silent = await open(context, { name: 'Cid' })
  const found = await lists(ann, (room) => room?.title === 'Tea')
  assert.deepEqual(
    found.find(({ id }) => id === ann.id),
    {
      id: ann.id,
      title: 'Tea',
      locked: false,
      members: [{ id: ann.self.id, name: 'Ann', address: ann.self.address, compatible: true }],
    },
  )
  assert.ok(!found.some(({ id }) => id === locked.id || id === silent.id))
  ann.setTitle('Coffee')
  await lists(ann, (room) => room?.title === 'Coffee')
  const { heard } = await listen(context)
  await ann.leave()
  await lists(ann, (room) => room === undefined)
  // A goodbye: the records with no time to live.
  assert.ok(heard.some((packet) => isMeant(packet, 'responses') && packet.includes(ann.self.id)))
  assert.ok(!lines.includes('unannounced'))
})

test('a locked room is told when that is asked for', async (context) => {
  const ann = await open(context, { name: 'Ann', announce: true, locked: true })
  const found = await lists(ann, (room) => room !== undefined)
  assert.equal(found.find(({ id }) => id === ann.id)?.locked, true)
})

test('what strangers send to the port ends nothing, and is not answered without an end', async (context) => {
  const ann = await open(context, { name: 'Ann', announce: true })
  await lists(ann, (room) => room !== undefined)
  const { socket, heard } = await listen(context)
  const send = (packet: Buffer): void => socket.send(packet, 5353, '224.0.0.251')
  const name = Buffer.from('\u000b_ringleader\u0004_tcp\u0005local\u0000', 'latin1')
  const head = (flags: number, ...counts: number[]): Buffer => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt16BE(flags, 2)
    counts.forEach((count, at) => bytes.writeUInt16BE(count, 4 + 2 * at))
    return bytes
  }
  // Names that point at themselves, lengths beyond the end, types that nobody knows.
  for (let at = 0; at < 200; at++) {
    const isResponse = at % 2 === 0
    send(
      Buffer.concat([
        head(isResponse ? 0x8400 : 0, 1, at % 5, 0, at % 3),
        name,
        randomBytes(at % 90),
        Buffer.from([0xc0, 12]),
      ]),
    )
  }
  const question = Buffer.concat([name, Buffer.from([0, 12, 0, 1])])
  const answers = heard.filter((packet) => isMeant(packet, 'responses')).length
  for (let at = 0; at < 100; at++)
    send(Buffer.concat([head(0, 20), ...Array.from({ length: 20 }, () => question)]))
  await lists(ann, (room) => room !== undefined)
  const given =
    heard.filter((packet) => isMeant(packet, 'responses') && packet.includes(ann.self.id)).length - answers
  assert.ok(given > 0 && given < 2000 / 4, `${given} answers to 2000 questions`)
  assert.equal(ann.members.length, 1)
})

test('most packets of a network are not read at all', () => {
  const packet = (flags: number, counts: number[], text: string): Buffer => {
    const head = Buffer.alloc(12)
    head.writeUInt16BE(flags, 2)
    counts.forEach((count, at) => head.writeUInt16BE(count, 4 + 2 * at))
    return Buffer.concat([head, Buffer.from(text)])
  }
  assert.ok(isMeant(packet(0, [1], 'x_ringleader'), 'queries'))
  assert.ok(isMeant(packet(0x8400, [0, 1], 'x_ringleader'), 'responses'))
  assert.ok(isMeant(packet(0, [1], 'x_services'), 'queries'))
  assert.ok(!isMeant(packet(0, [1], 'x_printer'), 'queries'))
  assert.ok(!isMeant(packet(0x8400, [0, 1], 'x_ringleader'), 'queries'))
  assert.ok(!isMeant(packet(0, [1], 'x_ringleader'), 'responses'))
  assert.ok(!isMeant(packet(0x8400, [0, 60, 0, 5], 'x_ringleader'), 'responses'), 'too many records')
  assert.ok(!isMeant(Buffer.from('_ringleader'), 'queries'), 'no header')
  assert.ok(!isMeant(packet(0, [1], `_ringleader${'x'.repeat(9000)}`), 'queries'), 'too long')
})

test('each card is asked once, by IPv4 where it has that, and loopback always', () => {
  const own = (ip: string, nic: string, reach: OwnIp['reach']): OwnIp => ({
    ip,
    nic,
    reach,
    family: ip.includes(':') ? 'ipv6' : 'ipv4',
  })
  const machine = [
    own('127.0.0.1', 'lo', 'loopback'),
    own('fd00::5', 'eth0', 'global'),
    own('192.168.1.5', 'eth0', 'global'),
    own('fd01::5', 'wlan0', 'global'),
  ]
  assert.deepEqual(
    cards(machine).map(({ ip }) => ip),
    ['127.0.0.1', '192.168.1.5', 'fd01::5'],
  )
  assert.equal(cardAt('fd00::5', machine).ip, '192.168.1.5')
  assert.equal(cardAt('127.0.0.1', machine).ip, '127.0.0.1')
  assert.equal(cardAt('10.9.9.9', machine).ip, '127.0.0.1', 'of a card that has gone')
})
