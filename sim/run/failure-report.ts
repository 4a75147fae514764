/**
 * A failed run in words: first the invariant, the moment and the line that plays it again; then everything the
 * seed expanded to, the last steps, the ring, and transcripts that differ.
 */

import { textOf } from '../watch/texts.ts'
import { bootCounter } from '../../src/core/model/ids.ts'
import type { Uid } from '../../src/core/model/ids.ts'
import type { StampedRecord } from '../../src/core/model/records.ts'
import type { Plan } from './actions.ts'
import type { Result } from './result.ts'
import { nameIn } from '../watch/trace.ts'
import type { SimNode } from '../world/world.ts'

const eventsShown = 60

/** What failed, and how to play it again. `repeat`: the command that does. */
export function failureHead(result: Result, repeat: string): string[] {
  const { plan, violations, outcome } = result
  const [first] = violations
  const what = outcome === 'crash' ? 'the core crashed' : `${first?.id ?? outcome} at ${first?.atMs ?? 0} ms`
  return [`failed: seed ${plan.seed}: ${what}`, ...violationLines(result), `repeat: ${repeat}`]
}

/** Everything about a run that may tell why it failed. */
export function failureDetails(result: Result): string[] {
  const { plan, world, violations, journal, trace } = result
  const [first] = violations
  return [
    ...violationLines(result),
    '',
    ...planLines(plan),
    '',
    'what was done, as a protocol script:',
    ...journal.script().map((line) => `    ${line}`),
    '',
    `the last ${eventsShown} steps that did something:`,
    ...trace.last(eventsShown),
    '',
    ...ringLines(world.nodes),
    ...world.nodes.map(nodeLine),
    uidLine(world.nodes),
    ...(first ? transcriptLines(result, first.node) : []),
  ]
}

function violationLines({ violations, thrown }: Result): string[] {
  const lines = violations
    .slice(0, 3)
    .flatMap(({ id, sentence, node, atMs, step, detail }) => [
      `  ${id}: ${sentence}`,
      `    at ${atMs} ms, step ${step}${node > 0 ? `, n${node}` : ''}: ${detail}`,
    ])
  if (thrown === undefined) return lines
  return [
    ...lines,
    thrown instanceof Error ? (thrown.stack ?? thrown.message) : `thrown: ${JSON.stringify(thrown)}`,
  ]
}

/** Everything that a seed expanded to. */
function planLines(plan: Plan): string[] {
  const { seed, nodes, copies, memory = 0, delayMinMs, delaySpreadMs, fsyncMs, faultsUntilMs, restart } = plan
  const back = ['none', 'a part', 'all'][restart] ?? 'all'
  return [
    `seed ${seed}: ${nodes} nodes, copies ${copies}, delay ${delayMinMs} to ${delayMinMs + delaySpreadMs} ms, fsync ${fsyncMs} ms, healed at ${faultsUntilMs} ms, then ${back} of those down restarted`,
    ...(memory > 0 ? [`${memory} of 100 nodes keep nothing on a disk`] : []),
    `faults: ${plan.faults.join(', ') || 'none'}`,
    `actions (${plan.actions.length}):`,
    ...plan.actions.map(
      ({ atMs, what, forMs, pick }) => `${String(atMs).padStart(7)} ${what} for ${forMs} ms, pick ${pick}`,
    ),
  ]
}

/** The ring, as each node's next tells it: one line for each closed ring or loose end. */
function ringLines(nodes: readonly SimNode[]): string[] {
  const running = nodes.filter((node) => node.state !== undefined)
  const nextOf = (node: SimNode): SimNode | undefined =>
    running.find(({ uid }) => uid === node.state?.ring.next?.member.uid)
  const isNext = new Set(running.map(nextOf))
  const seen = new Set<SimNode>()
  const lines: string[] = []
  // Loose ends first: what is left is closed.
  for (const start of [...running.filter((node) => !isNext.has(node)), ...running]) {
    if (seen.has(start)) continue
    const path = [start]
    seen.add(start)
    let at = nextOf(start)
    for (; at && !seen.has(at); at = nextOf(at)) {
      path.push(at)
      seen.add(at)
    }
    if (at) path.push(at)
    lines.push(path.map(({ index }) => `n${index}`).join(' -> '))
  }
  return ['the ring:', ...lines.map((line) => `  ${line}`)]
}

/** `n3#2 following n7 live | term 4 | view 4.2: n7 n3 | next n7 prev n7 | 12 records, 1 unsent` */
function nodeLine(node: SimNode): string {
  const { state } = node
  const memory = node.memory ? ', no disk' : ''
  if (!state)
    return `  n${node.index} down${memory}${node.stopped === undefined ? '' : ` (${node.stopped})`}, ${node.disk.log.length} records on disk`
  const { role, view, ring } = state
  const doing =
    role.type === 'office'
      ? `in office, ${role.phase}`
      : role.type === 'following'
        ? `follows ${role.leader.name}, ${role.phase}`
        : role.type
  const paused = node.pausedUntil > 0 ? ', paused' : ''
  const next = ring.next ? `${ring.next.member.name}${ring.next.linking === 'linked' ? '' : '?'}` : '-'
  return (
    `  n${node.index}#${bootCounter(state.inc)} ${doing}${paused}${memory} | term ${state.election.term} | ` +
    `view ${view.vid.term}.${view.vid.ver}: ${view.members.map(({ name }) => name).join(' ')} | ` +
    `next ${next} prev ${ring.prev?.member.name ?? '-'} | ${state.end} records, ${state.outbox.length} unsent`
  )
}

/** The uids in their order, from the smallest: elections and ranks compare them. */
function uidLine(nodes: readonly SimNode[]): string {
  const grown = [...nodes].sort((a, b) => (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : a.index - b.index))
  return `uids: ${grown.map(({ index, uid }) => `n${index} ${uid.slice(0, 4)}`).join(' < ')}`
}

/** Where the transcript of the node in question first differs from another's, both around that place. */
function transcriptLines(result: Result, index: number): string[] {
  const nameOf = nameIn(result.world)
  const mine = result.checks.ghost.shadows.get(index)?.transcript.order
  if (!mine) return []
  for (const [other, shadow] of result.checks.ghost.shadows) {
    const theirs = shadow.transcript.order
    const length = Math.min(mine.length, theirs.length)
    const at = mine.findIndex((record, i) => i < length && record !== theirs[i])
    if (other === index || at < 0) continue
    const around = (order: readonly StampedRecord[]): string[] =>
      order
        .slice(Math.max(0, at - 3), at + 6)
        .map((record, i) => `    ${Math.max(0, at - 3) + i + 1} ${recordLine(record, nameOf)}`)
    return ['', `transcript of n${index}:`, ...around(mine), `transcript of n${other}:`, ...around(theirs)]
  }
  return []
}

function recordLine(
  { part, ts, stamper, stamperInc, s }: StampedRecord,
  nameOf: (uid: Uid) => string,
): string {
  return `${part.name}:${part.aseq} ${JSON.stringify(textOf(part).slice(0, 20))} ts ${ts} by ${nameOf(stamper)}#${bootCounter(stamperInc)}.${s}`
}
