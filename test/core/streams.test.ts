// What a stream puts into one frame, when the log is read back from the store in pages that end anywhere (PROTOCOL.md D5).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atEnd, noteRead, openStream, passMark, pump, takeIn } from '../../src/core/log/streams.ts'
import { step } from '../../src/core/index.ts'
import type { State } from '../../src/core/index.ts'
import { defaultConfig } from '../../src/core/model/config.ts'
import type { LinkId, Namespace, Uid } from '../../src/core/model/ids.ts'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Chain, Part, StampedRecord } from '../../src/core/model/records.ts'
import type { Stream } from '../../src/core/model/state.ts'
import { createPrng, nextBelow } from '../../src/lib/prng.ts'
import { Frontier } from '../../src/core/model/frontier.ts'
import { HealthyRoom } from '../sim/healthy-room.ts'
import { storedNode } from './states.ts'

const inc = makeInc(1, '0123456789abcdef')
const link = 2 as LinkId

/** A record of so many bytes, which no codec reads. */
function record(uid: string, s: number, bytes: number, isSealed: boolean): StampedRecord {
  const stamper = uid.repeat(32) as Uid
  const part = { raw: new Uint8Array(bytes), namespace: 'x', aseq: s, lc: 0, entries: [0], id: uid + s }
  const stamp = { stamper, stamperInc: inc, namespace: namespaceOf(stamper, inc), s, ts: s + 1 }
  const seal = { key: 'ab'.repeat(32), signature: 'cd'.repeat(64) }
  return { ...stamp, part: part as unknown as Part, ...(isSealed && { seal }) }
}

/**
 * Streams a log that is all on disk to a peer that holds `has`. Returns the frames, and what goes out one by one; `afterPage`
 * runs once. `mark`: is set when the first page is asked for.
 */
function streamed(
  log: readonly StampedRecord[],
  has: Map<Namespace, number>,
  afterPage?: (state: State, stream: Stream) => void,
  mark?: Stream['mark'],
) {
  const frontier = new Frontier(0)
  for (const record of log) frontier.advance(record.namespace, record.s, record.ts, '0'.repeat(64) as Chain)
  const state = storedNode({ end: log.length, frontier })
  state.links.set(link, { id: link, busy: false } as never)
  const stream = openStream(state, link, 'rec', { has, equal: new Set(), since: log.length })
  const frames: (readonly StampedRecord[])[] = []
  const sent: (StampedRecord | 'mark')[] = []
  let held = 0
  let onItsWay = false
  let marked = false
  const perform = (): void => {
    // A read takes its time: what is sent in the same step goes out before.
    const effects = state.out.splice(0).sort((a, b) => Number(b.type === 'send') - Number(a.type === 'send'))
    for (const effect of effects) {
      if (effect.type === 'seek') {
        stream.request = 0
        stream.cursor = 1
      } else if (effect.type === 'send' && effect.frame.type === 'rec') {
        assert.equal(onItsWay, false, 'one frame at a time')
        onItsWay = true
        frames.push(effect.frame.records)
        sent.push(...effect.frame.records)
      } else if (effect.type === 'send' && effect.frame.type === 'checkPoint') {
        sent.push('mark')
      } else if (effect.type === 'readLog') {
        const page: StampedRecord[] = []
        let bytes = 0
        for (const one of log.slice(effect.from - 1)) {
          bytes += one.part.raw!.length
          if (page.length > 0 && bytes > effect.bytesMax) break
          page.push({ ...one })
        }
        stream.mark ??= marked ? undefined : mark
        marked = true
        noteRead(state, stream, effect.from, page, 0)
        held = Math.max(held, stream.takenBytes)
        perform()
      }
    }
  }
  perform()
  pump(state, stream, 0)
  perform()
  afterPage?.(state, stream)
  for (let turns = 0; turns < 10_000 && (stream.mark || !atEnd(state, stream)); turns++) {
    state.links.get(link)!.busy = false
    onItsWay = false
    pump(state, stream, 0)
    if (passMark(state, stream)) pump(state, stream, 0)
    perform()
  }
  assert.ok(atEnd(state, stream))
  return { frames, sent, held }
}

test('frames do not grow from node to node, wherever pages end and whatever a newcomer holds', () => {
  const prng = createPrng(1)
  const original: StampedRecord[] = []
  let open = 0
  for (let s = 1; s <= 6000; s++) {
    const bytes = 180 + nextBelow(prng, 3000)
    open += bytes
    const isSealed = open > 5000 + nextBelow(prng, 28_000) || s === 6000
    if (isSealed) open = 0
    original.push(record('b', s, bytes, isSealed))
  }
  let log = original
  for (let hop = 1; hop <= 8; hop++) {
    let held = nextBelow(prng, 300)
    while (held > 0 && !original[held - 1]!.seal) held--
    const { frames } = streamed(log, new Map([[original[0]!.namespace, held]]))
    const sizes = frames.map((records) => records.reduce((sum, { part }) => sum + part.raw!.length, 0))
    assert.ok(Math.max(...sizes) <= defaultConfig.batchBytes, `hop ${hop}: ${Math.max(...sizes)} bytes`)
    for (const records of frames) assert.ok(records.at(-1)?.seal, 'a frame ends with a seal')
    log = [...original.slice(0, held), ...frames.flat()]
    assert.deepEqual(
      log.map(({ s }) => s),
      original.map(({ s }) => s),
    )
  }
})

test('a stream goes on when the peer turns out to hold what was taken for it', () => {
  const first = Array.from({ length: 90 }, (_none, i) => record('a', i + 1, 1000, i === 39 || i === 89))
  const second = Array.from({ length: 3000 }, (_none, i) => record('b', i + 1, 1000, i % 50 === 49))
  const { frames, held } = streamed([...first, ...second], new Map(), (state, stream) => {
    assert.ok(stream.open.size > 0, 'a page ended between two seals')
    const copy = { type: 'up' as const, records: [{ ...first[89]! }] }
    assert.equal(takeIn(state, { link, stream }, copy, 'upload'), undefined)
  })
  const sent = frames.flat().filter(({ stamper }) => stamper === second[0]!.stamper)
  assert.equal(sent.length, second.length)
  assert.ok(held <= 3 * defaultConfig.batchBytes, `${held} bytes are held`)
})

test('a mark goes out behind the records up to its position, and in front of all others', () => {
  // Each in a namespace with a seal of its own, so a frame may end anywhere.
  const log = Array.from({ length: 400 }, (_, i) => record('b', i + 1, 1500, true))
  for (const pos of [1, 7, 42, 43, 44, 45, 200, 399, 400]) {
    // Set when the first page was asked for, and has not come.
    const { sent } = streamed(log, new Map(), undefined, { pos, nonce: 9 })
    const before = sent.indexOf('mark')
    assert.equal(before, pos, `at ${pos}`)
    assert.equal(sent.length, log.length + 1)
  }
})

test('what goes to several followers is one frame, also in steps of their own; after a change it is one list', () => {
  const { state } = new HealthyRoom().node(1)
  const say = (text: string): Effect[] =>
    step(state, { type: 'said', messages: [{ text, kind: 'message' }], wall: 1 })
  const sent = (effects: readonly Effect[]) =>
    effects.flatMap((effect) =>
      effect.type === 'send' && effect.frame.type === 'rec'
        ? [{ link: effect.link, frame: effect.frame }]
        : [],
    )
  const first = sent(say('to both'))
  assert.equal(first.length, 2)
  assert.equal(first[0]!.frame, first[1]!.frame)
  // Both links are busy: each gets the next when its own has room.
  assert.deepEqual(sent(say('later')), [])
  const [one, other] = first.map(({ link: busy }) => sent(step(state, { type: 'linkDrained', link: busy })))
  assert.ok(one?.length === 1 && other?.length === 1)
  assert.equal(one[0]!.frame, other[0]!.frame)
  assert.notEqual(one[0]!.frame, first[0]!.frame)
  assert.deepEqual(
    one[0]!.frame.records.map(({ part }) => part.entries[0]!.text),
    ['later'],
  )
  // More is safe when the second is served.
  say('once more')
  const [third] = sent(step(state, { type: 'linkDrained', link: first[0]!.link }))
  assert.ok(third && state.role.type === 'office')
  state.role.safe++
  const [fourth] = sent(step(state, { type: 'linkDrained', link: first[1]!.link }))
  assert.ok(fourth && fourth.frame !== third.frame)
  assert.equal(fourth.frame.records, third.frame.records)
})
