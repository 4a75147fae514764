/**
 * What happened, in words: one line for an entry of the tape. Nodes are called by their ids, as #7.
 */

import { describeFrame, describeLine, frameName } from '../../sim/watch/describe.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Uid } from '../../src/core/model/ids.ts'
import type { NodeView } from './node-view.ts'
import { idOf } from './node-view.ts'
import type { Entry, Flight, Scene } from './tape.ts'

type Nodes = Scene['nodes']

const nameOf = (uid: Uid): string => `#${idOf(uid)}`

/** The id of the node with a number, as #7. */
export function nameAt(nodes: Nodes, index: number): string {
  const view = nodes[index]
  return view ? `#${view.id}` : `n${index}`
}

/** A command, or what a checker says, with ids for the numbers of nodes. */
export function commandText(command: string, nodes: Nodes): string {
  return command.replace(/\bn(\d+)\b/g, (_, index: string) => nameAt(nodes, Number(index)))
}

/** `ELECT 7` for a token; the frame's details for all others. */
export function frameText(frame: Frame): string {
  if (frame.type === 'elect') return `ELECT ${idOf(frame.candidate.uid)}`
  if (frame.type === 'elected') return `ELECTED ${idOf(frame.winner.uid)}`
  return describeFrame(frame, nameOf)
}

export function flightText({ from, to, frame }: Flight, nodes: Nodes): string {
  const what = candidateOf(frame) === undefined ? frameName(frame.type) : frameText(frame)
  return `${what} from ${nameAt(nodes, from)} to ${nameAt(nodes, to)}`
}

/** The candidate that a token carries; undefined: the frame is none. */
export function candidateOf(frame: Frame): number | undefined {
  if (frame.type === 'elect') return idOf(frame.candidate.uid)
  if (frame.type === 'elected') return idOf(frame.winner.uid)
  return undefined
}

const doings: Readonly<Record<NodeView['doing'], string>> = {
  down: 'down',
  stopped: 'has left',
  searching: 'looks for its room',
  following: 'follows',
  electing: 'has no leader',
  gathering: 'has won, and gathers',
  leading: 'leads',
  leaving: 'leads, and leaves',
}

export function doingText(view: NodeView, atMs: number): string {
  const what = view.doing === 'following' ? `follows #${view.leader}` : doings[view.doing]
  return view.pausedUntil > 0 && view.doing !== 'down' && view.pausedUntil > atMs
    ? `${what}, stands still`
    : what
}

/** Kinds of log lines that tell what became of a token. */
const tokenLines: ReadonlySet<string> = new Set(['election-candidate', 'election-token'])

/** What an entry tells, without its time. */
export function entryText(entry: Entry, nodes: Nodes): string {
  const { command, node, came, event, effects, comparisons } = entry
  if (command !== undefined) return `> ${commandText(command, nodes)}`
  const who = nameAt(nodes, node)
  if (!event) return `${who} ${nodes[node]?.doing === 'stopped' ? 'has left' : 'is dead'}`
  const parts: string[] = []
  if (came) parts.push(`gets ${frameText(came.frame)} from ${nameAt(nodes, came.from)}`)
  else if (event.type === 'timerFired') parts.push(`timer ${event.name}`)
  else if (event.type === 'linkClosed') parts.push(`a link is gone: ${event.why}`)
  else if (event.type === 'linkOpened' || event.type === 'linkAccepted')
    parts.push(`is connected with ${nameOf(event.uid)}`)
  else if (event.type === 'said')
    parts.push(`says ${event.messages.map(({ text }) => JSON.stringify(text)).join(' ')}`)
  else if (event.type === 'frameReceived') parts.push(`gets ${frameText(event.frame)}`)
  else parts.push(event.type)
  for (const { text } of comparisons) parts.push(text)
  for (const effect of effects) {
    if (effect.type === 'log') {
      const { line } = effect
      // The comparison has said it.
      if (tokenLines.has(line.type) && comparisons.length > 0) continue
      if (line.type !== 'listening') parts.push(describeLine(line, nameOf))
    } else if (effect.type === 'deliver')
      parts.push(`shows ${effect.record.part.entries.map(({ text }) => JSON.stringify(text)).join(' ')}`)
    else if (effect.type === 'sent') parts.push('sees its message sent')
    else if (effect.type === 'leaderChanged' && !effect.leader) parts.push('has no leader now')
  }
  return `${who} ${parts.join('; ')}`
}

/** With its time in front: `   13 ms  #9 gets ELECT 9 from #3; 9 = 9: elected`. */
export function timedText(entry: Entry, nodes: Nodes): string {
  return `${String(Math.round(entry.atMs)).padStart(6)} ms  ${entryText(entry, nodes)}`
}

export { frameName }
