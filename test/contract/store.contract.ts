/**
 * What every store must do, wherever it keeps its records (src/peer/ports.ts, `Store`).
 */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Write } from '../../src/core/model/effects.ts'
import { bootCounter, namespaceOf } from '../../src/core/model/ids.ts'
import {
  compareRecords,
  entriesMax,
  lastAseq,
  lastTs,
  midOf,
  noChain,
  partBytes,
  type Part,
  type StampedRecord,
} from '../../src/core/model/records.ts'
import type { Store } from '../../src/peer/ports.ts'
import { extendChain, partIdOf } from '../../src/wire/digest.ts'
import { signatureBytes } from '../../src/wire/limits.ts'
import {
  chainOf,
  collect,
  collectMessages,
  gist,
  incOf,
  makePart,
  makeRecord,
  messagesOf,
  partRecords,
  plainRecords,
  uidOf,
  writeOf,
} from '../store/records.ts'
import { listen } from '../store/listen.ts'

const limit = { timeout: 60_000 }

/** Positions 1..k of a log, as the canonical copies of their messages in order. */
function transcriptOf(log: readonly StampedRecord[]): StampedRecord[] {
  const canonical = new Map<string, StampedRecord>()
  for (const record of log) {
    const mid = midOf(record.part)
    const other = canonical.get(mid)
    if (!other || compareRecords(record, other) < 0) canonical.set(mid, record)
  }
  return [...canonical.values()].sort(compareRecords)
}

/**
 * A log of several stampers with second and third copies, in an order that keeps D4. `count`: messages of a new part.
 * `back`: it begins so many messages before the end of what its author has said, as only a hostile author signs.
 */
function mixedLog(
  picks: readonly { stamper: number; again: boolean; jump: number; count?: number; back?: number }[],
): StampedRecord[] {
  const log: StampedRecord[] = []
  const s = new Map<number, number>()
  const ts = new Map<number, number>()
  let have = 0
  for (const { stamper, again, jump, count = 1, back = 0 } of picks) {
    const earlier = log[(jump * 7) % Math.max(1, log.length)]
    const part = again && earlier ? earlier.part : makePart(9, Math.max(1, have + 1 - back), { count })
    have = Math.max(have, lastAseq(part))
    s.set(stamper, (s.get(stamper) ?? 0) + 1)
    ts.set(stamper, (ts.get(stamper) ?? 0) + 1 + jump)
    const record = makeRecord(stamper, s.get(stamper)!, ts.get(stamper)!, part)
    ts.set(stamper, lastTs(record))
    log.push(record)
  }
  return log
}

const anyLog = fc
  .array(
    fc.record({
      stamper: fc.integer({ min: 1, max: 3 }),
      again: fc.boolean(),
      jump: fc.nat({ max: 3 }),
      count: fc.integer({ min: 1, max: 5 }),
      back: fc.oneof(fc.constant(0), fc.constant(0), fc.nat({ max: 4 })),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map(mixedLog)

/** The canonical copy of the part that stands for message `n` of author 9: of several, the one that begins last. */
function coverOf(transcript: readonly StampedRecord[], n: number): StampedRecord | undefined {
  return transcript
    .filter(({ part }) => part.aseq <= n && n <= lastAseq(part))
    .sort((a, b) => b.part.aseq - a.part.aseq)[0]
}

/** A write as the core makes it: a record is fresh when it brings the next message of its author. */
function coreWriteOf(from: number, records: readonly StampedRecord[], have: Map<string, number>): Write {
  return {
    records: records.map((record, index) => {
      const { part } = record
      const before = have.get(part.namespace) ?? 0
      have.set(part.namespace, Math.max(before, lastAseq(part)))
      return { pos: from + index, record, fresh: part.aseq === before + 1, chain: chainOf(record) }
    }),
    outboxPut: [],
    outboxDrop: [],
  }
}

/** Runs the suite. `open` gives a new, empty store each time and closes what it opened by itself. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    it('confirms every persist, in order, and never from inside the call', limit, async () => {
      const store = await open()
      const heard = listen(store)
      for (let n = 1; n <= 50; n++) {
        store.persist(n, writeOf(n, plainRecords(n, n)))
        assert.deepEqual(
          heard.committed.filter((upTo) => upTo >= n),
          [],
        )
        if (n % 10 === 0) await new Promise(setImmediate)
      }
      await heard.until(50)
      assert.deepEqual(
        heard.committed,
        heard.committed.toSorted((a, b) => a - b),
      )
      assert.equal(heard.committed.at(-1), 50)
      assert.equal((await store.read(1, 1e9)).length, 50)
    })

    it('confirms a write that is empty', limit, async () => {
      const store = await open()
      const heard = listen(store)
      store.persist(1, { records: [], outboxPut: [], outboxDrop: [] })
      await heard.until(1)
    })

    it('returns what was written, for any text', limit, async () => {
      const store = await open()
      const heard = listen(store)
      const texts = [
        '',
        'a',
        'nul \0 inside',
        'two\nlines',
        'grüße 👋🏽',
        "'; DROP TABLE log; --",
        'x'.repeat(65_536),
      ]
      const records = texts.map((text, index) =>
        makeRecord(
          1,
          index + 1,
          2 ** 40 + index,
          makePart(2, index + 1, {
            text,
            name: 'Zoë',
            lc: 2 ** 50,
            wall: 2 ** 45,
            kind: index % 2 ? 'action' : 'message',
          }),
        ),
      )
      const together = makePart(2, texts.length + 1, { texts, kind: 'action' })
      records.push(makeRecord(1, texts.length + 1, 2 ** 40 + texts.length, together))
      store.persist(1, writeOf(1, records))
      await heard.until(1)
      assert.deepEqual((await store.read(1, 1e9)).map(gist), records.map(gist))
      assert.deepEqual((await collect(store.transcript({}))).map(gist), records.map(gist))
    })

    it('reads ranges within their bytes, but at least one record', limit, async () => {
      const store = await open()
      const heard = listen(store)
      const records = plainRecords(1, 300, 'y'.repeat(200))
      store.persist(1, writeOf(1, records))
      await heard.until(1)
      const some = await store.read(1, 5000)
      const size = (page: StampedRecord[]) => page.reduce((sum, { part }) => sum + partBytes(part), 0)
      assert.ok(some.length > 1 && size(some) <= 5000, `${some.length} records of ${size(some)} bytes`)
      assert.deepEqual((await store.read(300, 1)).map(gist), records.slice(299).map(gist))
      assert.deepEqual(await store.read(301, 5000), [])
      const all: StampedRecord[] = []
      while (all.length < 300) all.push(...(await store.read(all.length + 1, 3000)))
      assert.deepEqual(all.map(gist), records.map(gist))
    })

    it('seeks the first record that a peer lacks', limit, async () => {
      const store = await open()
      const heard = listen(store)
      const order = [1, 1, 2, 1, 2, 2, 2, 1, 3, 1, 2, 1]
      const log = mixedLog(order.map((stamper) => ({ stamper, again: false, jump: 0 })))
      store.persist(1, writeOf(1, log))
      await heard.until(1)
      for (const held of [
        [],
        [0],
        [0, 0, 0],
        [6, 0],
        [1, 0, 1],
        [2, 0, 0],
        [3, 1, 0],
        [6, 5, 0],
        [6, 4, 1],
        [6, 5, 1],
        [99, 99, 99],
      ]) {
        const lacking = new Map(held.map((s, index) => [namespaceOf(uidOf(index + 1), incOf(1)), s]))
        const beyond = log.findIndex(({ namespace, s }) => s > (lacking.get(namespace) ?? Infinity))
        assert.equal(
          await store.seek(lacking),
          beyond < 0 ? log.length + 1 : beyond + 1,
          `held ${held.join()}`,
        )
      }
    })

    it('computes the chains of a namespace at any points, also far from its beginning', limit, async () => {
      const store = await open()
      const heard = listen(store)
      const made = mixedLog(
        Array.from({ length: 5000 }, (_, i) => ({
          stamper: 1 + (i % 7 === 0 ? 1 : 0),
          again: false,
          jump: 0,
        })),
      )
      // With bytes as on the wire: a signature, and then what the id is made from.
      const log = made.map((record) => {
        const body = Buffer.from(midOf(record.part))
        const raw = Buffer.concat([Buffer.alloc(signatureBytes), body])
        return { ...record, part: { ...record.part, id: partIdOf(body), raw } }
      })
      store.persist(1, writeOf(1, log))
      await heard.until(1)
      for (const stamper of [1, 2, 3]) {
        const { namespace } = makeRecord(stamper, 1, 1, makePart(9, 1))
        const chains = [noChain]
        for (const record of log.filter((one) => one.namespace === namespace))
          chains.push(extendChain(chains.at(-1)!, record.ts, record.part.id))
        const last = chains.length - 1
        for (const points of [
          [],
          [0],
          [1],
          [last],
          [last, 1, 7, 1],
          [last + 1],
          [3, last + 1, 2048, 2049, 4096],
        ])
          assert.deepEqual(
            await store.chainsAt(namespace, points),
            points.map((s) => chains[s] ?? noChain),
            `stamper ${stamper} at ${points.join()}`,
          )
        const base = { s: 40, chain: chains[40] ?? noChain }
        if (last >= 40)
          assert.deepEqual(
            await store.chainsAt(namespace, [last, 40, 41, last + 1], base),
            [last, 40, 41, last + 1].map((s) => chains[s] ?? noChain),
            `stamper ${stamper} from 40 on`,
          )
      }
    })

    it('orders the transcript by canonical copies, from any side', limit, async () => {
      await fc.assert(
        fc.asyncProperty(anyLog, fc.nat(), fc.nat(), async (log, one, two) => {
          const store = await open()
          const heard = listen(store)
          const have = new Map<string, number>()
          const half = one % (log.length + 1)
          store.persist(1, coreWriteOf(1, log.slice(0, half), have))
          store.persist(2, coreWriteOf(half + 1, log.slice(half), have))
          await heard.until(2)
          const whole = transcriptOf(log)
          assert.deepEqual((await collect(store.transcript({}))).map(gist), whole.map(gist))
          const expected = messagesOf(whole)
          assert.deepEqual(await collectMessages(store.transcript({})), expected)
          for (const last of [0, 1, two % (expected.length + 2), expected.length, 1e6]) {
            const tail = last === 0 ? [] : expected.slice(-last)
            assert.deepEqual(await collectMessages(store.transcript({ last })), tail, `last ${last}`)
          }
          const { namespace } = log[0]!.part
          const said = have.get(namespace)!
          for (const n of [1, said, 1 + (one % said), 1 + (two % said)]) {
            const cover = coverOf(whole, n)
            const after = collectMessages(store.transcript({ after: { namespace, aseq: n } }))
            if (!cover) {
              await assert.rejects(after, { code: 'ERR_USAGE' })
              continue
            }
            const at = whole.indexOf(cover)
            const rest = messagesOf(whole.slice(at)).slice(n - cover.part.aseq + 1)
            assert.deepEqual(await after, rest, `after ${n}`)
          }
          await store.close()
        }),
        { numRuns: 15 },
      )
    })

    it('returns each part that arrived in a range once, by its canonical copy there', limit, async () => {
      await fc.assert(
        fc.asyncProperty(anyLog, fc.nat(), fc.nat(), async (log, one, two) => {
          const store = await open()
          const heard = listen(store)
          store.persist(1, coreWriteOf(1, log, new Map()))
          await heard.until(1)
          const from = 1 + (one % log.length)
          const to = from + (two % (log.length - from + 1))
          const before = new Set(log.slice(0, from - 1).map(({ part }) => part.aseq))
          const expected = transcriptOf(log.slice(0, to)).filter(({ part }) => !before.has(part.aseq))
          assert.deepEqual((await collect(store.arrivals(from, to))).map(gist), expected.map(gist))
          assert.deepEqual(await collect(store.arrivals(to + 1, to)), [])
          await store.close()
        }),
        { numRuns: 15 },
      )
    })

    it('orders long histories that came one after the other, or mixed', limit, async () => {
      const blocks = (...lengths: number[]) =>
        lengths.flatMap((length, at) => Array.from({ length }, () => 1 + (at % 3)))
      for (const [what, stampers] of [
        ['one after the other', blocks(200, 300, 150)],
        ['in blocks', blocks(31, 32, 33, 64, 1, 65, 2, 31, 100, 1, 1, 1, 40)],
        ['one by one', Array.from({ length: 300 }, (_, i) => 1 + (i % 2))],
      ] as const) {
        const store = await open()
        const heard = listen(store)
        // All three have counted alike; the first and the second have some timestamps in common.
        const ts = [0, 500, 400, 1]
        const s = [0, 0, 0, 0]
        const log = stampers.map((stamper, i) => {
          ts[stamper]! += 1 + (i % 2)
          return makeRecord(stamper, ++s[stamper]!, ts[stamper]!, makePart(9, i + 1))
        })
        store.persist(1, writeOf(1, log))
        await heard.until(1)
        const whole = transcriptOf(log)
        assert.deepEqual((await collect(store.transcript({}))).map(gist), whole.map(gist), what)
        for (const last of [1, 7, 40, 100, 250, whole.length - 1])
          assert.deepEqual(
            (await collect(store.transcript({ last }))).map(gist),
            whole.slice(-last).map(gist),
            `${what}: last ${last}`,
          )
        for (const at of [0, 3, 90, 150, 250, whole.length - 2]) {
          const { namespace, aseq } = whole[at]!.part
          const rest = await collect(store.transcript({ after: { namespace, aseq } }))
          assert.deepEqual(rest.map(gist), whole.slice(at + 1).map(gist), `${what}: after ${at}`)
        }
        for (const [from, to] of [
          [1, log.length],
          [30, 40],
          [150, 290],
          [log.length, log.length],
        ] as const) {
          const arrived = transcriptOf(log.slice(from - 1, to))
          assert.deepEqual((await collect(store.arrivals(from, to))).map(gist), arrived.map(gist), what)
        }
      }
    })

    it('cuts parts where people count messages', limit, async () => {
      const store = await open()
      const heard = listen(store)
      // More than one page, and a part of the largest size at each end.
      const most = entriesMax
      const counts = [most, 1, 3, ...Array.from({ length: 1200 }, (_, i) => 1 + (i % 4)), 2, most]
      const records = partRecords(counts)
      store.persist(1, writeOf(1, records))
      await heard.until(1)
      const all = messagesOf(records)
      for (const last of [
        1,
        ...[-1, 0, 1, 2, 3].map((by) => most + by),
        2500,
        ...[1, -1].map((by) => all.length - most - by),
        all.length,
      ]) {
        assert.deepEqual(await collectMessages(store.transcript({ last })), all.slice(-last), `last ${last}`)
      }
      const { namespace } = records[0]!.part
      for (const n of [
        1,
        ...[-1, 0, 1, 2, 4, 5].map((by) => most + by),
        2000,
        all.length - most,
        all.length - 1,
        all.length,
      ]) {
        const rest = await collectMessages(store.transcript({ after: { namespace, aseq: n } }))
        assert.deepEqual(rest, all.slice(n), `after ${n}`)
        for (const last of [0, 1, 5, undefined]) {
          const before = { namespace, aseq: n }
          const found = await collectMessages(
            store.transcript({ before, ...(last !== undefined && { last }) }),
          )
          assert.deepEqual(found, all.slice(all.length - found.length), `before ${n}, ${last}`)
          const wanted = all.length - n + 1 + Math.min(last ?? n - 1, n - 1)
          assert.ok(found.length >= wanted, `before ${n}: ${found.length} of ${wanted}`)
        }
      }
      for (const aseq of [0, all.length + 1, all.length + 300]) {
        await assert.rejects(collect(store.transcript({ after: { namespace, aseq } })), { code: 'ERR_USAGE' })
        await assert.rejects(collect(store.transcript({ before: { namespace, aseq } })), {
          code: 'ERR_USAGE',
        })
      }
      const [first] = await collect(store.transcript({ last: 1 }))
      assert.deepEqual(gist(first!), gist(records.at(-1)!), 'a part is given whole')
    })

    it('takes parts that overlap, and copies without a first, as first copies', limit, async () => {
      const store = await open()
      const heard = listen(store)
      const log = [
        makeRecord(1, 1, 10, makePart(2, 1, { texts: ['a', 'b', 'c'] })),
        makeRecord(1, 2, 20, makePart(2, 2, { texts: ['B'] })),
        makeRecord(1, 3, 30, makePart(2, 3, { texts: ['C', 'D', 'E'] })),
        // Another part at the place of the second, with a smaller key and more messages.
        makeRecord(3, 1, 15, makePart(2, 2, { texts: ['x', 'y'] })),
      ]
      const isFresh = [true, false, false, false]
      store.persist(1, {
        records: log.map((record, i) => ({ pos: i + 1, record, fresh: isFresh[i]!, chain: chainOf(record) })),
        outboxPut: [],
        outboxDrop: [],
      })
      await heard.until(1)
      const texts = (messages: string[]) => messages.map((message) => message.split(': ')[1]).join('')
      assert.equal(texts(await collectMessages(store.transcript({}))), 'abcxyCDE')
      const { namespace } = log[0]!.part
      const after = async (aseq: number) =>
        texts(await collectMessages(store.transcript({ after: { namespace, aseq } })))
      assert.equal(await after(1), 'bcxyCDE')
      assert.equal(await after(2), 'yCDE')
      assert.equal(await after(3), 'DE')
      assert.equal(await after(5), '')
      assert.deepEqual((await collect(store.arrivals(1, 2))).map(gist), log.slice(0, 2).map(gist))
      assert.deepEqual((await collect(store.arrivals(4, 4))).map(gist), [])
    })

    it('reads the transcript as of one moment, in pages', limit, async () => {
      const store = await open()
      const heard = listen(store)
      const records = plainRecords(1, 2000, 'z'.repeat(300)).map((record) =>
        makeRecord(2, record.s, record.ts + 10, record.part),
      )
      store.persist(1, writeOf(1, records))
      await heard.until(1)
      const pages = store.transcript({})[Symbol.asyncIterator]()
      const read: StampedRecord[] = [...(await pages.next()).value]
      assert.ok(read.length < 1000, `a page of ${read.length}`)
      // A copy of the last message takes a place before everything that was read.
      const late = makeRecord(1, 1, 1, records.at(-1)!.part)
      store.persist(2, {
        records: [{ pos: 2001, record: late, fresh: false, chain: chainOf(late) }],
        outboxPut: [],
        outboxDrop: [],
      })
      await heard.until(2)
      for (let next = await pages.next(); !next.done; next = await pages.next()) read.push(...next.value)
      assert.deepEqual(read.map(gist), records.map(gist))
      assert.deepEqual(gist((await collect(store.transcript({})))[0]!), gist(late))
    })

    it('takes a write whole or not at all, and says so when it cannot', limit, async () => {
      const second = (pos: number, s: number): Write => ({
        records: [
          { pos: 2, record: makeRecord(1, 2, 2, makePart(2, 2)), fresh: true, chain: noChain },
          { pos, record: makeRecord(1, s, 3, makePart(2, 3)), fresh: true, chain: noChain },
        ],
        outboxPut: [],
        outboxDrop: [],
      })
      for (const broken of [second(4, 3), second(3, 4), second(2, 3), second(3, 2)]) {
        const store = await open()
        const heard = listen(store)
        store.persist(1, writeOf(1, plainRecords(1, 1)))
        await heard.until(1)
        store.persist(2, broken)
        await heard.failure
        store.persist(3, writeOf(2, plainRecords(2, 2)))
        assert.equal((await store.read(1, 1e9)).length, 1)
        assert.deepEqual(heard.committed, [1])
        await store.close()
      }
    })

    it('finds a message by the process that said it and its count there', limit, async () => {
      const store = await open()
      const heard = listen(store)
      const later = (aseq: number) => makePart(2, aseq, { inc: incOf(2) })
      const said = [makePart(2, 1), makePart(2, 2), makePart(2, 3), later(1), later(2)]
      const log = said.map((part, index) => makeRecord(1, index + 1, index + 1, part))
      // A copy of the second message, with a smaller key: it stands in the transcript.
      const copy = makeRecord(3, 1, 1, makePart(2, 2))
      store.persist(1, writeOf(1, [...log, copy]))
      await heard.until(1)
      const after = async (part: Part) =>
        (await collect(store.transcript({ after: part }))).map(
          ({ part: { inc, aseq } }) => `${bootCounter(inc)}.${aseq}`,
        )
      assert.deepEqual(await after(makePart(2, 1)), ['1.2', '1.3', '2.1', '2.2'])
      assert.deepEqual(await after(makePart(2, 2)), ['1.3', '2.1', '2.2'])
      assert.deepEqual(await after(later(1)), ['2.2'])
      assert.deepEqual(await after(later(2)), [])
      await assert.rejects(after(later(3)), { code: 'ERR_USAGE' })
      await assert.rejects(after(makePart(2, 1, { inc: incOf(3) })), { code: 'ERR_USAGE' })
      await store.close()
    })

    it('rejects with the message that it does not hold, and says when it is closed', limit, async () => {
      const store = await open()
      const heard = listen(store)
      store.persist(1, writeOf(1, plainRecords(1, 3)))
      await heard.until(1)
      const unknown = collect(store.transcript({ after: makePart(2, 4) }))
      await assert.rejects(unknown, { code: 'ERR_USAGE' })
      store.persist(2, writeOf(4, plainRecords(4, 4)))
      await store.close()
      await store.close()
      await assert.rejects(store.read(1, 1), { code: 'ERR_LEFT' })
      await assert.rejects(collect(store.transcript({})), { code: 'ERR_LEFT' })
    })
  })
}
