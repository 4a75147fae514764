// Holding doors, memory and time: what one who reaches a port can use up of a member's, beside those who chat.
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { frameBytesMax } from '../../src/wire/limits.ts'
import type { RoomNode } from '../e2e/harness.ts'
import { enter, Foe, greet, prefixed } from './attacker.ts'
import type { Wire } from './attacker.ts'
import { Attackers } from './attackers.ts'
import { Besieged, percentile, probe, probed } from './besiege.ts'
import { tcp } from './ports.ts'
import { Pulse } from './pulse.ts'

const MiB = 2 ** 20
/**
 * What half of the lines, and all but a hundredth of them, may take to be shown. Half of them take 25 ms on a machine
 * that has six times too much to do, and 700 ms where a flood delays all. Unit: ms.
 */
const [halfMs, nearlyAllMs] = [350, 5000]

/** Somebody new comes in through `door`, says a line, and goes again. */
async function newcomer(room: Besieged, door: RoomNode, name = 'Nia'): Promise<void> {
  const names = room.nodes.map((node) => node.name)
  const nia = await room.stage.node(name, { through: door }).ready()
  room.said.push(`hello of ${name}`)
  nia.say(`hello of ${name}`)
  await Promise.all(room.nodes.map((node) => node.has([`hello of ${name}`])))
  nia.say('//exit')
  await nia.over()
  await Promise.all(room.nodes.map((node) => node.sees(names)))
}

/** Descriptors are as many as before, and the heap is not much larger. */
async function cleared(node: RoomNode, before: Awaited<ReturnType<typeof probe>>): Promise<void> {
  const until = performance.now() + 20_000
  for (;;) {
    const now = await probe(node)
    if (now.files <= before.files + 2 && now.heapUsed < before.heapUsed + 30 * MiB) return
    assert.ok(performance.now() < until, `${node.name}: ${before.files} files before, ${now.files} now`)
  }
}

/** A member leaves, and finds the door open when it comes back. */
async function leavesAndReturns({ bob, stage }: Besieged): Promise<void> {
  const { home, port } = bob
  bob.say('//exit')
  await bob.over()
  const again = await stage.node('Bob', { home, port, resume: true }).ready()
  await again.sees(['Ann', 'Bob'])
}

test('2,000 idle connections shut nobody out, and are forgotten when they end', async (context) => {
  const room = await Besieged.open(context)
  const before = await probe(room.ann)
  const sockets: Socket[] = []
  for (let n = 0; n < 2000; n++) {
    sockets.push(await tcp(room.ann.address))
    if (n % 500 === 0) await room.chat()
  }
  await newcomer(room, room.ann)
  const held = await probe(room.ann)
  context.diagnostic(`${held.files} files, ${mib(held.heapUsed - before.heapUsed)} of heap while they stand`)
  assert.ok(held.heapUsed < before.heapUsed + 30 * MiB)
  for (const socket of sockets) socket.destroy()
  await cleared(room.ann, before)
  await room.holds()
})

test('a thousand greeted links of one key shut neither newcomers nor members out', async (context) => {
  const room = await Besieged.open(context)
  const [foe, before] = [await Foe.mint(), await probe(room.ann)]
  const wires: Wire[] = []
  for (let turn = 0; turn < 22; turn++) {
    const fifty = Array.from({ length: 50 }, () => greet(foe, room.ann.address).catch(() => undefined))
    for (const door of await Promise.all(fifty)) if (door) wires.push(door.wire)
    if (turn % 4 === 0) await room.chat()
  }
  context.diagnostic(`${wires.filter(({ closed }) => !closed).length} links of one key stand`)
  await newcomer(room, room.ann)
  await leavesAndReturns(room)
  for (const wire of wires) wire.destroy()
  await cleared(room.ann, before)
})

test('frames that are begun and never end hold little memory', async (context) => {
  const room = await Besieged.open(context)
  const foes = await Promise.all(Array.from({ length: 4 }, () => Foe.mint()))
  const before = await probe(room.ann)
  const wires: Wire[] = []
  const most = prefixed(Buffer.alloc(frameBytesMax - 1000), frameBytesMax)
  for (let n = 0; n < 400; n++) {
    const door = await greet(foes[n % foes.length] ?? (await Foe.mint()), room.ann.address).catch(
      () => undefined,
    )
    if (!door) continue
    door.wire.bytes(most)
    wires.push(door.wire)
  }
  await room.chat()
  const held = await probe(room.ann)
  const grown = held.heapUsed + held.external - before.heapUsed - before.external
  context.diagnostic(`${wires.length} unfinished frames: ${mib(grown)}`)
  const open = wires.filter(({ closed }) => !closed).length
  for (const wire of wires) wire.destroy()
  assert.ok(grown < 32 * MiB, `${mib(grown)} held by unfinished frames`)
  assert.ok(open <= 64, `${open} of 400 links with an unfinished frame still stand`)
  await cleared(room.ann, before)
  await room.holds()
})

test('a handshake that comes a byte at a time is not waited for', async (context) => {
  const room = await Besieged.open(context)
  const before = await probe(room.ann)
  const sockets = await Promise.all(Array.from({ length: 300 }, () => tcp(room.ann.address)))
  const hello = Buffer.concat([Buffer.from('16030140000100', 'hex'), Buffer.alloc(512, 1)])
  let at = 0
  const drip = setInterval(() => {
    for (const socket of sockets) if (!socket.destroyed) socket.write(hello.subarray(at, at + 1))
    at++
  }, 100)
  context.after(() => clearInterval(drip))
  await newcomer(room, room.ann)
  // A record of 16 KiB would take half an hour so.
  const until = performance.now() + 30_000
  for (const socket of sockets) socket.resume()
  while (sockets.some(({ closed }) => !closed) && performance.now() < until) await room.chatFor(300)
  const open = sockets.filter(({ closed }) => !closed).length
  clearInterval(drip)
  for (const socket of sockets) socket.destroy()
  assert.equal(open, 0, 'slow handshakes that stand')
  await cleared(room.ann, before)
  await room.holds()
})

test('a member that never reads costs a bounded buffer, and holds nobody up', async (context) => {
  const room = await Besieged.open(context)
  const foe = await Foe.mint()
  const before = await probe(room.ann)
  const { wire } = await enter(foe, room.ann.address)
  wire.say({ type: 'upDone' })
  await wire.settled()
  wire.socket.pause()
  for (let n = 0; n < 300; n++) {
    room.say(room.bob, `${n} ${'x'.repeat(60_000)}`)
    if (n % 20 === 0) await room.chat()
  }
  await room.holds()
  const after = await probe(room.ann)
  const grown = after.heapUsed + after.external - before.heapUsed - before.external
  context.diagnostic(`${mib(grown)} more after 18 MB that it did not read`)
  assert.ok(grown < 30 * MiB, mib(grown))
  wire.destroy()
  await room.chat()
})

test('a flood of handshakes delays little what members say', async (context) => {
  const room = await Besieged.open(context)
  const before = await probe(room.ann)
  const attackers = await attack(context, room, ['handshake flood', 'other protocols'], 0)
  room.delays.length = 0
  const pulse = new Pulse()
  await room.chatFor(8000)
  judge(context, room, pulse.stop())
  context.diagnostic(JSON.stringify(await attackers.stop()))
  await cleared(room.ann, before)
  await room.holds()
})

test('with 120 descriptors, strangers shut out neither members nor the own disk', async (context) => {
  const host = { address: '127.0.0.1', command: ['sh', '-c', 'ulimit -n 120 && exec "$@"', 'sh'] }
  const room = await Besieged.open(context, ['Ann', 'Bob'], { ...probed, host })
  const sockets = await Promise.all(Array.from({ length: 300 }, () => tcp(room.ann.address)))
  const foe = await Foe.mint()
  const greeted = await Promise.all(
    Array.from({ length: 150 }, () => greet(foe, room.ann.address).catch(() => undefined)),
  )
  await room.chat()
  await newcomer(room, room.ann)
  await leavesAndReturns(room)
  for (const socket of sockets) socket.destroy()
  for (const door of greeted) door?.wire.destroy()
  await room.stage.history(room.ann.home)
})

test('a member that submits without end delays others little: a flood slows its author', async (context) => {
  const room = await Besieged.open(context)
  const attackers = await attack(context, room, ['a flood of messages'], 0)
  await room.chatFor(1000)
  room.delays.length = 0
  const floods = (): number => room.bob.messages.filter(({ text }) => text.startsWith('flood')).length
  const [pulse, until] = [new Pulse(), performance.now() + 60_000]
  do await room.chatFor(3000)
  while (floods() <= 5000 && performance.now() < until)
  judge(context, room, pulse.stop())
  context.diagnostic(`${JSON.stringify(await attackers.stop())}, ${floods()} lines of it shown`)
  assert.ok(floods() > 5000, `only ${floods()} lines of the flood`)
  await room.holds()
})

function attack(
  context: TestContext,
  room: Besieged,
  names: readonly string[],
  pauseMs: number,
): Promise<Attackers> {
  return Attackers.start(context, { target: room.target(), names, seed: 1, pauseMs })
}

/** `stalled`: how long the machine stood still meanwhile; then the times are shown only. */
function judge(context: TestContext, room: Besieged, stalled: number | undefined): void {
  const at = (part: number): string => percentile(room.delays, part).toFixed(0)
  context.diagnostic(
    `${room.delays.length} lines shown: ${at(0.5)} ms median, ${at(0.99)} ms p99, ${at(1)} ms at most`,
  )
  if (stalled !== undefined) context.diagnostic(`not judged: the machine stood still for ${stalled} ms`)
  else {
    assert.ok(percentile(room.delays, 0.5) < halfMs, `median ${at(0.5)} ms`)
    assert.ok(percentile(room.delays, 0.99) < nearlyAllMs, `p99 ${at(0.99)} ms`)
  }
}

function mib(bytes: number): string {
  return `${(bytes / MiB).toFixed(1)} MiB`
}
