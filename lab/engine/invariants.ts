/**
 * The invariants of PROTOCOL.md section 3 at one moment of a run, as the simulator's own checkers judge them.
 */

import { sentences } from '../../sim/checkers/verdict.ts'
import type { InvariantId } from '../../sim/checkers/verdict.ts'
import type { Run } from './run.ts'

export type Judged = {
  readonly id: InvariantId
  readonly sentence: string
  /** holds; broken: a bug; waits: it has to hold at rest, and the room is not at rest yet. */
  readonly state: 'holds' | 'broken' | 'waits'
  readonly detail: string | undefined
}

/** Of a locked room, of nodes that lie, and of checks: rules that nothing here touches. */
const shown = (Object.keys(sentences) as InvariantId[]).filter((id) => {
  const number = Number(id.slice(1))
  return id.startsWith('S') ? number <= 18 : number <= 8
})

/** Behind entry `at`. */
export function judgeAt(run: Run, at: number): Judged[] {
  const broken = new Map<InvariantId, string>()
  for (const { at: place, detail, id, node } of run.violations) {
    if (place > at) break
    if (!broken.has(id)) broken.set(id, `${node > 0 ? `n${node}: ` : ''}${detail}`)
  }
  const unrest = run.unrestAt(at)
  const order = shown.indexOf(unrest?.id ?? 'L1')
  return shown.map((id, i) => {
    const sentence = sentences[id]
    if (broken.has(id)) return { id, sentence, state: 'broken', detail: broken.get(id) }
    if (id.startsWith('S') || !unrest) return { id, sentence, state: 'holds', detail: undefined }
    // The rules are asked one after the other: what stands behind the first that waits was not asked.
    return { id, sentence, state: 'waits', detail: i === order ? unrest.detail : undefined }
  })
}
