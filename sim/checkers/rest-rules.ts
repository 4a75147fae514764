/**
 * L1 to L7: what must hold when nothing happens any more. Each ring is judged by itself; L2 says how many
 * there may be.
 */

import type { State } from '../../src/core/index.ts'
import type { Part, StampedRecord } from '../../src/core/model/records.ts'
import { sameRecords } from '../../src/core/model/records.ts'
import { incoming } from '../world/pipes.ts'
import type { SimNode, World } from '../world/world.ts'
import type { Ghost } from './ghost.ts'
import { keyUnrest } from './key-rules.ts'
import type { InvariantId } from './verdict.ts'

/** What is not at rest. */
export type Unrest = { readonly id: InvariantId; readonly node: number; readonly detail: string }

/** Timers that run only while somebody looks for a leader, elects, gathers or merges (L5). */
const restless = new Set([
  'backup',
  'elect',
  'lap',
  'gather',
  'hold',
  'follow',
  'follow-again',
  'search',
  'search-again',
  'move',
  'merge-view',
  'merge-drop',
])

export type Running = SimNode & { state: State }

/** The nodes of the room that run and are not stopped. */
export function runningNodes(world: World): Running[] {
  return world.nodes.filter(
    (node): node is Running =>
      node.state !== undefined && node.pausedUntil <= world.now && node.room === world.room,
  )
}

/** Those of them in open office. */
export function openOffices(nodes: readonly Running[]): Running[] {
  return nodes.filter(({ state }) => state.role.type === 'office' && state.role.phase === 'open')
}

/** What keeps the room from rest (L1 to L6), in words that name the invariant; undefined at rest. */
export function unrest(world: World, ghost: Ghost): string | undefined {
  const found = roomUnrest(runningNodes(world), ghost)
  return found && `${found.id}: ${found.detail}`
}

/**
 * The first thing that is not at rest among these nodes; undefined when everything is. They are all that
 * run, but for one that may lag (L8).
 */
export function findUnrest(nodes: readonly Running[], ghost: Ghost): Unrest | undefined {
  for (const node of nodes) {
    if (!node.entered)
      return { id: 'L7', node: node.index, detail: `n${node.index} has not entered: ${node.state.role.type}` }
  }
  return roomUnrest(nodes, ghost) ?? messageUnrest(nodes, ghost)
}

/** L4: no live disk keeps an unsent message, and what was made and did not perish with a disk is held. */
function messageUnrest(nodes: readonly Running[], ghost: Ghost): Unrest | undefined {
  for (const node of nodes) {
    const { index, disk } = node
    if (disk.pending.length > 0) return { id: 'L6', node: index, detail: `n${index} still writes` }
    if (disk.outbox.length > 0)
      return { id: 'L4', node: index, detail: `n${index} has ${disk.outbox.length} unsent messages on disk` }
    const shadow = ghost.shadow(index)
    for (const part of ghost.owed.get(index) ?? [])
      if (!shadow.parts.has(part))
        return { id: 'L4', node: index, detail: `n${index} lacks its own message ${part.aseq}` }
  }
  return undefined
}

function roomUnrest(nodes: readonly Running[], ghost: Ghost): Unrest | undefined {
  const offices = openOffices(nodes)
  const [leader, ...others] = offices
  if (!leader || others.length > 0) {
    if (nodes.length === 0) return undefined
    if (!leader) return { id: 'L2', node: 0, detail: 'nobody is in open office' }
    const list = offices.map((node) => `n${node.index}(${node.state.view.members.length})`).join(' ')
    return { id: 'L2', node: 0, detail: `${offices.length} open offices: ${list}` }
  }
  return ringUnrest(leader, nodes, ghost)
}

function ringUnrest(leader: Running, nodes: readonly Running[], ghost: Ghost): Unrest | undefined {
  const { members } = leader.state.view
  const at: At = (id, node, detail) => ({ id, node: node.index, detail: `n${node.index} ${detail}` })
  for (const node of nodes) {
    const { state } = node
    const { role } = state
    if (node !== leader) {
      if (role.type !== 'following')
        return at('L2', node, `is ${role.type}, not a follower of n${leader.index}`)
      if (role.leader.uid !== leader.uid)
        return at('L2', node, `follows ${role.leader.name}, not n${leader.index}`)
      if (role.phase !== 'live') return at('L2', node, `is not live: ${role.phase}`)
    }
    if (!members.some(({ uid, inc }) => uid === state.uid && inc === state.inc))
      return at('L2', node, 'is not in its view')
    if (!sameView(state, leader.state)) return at('L2', node, 'has another view than its leader')
  }
  const stranger = members.find(({ uid }) => !nodes.some((node) => node.uid === uid))
  if (stranger) return at('L2', leader, `lists ${stranger.name}`)
  const wrongKey = keyUnrest(nodes, ghost.liars)
  if (wrongKey) return wrongKey
  const order = members.map(({ uid }) => uid)
  for (const node of nodes) {
    const unrest = ringOrderUnrest(node, order, at) ?? nodeUnrest(node, leader, ghost, at)
    if (unrest) return unrest
  }
  return undefined
}

type At = (id: InvariantId, node: SimNode, detail: string) => Unrest

/** L1, with the view's order. */
function ringOrderUnrest(node: Running, order: readonly string[], at: At): Unrest | undefined {
  const { ring } = node.state
  const mine = order.indexOf(node.uid)
  const count = order.length
  if (count === 1) return ring.next ? at('L1', node, 'is alone and has a next') : undefined
  const next = order[(mine + 1) % count]
  const prev = order[(mine + count - 1) % count]
  if (ring.next?.member.uid !== next)
    return at('L1', node, `has next ${ring.next?.member.name ?? 'none'}, not ${next?.slice(0, 4)}`)
  if (ring.next?.linking !== 'linked') return at('L1', node, 'has a next that has not accepted it')
  if (ring.prev?.member.uid !== prev)
    return at('L1', node, `has previous ${ring.prev?.member.name ?? 'none'}, not ${prev?.slice(0, 4)}`)
  return undefined
}

/** L3 to L6 of one node. */
function nodeUnrest(node: Running, leader: Running, ghost: Ghost, at: At): Unrest | undefined {
  const { state } = node
  const mine = ghost.shadow(node.index)
  const theirs = ghost.shadow(leader.index)
  if (state.frontier.size !== leader.state.frontier.size)
    return at('L3', node, 'has another frontier than its leader')
  for (const [namespace, { s }] of leader.state.frontier) {
    if (state.frontier.get(namespace) !== s) return at('L3', node, `lacks ${namespace.slice(0, 4)}.${s}`)
  }
  if (mine.transcript.order.length !== theirs.transcript.order.length)
    return at('L3', node, 'has another transcript')
  if (
    mine.transcript.order.some(
      (record, i) => !sameRecords(theirs.transcript.order[i] as StampedRecord, record),
    )
  )
    return at('L3', node, 'has its transcript in another order')
  if (state.outbox.length > 0) return at('L4', node, `has ${state.outbox.length} unsent messages`)
  if (state.durableEnd !== state.end) return at('L6', node, 'has records that are not durable')
  const { role } = leader.state
  if (
    role.type === 'office' &&
    node !== leader &&
    role.followers.get(node.uid)?.storedPos !== leader.state.end
  )
    return at('L6', node, `has stored ${role.followers.get(node.uid)?.storedPos} of ${leader.state.end}`)
  for (const name of node.timers.keys()) if (restless.has(name)) return at('L5', node, `has armed ${name}`)
  return undefined
}

function sameView(a: State, b: State): boolean {
  if (a.view.members.length !== b.view.members.length) return false
  if (a.view.vid.term !== b.view.vid.term || a.view.vid.ver !== b.view.vid.ver) return false
  return a.view.members.every(
    ({ uid, inc }, i) => b.view.members[i]?.uid === uid && b.view.members[i]?.inc === inc,
  )
}

/** L4: what any live disk holds, sent or not, stands everywhere as its author made it. */
export function standingUnrest(nodes: readonly Running[], ghost: Ghost): Unrest | undefined {
  const held = new Set<Part>()
  for (const { disk } of nodes) for (const { part } of disk.log) held.add(part)
  for (const { index } of nodes) {
    const { told } = ghost.shadow(index)
    for (const part of held) {
      if (told.has(part)) continue
      const what = `message ${part.author.slice(0, 4)}:${part.aseq} with lc ${part.lc}`
      return { id: 'L4', node: index, detail: `n${index} does not show ${what}` }
    }
  }
  return undefined
}

/** Frames that may be on their way in one link of a room at rest: life signs. */
const flyingMax = 8

/** Links that are neither of the ring nor of the star, by node and process. */
export function strayLinks(nodes: readonly Running[]): Set<string> {
  const stray = new Set<string>()
  for (const { index, process, state } of nodes) {
    const { ring, role } = state
    const used = new Set([ring.next?.link, ring.prev?.link])
    if (role.type === 'following') used.add(role.link)
    else if (role.type === 'office') for (const { link } of role.followers.values()) used.add(link)
    for (const [id, { purpose }] of state.links)
      if (!used.has(id)) stray.add(`n${index} (process ${process}) holds link ${id}, ${purpose}`)
  }
  return stray
}

/** L5: nothing that was dialled, probed or bridged stays. `before`: the stray links of some time ago. */
export function linkUnrest(nodes: readonly Running[], before: ReadonlySet<string>): Unrest | undefined {
  const leak = [...strayLinks(nodes)].find((link) => before.has(link))
  if (leak !== undefined) return { id: 'L5', node: 0, detail: leak }
  for (const { index, pipes, state } of nodes) {
    for (const [link, end] of pipes) {
      const { out } = end
      // The other end may have accepted a dial, and this one does not know it yet.
      if (!incoming(end).isUp) continue
      const detail = `n${index} has link ${link}`
      if (!state.links.has(link)) return { id: 'L5', node: index, detail: `${detail} open, and forgot it` }
      if (out.queue.length > flyingMax)
        return { id: 'L5', node: index, detail: `${detail} with ${out.queue.length} frames on their way` }
    }
  }
  return undefined
}
