/**
 * L9: in a locked room all nodes that are in have one key, that of the latest change, and no node that was removed is in.
 */

import { currentKey } from '../../src/core/model/lock.ts'
import type { World } from '../world/world.ts'
import { runningNodes } from './rest-rules.ts'

/** What is wrong with the keys of a room at rest. */
export function keyProblem(world: World): string | undefined {
  const nodes = runningNodes(world)
  for (const { name, state } of nodes) {
    const lock = state?.lock
    if (!lock) continue
    const key = currentKey(lock)
    const latest = lock.changes.at(-1)
    if (latest && latest.id !== key.id) return `${name} has not the key of the latest change`
    const other = nodes.find((one) => one.state?.lock && currentKey(one.state.lock).id !== key.id)
    if (other) return `${name} and ${other.name} have different keys`
    const removed = nodes.find(({ uid }) => lock.removed.has(uid))
    if (removed) return `${removed.name} was removed, and is in`
  }
  return undefined
}
