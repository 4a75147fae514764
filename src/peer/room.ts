/**
 * The library's types: what a program sees of a room (cli.md, "The library").
 */

import type { LogLine } from '../core/model/log-line.ts'

/** A message as people and programs see it. */
export type Message = {
  /** `<node id>:<n>`, n = 1, 2, ... for ever. */
  id: string
  /** Lamport timestamp. */
  ts: number
  name: string
  /** IP:port it was said under. */
  address: string
  text: string
  /** The author's clock. */
  time: Date
  /** Its place is before that of a message already given out by this process. */
  late: boolean
  /** Said before this process was in the room. */
  history: boolean
  own: boolean
  action: boolean
}

export type RoomMember = { id: string; name: string; address: string; leader: boolean }
export type RoomLeader = { id: string; name: string; address: string; term: number }

/** Wording of what happened, and what it is about. `log`: worth only a line in the log. */
export type Notice = { text: string; line?: LogLine }

export type RoomEvents = {
  message: (message: Message) => void
  /** Own message known as sent. `ts`: undefined when it took its place before this process began. */
  sent: (sent: { id: string; ts: number | undefined }) => void
  /** Own message taken but not yet ordered. */
  pending: (pending: { id: string; text: string; action: boolean }) => void
  members: (members: RoomMember[]) => void
  leader: (leader: RoomLeader | undefined) => void
  notice: (notice: Notice) => void
  log: (entry: { ts: number; line: LogLine }) => void
  /** The room is over for this process. */
  close: (error: Error | undefined) => void
}

export type RoomOptions = {
  /** 1-32 characters after trimming, at most 128 bytes. Default: the system's user name. */
  name?: string
  /** IPv4, IPv6 or host name of this machine. Default: the first non-internal IPv4, else 127.0.0.1. */
  address?: string
  /** 0: any free port. Default 0. */
  port?: number
  /** A folder for key and rooms; false: memory only. Default false. */
  home?: string | false
  /** Hears the log from the first line on, also before the room's promise resolves. */
  onLog?: (entry: { ts: number; line: LogLine }) => void
}

export type CreateOptions = RoomOptions & {
  /** Holders needed before *sent*; fixed for the room. 1-16. Default 3. */
  copies?: number
  /** A fresh room, whatever the home holds. Default false. */
  fresh?: boolean
}

export type JoinOptions = RoomOptions & {
  /** Any member, as IP:port, host:port or [IPv6]:port. Without it: the room this home was last in. */
  neighbor?: string
  /** Ms to wait for the neighbour's answer. Default 5000. */
  timeoutMs?: number
}

/** A room, from inside. */
export interface Room {
  /** The room's id: 32 hex digits. */
  readonly id: string
  readonly self: RoomMember
  readonly members: RoomMember[]
  readonly leader: RoomLeader | undefined
  /** Own messages that are not yet known as sent. */
  readonly unsent: number
  /** This node's place in the ring, and its election state, for people who want to see. */
  readonly ring: {
    next: RoomMember | undefined
    previous: RoomMember | undefined
    term: number
    status: string
  }
  /** Messages this node holds. */
  readonly size: number
  on<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): this
  off<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): this
  /** Resolves when sent. Rejects with a RingleaderError. Waits while too many are unsent. */
  say(text: string, options?: { action?: boolean }): Promise<{ id: string; ts: number }>
  /** Like `say`, but resolves as soon as the message is taken (it will be sent, in order, now or later). */
  post(text: string, options?: { action?: boolean }): Promise<{ id: string }>
  rename(name: string): void
  /** History, then live, nothing doubled and nothing lost between; when the room is left it ends after all
   * that was ordered until then. since: 'start', 'now' or a message id; last: with 'start', only the last so
   * many messages of the history. Pulled: a slow reader costs no memory. */
  messages(options?: { since?: 'start' | 'now' | (string & {}); last?: number }): AsyncIterable<Message>
  /** The stored transcript: all, or its last `last` messages. Ends. */
  history(options?: { last?: number }): AsyncIterable<Message>
  /** Leaves: waits up to `waitMs` for own messages to be sent (default 2000). Resolves to how many were not. */
  leave(options?: { waitMs?: number }): Promise<{ unsent: number }>
}
