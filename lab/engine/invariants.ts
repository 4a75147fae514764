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
    if (id === 'L8') return { id, sentence, ...standing(run, at, unrest) }
    if (id.startsWith('S') || !unrest) return { id, sentence, state: 'holds', detail: undefined }
    // The rules are asked one after the other: what stands behind the first that waits was not asked.
    return { id, sentence, state: 'waits', detail: i === order ? unrest.detail : undefined }
  })
}

/** What L8 asks of the others. L7, L1: these come first, and L3 and L4 were not asked yet. */
const asked: ReadonlySet<InvariantId> = new Set(['L7', 'L1', 'L2', 'L3', 'L4'])

/** L8 asks the others for rest while one member stands still; the checkers of rest leave that member out. */
function standing(
  run: Run,
  at: number,
  unrest: ReturnType<Run['unrestAt']>,
): Pick<Judged, 'state' | 'detail'> {
  const { nodes, atMs } = run.tape.scene(at)
  const still = nodes.filter(
    (node) =>
      node && node.doing !== 'down' && node.doing !== 'stopped' && node.pausedUntil > run.sinceMs + atMs,
  )
  if (still.length !== 1)
    return {
      state: 'holds',
      detail: `${still.length === 0 ? 'no member stands' : `${still.length} members stand`} still`,
    }
  const who = `n${still[0]?.index} stands still`
  return unrest && asked.has(unrest.id)
    ? { state: 'waits', detail: `${who}, and ${unrest.detail}` }
    : { state: 'holds', detail: `${who}, and the others go on` }
}
