/**
 * Safety rules that cost too much for every step: whole logs against whole transcripts, and the transcripts
 * of all nodes against one another (S2, S5, S6, S8, S9).
 */

import { transcriptOf } from '../world/transcript.ts'
import type { SimNode } from '../world/world.ts'
import type { Ghost } from './ghost.ts'
import { checkKept } from './promise-rules.ts'
import { checkS5, checkS8 } from './transcript-rules.ts'
import type { Report } from './verdict.ts'

export function auditAll(ghost: Ghost, nodes: readonly SimNode[], report: Report): void {
  const wholes = nodes.map(({ index }) => transcriptOf(ghost.shadow(index).log))
  for (let i = 1; i < nodes.length; i++) {
    checkS8(wholes[i - 1] ?? [], wholes[i] ?? [], i, report)
    checkS8(ghost.shadow(i).told.order, ghost.shadow(i + 1).told.order, i, report)
  }
  for (const node of nodes) {
    const shadow = ghost.shadow(node.index)
    checkS5(shadow, wholes[node.index - 1] ?? [], node.index, report)
    const { state } = node
    if (!state) continue
    if (state.end !== shadow.log.length)
      report('S2', node.index, `the core counts ${state.end} records, its writes make ${shadow.log.length}`)
    for (const [name, { length }] of shadow.transcript.byProcess) {
      const have = state.have.get(name)
      if (have !== length) report('S6', node.index, `have[${name.slice(0, 4)}] is ${have}, not ${length}`)
    }
  }
  checkKept(
    ghost,
    nodes.map(({ disk }) => disk),
    report,
  )
}
