/**
 * A small room for exhaustive search: cores, disks and links as plain data that can be copied, where
 * nothing happens by itself. Whoever searches chooses what happens next. Performs effects at once; knows
 * nothing of which choices are searched or what must hold.
 */

import { assert } from '../lib/assert.ts'
import { defaultConfig } from '../core/config.ts'
import type { Effect } from '../core/effects.ts'
import type { Event } from '../core/events.ts'
import type { Address, LinkId, RoomId, Uid } from '../core/ids.ts'
import { makeInc } from '../core/ids.ts'
import type { Frame } from '../core/messages.ts'
import { initialState, step } from '../core/index.ts'
import type { State } from '../core/index.ts'
import { Disk } from './disk.ts'
import type { Detail } from './search-state.ts'
import { copyState } from './search-state.ts'

export type SearchNode = {
  readonly uid: Uid
  readonly addr: Address
  state: State | undefined
  disk: Disk
  /** Armed timers, and when each is due. Unit: ms of `now`. */
  timers: Map<string, number>
  /** Dials that nobody has answered yet. */
  dials: { readonly link: LinkId; readonly addr: Address }[]
  lastLink: number
  /** What `key` wrote for this node, and the links that it had then. */
  text?: { readonly links: string; readonly key: string }
}

/** One end of a connection. */
export type End = { readonly node: number; readonly link: LinkId }

/** A connection: what end 0 sent and end 1 did not get yet, and the other way round. */
export type Wire = {
  readonly ends: readonly [End, End]
  readonly queues: [{ lc: number; frame: Frame }[], { lc: number; frame: Frame }[]]
  readonly closed: [boolean, boolean]
}

/** Hears of every effect, after the step and before it is performed. */
export type Witness = (node: number, effects: readonly Effect[]) => void

export class SearchRoom {
  readonly nodes: SearchNode[] = []
  wires: Wire[] = []
  /** Moves only when whoever searches lets time pass. Unit: ms. */
  now = 0
  /** Pairs of nodes that cannot reach one another, as `0-1`. */
  cuts: ReadonlySet<string> = new Set()
  readonly copies: number
  readonly detail: Detail

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
    copy.wires = this.wires.map(({ ends, queues, closed }) => ({
      ends,
      queues: [[...queues[0]], [...queues[1]]],
      closed: [...closed],
    }))
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
      stored: node.disk.facts(),
    })
    this.feed(index, event, witness)
  }

  /** kill -9 with so many of the writes that were not yet durable. `lost`: so is all that was on its way. */
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

  /** These two cannot reach one another any more, and both notice it. */
  cut(a: number, b: number, witness: Witness): void {
    this.cuts = new Set([...this.cuts, a < b ? `${a}-${b}` : `${b}-${a}`])
    for (const { ends, queues, closed } of this.wires) {
      const nodes = [ends[0].node, ends[1].node]
      if (!nodes.includes(a) || !nodes.includes(b)) continue
      for (const i of [0, 1] as const) {
        queues[i].length = 0
        if (closed[i]) continue
        closed[i] = true
        this.feed(ends[i].node, { type: 'linkClosed', link: ends[i].link, why: 'silent' }, witness)
      }
    }
  }

  /** A dial has its answer: a connection, a refusal, or silence. */
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

  /** A dial comes through: both ends learn it, and greet one another. */
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

  /** Directions in which something can arrive. */
  *arrivals(): Iterable<{ wire: Wire; from: 0 | 1; frame: Frame | undefined }> {
    for (const wire of this.wires)
      for (const from of [0, 1] as const) {
        if (wire.closed[1 - from]) continue
        const frame = wire.queues[from][0]?.frame
        if (frame || wire.closed[from]) yield { wire, from, frame }
      }
  }

  /** Forgets connections that both ends have closed. */
  sweep(): void {
    this.wires = this.wires.filter(({ closed }) => !closed[0] || !closed[1])
  }

  /** All effects first, in their order; then what they brought about. */
  #perform(index: number, effects: readonly Effect[], witness: Witness): void {
    const node = this.#own(index)
    const answers: Event[] = []
    witness(index, effects)
    for (const effect of effects) {
      switch (effect.type) {
        case 'dial':
          node.dials.push({ link: effect.link, addr: effect.addr })
          break
        case 'send':
          this.#send(index, effect)
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
        case 'seek':
          answers.push({ type: 'sought', request: effect.request, pos: node.disk.seek(effect.frontier) })
          break
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
    for (const event of answers) this.feed(index, event, witness)
  }

  #send(index: number, effect: Extract<Effect, { type: 'send' }>): void {
    const { link, lc, frame } = effect
    for (const wire of this.wires)
      for (const from of [0, 1] as const) {
        const end = wire.ends[from]
        if (end.node !== index || end.link !== link) continue
        // What the other end would not read any more needs no place.
        if (!wire.closed[1 - from]) wire.queues[from].push({ lc, frame })
      }
  }

  #close(index: number, link: LinkId): void {
    const node = this.#own(index)
    node.dials = node.dials.filter((dial) => dial.link !== link)
    for (const wire of this.wires)
      wire.ends.forEach((end, i) => {
        if (end.node === index && end.link === link) wire.closed[i as 0 | 1] = true
      })
  }
}
