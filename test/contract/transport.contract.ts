/**
 * What every transport promises (peer/ports.ts), as one suite. Knows the port; knows no adapter.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkEnd } from '../../src/core/model/events.ts'
import type { Address, LinkId, RoomId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import { RingleaderError } from '../../src/peer/errors.ts'
import type {
  DirectSink,
  DirectTransport,
  Knock,
  Refused,
  Showing,
  Transport,
  TransportSink,
} from '../../src/peer/ports.ts'
import type { DirectFrame } from '../../src/wire/direct-codec.ts'
import { dataBytesMax } from '../../src/wire/limits.ts'
import { frameTypes, samples, unproven, withoutRaw } from '../wire/samples.ts'

export type Heard =
  | { type: 'accepted'; link: LinkId; uid: Uid; key?: RoomKey }
  | { type: 'knocked'; link: LinkId; knock: Knock }
  | { type: 'opened'; link: LinkId; uid: Uid; tookMs?: number }
  | { type: 'received'; link: LinkId; lc: number; frame: Frame }
  | { type: 'drained'; link: LinkId }
  | { type: 'closed'; link: LinkId; why: LinkEnd }
  | { type: 'addressLost' }
  | { type: 'addressBack' }
  | { type: 'addressMoved'; address: Address }

const deadlineMs = 20_000

/** A sink that remembers, and lets a test wait for what it is to hear. */
export class Recorder implements TransportSink {
  readonly events: Heard[] = []
  /** Links on which bytes came that completed no frame. */
  readonly heardBytes = new Set<LinkId>()
  readonly refusals: Refused[] = []
  /** Runs at each event, for tests that reply. */
  onEvent: (event: Heard) => void = () => undefined
  #inside = 0
  #wake: () => void = () => undefined

  accepted(link: LinkId, uid: Uid, key?: RoomKey): void {
    this.#note({ type: 'accepted', link, uid, ...(key !== undefined && { key }) })
  }
  knocked(link: LinkId, knock: Knock): void {
    this.#note({ type: 'knocked', link, knock })
  }
  opened(link: LinkId, uid: Uid, tookMs?: number): void {
    this.#note({ type: 'opened', link, uid, ...(tookMs !== undefined && { tookMs }) })
  }
  received(link: LinkId, lc: number, frame: Frame): void {
    this.#note({ type: 'received', link, lc, frame })
  }
  heard(link: LinkId): void {
    this.heardBytes.add(link)
  }
  drained(link: LinkId): void {
    this.#note({ type: 'drained', link })
  }
  closed(link: LinkId, why: LinkEnd): void {
    this.#note({ type: 'closed', link, why })
  }
  refused(refused: Refused): void {
    this.refusals.push(refused)
    this.#wake()
  }
  addressLost(): void {
    this.#note({ type: 'addressLost' })
  }
  addressBack(): void {
    this.#note({ type: 'addressBack' })
  }
  addressMoved(address: Address): void {
    this.#note({ type: 'addressMoved', address })
  }

  /** A call of the transport's, during which it must not call back. */
  during(call: () => void): void {
    this.#inside++
    call()
    this.#inside--
  }

  /** The first event that `matches`, from now or before. */
  async until<T extends Heard['type']>(
    type: T,
    matches: (event: Extract<Heard, { type: T }>) => boolean = () => true,
  ): Promise<Extract<Heard, { type: T }>> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.#wake()
    }, deadlineMs)
    try {
      for (;;) {
        const found = this.events.find((event) => event.type === type && matches(event as never))
        if (found) return found as Extract<Heard, { type: T }>
        assert.ok(!late, `waited in vain for ${type}; heard ${this.summary()}`)
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      clearTimeout(timer)
    }
  }

  summary(): string {
    return this.events.map((event) => event.type + ('why' in event ? `(${event.why})` : '')).join(' ')
  }

  frames(link: LinkId): Frame[] {
    return this.events.flatMap((event) =>
      event.type === 'received' && event.link === link ? [event.frame] : [],
    )
  }

  #note(event: Heard): void {
    assert.equal(this.#inside, 0, `${event.type} came from inside a call of ours`)
    this.events.push(event)
    this.onEvent(event)
    this.#wake()
  }
}

export type Node = { transport: Transport; uid: Uid; address: Address; recorder: Recorder }
export type World = {
  /** A listening transport with an identity of its own. It is stopped with the world. */
  start(options?: { port?: number }): Promise<Node>
  /** An address at which nobody listens. */
  nobody(): Promise<Address>
  /**
   * The machine of a node has another IP address from now on, the first or the second of two; undefined: none. Missing
   * where there is only one address to be had.
   */
  relocate?: (node: Node, n: 1 | 2 | undefined) => void
  end(): Promise<void>
}

/** Two nodes and both ends of a link between them. */
async function pair(world: World): Promise<{ a: Node; b: Node; out: LinkId; in: LinkId }> {
  const [a, b] = [await world.start(), await world.start()]
  return { a, b, ...(await join(a, b)) }
}

export async function join(a: Node, b: Node): Promise<{ out: LinkId; in: LinkId }> {
  const before = new Set(b.recorder.events)
  const out = a.transport.mintLink()
  a.recorder.during(() => a.transport.dial(out, b.address))
  await a.recorder.until('opened', ({ link }) => link === out)
  const taken = await b.recorder.until('accepted', (event) => !before.has(event) && event.uid === a.uid)
  return { out, in: taken.link }
}

/** 32 hex digits each. */
export const keys = ['a1', 'b2', 'c3'].map((byte) => byte.repeat(16)) as [RoomKey, RoomKey, RoomKey]
const lockedRoom = 'f'.repeat(32) as RoomId

export function dial(from: Node, to: Node, showing?: Showing): LinkId {
  const link = from.transport.mintLink()
  from.recorder.during(() => from.transport.dial(link, to.address, showing))
  return link
}

/** Why a link that says HELLO as soon as it is open ends. */
async function endOf(from: Node, to: Node, showing?: Showing): Promise<LinkEnd> {
  const link = dial(from, to, showing)
  await from.recorder.until('opened', (event) => event.link === link)
  from.transport.send(link, 1, samples.hello, false)
  return (await from.recorder.until('closed', (event) => event.link === link)).why
}

export const ping = (nonce: number): Frame => ({ ...samples.ping, nonce })

/** A record of about `bytes`. */
export function bulk(s: number, bytes: number): StampedRecord {
  const stamped = samples.rec.records[0]!
  const { part } = stamped
  const said = {
    ...part,
    aseq: s,
    entries: [{ kind: 'message' as const, after: 0, text: 'x'.repeat(bytes) }],
  }
  return { ...stamped, s, part: unproven(part.key, part.signature, said) }
}

type MovingWorld = World & Required<Pick<World, 'relocate'>>

function canMove(world: World): world is MovingWorld {
  return world.relocate !== undefined
}

export function transportContract(name: string, build: () => Promise<World>): void {
  const checkMove = (title: string, run: (world: MovingWorld) => Promise<void>): void => {
    test(`${name}: ${title}`, async (context) => {
      const world = await build()
      try {
        if (canMove(world)) await run(world)
        else context.skip('one address only')
      } finally {
        await world.end()
      }
    })
  }
  const check = (title: string, run: (world: World) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const world = await build()
      try {
        await run(world)
      } finally {
        await world.end()
      }
    })
  }

  check('each end learns who the other is', async (world) => {
    const { a, b, out, in: taken } = await pair(world)
    assert.equal((await a.recorder.until('opened', ({ link }) => link === out)).uid, b.uid)
    assert.equal((await b.recorder.until('accepted', ({ link }) => link === taken)).uid, a.uid)
    assert.notEqual(a.uid, b.uid)
  })

  check(
    'frames of every type arrive whole, in order, with their clock, in both directions',
    async (world) => {
      const { a, b, out, in: taken } = await pair(world)
      for (const [i, type] of frameTypes.entries()) {
        a.recorder.during(() => a.transport.send(out, i, samples[type], false))
        b.recorder.during(() => b.transport.send(taken, 1000 + i, samples[type], false))
      }
      await b.recorder.until('received', ({ lc }) => lc === frameTypes.length - 1)
      await a.recorder.until('received', ({ lc }) => lc === 1000 + frameTypes.length - 1)
      for (const [node, link] of [[b, taken] as const, [a, out] as const]) {
        assert.deepEqual(
          node.recorder.frames(link).map(withoutRaw),
          frameTypes.map((type) => withoutRaw(samples[type])),
        )
      }
    },
  )

  check('thousands of frames keep their order, among them the largest', async (world) => {
    const { a, b, out, in: taken } = await pair(world)
    a.transport.send(out, 0, samples.hello, false)
    const count = 3000
    const big: Frame = { type: 'up', records: [1, 2, 3].map((s) => bulk(s, 65_536)) }
    let sent = 0
    const more = () => {
      a.transport.send(out, 0, big, false)
      for (let i = 0; i < 500; i++) a.transport.send(out, 0, ping(++sent), false)
      a.transport.send(out, 0, samples.wait, true)
    }
    a.recorder.onEvent = (event) => event.type === 'drained' && sent < count && more()
    more()
    await b.recorder.until('received', ({ frame }) => frame.type === 'ping' && frame.nonce === count)
    const frames = b.recorder.frames(taken)
    const nonces = frames.flatMap((frame) => (frame.type === 'ping' ? [frame.nonce] : []))
    assert.deepEqual(
      nonces,
      Array.from({ length: count }, (_, i) => i + 1),
    )
    const ups = frames.filter((frame) => frame.type === 'up')
    assert.equal(ups.length, count / 500)
    assert.deepEqual(withoutRaw(ups.at(-1)!), withoutRaw(big))
  })

  check('one frame object goes to many links, with all its content', async (world) => {
    const [a, b, c] = [await world.start(), await world.start(), await world.start()]
    const toB = await join(a, b)
    const toC = await join(a, c)
    for (const lc of [5, 6]) {
      a.transport.send(toB.out, lc, samples.rec, false)
      a.transport.send(toC.out, lc, samples.rec, false)
    }
    for (const { recorder } of [b, c]) {
      await recorder.until('received', ({ lc }) => lc === 6)
      assert.deepEqual(
        recorder.events.flatMap((event) => (event.type === 'received' ? [event.lc] : [])),
        [5, 6],
      )
    }
  })

  check('drained follows a paced frame, and not an unpaced one', async (world) => {
    const { a, b, out } = await pair(world)
    a.transport.send(out, 1, samples.hello, false)
    await b.recorder.until('received')
    a.recorder.during(() => a.transport.send(out, 2, { type: 'up', records: [bulk(1, 60_000)] }, true))
    await a.recorder.until('drained', ({ link }) => link === out)
    await b.recorder.until('received', ({ lc }) => lc === 2)
    assert.equal(a.recorder.events.filter(({ type }) => type === 'drained').length, 1)
  })

  check('a dial to a port where nothing listens is refused, once', async (world) => {
    const a = await world.start()
    const link = a.transport.mintLink()
    const nobody = await world.nobody()
    a.recorder.during(() => a.transport.dial(link, nobody))
    assert.equal((await a.recorder.until('closed')).why, 'refused')
    a.transport.send(link, 1, ping(1), true)
    a.transport.close(link)
    await join(a, await world.start())
    assert.equal(a.recorder.events.filter((event) => 'link' in event && event.link === link).length, 1)
  })

  check('a close sends what is queued first, and both ends learn of it once', async (world) => {
    const { a, b, out, in: taken } = await pair(world)
    for (let i = 1; i <= 100; i++) a.transport.send(out, i, ping(i), false)
    a.transport.send(out, 101, { type: 'bye', reason: 'left' }, false)
    a.recorder.during(() => a.transport.close(out))
    a.recorder.during(() => a.transport.close(out))
    a.transport.send(out, 102, ping(102), false)
    assert.equal((await a.recorder.until('closed')).why, 'closed')
    assert.equal((await b.recorder.until('closed')).why, 'closed')
    assert.equal(b.recorder.frames(taken).length, 101)
    assert.deepEqual(b.recorder.frames(taken).at(-1), { type: 'bye', reason: 'left' })
    b.transport.close(taken)
    await join(a, b)
    for (const [{ recorder }, id] of [[a, out] as const, [b, taken] as const]) {
      assert.equal(recorder.events.filter((event) => event.type === 'closed' && event.link === id).length, 1)
    }
  })

  check('the end that closed receives no more frames', async (world) => {
    const { a, b, out, in: taken } = await pair(world)
    b.recorder.onEvent = (event) => {
      if (event.type === 'received' && event.lc === 3) b.transport.close(taken)
    }
    for (let i = 1; i <= 10; i++) a.transport.send(out, i, ping(i), false)
    await a.recorder.until('closed')
    assert.equal(b.recorder.frames(taken).length, 3)
  })

  check('a dial that is closed at once ends, once', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    const link = a.transport.mintLink()
    a.recorder.during(() => a.transport.dial(link, b.address))
    a.recorder.during(() => a.transport.close(link))
    assert.equal((await a.recorder.until('closed')).why, 'closed')
    await join(a, b)
    assert.deepEqual(
      a.recorder.events.flatMap((event) => ('link' in event && event.link === link ? [event.type] : [])),
      ['closed'],
    )
  })

  check('both ends may dial at once: two links, each with its own frames', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    const [x, y] = [a.transport.mintLink(), b.transport.mintLink()]
    a.transport.dial(x, b.address)
    b.transport.dial(y, a.address)
    await a.recorder.until('opened')
    await b.recorder.until('opened')
    a.transport.send(x, 1, ping(1), false)
    b.transport.send(y, 2, ping(2), false)
    const atA = await a.recorder.until('received')
    const atB = await b.recorder.until('received')
    assert.notEqual(atA.link, x)
    assert.notEqual(atB.link, y)
    assert.deepEqual([atA.lc, atB.lc], [2, 1])
  })

  check('a node may dial itself', async (world) => {
    const a = await world.start()
    const { out, in: taken } = await join(a, a)
    assert.notEqual(out, taken)
  })

  check('when one stops, the others learn of it, and dials are refused', async (world) => {
    const { a, b, out } = await pair(world)
    await b.transport.stop()
    assert.equal((await a.recorder.until('closed', ({ link }) => link === out)).why, 'closed')
    assert.equal((await b.recorder.until('closed')).why, 'closed')
    const again = a.transport.mintLink()
    a.transport.dial(again, b.address)
    assert.equal((await a.recorder.until('closed', ({ link }) => link === again)).why, 'refused')
  })

  check('after attach, another sink gets the events of all links, also older ones', async (world) => {
    const { a, b, out, in: taken } = await pair(world)
    const dialled = a.transport.mintLink()
    a.transport.dial(dialled, b.address)
    const before = a.recorder.events.length
    const next = new Recorder()
    a.transport.attach(next)
    await next.until('opened', ({ link }) => link === dialled)
    b.transport.send(taken, 1, ping(1), false)
    await next.until('received', ({ link }) => link === out)
    b.transport.dial(b.transport.mintLink(), a.address)
    await next.until('accepted')
    const dead = a.transport.mintLink()
    a.transport.dial(dead, await world.nobody())
    await next.until('closed', ({ link }) => link === dead)
    b.transport.close(taken)
    await next.until('closed', ({ link }) => link === out)
    assert.equal(a.recorder.events.length, before, 'the first sink hears no more')
  })

  check('a port in use is a named error', async (world) => {
    const a = await world.start()
    const port = Number(/\d+$/.exec(a.address)![0])
    await assert.rejects(world.start({ port }), (error) => {
      return error instanceof RingleaderError && error.code === 'ERR_PORT_IN_USE'
    })
  })

  check('a node that floods a peer without pacing is cut off, and no other node is', async (world) => {
    const { a, b, out } = await pair(world)
    const c = await world.start()
    const toC = await join(a, c)
    const big: Frame = { type: 'up', records: [bulk(1, 60_000)] }
    a.recorder.during(() => {
      for (let i = 0; i < 20; i++) a.transport.send(out, i, big, false)
    })
    assert.equal((await a.recorder.until('closed')).link, out)
    await b.recorder.until('closed')
    a.transport.send(toC.out, 1, ping(1), false)
    await c.recorder.until('received')
  })

  check('in a locked room, who shows a right key is let in, and it is told which', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    b.recorder.during(() => b.transport.guard([keys[0], keys[1]], false))
    for (const key of [keys[1], keys[0]]) {
      const out = dial(a, b, { key })
      await a.recorder.until('opened', ({ link }) => link === out)
      a.transport.send(out, 5, samples.hello, false)
      const taken = await b.recorder.until('accepted', (event) => event.key === key)
      assert.equal(taken.uid, a.uid)
      await b.recorder.until('received', ({ link }) => link === taken.link)
      b.transport.send(taken.link, 6, samples.info, false)
      await a.recorder.until('received', ({ link }) => link === out)
      a.transport.send(out, 7, ping(7), false)
      await b.recorder.until('received', ({ link, lc }) => link === taken.link && lc === 7)
      assert.deepEqual(b.recorder.frames(taken.link), [samples.hello, ping(7)])
      assert.deepEqual(a.recorder.frames(out), [samples.info])
    }
  })

  check('a wrong key, and none, end the link, and the listener is told nothing', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    b.transport.guard([keys[0]], false)
    assert.equal(await endOf(a, b, { key: keys[1] }), 'locked')
    assert.equal(await endOf(a, b), 'locked')
    assert.deepEqual(b.recorder.events, [])
    // The connection is there before anybody has proved a key.
    const told = a.recorder.events.map(({ type }) => type)
    assert.deepEqual(told, ['opened', 'closed', 'opened', 'closed'])
  })

  check('in an open room, who shows a key or knocks is turned away before it says more', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    b.transport.guard(undefined, true)
    assert.equal(await endOf(a, b, { key: keys[1] }), 'locked')
    assert.equal(await endOf(a, b, { knock: 'Ann' }), 'locked')
    assert.ok(!b.recorder.events.some(({ type }) => type === 'received' || type === 'knocked'))
    await join(a, b)
  })

  check('what is sent before the listener has proved the key comes in order, however long', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    b.transport.guard([keys[0]], false)
    const out = dial(a, b, { key: keys[0] })
    await a.recorder.until('opened')
    const big: Frame = { type: 'up', records: [1, 2, 3].map((s) => bulk(s, 65_536)) }
    const frames = [samples.hello, samples.follow, big, ...Array.from({ length: 500 }, (_, i) => ping(i))]
    for (const [i, frame] of frames.entries()) a.recorder.during(() => a.transport.send(out, i, frame, false))
    const { link } = await b.recorder.until('accepted')
    b.transport.send(link, 1, samples.info, false)
    await a.recorder.until('received')
    a.transport.send(out, 1000, ping(1000), true)
    await a.recorder.until('drained')
    await b.recorder.until('received', ({ lc }) => lc === 1000)
    assert.deepEqual(b.recorder.frames(link).map(withoutRaw), [...frames, ping(1000)].map(withoutRaw))
  })

  check('another key from now on: links that are up stay', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    b.transport.guard([keys[0]], false)
    const out = dial(a, b, { key: keys[0] })
    await a.recorder.until('opened')
    a.transport.send(out, 1, samples.hello, false)
    const { link } = await b.recorder.until('accepted')
    b.transport.guard([keys[2]], false)
    assert.equal(await endOf(a, b, { key: keys[0] }), 'locked')
    const next = dial(a, b, { key: keys[2] })
    await a.recorder.until('opened', (event) => event.link === next)
    a.transport.send(next, 1, samples.hello, false)
    await b.recorder.until('accepted', ({ key }) => key === keys[2])
    a.transport.send(out, 9, ping(9), false)
    await b.recorder.until('received', (event) => event.link === link && event.lc === 9)
  })

  check('one that knocks is admitted, with the key', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    b.transport.guard([keys[0]], true)
    const out = dial(a, b, { knock: 'Ann' })
    const { link, knock } = await b.recorder.until('knocked')
    assert.equal(knock.uid, a.uid)
    assert.equal(knock.name, 'Ann')
    assert.match(knock.addr, /:\d+$/)
    // Nothing of its own goes out: by the time that another link is up, it would have come.
    a.transport.send(out, 1, samples.hello, false)
    const other = dial(a, b, { key: keys[0] })
    await a.recorder.until('opened', (event) => event.link === other)
    a.transport.send(other, 1, samples.hello, false)
    await b.recorder.until('received')
    b.recorder.during(() => b.transport.admit(link, lockedRoom, keys[0]))
    await a.recorder.until('closed')
    await b.recorder.until('closed')
    assert.deepEqual(a.recorder.frames(out), [{ type: 'admitted', room: lockedRoom, key: keys[0] }])
    b.transport.admit(link, lockedRoom, keys[0])
    assert.deepEqual(
      b.recorder.events.flatMap((event) => ('link' in event && event.link === link ? [event.type] : [])),
      ['knocked', 'closed'],
    )
  })

  check('one that knocks is denied, gives up, or may not knock', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    b.transport.guard([keys[0]], true)
    const out = dial(a, b, { knock: 'Ann' })
    const { link } = await b.recorder.until('knocked')
    b.recorder.during(() => b.transport.deny(link, 'denied'))
    assert.equal((await a.recorder.until('closed')).why, 'locked')
    assert.deepEqual(a.recorder.frames(out), [{ type: 'bye', reason: 'denied' }])
    await b.recorder.until('closed')
    const second = dial(a, b, { knock: 'Ann' })
    const again = await b.recorder.until('knocked', (event) => event.link !== link)
    a.recorder.during(() => a.transport.close(second))
    await b.recorder.until('closed', (event) => event.link === again.link)
    b.transport.guard([keys[0]], false)
    const third = dial(a, b, { knock: 'Ann' })
    assert.equal((await a.recorder.until('closed', (event) => event.link === third)).why, 'locked')
    assert.deepEqual(a.recorder.frames(third), [{ type: 'bye', reason: 'locked' }])
    assert.equal(b.recorder.events.filter(({ type }) => type === 'knocked').length, 2)
  })

  checkMove(
    'a machine gets another address: the node listens and dials there, on its port',
    async (world) => {
      const [a, b] = [await world.start(), await world.start()]
      world.relocate(b, 2)
      const { address } = await b.recorder.until('addressMoved')
      assert.notEqual(address, b.address)
      assert.equal(address.slice(address.lastIndexOf(':')), b.address.slice(b.address.lastIndexOf(':')))
      const gone = a.transport.mintLink()
      a.transport.dial(gone, b.address)
      assert.equal((await a.recorder.until('closed', ({ link }) => link === gone)).why, 'refused')
      await join(a, { ...b, address })
      await join(b, a)
      world.relocate(b, 1)
      const back = await b.recorder.until('addressMoved', (event) => event.address !== address)
      assert.equal(back.address, b.address)
      await join(a, b)
      const told = b.recorder.events.map(({ type }) => type).filter((type) => type.startsWith('address'))
      assert.deepEqual(told, ['addressMoved', 'addressMoved'], 'each change is told once')
    },
  )

  checkMove('links of before are left alone when the address changes', async (world) => {
    const { a, b, out, in: taken } = await pair(world)
    world.relocate(b, 2)
    await b.recorder.until('addressMoved')
    b.transport.close(taken)
    assert.equal((await a.recorder.until('closed', ({ link }) => link === out)).why, 'closed')
  })

  checkMove('an address that is gone for long is told once, and once that it is back', async (world) => {
    const a = await world.start()
    world.relocate(a, undefined)
    await a.recorder.until('addressLost')
    world.relocate(a, 1)
    await a.recorder.until('addressBack')
    assert.deepEqual(
      a.recorder.events.map(({ type }) => type),
      ['addressLost', 'addressBack'],
    )
  })

  checkMove('after an address that is gone comes another one', async (world) => {
    const [a, b] = [await world.start(), await world.start()]
    world.relocate(a, undefined)
    await a.recorder.until('addressLost')
    world.relocate(a, 2)
    const { address } = await a.recorder.until('addressMoved')
    await join(b, { ...a, address })
    assert.ok(!a.recorder.events.some(({ type }) => type === 'addressBack'))
  })
}

/** What a node hears of its direct links. */
class DirectRecorder implements DirectSink {
  readonly heard: string[] = []
  readonly links: LinkId[] = []
  #wake: () => void = () => undefined

  called(link: LinkId): void {
    this.links.push(link)
    this.#note('called')
  }
  opened(): void {
    this.#note('opened')
  }
  received(_: LinkId, frame: DirectFrame): void {
    this.#note(frame.type)
  }
  drained(): void {}
  closed(): void {
    this.#note('closed')
  }

  async until(what: string): Promise<void> {
    const timer = setTimeout(() => this.#wake(), deadlineMs)
    while (!this.heard.includes(what)) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
      assert.ok(this.heard.length > 0, `waited in vain for ${what}`)
    }
    clearTimeout(timer)
  }

  #note(what: string): void {
    this.heard.push(what)
    this.#wake()
  }
}

/** Of a transport that has direct links. */
export function directContract(name: string, make: () => Promise<World>): void {
  const room = 'd'.repeat(32) as RoomId

  test(`${name}: a direct link is told apart by its first frame, and is nothing to the core`, async () => {
    const world = await make()
    try {
      const { a, b } = await pair(world)
      const [from, to] = [a, b].map(({ transport }) => transport as Transport & DirectTransport)
      assert.ok(from && to)
      const [dialler, called] = [new DirectRecorder(), new DirectRecorder()]
      from.attachDirect(dialler)
      to.attachDirect(called)
      const link = from.mintLink()
      const before = b.recorder.events.length
      from.dialDirect(link, b.address, undefined)
      await dialler.until('opened')
      from.sendDirect(link, { type: 'open', room })
      await called.until('open')
      to.sendDirect(called.links[0]!, { type: 'opened' })
      await dialler.until('opened')
      from.sendDirect(link, { type: 'data', bytes: new Uint8Array(dataBytesMax) })
      await called.until('data')
      to.close(called.links[0]!)
      await Promise.all([dialler.until('closed'), called.until('closed')])
      // What the sink of the core hears is a link that ended, and no frame.
      const heard = b.recorder.events.slice(before).map(({ type }) => type)
      assert.deepEqual(heard, ['accepted', 'closed'])
      assert.ok(!a.recorder.events.some((event) => 'link' in event && event.link === link))
    } finally {
      await world.end()
    }
  })
}
