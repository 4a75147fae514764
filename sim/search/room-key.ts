/**
 * Keys of searched rooms. Two rooms with one key have the same future, so one of them need not be searched.
 */

import { describeFrame } from '../watch/describe.ts'
import type { LinkId } from '../../src/core/model/ids.ts'
import type { SearchNode, SearchRoom } from './search-room.ts'
import type { Detail } from './state-copies.ts'
import { stateKey } from './state-copies.ts'
import type { End } from './wires.ts'

/** Equal for rooms of which the same can still become. */
export function roomKey({ nodes, wires, cuts, detail }: SearchRoom): string {
  const links: Map<LinkId, string>[] = nodes.map(() => new Map())
  for (const { ends } of wires) {
    for (const [i, { node, link }] of ends.entries()) {
      const peer = String((ends[1 - i] as End).node)
      const own = links[node] as Map<LinkId, string>
      const earlier = [...own.values()].filter((name) => name.startsWith(peer)).length
      own.set(link, `${peer}${'~'.repeat(earlier)}`)
    }
  }
  const parts = nodes.map((node, i) => nodeKey(node, detail, links[i] as Map<LinkId, string>))
  const nameOf = (uid: string): string => uid[0] ?? ''
  const lines = wires.map(({ ends, queues, closed }) => {
    const frames = queues.map((queue) => queue.map(({ lc, frame }) => `${lc}${describeFrame(frame, nameOf)}`))
    // With its name at both ends, because two links of one pair serve different purposes.
    const named = ends.map(({ node, link }) => `${node}>${links[node]?.get(link)}`)
    return `${named.join('-')}${closed.join()}${frames.join('/')}`
  })
  return `${parts.join('\n')}\n${[...cuts].join()}\n${lines.sort().join('\n')}`
}

function nodeKey(node: SearchNode, detail: Detail, links: ReadonlyMap<LinkId, string>): string {
  const named = [...links].join()
  if (node.text?.links === named) return node.text.key
  const { state, disk } = node
  const log = [...disk.log, ...disk.pending.flatMap(({ write }) => write.records.map(({ record }) => record))]
  const lines = log.map(
    ({ stamper, stamperInc, s, ts, part }) =>
      `${stamper[0]}${stamperInc[11]}.${s}@${ts}=${part.lc}${part.id}`,
  )
  const pending = disk.pending.map(({ write }) => `${write.records.length}+${write.outboxPut.length}`)
  const outbox = disk.outbox.map(({ inc, aseq, lc, id }) => `${inc[11]}.${aseq}@${lc}${id}`)
  const dials = new Map(node.dials.map(({ link, addr }) => [link, addr]))
  const core = state ? stateKey(state, detail, (id) => links.get(id) ?? dials.get(id) ?? '?') : 'down'
  const parts = [core, lines.join(), pending.join(), outbox.join(), disk.boots]
  // Only who lets timers fire needs to know which are armed; a dial's timer goes with the dial.
  if (detail === 'all') {
    const armed = [...node.timers.keys()].filter((name) => !name.startsWith('dial:'))
    parts.push(armed.sort().join(), [...dials.values()].join())
  }
  const key = parts.join('|')
  node.text = { links: named, key }
  return key
}
