/**
 * Turns one step of a core into what is told of it to those who watch the node. A pure function of the step and the state.
 */

import type { Effect } from '../../core/model/effects.ts'
import type { Event } from '../../core/model/events.ts'
import type { Frame } from '../../core/model/frames.ts'
import type { LinkId, Uid } from '../../core/model/ids.ts'
import type { LogLine } from '../../core/model/log-line.ts'
import type { Standing } from '../../core/node-standing.ts'
import { countOf, type Part } from '../../core/model/records.ts'
import { sightMessagesMax, sightTextBytesMax } from '../../wire/limits.ts'
import type { Sight } from '../../wire/sight-codec.ts'
import { idsOf } from '../to-room.ts'

export type NodeSight = Extract<Sight, { type: 'node' }>
type FrameSight = Extract<Sight, { type: 'frame' }>

const heartbeats: ReadonlySet<Frame['type']> = new Set(['ping', 'pong', 'stored', 'safe'])

export function isHeartbeat(sight: Sight): boolean {
  return sight.type === 'frame' && heartbeatNames.has(sight.frame)
}

const heartbeatNames = new Set([...heartbeats].map(nameOf))

/** `FOLLOW_OK`, as PROTOCOL.md writes it. */
function nameOf(type: Frame['type']): string {
  return type.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

export type SightParts = {
  readonly at: number
  readonly lamport: number
  /** The node at the other end of a link; undefined: not known, and nothing is told of its frames. */
  readonly peerOf: (link: LinkId) => Uid | undefined
  readonly logText: (line: LogLine) => string
  readonly heartbeats: boolean
  /** Asked once for each frame: whether one more may be told. */
  readonly mayTell: (isHeartbeat: boolean) => boolean
}

/** What a step shows, in its order: what came in, what was decided, what went out. */
export function sightsOf(event: Event, effects: readonly Effect[], parts: SightParts): Sight[] {
  const sights: Sight[] = []
  if (event.type === 'frameReceived') addFrame(sights, 'received', event.link, event.frame, parts)
  for (const effect of effects) {
    if (effect.type === 'send') addFrame(sights, 'sent', effect.link, effect.frame, parts)
    else if (effect.type === 'log') sights.push(lineSight(effect.line, parts))
  }
  return sights
}

function addFrame(
  sights: Sight[],
  way: FrameSight['way'],
  link: LinkId,
  frame: Frame,
  { at, lamport, peerOf, heartbeats: wanted, mayTell }: SightParts,
): void {
  const isBeat = heartbeats.has(frame.type)
  if (!wanted && isBeat) return
  const peer = peerOf(link)
  if (peer === undefined || !mayTell(isBeat)) return
  sights.push({ type: 'frame', at, lamport, way, peer, frame: nameOf(frame.type), ...contentOf(frame) })
}

function contentOf(frame: Frame): Partial<FrameSight> {
  switch (frame.type) {
    case 'elect':
      return { term: frame.term, candidate: frame.candidate.uid }
    case 'elected':
      return { term: frame.term, candidate: frame.winner.uid }
    case 'submit':
      return messagesOf(frame.parts)
    case 'rec':
    case 'up':
      return messagesOf(frame.records.map(({ part }) => part))
    default:
      return {}
  }
}

function messagesOf(parts: readonly Part[]): Partial<FrameSight> {
  const count = parts.reduce((sum, part) => sum + countOf(part), 0)
  if (count === 0) return {}
  const messages: string[] = []
  for (const part of parts) {
    const idAt = idsOf(part)
    for (let at = 0; at < countOf(part) && messages.length < sightMessagesMax; at++) messages.push(idAt(at))
  }
  return { messages, count }
}

function lineSight(line: LogLine, { at, lamport, logText }: SightParts): Sight {
  if (line.type === 'election-token') {
    const { term, candidate, verdict, from, sentMax } = line
    if (from !== undefined)
      return { type: 'token', at, lamport, from, term, candidate, verdict, ...(sentMax && { sentMax }) }
  }
  return { type: 'log', at, lamport, kind: line.type, text: logText(line).slice(0, sightTextBytesMax / 4) }
}

export function nodeSight(standing: Standing, at: number, size: number): NodeSight {
  const { status, term, leader, next, previous, sentMax, ver, members, safe, clock } = standing
  return {
    type: 'node',
    at,
    lamport: clock,
    status,
    term,
    leader: leader ?? null,
    next: next ?? null,
    previous: previous ?? null,
    participant: sentMax !== undefined,
    sentMax: sentMax ?? null,
    view: { ver, members: members.map(({ uid }) => uid) },
    size,
    safe,
  }
}

/** Whether a node stands otherwise than before, but for what grows with each message. */
export function hasMoved(a: Standing, b: Standing): boolean {
  return (
    a.status !== b.status ||
    a.term !== b.term ||
    a.leader !== b.leader ||
    a.next !== b.next ||
    a.previous !== b.previous ||
    a.sentMax !== b.sentMax ||
    a.ver !== b.ver ||
    a.members !== b.members
  )
}
