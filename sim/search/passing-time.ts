/**
 * Lets time pass in a searched room: what arrives at once arrives, timers fire in their order, and the room
 * must come to rest.
 */

import { statusOf } from '../../src/core/model/facts.ts'
import type { FrameType } from '../../src/core/model/frames.ts'
import type { SearchRoom, Witness } from './search-room.ts'
import type { DataRules } from './data-rules.ts'
import { arrivalsOf } from './wires.ts'

/** A room, and what must hold in it. */
export type Watched = { readonly room: SearchRoom; readonly rules: DataRules }

/**
 * These arrive at once: greetings, life signs, and what only tells how far a disk is. A node that needs a
 * greeting does nothing before it, so a delay of the greeting is one of the dial.
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

export function witnessOf({ room, rules }: Watched): Witness {
  return (node, effects, performed) => rules.witness(room, node, effects, performed)
}

/** What arrives at once arrives. Disks are fast here: what they may lose is the data search's matter. */
export function settle(spot: Watched): void {
  const { room } = spot
  for (let isDone = false; !isDone;) {
    isDone = true
    for (const { wire, from, frame } of [...arrivalsOf(room.wires)]) {
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
export function isStill(room: SearchRoom): boolean {
  for (const _arrival of arrivalsOf(room.wires)) return false
  return room.nodes.every(({ dials }) => dials.length === 0)
}

/** Time passes and all cuts heal. What keeps the room from rest; undefined when it is. */
export function passTime(spot: Watched): string | undefined {
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
function deliverAll(spot: Watched): void {
  const { room } = spot
  for (;;) {
    settle(spot)
    const [arrival] = arrivalsOf(room.wires)
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
    if (
      members.length > 1 &&
      !(state.ring.next?.linking === 'linked' && state.ring.next.member.uid === next?.uid)
    )
      return false
    if (state === leader) return true
    const { role } = state
    return role.type === 'following' && role.leader.uid === leader.uid && role.phase === 'live'
  })
}
