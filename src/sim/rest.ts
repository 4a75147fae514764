/**
 * Whether a room is at rest: the liveness invariants L1 to L6 of PROTOCOL.md section 3, asked of every
 * awake node at one moment. Knows nothing of how long it may take to get there.
 */

import type { State } from '../core/index.ts'
import type { Member, View } from '../core/messages.ts'
import type { SimNode, World } from './world.ts'

/** Timers that are armed only while an election, a gathering or a FOLLOW is under way (L5). */
const restlessTimers = ['backup', 'elect', 'lap', 'gather', 'hold', 'follow', 'search', 'search-again']

/** The running nodes that are not stopped by SIGSTOP. */
export function awake(world: World): SimNode[] {
  return world.nodes.filter((node) => node.state !== undefined && node.pausedUntil <= world.now)
}

/** The nodes in open office. */
export function offices(world: World): SimNode[] {
  return awake(world).filter((node) => {
    const role = node.state?.role
    return role?.type === 'office' && role.phase === 'open'
  })
}

/** What keeps the room from rest, in a few words that name the invariant; undefined at rest. */
export function unrest(world: World): string | undefined {
  const nodes = awake(world)
  const open = offices(world)
  const leader = open[0]
  if (!leader?.state || open.length > 1) {
    return `L2: ${open.length === 0 ? 'no office' : `offices ${open.map((node) => node.name).join(' ')}`}`
  }
  const { view } = leader.state
  const strangers = differing(view, nodes)
  if (strangers) return `L2: ${strangers}`
  for (const node of nodes) {
    if (!node.state) continue
    const why = restlessness(node, node.state, leader, leader.state)
    if (why) return why
  }
  return undefined
}

function differing(view: View, nodes: readonly SimNode[]): string | undefined {
  const alive = new Map(nodes.map((node) => [node.uid as string, node]))
  for (const member of view.members) {
    const node = alive.get(member.uid)
    if (node?.state?.inc !== member.inc) return `the view lists ${member.name}, which is no more`
    alive.delete(member.uid)
  }
  const missing = [...alive.values()][0]
  return missing ? `the view lacks ${missing.name}` : undefined
}

function restlessness(node: SimNode, state: State, leader: SimNode, leaderState: State): string | undefined {
  const { view } = leaderState
  if (node !== leader) {
    const { role } = state
    if (role.type !== 'following') return `L2: ${node.name} is ${role.type}`
    if (role.leader.uid !== leader.uid) return `L2: ${node.name} follows ${role.leader.name}`
    if (role.phase !== 'live') return `L2: ${node.name} follows but is ${role.phase}`
    if (state.view.vid.ver !== view.vid.ver || state.view.vid.term !== view.vid.term)
      return `L2: ${node.name} has another view`
    if (leaderState.role.type === 'office') {
      const stored = leaderState.role.followers.get(node.uid)?.storedPos
      if (stored !== leaderState.end) return `L6: ${node.name} stored ${stored} of ${leaderState.end}`
    }
  }
  const ring = ringFault(node, state, view.members)
  if (ring) return `L1: ${ring}`
  if (state.frontier.size !== leaderState.frontier.size) return `L3: ${node.name} has another frontier`
  for (const [namespace, s] of state.frontier)
    if (leaderState.frontier.get(namespace) !== s) return `L3: ${node.name} has another frontier`
  if (state.outbox.length > 0) return `L4: ${node.name} has ${state.outbox.length} unsent`
  if (state.durableEnd !== state.end) return `L6: ${node.name} has records that are not durable`
  const armed = restlessTimers.find((name) => node.timers.has(name))
  return armed ? `L5: ${node.name} has armed ${armed}` : undefined
}

function ringFault(node: SimNode, state: State, members: readonly Member[]): string | undefined {
  const at = members.findIndex((member) => member.uid === node.uid)
  const next = members[(at + 1) % members.length]
  const prev = members[(at - 1 + members.length) % members.length]
  if (members.length === 1) return state.ring.next ? `${node.name} is alone but has a next` : undefined
  if (state.ring.next?.member.uid !== next?.uid) {
    return `next of ${node.name} is ${state.ring.next?.member.name ?? 'none'}, not ${next?.name}`
  }
  if (!state.ring.next?.linked) return `next of ${node.name} has not answered LINK`
  if (state.ring.prev?.member.uid !== prev?.uid) {
    return `previous of ${node.name} is ${state.ring.prev?.member.name ?? 'none'}, not ${prev?.name}`
  }
  return undefined
}
