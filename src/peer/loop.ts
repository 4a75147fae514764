/**
 * Runs one core: feeds it events one after another, and performs its effects in order on the ports.
 *
 * The loop is never re-entrant: an event that arrives while the effects of a step are performed waits, so
 * effects of two steps are never mixed.
 */

import type { Event } from '../core/model/events.ts'
import type { Effect } from '../core/model/effects.ts'
import type { Address, LinkId } from '../core/model/ids.ts'
import { assert } from '../lib/assert.ts'
import { asError } from './to-room.ts'
import { Intake, type IntakeParts } from './intake.ts'
import { RoundTrips } from './round-trips.ts'
import type {
  Blocked,
  Clock,
  HomePort,
  Knock,
  PeerTrace,
  Refused,
  Store,
  StoreSink,
  Transport,
  TransportSink,
} from './ports.ts'

/** Effects that are for people and programs, not for a port. */
export type SessionEffect = Extract<
  Effect,
  {
    type:
      | 'deliver'
      | 'deliverRange'
      | 'pending'
      | 'reissued'
      | 'sent'
      | 'refuse'
      | 'entered'
      | 'membersChanged'
      | 'leaderChanged'
      | 'checked'
      | 'log'
      | 'mintKey'
      | 'knockHeard'
      | 'knockAnswered'
      | 'rekeyed'
      | 'stop'
  }
>

/** Receives what is not for a port. */
export interface LoopSink {
  perform(effect: SessionEffect): void
  /** What a `persist` writes, before anything that follows it is performed. */
  persisting(effect: Extract<Effect, { type: 'persist' }>): void
  /** Every `persist` up to `upTo` is committed. Called before the core's answer is performed. */
  committed(upTo: number): void
  /** The node cannot go on: a bug of ours, or the store failed. The loop has stopped. */
  broken(error: Error): void
  /** Commits wait. Called before the core's answer is performed. */
  blocked(why: Blocked): void
  refused(refused: Refused): void
  knocked(link: LinkId, knock: Knock): void
  /** A link has ended. Returns whether it was one on which somebody knocked, of which the core knows nothing. */
  closed(link: LinkId): boolean
  addressLost(): void
  addressBack(): void
  addressMoved(address: Address): void
}

export type LoopParts = {
  /** The core's step, over its state. */
  step: (event: Event) => readonly Effect[]
  transport: Transport
  store: Store
  home: HomePort
  clock: Clock
  sink: LoopSink
  /** Whether others may ask to be let into a locked room. */
  knocks?: boolean | undefined
  /** Verifies beside the event loop what is much; undefined: the core verifies all itself. */
  aside?: Pick<IntakeParts, 'claims' | 'verifier'> | undefined
  /** Sees each step; for tests and for following a node's life. */
  trace?: PeerTrace | undefined
}

/** The timer that the core always keeps armed. When it is overdue, this process slept. */
const heartbeatTimer = 'heartbeat'
/** A loop that is later than this was suspended. Unit: ms. Source: PROTOCOL.md section 2.6, pause rule. */
const sleptAfterMs = 500

type Timer = { dueAt: number; readonly cancel: () => void }

/** Drives one core from `started` to `stop`. Attach `transportSink` and `storeSink` to the adapters. */
export class Loop {
  readonly #parts: LoopParts
  readonly #timers = new Map<string, Timer>()
  readonly #roundTrips = new RoundTrips()
  readonly #intake: Intake | undefined
  #queue: Event[] = []
  #busy = false
  #over = false

  constructor(parts: LoopParts) {
    this.#parts = parts
    const { aside, transport, clock } = parts
    this.#intake = aside && new Intake({ ...aside, transport, clock, sink: this.#direct })
  }

  get transportSink(): TransportSink {
    return this.#intake ?? this.#direct
  }

  /** Whether the loop has ended and takes no more events. */
  get over(): boolean {
    return this.#over
  }

  readonly #direct: TransportSink = {
    accepted: (link, uid, key) =>
      this.feed({ type: 'linkAccepted', link, uid, ...(key === undefined ? {} : { key }) }),
    knocked: (link, knock) => {
      if (!this.#over) this.#parts.sink.knocked(link, knock)
    },
    opened: (link, uid, tookMs) => {
      if (tookMs !== undefined) this.#roundTrips.dialTook(link, this.#parts.clock.monotonic() - tookMs)
      this.feed({ type: 'linkOpened', link, uid })
    },
    received: (link, lc, frame) => this.feed({ type: 'frameReceived', link, lc, frame }),
    heard: (link) => this.feed({ type: 'linkHeard', link }),
    drained: (link) => this.feed({ type: 'linkDrained', link }),
    closed: (link, why) => {
      if (!this.#over && !this.#parts.sink.closed(link)) this.feed({ type: 'linkClosed', link, why })
    },
    refused: (refused) => {
      if (!this.#over) this.#parts.sink.refused(refused)
    },
    addressLost: () => this.#parts.sink.addressLost(),
    addressBack: () => this.#parts.sink.addressBack(),
    addressMoved: (address) => {
      if (!this.#over) this.#parts.sink.addressMoved(address)
    },
  }

  readonly storeSink: StoreSink = {
    committed: (upTo) => {
      if (this.#over) return
      this.#parts.sink.committed(upTo)
      this.feed({ type: 'committed', upTo })
    },
    blocked: (why) => {
      if (this.#over) return
      this.#parts.sink.blocked(why)
      this.feed({ type: 'diskFilled' })
    },
    freed: () => this.feed({ type: 'diskFreed' }),
    failed: (error) => this.#break(error),
  }

  /** Takes an event from outside. Handled before the call returns, unless a step is under way. */
  feed(event: Event): void {
    if (this.#over) return
    this.#noticeSleep()
    const measured = this.#roundTrips.measured(event, () => this.#parts.clock.monotonic())
    if (measured) this.#queue.push(measured)
    this.#queue.push(event)
    this.#run()
  }

  /** Ends the loop without another step: no timer fires, no event is taken. */
  stop(): void {
    this.#over = true
    this.#intake?.stop()
    this.#queue = []
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }

  /**
   * 2.6, pause rule: any event may be the first after a sleep, and the core must know that it slept before it
   * judges that event. Reported once for each sleep, as the heartbeat may come later than that event.
   */
  #noticeSleep(): void {
    const heartbeat = this.#timers.get(heartbeatTimer)
    if (heartbeat === undefined) return
    const now = this.#parts.clock.monotonic()
    const sleptMs = Math.round(now - heartbeat.dueAt)
    if (sleptMs <= sleptAfterMs) return
    heartbeat.dueAt = now
    this.#roundTrips.clear()
    this.#queue.push({ type: 'woke', sleptMs })
  }

  #run(): void {
    if (this.#busy) return
    this.#busy = true
    for (let i = 0; i < this.#queue.length && !this.#over; i++) {
      const event = this.#queue[i]
      assert(event !== undefined, 'the queue has no holes')
      // What was handled is let go in blocks: a long burst neither shifts an array per event nor grows it.
      if (i >= 1024) {
        this.#queue.splice(0, i)
        i = 0
      }
      try {
        const effects = this.#parts.step(event)
        this.#parts.trace?.(event, effects)
        for (const effect of effects) {
          if (this.#over) break
          this.#perform(effect)
        }
      } catch (error) {
        this.#break(asError(error))
      }
    }
    this.#queue = []
    this.#busy = false
  }

  #perform(effect: Effect): void {
    const { transport, store, home, sink } = this.#parts
    this.#roundTrips.performing(effect, () => this.#parts.clock.monotonic())
    switch (effect.type) {
      case 'dial':
        return transport.dial(effect.link, effect.addr, effect.key && { key: effect.key })
      case 'guard':
        return transport.guard(effect.keys, this.#parts.knocks === true)
      case 'send':
        return transport.send(effect.link, effect.lc, effect.frame, effect.paced)
      case 'close':
        this.#intake?.drop(effect.link)
        return transport.close(effect.link)
      case 'persist':
        sink.persisting(effect)
        return store.persist(effect.n, effect.write)
      case 'flush':
        return store.flush()
      case 'readLog': {
        const { request, from, bytesMax } = effect
        return this.#answer(store.read(from, bytesMax), (records) => ({
          type: 'logRead',
          request,
          from,
          records,
        }))
      }
      case 'seek': {
        const { request, lacking } = effect
        return this.#answer(store.seek(lacking), (pos) => ({ type: 'sought', request, pos }))
      }
      case 'readChains': {
        const { request, namespace, points, base } = effect
        return this.#answer(store.chainsAt(namespace, points, base), (chains) => ({
          type: 'chainsRead',
          request,
          chains,
        }))
      }
      case 'keepLock':
        return store.keepLock(effect.lock)
      case 'keepBook':
        return store.keepBook(effect.book)
      case 'mintInc':
        return this.#answer(home.mintInc(effect.above), (inc) => ({
          type: 'incMinted',
          inc,
          use: effect.use,
        }))
      case 'startTimer':
        this.#timers.get(effect.name)?.cancel()
        return this.#arm(effect.name, effect.ms)
      case 'stopTimer':
        this.#timers.get(effect.name)?.cancel()
        this.#timers.delete(effect.name)
        return
      case 'stop':
        this.stop()
        return sink.perform(effect)
      default:
        return sink.perform(effect)
    }
  }

  #arm(name: string, ms: number): void {
    const { clock } = this.#parts
    const cancel = clock.after(ms, () => {
      if (this.#over) return
      this.#noticeSleep()
      this.#timers.delete(name)
      this.#queue.push({ type: 'timerFired', name, ...(name === heartbeatTimer && { wall: clock.wall() }) })
      this.#run()
    })
    this.#timers.set(name, { dueAt: clock.monotonic() + ms, cancel })
  }

  #answer<T>(asked: Promise<T>, toEvent: (value: T) => Event): void {
    asked.then(
      (value) => this.feed(toEvent(value)),
      (error: unknown) => this.#break(asError(error)),
    )
  }

  #break(error: Error): void {
    if (this.#over) return
    this.stop()
    this.#parts.sink.broken(error)
  }
}
