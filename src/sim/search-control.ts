/**
 * The whole core in small rooms (docs/TESTING.md, E2 to E5): from a formed ring, every order in which
 * frames can arrive and dials be answered while somebody crashes, comes back, speaks or is cut off. Timers
 * are slow: they fire only when nothing else can happen, in every order. After every step the rules of
 * search-rules.ts hold; and wherever nothing is under way any more, time passes, and the room must come
 * to rest. Knows nothing of what faults mean.
 */

import { statusOf } from '../core/links.ts'
import type { FrameType } from '../core/messages.ts'
import { roomKey } from './search-key.ts'
import type { Witness } from './search-room.ts'
import { SearchRoom } from './search-room.ts'
import { DataRules } from './search-rules.ts'
import { hashOf } from './search-state.ts'

/** What may happen besides frames and timers, at most once each or so often. */
export type ControlBounds = {
  readonly nodes: number
  readonly crashes: number
  readonly restarts: number
  /** Pairs of groups that may be cut apart, all at once; and healed again. Places begin with 0. */
  readonly cut?: readonly [readonly number[], readonly number[]]
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

type Spot = { readonly room: SearchRoom; readonly rules: DataRules; readonly left: Left }

type Action = { readonly name: string; run(spot: Spot): void }

/**
 * These arrive at once: greetings, life signs, and what only tells how far a disk is. Whoever needs a
 * greeting does nothing before it, so its delay is that of the dial.
 */
const eager: ReadonlySet<FrameType> = new Set([
  'hello',
  'info',
  'ping',
  'pong',
  'stored',
  'safe',
  'upDone',
  'synced',
])

/** Virtual time within which a room without faults comes to rest. Unit: ms. */
const restMs = 60_000

export function searchControl(bounds: ControlBounds): ControlFound {
  const seen = new Set<number>()
  const watched = new Set<number>()
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
    if (isStill(spot.room) && !watched.has(place)) {
      watched.add(place)
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
  return { states: seen.size, depth, ends: watched.size, complete: !isCut && !violation, violation }
}

function copyOf({ room, rules, left }: Spot): Spot {
  return { room: room.copy(), rules: rules.copy(), left: { ...left } }
}

function witnessOf({ room, rules }: Spot): Witness {
  return (node, effects) => rules.witness(room, node, effects)
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

/** What arrives at once arrives. Disks are fast here: what they may lose is the data search's matter. */
function settle(spot: Spot): void {
  const { room } = spot
  for (let isDone = false; !isDone;) {
    isDone = true
    for (const { wire, from, frame } of [...room.arrivals()]) {
      if (!frame || !eager.has(frame.type)) continue
      room.deliver(wire, from, witnessOf(spot))
      isDone = false
      break
    }
    room.nodes.forEach(({ state, disk }, i) => {
      if (!state || disk.pending.length === 0) return
      room.commit(i, witnessOf(spot))
      spot.rules.committed(room, i)
      isDone = false
    })
  }
  room.sweep()
}

/** Nothing is on its way. */
function isStill(room: SearchRoom): boolean {
  for (const _arrival of room.arrivals()) return false
  return room.nodes.every(({ dials }) => dials.length === 0)
}

function* actionsAt(spot: Spot, bounds: ControlBounds): Iterable<Action> {
  const { room, left } = spot
  yield* faultsAt(spot, bounds)
  for (const { wire, from, frame } of room.arrivals()) {
    const at = room.wires.indexOf(wire)
    const [sender, receiver] = from === 0 ? wire.ends : [wire.ends[1], wire.ends[0]]
    yield {
      name: `n${sender.node + 1}->n${receiver.node + 1} ${frame?.type ?? 'end'}`,
      run(next) {
        const own = next.room.wires[at]
        if (own) next.room.deliver(own, from, witnessOf(next))
      },
    }
  }
  for (let i = 0; i < room.nodes.length; i++) {
    const node = room.node(i)
    for (const { link, addr } of node.dials)
      yield { name: `n${i + 1} dials ${addr}`, run: (next) => next.room.answer(i, link, witnessOf(next)) }
  }
  if (left.timers === 0 || !isStill(room)) return
  for (let i = 0; i < room.nodes.length; i++)
    for (const name of room.node(i).timers.keys()) {
      if (name === 'heartbeat' || name === 'give-up' || name.startsWith('dial:')) continue
      yield {
        name: `n${i + 1} timer ${name}`,
        run(next) {
          next.left.timers--
          next.room.fire(i, name, witnessOf(next))
        },
      }
    }
}

function* faultsAt({ room, left }: Spot, { cut }: ControlBounds): Iterable<Action> {
  for (let i = 0; i < room.nodes.length; i++) {
    const { state } = room.node(i)
    if (state && left.messages > 0) yield { name: `say n${i + 1}`, run: (next) => say(next, i) }
    if (state && left.crashes > 0) yield { name: `crash n${i + 1}`, run: (next) => crash(next, i) }
    if (!state && left.restarts > 0) yield { name: `restart n${i + 1}`, run: (next) => restart(next, i) }
  }
  if (cut && left.cuts > 0) {
    yield {
      name: 'cut',
      run(next) {
        next.left.cuts--
        for (const a of cut[0]) for (const b of cut[1]) next.room.cut(a, b, witnessOf(next))
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
  spot.room.feed(index, { type: 'said', text, kind: 'message', wall: 0 }, witnessOf(spot))
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

/** Time passes and all cuts heal. What keeps the room from rest; undefined when it is. */
function passTime(spot: Spot): string | undefined {
  const { room } = spot
  const until = room.now + restMs
  room.cuts = new Set()
  for (;;) {
    deliverAll(spot)
    if (isFormed(room)) return undefined
    let first: { index: number; name: string; due: number } | undefined
    room.nodes.forEach(({ state, timers }, index) => {
      if (!state) return
      for (const [name, due] of timers) if (!first || due < first.due) first = { index, name, due }
    })
    if (!first || first.due > until) return `no rest: ${room.nodes.map(tell).join('; ')}`
    room.now = Math.max(room.now, first.due)
    room.fire(first.index, first.name, witnessOf(spot))
  }
}

function tell({ state }: SearchRoom['nodes'][number], index: number): string {
  const members = state?.view.members.map(({ name }) => name).join(' ')
  return `n${index + 1} ${state ? `${statusOf(state)} [${members}]` : 'down'}`
}

/** Everything on its way arrives, in the order in which it is found. */
function deliverAll(spot: Spot): void {
  const { room } = spot
  for (;;) {
    settle(spot)
    const [arrival] = room.arrivals()
    const index = room.nodes.findIndex(({ dials }) => dials.length > 0)
    const dial = room.nodes[index]?.dials[0]
    if (arrival) room.deliver(arrival.wire, arrival.from, witnessOf(spot))
    else if (dial) room.answer(index, dial.link, witnessOf(spot))
    else return
  }
}

/** L1, L2 and L3: one open office that all others follow, one view of all, one ring, one history. */
function isFormed(room: SearchRoom): boolean {
  const running = room.nodes.flatMap(({ state }) => state ?? [])
  const offices = running.filter(({ role }) => role.type === 'office' && role.phase === 'open')
  const leader = offices[0]
  if (!leader || offices.length > 1) return running.length === 0
  const { members } = leader.view
  if (members.length !== running.length) return false
  return running.every((state) => {
    const at = members.findIndex(({ uid, inc }) => uid === state.uid && inc === state.inc)
    const next = members[(at + 1) % members.length]
    if (at < 0 || state.end !== leader.end || state.outbox.length > 0) return false
    if (members.length > 1 && !(state.ring.next?.linked && state.ring.next.member.uid === next?.uid))
      return false
    if (state === leader) return true
    const { role } = state
    return role.type === 'following' && role.leader.uid === leader.uid && role.phase === 'live'
  })
}
