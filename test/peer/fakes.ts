// Hand-made stand-ins for the ports: a clock that is turned by hand, a store that commits when told to, a
// transport that writes down what it was asked for.
import type { Effect, Write } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import { makeInc, namespaceOf } from '../../src/core/model/ids.ts'
import type { Address, LinkId, Namespace, RoomId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { Frontier, Heard } from '../../src/core/model/frontier.ts'
import {
  compareRecords,
  lastAseq,
  lastTs,
  noChain,
  type Chain,
  type Part,
  type PartId,
  type StampedRecord,
} from '../../src/core/model/records.ts'
import type {
  Clock,
  FoundPage,
  HistoryPage,
  HomePort,
  Store,
  StoreSink,
  Stored,
  Transport,
  TransportSink,
  Showing,
} from '../../src/peer/ports.ts'
import { simNotary } from '../../sim/world/notary.ts'

export const ann = 'a'.repeat(32) as Uid
export const bob = 'b'.repeat(32) as Uid
export const inc = makeInc(1, '0123456789abcdef')
export const annAddr = '127.0.0.1:4001' as Address
export const bobAddr = '127.0.0.1:4002' as Address
export const roomId = '1'.repeat(32) as RoomId

export class FakeClock implements Clock {
  now = 1000
  #timers: { at: number; fire: () => void }[] = []

  wall(): number {
    return 1_700_000_000_000 + this.now
  }

  monotonic(): number {
    return this.now
  }

  after(ms: number, fire: () => void): () => void {
    const timer = { at: this.now + ms, fire }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  afterTurn(run: () => void): void {
    queueMicrotask(() => process.nextTick(run))
  }

  /** Fires what is due on the way, in order; what is armed meanwhile too. */
  pass(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.now = Math.max(this.now, next.at)
      this.#timers = this.#timers.filter((other) => other !== next)
      next.fire()
    }
    this.now = until
  }

  /** The process sleeps: time passes and nothing fires until `pass`. */
  sleep(ms: number): void {
    this.now += ms
  }

  /** The whole machine sleeps: time passes, and the timers' own time does not. */
  suspend(ms: number): void {
    this.now += ms
    for (const timer of this.#timers) timer.at += ms
  }

  get armed(): number {
    return this.#timers.length
  }
}

/** `texts`: those of its messages; without any, it has one. */
export function part(author: Uid, aseq: number, ...texts: string[]): Part {
  const addr = author === ann ? annAddr : bobAddr
  const all = texts.length > 0 ? texts : [`${author[0]}${aseq}`]
  return simNotary.sign(roomId, {
    author,
    inc,
    namespace: namespaceOf(author, inc),
    aseq,
    before: '' as PartId,
    lc: aseq,
    wall: 1,
    name: author === ann ? 'Ann' : 'Bob',
    addr,
    entries: all.map((text, i) => ({ kind: 'message', after: i, text })),
  })
}

let lastS = 0
export function record(author: Uid, aseq: number, ts: number, ...texts: string[]): StampedRecord {
  return {
    stamper: ann,
    stamperInc: inc,
    namespace: namespaceOf(ann, inc),
    s: ++lastS,
    ts,
    part: part(author, aseq, ...texts),
  }
}

/** Holds records by position; commits at once unless `held`. */
export class FakeStore implements Store {
  readonly stored: Stored
  readonly durable = true
  held = false
  reads = 0
  closed = false
  readonly #log: StampedRecord[]
  readonly #unwritten: { n: number; write: Write }[] = []
  #sink: StoreSink | undefined

  constructor(log: StampedRecord[] = [], outbox: Part[] = []) {
    this.#log = [...log]
    const authors = new Heard(0)
    for (const { part } of log) authors.set(part.namespace, lastAseq(part))
    const clock = Math.max(0, ...log.map(lastTs))
    this.stored = {
      room: roomId,
      copies: 3,
      end: log.length,
      namespaces: new Frontier(0).rows(),
      authors: authors.rows(),
      clock,
      outbox,
      placed: [],
      events: [],
      book: [],
    }
  }

  attach(sink: StoreSink): void {
    this.#sink = sink
  }

  get sink(): StoreSink {
    if (!this.#sink) throw new Error('no sink is attached')
    return this.#sink
  }

  get isWritten(): boolean {
    return this.#unwritten.length === 0
  }

  persist(n: number, write: Write): void {
    this.#unwritten.push({ n, write })
    if (!this.held) queueMicrotask(() => this.commit())
  }

  flush(): void {}

  /** Writes all that waits. */
  commit(): void {
    const last = this.#unwritten.at(-1)
    if (!last) return
    for (const { write } of this.#unwritten.splice(0))
      for (const { record } of write.records) this.#log.push(record)
    this.#sink?.committed(last.n)
  }

  async *search(): AsyncGenerator<FoundPage> {
    yield { records: this.#log.toReversed(), looked: this.#log.length, of: this.#log.length }
  }

  read(from: number, bytesMax: number): Promise<StampedRecord[]> {
    return Promise.resolve(this.#log.slice(from - 1, from - 1 + Math.max(1, Math.floor(bytesMax / 100))))
  }

  seek(_frontier: ReadonlyMap<string, number>): Promise<number> {
    return Promise.resolve(this.#log.length + 1)
  }

  chainsAt(_namespace: Namespace, points: readonly number[]): Promise<Chain[]> {
    return Promise.resolve(points.map(() => noChain))
  }

  keepBook(): void {}

  keepLock(): void {}

  async *arrivals(from: number, to: number): AsyncGenerator<StampedRecord[]> {
    this.reads++
    const range = this.#log.slice(from - 1, to).sort(compareRecords)
    for (let i = 0; i < range.length; i += 3) {
      await Promise.resolve()
      if (this.closed) throw new Error('the store is closed')
      yield range.slice(i, i + 3)
    }
  }

  async *transcript(options: Parameters<Store['transcript']>[0]): AsyncGenerator<HistoryPage> {
    const all = [...this.#log].sort(compareRecords)
    const { after, last } = options
    let skip = 0
    if (after) {
      const isHere = ({ part }: StampedRecord): boolean =>
        part.namespace === after.namespace && after.aseq >= part.aseq && after.aseq <= lastAseq(part)
      all.splice(0, all.findIndex(isHere))
      skip = after.aseq - (all[0]?.part.aseq ?? 0) + 1
    }
    if (last !== undefined) {
      let count = 0
      for (const { part } of all) count += part.entries.length
      skip = Math.max(0, count - last)
    }
    for (let first = all[0]; first && first.part.entries.length <= skip; first = all[0]) {
      skip -= first.part.entries.length
      all.shift()
    }
    for (let i = 0; i < all.length; i += 3) {
      await Promise.resolve()
      if (this.closed) throw new Error('the store is closed')
      const page = all.slice(i, i + 3)
      yield i === 0 && skip > 0 ? Object.assign(page, { skip }) : page
    }
  }

  close(): Promise<void> {
    this.closed = true
    return Promise.resolve()
  }
}

export class FakeTransport implements Transport {
  readonly asked: string[] = []
  onDial: (link: LinkId, addr: Address, showing?: Showing) => void = () => {}
  onSend: (link: LinkId, frame: Frame) => void = () => {}
  onClose: (link: LinkId) => void = () => {}
  #links = 0

  sink: TransportSink | undefined

  listen(sink: TransportSink): Promise<Address> {
    this.sink = sink
    return Promise.resolve(annAddr)
  }

  favour(): void {}

  prepare(): void {}

  seenAt(): undefined {}

  attach(sink: TransportSink): void {
    this.sink = sink
  }

  mintLink(): LinkId {
    return ++this.#links as LinkId
  }

  dial(link: LinkId, addr: Address, showing?: Showing): void {
    this.asked.push(`dial ${addr}`)
    this.onDial(link, addr, showing)
  }

  send(link: LinkId, _lc: number, frame: Frame): void {
    this.asked.push(`send ${frame.type}`)
    this.onSend(link, frame)
  }

  hold(): void {}

  guard(): void {}

  admit(link: LinkId, room: RoomId, key: RoomKey): void {
    this.asked.push(`admit ${link} ${room.slice(0, 4)} ${key.slice(0, 4)}`)
  }

  deny(link: LinkId, why: string): void {
    this.asked.push(why === 'denied' ? `deny ${link}` : `${why} ${link}`)
  }

  close(link: LinkId): void {
    this.asked.push('close')
    this.onClose(link)
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }
}

export const fakeHome: HomePort = {
  uid: ann,
  inc,
  mintInc: (above) => Promise.resolve(makeInc(above + 1, '0123456789abcdef')),
}

/** A step that looks its effects up by event type. */
export function scripted(
  script: Partial<{ [T in Event['type']]: (event: Extract<Event, { type: T }>) => Effect[] }>,
): (event: Event) => Effect[] {
  return (event) => (script[event.type] as ((event: Event) => Effect[]) | undefined)?.(event) ?? []
}

/** Lets all that is ready run: promises and immediates, no timers. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise<void>((resolve) => setImmediate(resolve))
}
