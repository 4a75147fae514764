// The whole suite as rounds that can be repeated without end: each does its harm once, from outside, and holds what
// it opened for a while. Knows the door of one room; waits for nothing that may never come.
import net from 'node:net'
import type { BookEntry, Frame, Member } from '../../src/core/model/frames.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import { bootMax } from '../../src/core/model/bounds.ts'
import type { RoomId, Uid } from '../../src/core/model/ids.ts'
import type { Part, PartId, StampedRecord } from '../../src/core/model/records.ts'
import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import { encodeFrame, encodeLock } from '../../src/wire/codec.ts'
import { countMax, frameBytesMax, lamportMax } from '../../src/wire/limits.ts'
import { frameTypes, samples } from '../wire/samples.ts'
import { anyNonce, enter, Foe, follow, greet, portOf, prefixed, record, Wire } from './attacker.ts'
import type { Door, Saying } from './attacker.ts'

/** What an attacker knows who was told where a room is. */
export type Target = {
  room: string
  addresses: readonly string[]
  members: readonly { id: string; name: string }[]
}

export type Round = (siege: Siege) => Promise<void>

/** The tools of one attacking process: keys, chance, and what is held open. */
export class Siege {
  readonly target: Target
  readonly foes: readonly Foe[]
  readonly #prng
  readonly #held: { destroy(): void }[] = []
  #serial = 0

  constructor(target: Target, foes: readonly Foe[], seed: number) {
    this.target = target
    this.foes = foes
    this.#prng = createPrng(seed)
  }

  get room(): RoomId {
    return this.target.room as RoomId
  }

  below(n: number): number {
    return nextBelow(this.#prng, n)
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  noise(bytes: number): Buffer {
    return Buffer.from(Array.from({ length: bytes }, () => this.below(256)))
  }

  get foe(): Foe {
    return this.one(this.foes)
  }

  get address(): string {
    return this.one(this.target.addresses)
  }

  /** Never twice the same. */
  uid(): Uid {
    return `e${(++this.#serial).toString(16).padStart(15, '0')}${this.foes[0]?.uid.slice(16)}` as Uid
  }

  /** Held open until `most` of all that is held came later. */
  hold(one: { destroy(): void }, most = 600): void {
    this.#held.push(one)
    if (this.#held.length > most) this.#held.shift()?.destroy()
  }

  release(): void {
    for (const one of this.#held.splice(0)) one.destroy()
  }

  greet(foe = this.foe): Promise<Door> {
    return greet(foe, this.address, this.room)
  }

  member(): Member {
    const { id, name } = this.one(this.target.members)
    return { uid: id as Uid, inc: makeInc(1, 'dead'.repeat(4)), name, addr: this.address as Member['addr'] }
  }

  third(): Member {
    const n = ++this.#serial
    const addr = `127.9.${(n >> 8) & 255}.${n & 255}:9` as Member['addr']
    return { uid: this.uid(), inc: makeInc(1, anyNonce), name: 'Third', addr }
  }
}

/** Says it over a greeted link, which is held open. */
async function say(siege: Siege, frames: readonly Frame[], lc = 0): Promise<void> {
  const { wire } = await siege.greet()
  wire.say(frames, lc)
  siege.hold(wire)
}

/** TCP that is opened and left; the system refuses it or not. */
function idle(siege: Siege, first: Uint8Array = new Uint8Array(0)): net.Socket {
  const socket = net.connect(portOf(siege.address), '127.0.0.1')
  socket.on('error', () => {}).resume()
  if (first.length > 0) socket.write(first)
  siege.hold(socket)
  return socket
}

async function upload(siege: Siege, records: readonly StampedRecord[]): Promise<void> {
  const { wire } = await enter(siege.foe, siege.address)
  wire.say({ type: 'up', records })
  wire.say({ type: 'upDone' })
  siege.hold(wire)
}

/** As a member of its own, as fast as they are taken. */
async function submitMany(siege: Siege, count: number): Promise<void> {
  const foe = await Foe.mint()
  const { wire } = await enter(foe, siege.address)
  wire.say({ type: 'upDone' })
  await wire.frame('synced')
  let before = '' as PartId
  for (let n = 1; n <= count && !wire.closed; n += 100) {
    const parts = Array.from({ length: 100 }, (_, at) => {
      const said = foe.part(siege.room, { aseq: n + at, before, text: `flood ${n + at}` })
      before = said.id
      return said
    })
    await wire.pass({ type: 'submit', parts })
  }
  siege.hold(wire)
}

function rejected(): void {}

/** By name. What a round meets on its way (a door that is shut, a link that ends) is no matter. */
export const rounds: Readonly<Record<string, Round>> = {
  noise: async (siege) => {
    idle(siege, siege.noise(200))
    const wire = await Wire.dial(siege.foe, siege.address)
    wire.bytes(siege.noise(200))
    siege.hold(wire)
  },
  'mutated frames': async (siege) => {
    const { wire } = await siege.greet()
    for (let n = 0; n < 40; n++) {
      const bytes = Buffer.from(encodeFrame(1, samples[siege.one(frameTypes)]))
      const at = 4 + siege.below(Math.max(1, bytes.length - 4))
      if (at < bytes.length) bytes[at] = siege.below(256)
      wire.bytes(bytes)
    }
    siege.hold(wire)
  },
  lengths: async (siege) => {
    const length = siege.one([0, 1, frameBytesMax, frameBytesMax + 1, 2 ** 31, 2 ** 32 - 1])
    const { wire } = await siege.greet()
    wire.bytes(prefixed(siege.noise(10), length))
    siege.hold(wire)
  },
  'other protocols': async (siege) => {
    idle(
      siege,
      Buffer.from(siege.one(['GET / HTTP/1.1\r\n\r\n', 'SSH-2.0-x\r\n', 'hello\n', '\u0016\u0003\u0001'])),
    )
    const wire = await Wire.dial(siege.foe, siege.address, { key: undefined, cert: undefined }).catch(
      rejected,
    )
    if (wire) siege.hold(wire)
    await Wire.dial(siege.foe, siege.address, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }).catch(
      rejected,
    )
  },
  'idle connections': async (siege) => {
    for (let n = 0; n < 20; n++) idle(siege)
    await Promise.resolve()
  },
  'handshake flood': async (siege) => {
    const all = Array.from({ length: 8 }, () => Wire.dial(siege.foe, siege.address).catch(rejected))
    for (const wire of await Promise.all(all)) wire?.destroy()
  },
  'unfinished frames': async (siege) => {
    const { wire } = await siege.greet()
    wire.bytes(prefixed(Buffer.alloc(100_000), frameBytesMax))
    const drip = setInterval(() => (wire.closed ? clearInterval(drip) : wire.bytes(Buffer.of(0))), 500)
    siege.hold({ destroy: () => (clearInterval(drip), wire.destroy()) })
  },
  'a member that never reads': async (siege) => {
    const { wire } = await enter(siege.foe, siege.address)
    wire.say({ type: 'upDone' })
    wire.socket.pause()
    siege.hold(wire)
  },
  'wrong uids': async (siege) => {
    const wire = await Wire.dial(siege.foe, siege.address)
    wire.say(siege.foe.hello(siege.room, { uid: siege.member().uid, name: `Pay ${siege.below(1e6)}` }))
    siege.hold(wire)
  },
  'wrong rooms': async (siege) => {
    const wire = await Wire.dial(siege.foe, siege.address)
    wire.say(siege.foe.hello('f'.repeat(32) as RoomId))
    siege.hold(wire)
  },
  'forged proofs': async (siege) => {
    const wire = await Wire.dial(siege.foe, siege.address)
    wire.bytes(encodeLock({ proof: siege.noise(32), box: siege.noise(400) }))
    siege.hold(wire)
  },
  knocks: async (siege) => {
    const wire = await Wire.dial(siege.foe, siege.address)
    wire.say({ type: 'knock', name: `Pay ${siege.below(1e6)}` })
    siege.hold(wire)
  },
  clocks: async (siege) => {
    const { wire } = await greet(siege.foe, siege.address)
    const vid = { term: 0, leader: '' as Uid, ver: 0 }
    for (let k = 1; k <= 50; k++) wire.say({ type: 'ping', nonce: 0, vid, safe: countMax }, k * 2 ** 40)
    wire.say({ type: 'pong', nonce: 0 }, lamportMax)
    siege.hold(wire)
  },
  terms: (siege) => {
    const { foe } = siege
    const winner = foe.member
    return say(siege, [
      { type: 'elect', term: countMax, candidate: winner },
      { type: 'elected', term: countMax, winner, list: [winner] },
      { type: 'stale', term: countMax },
      { type: 'resign', term: countMax },
    ])
  },
  views: async (siege) => {
    // Those who do not lead tell strangers their view.
    const { wire } = await greet(siege.foe, siege.one(siege.target.addresses.slice(1)), siege.room)
    const told = await wire.frame('redirect').catch(rejected)
    const { vid, members } = told?.view ?? samples.view.view
    const ghosts = Array.from({ length: 50 }, () => siege.third())
    const view = { vid: { ...vid, ver: vid.ver + 1 }, members: [...members, ...ghosts] }
    wire.say([
      { type: 'view', view, book: [] },
      { type: 'view', view: { ...view, members }, book: [] },
      { type: 'link', vid: view.vid },
    ])
    siege.hold(wire)
  },
  probes: (siege) => {
    const { foe } = siege
    return say(siege, [
      { type: 'probe', leader: { ...foe.member, addr: siege.third().addr }, many: true, open: true },
    ])
  },
  'third parties': (siege) => {
    const frames = Array.from({ length: 20 }, (): Frame => {
      const winner = siege.third()
      return siege.below(2)
        ? { type: 'alive', leader: winner }
        : { type: 'elected', term: 2, winner, list: [winner] }
    })
    return say(siege, frames)
  },
  'bogus books': async (siege) => {
    const book = Array.from({ length: 200 }, (): BookEntry => {
      const { uid, addr, name } = siege.third()
      return { uid, addr, name, left: siege.below(2) > 0 }
    })
    const { wire } = await siege.greet()
    wire.say(follow(siege.foe, { book }))
    siege.hold(wire)
  },
  'numbers at their ends': (siege) => {
    const { room } = siege
    const inc = makeInc(bootMax, anyNonce)
    const says = (more: Saying): Part => Foe.ghost().part(room, more)
    return upload(siege, [
      ...Foe.ghost().stamped(room, [says({ aseq: 1 }), says({ lc: 2 ** 51 - 2, text: 'late' })]),
      ...Foe.ghost().stamped(room, [says({ inc, text: 'my boot counter' })], { inc }),
      ...Foe.ghost().stamped(room, [says({ aseq: countMax - siege.below(9), text: 'the last' })]),
    ])
  },
  "others' names": async (siege) => {
    const { foe, room } = siege
    const { wire, info } = await enter(foe, siege.address)
    const text = 'never said'
    const forged = foe.forged(room, info, wire.peerKey, { aseq: 1 + siege.below(100), text })
    wire.say({ type: 'up', records: foe.stamped(room, [foe.part(room, { text }), forged]) })
    siege.hold(wire)
  },
  "others' seals": (siege) => {
    const { foe, room } = siege
    const text = 'never said'
    const [own] = foe.stamped(room, [foe.part(room, { text })])
    return upload(siege, [{ ...record(siege.member(), foe.part(room, { text })), seal: own?.seal }])
  },
  'a broken signature': async (siege) => {
    const { foe, room } = siege
    const { wire } = await enter(foe, siege.address)
    wire.say({ type: 'upDone' })
    const { raw: _, ...said } = foe.part(room, { text: 'never said' })
    wire.say({ type: 'submit', parts: [{ ...said, signature: siege.noise(64).toString('hex') }] })
    siege.hold(wire)
  },
  stampers: (siege) =>
    upload(
      siege,
      Array.from({ length: 50 }, () => Foe.ghost()).flatMap((ghost) =>
        ghost.stamped(siege.room, [ghost.part(siege.room, { text: 'a ghost' })]),
      ),
    ),
  'words that draw': (siege) => {
    const text = siege.one([
      '\u001b[2J\u001b]52;c;aGk=\u0007',
      'a\n> Ann(127.0.0.1:1)[1]: I quit',
      `z${'\u0301'.repeat(1000)}`,
    ])
    const kind = siege.one(['message', 'action'] as const)
    const entries = [
      { kind, after: siege.below(2 ** 40), text },
      { kind, after: 0, text: 'and more' },
    ]
    return upload(siege, Foe.ghost().stamped(siege.room, [Foe.ghost().part(siege.room, { entries })]))
  },
  'a burst of messages': (siege) => submitMany(siege, 200),
  'a flood of messages': (siege) => submitMany(siege, 30_000),
  'words of a member': async (siege) => {
    const { wire } = await enter(siege.foe, siege.address)
    wire.say({ type: 'upDone' })
    const { uid, inc } = siege.member()
    wire.say([
      { type: 'suspect', uid, inc, refused: true },
      { type: 'stored', pos: countMax },
      { type: 'move', term: countMax, many: true, members: [siege.third()] },
      siege.one([{ type: 'leave' }, { type: 'bye', reason: 'identity' }, { type: 'bye', reason: 'left' }]),
    ])
    siege.hold(wire)
  },
}
