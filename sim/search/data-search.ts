/**
 * Searches the data plane alone (PROTOCOL.md section 2.16 i). An adversary decides at any moment who takes
 * office and who follows whom, while messages are said, frames arrive, disks commit and nodes crash and come
 * back, in every order. No timer fires and no ring link comes up, so nothing else decides. After every step
 * the rules of data-rules.ts must hold.
 */

import { uploadEnded } from '../../src/core/model/follower.ts'
import type { State } from '../../src/core/index.ts'
import { follow, quitFollowing } from '../../src/core/leading/following.ts'
import { quitOffice, takeSolo } from '../../src/core/leading/office.ts'
import { quitLive } from '../../src/core/log/shown.ts'
import type { FrameType } from '../../src/core/model/frames.ts'
import { describeEffect } from '../watch/describe.ts'
import { DataRules } from './data-rules.ts'
import { roomKey } from './room-key.ts'
import type { Witness } from './search-room.ts'
import { SearchRoom } from './search-room.ts'
import { hashOf } from '../world/hash.ts'
import { arrivalsOf } from './wires.ts'

export type DataBounds = {
  readonly nodes: number
  readonly messages: number
  /** Times that anybody takes office or follows anybody, after the beginning. */
  readonly turns: number
  readonly crashes: number
  readonly restarts: number
  /** The number of states after which it gives up. */
  readonly statesMax: number
}

/** A planted bug, to see the rules catch it. */
export type DataMutant = 'submit-before-upload' | 'skip-dedupe' | 'forget-outbox' | 'sent-at-once'

export type DataFound = {
  readonly states: number
  readonly steps: number
  /** Most steps of one run. */
  readonly depth: number
  /** Every state within the bounds was seen. */
  readonly complete: boolean
  /** The rule that did not hold, and the steps that led there. */
  readonly violation: { readonly what: string; readonly trace: readonly string[] } | undefined
}

type Left = { messages: number; turns: number; crashes: number; restarts: number }

/** A room in the middle of a run. */
type Spot = {
  readonly room: SearchRoom
  readonly rules: DataRules
  readonly left: Left
  readonly listen?: Witness
}

type Action = { readonly name: string; run(spot: Spot): void }

/**
 * What arrives late makes a difference: records, and what is to be stamped. All other frames arrive at
 * once, because a later arrival is as good as a later turn of the adversary: until FOLLOW_OK, UP_DONE and
 * SYNCED a follower appends and submits nothing, and the rest only tells how soon a message counts as sent.
 */
const slow: ReadonlySet<FrameType> = new Set(['up', 'rec', 'submit'])

/** Depth first through everything that can happen, each state once. */
export function searchData(bounds: DataBounds, mutant?: DataMutant): DataFound {
  const seen = new Set<number>()
  const trace: string[] = []
  let steps = 0
  let depth = 0
  let isCut = false
  let violation: DataFound['violation']
  const explore = (spot: Spot): void => {
    const place = hashOf(`${roomKey(spot.room)}\n${spot.rules.key()}\n${Object.values(spot.left).join()}`)
    if (seen.has(place)) return
    if (seen.size >= bounds.statesMax) {
      isCut = true
      return
    }
    seen.add(place)
    depth = Math.max(depth, trace.length)
    for (const action of actionsAt(spot, mutant)) {
      const next: Spot = { room: spot.room.copy(), rules: spot.rules.copy(), left: { ...spot.left } }
      trace.push(action.name)
      steps++
      action.run(next)
      settle(next)
      if (mutant) mutate(next, mutant)
      const what = next.rules.failureOf(next.room)
      if (what !== undefined) violation = { what, trace: [...trace] }
      else explore(next)
      trace.pop()
      if (violation) return
    }
  }
  explore(beginning(bounds))
  return { states: seen.size, steps, depth, complete: !isCut && !violation, violation }
}

/** Plays the steps of a trace again, and tells what each made the nodes do. */
export function tellData(bounds: DataBounds, trace: readonly string[], mutant?: DataMutant): string[] {
  const lines: string[] = []
  let spot = beginning(bounds)
  for (const name of trace) {
    const action = [...actionsAt(spot, mutant)].find((other) => other.name === name)
    if (!action) return [...lines, `"${name}" cannot happen here`]
    lines.push(`== ${name}`)
    const next: Spot = {
      room: spot.room.copy(),
      rules: spot.rules.copy(),
      left: { ...spot.left },
      listen(index, effects) {
        for (const effect of effects) {
          if (effect.type.endsWith('Timer') || effect.type === 'keepBook' || effect.type === 'log') continue
          lines.push(`   n${index + 1} ${describeEffect(effect, (uid) => `n${uid[0]}`)}`)
        }
      },
    }
    action.run(next)
    settle(next)
    if (mutant) mutate(next, mutant)
    spot = next
  }
  return lines
}

/** n1 has made the room; the others know n1 and no other member. */
function beginning(bounds: DataBounds): Spot {
  const { nodes, messages, turns, crashes, restarts } = bounds
  // With two copies a message must reach a second disk before it is sent.
  const spot: Spot = {
    room: new SearchRoom(nodes, 2, 'data'),
    rules: new DataRules(nodes),
    left: { messages, turns, crashes, restarts },
  }
  for (let i = 0; i < nodes; i++) spot.room.start(i, i === 0 ? 'create' : 'resume', witnessOf(spot))
  settle(spot)
  return spot
}

function witnessOf({ room, rules, listen }: Spot): Witness {
  return (node, effects, performed) => {
    listen?.(node, effects, performed)
    rules.witness(room, node, effects, performed)
  }
}

/** What arrives at once arrives; links that are over at both ends are forgotten. */
function settle(spot: Spot): void {
  const { room, left } = spot
  for (let isDone = false; !isDone;) {
    isDone = true
    for (const { wire, from, frame } of [...arrivalsOf(room.wires)]) {
      if (frame && slow.has(frame.type)) continue
      room.deliver(wire, from, witnessOf(spot))
      isDone = false
      break
    }
    // How long a commit takes matters only to one who may crash.
    if (left.crashes > 0) continue
    room.nodes.forEach(({ state, disk }, i) => {
      if (!state || disk.pending.length === 0) return
      commit(spot, i)
      isDone = false
    })
  }
  room.sweep()
}

function* actionsAt({ room, left }: Spot, mutant: DataMutant | undefined): Iterable<Action> {
  for (let i = 0; i < room.nodes.length; i++) {
    const { state, disk } = room.node(i)
    const name = `n${i + 1}`
    if (!state) {
      if (left.restarts > 0) yield { name: `restart ${name}`, run: (spot) => restart(spot, i, mutant) }
      continue
    }
    if (left.messages > 0) yield { name: `say ${name}`, run: (spot) => say(spot, i) }
    if (disk.pending.length > 0 && left.crashes > 0)
      yield { name: `commit ${name}`, run: (spot) => commit(spot, i) }
    if (left.turns > 0) {
      if (state.role.type !== 'office') yield { name: `office ${name}`, run: (spot) => takeOffice(spot, i) }
      for (let j = 0; j < room.nodes.length; j++) {
        if (j === i || !room.node(j).state) continue
        yield { name: `${name} follows n${j + 1}`, run: (spot) => followNode(spot, i, j) }
      }
    }
    if (left.crashes === 0) continue
    for (let survivors = 0; survivors <= disk.pending.length; survivors++)
      for (const lost of [false, true])
        yield {
          name: `crash ${name}, ${survivors} of ${disk.pending.length} writes survive${lost ? ', links lost' : ''}`,
          run: (spot) => crash(spot, i, survivors, lost),
        }
  }
  for (const { wire, from, frame } of arrivalsOf(room.wires)) {
    const at = room.wires.indexOf(wire)
    const [sender, receiver] = from === 0 ? wire.ends : [wire.ends[1], wire.ends[0]]
    yield {
      name: `n${sender.node + 1}->n${receiver.node + 1} ${frame?.type ?? 'end'}`,
      run(spot) {
        const own = spot.room.wires[at]
        if (own) spot.room.deliver(own, from, witnessOf(spot))
      },
    }
  }
}

function say(spot: Spot, index: number): void {
  const text = `m${spot.left.messages--}`
  spot.room.feed(index, { type: 'said', messages: [{ text, kind: 'message' }], wall: 0 }, witnessOf(spot))
}

function commit(spot: Spot, index: number): void {
  spot.room.commit(index, witnessOf(spot))
  spot.rules.committed(spot.room, index)
}

function crash(spot: Spot, index: number, survivors: number, lost: boolean): void {
  spot.left.crashes--
  spot.room.crash(index, survivors, lost)
  spot.rules.committed(spot.room, index)
}

function restart(spot: Spot, index: number, mutant: DataMutant | undefined): void {
  spot.left.restarts--
  if (mutant === 'forget-outbox') spot.room.node(index).disk.outbox = []
  spot.rules.started(index)
  spot.room.start(index, 'resume', witnessOf(spot))
}

/** Ends the node's present role. */
function quit(state: State): void {
  if (state.role.type === 'following') quitFollowing(state, 'hang-up')
  if (state.role.type === 'office') {
    quitOffice(state, state.role)
    quitLive(state)
  }
}

function takeOffice(spot: Spot, index: number): void {
  spot.left.turns--
  spot.room.force(
    index,
    (state) => {
      quit(state)
      takeSolo(state)
    },
    witnessOf(spot),
  )
}

function followNode(spot: Spot, index: number, leader: number): void {
  const { room } = spot
  spot.left.turns--
  const to = room.node(leader)
  if (!to.state) return
  const { uid, inc, name, addr } = to.state
  room.force(
    index,
    (state) => {
      quit(state)
      follow(state, { uid, inc, name, addr }, { origin: 'named', after: '' })
    },
    witnessOf(spot),
  )
  const role = room.node(index).state?.role
  if (role?.type === 'following') room.connect(index, role.link, leader, witnessOf(spot))
}

function mutate({ room }: Spot, mutant: DataMutant): void {
  for (const { state } of room.nodes) {
    // Else nobody ever submits anything twice.
    if (mutant === 'skip-dedupe' && state?.role.type === 'following') state.role.submitted = 0
    if (state?.role.type !== 'office') continue
    if (mutant === 'skip-dedupe') for (const [process] of state.have) state.have.set(process, 0)
    if (mutant === 'sent-at-once') state.role.safe = state.end
    if (mutant === 'submit-before-upload')
      for (const follower of state.role.followers.values()) uploadEnded(follower)
  }
}
