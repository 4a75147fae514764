/**
 * What the chat of the page is, as events make it. No clock, no network, no DOM: `take` is a function of what is held and of
 * the event. `now` is handed in.
 */

import type {
  ChatEvent,
  KnockEvent,
  MessageEvent,
  NodeName,
  PendingEvent,
  PrivateEvent,
} from '../../src/chat/room-event.ts'
import { isMention } from './text.ts'
import { Transcript } from './transcript.ts'

type Member = NodeName & { readonly leader: boolean; readonly visit?: true }

/** A line between messages. `after`: id of the message that it stands behind; undefined: before all. */
export type Aside = {
  readonly key: string
  readonly after: string | undefined
  /** Unit: ms since 1970, by this browser. */
  readonly at: number
} & (
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'private'; readonly message: PrivateEvent }
)

/** Lines between messages that are held. */
const asidesMax = 1000
/** Nodes at the door that are shown. */
const knocksMax = 16

export class ChatState {
  self: NodeName = { id: '', name: '', address: '' }
  room = ''
  title = ''
  isLocked = false
  isLive = false
  members: readonly Member[] = []
  leader: string | undefined
  term = 0
  readonly transcript = new Transcript()
  asides: readonly Aside[] = []
  /** Own messages that are said and have no place yet. */
  readonly pending = new Map<string, PendingEvent>()
  /** Own messages that have a place and are not known as sent. */
  readonly unsent = new Set<string>()
  readonly away = new Map<string, string>()
  knocks: readonly KnockEvent[] = []
  /** Messages that came while nobody looked, and how many of them name this node. */
  unread = 0
  unreadMentions = 0
  /** The last message that was there when nobody looked any more; undefined: there is no mark. */
  readTo: string | undefined
  isWatching = true
  /** New since `live`, for those who listen rather than look. */
  heard: MessageEvent | undefined
  /** Node ids by name: two with one name are told apart by their ids. */
  readonly #idsByName = new Map<string, Set<string>>()
  #asideCount = 0

  take(event: ChatEvent | { readonly type: 'live' }, now: number): void {
    switch (event.type) {
      case 'ready':
        // What else stands is told anew behind it.
        this.pending.clear()
        this.unsent.clear()
        this.away.clear()
        this.knocks = []
        this.self = { id: event.id, name: event.name, address: event.address }
        this.#named(event)
        this.room = event.room
        this.isLocked = event.locked
        this.title = event.title ?? ''
        return
      case 'message':
        return this.#takeMessage(event)
      case 'pending':
        if (this.transcript.get(event.id)) this.unsent.add(event.id)
        else this.pending.set(event.id, event)
        return
      case 'sent':
        this.pending.delete(event.id)
        this.unsent.delete(event.id)
        return
      case 'members':
        this.members = event.members
        for (const member of event.members) this.#named(member)
        this.leader = event.members.find(({ leader }) => leader)?.id
        this.#renamed(event.members.find(({ id }) => id === this.self.id))
        return
      case 'leader':
        this.leader = event.id
        this.term = event.term
        return
      case 'knock':
        this.answered(event.number)
        if (!event.ended) this.knocks = [...this.knocks, event].slice(-knocksMax)
        return
      case 'title':
        this.title = event.title
        return
      case 'private':
        // It is told again when it was kept, and has come.
        if (this.asides.some((aside) => aside.kind === 'private' && aside.message.id === event.id))
          this.asides = this.asides.map((aside) =>
            aside.kind === 'private' && aside.message.id === event.id ? { ...aside, message: event } : aside,
          )
        else this.#addAside({ kind: 'private', message: event }, now)
        return
      case 'away':
        if (event.text === null) this.away.delete(event.id)
        else this.away.set(event.id, event.text)
        return
      case 'notice':
        return this.#addAside({ kind: 'notice', text: event.text }, now)
      case 'live':
        this.isLive = true
        return
      default:
      // A later version may tell more.
    }
  }

  /** Whether somebody looks at the page. Where nobody does, a mark stays before what comes. */
  watch(isWatching: boolean): void {
    if (isWatching === this.isWatching) return
    this.isWatching = isWatching
    if (isWatching) {
      this.unread = 0
      this.unreadMentions = 0
    } else this.readTo = this.transcript.messages.at(-1)?.id
  }

  /** Takes the mark away: what is above is read. */
  markRead(): void {
    this.readTo = undefined
  }

  answered(number: number): void {
    this.knocks = this.knocks.filter((knock) => knock.number !== number)
  }

  /** Whether another node is known by the same name. */
  isShared(name: string): boolean {
    return (this.#idsByName.get(name.toLowerCase())?.size ?? 0) > 1
  }

  takeOlder(page: readonly MessageEvent[]): number {
    for (const { author, name } of page) this.#named({ id: author, name })
    return this.transcript.addOlder(page)
  }

  stateOf(message: MessageEvent): 'ordered' | 'sent' | undefined {
    if (!message.own) return undefined
    return this.unsent.has(message.id) ? 'ordered' : 'sent'
  }

  #takeMessage(event: MessageEvent): void {
    const isNew = this.transcript.add(event)
    this.#named({ id: event.author, name: event.name })
    if (event.own && this.pending.delete(event.id)) this.unsent.add(event.id)
    if (!isNew || event.history) return
    this.heard = event
    if (this.isWatching || event.own) return
    this.unread++
    if (isMention(event, this.self.name)) this.unreadMentions++
  }

  #renamed(own: NodeName | undefined): void {
    if (own) this.self = { id: own.id, name: own.name, address: own.address }
  }

  #named({ id, name }: { id: string; name: string }): void {
    const key = name.toLowerCase()
    const ids = this.#idsByName.get(key)
    if (ids) ids.add(id)
    else if (this.#idsByName.size < 10_000) this.#idsByName.set(key, new Set([id]))
  }

  #addAside(
    what: { kind: 'notice'; text: string } | { kind: 'private'; message: PrivateEvent },
    at: number,
  ): void {
    const after = this.transcript.messages.at(-1)?.id
    const aside: Aside = { ...what, key: `aside ${this.#asideCount++}`, after, at }
    this.asides = [...this.asides, aside].slice(-asidesMax)
  }
}
