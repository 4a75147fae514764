/**
 * Writes what happens in a world on a tape.
 */

import type { Checks } from '../../sim/checkers/checks.ts'
import type { Observer, SimNode, World } from '../../sim/world/world.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { comparisonsOf } from './comparison.ts'
import type { NodeView } from './node-view.ts'
import { viewOf } from './node-view.ts'
import type { Entry, Flight, Tape, Weight } from './tape.ts'

/** Frames that say nothing but that their sender lives, or that something is on a disk. */
const dullFrames = new Set<Frame['type']>(['ping', 'pong', 'hello', 'info', 'stored', 'safe'])
const vividFrames = new Set<Frame['type']>([
  ...(['elect', 'elected', 'stale', 'alive', 'resign', 'link', 'linkOk', 'refer'] as const),
  ...(['move', 'moveOk', 'moved', 'submit', 'view', 'leave', 'bye', 'suspect'] as const),
])

function isVivid(effect: Effect): boolean {
  return (
    effect.type === 'log' ||
    effect.type === 'deliver' ||
    effect.type === 'leaderChanged' ||
    effect.type === 'sent' ||
    (effect.type === 'send' && vividFrames.has(effect.frame.type))
  )
}

/** How much this step tells. */
function weightOf(event: Event, effects: readonly Effect[]): Weight {
  if (event.type === 'frameReceived' && vividFrames.has(event.frame.type)) return 2
  if (event.type === 'said' || effects.some(isVivid)) return 2
  const isDull =
    event.type === 'frameReceived'
      ? dullFrames.has(event.frame.type) || (event.frame.type === 'rec' && event.frame.records.length === 0)
      : event.type !== 'linkClosed' && event.type !== 'linkOpened' && event.type !== 'linkAccepted'
  return isDull && effects.every((effect) => effect.type !== 'send' || dullFrames.has(effect.frame.type))
    ? 0
    : 1
}

/** What a dead node has sent counts as lost then. Unit: virtual ms. */
const staleMs = 1000

/** Frames that nobody will get, because their link is gone, are looked for at each so many entries. */
const lookEvery = 64

export class Recorder implements Observer {
  readonly #world: World
  readonly #checks: Checks
  readonly #tape: Tape
  readonly #sinceMs: number
  readonly #views: (NodeView | undefined)[] = [undefined]
  readonly #lastOf: number[] = []
  /** On their way, by from and to, oldest first. */
  readonly #flights = new Map<number, Flight[]>()
  #came: Flight | undefined
  #hash = 0x811c9dc5
  #violations = 0
  #cutsChanged = false
  /** Own acts are written by the run. */
  isActing = false

  constructor(world: World, checks: Checks, tape: Tape, sinceMs: number) {
    this.#world = world
    this.#checks = checks
    this.#tape = tape
    this.#sinceMs = sinceMs
    for (const node of world.nodes) this.#views[node.index] = viewOf(node, this.#indexOf)
    for (const node of world.nodes)
      for (const { out } of node.pipes.values())
        for (const { frame, lost } of out.queue)
          if (typeof frame === 'object' && !lost) this.#launch(out.from.node, out.to.node, frame)
    tape.begin(
      world.nodes.map((node) => this.#views[node.index] as NodeView),
      [...this.#flights.values()].flat(),
    )
    world.observers.push(this)
  }

  get hash(): number {
    return this.#hash
  }

  readonly #indexOf = (uid: string): number | undefined => this.#world.byUid(uid)?.index

  #launch(from: number, to: number, frame: Frame): Flight {
    const flight = {
      from,
      to,
      frame,
      sentAtMs: this.#world.now - this.#sinceMs,
      sentBy: this.#tape.length,
    }
    const key = from * 65536 + to
    const list = this.#flights.get(key)
    if (list) list.push(flight)
    else this.#flights.set(key, [flight])
    return flight
  }

  #land(from: number, to: number, frame: Frame): Flight | undefined {
    const list = this.#flights.get(from * 65536 + to)
    const at = list?.findIndex((flight) => flight.frame === frame) ?? -1
    return at < 0 ? undefined : list?.splice(at, 1)[0]
  }

  sent(from: SimNode, to: SimNode, frame: Frame): void {
    const flight = this.#launch(from.index, to.index, frame)
    this.#tape.entries.at(-1)?.sent.push(flight)
  }

  delivered(from: SimNode, to: SimNode, _lc: number, frame: Frame): void {
    this.#came = this.#land(from.index, to.index, frame)
  }

  stepped(node: SimNode, event: Event, effects: readonly Effect[]): void {
    const before = this.#views[node.index]
    const view = viewOf(node, this.#indexOf)
    this.#views[node.index] = view
    const came = event.type === 'frameReceived' && event.frame === this.#came?.frame ? this.#came : undefined
    if (came) this.#came = undefined
    const mark = event.type === 'frameReceived' ? event.frame.type : event.type
    this.#write({
      node: node.index,
      weight: weightOf(event, effects),
      event,
      effects,
      came,
      mark,
      views: [view],
      comparisons: node.state ? comparisonsOf(event, before, view, node.state.inc) : [],
    })
  }

  crashed(node: SimNode): void {
    this.#views[node.index] = viewOf(node, this.#indexOf)
    // What it sent may still arrive; what is on its way to it will not.
    const gone = this.#dropTo(node.index)
    const weight = this.isActing ? 0 : 2
    this.#write({ node: node.index, weight, views: [this.#views[node.index] as NodeView], gone, mark: 'end' })
  }

  #dropTo(index: number): Flight[] {
    const gone: Flight[] = []
    for (const [key, list] of this.#flights) if ((key & 65535) === index) gone.push(...list.splice(0))
    return gone
  }

  told(command: string): void {
    if (/^(cut|heal|# heal)/.test(command)) this.#cutsChanged = true
    if (this.isActing) return
    this.#write({ node: 0, weight: 2, command, mark: command, views: [] })
  }

  /** Writes that an act begins. */
  acting(command: string): void {
    this.isActing = true
    this.#write({ node: 0, weight: 2, command, mark: command, views: [] })
  }

  /** The act was impossible: it is as if it had never been begun. */
  unacted(): void {
    this.isActing = false
    const entry = this.#tape.entries.pop()
    this.#hash = this.#tape.entries.at(-1)?.hash ?? 0x811c9dc5
    if (entry) this.#cutsChanged = false
  }

  /** Writes all that the act has changed, behind what it made nodes do. */
  acted(): void {
    this.isActing = false
    const entry = this.#tape.entries.at(-1)
    if (!entry) return
    for (const node of this.#world.nodes) {
      const view = viewOf(node, this.#indexOf)
      const known = this.#views[node.index]
      if (known && known.pausedUntil === view.pausedUntil && known.doing === view.doing) continue
      this.#views[node.index] = view
      entry.views.push(view)
    }
    entry.cuts = this.#cuts()
    this.#cutsChanged = false
    entry.gone.push(...this.#lost())
  }

  /** Frames that an act took out of the links. */
  #lost(): Flight[] {
    const gone: Flight[] = []
    for (const [key, list] of this.#flights) {
      if (list.length === 0) continue
      const from = this.#world.node(key >> 16)
      const kept = list.filter(({ to, frame }) =>
        [...from.pipes.values()].some(
          ({ out }) =>
            out.to.node === to && out.queue.some((packet) => packet.frame === frame && !packet.lost),
        ),
      )
      if (kept.length === list.length) continue
      // What a dead node has sent may still arrive.
      const nowMs = this.#world.now - this.#sinceMs
      const lost = list.filter(
        (flight) => !kept.includes(flight) && (from.state !== undefined || nowMs - flight.sentAtMs > staleMs),
      )
      gone.push(...lost)
      this.#flights.set(
        key,
        list.filter((flight) => !lost.includes(flight)),
      )
    }
    return gone
  }

  #write(
    made: Pick<Entry, 'node' | 'weight' | 'views'> &
      Partial<Pick<Entry, 'event' | 'effects' | 'command' | 'came' | 'comparisons' | 'gone'>> & {
        mark: string
      },
  ): void {
    const at = this.#tape.length + 1
    const { node, came, views } = made
    const atMs = this.#world.now - this.#sinceMs
    this.#mix(Math.round(atMs), node, made.mark, made.effects ?? [])
    const before = node > 0 ? (this.#lastOf[node] ?? 0) : 0
    if (node > 0) this.#lastOf[node] = at
    const { violations } = this.#checks
    const fresh = violations.length > this.#violations ? violations.slice(this.#violations) : []
    this.#violations = violations.length
    this.#tape.add({
      at,
      atMs,
      node,
      weight: made.weight,
      event: made.event,
      effects: made.effects ?? [],
      command: made.command,
      came,
      comparisons: made.comparisons ?? [],
      violations: fresh,
      views,
      sent: [],
      gone: [...(came ? [came] : (made.gone ?? [])), ...(at % lookEvery === 0 ? this.#lost() : [])],
      cuts: this.#cutsChanged ? this.#cuts() : undefined,
      before,
      isRest: false,
      hash: this.#hash,
    })
    this.#cutsChanged = false
  }

  #cuts(): (readonly [number, number])[] {
    const { nodes, network } = this.#world
    if (network.cuts.size === 0) return []
    const found: (readonly [number, number])[] = []
    for (const a of nodes)
      for (const b of nodes) if (network.cuts.isCut(a.index, b.index)) found.push([a.index, b.index])
    return found
  }

  #mix(atMs: number, node: number, mark: string, effects: readonly Effect[]): void {
    let hash = this.#hash
    const add = (value: number): void => void (hash = Math.imul(hash ^ value, 0x01000193) >>> 0)
    add(atMs)
    add(node)
    add(mark.length * 65536 + mark.charCodeAt(0) * 256 + mark.charCodeAt(mark.length - 1))
    for (const effect of effects) {
      const name = effect.type === 'send' ? effect.frame.type : effect.type
      add(name.length * 65536 + name.charCodeAt(0) * 256 + name.charCodeAt(name.length - 1))
    }
    this.#hash = hash
  }
}
