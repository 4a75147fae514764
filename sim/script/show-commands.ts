/**
 * The commands of protocol scripts that choose what is shown, or show something once.
 */

import { textOf } from '../watch/texts.ts'
import { openOffices, runningNodes } from '../checkers/rest-rules.ts'
import { describeRecord, describeState } from '../watch/describe.ts'
import type { Commands } from './command.ts'
import { transcriptAt } from './expectations.ts'
import { nodesOf, selectionOf } from './words.ts'

export const showCommands: Commands = {
  /** log control: what is shown; log n3: the node's log, in arrival order. */
  log(stage, words) {
    if (!/^n\d+$/.test(words[0] ?? '')) {
      stage.selection = selectionOf(words)
      return
    }
    for (const node of nodesOf(stage, words)) {
      const records: string[] = []
      for (let pos = 1; ; pos++) {
        const record = node.disk.at(pos)
        if (!record) break
        records.push(describeRecord(record, stage.nameOf))
      }
      stage.tell(`${node.name} holds ${records.join(' ') || 'nothing'}`)
    }
  },
  transcript(stage, words) {
    for (const node of nodesOf(stage, words)) {
      const texts = transcriptAt(node).map(({ part }) => `${stage.nameOf(part.author)}:${textOf(part)}`)
      stage.tell(`${node.name} reads ${texts.join(' ') || 'nothing'}`)
    }
  },
  state(stage, words) {
    for (const node of nodesOf(stage, words.length > 0 ? words : ['all']))
      stage.tell(node.state ? describeState(node.state, stage.nameOf) : `${node.name} is down`)
  },
  /** The rings as the offices see them. */
  ring(stage) {
    for (const office of openOffices(runningNodes(stage.world))) {
      const members = office.state?.view.members.map((member) => member.name) ?? []
      stage.tell(`ring ${members.join(' -> ')} leader=${office.name} term=${office.state?.view.vid.term}`)
    }
  },
  leader(stage) {
    stage.tell(
      `in office: ${
        openOffices(runningNodes(stage.world))
          .map((node) => node.name)
          .join(' ') || 'nobody'
      }`,
    )
  },
  /** Election messages sent since the mark. */
  counts(stage) {
    const names = ['ELECT', 'ELECTED', 'STALE', 'ALIVE', 'backup', 'elect', 'lap', 'gather']
    stage.tell(names.map((name) => `${name}=${stage.count(name)}`).join(' '))
  },
  /** How long messages took to be shown by these nodes, since the mark. */
  latency(stage, words) {
    const took = nodesOf(stage, words).flatMap((node) => stage.latencies.get(node) ?? [])
    took.sort((a, b) => a - b)
    const at = (share: number): number =>
      took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
    stage.tell(`${took.length} messages shown: median ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`)
  },
}
