// A member that lies on direct links to another: each lie ends its own link, and nobody else notices.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

import { createRoom, joinRoom } from '../../src/index.ts'
import type { Inc, RoomId } from '../../src/core/model/ids.ts'
import { decodeDirect, encodeDirect, type DirectFrame } from '../../src/wire/direct-codec.ts'
import { Framer } from '../../src/wire/framer.ts'
import { directPerPeerMax, frameBytesMax } from '../../src/wire/limits.ts'
import { leaveAfter, scratch, until, within } from '../e2e/support.ts'
import { enter, Foe, forge, prefixed, Wire } from './attacker.ts'

const address = '127.0.0.1'
const inc = '1'.repeat(28) as Inc
const mib = 1024 * 1024

/** A direct link of the attacker's. */
class Direct {
  readonly wire: Wire
  readonly heard: DirectFrame[] = []

  private constructor(wire: Wire) {
    this.wire = wire
    const framer = new Framer()
    // Before the wire looks.
    wire.socket.prependListener('data', (chunk: Buffer) =>
      framer.push(chunk, (bytes) => {
        const frame = decodeDirect(bytes)
        // What is held of a file is not of interest.
        if (frame)
          this.heard.push(frame.type === 'data' ? { ...frame, bytes: frame.bytes.subarray(0, 1) } : frame)
        return true
      }),
    )
  }

  static async dial(foe: Foe, to: string, room: string): Promise<Direct> {
    const direct = new Direct(await Wire.dial(foe, to))
    direct.say({ type: 'open', room: room as RoomId })
    return direct
  }

  say(...frames: DirectFrame[]): void {
    this.wire.bytes(...frames.map(encodeDirect))
  }

  until(type: DirectFrame['type']): Promise<DirectFrame> {
    return this.wire.until(() => this.heard.find((frame) => frame.type === type), type)
  }
}

test('what a member says that nobody asked for, that is too much or no frame ends its link, and nothing else', async (context) => {
  const dir = await scratch(context)
  const ann = leaveAfter(context, await createRoom({ name: 'Ann', address, home: join(dir, 'ann') }))
  const neighbor = ann.self.address
  const bob = leaveAfter(context, await joinRoom({ name: 'Bob', address, neighbor }))
  const foe = await Foe.mint()
  const { wire: member } = await enter(foe, neighbor)
  await until(ann, 'members', () => ann.members.length === 3, 'the attacker is a member')
  const path = join(dir, 'f.bin')
  const content = randomBytes(2 * mib + 1)
  await writeFile(path, content)
  const { file } = await ann.files.offer(path)
  const told: string[] = []
  ann.direct.on('private', ({ text }) => told.push(text))
  ann.files.on('fetched', ({ id }) => told.push(id))

  const want: DirectFrame = { type: 'want', hash: file.hash }
  const get = (piece: number): DirectFrame => ({ type: 'get', piece })
  const opened = async (): Promise<Direct> => {
    const direct = await Direct.dial(foe, neighbor, ann.id)
    await direct.until('opened')
    return direct
  }
  const lies: Record<string, (direct: Direct) => void | Promise<void>> = {
    'data that nobody asked for': (direct) => direct.say({ type: 'data', bytes: content.subarray(0, 5) }),
    'hashes that nobody asked for': (direct) => direct.say({ type: 'have', hashes: content.subarray(0, 32) }),
    'taken for what was not sent': (direct) => direct.say({ type: 'taken', inc, n: 1, away: undefined }),
    'got for nothing': (direct) => direct.say({ type: 'got' }),
    'a piece without a file': (direct) => direct.say(get(0)),
    'a second opening': (direct) => direct.say({ type: 'open', room: ann.id as RoomId }),
    'a hash that is no hash': (direct) =>
      direct.wire.bytes(forge({ direct: { want: { hash: new Uint8Array(31) } } })),
    'a file that nobody has': (direct) => direct.say({ type: 'want', hash: '0'.repeat(64) }),
    'a piece that the file has not': (direct) => direct.say(want, get(3)),
    'a huge piece': (direct) =>
      direct.wire.bytes(encodeDirect(want), forge({ direct: { get: { piece: 2 ** 40 } } })),
    'thousands of pieces': (direct) => direct.say(want, ...Array.from({ length: 5000 }, () => get(0))),
    'data where a piece is asked for': (direct) =>
      direct.say(want, { type: 'data', bytes: content.subarray(0, 5) }),
    'a text that is too long': (direct) =>
      direct.wire.bytes(
        forge({
          direct: { private: { inc: Buffer.from(inc, 'hex'), n: 1, text: 'x'.repeat(65_537), wall: 1 } },
        }),
      ),
    'a frame of the room': (direct) => direct.wire.say(foe.hello(ann.id as RoomId)),
    'a frame of no kind': (direct) => direct.wire.bytes(forge({ direct: {} })),
    'a length that no frame has': (direct) => direct.wire.bytes(prefixed(new Uint8Array(0), frameBytesMax)),
    'bytes that are no frame': (direct) => direct.wire.bytes(prefixed(Buffer.alloc(100, 0xff), 100)),
  }
  for (const [what, lie] of Object.entries(lies)) {
    const direct = await opened()
    await lie(direct)
    await direct.wire.ended().catch((error: unknown) => {
      throw new Error(what, { cause: error })
    })
  }
  // A first frame that is not of this room tells nothing.
  const lost = await Direct.dial(foe, neighbor, '0'.repeat(32))
  assert.deepEqual(await lost.until('refused'), { type: 'refused', why: 'notAMember' })
  await lost.wire.ended()
  assert.deepEqual(told, [])

  // More links than one member may have: those above are refused, and none of the others is disturbed.
  const many = await Promise.all(
    Array.from({ length: 100 }, () => Direct.dial(foe, neighbor, ann.id).catch(() => undefined)),
  )
  const waits = many
    .filter((direct) => direct !== undefined)
    .map((direct) => direct.wire.until(() => direct.heard[0]?.type, 'a reply').catch(() => 'shut'))
  const replies = await Promise.all(waits)
  assert.ok(replies.filter((reply) => reply === 'opened').length <= directPerPeerMax, replies.join(' '))
  // One of them fetches without reading on: what waits for it is bounded, and it holds nobody up.
  const greedy = many.find((direct) => direct?.heard[0]?.type === 'opened')
  greedy?.wire.socket.pause()
  greedy?.say(want, get(0), get(1), get(2))

  await within(bob.say('still here'), 'a message')
  await within(bob.direct.send(ann.self.id, 'psst'), 'a private message')
  const { path: got } = await within(bob.files.receive(file, { folder: join(dir, 'bob') }), 'the file')
  assert.ok(got.endsWith('f.bin'))
  assert.deepEqual(new Set(told), new Set(['psst', bob.self.id]))
  assert.equal(told.length, 2)
  assert.ok(ann.members.some(({ id }) => id === bob.self.id))
  for (const direct of many) direct?.wire.destroy()
  member.destroy()
})
