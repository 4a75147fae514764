/**
 * Searches the whole core in small rooms (docs/TESTING.md, E2 to E5). From a formed ring it plays every order
 * in which frames can arrive and dials be answered while nodes crash, restart, send messages or are cut off. Timers
 * are slow: they fire only when nothing else can happen, in every order. After every step the rules of
 * data-rules.ts must hold; and where nothing is under way, time passes, and the room must come to rest.
 */

import { roomKey } from './room-key.ts'
import type { Watched } from './passing-time.ts'
import { isStill, passTime, settle, witnessOf } from './passing-time.ts'
import { SearchRoom } from './search-room.ts'
import { DataRules } from './data-rules.ts'
import { hashOf } from '../world/hash.ts'
import { arrivalsOf } from './wires.ts'

/** What may happen beside frames and timers, and how often at most. */
export type ControlBounds = {
  readonly nodes: number
  readonly crashes: number
  /** Crashes may strike between any two effects, also of one step. Default: between steps only. */
  readonly midStep?: boolean
  readonly restarts: number
  /** Pairs of groups that may be cut apart, all at once; and healed again. Places begin with 0. */
  readonly cut?: readonly [readonly number[], readonly number[]]
  /** Only what the first group sends is lost. */
  readonly oneWay?: boolean
  readonly messages: number
  /** Timers that may fire, in any order, before time passes as it does. */
  readonly timers: number
  readonly statesMax: number
}

export type ControlFound = {
  readonly states: number
  readonly depth: number
  /** Ends from which the room was watched until it came to rest. */
  readonly ends: number
  readonly complete: boolean
  readonly violation: { readonly what: string; readonly trace: readonly string[] } | undefined
}

type Left = {
  crashes: number
  restarts: number
  cuts: number
  heals: number
  messages: number
  timers: number
}

type Spot = Watched & { readonly left: Left }

/** Something that can happen next; at which node, if a crash in the middle of it is to be tried. */
type Action = { readonly name: string; readonly at?: number; run(spot: Spot): void }

export function searchControl(bounds: ControlBounds): ControlFound {
  const seen = new Set<number>()
  let ends = 0
  const trace: string[] = []
  let depth = 0
  let isCut = false
  let violation: ControlFound['violation']
  const placeOf = ({ room, rules, left }: Spot): number =>
    hashOf(`${roomKey(room)}\n${rules.key()}\n${Object.values(left).join()}`)
  const explore = (spot: Spot): void => {
    const place = placeOf(spot)
    if (seen.has(place)) return
    if (seen.size >= bounds.statesMax) {
      isCut = true
      return
    }
    seen.add(place)
    depth = Math.max(depth, trace.length)
    if (isStill(spot.room)) {
      ends++
      const end = copyOf(spot)
      const what = passTime(end) ?? end.rules.failureOf(end.room)
      if (what !== undefined) violation = { what, trace: [...trace] }
    }
    for (const action of actionsAt(spot, bounds)) {
      if (violation) return
      const next = copyOf(spot)
      trace.push(action.name)
      action.run(next)
      settle(next)
      const what = next.rules.failureOf(next.room)
      if (what !== undefined) violation = { what, trace: [...trace] }
      else explore(next)
      trace.pop()
    }
  }
  explore(formed(bounds))
  return { states: seen.size, depth, ends, complete: !isCut && !violation, violation }
}

function copyOf({ room, rules, left }: Spot): Spot {
  return { room: room.copy(), rules: rules.copy(), left: { ...left } }
}

/** A ring of all nodes, in which nothing is under way. */
function formed(bounds: ControlBounds): Spot {
  const { nodes, crashes, restarts, messages, timers } = bounds
  const cuts = bounds.cut ? 1 : 0
  const left = { crashes, restarts, cuts, heals: cuts, messages, timers }
  const spot: Spot = { room: new SearchRoom(nodes, 2, 'all'), rules: new DataRules(nodes), left }
  const { room } = spot
  const witness = witnessOf(spot)
  for (let i = 0; i < nodes; i++) {
    if (i === 0) room.start(0, 'create', witness)
    else room.join(i, i - 1, witness)
    passTime(spot)
  }
  return spot
}

function* actionsAt(spot: Spot, bounds: ControlBounds): Iterable<Action> {
  yield* faultsAt(spot, bounds)
  for (const action of stepsAt(spot)) {
    yield action
    if (bounds.midStep && spot.left.crashes > 0) yield* crashesIn(action)
  }
}

/** The same, but its node crashes in the middle of it: after no effect, after one, and so on. */
function* crashesIn(action: Action): Iterable<Action> {
  const { name, at } = action
  if (at === undefined) return
  let isStruck = true
  for (let effects = 0; isStruck; effects++) {
    yield {
      name: `${name}, n${at + 1} crashes after ${effects} effects`,
      run(next) {
        next.room.doom = { node: at, effects }
        action.run(next)
        settle(next)
        isStruck = next.room.doom === undefined
        next.room.doom = undefined
        if (isStruck) next.left.crashes--
      },
    }
  }
}

function* stepsAt({ room, left }: Spot): Iterable<Action> {
  for (let i = 0; left.messages > 0 && i < room.nodes.length; i++)
    if (room.node(i).state) yield { name: `say n${i + 1}`, at: i, run: (next) => say(next, i) }
  for (const { wire, from, frame } of arrivalsOf(room.wires)) {
    const at = room.wires.indexOf(wire)
    const [sender, receiver] = from === 0 ? wire.ends : [wire.ends[1], wire.ends[0]]
    yield {
      name: `n${sender.node + 1}->n${receiver.node + 1} ${frame?.type ?? 'end'}`,
      at: receiver.node,
      run(next) {
        const own = next.room.wires[at]
        if (own) next.room.deliver(own, from, witnessOf(next))
      },
    }
  }
  for (let i = 0; i < room.nodes.length; i++) {
    const node = room.node(i)
    for (const { link, addr } of node.dials)
      yield {
        name: `n${i + 1} dials ${addr}`,
        at: i,
        run: (next) => next.room.answer(i, link, witnessOf(next)),
      }
  }
  if (left.timers === 0 || !isStill(room)) return
  for (let i = 0; i < room.nodes.length; i++)
    for (const name of room.node(i).timers.keys()) {
      if (name === 'heartbeat' || name === 'give-up' || name.startsWith('dial:')) continue
      yield {
        name: `n${i + 1} timer ${name}`,
        at: i,
        run(next) {
          next.left.timers--
          next.room.fire(i, name, witnessOf(next))
        },
      }
    }
}

function* faultsAt({ room, left }: Spot, { cut, oneWay }: ControlBounds): Iterable<Action> {
  for (let i = 0; i < room.nodes.length; i++) {
    const { state } = room.node(i)
    if (state && left.crashes > 0) yield { name: `crash n${i + 1}`, run: (next) => crash(next, i) }
    if (!state && left.restarts > 0) yield { name: `restart n${i + 1}`, run: (next) => restart(next, i) }
  }
  if (cut && left.cuts > 0) {
    yield {
      name: 'cut',
      run(next) {
        next.left.cuts--
        for (const a of cut[0])
          for (const b of cut[1]) {
            next.room.cut(a, b, witnessOf(next))
            if (!oneWay) next.room.cut(b, a, witnessOf(next))
          }
      },
    }
  }
  if (left.heals > 0 && room.cuts.size > 0) {
    yield {
      name: 'heal',
      run(next) {
        next.left.heals--
        next.room.cuts = new Set()
      },
    }
  }
}

function say(spot: Spot, index: number): void {
  const text = `m${spot.left.messages--}`
  spot.room.feed(index, { type: 'said', messages: [{ text, kind: 'message' }], wall: 0 }, witnessOf(spot))
}

function crash(spot: Spot, index: number): void {
  spot.left.crashes--
  spot.room.crash(index, 0, false)
}

function restart(spot: Spot, index: number): void {
  spot.left.restarts--
  spot.rules.started(index)
  spot.room.start(index, 'resume', witnessOf(spot))
}
