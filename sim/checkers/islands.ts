/**
 * Finds which nodes can find one another: a node finds another by an address in its book, its view or its
 * contacts. Nodes that moved while they were apart may have lost one another for good, so each such island is
 * judged by itself.
 */

import type { Address, RoomKey, Uid } from '../../src/core/model/ids.ts'
import { currentChange, isOldKey } from '../../src/core/model/lock.ts'
import type { Lock } from '../../src/core/model/lock.ts'
import type { State } from '../../src/core/index.ts'
import type { SimNode } from '../world/world.ts'

/**
 * Whether the leader of a follower keeps two other addresses of a node, and so has no room for this one (PROTOCOL.md section
 * 2.3): its followers do not probe.
 */
function isLostToLeader(node: SimNode, nodes: readonly SimNode[], uid: Uid, addr: Address): boolean {
  const role = node.state?.role
  if (role?.type !== 'following') return false
  const leader = nodes.find((other) => other.uid === role.leader.uid)?.state
  if (!leader || leader.view.members.some((member) => member.uid === uid)) return false
  const kept = [leader.book.get(uid)?.addr, leader.hearsay.get(uid)]
  return kept.every((other) => other !== undefined && other !== addr)
}

/** Whether two nodes of a locked room know a key by which each lets the other in, or gives it the present one. */
function canSpeak(a: State, b: State): boolean {
  const [left, right] = [a.lock, b.lock]
  if (!left || !right) return true
  if (left.removed.has(b.uid) || right.removed.has(a.uid)) return false
  const opens = (lock: Lock, key: RoomKey, uid: Uid): boolean =>
    !isOldKey(lock, key) || currentChange(lock)?.kept.includes(uid) === true
  return left.keys.some(
    ({ key }) =>
      right.keys.some((held) => held.key === key) && opens(left, key, b.uid) && opens(right, key, a.uid),
  )
}

/**
 * The running nodes in groups that are connected by what they know, in the order of their numbers. `'quick'`: without the
 * lines of nodes that left on purpose, which are probed in one slow round (PROTOCOL.md section 2.11).
 */
export function islandsOf(nodes: readonly SimNode[], lines: 'all' | 'quick' = 'all'): SimNode[][] {
  const group = new Map(nodes.map((node) => [node, node.index]))
  const byAddr = new Map(nodes.map((node) => [node.addr as string, node]))
  const join = (a: SimNode, b: SimNode): void => {
    const [from, to] = [group.get(b), group.get(a)]
    if (from === to || to === undefined) return
    for (const [node, at] of group) if (at === from) group.set(node, to)
  }
  for (const node of nodes) {
    const { state } = node
    if (!state) continue
    // What a follower knows its leader should know too: it is told the book, and asks in its place.
    const known = [
      ...[...state.book.values()].filter(({ left }) => lines === 'all' || !left),
      ...state.view.members,
      ...[...state.hearsay].map(([uid, addr]) => ({ addr, uid })),
      // Only one that searches asks its contacts.
      ...(state.role.type === 'searching' ? state.contacts : []).map((addr) => ({ addr, uid: undefined })),
    ]
    for (const { addr, uid } of known) {
      const other = byAddr.get(addr)
      // Another node may live there now: a search asks any node that answers, a probe does not.
      if (uid !== undefined && uid !== other?.uid) continue
      if (uid !== undefined && addr !== undefined && isLostToLeader(node, nodes, uid, addr)) continue
      // One that does not know its room yet goes with nobody but its contact.
      if (other?.state && other !== node && other.state.room !== '' && canSpeak(state, other.state))
        join(node, other)
    }
  }
  const islands = new Map<number | undefined, SimNode[]>()
  for (const node of nodes) {
    const at = group.get(node)
    const island = islands.get(at)
    if (island) island.push(node)
    else islands.set(at, [node])
  }
  return [...islands.values()]
}
