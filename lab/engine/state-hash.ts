/**
 * A hash of all that the nodes of a room hold and of all that happened to them, by which two runs are compared.
 */

import { hashOf } from '../../sim/world/hash.ts'
import { stateKey } from '../../sim/search/state-copies.ts'
import type { Run } from './run.ts'

/** Of the room at the end of a run's tape: 14 hex digits. */
export function stateHash(run: Run): string {
  const parts = run.world.nodes.map((node) => {
    // The notary is functions, and their text is not the same in every build.
    const state = node.state && { ...node.state, notary: undefined as never }
    const core = state ? stateKey(state, 'all', String) : 'down'
    const log = node.disk.log.map(({ stamper, s, ts, part }) => `${stamper}.${s}@${ts}=${part.id}`)
    return `${node.uid} ${core} ${log.join()} ${node.disk.outbox.length} ${node.pausedUntil}`
  })
  return hashOf(`${run.world.now} ${run.hash} ${parts.join('\n')}`)
    .toString(16)
    .padStart(14, '0')
}
