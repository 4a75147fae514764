// A file that is fetched from members that the test plays: lies, silence, slowness, and what comes of it.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'

import type { Uid } from '../../src/core/model/ids.ts'
import type { Line, LineUser } from '../../src/peer/direct/direct-links.ts'
import { fetchFile } from '../../src/peer/direct/fetching.ts'
import type { FilePort } from '../../src/peer/direct/file-port.ts'
import type { RoomMember } from '../../src/peer/room.ts'
import type { DirectFrame } from '../../src/wire/direct-codec.ts'
import { dataBytesMax, hashBytes, pieceBytes } from '../../src/wire/limits.ts'
import { FakeClock, settle } from './fakes.ts'

const sha = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const content = randomBytes(2 * pieceBytes + 100)
const pieces = [0, 1, 2].map((piece) => content.subarray(piece * pieceBytes, (piece + 1) * pieceBytes))
const hashes = Buffer.concat(pieces.map(sha))
const file = { name: 'f.bin', size: content.length, hash: sha(hashes).toString('hex') }

/** What a member does with each frame that it is sent. */
type Played = (frame: DirectFrame, say: (frame: DirectFrame) => void) => void

function dataOf(bytes: Uint8Array, say: (frame: DirectFrame) => void): void {
  for (let at = 0; at < bytes.length; at += dataBytesMax)
    say({ type: 'data', bytes: bytes.subarray(at, at + dataBytesMax) })
}

const honest: Played = (frame, say) => {
  if (frame.type === 'want') say({ type: 'have', hashes })
  if (frame.type === 'get') dataOf(pieces[frame.piece]!, say)
}

/** Fetches from these members, in their order. `asked`: of which one, how often. */
function stage(members: Readonly<Record<string, Played>>) {
  const clock = new FakeClock()
  const asked: string[] = []
  const written = new Map<number, Buffer>()
  const open = (uid: Uid, ready: (line: Line) => LineUser): (() => void) => {
    asked.push(uid)
    let user: LineUser | undefined
    let isClosed = false
    const close = (): void => {
      if (isClosed) return
      isClosed = true
      queueMicrotask(() => user?.closed('closed'))
    }
    const say = (frame: DirectFrame): void => {
      if (!isClosed) user?.received(frame)
    }
    const send = (frame: DirectFrame): void => {
      // As the other end hears it: in a later turn.
      if (!isClosed) setImmediate(() => members[uid]?.(frame, say))
    }
    return clock.after(0, () => (user = ready({ uid, send, close, hold: () => undefined })))
  }
  const disk: Pick<FilePort, 'isListOf' | 'begin'> = {
    isListOf: (list, hash) => sha(list).toString('hex') === hash,
    begin: async () => ({
      pieces: 0,
      write: async (piece, bytes) => {
        if (!sha(bytes).equals(hashes.subarray(piece * hashBytes, (piece + 1) * hashBytes))) return false
        written.set(piece, Buffer.from(bytes))
        return true
      },
      finish: async () => '/f.bin',
      close: async () => undefined,
    }),
  }
  let end: unknown
  const fetched = fetchFile({
    links: { open },
    disk: disk as FilePort,
    clock,
    sources: () => Object.keys(members).map((id) => ({ id, name: id }) as RoomMember),
    file,
    folder: '/',
    progress: () => undefined,
    isAborted: () => false,
  })
  fetched.then(
    (shared) => (end = shared),
    (error: unknown) => (end = error),
  )
  /** Lets time pass until the fetch is over. Unit: ms. */
  const pass = async (ms: number): Promise<unknown> => {
    for (let passed = 0; passed < ms && end === undefined; passed += 20) {
      clock.pass(20)
      await settle()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return end
  }
  return { pass, asked, whole: () => Buffer.concat([0, 1, 2].map((piece) => written.get(piece)!)) }
}

const lies: Readonly<Record<string, Played>> = {
  'data that nobody asked for': (frame, say) => {
    if (frame.type === 'want') say({ type: 'data', bytes: new Uint8Array(1) })
  },
  'the hashes of another file': (frame, say) => {
    if (frame.type === 'want') say({ type: 'have', hashes: Buffer.alloc(3 * hashBytes) })
  },
  'more hashes than there are pieces': (frame, say) => {
    if (frame.type === 'want')
      for (let i = 0; i < 4; i++) say({ type: 'have', hashes: hashes.subarray(0, hashBytes) })
  },
  'hashes again': (frame, say) => {
    honest(frame, say)
    if (frame.type === 'get') say({ type: 'have', hashes })
  },
  'a wrong piece': (frame, say) => {
    if (frame.type === 'get') dataOf(new Uint8Array(pieceBytes), say)
    else honest(frame, say)
  },
  'more bytes than a piece has': (frame, say) => {
    honest(frame, say)
    if (frame.type === 'get') for (let i = 0; i < 100; i++) dataOf(new Uint8Array(pieceBytes), say)
  },
  'a piece in empty words': (frame, say) => {
    if (frame.type === 'get') say({ type: 'opened' })
    else honest(frame, say)
  },
  'taken for what was not sent': (frame, say) => {
    if (frame.type === 'want') say({ type: 'taken', inc: '1'.repeat(28) as never, n: 1, away: undefined })
  },
  'want for want': (frame, say) => {
    if (frame.type === 'want') say({ type: 'want', hash: file.hash })
  },
  'nothing at all': () => undefined,
}

for (const [what, liar] of Object.entries(lies))
  test(`a member that sends ${what} is left for one that has the file`, async () => {
    const { pass, asked, whole } = stage({ liar, honest })
    const end = await pass(10_000)
    assert.equal((end as { path?: string }).path, '/f.bin', String(end))
    assert.deepEqual(asked.slice(0, 2), ['liar', 'honest'])
    assert.ok(whole().equals(content))
  })

/** A few bytes a frame, one frame for each 20 ms that pass. */
function slow(bytes: number): { member: Played; tick: () => void } {
  let say: ((frame: DirectFrame) => void) | undefined
  const waiting: Uint8Array[] = []
  return {
    member: (frame, tell) => {
      say = tell
      if (frame.type === 'want') tell({ type: 'have', hashes })
      if (frame.type === 'get')
        for (let piece = pieces[frame.piece]!, at = 0; at < piece.length; at += bytes)
          waiting.push(piece.subarray(at, at + bytes))
    },
    tick: () => {
      const next = waiting.shift()
      if (next) say?.({ type: 'data', bytes: next })
    },
  }
}

test('a member that is very slow is left for another, and is not left again where nobody else has it', async () => {
  for (const other of [honest, ((frame, say) => frame.type === 'want' && say({ type: 'lack' })) as Played]) {
    // 50 frames a second: 25 kB/s, and 200 kB/s once it was left.
    const crawling = slow(500)
    const walking = slow(4000)
    let opened = 0
    const member: Played = (frame, say) => {
      if (frame.type === 'want') opened++
      ;(opened < 2 ? crawling : walking).member(frame, say)
    }
    const { pass, asked, whole } = stage({ slow: member, other })
    let end: unknown
    for (let passed = 0; passed < 60_000 && end === undefined; passed += 20) {
      end = await pass(20)
      crawling.tick()
      walking.tick()
    }
    assert.equal((end as { path?: string }).path, '/f.bin', String(end))
    assert.deepEqual(asked, other === honest ? ['slow', 'other'] : ['slow', 'other', 'slow'])
    assert.ok(whole().equals(content))
  }
})
