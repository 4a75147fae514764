// Private messages and /away against lines that the test plays: what is bounded, retried, taken back and ended.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Inc, Uid } from '../../src/core/model/ids.ts'
import type { Line, LineUser, NoLink } from '../../src/peer/direct/direct-links.ts'
import type { PrivateEntry } from '../../src/peer/direct/private-file.ts'
import { PrivateTalk } from '../../src/peer/direct/private-talk.ts'
import type { RoomMember } from '../../src/peer/room.ts'
import type { DirectFrame } from '../../src/wire/direct-codec.ts'
import { FakeClock } from './fakes.ts'

const ann = 'a'.repeat(32) as Uid
const bob = 'b'.repeat(32) as Uid
const inc = '1'.repeat(28) as Inc

type Played = { said: DirectFrame[]; isClosed: boolean; user: LineUser }

function member(id: string): RoomMember {
  return { id, name: id.slice(0, 1), address: '10.0.0.1:1' } as RoomMember
}

/** Ann's node. `lines`: those that it opened, all of which are taken. */
function setUp({ isBegun = true } = {}) {
  const clock = new FakeClock()
  const lines: Played[] = []
  const entries: PrivateEntry[] = []
  const line = (played: Played): Line => ({
    uid: bob,
    send: (frame) => void played.said.push(frame),
    hold: () => undefined,
    close: () => {
      if (played.isClosed) return
      played.isClosed = true
      queueMicrotask(() => played.user?.closed('closed'))
    },
  })
  const open = (_uid: Uid, ready: (line: Line) => LineUser): (() => void) => {
    const played = { said: [], isClosed: false } as unknown as Played
    lines.push(played)
    return clock.after(0, () => void (played.user = ready(line(played))))
  }
  const talk = new PrivateTalk({
    links: { open },
    clock,
    self: { uid: ann, inc },
    members: () => [member(ann), member(bob)],
    file: {
      entries: [],
      append: async (entry) => void entries.push(entry),
      close: async () => void entries.push({ type: 'dropped', id: 'closed' }),
    },
  })
  if (isBegun) talk.begin()
  /** Bob opens a line and says this first. */
  const serve = (first: DirectFrame): { played: Played; served: ReturnType<PrivateTalk['serve']> } => {
    const played = { said: [], isClosed: false } as unknown as Played
    const served = talk.serve(line(played), first)
    if (served && served !== 'busy') played.user = served
    return { played, served }
  }
  /** Timers, and the promises behind them. */
  const pass = async (ms: number): Promise<void> => {
    for (const end = clock.now + ms; clock.now < end;) {
      clock.pass(Math.min(50, end - clock.now))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const ended = (at: number, why: NoLink): void => lines[at]?.user.closed(why)
  return { clock, talk, lines, entries, serve, pass, ended }
}

function privateOf(n: number, text: string): DirectFrame & { type: 'private' } {
  return { type: 'private', inc, n, text, wall: 1 }
}

test('one member has only so much written down here; what is too much is refused as busy, and comes later', async () => {
  const { entries, serve, pass } = setUp()
  const text = 'x'.repeat(65_536)
  const { played } = serve(privateOf(1, text))
  for (let n = 2; n <= 100; n++) played.user.received(privateOf(n, text))
  await pass(50)
  const taken = entries.length
  assert.ok(taken > 20 && taken < 40, `${taken} are written down`)
  assert.ok(played.said.some((frame) => frame.type === 'refused' && frame.why === 'busy'))
  assert.ok(played.isClosed)
  await pass(10_000)
  const again = serve(privateOf(taken + 1, text))
  await pass(50)
  assert.equal(again.played.said[0]?.type, 'taken')
  assert.equal(entries.length, taken + 1)
})

test('who comes in later is told of /away, also while it is busy', async () => {
  const newcomer = setUp({ isBegun: false })
  const { served, played } = newcomer.serve({ type: 'away', away: 'lunch' })
  assert.ok(served && served !== 'busy')
  assert.equal(newcomer.talk.awayOf(bob), 'lunch')
  served.received(privateOf(1, 'x'))
  assert.deepEqual(played.said, [{ type: 'refused', why: 'busy' }])
  const { talk, lines, pass, ended } = setUp()
  talk.setAway('lunch')
  await pass(100)
  assert.equal(lines[0]?.said.length, 1)
  ended(0, 'busy')
  await pass(1000)
  assert.deepEqual(lines[1]?.said, [{ type: 'away', away: 'lunch' }])
})

test('what is to be kept is written down before the end, and what is not fails at once', async () => {
  const { talk, entries, pass } = setUp()
  const kept = talk.send(bob, 'kept', { keep: true })
  const lost = assert.rejects(talk.send(bob, 'lost'), { code: 'ERR_LEFT' })
  await pass(50)
  await talk.end()
  assert.equal((await kept).state, 'kept')
  await lost
  assert.deepEqual(
    entries.map(({ type }) => type),
    ['kept', 'dropped'],
  )
})

test('a line on which a message was not answered in time is not used again', async () => {
  const { talk, lines, pass } = setUp()
  const silent = assert.rejects(talk.send(bob, 'one'), { code: 'ERR_UNREACHABLE' })
  await pass(5100)
  await silent
  assert.ok(lines[0]?.isClosed)
  const sent = talk.send(bob, 'two')
  await pass(600)
  const second = lines[1]?.said[0]
  assert.ok(second?.type === 'private' && second.text === 'two')
  lines[1]?.user.received({ type: 'taken', inc, n: second.n, away: undefined })
  assert.equal((await sent).state, 'delivered')
})

test('what failed and is kept then goes out under its first name', async () => {
  const { talk, lines, pass } = setUp()
  const late = assert.rejects(talk.send(bob, 'once'), { code: 'ERR_UNREACHABLE' })
  await pass(5100)
  await late
  const kept = talk.send(bob, 'once', { keep: true })
  await pass(600)
  const [first, second] = [lines[0]?.said[0], lines[1]?.said[0]]
  assert.equal(first?.type, 'private')
  assert.deepEqual(second, first)
  await pass(5100)
  assert.equal((await kept).state, 'kept')
})

test('a kept message that is dropped does not go out any more; those behind it come after it', async () => {
  const { talk, lines, pass, ended } = setUp()
  const kept = talk.send(bob, 'old', { keep: true })
  await pass(50)
  ended(0, 'notTaken')
  const { id } = await kept
  void talk.send(bob, 'new').catch(() => undefined)
  await pass(50)
  const texts = (at: number) => lines[at]?.said.map((frame) => (frame.type === 'private' ? frame.text : ''))
  assert.deepEqual(texts(1), ['old', 'new'])
  assert.equal(await talk.drop(id), true)
  await pass(600)
  assert.deepEqual(texts(2), ['new'])
  await talk.end()
})

test('a member that says without end whether it is away is told of once a second, as it is then', async () => {
  const { talk, serve, pass } = setUp()
  const told: (string | undefined)[] = []
  talk.on('away', ({ text }) => void told.push(text))
  const { played } = serve({ type: 'away', away: '0' })
  for (let i = 1; i <= 5000; i++) played.user.received({ type: 'away', away: String(i) })
  assert.deepEqual(told, ['0'])
  await pass(1100)
  assert.deepEqual(told, ['0', '5000'])
  assert.equal(talk.awayOf(bob), '5000')
})
