/**
 * A simulated machine with its program as plain data, and what an observer of the world is told.
 */

import type { Effect } from '../../src/core/model/effects.ts'
import type { Event } from '../../src/core/model/events.ts'
import type { Address, LinkId, RoomId, RoomKey, Uid } from '../../src/core/model/ids.ts'
import type { State } from '../../src/core/index.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import { RoundTrips } from '../../src/peer/round-trips.ts'
import { Disk } from './disk.ts'
import type { Connection, Pipe } from './network.ts'
import type { Waiting } from './waiting.ts'

/** A program that is not ours, as a machine runs it instead of the core. */
export type Program = {
  /** What a core would be fed. It may call the world at once. */
  take(event: Event): void
  /** It waits for this dial, or uses this link. */
  holds(link: LinkId): boolean
}

/** One simulated machine with its program. Node numbers begin with 1. */
export type SimNode = {
  readonly index: number
  uid: Uid
  addr: Address
  name: string
  disk: Disk
  /** The running process, if any. */
  state: State | undefined
  /** What runs instead of the core. */
  program: Program | undefined
  /** It is no node of ours: nothing that it says or claims to hold need be true. */
  lies: boolean
  /** Counts processes: what was meant for an older one is not delivered. */
  process: number
  /** What its running process measures of its links. */
  roundTrips: RoundTrips
  timers: Map<string, number>
  timerN: number
  /** When each timer would fire on a machine that is not late. */
  timerDue: Map<string, number>
  /** Paused until then (virtual ms); what comes waits in `deferred`, in the order in which it came. */
  pausedUntil: number
  pausedAt: number
  deferred: Waiting[]
  lastLink: number
  entered: boolean
  stopped: string | undefined
  /** Own connections by link. */
  pipes: Map<LinkId, { out: Pipe; connection: Connection }>
  commitTimer: boolean
  /** A commit was put off. */
  lazyTimer: boolean
  /** Up to which persist a commit was asked for. */
  flushN: number
  /** The file of the address book is being written. */
  bookTimer: boolean
  /** Disk behaviour: how long a commit takes, in ms; a full disk commits nothing until it is freed. */
  fsyncMs: number
  diskFull: boolean
  /** Bytes a second that this node reads from each link; 0: no limit. */
  readBytesPerSecond: number
  /** It stands so far away from where the others are, one way. Unit: ms. */
  farMs: number
  /** The factor by which timers take longer: set by fault injectors. */
  timerFactor: number
  /** What its wall clock shows beyond the truth. Unit: ms. */
  wallOffsetMs: number
  /** How many effects of its next step that has any the process performs before it dies; -1: it does not die. */
  crashAfterEffects: number
  room: RoomId
  /** The keys of which those must know one who dial it; undefined: its room is open, or it does not run. */
  guard: readonly RoomKey[] | undefined
  /** Its program takes nothing out of its sockets. */
  deaf: boolean
  /** Its next process says that it is a visit. */
  visit: boolean
  /** It keeps nothing on a disk: `disk` is its memory, which ends with its process, and its identity with it. */
  memory: boolean
  /** What a dial hears while its program is down: nobody, another program, or another version of ours. */
  answersAs: 'refused' | 'alien' | 'version'
  /** A machine without power is silent: it does not even refuse a dial. */
  powered: boolean
}

/** A machine that has never run. */
export function freshNode(index: number, uid: string, room: RoomId): SimNode {
  return {
    index,
    uid: uid as Uid,
    addr: `10.0.${index >> 8}.${index & 255}:4000` as Address,
    name: `n${index}`,
    disk: new Disk(),
    state: undefined,
    program: undefined,
    lies: false,
    process: 0,
    roundTrips: new RoundTrips(),
    timers: new Map(),
    timerN: 0,
    timerDue: new Map(),
    pausedUntil: 0,
    pausedAt: 0,
    deferred: [],
    lastLink: 1,
    entered: false,
    stopped: undefined,
    pipes: new Map(),
    commitTimer: false,
    lazyTimer: false,
    flushN: 0,
    bookTimer: false,
    fsyncMs: 1,
    diskFull: false,
    readBytesPerSecond: 0,
    farMs: 0,
    timerFactor: 1,
    wallOffsetMs: 0,
    crashAfterEffects: -1,
    room: room,
    guard: undefined,
    powered: true,
    deaf: false,
    visit: false,
    memory: false,
    answersAs: 'refused',
  }
}

export type Observer = {
  /** After each step of a core and before its effects are performed. */
  stepped?(node: SimNode, event: Event, effects: readonly Effect[]): void
  /** A frame is about to be handed to its receiver. */
  delivered?(from: SimNode, to: SimNode, lc: number, frame: Frame): void
  /** A frame was put into a link; `queuedBytes`: what that link holds now, this frame included. */
  sent?(from: SimNode, to: SimNode, frame: Frame, bytes: number, queuedBytes: number): void
  /** More of the disk is durable. */
  committed?(node: SimNode): void
  /** The process is over, and the disk is what survived. */
  crashed?(node: SimNode): void
  started?(node: SimNode): void
  /** The disk was put back from an old copy, or is a new one. */
  diskReplaced?(node: SimNode): void
  /** Somebody did something to the world; as a command of a protocol script, or a comment. */
  told?(command: string): void
}
