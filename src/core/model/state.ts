/**
 * What a node knows (PROTOCOL.md section 2.3). Plain data, changed only inside `step`.
 */

import type { Prng } from '../../lib/prng.ts'
import type { ChainRead, Checks, Wish } from './checks.ts'
import type { Config } from './config.ts'
import type { Effect, StopReason } from './effects.ts'
import type { Follower } from './follower.ts'
import type { BookEntry, Candidate, Frame, FrameType, Member, Vid, View } from './frames.ts'
import type { Address, Inc, LinkId, Namespace, RoomId, RoomKey, Uid } from './ids.ts'
import type { HeldKey, Lock } from './lock.ts'
import type { Notary } from './notary.ts'
import type { Frontier, Heard, Head, Heads } from './frontier.ts'
import type { PackedRows } from './process-table.ts'
import type { Chain, Part, PartId, StampedRecord } from './records.ts'

/** What a dialled link is for; an accepted one has no purpose of its own, its frames tell. */
export type Purpose = 'leader' | 'candidate' | 'search' | 'probe' | 'check' | 'errand' | 'bridge' | 'accepted'

export type Link = {
  readonly id: LinkId
  purpose: Purpose
  /** Where it was dialled. */
  readonly addr?: Address
  /** How long one dial of it may take. Unit: ms. */
  readonly dialMs?: number
  /** Whom we mean to reach, where we know. */
  readonly expects?: Uid
  /** The hash of the key that the other end proved to hold. */
  peer?: Uid
  /** The node at the other end, once HELLO or INFO came: only then is the link up (2.6). */
  who?: Member
  /** Heartbeats since the last byte. */
  quiet: number
  /** A paced frame is on its way out; nothing bulky is sent until `linkDrained`. */
  busy: boolean
  /** The newest room key that both ends are known to know, in a locked room (2.20). */
  key?: RoomKey
  /** It was opened with a key that counts no more here, and the other end was given the one that does. */
  gaveKey?: boolean
  /** A key that came over it, and that no record names yet. */
  given?: HeldKey
  /** The other end has shown a change that does not keep this node, or that removes it. */
  shutBy?: Part
  /** How long a reply takes on it, if that was measured. Unit: ms. */
  roundTripMs?: number
  /** The other end said BYE: its end is no failure. */
  byeHeard: boolean
  /** It said that it leaves the room. */
  leftHeard: boolean
  /** It said LINK, and our view does not list it. */
  applied: boolean
  /** Frames of each type that came within this second (senders.ts). */
  readonly said: Map<FrameType, number>
  /** N3: the pair of vids for which our view was sent, so that it is sent once. */
  viewSentFor: string
  /** Frame to hand over once the link is up, then close (purpose errand). */
  readonly errand?: Frame
}

/**
 * What a peer holds, as a difference to what was held here at position `since`: of the namespaces in `has` so much; of the
 * others of a group that is `equal` as much as here; of all others nothing.
 */
export type PeerHolds = {
  readonly has: Map<Namespace, number>
  readonly equal: ReadonlySet<number>
  readonly since: number
}

/** FOLLOW is out, and it is not known yet what the leader holds (comparing.ts). */
export type Asked = {
  /** Own position when FOLLOW was sent. */
  readonly since: number
  readonly listed: Heads
  /** Digests of the rest went with it. */
  readonly hasRest: boolean
  /** FOLLOW_OK has come. */
  replied: boolean
  /** Still to be told, in pages. */
  held: [Namespace, Head][] | undefined
  /** Pages that have no reply yet. */
  pages: number
  /** What the leader has said that it holds. */
  readonly has: Map<Namespace, number>
}

/** D5: one direction of a sync: own log from `cursor` on, without what the peer has. */
export type Stream = {
  readonly link: LinkId
  readonly kind: 'rec' | 'up'
  /** Next own position to look at. */
  cursor: number
  /** The position that the peer was told last. */
  told: number
  holds: PeerHolds
  /** Taken from the log and not sent yet. */
  taken: StampedRecord[]
  takenBytes: number
  /** The namespaces of which the last record taken has no seal. */
  readonly open: Set<Namespace>
  /** Where a frame may end, because each namespace in it has its seal: behind so many records taken, of so many bytes. */
  cuts: { count: number; bytes: number; pos: number }[]
  /** The request that is being waited for, 0 for none. */
  request: number
  /** An upload said UP_DONE. */
  done: boolean
  /** CHECK_POINT has to go out exactly behind this position (2.19). */
  mark: { readonly pos: number; readonly nonce: number } | undefined
}

export type Searching = {
  readonly type: 'searching'
  /** 2.12: a home that never had a view never goes solo. */
  readonly maySolo: boolean
  retryMs: number
  extended: boolean
  /** How many nodes that were in no view here were asked so far: the next round begins behind them. */
  turn: number
}

/** `linking`: whether LINK is out, or was answered with REFER. */
export type NextCandidate = { member: Member; linking: 'no' | 'asked' | 'referred' }

export type Following = {
  readonly type: 'following'
  leader: Member
  /** `noLink` while the next try waits. */
  link: LinkId
  /** dialling: no reply to FOLLOW yet. catching-up: until SYNCED. */
  phase: 'dialling' | 'catching-up' | 'live'
  readonly origin: FollowOrigin
  readonly after: Uid | ''
  readonly redirects: number
  /** Wait before the next FOLLOW of this leader; 0: at once. Grows until we are live at a heartbeat (2.6). Unit: ms. */
  againMs: number
  asked: Asked | undefined
  upload: Stream | undefined
  /** A record came from this leader. */
  received: boolean
  safe: number
  /** STORED(pos) may be said once persist `n` is committed. */
  stable: { n: number; pos: number }[]
  storedSent: number
  /** Own messages without a place, from the first on, that were submitted over this link. */
  submitted: number
  /** The name of the last VIEW that came from this leader. */
  viewSeen: Vid | undefined
  /** The newest view of this leader that another node sent. It counts once the leader is lost (N3). */
  offered: Offered | undefined
  /** Tokens that wait for the leader's PONG, and that PING's nonce (0: none out). */
  held: { link: LinkId; frame: Frame }[]
  holdNonce: number
  /** The leader is dialled for them: its PONG is late. */
  holdCheck: LinkId | undefined
  /** CHAINS that has no reply yet (2.19). */
  question: { readonly nonce: number; readonly read: ChainRead } | undefined
  /** What was found for the one before. */
  lastRead: ChainRead | undefined
}

/** A view, and the link that it came over: it counts as long as its sender is there (2.17). */
type Offered = { readonly view: View; readonly link: LinkId }

/** How we came to follow; decides what a failure means (2.8). */
export type FollowOrigin = 'search' | 'elected' | 'named' | 'again' | 'merge'

/** `started`: a token of this node, or one it passed on, is under way. */
type Leaderless = {
  readonly type: 'leaderless'
  readonly lost: Uid
  started: boolean
  /** Terms that a newer one made void before anybody had won. */
  voided: number
  /** Taken over from `Following`: the view to adopt at the end of this step (N3). */
  offered: Offered | undefined
}

export type Office = {
  readonly type: 'office'
  term: number
  phase: 'gathering' | 'open' | 'leaving'
  readonly followers: Map<Uid, Follower>
  /** Leaders of other offices, which stream both ways (2.11 step 1). No members: only their records count. */
  readonly bridges: Map<Uid, Follower>
  /** The list that came back with the lap. */
  lap: readonly Member[] | undefined
  lapResends: number
  /** 2.5: the position that enough members hold; `safeStale`: it has to be computed again. */
  safe: number
  safeStale: boolean
  /** 2.6 pause rule: nothing is stamped until a follower replies to this nonce. 0: not paused. */
  pauseNonce: number
  /** Own durability counts as late (2.5), as for a follower. */
  ownMark: number
  ownBehind: number
  moving: Moving | undefined
  /** The ring segment of an office that moves here (2.11 steps 3 to 5). */
  expected: { readonly members: readonly Member[]; readonly from: Uid; published: boolean } | undefined
  /** Members found dead while gathering: nobody waits for them. */
  readonly absent: Set<Uid>
  /** Members taken out that the next view leaves out: many deaths are one VIEW (2.6). */
  readonly evicted: Set<Uid>
  /**
   * 2.11: absent members: how often each was probed, how many rounds of probing it waits, and how often it was probed at
   * the address known by hearsay.
   */
  readonly probing: Map<Uid, { rounds: number; wait: number; second: number }>
  /** 2.11: members that left on purpose are probed in turn: rounds until the next probe, and the last one probed. */
  readonly goodbyes: { wait: number; last: Uid | '' }
  /** 2.6: followers that were taken out without proof that they receive what is sent to them: how often in turn. */
  readonly unproved: Map<Uid, number>
  /** 2.19. */
  readonly checks: Checks
  /** 2.11: offices that a move to failed, and how long the next one waits. Unit: ms. */
  readonly moveBackoff: Map<Uid, { ms: number; waiting: boolean }>
}

/** The smaller office's side of a merge (2.11): a bridge to the larger one. */
export type Moving = {
  readonly to: Member
  readonly link: LinkId
  asked: Asked | undefined
  upload: Stream | undefined
  /** SYNCED came: we hold what it held. */
  synced: boolean
  /** MOVE is out: nothing is stamped until the reply. */
  frozen: boolean
  /** As a follower's, for the STORED that follows MOVE_OK. */
  stable: { n: number; pos: number }[]
}

type Stopped = { readonly type: 'stopped'; readonly why: StopReason }

export type Role = Searching | Following | Leaderless | Office | Stopped

export type OutboxEntry = {
  readonly part: Part
  /** The position of its record in our log. 0: not yet. */
  ownPos: number
  /** Of the first copy that came. */
  ts: number | undefined
  /** Of its own copies that this process took, and of others' under its name, the smallest (2.5). */
  place: StampedRecord | undefined
  rival: StampedRecord | undefined
  /** A part of another process with our key covers its place, but begins elsewhere: it will not be stamped any more. */
  passed: boolean
  /** The leader's log position that covers it; undefined until known. */
  leaderPos: number | undefined
}

export type State = {
  readonly config: Config
  readonly prng: Prng
  readonly notary: Notary
  readonly uid: Uid
  inc: Inc
  name: string
  /** This process is a visit (2.3). */
  readonly visit?: true
  addr: Address
  room: RoomId
  /** Undefined: the room is open. */
  readonly lock: Lock | undefined
  /** What gave the room its title. */
  titled: StampedRecord | undefined
  /** What gave another title on the other side of a split, and does not count; people are not told yet. */
  overruled: StampedRecord | undefined
  /** The same at the last heartbeat. */
  overruledBefore: StampedRecord | undefined
  copies: number
  /** Whether `committed` means a disk. */
  readonly durable: boolean
  /** D1. */
  clock: number
  /** What the wall clock of this machine showed last. 0: not known. Unit: ms since 1970. */
  wall: number

  // Log
  end: number
  readonly frontier: Frontier
  /** The last record that this office stamped, if it has not sealed it yet, and the bytes of all such. */
  unsealed: { record: StampedRecord; bytes: number } | undefined
  /** The REC that was sent last: the same goes to all followers that stand at the same place. */
  lastRec: Extract<Frame, { type: 'rec' }> | undefined
  /** Of each process of each author, the highest aseq held. */
  readonly have: Heard
  /** Records at positions tailStart..end. */
  tail: StampedRecord[]
  tailStart: number
  tailBytes: number
  /** Own messages in the order in which they were said; the first `ordered` of them have their place. */
  readonly outbox: OutboxEntry[]
  ordered: number
  /** The inc under which this process speaks: its own, or one that was made because of forged names (2.5). */
  voice: Inc
  /** The highest aseq given in it, and the last part. */
  aseq: number
  lastPart: PartId
  /** How many own messages have lost their names to others; a fresh voice for them, which may have been asked for. */
  robbed: number
  freshVoice: Inc | 'none' | 'asked'
  forgeryTold: boolean
  /** Fresh incs that this process asked for (2.1). */
  freshIncs: number
  diskFull: boolean

  // Durability
  persistN: number
  durableN: number
  /** Up to which persist a commit was asked for. */
  flushN: number
  durableEnd: number
  /** Of each persist that is not committed: the end of the log after it, and its bytes. */
  commits: { n: number; end: number; bytes: number }[]
  /** Bytes of parts that were handed to the store and are not committed. */
  undurableBytes: number
  write: {
    records: { pos: number; record: StampedRecord; fresh: boolean; chain: Chain }[]
    outboxPut: Part[]
    outboxDrop: Part[]
  }

  // What people have been shown
  /** We are in and in step: records are shown as they come. */
  live: boolean
  entered: boolean
  /** Messages that came while live from another office's log; told when the rings are one. */
  foreign: number
  /** `foreign` at the last heartbeat: it is reported when no more arrive. */
  foreignBefore: number
  /** Namespaces of the offices that this process followed or held. */
  readonly offices: Set<Namespace>
  shownEnd: number
  /** A range that waits for its commit before it is shown. */
  showTo: number
  /** First copies that came since that range was fixed; while not live, all behind `shownEnd`, as far as they are few. */
  unshown: { pos: number; record: StampedRecord }[]
  /** Of these, while not live. Infinity: they are too many, and a range is shown in their place. */
  unshownBytes: number

  // Control plane
  /** This node has stood in a view of the room, now or before its restart: without anyone it may go on alone. */
  wasIn: boolean
  /** Since the last wait of the search a node refused this one as a copy, and none has replied otherwise (2.1). */
  refused: boolean
  role: Role
  view: View
  readonly book: Map<Uid, BookEntry>
  /** Where others say that a node of the book is, when the book says otherwise: it may have moved. */
  readonly hearsay: Map<Uid, Address>
  bookDirty: boolean
  /** Book lines to tell with the next VIEW: the newest of each node. */
  bookNews: Map<Uid, BookEntry>
  contacts: readonly Address[]
  /** 2.6: FOLLOWs in turn that a leader replied to, and then nothing came. */
  fruitless: number
  /** Wait before the next round of a search; grows until a FOLLOW is answered (2.4). Unit: ms. */
  searchRetryMs: number
  readonly links: Map<LinkId, Link>
  nextLink: number
  ring: {
    /** linked: it replied to the last LINK with LINK_OK. */
    next: { member: Member; link: LinkId; linking: NextCandidate['linking'] | 'linked' } | undefined
    prev: { member: Member; link: LinkId } | undefined
    /** Candidates being dialled (N1). */
    candidates: Map<LinkId, NextCandidate>
    /** Members that were found down since the view or the last retry. */
    down: Set<Uid>
    /** One of them fell silent: its port was not closed. */
    silent: boolean
    /** Passes over the nearer members since next was the first behind us: each gives them longer. */
    passes: number
  }
  /** Members found dead by dialling them, to be told to the leader within this step. */
  suspects: { member: Member; refused: boolean }[]
  election: {
    term: number
    sentMax: Candidate | undefined
    winner: Uid | undefined
    lastElect: Frame | undefined
    lastElected: Frame | undefined
    /** The link that both belong on. When tokens go to another, they are sent again (2.8). */
    tokenLink: LinkId | undefined
    /** Links whose ELECT was taken in this term: told ALIVE when we follow. */
    takenFrom: Set<LinkId>
    failedTerms: number
    failedFollows: number
  }
  leaving: { hurried: boolean; said: boolean; why: 'left' | 'removed' | 'rekeyed' } | undefined
  /** A node of the room has shown that this one gets no key, since it last began to search (2.20). */
  turnedAway: boolean
  shutTold: boolean
  /** This node's person waits for a check (2.19). */
  wish: Wish | undefined
  beats: number
  /** Nodes that are not in the book and probed us: how often, and at which beat last (2.17). */
  readonly strangers: Map<Uid, { count: number; beat: number }>
  /** Leaders that sent what does not verify, the last ones: this process follows none of them (2.17). */
  readonly distrusted: Set<Uid>
  /** Dials within this second to nodes that peers named: to those this node knows, and to others (2.17). */
  named: { known: number; unknown: number }
  /** Frames about knocks that this office passed on within this second (2.20). */
  knocksPassed: number
  /** Tokens that the log told of in this second. */
  tokensTold: number
  /** The slowest round trip among the links of the ring and the star: the pace (2.6). Unit: ms. */
  roundTripMs: number
  nonce: number
  requests: Map<number, Stream>
  requestN: number
  out: Effect[]
}

export type StoredFacts = {
  readonly end: number
  /** See Frontier and Heard. Taken over, not copied. */
  readonly namespaces: PackedRows
  readonly authors: PackedRows
  readonly clock: number
  readonly outbox: readonly Part[]
  /** The copies in the transcript that bear names of messages in the outbox (2.5); others may be among them. */
  readonly placed: readonly StampedRecord[]
  readonly book: readonly BookEntry[]
  /** The records that say what became of the room (2.20). */
  readonly events: readonly StampedRecord[]
}
