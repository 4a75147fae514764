/**
 * Defines what a chat takes from its caller, so that tests can pass in their own.
 */

import type { Format } from '../../chat/message-line.ts'
import type { JoinOptions, Message, Room, RoomOptions } from '../../peer/room.ts'
import type { InputStream, OutputStream } from './stdio.ts'

export type OnLog = NonNullable<RoomOptions['onLog']>
type OnConnecting = NonNullable<JoinOptions['onConnecting']>

/** Room id to the members that the home knows, as its address books have them. */
export type KnownPeople = ReadonlyMap<string, readonly { id: string; name: string }[]>

/** The message that a person was shown last in a room, and how that is kept for the next time. `keep` never throws. */
export type SeenPlace = {
  read: () => Pick<Message, 'id' | 'ts'> | undefined
  keep: (place: Pick<Message, 'id' | 'ts'>) => void
}

export type ChatSetup = {
  /** As in the prompt until the room is open; the address as IP:port. */
  name: string
  address: string
  /** Called once, after the prompt is drawn; and again after damage, see `rejoins`. */
  open: (onLog: OnLog, onConnecting: OnConnecting) => Promise<Room>
  /** Notices that follow the first lines of the room. */
  atStart: readonly string[]
  /** How the invitation to the room is printed at the start; undefined: not at all. */
  invites?: 'line' | 'qr' | undefined
  /** For a prompt in a room that is kept; undefined: nothing is. */
  seenIn?: ((room: string) => SeenPlace | undefined) | undefined
  /** A notice for a person at a prompt who leaves the room. */
  atEnd: () => string | undefined
  /** A history that turns out to be damaged is set aside by the room; then it is opened again, through a member. */
  rejoins: boolean
  input: InputStream
  output: OutputStream
  errors: OutputStream
  json: boolean
  /** Whether the terminal can move its cursor (TERM is not dumb). */
  canDraw: boolean
  /** Whether it takes desktop notifications, or ignores them. */
  canNotify: boolean
  outputColour: boolean
  errorColour: boolean
  /** --format. */
  format: Format | undefined
  /** Messages said earlier that are printed at the start. */
  history: number | 'all'
  /** The folder for files that are fetched. */
  files: string
  /** Stay in the room when the input ends. */
  stay: boolean
  /** How long the end of the input waits for *sent*. Unit: ms. */
  timeoutMs: number
  /** Also print the log. */
  verbose: boolean
  /** Takes a line of the log. */
  log: (line: string) => void
  /** A line with an address of the page that is good once. Starts the page. Undefined: there is none here. */
  web?: (() => Promise<string>) | undefined
  /** Stops this process and those it runs with (Ctrl-Z). */
  suspend: () => void
  /** Ends the process at once. */
  exitNow: (code: number) => void
}
