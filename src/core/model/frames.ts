/**
 * Every frame that crosses a link, as the core sees it; each comment says who sends it, when, and the reply.
 * Every frame also carries the sender's Lamport clock (D1), which is not repeated here.
 */

import type { Address, Inc, RoomId, RoomKey, Uid } from './ids.ts'
import type { Heads } from './frontier.ts'
import type { Chain, Digest, Part, Point, StampedRecord } from './records.ts'

/** One node of the ring. */
export type Member = {
  readonly uid: Uid
  readonly inc: Inc
  readonly name: string
  readonly addr: Address
  /** It comes to say something, and goes: no notice shows it, and no address book keeps it (2.3). */
  readonly visit?: true
  /** It keeps its history in memory only, so `safe` does not rest on it (2.5). Only in views and tokens. */
  readonly memory?: true
}

/** The name of a view; ordered by term, then leader, then ver (N3). */
export type Vid = { readonly term: number; readonly leader: Uid; readonly ver: number }

/** The members in ring order. */
export type View = { readonly vid: Vid; readonly members: readonly Member[] }

/**
 * One line of the address book (2.3). `left`: the node left on purpose, and is probed seldom. `gone`: what was
 * known when it was last taken out of a view (died: its port was closed; unreachable: silence).
 */
export type BookEntry = {
  readonly uid: Uid
  readonly addr: Address
  readonly name: string
  readonly left: boolean
  readonly gone?: 'died' | 'unreachable'
  /** Where the sender has heard that it is, when that is another address (2.3). */
  readonly hearsay?: Address
  /** In the own book only: others named it, and no view here listed it (2.17). */
  readonly told?: true
}

/**
 * What a node is doing, as INFO tells it. searching: restarted or joining, in no ring.
 * electing: leaderless in a ring. following. gathering: won, not yet open. open: in office.
 */
export type Status = 'searching' | 'electing' | 'following' | 'gathering' | 'open' | 'leaving'

/**
 * Why a link is closed on purpose. All but `closing` and `left` are final: do not come again. locked: the room is locked, and
 * what came shows none of the keys that are known here. rekeyed: it has a newer key, which the other end does not get. removed:
 * the other end was removed. denied: nobody lets it in.
 */
export type ByeReason =
  'closing' | 'left' | 'room' | 'identity' | 'family' | 'locked' | 'rekeyed' | 'removed' | 'denied'

/** Chang-Roberts compares (uid, inc). */
export type Candidate = { readonly uid: Uid; readonly inc: Inc }

/** Of all namespaces whose last message comes before timestamp `cut`, and that are not listed: a digest for each group. */
export type Rest = { readonly cut: number; readonly digests: readonly string[] }
/**
 * What a check found of one member, compared with the leader (2.19). silent: it did not reply in time. `first`: the first
 * record that differs, as far as that was found.
 */
export type Compared = {
  readonly uid: Uid
  readonly inc: Inc
  readonly verdict: 'same' | 'differs' | 'silent'
  readonly first?: Point
}

/** Who knocks at a member of a locked room, the door, or what became of it (2.20). */
export type KnockNews = {
  readonly door: Uid
  readonly uid: Uid
  readonly name: string
  readonly addr: Address
  readonly state: 'waits' | 'admitted' | 'denied' | 'gone' | 'expired'
  /** The member that admitted or denied it. */
  readonly by?: Uid | undefined
}

export type Frame =
  /** First frame of the node that dialled. Answered by INFO. An empty room means: tell me yours. */
  | { type: 'hello'; room: RoomId; uid: Uid; inc: Inc; name: string; addr: Address; visit?: true }
  /** 2.20. Between members of a locked room: the key that it has now. */
  | { type: 'key'; key: RoomKey }
  /** Before BYE removed or rekeyed: what says so, as its author signed it. */
  | { type: 'changed'; part: Part }
  /** From one that has no key, in place of HELLO: it asks to be let in. Answered by ADMITTED or BYE. Never reaches a rule. */
  | { type: 'knock'; name: string }
  | { type: 'admitted'; room: RoomId; key: RoomKey }
  /** A door to its leader, and the leader to all others: who knocks there (2.20). */
  | ({ type: 'knocking' } & KnockNews)
  /** A member to its leader, and the leader to the door: let this one in, or turn it away. The leader says who, `by`. */
  | { type: 'answer'; door: Uid; uid: Uid; admit: boolean; by?: Uid | undefined }
  /** Answer to HELLO and PROBE. `leader` is who the sender follows, or itself when in office; `many`:
   * its view has more than one member; `copies` is the room's (holders needed before *sent*). */
  | {
      type: 'info'
      room: RoomId
      uid: Uid
      inc: Inc
      name: string
      addr: Address
      status: Status
      term: number
      leader?: Member
      many: boolean
      copies: number
      visit?: true
    }
  /** From a node to the leader (2.4). Answered by FOLLOW_OK, REDIRECT, WAIT or BYE. `after`: the member
   * behind whom it wants to stand in the ring, or ''. `disk`: it keeps its records on a disk. `frontier`: what grew last
   * there; all there is, unless `rest` tells of the rest. */
  | {
      type: 'follow'
      frontier: Heads
      rest?: Rest
      after: Uid | ''
      role: 'member' | 'bridge'
      disk: boolean
      name: string
      book: readonly BookEntry[]
    }
  /** `frontier`: what is held of the namespaces that FOLLOW lists, and a newer one of its sender (2.1). `differing`: the
   * groups whose digests differ. */
  | {
      type: 'followOk'
      frontier: Heads
      differing: readonly number[]
      term: number
      book: readonly BookEntry[]
    }
  /** Follower to leader: what it holds of the groups that differ. Answered by LACKS. `done`: the last page. */
  | { type: 'held'; heads: Heads; done: boolean }
  /** Leader to follower, for each page: of these of its namespaces it holds so much, which is less; an `s` of 0: nothing. */
  | { type: 'lacks'; points: readonly Point[] }
  /** Answer to FOLLOW by one who is not in office but knows who is. */
  | { type: 'redirect'; leader: Member; view: View }
  /** Answer to FOLLOW while electing: try again. */
  | { type: 'wait' }
  /** Follower to leader: records the leader lacks, in the follower's arrival order; then UP_DONE. */
  | { type: 'up'; records: readonly StampedRecord[] }
  | { type: 'upDone' }
  /** Leader to follower: records in the leader's arrival order. `pos`: the leader's log position after
   * the last of them (skipped ones included). `safe`: see SAFE. */
  | { type: 'rec'; pos: number; safe: number; records: readonly StampedRecord[] }
  /** Leader to follower: you hold all that I hold up to `pos`; from now on live. */
  | { type: 'synced'; pos: number }
  /** Follower to leader: all I hold up to your `pos` is durable here. */
  | { type: 'stored'; pos: number }
  /** Leader to followers: what lies at or below `pos` of my log is held by enough members. */
  | { type: 'safe'; pos: number }
  /** Author to leader: stamp these, in order. Answered by REC, or NACK. */
  | { type: 'submit'; parts: readonly Part[] }
  /** Leader to author: not all was stamped; submit what has no place yet once more, from the first on. */
  | { type: 'nack' }
  /** Leader to followers at each change; between ring neighbours when their vids differ (N3). */
  | { type: 'view'; view: View; book: readonly BookEntry[] }
  /** Last frame on a link that is closed on purpose. */
  | { type: 'bye'; reason: ByeReason }
  /** A member to its leader: I am going (2.10). Answered by a VIEW without it. */
  | { type: 'leave' }
  /** The leaving leader to its next: start an election. */
  | { type: 'resign'; term: number }
  /** To the node that shall be my next (N2). Answered by LINK_OK or REFER. */
  | { type: 'link'; vid: Vid }
  | { type: 'linkOk'; vid: Vid }
  /** Not me: this is my prev, link there. Also sent to an old prev when a nearer one came. */
  | { type: 'refer'; prev: Member; vid: Vid }
  /** Life sign on ring and star links. `nonce` above 0 asks for a PONG with it. */
  | { type: 'ping'; nonce: number; vid: Vid; safe: number }
  | { type: 'pong'; nonce: number }
  /** To the leader: this neighbour of mine is silent, or (`refused`) its port is closed. */
  | { type: 'suspect'; uid: Uid; inc: Inc; refused: boolean }
  /** The Chang-Roberts token (2.8), passed to next. */
  | { type: 'elect'; term: number; candidate: Candidate }
  /** The winner's lap; each adds itself, so the list is the ring's order. */
  | { type: 'elected'; term: number; winner: Member; list: readonly Member[] }
  /** Answer to a token of an old term. */
  | { type: 'stale'; term: number }
  /** Answer to a token by one who has a living leader. Also to a leader of which a newer process is known (2.1). */
  | { type: 'alive'; leader: Member }
  /** From an office to another it found, through any node of it (2.11). Answered by INFO. */
  | { type: 'probe'; leader: Member; many: boolean; open: boolean }
  /** The smaller office to the larger, over a bridge whose ends hold the same (2.11 step 2). */
  | { type: 'move'; term: number; many: boolean; members: readonly Member[] }
  /** Counts as SYNCED(pos). */
  | { type: 'moveOk'; term: number; pos: number }
  | { type: 'busy' }
  /** The office that moved to its followers: follow this one. */
  | { type: 'moved'; leader: Member }
  /** Follower to leader: compare what all members hold (2.19). Answered by CHECK_DONE, some time later. */
  | { type: 'check' }
  /** Leader to each live follower, in its stream: compare what you hold here. Answered by CHECKED. */
  | { type: 'checkPoint'; nonce: number }
  | { type: 'checked'; nonce: number; digest: Digest }
  /** Leader to a follower whose digest differs. Answered by CHAINS_AT, once all of it is on its disk. */
  | { type: 'chains'; nonce: number; points: readonly Point[] }
  /** noChain: so much of the namespace is not held. */
  | { type: 'chainsAt'; nonce: number; chains: readonly Chain[] }
  /** Leader to a follower that sent CHECK. `digest`: the leader's own. */
  | { type: 'checkDone'; nonce: number; digest: Digest; members: readonly Compared[] }

export type FrameType = Frame['type']

/** N3: below 0 when a is the older view name. */
export function compareVids(a: Vid, b: Vid): number {
  if (a.term !== b.term) return a.term - b.term
  if (a.leader !== b.leader) return a.leader < b.leader ? -1 : 1
  return a.ver - b.ver
}

/** Chang-Roberts' order: below 0 when a is the smaller candidate. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.uid !== b.uid) return a.uid < b.uid ? -1 : 1
  if (a.inc !== b.inc) return a.inc < b.inc ? -1 : 1
  return 0
}
