/**
 * Defines what a session is made of. Types only.
 */

import type { Effect } from '../core/model/effects.ts'
import type { Event } from '../core/model/events.ts'
import type { Address, Inc, RoomId, RoomKey, RoomKeyId, Uid } from '../core/model/ids.ts'
import type { LogLine } from '../core/model/log-line.ts'
import type { Member } from '../core/model/frames.ts'
import type { Part } from '../core/model/records.ts'
import type { Direct } from './direct/direct.ts'
import type { Files } from './direct/files.ts'
import type { Watching } from './watching/watching.ts'
import type { LoopParts } from './loop.ts'
import type { Clock, HomePort, PeerTrace, Store, Transport } from './ports.ts'

/** What a session asks a core for at any time. */
type Glance = {
  status: string
  term: number
  next?: Member | undefined
  previous?: Member | undefined
  end: number
  clock: number
  cutShort?: boolean
  /** The title of the room, and who gave it; undefined: it has none. */
  titled?: Pick<TitledLine, 'title' | 'by'> | undefined
  /** The key that the room has now; undefined: none yet, or the room is open. */
  key?: RoomKey | undefined
}

type TitledLine = Extract<LogLine, { type: 'titled' }>

/** One core, with its state inside. */
type Core = {
  step: (event: Event) => readonly Effect[]
  glance: () => Glance
  /** Own messages that are not known as sent, in their order. */
  unsent: () => Part[]
}

export type SessionParts = {
  core: Core
  transport: Transport
  store: Store
  home: HomePort
  clock: Clock
  self: { uid: Uid; inc: Inc; name: string; addr: Address }
  /** Where this node listens when the session begins. */
  listening: Address
  /** Where others reach this node while it listens at an address. */
  addressFor: (listening: Address) => Address
  /** The notice for a line of the log; undefined: none. */
  noticeOf: (line: LogLine) => string | undefined
  /** The line that lets others into a locked room. */
  invitationOf: (to: { room: RoomId; key: RoomKey; addresses: readonly Address[] }) => string
  /** 16 random bytes. */
  newKey: () => RoomKey
  nameKey: (key: RoomKey) => RoomKeyId
  knocks?: LoopParts['knocks']
  direct: Direct
  files: Files
  watching: Watching
  /** Called once, when this node is in the room, before `entered` resolves. */
  entering: () => Promise<void>
  /** Frees what this node holds (sockets, store, home), after the loop has ended; `error`: what ended it.
   * Resolves to the error that people see. */
  release: (error: Error | undefined) => Promise<Error | undefined>
  onLog?: ((entry: { ts: number; line: LogLine }) => void) | undefined
  aside?: LoopParts['aside']
  trace?: PeerTrace | undefined
}
