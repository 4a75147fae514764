/**
 * Tells one reader a room: what is, what was said, and from then on what happens.
 */

import {
  awayObject,
  knockObject,
  leaderObject,
  membersObject,
  messageObject,
  noticeObject,
  pendingObject,
  privateObject,
  readyObject,
  sentObject,
  titleObject,
  toLine,
} from '../../chat/json-objects.ts'
import type { Message, Room, RoomEvents } from '../../peer/room.ts'
import { PageNotices } from './page-notices.ts'

/** Takes the events of a room: a page, or a file. */
export interface EventSink {
  readonly isOver: boolean
  /** Then `taken` is to be awaited before more is pulled. */
  readonly isFull: boolean
  readonly closed: Promise<void>
  /** `line`: one event as JSON. `id`: where to go on after it. */
  send(line: string, id?: string): void
  /** What was is told: from here on the room comes first. */
  giveWay?(): void
  taken(): Promise<void>
  end(): void
}

/** What a reader asks for. */
export type StreamWish = {
  /** The message after which it goes on; undefined: from the last `last` on. */
  readonly since: string | undefined
  readonly last: number
  readonly ring: boolean
  readonly heartbeats: boolean
}

/** Late messages that are told again to one that comes back: it may have been away when they came. Also a bound in characters. */
const lateMax = 200
const lateCharsMax = 1024 * 1024

/** The late messages of a room since the server began. */
export class LateOnes {
  readonly #lines: string[] = []
  #chars = 0
  readonly stop: () => void

  constructor(room: Room) {
    const hear = (message: Message): void => {
      if (!message.late) return
      const line = messageObject(message)
      this.#lines.push(line)
      this.#chars += line.length
      while (this.#lines.length > lateMax || this.#chars > lateCharsMax)
        this.#chars -= this.#lines.shift()?.length ?? 0
    }
    room.on('message', hear)
    this.stop = () => void room.off('message', hear)
  }

  tell(stream: EventSink): void {
    // Without an id: a reader goes on after the last message in the order, which none of these is.
    for (const line of this.#lines) stream.send(line)
  }
}

/** Runs until the stream or the room ends. `story`: tells what is said beside the room until the function that it returns is called. */
export async function streamRoom(
  room: Room,
  stream: EventSink,
  { since, last, ring, heartbeats }: StreamWish,
  late: LateOnes,
  story: (tell: (text: string) => void) => () => void,
): Promise<void> {
  stream.send(readyObject(room))
  const tellMembers = (): void => stream.send(membersObject(room.members))
  const tellLeader: RoomEvents['leader'] = (leader) => {
    if (leader) stream.send(leaderObject(leader))
  }
  tellMembers()
  tellLeader(room.leader)
  const notices = new PageNotices(room, (text) => stream.send(noticeObject(text)))
  const stops: (() => void)[] = []
  // Also of one that closes while nothing is said.
  const stopAll = (): void => {
    for (const stop of stops.splice(0)) stop()
  }
  void stream.closed.then(stopAll)
  const on = <E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): void => {
    room.on(event, listener)
    stops.push(() => void room.off(event, listener))
  }
  on('members', () => {
    tellMembers()
    notices.membersChanged()
  })
  on('leader', tellLeader)
  on('sent', ({ id }) => stream.send(sentObject(id)))
  on('pending', (pending) => stream.send(pendingObject(pending)))
  on('knock', (knock) => stream.send(knockObject(knock)))
  on('log', ({ line }) => {
    if (line.type !== 'knock' || line.state === 'waits') return
    const { number, who } = line
    stream.send(knockObject({ number, id: who.uid, name: who.name, address: who.addr }, true))
  })
  on('title', (title) => stream.send(titleObject(title)))
  on('notice', (notice) => notices.hear(notice))
  stops.push(() => notices.end())
  on('close', () => stream.end())
  stops.push(story((text) => stream.send(noticeObject(text))))
  const { direct } = room
  const told = (message: Parameters<typeof privateObject>[0]): void => stream.send(privateObject(message))
  const away = ({ id, text }: { id: string; text: string | undefined }): void =>
    stream.send(awayObject(id, text))
  direct.on('private', told).on('delivered', told).on('away', away)
  stops.push(() => void direct.off('private', told).off('delivered', told).off('away', away))
  // A reader that comes back may have missed any of it, and how it ended.
  for (const pending of room.pending) stream.send(pendingObject(pending))
  for (const message of direct.recent) told(message)
  for (const knock of room.knocking) stream.send(knockObject(knock))
  for (const { id } of room.members) {
    const text = direct.awayOf(id)
    if (text !== undefined) stream.send(awayObject(id, text))
  }
  if (ring)
    stops.push(room.watching.watch({ heartbeats, others: true }, (event) => stream.send(toLine(event))))
  try {
    await tellMessages(room, stream, { since, last }, late)
  } finally {
    stopAll()
    stream.end()
  }
}

async function tellMessages(
  room: Room,
  stream: EventSink,
  { since, last }: Pick<StreamWish, 'since' | 'last'>,
  late: LateOnes,
): Promise<void> {
  let newest: string | undefined
  for await (const { id } of room.history({ last: 1 })) newest = id
  // What a slow reader has not asked for stays in the store.
  let messages = room.messages(since === undefined ? { last } : { since })[Symbol.asyncIterator]()
  const closed = stream.closed.then((): IteratorResult<Message> => ({ done: true, value: undefined }))
  void closed.then(() => messages.return?.())
  const live = (): void => {
    stream.send(toLine({ type: 'live' }))
    stream.giveWay?.()
  }
  let isLive = newest === undefined || newest === since || (since === undefined && last === 0)
  if (since !== undefined) late.tell(stream)
  if (isLive) live()
  for (let isFirst = true; !stream.isOver; isFirst = false) {
    let next: IteratorResult<Message>
    try {
      next = await Promise.race([messages.next(), closed])
    } catch (error) {
      if (!isFirst || since === undefined) throw error
      // The message is not held here: the page came from another room, or the history was set aside.
      messages = room.messages({ last })[Symbol.asyncIterator]()
      isLive = newest === undefined
      continue
    }
    if (next.done) return
    const { id } = next.value
    stream.send(messageObject({ ...next.value, history: next.value.history || !isLive }), id)
    if (!isLive && id === newest) {
      isLive = true
      live()
    }
    if (stream.isFull) await stream.taken()
  }
}
