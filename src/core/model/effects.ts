/**
 * Everything a node can ask for, in the imperative.
 *
 * Order contract: effects of one step are performed in their order, and frames on one link arrive in
 * the order they were sent. Nothing else is promised: no rule rests on an effect having been *done*
 * before the next begins. What must be on disk first waits for `committed`.
 */

import type { BookEntry, Compared, Frame, KnockNews, Member } from './frames.ts'
import type { Address, LinkId, Namespace, RoomKey, RoomKeyId, Uid } from './ids.ts'
import type { StoredLock } from './lock.ts'
import type { LogLine } from './log-line.ts'
import type { Chain, Digest, Part, StampedRecord } from './records.ts'

/** What one `persist` writes, all or nothing. */
export type Write = {
  /**
   * New records with their positions (1, 2, 3 ... without gaps). `fresh`: the first copy of its part. `chain`: of its
   * namespace, up to it.
   */
  readonly records: readonly {
    readonly pos: number
    readonly record: StampedRecord
    readonly fresh: boolean
    readonly chain: Chain
  }[]
  /** Own messages that are not yet ordered. */
  readonly outboxPut: readonly Part[]
  /** Own messages known as sent: they leave the outbox. */
  readonly outboxDrop: readonly Part[]
}

/** What a fresh inc is for. */
export type IncUse = 'process' | 'names'

export type Effect =
  /** `key`: what both ends have to know, in a locked room (2.20). */
  | { type: 'dial'; link: LinkId; addr: Address; key?: RoomKey }
  /** From now on who dials us must know one of these keys; undefined: the room is open. */
  | { type: 'guard'; keys: readonly RoomKey[] | undefined }
  /** `paced`: reports `linkDrained` when this frame has left our buffer for the socket's. */
  | { type: 'send'; link: LinkId; lc: number; frame: Frame; paced: boolean }
  /** Close after what was sent has gone out. */
  | { type: 'close'; link: LinkId }
  /** Answered by `committed{upTo >= n}`, within a tenth of a second or after a `flush`; n counts 1, 2, 3 ... */
  | { type: 'persist'; n: number; write: Write }
  /** Something waits for what was persisted: commit it now. */
  | { type: 'flush' }
  /** Read own log from position `from`: at most `bytesMax` of records, but at least one. */
  | { type: 'readLog'; request: number; from: number; bytesMax: number }
  /**
   * Find the first own log position that holds a record of one of these namespaces beyond the number given with it (the
   * end + 1 if none).
   */
  | { type: 'seek'; request: number; lacking: ReadonlyMap<Namespace, number> }
  /** The chains of a namespace up to each of these s, all of which are held and durable. `base`: one that is known before. */
  | {
      type: 'readChains'
      request: number
      namespace: Namespace
      points: readonly number[]
      base: { readonly s: number; readonly chain: Chain }
    }
  /** Keep the lock of the room, durable before anything that follows is performed (2.20). */
  | { type: 'keepLock'; lock: StoredLock }
  /** Keep the address book in its own small file. */
  | { type: 'keepBook'; book: readonly BookEntry[] }
  /**
   * Make and store a new inc whose counter is above `above`; the event `incMinted` follows. `use`: for this process
   * (2.1), or only for the names of its messages (2.5).
   */
  | { type: 'mintInc'; above: number; use: IncUse }
  /** Arm a named timer; arming an armed one moves it. */
  | { type: 'startTimer'; name: string; ms: number }
  | { type: 'stopTimer'; name: string }
  /** A message took its place while we were in: show it. Only for the first copy of its part. */
  | { type: 'deliver'; pos: number; record: StampedRecord }
  /** Show the first copies at log positions from..to, in transcript order (they came in bulk). */
  | { type: 'deliverRange'; from: number; to: number }
  /** Own messages are pending: not yet ordered. */
  | { type: 'pending'; part: Part }
  /** Own messages that were pending have other names now, because somebody else had used theirs (2.5). */
  | { type: 'reissued'; parts: readonly { from: Part; to: Part }[] }
  /** Own messages are held by enough members. `ts`: the timestamp of the first, where this process saw it. */
  | { type: 'sent'; part: Part; ts: number | undefined }
  /** The event `rekeyRequested` is wanted: a key that a removed node knows is in use. */
  | { type: 'mintKey' }
  /** Somebody knocks at another member, or has ended (2.20). */
  | { type: 'knockHeard'; news: KnockNews }
  /** A person at another member answered one that knocks here. */
  | { type: 'knockAnswered'; uid: Uid; admit: boolean; by?: Uid | undefined }
  /** An own change of the key is held by enough members; or, with `why`, was not taken. */
  | { type: 'rekeyed'; id: RoomKeyId; why?: 'disk-full' | 'leaving' }
  /** What was said last was not taken: so many messages. */
  | { type: 'refuse'; count: number; why: 'disk-full' | 'leaving' }
  /** We are in the ring and hold its history: people may be told. Once per process. */
  | { type: 'entered' }
  /** A new view is in force. */
  | { type: 'membersChanged'; members: readonly Member[]; leader?: Member }
  | { type: 'leaderChanged'; leader?: Member; term: number }
  /**
   * What was asked for by `checkRequested` (2.19): how all members compare with the leader at one point of its log. `digest`
   * and `messages`: what this node held there.
   */
  | {
      type: 'checked'
      digest: Digest
      messages: number
      members: readonly Compared[]
    }
  /** Something worth a line in the log, and perhaps a notice. */
  | { type: 'log'; line: LogLine }
  /** The node is done: it left, or cannot go on. The last effect ever. */
  | { type: 'stop'; why: StopReason }

/** left: on request. unreachable: no contact replied (only before the node was in a view). packets-lost:
 * likewise; but a leader replies, and nothing comes of what is long. room, identity,
 * family, alien, version, removed, rekeyed: refused, and a new try would be refused too. disk-full: for too long. */
export type StopReason =
  | 'left'
  | 'disk-full'
  | 'disk-stalled'
  | 'unreachable'
  | 'packets-lost'
  | 'room'
  | 'identity'
  | 'family'
  | 'alien'
  | 'version'
  | 'removed'
  | 'rekeyed'
  | 'locked'
