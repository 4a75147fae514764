/**
 * Everything that can happen to a node, in the past tense. The driver of the core (the peer or the
 * simulator) makes these.
 */

import type { IncUse } from './effects.ts'
import type { Frame, KnockNews, Member } from './frames.ts'
import type { Address, Inc, LinkId, RoomKey, Uid } from './ids.ts'
import type { Chain, Kind, StampedRecord } from './records.ts'

export type Said = { readonly text: string; readonly kind: Kind }

/** Why a link ended. refused: nobody listens there. silent: no connection or no reply in time.
 * alien: the other end does not use our protocol. version: another version of it. locked: the other end does not know the key that
 * was shown, or none was (2.20). closed: else. */
export type LinkEnd = 'refused' | 'silent' | 'alien' | 'version' | 'locked' | 'closed'

export type Event =
  /** The process began. create: a new room. resume: a room that this home held. join: through
   * `contacts`; `leader` if an earlier look found it. */
  | {
      type: 'started'
      mode: 'create' | 'resume' | 'join'
      /** Of a new room. */
      title?: string
      contacts: readonly Address[]
      leader?: Member
      /** The uid of the contact that named that leader. */
      through?: Uid
      /** The other members that it named. */
      known?: readonly Member[]
      /** Ms since 1970. Without it, and before 2026, no timestamp is found to be ahead of time (D1). */
      wall?: number
    }
  /**
   * The person or program said something: 1 to entriesMax messages, in one go, of together at most as many bytes as a part
   * may have. `wall`: ms since 1970.
   */
  | { type: 'said'; messages: readonly Said[]; wall: number }
  /** The person wants another key for the room, this one, and that some nodes do not get it (2.20). */
  | { type: 'rekeyRequested'; key: RoomKey; remove: readonly Uid[]; wall: number }
  /** The person gives the room a title, which keeps the rule for titles (2.21). */
  | { type: 'titleGiven'; title: string; wall: number }
  /** Somebody knocks at this node, or has ended: all members are to know (2.20). */
  | { type: 'knockShared'; news: Omit<KnockNews, 'door'> }
  /** The person answers one, `uid`, that knocks at another member. */
  | { type: 'knockAnswerGiven'; door: Uid; uid: Uid; admit: boolean }
  | { type: 'renamed'; name: string }
  /** The node listens at another address now (its machine moved). */
  | { type: 'moved'; addr: Address }
  /** `hurried`: a signal came, skip the waits of 2.10. */
  | { type: 'leaveRequested'; hurried: boolean }
  /** The person wants to know whether all members hold the same (2.19). The effect `checked` follows, once. */
  | { type: 'checkRequested' }
  /** Somebody dialled us; `uid` is the hash of the key that it proved to hold, `key` the room key that it proved to know. */
  | { type: 'linkAccepted'; link: LinkId; uid: Uid; key?: RoomKey }
  /**
   * A dial of ours was accepted; `uid` likewise. The link is up only after the reply to HELLO, which alone shows that the other end
   * knows the room key of the dial; if it does not, `linkClosed` follows, with `locked`.
   */
  | { type: 'linkOpened'; link: LinkId; uid: Uid }
  /** A link, dialled or open, ended. Comes once per link, also after our own `close`. */
  | { type: 'linkClosed'; link: LinkId; why: LinkEnd }
  /** `lc`: the sender's clock. */
  | { type: 'frameReceived'; link: LinkId; lc: number; frame: Frame }
  /** Bytes came, but no whole frame yet: on a slow link a long frame takes longer than the silence allowed. */
  | { type: 'linkHeard'; link: LinkId }
  /** `ms`: how long a reply on this link, or its dial, took. Unit: ms. Measured with a monotonic clock. 2.6 */
  | { type: 'roundTrip'; link: LinkId; ms: number }
  /** The link's buffer has room again after a frame that was sent with `paced`. */
  | { type: 'linkDrained'; link: LinkId }
  /** Every `persist` numbered up to `upTo` is on disk. */
  | { type: 'committed'; upTo: number }
  /** The disk is full: commits are retried by the store; nothing is lost. / There is room again. */
  | { type: 'diskFilled' }
  | { type: 'diskFreed' }
  /** Answer to `readLog`: the records at from, from+1, ... ; at least one unless `from` is past the end. */
  | { type: 'logRead'; request: number; from: number; records: readonly StampedRecord[] }
  /** Answer to `seek`. */
  | { type: 'sought'; request: number; pos: number }
  /** Answer to `readChains`, in the order of its points. noChain: so much is not held. */
  | { type: 'chainsRead'; request: number; chains: readonly Chain[] }
  /** Answer to `mintInc`: durable already. */
  | { type: 'incMinted'; inc: Inc; use: IncUse }
  /** `wall`: ms since 1970; with the heartbeat. */
  | { type: 'timerFired'; name: string; wall?: number }
  /** The process slept: suspended, or the machine was. */
  | { type: 'woke'; sleptMs: number }
