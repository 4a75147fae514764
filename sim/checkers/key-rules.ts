/**
 * S23 and L9: the keys of a locked room (PROTOCOL.md section 2.20).
 */

import type { State } from '../../src/core/index.ts'
import type { Effect } from '../../src/core/model/effects.ts'
import type { RoomKeyId, Uid } from '../../src/core/model/ids.ts'
import { compareChanges, changesOf, currentKey, uncovered } from '../../src/core/model/lock.ts'
import type { KeyChange, Lock } from '../../src/core/model/lock.ts'
import { wasEverMember } from '../../src/core/ring/keys.ts'
import type { SimNode } from '../world/world.ts'
import type { Unrest } from './rest-rules.ts'
import type { Report } from './verdict.ts'

/** Watches the locks of all nodes. */
export class KeyRules {
  readonly #report: Report
  /** All that were ever made. */
  readonly #changes = new Map<RoomKeyId, KeyChange>()
  /** Whom somebody removed, also by a change that does not count. */
  readonly #removed = new Set<Uid>()

  constructor(report: Report) {
    this.#report = report
  }

  /** After a step. */
  stepped({ index, uid }: SimNode, state: State, effects: readonly Effect[]): void {
    const { lock } = state
    if (!lock) return
    for (const gone of lock.removed) this.#removed.add(gone)
    for (const change of changesOf(lock).counting.values()) this.#changes.set(change.id, change)
    for (const effect of effects) if (effect.type === 'stop') this.#checkStop(index, uid, lock, effect.why)
    if (lock.removed.size === 0 || lock.removed.has(uid)) return
    for (const { peer, who } of state.links.values())
      if (who && peer !== undefined && lock.removed.has(peer))
        this.#report('S23', index, `a link is up with ${who.name}, which was removed`)
  }

  #checkStop(node: number, uid: SimNode['uid'], lock: Lock, why: string): void {
    if (why === 'removed' && !this.#removed.has(uid))
      this.#report('S23', node, 'stops as removed, and nobody removed it')
    // A ring that knows only some of them, or has lost what this node holds, may turn it away.
    const unknown = [...this.#changes.values()].filter(({ part }) => !lock.said.has(part.id))
    if (why === 'rekeyed' && unknown.every(({ kept }) => kept.includes(uid)))
      this.#report('S23', node, 'stops for want of a key that it was to get')
  }
}

function latestOf(changes: readonly KeyChange[]): KeyChange | undefined {
  return changes.reduce<KeyChange | undefined>(
    (latest, one) => (latest && compareChanges(latest, one) > 0 ? latest : one),
    undefined,
  )
}

function isHeld(nodes: readonly { state: State }[], id: RoomKeyId): boolean {
  return nodes.some(({ state }) => state.lock?.keys.some((held) => held.id === id))
}

/** What is wrong with the keys of a ring at rest: L9. */
export function keyUnrest(
  nodes: readonly (SimNode & { state: State })[],
  liars: ReadonlySet<string>,
): Unrest | undefined {
  for (const { index, state } of nodes) {
    const { lock } = state
    if (!lock) continue
    const at = (detail: string): Unrest => ({ id: 'L9', node: index, detail: `n${index} ${detail}` })
    const { id } = currentKey(lock)
    // A member that lies may name a key that it gives to nobody: then the key stays.
    const latest = latestOf(
      [...changesOf(lock).counting.values()].filter(
        (change) => !liars.has(change.part.author) || isHeld(nodes, change.id),
      ),
    )
    if (latest && latest.id !== id) return at('has not the key of the latest change')
    // Its office decides, by what it knows of who was a member.
    if (state.role.type === 'office' && uncovered(lock).some((uid) => wasEverMember(state, uid)))
      return at('has a key that a removed node may know')
    const other = nodes.find((one) => one.state.lock && currentKey(one.state.lock).id !== id)
    if (other) return at(`has another key than n${other.index}`)
    const removed = state.view.members.find(({ uid }) => lock.removed.has(uid))
    if (removed) return at(`lists ${removed.name}, which was removed`)
  }
  return undefined
}
