/**
 * Writes a trace as a log with vector clocks, as ShiViz reads it with its default parser.
 */

import type { FrameEvent, LogEvent, RoomEvent, TokenEvent } from './room-event.ts'
import { escapeText } from './escape.ts'
import { tokenText } from './token-text.ts'

type Told = FrameEvent | TokenEvent | LogEvent

/**
 * Yields two lines an event: the node and its vector clock, and what happened. A frame that was received comes after the sending of it
 * where the trace has both; one of which the other end was not seen is an event of its node alone.
 */
export function* toShiviz(events: Iterable<RoomEvent>): Generator<string> {
  const names = new Map<string, string>()
  const queues = new Map<string, Told[]>()
  for (const event of events) {
    if (event.type === 'ready' || event.type === 'leader') names.set(event.id, event.name)
    if (event.type === 'members') for (const { id, name } of event.members) names.set(id, name)
    if (event.type !== 'frame' && event.type !== 'token' && event.type !== 'log') continue
    const queue = queues.get(event.node)
    if (queue) queue.push(event)
    else queues.set(event.node, [event])
  }
  const hosts = new Map<string, string>()
  const taken = new Set<string>()
  const hostOf = (node: string): string => {
    const known = hosts.get(node)
    if (known !== undefined) return known
    const name = (names.get(node) ?? 'node').replace(/[\s{}]+/gu, '_')
    const short = escapeText(`${name}-${node.slice(0, 4)}`)
    const host = taken.has(short) ? escapeText(`${name}-${node.replace(/[\s{}]+/gu, '_')}`) : short
    hosts.set(node, host)
    taken.add(host)
    return host
  }
  const sends = pairs(queues)
  const clocks = new Map<string, Map<string, number>>()
  const done = new Map<Told, ReadonlyMap<string, number>>()
  const take = (event: Told, cause: ReadonlyMap<string, number> | undefined): string => {
    const host = hostOf(event.node)
    const clock = clocks.get(host) ?? new Map<string, number>()
    clocks.set(host, clock)
    for (const [other, count] of cause ?? []) clock.set(other, Math.max(clock.get(other) ?? 0, count))
    clock.set(host, (clock.get(host) ?? 0) + 1)
    if (event.type === 'frame' && event.way === 'sent') done.set(event, new Map(clock))
    const stamp = JSON.stringify(Object.fromEntries(clock))
    return `${host} ${stamp}\n${escapeText(textOf(event, hostOf))}\n`
  }
  const waiting = [...queues.values()].map((queue) => ({ queue, at: 0 }))
  for (;;) {
    let hasMoved = false
    for (const each of waiting)
      for (let event = each.queue[each.at]; event; event = each.queue[each.at]) {
        const send = sends.get(event)
        if (send && !done.has(send)) break
        yield take(event, send && done.get(send))
        each.at++
        hasMoved = true
      }
    if (hasMoved) continue
    // Some events were left out of the trace, and a pair is none: that of the earliest one, for what truly caused an event was before
    // it. It is an event like others then.
    let stuck: (typeof waiting)[number] | undefined
    for (const each of waiting) if (isBefore(each.queue[each.at], stuck?.queue[stuck.at])) stuck = each
    const event = stuck?.queue[stuck.at]
    if (!stuck || !event) break
    stuck.at++
    yield take(event, undefined)
  }
}

/** By the Lamport clocks, and where they are equal by the wall clocks. */
function isBefore(a: Told | undefined, b: Told | undefined): boolean {
  if (!a || !b) return a !== undefined
  return a.lamport < b.lamport || (a.lamport === b.lamport && a.at < b.at)
}

/** Of each frame received the one sent: on a link frames of one kind and content arrive in the order in which they went. */
function pairs(queues: ReadonlyMap<string, readonly Told[]>): ReadonlyMap<Told, Told> {
  const sent = new Map<string, { sends: FrameEvent[]; at: number }>()
  const each = [...queues.values()].flat().filter((event) => event.type === 'frame')
  for (const event of each)
    if (event.way === 'sent') {
      const key = keyOf(event, event.node, event.peer)
      const line = sent.get(key)
      if (line) line.sends.push(event)
      else sent.set(key, { sends: [event], at: 0 })
    }
  const found = new Map<Told, Told>()
  for (const event of each) {
    if (event.way !== 'received') continue
    const line = sent.get(keyOf(event, event.peer, event.node))
    const send = line?.sends[line.at]
    // A later clock: the trace does not have the sending of this one. Frames without messages do not move the clock.
    if (!line || !send || send.lamport > event.lamport) continue
    found.set(event, send)
    line.at++
  }
  return found
}

function keyOf({ frame, term, candidate, messages }: FrameEvent, from: string, to: string): string {
  return [from, to, frame, term, candidate, messages?.[0]].join(' ')
}

function textOf(event: Told, hostOf: (node: string) => string): string {
  if (event.type === 'token')
    return `token in term ${event.term}: ${tokenText({ ...event, own: event.node })}`
  // oxlint-disable-next-line no-control-regex
  if (event.type === 'log') return event.text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu, ' ')
  const { way, frame, peer, candidate, term, count } = event
  const what = candidate === undefined ? '' : ` of ${candidate.slice(0, 4)} in term ${term}`
  const many = count === undefined ? '' : ` with ${count}`
  return `${frame}${what}${many} ${way === 'sent' ? 'to' : 'from'} ${hostOf(peer)}`
}
