/** Holds what the page shows, feeds it with events, and tells the components when to look again: at most once a frame. */

import { useEffect, useState } from 'preact/hooks'
import type { RingEvent, RoomEvent } from '../src/chat/room-event.ts'
import { ChatState } from './model/chat-state.ts'
import type { Draft } from './model/outbox.ts'
import type { About, Act } from './net/api.ts'
import { api, Refused } from './net/api.ts'
import type { ConnectionState } from './net/connection.ts'
import { Connection } from './net/connection.ts'

/** Older messages are fetched so many at a time. */
const pageSize = 500
/** A message that was found is loaded when it is not further back than so many times that. */
const reachPages = 20
const draftKey = 'ringleader draft'

/** So long after a change the next one is shown at once, and not with the next frame. Unit: ms. */
const quietMs = 100

export class Store {
  readonly chat = new ChatState()
  about: About | undefined
  connection: ConnectionState = { type: 'connecting' }
  drafts: readonly Draft[] = []
  input = sessionStorage.getItem(draftKey) ?? ''
  hasHeartbeats = false
  /** Grows with each change. */
  version = 0
  readonly #listeners = new Set<() => void>()
  readonly #ringListeners = new Set<(event: RoomEvent) => void>()
  readonly #connection: Connection
  /** The picture of the ring may come later than the first events. */
  #ringEvents: RoomEvent[] = []
  #toldAtMs = 0
  #isTold = true
  #draftCount = 0
  /** Earlier messages are under way. */
  #older: Promise<void> | undefined
  /** How often it was asked what the node is: only the newest answer counts. */
  #aboutCount = 0
  #isSending = false

  constructor() {
    this.#connection = new Connection({
      event: (event) => this.#take(event),
      state: (state) => {
        this.connection = state
        this.changed()
        if (state.type === 'open') void this.#askAbout()
      },
    })
  }

  start(): void {
    this.#connection.open()
    const look = (): void => {
      // A frame that was asked for does not come while nobody sees the page.
      if (document.hidden && !this.#isTold) setTimeout(this.#tell, 100)
      this.chat.watch(!document.hidden && document.hasFocus())
      this.changed()
    }
    for (const name of ['focus', 'blur']) addEventListener(name, look)
    document.addEventListener('visibilitychange', look)
  }

  /** Says that something changed. */
  changed(): void {
    this.version++
    if (!this.#isTold) return
    this.#isTold = false
    // A page that nobody sees has no frames.
    if (document.hidden) setTimeout(this.#tell, 100)
    // What comes after a quiet moment waits for no frame: where the ring is drawn, one may take long.
    else if (performance.now() - this.#toldAtMs > quietMs) queueMicrotask(this.#tell)
    else requestAnimationFrame(this.#tell)
  }

  readonly #tell = (): void => {
    if (this.#isTold) return
    this.#isTold = true
    this.#toldAtMs = performance.now()
    for (const listener of this.#listeners) listener()
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Everything that a picture of the ring needs, from the start. */
  subscribeRing(listener: (event: RoomEvent) => void): () => void {
    for (const event of this.#ringEvents) listener(event)
    this.#ringEvents = []
    this.#ringListeners.add(listener)
    return () => this.#ringListeners.delete(listener)
  }

  showHeartbeats(hasHeartbeats: boolean): void {
    this.hasHeartbeats = hasHeartbeats
    this.#connection.showHeartbeats(hasHeartbeats)
    this.changed()
  }

  /** Keeps what is typed, also when the page is loaded again. */
  setInput(text: string): void {
    this.input = text
    try {
      sessionStorage.setItem(draftKey, text)
    } catch {
      // It is only kept in memory then.
    }
    this.changed()
  }

  say(text: string, action: boolean): void {
    this.drafts = [...this.drafts, { key: this.#draftCount++, text, action }]
    this.changed()
    void this.#sendDrafts()
  }

  retry(key: number): void {
    this.drafts = this.drafts.map(({ key: own, text, action, ...rest }) =>
      own === key ? { key: own, text, action } : { key: own, text, action, ...rest },
    )
    this.changed()
    void this.#sendDrafts()
  }

  discard(key: number): void {
    this.drafts = this.drafts.filter((draft) => draft.key !== key)
    this.changed()
  }

  get isLoadingOlder(): boolean {
    return this.#older !== undefined
  }

  /** Resolves when earlier messages are there, if there are any and they could be had. */
  loadOlder(): Promise<void> {
    const { transcript } = this.chat
    const first = transcript.messages[0]
    if (this.#older) return this.#older
    if (transcript.hasAll || transcript.isFull || !first) return Promise.resolve()
    this.#older = this.#fetchOlder(first.id)
    this.changed()
    return this.#older
  }

  async #fetchOlder(before: string): Promise<void> {
    try {
      this.chat.takeOlder(await api.messages(before, pageSize))
    } catch {
      // It is asked for again at the next scroll.
    }
    this.#older = undefined
    this.changed()
  }

  /** Presses a button of the demo. Rejects with a sentence. */
  async act(what: Act, node?: string): Promise<void> {
    await api.act(what, node)
    await this.#askAbout()
  }

  /** Loads older messages until this one is there. Resolves with false when it is too far back. */
  async reach(id: string): Promise<boolean> {
    const { transcript } = this.chat
    for (let i = 0; i < reachPages && !transcript.get(id); i++) {
      const { length } = transcript.messages
      await this.loadOlder()
      if (transcript.messages.length === length) break
    }
    return transcript.get(id) !== undefined
  }

  #take(event: RoomEvent | { readonly type: 'live' }): void {
    // Another page may have pressed a button.
    if (event.type === 'notice' && this.about?.demo) void this.#askAbout()
    if (event.type === 'live') this.chat.take(event, Date.now())
    else if (isOfRing(event)) this.#tellRing(event)
    else {
      this.chat.take(event, Date.now())
      if (event.type === 'ready' || event.type === 'members' || event.type === 'leader') this.#tellRing(event)
    }
    if (!isOfRing(event)) this.changed()
  }

  #tellRing(event: RoomEvent): void {
    if (this.#ringListeners.size === 0) this.#ringEvents.push(event)
    for (const listener of this.#ringListeners) listener(event)
  }

  /** One after the other: they are to stand in the order in which they were said. */
  async #sendDrafts(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    for (;;) {
      const draft = this.drafts.find(({ error }) => error === undefined)
      if (!draft) break
      try {
        const { id } = await api.say(draft.text, draft.action)
        const { chat } = this
        if (!chat.transcript.get(id) && !chat.pending.has(id))
          chat.take({ type: 'pending', id, text: draft.text, action: draft.action }, Date.now())
        this.drafts = this.drafts.filter(({ key }) => key !== draft.key)
      } catch (error) {
        const isUnsure = error instanceof Refused && error.status === 0
        const why = error instanceof Error ? error.message : String(error)
        this.drafts = this.drafts.map((each) =>
          each.key === draft.key ? { ...each, error: why, ...(isUnsure && { isUnsure }) } : each,
        )
      }
      this.changed()
    }
    this.#isSending = false
  }

  async #askAbout(): Promise<void> {
    const count = ++this.#aboutCount
    try {
      const about = await api.about()
      if (count !== this.#aboutCount) return
      this.about = about
      this.changed()
    } catch {
      // The stream says it, too.
    }
  }
}

function isOfRing(event: RoomEvent | { readonly type: 'live' }): event is RingEvent {
  return ['node', 'frame', 'token', 'log', 'missed', 'watched'].includes(event.type)
}

/** Renders the component again whenever the store changes. */
export function useStore(store: Store): void {
  const [, again] = useState(0)
  useEffect(() => store.subscribe(() => again((count) => count + 1)), [store])
}
