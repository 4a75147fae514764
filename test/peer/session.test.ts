// The room as programs see it, over a core that does what each test says.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Effect, StopReason } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Compared } from '../../src/core/model/frames.ts'
import type { Address, LinkId, Namespace, RoomId, RoomKey, RoomKeyId, Uid } from '../../src/core/model/ids.ts'
import {
  lastAseq,
  noChain,
  type Digest,
  type Part,
  type StampedRecord,
} from '../../src/core/model/records.ts'
import type { Message } from '../../src/peer/room.ts'
import { RingleaderError } from '../../src/peer/errors.ts'
import { Session } from '../../src/peer/session.ts'
import {
  ann,
  annAddr,
  bob,
  bobAddr,
  FakeClock,
  FakeStore,
  FakeTransport,
  fakeHome,
  inc,
  part,
  record,
  scripted,
  settle,
} from './fakes.ts'
import { FakeDirect, FakeFiles, FakeWatching } from '../terminal/fake-direct.ts'

const key = 'e'.repeat(32) as RoomKey
const lockedRoom = '9'.repeat(32) as RoomId

type Script = Parameters<typeof scripted>[0]

/** A room whose core takes what is said, and says `inject`ed effects at the next drained link. */
function setUp(
  options: {
    log?: StampedRecord[]
    outbox?: Part[]
    script?: Script
    advertised?: Address
    /** The room is locked, and has this key. */
    key?: RoomKey
    /** It happens while the room is being opened. */
    before?: (session: Session) => void
  } = {},
) {
  const clock = new FakeClock()
  const store = new FakeStore(options.log, options.outbox)
  const transport = new FakeTransport()
  if (options.key) store.stored.room = lockedRoom
  let aseq = options.outbox?.map(lastAseq).at(-1) ?? 0
  let pos = store.stored.end
  let keys = 0
  let n = 0
  let pending: Effect[] = []
  const heard: Event[] = []
  const step = scripted({
    said: ({ messages }) => {
      const made = part(ann, aseq + 1, ...messages.map(({ text }) => text))
      aseq += messages.length
      return [{ type: 'pending', part: made }]
    },
    linkDrained: () => pending.splice(0),
    ...options.script,
  })
  const released: string[] = []
  const session = new Session({
    core: {
      step: (event) => {
        heard.push(event)
        return step(event)
      },
      glance: () => ({ status: 'open', term: 1, end: pos, clock: 42, key: options.key }),
      unsent: () => [],
    },
    transport,
    store,
    home: fakeHome,
    clock,
    self: { uid: ann, inc, name: 'Ann', addr: annAddr },
    listening: annAddr,
    addressFor: (listening) => options.advertised ?? listening,
    noticeOf: (line) => (line.type === 'stored' ? undefined : `about ${line.type}`),
    invitationOf: ({ room, key, addresses }) => `${addresses.join(',')}/${room}#${key}`,
    newKey: () => String(++keys).padStart(32, 'c') as RoomKey,
    direct: new FakeDirect(),
    files: new FakeFiles(),
    watching: new FakeWatching(),
    nameKey: (named) => `id of ${named.slice(-1)}` as RoomKeyId,
    entering: () => Promise.resolve(),
    release: async (error) => {
      released.push('all')
      await store.close()
      return error
    },
  })
  store.attach(session.storeSink)
  const inject = (...effects: Effect[]): void => {
    pending = effects
    session.transportSink.drained(1 as never)
  }
  /** Records take their place: shown, then written, as the core does it. */
  const place = (records: StampedRecord[], show: 'each' | 'range' | 'not' = 'each'): void => {
    const from = pos + 1
    const placed = records.map((r) => ({ pos: ++pos, record: r, fresh: true, chain: noChain }))
    const each: Effect[] = placed.map(({ pos: at, record: r }) => ({ type: 'deliver', pos: at, record: r }))
    const persist: Effect = {
      type: 'persist',
      n: ++n,
      write: { records: placed, outboxPut: [], outboxDrop: [] },
    }
    if (show === 'range') {
      inject(persist)
      store.commit()
      inject({ type: 'deliverRange', from, to: pos })
    } else inject(...(show === 'each' ? each : []), persist)
  }
  const enter = async (): Promise<void> => {
    inject({ type: 'entered' })
    await settle()
    clock.pass(1)
    await settle()
  }
  options.before?.(session)
  session.start({ type: 'started', mode: 'create', contacts: [] })
  return { clock, store, transport, session, inject, place, enter, heard, released }
}

/** The texts of each part that the core was given. */
function said(heard: readonly Event[]): string[][] {
  return heard.flatMap((event) => (event.type === 'said' ? [event.messages.map(({ text }) => text)] : []))
}

function texts(messages: readonly Message[]): string {
  return messages.map(({ text, late }) => (late ? `+${text}` : text)).join(' ')
}

/** The core says that Ann's part whose first message has this number is sent; by itself it has one message. */
function sentAs(aseq: number, ts: number | undefined, ...texts: string[]): Effect {
  return { type: 'sent', part: part(ann, aseq, ...texts), ts }
}

/** Collects until `count` came. */
async function take(from: AsyncIterable<Message>, count: number): Promise<Message[]> {
  const got: Message[] = []
  for await (const message of from) {
    got.push(message)
    if (got.length === count) break
  }
  return got
}

test('a message that has another name now resolves under that', async () => {
  const { session, inject, clock } = setUp()
  const saying = [session.say('one')]
  await settle()
  clock.pass(4)
  saying.push(session.say('two'))
  await settle()
  // The places of one list may overlap.
  const parts = [1, 2].map((aseq) => ({ from: part(ann, aseq), to: part(ann, aseq + 1) }))
  inject({ type: 'reissued', parts }, sentAs(2, 9), sentAs(3, 10))
  assert.deepEqual(await Promise.all(saying), [
    { id: `${ann}:${inc}:2`, ts: 9 },
    { id: `${ann}:${inc}:3`, ts: 10 },
  ])
  assert.equal(session.unsent, 0)
})

test('the core hears what the wall clock shows when it begins', () => {
  const { clock, heard } = setUp()
  assert.equal(heard[0]?.type === 'started' && heard[0].wall, clock.wall())
})

test('another address of the machine: people and the core are told once, and the room shows it', async () => {
  const address = '127.0.0.2:4001' as Address
  const { session, heard } = setUp()
  const notices: string[] = []
  session.on('notice', ({ text }) => notices.push(text))
  session.transportSink.addressMoved(address)
  assert.deepEqual(heard.at(-1), { type: 'moved', addr: address })
  assert.equal(session.self.address, address)
  await settle()
  assert.deepEqual(notices, ['about moved'])
})

test('an address that changes while the room is being opened reaches the core behind its start', () => {
  const address = '127.0.0.2:4001' as Address
  const { heard } = setUp({ before: (session) => session.transportSink.addressMoved(address) })
  assert.deepEqual(
    heard.map(({ type }) => type),
    ['started', 'moved'],
  )
})

test('behind an advertised address the core opens its links anew, and others are told nothing new', () => {
  const { session, heard } = setUp({ advertised: annAddr })
  const lines: string[] = []
  session.on('log', ({ line }) => lines.push(line.type === 'error' ? line.text : line.type))
  session.transportSink.addressMoved('127.0.0.2:4001' as Address)
  assert.deepEqual(heard.at(-1), { type: 'moved', addr: annAddr })
  assert.deepEqual([session.self.address, session.listening], [annAddr, '127.0.0.2:4001'])
  assert.match(
    lines.join(),
    /listens at 127\.0\.0\.2:4001 now; others reach it at 127\.0\.0\.1:4001 as before/,
  )
})

test('say resolves when sent, post when taken, with the id of the message', async () => {
  const { session, inject } = setUp()
  const pending: string[] = []
  session.on('pending', ({ id, text }) => pending.push(`${id.slice(-2)} ${text}`))
  const saying = session.say('one')
  const { id } = await session.post('two')
  assert.equal(id, `${ann}:${inc}:2`)
  assert.equal(session.unsent, 2)
  inject(sentAs(1, 9, 'one', 'two'))
  assert.deepEqual(await saying, { id: `${ann}:${inc}:1`, ts: 9 })
  assert.equal(session.unsent, 0)
  assert.deepEqual(pending, [':1 one', ':2 two'])
})

test('no more than 4096 messages are unsent at a time; further ones wait and keep their order', async () => {
  const { session, inject, heard } = setUp()
  const count = 9000
  const all = Array.from({ length: count }, (_, i) => session.say(`${i}`))
  await settle()
  assert.deepEqual(
    said(heard).map(({ length }) => length),
    [1024, 1024, 1024, 1024],
  )
  assert.equal(session.unsent, count)
  let aseq = 1
  for (let at = 0; at < said(heard).length; at++) {
    const one = said(heard)[at] ?? []
    inject(sentAs(aseq, aseq, ...one))
    aseq += one.length
    await settle()
  }
  const done = await Promise.all(all)
  assert.deepEqual(
    said(heard).flat(),
    Array.from({ length: count }, (_, i) => `${i}`),
  )
  assert.deepEqual(
    done.map(({ ts }) => ts),
    Array.from({ length: count }, (_, i) => i + 1),
  )
})

test('while messages are on the way, those of 4 ms share a part; a full one, and the first, leave at once', async () => {
  const { session, inject, heard, clock } = setUp()
  const say = async (...all: string[]): Promise<void> => {
    for (const text of all) session.say(text).catch(() => {})
    await settle()
  }
  await say('first')
  assert.deepEqual(said(heard), [['first']])
  await say('a')
  clock.pass(3)
  await say('b')
  assert.equal(said(heard).length, 1)
  clock.pass(1)
  assert.deepEqual(said(heard)[1], ['a', 'b'])

  // Nobody waits for what was long ago.
  clock.pass(10)
  await say('c')
  assert.deepEqual(said(heard)[2], ['c'])
  // The last six do not fill a part, so they wait.
  await say(...Array.from({ length: 1030 }, () => 'full'))
  const lengths = () => said(heard).map(({ length }) => length)
  assert.deepEqual(lengths(), [1, 2, 1, 1024])
  clock.pass(4)
  assert.deepEqual(lengths(), [1, 2, 1, 1024, 6])
  // A caller that waits until its message is taken is not made to wait.
  session.post('taken').catch(() => {})
  await settle()
  assert.deepEqual(said(heard).at(-1), ['taken'])

  // With nothing on the way a message does not wait.
  inject(sentAs(1, 1, 'first'), sentAs(2, 2, 'a', 'b'), sentAs(4, 4, 'c'))
  inject(sentAs(5, 5, ...Array.from({ length: 1024 }, () => 'full')))
  inject(sentAs(1029, 1029, ...Array.from({ length: 6 }, () => 'full')), sentAs(1035, 1035, 'taken'))
  assert.equal(session.unsent, 0)
  await say('alone')
  assert.deepEqual(said(heard).at(-1), ['alone'])
})

test('no more than 1 MiB is unsent at a time', async () => {
  const { session, heard } = setUp()
  const text = 'x'.repeat(65_536)
  for (let i = 0; i < 100; i++) session.post(text).catch(() => {})
  await settle()
  assert.equal(said(heard).flat().length, 16)
})

test('what is said in one turn is one part, and its messages get consecutive ids and timestamps', async () => {
  const { session, inject, heard } = setUp()
  const told: string[] = []
  session.on('pending', ({ id, text }) => told.push(`${id.slice(-2)} ${text}`))
  session.on('sent', ({ id, ts }) => told.push(`${id.slice(-2)} sent ${ts}`))
  const saying = [session.say('one'), session.say('two', { action: true })]
  // Promises that follow belong to the turn.
  await Promise.resolve()
  saying.push(session.say('three'))
  assert.deepEqual(said(heard), [])
  await settle()
  assert.deepEqual(said(heard), [['one', 'two', 'three']])
  inject(sentAs(1, 7, 'one', 'two', 'three'))
  const ids = [1, 2, 3].map((n) => `${ann}:${inc}:${n}`)
  assert.deepEqual(
    await Promise.all(saying),
    ids.map((id, i) => ({ id, ts: 7 + i })),
  )
  assert.deepEqual(told, [':1 one', ':2 two', ':3 three', ':1 sent 7', ':2 sent 8', ':3 sent 9'])
  assert.equal(session.unsent, 0)
  session.post('four').catch(() => {})
  await settle()
  assert.deepEqual(said(heard)[1], ['four'])
})

test('a part has no more text than two messages may have; the rest goes into the next', async () => {
  const { session, heard } = setUp()
  for (const length of [65_536, 40_000, 25_536, 1, 65_536, 65_536, 5])
    session.post('x'.repeat(length)).catch(() => {})
  await settle()
  assert.deepEqual(
    said(heard).map((texts) => texts.map(({ length }) => length)),
    [
      [65_536, 40_000, 25_536],
      [1, 65_536],
      [65_536, 5],
    ],
  )
})

test('a part that is refused rejects each of its messages, and no other', async () => {
  let full = true
  const { session, inject } = setUp({
    script: {
      said: ({ messages }) =>
        full
          ? [{ type: 'refuse', count: messages.length, why: 'disk-full' }]
          : [{ type: 'pending', part: part(ann, 1, ...messages.map(({ text }) => text)) }],
    },
  })
  const refused = [session.say('one'), session.post('two'), session.say('three')]
  for (const saying of refused) await assert.rejects(saying, { code: 'ERR_DISK_FULL' })
  assert.equal(session.unsent, 0)
  full = false
  const saying = [session.say('four'), session.say('five')]
  await settle()
  inject(sentAs(1, 3, 'four', 'five'))
  assert.deepEqual(
    (await Promise.all(saying)).map(({ ts }) => ts),
    [3, 4],
  )
})

test('a part that has another name now: each of its messages resolves under its own', async () => {
  const { session, inject } = setUp()
  const saying = [session.say('one'), session.say('two')]
  await settle()
  inject({
    type: 'reissued',
    parts: [{ from: part(ann, 1, 'one', 'two'), to: part(ann, 2, 'one', 'two') }],
  })
  inject(sentAs(2, 9, 'one', 'two'))
  assert.deepEqual(await Promise.all(saying), [
    { id: `${ann}:${inc}:2`, ts: 9 },
    { id: `${ann}:${inc}:3`, ts: 10 },
  ])
})

test('a title that has another name now is not counted: it was not said', async () => {
  const { session, inject } = setUp()
  const saying = session.say('one')
  await settle()
  const title = (aseq: number): Part => part(ann, aseq, 'a title')
  const parts = [
    { from: part(ann, 1, 'one'), to: part(ann, 1, 'one') },
    { from: title(2), to: title(2) },
  ]
  inject({ type: 'reissued', parts }, { type: 'sent', part: title(2), ts: 4 })
  assert.equal(session.unsent, 1)
  inject(sentAs(1, 3, 'one'))
  await saying
  assert.equal(session.unsent, 0)
})

test('what was said before a new name, or before the room is left, goes out before that', async () => {
  const { session, heard } = setUp()
  session.post('as Ann').catch(() => {})
  session.rename('Anna')
  session.post('last words').catch(() => {})
  void session.leave({ waitMs: 0 })
  assert.deepEqual(
    heard.slice(1).map(({ type }) => type),
    ['said', 'renamed', 'said', 'leaveRequested'],
  )
})

test('a room that breaks before it took what was said in that turn rejects it', async () => {
  const { session, store } = setUp()
  const saying = session.say('one')
  store.sink.failed(new Error('disk'))
  await assert.rejects(saying, { code: 'ERR_LEFT' })
})

test('messages that an earlier process left unsent count, and are reported when sent', () => {
  const { session, inject } = setUp({ outbox: [part(ann, 1), part(ann, 2)] })
  const sent: string[] = []
  session.on('sent', ({ id }) => sent.push(id))
  assert.equal(session.unsent, 2)
  inject(sentAs(1, undefined), sentAs(2, 5))
  assert.equal(session.unsent, 0)
  assert.deepEqual(sent, [`${ann}:${inc}:1`, `${ann}:${inc}:2`])
})

test('text that cannot be sent is refused with a named error', async () => {
  const { session } = setUp()
  await assert.rejects(session.say(''), { code: 'ERR_USAGE' })
  await assert.rejects(session.say(5 as unknown as string), { code: 'ERR_USAGE' })
  await assert.rejects(session.say('é'.repeat(32_769)), { code: 'ERR_MESSAGE_TOO_LONG' })
  assert.equal(session.unsent, 0)
  session.post('é'.repeat(32_768)).catch(() => {})
  session.post('\u{1f600}'.repeat(16_384)).catch(() => {})
  assert.equal(session.unsent, 2, 'exactly the limit is taken')
})

test('half a surrogate pair is replaced before anybody sees it', async () => {
  const { session, heard } = setUp()
  session.post('a\ud800b').catch(() => {})
  await settle()
  assert.deepEqual(said(heard), [['a\ufffdb']])
})

test('while the disk is full new messages are refused, and only then', async () => {
  let full = true
  const { session, inject } = setUp({
    script: {
      said: ({ messages }) =>
        full
          ? [{ type: 'refuse', count: 1, why: 'disk-full' }]
          : [{ type: 'pending', part: part(ann, 1, messages[0]?.text ?? '') }],
    },
  })
  await assert.rejects(session.say('one'), { code: 'ERR_DISK_FULL' })
  full = false
  const saying = session.say('two')
  await settle()
  inject(sentAs(1, 3))
  assert.deepEqual(await saying, { id: `${ann}:${inc}:1`, ts: 3 })
})

test('a lock is reported as one, new messages are refused meanwhile, and nothing ends, even before the room is open', async () => {
  let blocked = false
  const { session, store, inject, enter, released } = setUp({
    script: {
      said: ({ messages }) =>
        blocked
          ? [{ type: 'refuse', count: 1, why: 'disk-full' }]
          : [{ type: 'pending', part: part(ann, 1, messages[0]?.text ?? '') }],
      diskFilled: () => {
        blocked = true
        return [{ type: 'log', line: { type: 'disk', state: 'full' } }]
      },
      diskFreed: () => {
        blocked = false
        return [{ type: 'log', line: { type: 'disk', state: 'freed' } }]
      },
    },
  })
  const notices: string[] = []
  session.on('log', ({ line }) => notices.push(line.type === 'disk' ? `disk ${line.state}` : line.type))
  store.sink.blocked('locked')
  const refused = { code: 'ERR_HOME_UNUSABLE', message: /locked by another program/ }
  await assert.rejects(session.say('one'), refused)
  store.sink.freed()
  assert.deepEqual(notices, ['disk locked', 'disk unlocked'])
  const saying = session.say('two')
  await settle()
  inject(sentAs(1, 3))
  assert.equal((await saying).ts, 3)
  await enter()
  store.sink.blocked('full')
  await assert.rejects(session.say('three'), { code: 'ERR_DISK_FULL' })
  store.sink.blocked('locked')
  assert.deepEqual(notices.slice(2), ['disk full', 'disk locked'])
  inject({ type: 'stop', why: 'disk-full' })
  const closed = await new Promise<Error | undefined>((resolve) => session.on('close', resolve))
  assert.equal((closed as RingleaderError).code, 'ERR_HOME_UNUSABLE')
  assert.deepEqual(released, ['all'])
})

test('when the history is gone, or was not written, unsent messages are not reported as kept', async () => {
  for (const [code, isWritten, kept] of [
    ['ERR_HOME_UNUSABLE', true, /may be lost/],
    ['ERR_DAMAGED', true, /may be lost/],
    ['ERR_COMMIT_FAILED', false, /may be lost/],
    ['ERR_DISK_FULL', false, /may be lost/],
    ['ERR_COMMIT_FAILED', true, /is kept/],
  ] as const) {
    const { session, store } = setUp({
      script: {
        said: ({ messages }) => {
          const made = part(ann, 1, messages[0]?.text ?? '')
          const write = { records: [], outboxPut: [made], outboxDrop: [] }
          return [
            { type: 'pending', part: made },
            { type: 'persist', n: 1, write },
          ]
        },
      },
    })
    store.held = !isWritten
    const saying = session.say('one')
    await settle()
    store.sink.failed(new RingleaderError(code, 'the store failed'))
    await assert.rejects(saying, { code: 'ERR_NOT_SENT', message: kept }, code)
  }
})

test('message events begin after entered, in order, and late ones are marked', async () => {
  const { session, place, enter } = setUp({ log: [record(bob, 1, 5)] })
  const got: Message[] = []
  session.on('message', (message) => got.push(message))
  place([record(bob, 2, 10)], 'not')
  await settle()
  await enter()
  place([record(ann, 1, 12), record(bob, 3, 8), record(bob, 4, 13)])
  assert.equal(texts(got), 'a1 +b3 b4')
  assert.deepEqual(
    got.map(({ own, history }) => `${own} ${history}`),
    ['true false', 'false false', 'false false'],
  )
  assert.equal(session.size, 5)
})

test('a message before the last of the history is late', async () => {
  const { session, place, enter } = setUp({ log: [record(bob, 1, 20)] })
  const got: Message[] = []
  session.on('message', (message) => got.push(message))
  await enter()
  place([record(ann, 1, 19), record(ann, 2, 21)])
  assert.equal(texts(got), '+a1 a2')
})

test('no message is shown before a program that waits for entered can listen', async () => {
  const { session, inject, place, clock } = setUp()
  const got: Message[] = []
  inject({ type: 'entered' })
  place([record(ann, 1, 1)])
  await session.entered
  session.on('message', (message) => got.push(message))
  await settle()
  assert.equal(texts(got), '')
  clock.pass(1)
  await settle()
  assert.equal(texts(got), 'a1')
})

test('messages delivered while a range is read come behind it', async () => {
  const { session, place, enter } = setUp()
  await enter()
  const got: Message[] = []
  session.on('message', (message) => got.push(message))
  place([record(bob, 2, 4), record(bob, 1, 3), record(ann, 1, 5), record(ann, 2, 6)], 'range')
  place([record(bob, 3, 7)])
  await settle()
  assert.equal(texts(got), 'b1 b2 a1 a2 b3')
})

test('messages: history, then live, without gap or double', async () => {
  const { session, place, enter } = setUp({ log: [record(bob, 1, 1), record(bob, 2, 2), record(bob, 3, 3)] })
  const all = take(session.messages(), 6)
  const last = take(session.messages({ last: 1 }), 4)
  const now = take(session.messages({ since: 'now' }), 3)
  const after = take(session.messages({ since: `${bob}:${inc}:2` }), 4)
  await settle()
  await enter()
  place([record(ann, 1, 4), record(ann, 2, 5)])
  place([record(bob, 4, 3.5)])
  assert.equal(texts(await all), 'b1 b2 b3 a1 a2 +b4')
  assert.equal(texts(await last), 'b3 a1 a2 +b4')
  assert.equal(texts(await now), 'a1 a2 +b4')
  assert.equal(texts(await after), 'b3 a1 a2 +b4')
  assert.deepEqual((await all).map(({ history }) => history).slice(2, 4), [true, false])
})

test('a reader that begins while messages are not yet written misses and doubles none', async () => {
  const { session, place, enter, store } = setUp()
  await enter()
  store.held = true
  place([record(ann, 1, 1)])
  place([record(ann, 2, 2)])
  const reading = take(session.messages(), 4)
  await settle()
  place([record(ann, 3, 3)])
  store.commit()
  await settle()
  place([record(ann, 4, 4)])
  assert.equal(texts(await reading), 'a1 a2 a3 a4')
})

test('a slow reader reads from the store the messages that did not wait for it', async () => {
  const { session, place, enter, store } = setUp()
  await enter()
  const reading = session.messages({ since: 'now' })[Symbol.asyncIterator]()
  const first = reading.next()
  await settle()
  for (let i = 1; i <= 5000; i++) place([record(ann, i, i)])
  await settle()
  const got = [await first]
  for (let i = 2; i <= 5000; i++) got.push(await reading.next())
  assert.deepEqual(
    got.map(({ value }) => (value as Message).text),
    Array.from({ length: 5000 }, (_, i) => `a${i + 1}`),
  )
  assert.ok(store.reads > 0, 'the store was read')
  place([record(ann, 5001, 5001)])
  assert.equal(((await reading.next()).value as Message).text, 'a5001')
  assert.equal((await reading.return?.())?.value, undefined)
})

test('a message that is late for a listener is not late for a slow reader, which gets both in order', async () => {
  const { session, place, enter } = setUp()
  const heard: Message[] = []
  session.on('message', (message) => heard.push(message))
  await enter()
  const reading = session.messages({ since: 'now' })[Symbol.asyncIterator]()
  const got = [reading.next()]
  await settle()
  // The reader waits and keeps the first 1024; what follows it reads from the store, in transcript order.
  for (let i = 1; i <= 1024; i++) place([record(ann, i, i)])
  place([record(bob, 1, 3000), record(ann, 1025, 2000)])
  place([record(ann, 1026, 2500)])
  await settle()
  for (let i = 2; i <= 1027; i++) got.push(reading.next())
  const all = (await Promise.all(got)).map(({ value }) => value as Message)
  assert.equal(texts(heard.slice(1024)), 'b1 +a1025 +a1026')
  assert.equal(texts(all.slice(1024)), 'a1025 a1026 b1')
  await reading.return?.()
})

test('the last messages, and those after a message, may begin within a part', async () => {
  const log = [record(bob, 1, 1), record(bob, 2, 2, 'x', 'y', 'z'), record(bob, 5, 5)]
  const { session, place, enter } = setUp({ log })
  assert.equal(session.size, 5)
  assert.equal(texts(await take(session.history({ last: 3 }), 99)), 'y z b5')
  assert.equal(texts(await take(session.history({ last: 9 }), 99)), 'b1 x y z b5')
  const last = take(session.messages({ last: 2 }), 4)
  const after = take(session.messages({ since: `${bob}:${inc}:2` }), 5)
  const behind = take(session.messages({ since: `${bob}:${inc}:4` }), 3)
  await settle()
  await enter()
  place([record(ann, 1, 6, 'p', 'q')])
  assert.equal(texts(await last), 'z b5 p q')
  assert.equal(texts(await after), 'y z b5 p q')
  assert.equal(texts(await behind), 'b5 p q')
  const [y] = await after
  assert.deepEqual(
    [y?.id, y?.author, y?.ts, y?.time.getTime()],
    [`${bob}:${inc}:3`, bob, 3, 2],
    'each message has its own id, timestamp and time',
  )
  assert.equal(session.size, 7)
})

test('the messages of a part stay together, and are late together', async () => {
  const { session, place, enter } = setUp()
  const got: Message[] = []
  session.on('message', (message) => got.push(message))
  await enter()
  place([record(ann, 1, 10, 'a', 'b', 'c'), record(bob, 1, 11, 'd'), record(bob, 2, 9, 'e', 'f')])
  // The same part, stamped by another leader too, is not given out again.
  place([record(ann, 1, 20, 'a', 'b', 'c')])
  assert.equal(texts(got), 'a b c d +e +f')
  assert.deepEqual(
    got.map(({ ts }) => ts),
    [10, 11, 12, 11, 9, 10],
  )
})

test('a slow reader gets each message of each part once', async () => {
  const { session, place, enter, store } = setUp()
  await enter()
  const reading = session.messages({ since: 'now' })[Symbol.asyncIterator]()
  const first = reading.next()
  await settle()
  for (let i = 0; i < 2000; i++)
    place([record(ann, 1 + i * 3, 1 + i * 3, `${i * 3}`, `${i * 3 + 1}`, `${i * 3 + 2}`)])
  await settle()
  const got = [await first]
  for (let i = 1; i < 6000; i++) got.push(await reading.next())
  assert.deepEqual(
    got.map(({ value }) => (value as Message).text),
    Array.from({ length: 6000 }, (_, i) => `${i}`),
  )
  assert.ok(store.reads > 0, 'the store was read')
  await reading.return?.()
})

test('a reader ends when the room is left, after all that was shown', async () => {
  const { session, place, enter } = setUp({
    script: { leaveRequested: () => [{ type: 'stop', why: 'left' }] },
  })
  const reading = take(session.messages(), 99)
  await enter()
  place([record(ann, 1, 1), record(ann, 2, 2)])
  assert.deepEqual(await session.leave(), { unsent: 0, kept: true })
  assert.equal(texts(await reading), 'a1 a2')
  await assert.rejects(take(session.messages(), 1), { code: 'ERR_LEFT' })
})

test('since must be a message id', async () => {
  const { session } = setUp()
  await assert.rejects(take(session.messages({ since: 'yesterday' }), 1), { code: 'ERR_USAGE' })
})

test('a listener that throws does not affect the others, and its error is reported', async () => {
  const { session, inject, clock } = setUp()
  const got: string[] = []
  session.on('sent', () => {
    throw new Error('listener')
  })
  session.on('sent', ({ id }) => got.push(id))
  session.post('x').catch(() => {})
  await settle()
  inject(sentAs(1, 1))
  assert.deepEqual(got, [`${ann}:${inc}:1`])
  assert.throws(() => clock.pass(0), /listener/)
})

test('members and leader are reported when they change, and only then', () => {
  const { session, inject } = setUp()
  const me = { uid: ann, inc, name: 'Ann', addr: annAddr }
  const other = { uid: bob, inc, name: 'Bob', addr: bobAddr }
  const told: string[] = []
  session.on('members', (members) => told.push(members.map((m) => m.name + (m.leader ? '*' : '')).join()))
  session.on('leader', (leader) => told.push(`leader ${leader?.name} ${leader?.term}`))
  assert.deepEqual(
    session.members.map(({ name }) => name),
    ['Ann'],
  )
  inject({ type: 'membersChanged', members: [me, other], leader: me })
  inject({ type: 'leaderChanged', leader: me, term: 1 })
  inject({ type: 'leaderChanged', leader: other, term: 2 })
  assert.deepEqual(told, ['Ann*,Bob', 'leader Ann 1', 'Ann,Bob*', 'leader Bob 2'])
  assert.equal(session.leader?.id, bob)
  assert.equal(session.self.leader, false)
})

test('each line of the log is reported, and as a notice if it has words for people', () => {
  const { session, inject } = setUp()
  const told: string[] = []
  session.on('log', ({ ts, line }) => told.push(`${ts} ${line.type}`))
  session.on('notice', ({ text }) => told.push(text))
  inject(
    { type: 'log', line: { type: 'stored', count: 1 } },
    { type: 'log', line: { type: 'disk', state: 'full' } },
  )
  assert.deepEqual(told, ['42 stored', '42 disk', 'about disk'])
})

test('leaving waits until all is sent, then asks the core without hurry', async () => {
  const { session, inject, heard, released } = setUp({
    script: { leaveRequested: () => [{ type: 'stop', why: 'left' }] },
  })
  const closed: unknown[] = []
  session.on('close', (error) => closed.push(error))
  const saying = session.say('last words')
  const leaving = session.leave({ waitMs: 5000 })
  await assert.rejects(session.say('more'), { code: 'ERR_LEFT' })
  await settle()
  assert.ok(!heard.some((event) => event.type === 'leaveRequested'))
  inject(sentAs(1, 4))
  assert.equal((await saying).ts, 4)
  assert.deepEqual(await leaving, { unsent: 0, kept: true })
  assert.deepEqual(heard.at(-1), { type: 'leaveRequested', hurried: false })
  assert.deepEqual(closed, [undefined])
  assert.deepEqual(released, ['all'])
})

test('after the wait the node leaves in a hurry and says what was not sent', async () => {
  const { session, clock, heard } = setUp({
    script: { leaveRequested: ({ hurried }) => (hurried ? [{ type: 'stop', why: 'left' }] : []) },
  })
  const saying = session.say('last words')
  const leaving = session.leave({ waitMs: 100 })
  await settle()
  clock.pass(100)
  assert.deepEqual(await leaving, { unsent: 1, kept: true })
  await assert.rejects(saying, { code: 'ERR_NOT_SENT' })
  assert.deepEqual(heard.at(-1), { type: 'leaveRequested', hurried: true })
})

test('a core that does not finish leaving is abandoned within a second', async () => {
  const { session, clock, released } = setUp()
  const leaving = session.leave({ waitMs: 0 })
  await settle()
  clock.pass(1000)
  assert.deepEqual(await leaving, { unsent: 0, kept: true })
  assert.deepEqual(released, ['all'])
})

test('a signal while leaving cuts the wait short', async () => {
  const { session, heard } = setUp({
    script: { leaveRequested: ({ hurried }) => (hurried ? [{ type: 'stop', why: 'left' }] : []) },
  })
  session.post('x').catch(() => {})
  const leaving = session.leave({ waitMs: 30_000 })
  void session.leave({ waitMs: 0 })
  assert.deepEqual(await leaving, { unsent: 1, kept: true })
  assert.equal(heard.filter((event) => event.type === 'leaveRequested').length, 1)
})

test('all that wait are rejected with the reason why the core stopped', async () => {
  const codes: [StopReason, string][] = [
    ['unreachable', 'ERR_UNREACHABLE'],
    ['room', 'ERR_OTHER_ROOM'],
    ['identity', 'ERR_IDENTITY_IN_USE'],
    ['family', 'ERR_FAMILY'],
    ['alien', 'ERR_NOT_RINGLEADER'],
    ['version', 'ERR_VERSION'],
    ['removed', 'ERR_LOCKED'],
    ['rekeyed', 'ERR_LOCKED'],
  ]
  for (const [why, code] of codes) {
    const { session, inject } = setUp()
    const closed = new Promise<Error | undefined>((resolve) => session.on('close', resolve))
    inject({ type: 'stop', why })
    await assert.rejects(session.entered, { code })
    assert.equal(((await closed) as { code?: string }).code, code)
  }
})

test('a failed store closes the room with its error', async () => {
  const { session, store, released } = setUp()
  const closed = new Promise<Error | undefined>((resolve) => session.on('close', resolve))
  store.sink.failed(new Error('disk on fire'))
  assert.equal((await closed)?.message, 'disk on fire')
  assert.deepEqual(released, ['all'])
  assert.deepEqual(await session.leave(), { unsent: 0, kept: true })
})

test('a disk that the history fills ends it before it is in the room, but not after', async () => {
  const full: Effect = { type: 'log', line: { type: 'disk', state: 'full' } }
  const filled = setUp()
  filled.inject(full)
  await assert.rejects(filled.session.entered, { code: 'ERR_DISK_FULL' })
  assert.deepEqual(filled.released, ['all'])
  const inRoom = setUp()
  inRoom.inject({ type: 'entered' })
  await inRoom.session.entered
  inRoom.inject(full)
  await settle()
  assert.deepEqual(inRoom.released, [])
})

test('a name is trimmed and checked', () => {
  const { session, heard } = setUp()
  assert.throws(() => session.rename('a(b'), { code: 'ERR_USAGE' })
  session.rename('  Anna ')
  assert.equal(session.self.name, 'Anna')
  assert.deepEqual(heard.at(-1), { type: 'renamed', name: 'Anna' })
  void session.leave({ waitMs: 0 })
  assert.throws(() => session.rename('Bea'), { code: 'ERR_LEFT' })
  assert.equal(session.self.name, 'Anna')
})

test('history can be read at any time and ends', async () => {
  const { session } = setUp({ log: [record(bob, 1, 1), record(bob, 2, 2)] })
  assert.equal(texts(await take(session.history(), 99)), 'b1 b2')
  assert.equal(texts(await take(session.history({ last: 1 }), 99)), 'b2')
  assert.equal(texts(await take(session.history({ last: 0 }), 99)), '')
})

/** What a check finds: Ann, who asks, and Bob. */
function found(bobs: Compared['verdict'], first?: StampedRecord): Effect {
  const { namespace, s } = first ?? { namespace: '', s: 0 }
  return {
    type: 'checked',
    digest: `0123456789abcdef${'f'.repeat(48)}` as Digest,
    messages: 7,
    members: [
      { uid: ann, inc, verdict: 'same' },
      { uid: bob, inc, verdict: bobs, ...(first && { first: { namespace: namespace as Namespace, s } }) },
    ],
  }
}

const annAndBob: Effect = {
  type: 'membersChanged',
  members: [
    { uid: ann, inc, name: 'Ann', addr: annAddr },
    { uid: bob, inc, name: 'Bob', addr: bobAddr },
  ],
}

test('a check names the members, and shows the fingerprint as people read it', async () => {
  const { session, inject, heard } = setUp()
  inject(annAndBob)
  const checking = session.check()
  assert.equal(heard.at(-1)?.type, 'checkRequested')
  inject(found('silent'))
  assert.deepEqual(await checking, {
    fingerprint: '0123 4567 89ab cdef',
    digest: `0123456789abcdef${'f'.repeat(48)}`,
    messages: 7,
    same: true,
    members: [
      { id: ann, name: 'Ann', address: annAddr, state: 'same' },
      { id: bob, name: 'Bob', address: bobAddr, state: 'silent' },
    ],
  })
})

test('a check shows the message that this node has where another differs', async () => {
  const own = record(ann, 1, 5, 'hello', 'again')
  const { session, inject, store } = setUp({ log: [own] })
  inject(annAndBob)
  const asked: ReadonlyMap<string, number>[] = []
  store.seek = (frontier) => {
    asked.push(frontier)
    return Promise.resolve(1)
  }
  const checking = session.check()
  inject(found('differs', own))
  const { same, members } = await checking
  assert.equal(same, false)
  const { firstDifference } = members[1]!
  assert.deepEqual([firstDifference?.text, firstDifference?.ts, firstDifference?.own], ['hello', 5, true])
  assert.deepEqual(asked, [new Map([[own.namespace, own.s - 1]])])
  // Where this node has something else at that position, or nothing, no message is shown.
  const again = session.check()
  inject(found('differs', record(ann, 2, 9)))
  assert.equal((await again).members[1]!.firstDifference, undefined)
})

test('calls of check that come during one wait for the next, and each has its own time', async () => {
  const { session, inject, heard, clock } = setUp()
  inject(annAndBob)
  const requests = (): number => heard.filter(({ type }) => type === 'checkRequested').length
  const first = session.check()
  const [second, third] = [session.check(), session.check({ timeoutMs: 100 })]
  assert.equal(requests(), 1)
  const late = assert.rejects(third, { code: 'ERR_NOT_CHECKED', message: /try again$/ })
  clock.pass(100)
  await late
  inject(found('same'))
  const one = await first
  assert.equal(requests(), 2)
  inject(found('differs'))
  const other = await second
  assert.deepEqual([one.same, other.same], [true, false])
  assert.equal(requests(), 2)
  // The result of one that nobody waits for any more is not that of the next.
  const lost = assert.rejects(session.check({ timeoutMs: 10 }), { code: 'ERR_NOT_CHECKED' })
  clock.pass(10)
  await lost
  const next = session.check()
  inject(found('same'))
  await settle()
  assert.equal(requests(), 4)
  inject(found('differs'))
  assert.equal((await next).same, false)
})

test('a check that is under way when the room ends is rejected, and so are later ones', async () => {
  const { session } = setUp({ script: { leaveRequested: () => [{ type: 'stop', why: 'left' }] } })
  const checking = assert.rejects(session.check(), { code: 'ERR_LEFT' })
  await session.leave({ waitMs: 0 })
  await checking
  await assert.rejects(session.check(), { code: 'ERR_LEFT' })
})

test('an open room has no invitation, no key to change, and nobody who knocks', async () => {
  const { session, transport } = setUp()
  assert.equal(session.locked, false)
  assert.throws(() => session.invitation(), { code: 'ERR_USAGE', message: /room is open/ })
  await assert.rejects(session.rekey(), { code: 'ERR_USAGE', message: /room is open/ })
  session.transportSink.knocked(1 as LinkId, { uid: bob, name: 'Bob', addr: bobAddr })
  assert.deepEqual([session.knocking, transport.asked], [[], ['locked 1']])
})

test('an invitation has the present key, this node first, and two others that are no visits', () => {
  const { session, inject } = setUp({ key })
  assert.equal(session.locked, true)
  const member = (name: string, visit?: true) => ({
    uid: (name === 'a' ? ann : name.repeat(32)) as Uid,
    inc,
    name,
    addr: name === 'a' ? annAddr : (`10.0.0.1:${name.charCodeAt(0)}` as Address),
    ...(visit && { visit }),
  })
  inject({
    type: 'membersChanged',
    members: [member('b', true), member('c'), member('a'), member('d'), member('e')],
  })
  assert.equal(session.invitation(), `${annAddr},10.0.0.1:99,10.0.0.1:100/${lockedRoom}#${key}`)
})

test('another key: the core is told once what was said before, the key, and each of the removed once', async () => {
  const { session, heard, clock, inject } = setUp({ key })
  void session.post('before')
  const rekeyed = session.rekey({ remove: [bob, bob] })
  assert.deepEqual(heard.slice(1), [
    { type: 'said', messages: [{ text: 'before', kind: 'message' }], wall: clock.wall() },
    { type: 'rekeyRequested', key: `${'c'.repeat(31)}1`, remove: [bob], wall: clock.wall() },
  ])
  inject({ type: 'rekeyed', id: 'id of 1' as RoomKeyId })
  await rekeyed
  for (const remove of [[ann], ['b'], ['B'.repeat(32)], 'b'.repeat(32), [1]])
    await assert.rejects(session.rekey({ remove: remove as string[] }), { code: 'ERR_USAGE' })
  assert.equal(heard.filter(({ type }) => type === 'rekeyRequested').length, 1)
})

test('a change of the key is settled by its key, and rejected where it is not taken or the room ends', async () => {
  const { session, inject } = setUp({ key })
  const settled: string[] = []
  const calls = [1, 2, 3, 4].map(async (n) => {
    await session.rekey().then(
      () => settled.push(`${n} done`),
      (error: RingleaderError) => settled.push(`${n} ${error.code}`),
    )
  })
  const id = (n: number) => `id of ${n}` as RoomKeyId
  inject(
    // Of an earlier process.
    { type: 'rekeyed', id: id(9) },
    { type: 'rekeyed', id: id(3), why: 'disk-full' },
    { type: 'rekeyed', id: id(2), why: 'leaving' },
    { type: 'rekeyed', id: id(1) },
  )
  await settle()
  assert.deepEqual(settled.sort(), ['1 done', '2 ERR_LEFT', '3 ERR_DISK_FULL'])
  inject({ type: 'stop', why: 'left' })
  await Promise.all(calls)
  assert.equal(settled.at(-1), '4 ERR_NOT_SENT')
  await assert.rejects(session.rekey(), { code: 'ERR_LEFT' })
})

test('the core gets a key when it wants one, and nobody hears that a change of the key was sent', () => {
  const { session, inject, heard } = setUp({ key })
  const sent: string[] = []
  session.on('sent', ({ id }) => sent.push(id))
  inject({ type: 'mintKey' })
  const asked = heard.at(-1)
  assert.deepEqual(asked?.type === 'rekeyRequested' && [asked.key, asked.remove], [`${'c'.repeat(31)}1`, []])
  const change = { ...part(ann, 1), entries: [{ kind: 'other', after: 0, text: '' }] } as const
  inject({ type: 'sent', part: change, ts: 5 }, sentAs(2, 6))
  assert.deepEqual(sent, [`${ann}:${inc}:2`])
})

test('who knocks is an event, a notice and a line of the log; the core hears nothing of its link', () => {
  const { session, transport, heard } = setUp({ key })
  const told: unknown[] = []
  session.on('knock', (knock) => told.push(knock))
  session.on('notice', ({ text, line }) => told.push(text, line?.type === 'knock' && line.state))
  session.transportSink.knocked(1 as LinkId, { uid: bob, name: 'Bob', addr: bobAddr })
  const knock = { number: 1, id: bob, name: 'Bob', address: bobAddr }
  assert.deepEqual(told.splice(0), ['about knock', 'waits', knock])
  assert.deepEqual(session.knocking, [knock])
  session.admit(1)
  assert.deepEqual(transport.asked, ['admit 1 9999 eeee'])
  assert.deepEqual(told.splice(0), ['about knock', 'admitted'])
  assert.throws(() => session.deny(1), { code: 'ERR_USAGE', message: 'knock 1 has ended: it was let in' })
  const before = heard.length
  session.transportSink.closed(1 as LinkId, 'closed')
  assert.equal(heard.length, before)
  session.transportSink.closed(2 as LinkId, 'closed')
  assert.equal(heard.length, before + 1)
})

test('who knocks before a program can listen, and still waits, is told of when the room is entered', async () => {
  const { session, inject, clock } = setUp({ key })
  for (const n of [1, 2])
    session.transportSink.knocked(n as LinkId, {
      uid: String(n).repeat(32) as Uid,
      name: `Node${n}`,
      addr: bobAddr,
    })
  session.transportSink.closed(2 as LinkId, 'closed')
  inject({ type: 'entered' })
  await session.entered
  const told: string[] = []
  session.on('knock', ({ number, name }) => told.push(`${number} ${name}`))
  session.on('notice', ({ text }) => told.push(text))
  clock.pass(1)
  await settle()
  assert.deepEqual(told, ['about knock', '1 Node1'])
})

test('a node that was removed hears by whom, where the log has it', async () => {
  for (const [removed, message] of [
    [ann, /^this node was removed from the room by Bob\(/],
    [bob, /^this node was removed from the room; its members/],
  ] as const) {
    const { session, inject } = setUp({ key })
    const closed = new Promise<Error | undefined>((resolve) => session.on('close', resolve))
    const by = { uid: bob, name: 'Bob', addr: bobAddr }
    inject({ type: 'log', line: { type: 'rekeyed', by, removed: [{ uid: removed, name: 'x' }] } })
    session.transportSink.knocked(1 as LinkId, { uid: bob, name: 'Bob', addr: bobAddr })
    inject({ type: 'stop', why: 'removed' })
    assert.match((await closed)?.message ?? '', message)
    // Nobody waits at the door of a room that is over.
    assert.deepEqual(session.knocking, [])
  }
})
