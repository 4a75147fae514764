/** The rows of the transcript: messages, and what stands between them. A row is made only when it is shown. */

import type { MessageEvent } from '../../src/chat/room-event.ts'
import type { Aside, ChatState } from './chat-state.ts'

export type Row =
  | {
      readonly type: 'message'
      readonly key: string
      readonly message: MessageEvent
      /** The same author within minutes: its name is not repeated. */
      readonly isFollowing: boolean
      /** The first of another day. */
      readonly day: string | undefined
      readonly isFirstUnread: boolean
    }
  | { readonly type: 'aside'; readonly key: string; readonly aside: Aside }

/** Messages of one author that are so close stand under one name. Unit: ms. */
const followMs = 5 * 60_000

export type Rows = {
  readonly count: number
  readonly keyOf: (index: number) => string
  readonly at: (index: number) => Row
  /** Characters of its text, or -1 for what is no message: cheap, as it is asked of all rows. */
  readonly lengthAt: (index: number) => number
  /** The row of a message, or -1. */
  readonly indexOf: (messageId: string) => number
}

/** Local calendar day, `2026-11-29`, or nothing where the author's clock says nothing sensible. */
export function dayOf(time: string): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return ''
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

/** The rows as they are now. They hold while nothing is added; make them anew then. */
export function rowsOf(chat: ChatState): Rows {
  const { messages } = chat.transcript
  const behind = placesOf(chat)
  // Rows before message i: i messages, and the asides that stand behind an earlier one.
  const total = messages.length + behind.length
  const slot = (index: number): { at: number; aside: Aside | undefined } => {
    let [low, high] = [0, behind.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((behind[middle]?.row ?? 0) <= index) low = middle + 1
      else high = middle
    }
    const found = behind[low - 1]
    return found?.row === index ? { at: -1, aside: found.aside } : { at: index - low, aside: undefined }
  }
  const messageAt = (index: number): MessageEvent | undefined => messages[index]
  return {
    count: total,
    keyOf: (index) => {
      const { at, aside } = slot(index)
      return aside?.key ?? messageAt(at)?.id ?? String(index)
    },
    at: (index) => {
      const { at, aside } = slot(index)
      if (aside) return { type: 'aside', key: aside.key, aside }
      const message = messageAt(at)
      if (!message) throw new RangeError(`no row ${index}`)
      const before = messageAt(at - 1)
      const day = dayOf(message.time)
      const isNewDay = day !== '' && (!before || dayOf(before.time) !== day)
      const isFirstUnread = chat.readTo !== undefined && before?.id === chat.readTo
      const hasAsideBefore = index > 0 && slot(index - 1).aside !== undefined
      return {
        type: 'message',
        key: message.id,
        message,
        day: isNewDay ? day : undefined,
        isFirstUnread,
        isFollowing:
          before !== undefined &&
          !isNewDay &&
          !isFirstUnread &&
          !hasAsideBefore &&
          before.author === message.author &&
          before.name === message.name &&
          !before.action &&
          !message.action &&
          Math.abs(Date.parse(message.time) - Date.parse(before.time)) < followMs,
      }
    },
    lengthAt: (index) => {
      const { at, aside } = slot(index)
      return aside ? -1 : (messageAt(at)?.text.length ?? 0)
    },
    indexOf: (messageId) => {
      const at = messages.findIndex(({ id }) => id === messageId)
      if (at < 0) return -1
      return at + behind.filter(({ after }) => after < at).length
    },
  }
}

/** Where the lines between messages stand: the row, and the index of the message before it. */
function placesOf(chat: ChatState): { row: number; after: number; aside: Aside }[] {
  const { messages } = chat.transcript
  const places = new Map<string, number>()
  const wanted = new Set(chat.asides.map(({ after }) => after))
  if (chat.asides.length > 0)
    for (let i = messages.length - 1, left = wanted.size; i >= 0 && left > 0; i--) {
      const id = messages[i]?.id ?? ''
      if (wanted.has(id)) {
        places.set(id, i)
        left--
      }
    }
  return chat.asides
    .map((aside) => ({ aside, after: places.get(aside.after ?? '') ?? -1 }))
    .sort((one, other) => one.after - other.after)
    .map(({ aside, after }, i) => ({ aside, after, row: after + 1 + i }))
}
