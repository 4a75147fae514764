/**
 * The library's types of what is seen of the ring.
 */

import type { NodeEvent, RingEvent } from '../../chat/room-event.ts'

/** Options of {@link Watching.watch}. */
export type WatchOptions = {
  /** PING, PONG, STORED and SAFE as well. Default false. */
  heartbeats?: boolean
  /** What the other members see, too, over a link to each of them, as far as they tell it. Default false: this node alone. */
  others?: boolean
}

/** The record of a message in the log. */
export type MessageRecord = {
  /** As in {@link Message.id}. */
  id: string
  /** Node id of the author. */
  author: string
  /** The process of the author: 28 hex digits. */
  inc: string
  /** The count of the message in that process, from 1. */
  aseq: number
  /** Node id of the leader that gave it its place. */
  stamper: string
  /** The process of that leader: 28 hex digits. */
  stamperInc: string
  /** The count of the record among those of that process, from 1. */
  s: number
  /** Lamport timestamp of the message. */
  ts: number
  /** The Lamport clock of its author when it said it. */
  lc: number
  /** The clock of its author. Ms since 1970. */
  time: number
  /** Messages in the part that the author signed. */
  count: number
  /** The digest that names that part: hex digits. */
  part: string
}

/** Shows how the room works: frames, tokens of elections, and the state of nodes. While nobody watches it costs nothing. */
export interface Watching {
  /**
   * Calls `listener` at each event, first with how things are. At most 400 events a second of each node are told; others are
   * counted in an event `missed`. Texts of messages are never among them.
   *
   * @returns a function that ends it
   */
  watch(options: WatchOptions, listener: (event: RingEvent) => void): () => void
  /**
   * What a member says of itself now.
   *
   * Rejects with a {@link RingleaderError}: `ERR_USAGE` (no member), `ERR_UNREACHABLE` (it does not tell, or does not reply in 5 s).
   *
   * @param node - its node id
   */
  state(node: string): Promise<NodeEvent>
  /**
   * The record of a message; undefined: this node does not hold it. Throws `ERR_USAGE` for what is no message id.
   *
   * @param id - as in {@link Message.id}
   */
  record(id: string): Promise<MessageRecord | undefined>
}
