/**
 * A small room for exhaustive search: cores, disks and links as plain data that can be copied. Nothing
 * happens by itself: the search chooses what happens next. Effects are performed at once.
 */

import { simNotary } from '../world/notary.ts'
import { assert } from '../../src/lib/assert.ts'
import { defaultConfig } from '../../src/core/model/config.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Address, LinkId, RoomId, Uid } from '../../src/core/model/ids.ts'
import { makeInc } from '../../src/core/model/ids.ts'
import { initialState, step } from '../../src/core/index.ts'
import type { State } from '../../src/core/index.ts'
import { Disk } from '../world/disk.ts'
import type { Detail } from './state-copies.ts'
import { copyState } from './state-copies.ts'
import type { End, Wire } from './wires.ts'
import { closeEnd, copyWire, sendFrom } from './wires.ts'

export type SearchNode = {
  readonly uid: Uid
  readonly addr: Address
  state: State | undefined
  disk: Disk
  /** Armed timers, and when each is due. Unit: ms of `now`. */
  timers: Map<string, number>
  /** Dials without a reply yet. */
  dials: { readonly link: LinkId; readonly addr: Address }[]
  lastLink: number
  /** What `key` wrote for this node, and the links that it had then. */
  text?: { readonly links: string; readonly key: string }
}

/** Is called with every effect, after the step and before the first `performed` of them are performed. */
export type Witness = (node: number, effects: readonly Effect[], performed: number) => void

export class SearchRoom {
  readonly nodes: SearchNode[] = []
  wires: Wire[] = []
  /** Moves only when the search lets time pass. Unit: ms. */
  now = 0
  /** Pairs of nodes that cannot reach one another, as `0-1`. */
  cuts: ReadonlySet<string> = new Set()
  readonly copies: number
  readonly detail: Detail
  /** Crashes a node after that many more of its effects; undefined when it has struck, or no node is to crash. */
  doom: { readonly node: number; effects: number } | undefined

  constructor(count: number, copies: number, detail: Detail) {
    this.copies = copies
    this.detail = detail
    for (let i = 0; i < count; i++) {
      const digit = String(i + 1)
      this.nodes.push({
        uid: digit.repeat(32) as Uid,
        addr: `10.0.0.${digit}:4000` as Address,
        state: undefined,
        disk: new Disk(),
        timers: new Map(),
        dials: [],
        lastLink: 1,
      })
    }
  }

  /** Nodes that this room has changed since it was copied: all others are shared. */
  readonly changed = new Set<number>()

  copy(): SearchRoom {
    const copy = new SearchRoom(0, this.copies, this.detail)
    copy.now = this.now
    copy.cuts = this.cuts
    copy.nodes.push(...this.nodes)
    copy.wires = this.wires.map(copyWire)
    return copy
  }

  /** A node that may be changed. */
  #own(index: number): SearchNode {
    const shared = this.node(index)
    if (this.changed.has(index)) return shared
    this.changed.add(index)
    const { text: _stale, ...node } = shared
    const disk = node.disk.copy()
    disk.pending = [...node.disk.pending]
    const state = node.state && copyState(node.state)
    const own = { ...node, state, disk, timers: new Map(node.timers), dials: [...node.dials] }
    this.nodes[index] = own
    return own
  }

  node(index: number): SearchNode {
    const node = this.nodes[index]
    assert(node, `no node ${index}`)
    return node
  }

  start(index: number, mode: 'create' | 'resume', witness: Witness): void {
    this.#begin(index, { type: 'started', mode, contacts: [] }, witness)
  }

  /** Starts a node that knows one other. */
  join(index: number, contact: number, witness: Witness): void {
    const { addr } = this.node(contact)
    this.#begin(index, { type: 'started', mode: 'join', contacts: [addr] }, witness)
  }

  #begin(index: number, event: Extract<Event, { type: 'started' }>, witness: Witness): void {
    const node = this.#own(index)
    node.disk.boots++
    node.state = initialState({
      uid: node.uid,
      inc: makeInc(node.disk.boots, String(node.disk.boots).padStart(16, '0')),
      name: `n${index + 1}`,
      addr: node.addr,
      room: (event.mode === 'join' ? '' : 'f'.repeat(32)) as RoomId,
      copies: this.copies,
      durable: true,
      seed: 1,
      config: defaultConfig,
      notary: simNotary,
      stored: node.disk.facts(),
    })
    this.feed(index, event, witness)
  }

  /** kill -9; of the writes that were not yet durable that many survive. `lost`: all that was on its way is lost. */
  crash(index: number, survivors: number, lost: boolean): void {
    const node = this.#own(index)
    node.disk.crash(survivors)
    node.state = undefined
    node.timers.clear()
    node.dials = []
    for (const wire of this.wires) {
      wire.ends.forEach((end, i) => {
        if (end.node !== index) return
        wire.closed[i as 0 | 1] = true
        if (lost) wire.queues[i as 0 | 1].length = 0
      })
    }
  }

  feed(index: number, event: Event, witness: Witness): void {
    if (!this.node(index).state) return
    const { state } = this.#own(index)
    if (state) this.#perform(index, step(state, event), witness)
  }

  /** Something is done to a core from outside; what it asks for is performed. */
  force(index: number, act: (state: State) => void, witness: Witness): void {
    const { state } = this.#own(index)
    if (!state) return
    state.out = []
    act(state)
    const { out } = state
    // A step in which nothing happens lets every concern decide what the change means.
    this.#perform(index, [...out, ...step(state, { type: 'linkDrained', link: -1 as LinkId })], witness)
  }

  isCut(a: number, b: number): boolean {
    return this.cuts.has(a < b ? `${a}-${b}` : `${b}-${a}`)
  }

  /**
   * Nothing of `from` reaches `to` any more, which notices the silence. What `to` had sent still arrives;
   * but no dial comes through between them, because each end of a connection must hear the other.
   */
  cut(from: number, to: number, witness: Witness): void {
    this.cuts = new Set([...this.cuts, from < to ? `${from}-${to}` : `${to}-${from}`])
    for (const { ends, queues, closed } of this.wires)
      for (const i of [0, 1] as const) {
        const end = ends[1 - i] as End
        if (ends[i].node !== from || end.node !== to) continue
        queues[i].length = 0
        if (closed[1 - i]) continue
        closed[(1 - i) as 0 | 1] = true
        this.feed(to, { type: 'linkClosed', link: end.link, why: 'silent' }, witness)
      }
  }

  /** The result of a dial: a connection, a refusal, or silence. */
  answer(index: number, link: LinkId, witness: Witness): void {
    const node = this.#own(index)
    const dial = node.dials.find((other) => other.link === link)
    if (!dial) return
    const to = this.nodes.findIndex(({ addr }) => addr === dial.addr)
    node.dials = node.dials.filter((other) => other !== dial)
    const why = to < 0 || this.isCut(index, to) ? 'silent' : 'refused'
    if (why === 'silent' || !this.node(to).state) this.feed(index, { type: 'linkClosed', link, why }, witness)
    else this.connect(index, link, to, witness)
  }

  fire(index: number, name: string, witness: Witness): void {
    this.#own(index).timers.delete(name)
    this.feed(index, { type: 'timerFired', name }, witness)
  }

  /** A dial succeeds: both ends learn it, and greet each other. */
  connect(from: number, link: LinkId, to: number, witness: Witness): void {
    const dialler = this.#own(from)
    const acceptor = this.#own(to)
    dialler.dials = dialler.dials.filter((dial) => dial.link !== link)
    acceptor.lastLink += 2
    const far = acceptor.lastLink as LinkId
    this.wires.push({
      ends: [
        { node: from, link },
        { node: to, link: far },
      ],
      queues: [[], []],
      closed: [false, false],
    })
    this.feed(to, { type: 'linkAccepted', link: far, uid: dialler.uid }, witness)
    this.feed(from, { type: 'linkOpened', link, uid: acceptor.uid }, witness)
  }

  commit(index: number, witness: Witness): void {
    const { disk } = this.#own(index)
    const upTo = disk.pending.at(-1)?.n ?? 0
    disk.commit(upTo)
    this.feed(index, { type: 'committed', upTo }, witness)
  }

  /** The oldest frame of one direction arrives, or, when there is none, that the other end closed. */
  deliver(wire: Wire, from: 0 | 1, witness: Witness): void {
    const to = wire.ends[1 - from] as End
    const packet = wire.queues[from].shift()
    if (wire.closed[1 - from]) return
    if (packet) {
      this.feed(to.node, { type: 'frameReceived', link: to.link, ...packet }, witness)
    } else {
      wire.closed[(1 - from) as 0 | 1] = true
      this.feed(to.node, { type: 'linkClosed', link: to.link, why: 'closed' }, witness)
    }
  }

  /** Forgets connections that both ends have closed. */
  sweep(): void {
    this.wires = this.wires.filter(({ closed }) => !closed[0] || !closed[1])
  }

  /** All effects first, in their order; then what they brought about. A doomed node may not get so far. */
  #perform(index: number, effects: readonly Effect[], witness: Witness): void {
    const doom = this.doom?.node === index ? this.doom : undefined
    const isLast = doom !== undefined && doom.effects < effects.length
    const performed = isLast ? effects.slice(0, doom.effects) : effects
    if (doom) doom.effects -= effects.length
    const node = this.#own(index)
    const answers: Event[] = []
    witness(index, effects, performed.length)
    for (const effect of performed) {
      switch (effect.type) {
        case 'dial':
          node.dials.push({ link: effect.link, addr: effect.addr })
          break
        case 'send':
          sendFrom(this.wires, { node: index, link: effect.link }, effect)
          if (effect.paced) answers.push({ type: 'linkDrained', link: effect.link })
          break
        case 'close':
          this.#close(index, effect.link)
          break
        case 'persist':
          node.disk.pending.push({ n: effect.n, write: effect.write })
          break
        case 'readLog': {
          const { request, from, bytesMax } = effect
          answers.push({ type: 'logRead', request, from, records: node.disk.read(from, bytesMax) })
          break
        }
        case 'seek': {
          const pos = node.disk.seek(effect.lacking) ?? node.disk.log.length + 1
          answers.push({ type: 'sought', request: effect.request, pos })
          break
        }
        case 'readChains': {
          const { request, namespace, points } = effect
          answers.push({ type: 'chainsRead', request, chains: node.disk.chainsAt(namespace, points) })
          break
        }
        case 'keepBook':
          node.disk.book = effect.book
          break
        case 'startTimer':
          node.timers.set(effect.name, this.now + effect.ms)
          break
        case 'stopTimer':
          node.timers.delete(effect.name)
          break
        case 'stop':
          node.state = undefined
          return
        default:
      }
    }
    if (isLast) {
      this.doom = undefined
      this.crash(index, 0, false)
    }
    for (const event of answers) this.feed(index, event, witness)
  }

  #close(index: number, link: LinkId): void {
    const node = this.#own(index)
    node.dials = node.dials.filter((dial) => dial.link !== link)
    closeEnd(this.wires, { node: index, link })
  }
}
