/**
 * Builds the objects of `--json` (cli.md), one line of text each, `type` first: events of room-event.ts.
 */

import { toJsonLine, toJsonText } from './escape.ts'
import type { Line, PrivateLine } from './message-line.ts'
import type {
  AwayEvent,
  KnockEvent,
  LeaderEvent,
  MembersEvent,
  MessageEvent,
  NodeName,
  NoticeEvent,
  PendingEvent,
  PrivateEvent,
  ReadyEvent,
  RoomEvent,
  SentEvent,
  TitleEvent,
} from './room-event.ts'

/** A message with the fields that only programs get. `time` is the author's clock. */
export type Said = Line & {
  /** Its node id. */
  readonly author: string
  readonly time: { getTime(): number; toISOString(): string }
  readonly history: boolean
  readonly own: boolean
  /** What it offers. */
  readonly file?: { readonly name: string; readonly size: number; readonly hash: string } | undefined
}

type Who = NodeName

/** Any event as one line. */
export function toLine(event: RoomEvent): string {
  return toJsonLine(event)
}

/** First object of all. `invitation`: to a new room that is locked. */
export function readyObject(
  {
    self,
    id: room,
    locked,
    title,
  }: {
    readonly self: Who
    readonly id: string
    readonly locked: boolean
    readonly title: string | undefined
  },
  invitation?: string,
): string {
  const { id, name, address } = self
  const event: ReadyEvent = {
    type: 'ready',
    id,
    name,
    address,
    room,
    locked,
    ...(title === undefined ? {} : { title }),
    ...(invitation === undefined ? {} : { invitation }),
  }
  return toLine(event)
}

/** An absurd clock of an author (beyond the year 275760) reads as 1970. */
export function isoOf(time: Said['time']): string {
  const ms = time.getTime()
  if (!Number.isFinite(ms)) return '1970-01-01T00:00:00.000Z'
  if (ms !== lastIso.ms) lastIso = { ms, text: time.toISOString() }
  return lastIso.text
}

/** Messages that were said together have one time. */
let lastIso = { ms: 0, text: '1970-01-01T00:00:00.000Z' }

/** A MessageEvent. Put together by hand: there may be tens of thousands a second, and only names and texts can hold what needs escapes. */
export function messageObject(said: Said & Omit<MessageEvent, 'type' | 'time' | 'file'>): string {
  const { ts, id, author, address, late, history, own, action } = said
  const who = `"ts":${ts},"id":"${id}","author":"${author}","name":${toJsonText(said.name)},"address":"${address}"`
  const marks = `"late":${late},"history":${history},"own":${own},"action":${action}${fileOf(said)}`
  return `{"type":"message",${who},"text":${toJsonText(said.text)},"time":"${isoOf(said.time)}",${marks}}`
}

function fileOf({ file }: Said): string {
  return file ? `,"file":${toJsonLine({ name: file.name, size: file.size, hash: file.hash })}` : ''
}

/** An own message is sent. */
export function sentObject(id: string): string {
  return toLine({ type: 'sent', id } satisfies SentEvent)
}

/** An own message was taken, and has no place yet. */
export function pendingObject({ id, text, action }: Omit<PendingEvent, 'type'>): string {
  return toLine({ type: 'pending', id, text, action } satisfies PendingEvent)
}

/** In ring order. */
export function membersObject(
  members: readonly (Who & { readonly leader: boolean; readonly visit?: true })[],
): string {
  const event: MembersEvent = {
    type: 'members',
    members: members.map(({ name, address, id, leader, visit }) => ({
      name,
      address,
      id,
      leader,
      ...(visit && { visit }),
    })),
  }
  return toLine(event)
}

export function leaderObject(leader: Who & { readonly term: number }): string {
  const { id, name, address, term } = leader
  return toLine({ type: 'leader', id, name, address, term } satisfies LeaderEvent)
}

export function knockObject(
  { number, id, name, address }: Who & { readonly number: number },
  isEnded = false,
): string {
  const event: KnockEvent = { type: 'knock', number, id, name, address, ...(isEnded && { ended: true }) }
  return toLine(event)
}

/** What was said to one person alone. `with`: who said it, or whom it is for. */
export function privateObject({
  id,
  with: { id: node, name, address },
  text,
  time,
  own,
  state,
}: PrivateLine & { readonly id: string; readonly time: { toISOString(): string } }): string {
  const event: PrivateEvent = {
    type: 'private',
    id,
    with: { id: node, name, address },
    text,
    time: time.toISOString(),
    own,
    state,
  }
  return toLine(event)
}

/** A member is away, or is back: then text is null. */
export function awayObject(id: string, text: string | undefined): string {
  return toLine({ type: 'away', id, text: text ?? null } satisfies AwayEvent)
}

/** The room has another title. */
export function titleObject(title: string): string {
  return toLine({ type: 'title', title } satisfies TitleEvent)
}

export function noticeObject(text: string): string {
  return toLine({ type: 'notice', text } satisfies NoticeEvent)
}
