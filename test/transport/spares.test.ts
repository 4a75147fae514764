/** Connections that are made before they are needed: who opens one, who is told, and when they end. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import tls from 'node:tls'
import type { TLSSocket } from 'node:tls'
import type { Address, Uid } from '../../src/core/model/ids.ts'
import { dialsAhead } from '../../src/peer/dials-ahead.ts'
import type { RoomMember } from '../../src/peer/room.ts'
import { mintIdentity } from '../../src/transport/identity.ts'
import { spareProtocol, Spares } from '../../src/transport/spares.ts'
import { TlsTransport } from '../../src/transport/tls.ts'
import type { TlsOptions } from '../../src/transport/tls.ts'
import { encodeFrame } from '../../src/wire/codec.ts'
import { dial, keys, Recorder } from '../contract/transport.contract.ts'
import { samples } from '../wire/samples.ts'

const cleanups: (() => unknown)[] = []
after(async () => {
  for (const clean of cleanups) await clean()
})

async function start(options: Partial<TlsOptions> = {}) {
  const identity = options.identity ?? (await mintIdentity())
  const transport = new TlsTransport({ identity, ip: '127.0.0.1', port: 0, connectMs: 10_000, ...options })
  const recorder = new Recorder()
  const address = await transport.listen(recorder)
  cleanups.push(() => transport.stop())
  return { transport, uid: identity.uid, address, recorder, identity }
}

type Node = Awaited<ReturnType<typeof start>>

/** Dials until a spare was there to be taken over. */
async function dialPrepared(from: Node, to: Node, showing?: { key: (typeof keys)[0] }) {
  for (let tries = 1; ; tries++) {
    const link = dial(from, to, showing)
    const opened = await from.recorder.until('opened', (event) => event.link === link)
    if (opened.tookMs !== undefined) return { link, tries, opened }
    assert.ok(tries < 200, 'nothing was prepared')
    from.transport.close(link)
    await from.recorder.until('closed', (event) => event.link === link)
    await new Promise<void>((resolve) => setTimeout(resolve, 100))
  }
}

test('a dial of a prepared address takes the connection over, and the other end hears of it with its first frame', async () => {
  const [a, b] = [await start(), await start()]
  a.transport.prepare([b.address])
  const { link, tries, opened } = await dialPrepared(a, b)
  assert.equal(opened.uid, b.uid)
  assert.ok(tries > 1, 'nothing is opened at once')
  const told = () => b.recorder.events.filter(({ type }) => type === 'accepted').length
  assert.equal(told(), tries - 1)
  a.transport.send(link, 7, samples.hello, false)
  const { link: taken } = await b.recorder.until('received')
  const kinds = b.recorder.events.filter((event) => 'link' in event && event.link === taken)
  assert.deepEqual(
    kinds.map(({ type }) => type),
    ['accepted', 'received'],
  )
  b.transport.send(taken, 1, samples.info, false)
  await a.recorder.until('received', (event) => event.link === link)
})

test('in a locked room a spare is taken over with the key of the dial', async () => {
  const [a, b] = [await start(), await start()]
  b.transport.guard([keys[1]], false)
  a.transport.prepare([b.address])
  const { link } = await dialPrepared(a, b, { key: keys[1] })
  a.transport.send(link, 7, samples.hello, false)
  const accepted = await b.recorder.until('accepted')
  assert.equal(accepted.key, keys[1])
  await b.recorder.until('received')
})

test('a spare of a member stays; one of a stranger has the time of any caller', async () => {
  const node = await start({ handshakeMs: 1000 })
  const spare = async () => {
    const { key, cert, uid } = await mintIdentity()
    const port = Number(/\d+$/.exec(node.address)![0])
    const socket = tls.connect({
      ...{ host: '127.0.0.1', port, key, cert, rejectUnauthorized: false, ALPNProtocols: [spareProtocol] },
    })
    socket.on('error', () => undefined)
    cleanups.push(() => socket.destroy())
    await once(socket, 'secureConnect')
    socket.resume()
    return { socket, uid }
  }
  const member = await spare()
  node.transport.favour(new Set([member.uid]))
  const strangers = [await spare(), await spare()]
  await Promise.all(strangers.map(async ({ socket }) => socket.closed || once(socket, 'close')))
  assert.deepEqual(node.recorder.refusals, [], 'a member that is gone is nothing to tell of')
  assert.deepEqual(node.recorder.events, [])
  member.socket.write(encodeFrame(1, samples.hello))
  assert.equal((await node.recorder.until('accepted')).uid, member.uid)
})

test('the node of a spare that is gone is dialled afresh', async () => {
  const [a, b] = [await start(), await start()]
  a.transport.prepare([b.address])
  await dialPrepared(a, b)
  await b.transport.stop()
  const link = dial(a, b)
  assert.equal((await a.recorder.until('closed', (event) => event.link === link)).why, 'refused')
})

test('one that is being opened is given up when it is not wanted any more, or when all ends', async () => {
  const mute = net.createServer()
  cleanups.push(() => mute.close())
  mute.listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const address = `127.0.0.1:${(mute.address() as AddressInfo).port}` as Address
  const came = async () => {
    const [socket] = (await once(mute, 'connection')) as [net.Socket]
    socket.on('error', () => undefined).resume()
    return socket
  }
  const a = await start()
  for (const giveUp of [() => a.transport.prepare([]), () => void a.transport.stop()]) {
    a.transport.prepare([address])
    const socket = await came()
    const over = once(socket, 'close')
    giveUp()
    await over
  }
  assert.deepEqual(a.recorder.events, [])
})

/** Opens when told to. */
function model() {
  const asked: Address[] = []
  let open: (() => void) | undefined
  let fail: (() => void) | undefined
  const sockets: { isDestroyed: boolean }[] = []
  const wall = { ms: 0 }
  const spares = new Spares({
    now: () => 0,
    wall: () => wall.ms,
    open: (addr, opened, failed) => {
      asked.push(addr)
      const socket = new (class {
        isDestroyed = false
        readableEnded = false
        get destroyed() {
          return this.isDestroyed
        }
        on() {}
        once() {}
        removeAllListeners() {}
        setKeepAlive() {}
        destroy() {
          this.isDestroyed = true
        }
      })()
      sockets.push(socket)
      open = () => opened(socket as unknown as TLSSocket, 'u' as Uid)
      fail = failed
      return { cancel: () => failed() }
    },
  })
  const ticks = (n: number) => {
    for (let i = 0; i < n; i++) {
      wall.ms += 1000
      spares.tick(true)
    }
  }
  return { spares, wall, asked, sockets, ticks, open: () => open?.(), fail: () => fail?.() }
}

const [x, y, z] = ['10.0.0.1:1', '10.0.0.2:1', '10.0.0.3:1'] as Address[] as [Address, Address, Address]

test('spares are opened one at a time when nothing has changed for two seconds, and closed when they are not wanted', () => {
  const { spares, asked, sockets, ticks, open } = model()
  spares.want([x, y, z])
  ticks(1)
  assert.deepEqual(asked, [])
  ticks(5)
  assert.deepEqual(asked, [x])
  open()
  ticks(1)
  assert.deepEqual(asked, [x, y])
  open()
  ticks(5)
  assert.deepEqual(asked, [x, y], 'not more than two')
  spares.want([y])
  assert.deepEqual(
    sockets.map(({ isDestroyed }) => isDestroyed),
    [true, false],
  )
  assert.ok(spares.take(y))
  assert.equal(spares.take(y), undefined, 'it is given away once')
})

test('an address that is wanted twice gets two', () => {
  const { spares, asked, ticks, open } = model()
  spares.want([x, x])
  ticks(3)
  open()
  ticks(1)
  assert.deepEqual(asked, [x, x])
  open()
  ticks(5)
  assert.deepEqual(asked, [x, x])
  assert.ok(spares.take(x) && spares.take(x))
  assert.equal(spares.take(x), undefined)
})

test('of two to one address one is closed where one is enough, and a dead one is passed over', () => {
  const { spares, asked, sockets, ticks, open } = model()
  const filled = (addrs: Address[]): void => {
    spares.want(addrs)
    for (let before = -1; before < asked.length;) {
      before = asked.length
      ticks(4)
      if (asked.length > before) open()
    }
  }
  filled([x, x])
  filled([x, y])
  assert.deepEqual(
    sockets.map(({ isDestroyed }) => isDestroyed),
    [false, true, false],
  )
  filled([x, x])
  assert.deepEqual(
    sockets.map(({ isDestroyed }) => isDestroyed),
    [false, true, true, false],
  )
  sockets[0]!.isDestroyed = true
  assert.ok(spares.take(x))
  assert.equal(spares.take(x), undefined)
})

test('who stood still for more than five seconds trusts no spare, and opens others', () => {
  const { spares, wall, asked, sockets, ticks, open } = model()
  spares.want([x])
  ticks(2)
  open()
  wall.ms += 4000
  ticks(1)
  assert.equal(sockets[0]?.isDestroyed, false)
  wall.ms += 6000
  assert.equal(spares.take(x), undefined)
  assert.equal(sockets[0]?.isDestroyed, true)
  ticks(2)
  assert.deepEqual(asked, [x, x])
  open()
  assert.ok(spares.take(x))
})

test('one that fails is left alone for ten seconds; with few descriptors left none is opened', () => {
  const { spares, asked, ticks, fail } = model()
  spares.want([x])
  for (let i = 0; i < 5; i++) spares.tick(false)
  assert.deepEqual(asked, [])
  ticks(1)
  fail()
  ticks(9)
  assert.deepEqual(asked, [x])
  ticks(2)
  assert.deepEqual(asked, [x, x])
})

test('those whom a node dials after a death are the one that will win and the one behind its next', () => {
  const room = (leader: string): RoomMember[] =>
    ['b', 'e', 'a', 'd', 'c'].map((id) => ({ id, name: id, address: `${id}:1`, leader: id === leader }))
  assert.deepEqual(dialsAhead(room('e'), 'b'), ['d:1', 'a:1'])
  assert.deepEqual(dialsAhead(room('b'), 'a'), ['e:1', 'c:1'])
  assert.deepEqual(dialsAhead(room('b'), 'e'), ['d:1'], 'it wins itself')
  assert.deepEqual(
    dialsAhead(room('b'), 'c'),
    ['e:1', 'e:1'],
    'the winner is behind next: it is dialled for both',
  )
  assert.deepEqual(dialsAhead(room('e').slice(0, 1), 'b'), [])
  assert.deepEqual(dialsAhead(room('e'), 'x'), [])
})
