/**
 * The events of a room, as `--json`, the page and traces tell them: one schema for all three. Ids are hex digits; a field
 * that is absent does not apply. Types and fields may be added.
 */

/** A node, wherever an event names one. */
export type NodeName = {
  /** Its node id: 32 hex digits. */
  readonly id: string
  readonly name: string
  /** `host:port`. */
  readonly address: string
}

export type ReadyEvent = {
  readonly type: 'ready'
  readonly room: string
  readonly locked: boolean
  readonly title?: string
  readonly invitation?: string
} & NodeName

export type MessageEvent = {
  readonly type: 'message'
  /** Lamport timestamp. */
  readonly ts: number
  readonly id: string
  /** Node id of who said it. */
  readonly author: string
  readonly name: string
  readonly address: string
  readonly text: string
  /** The author's clock, ISO 8601. */
  readonly time: string
  /** Its place is before some that were told already. */
  readonly late: boolean
  readonly history: boolean
  readonly own: boolean
  readonly action: boolean
  readonly file?: { readonly name: string; readonly size: number; readonly hash: string }
}

/** An own message that is said, and not known as sent. */
export type PendingEvent = {
  readonly type: 'pending'
  readonly id: string
  readonly text: string
  readonly action: boolean
}
export type SentEvent = { readonly type: 'sent'; readonly id: string }

/** In ring order. */
export type MembersEvent = {
  readonly type: 'members'
  readonly members: readonly (NodeName & { readonly leader: boolean; readonly visit?: true })[]
}
export type LeaderEvent = { readonly type: 'leader'; readonly term: number } & NodeName
/** `ended`, to the page: it is over, whoever answered it. */
export type KnockEvent = {
  readonly type: 'knock'
  readonly number: number
  readonly ended?: true
} & NodeName
export type TitleEvent = { readonly type: 'title'; readonly title: string }
export type PrivateEvent = {
  readonly type: 'private'
  readonly id: string
  readonly with: NodeName
  readonly text: string
  readonly time: string
  readonly own: boolean
  readonly state: 'delivered' | 'kept'
}
/** text null: the member is back. */
export type AwayEvent = { readonly type: 'away'; readonly id: string; readonly text: string | null }
export type NoticeEvent = { readonly type: 'notice'; readonly text: string }
/** To the page: what was is told; from here on events come as they happen. */
type LiveEvent = { readonly type: 'live' }

/** What one node saw: when, by its own wall clock (ms since 1970, may be wrong), and its Lamport clock then. */
export type Seen = {
  /** Node id of the one that saw it. */
  readonly node: string
  /** When, by its wall clock, which may be wrong. Unit: ms since 1970. */
  readonly at: number
  /** Its Lamport clock then. */
  readonly lamport: number
}

/** The members that a node knows of. */
export type RingView = {
  /** The number of the view within its term. */
  readonly ver: number
  /** Node ids, in ring order. */
  readonly members: readonly string[]
}

/** A node as it stands, told when it changes. Null: it has none. */
export type NodeEvent = {
  /** Tells the kinds apart. */
  readonly type: 'node'
  /** As in `Room.ring`. */
  readonly status: 'searching' | 'electing' | 'following' | 'gathering' | 'open' | 'leaving' | (string & {})
  /** The last election round that it knows of. */
  readonly term: number
  /** Node id of whom it follows; its own where it leads. */
  readonly leader: string | null
  /** Node id of the one it links to. */
  readonly next: string | null
  /** Node id of the one that links to it. */
  readonly previous: string | null
  /** It takes part in an election: it has sent a token in this term. */
  readonly participant: boolean
  /** The largest candidate that it has sent in this term. */
  readonly sentMax: string | null
  /** The view: its number within the term, and its members in ring order. */
  readonly view: RingView
  /** Messages held. */
  readonly size: number
  /** Records of its leader's log that are known as safe. */
  readonly safe: number
} & Seen

/**
 * A frame on a link between two nodes, as its sender or its receiver saw it. Heartbeats (PING, PONG, STORED, SAFE) are told
 * only when asked for.
 */
export type FrameEvent = {
  /** Tells the kinds apart. */
  readonly type: 'frame'
  /** Whether the node sent it or received it. */
  readonly way: 'sent' | 'received'
  /** The node at the other end. */
  readonly peer: string
  /** As PROTOCOL.md names it: `ELECT`, `FOLLOW_OK`. */
  readonly frame: string
  /** ELECT and ELECTED: the term. */
  readonly term?: number
  /** ELECT and ELECTED: node id of the candidate or winner. */
  readonly candidate?: string
  /** SUBMIT and REC: ids of the first messages in it, 8 at most. */
  readonly messages?: readonly string[]
  /** SUBMIT and REC: how many messages there are in it. */
  readonly count?: number
} & Seen

/** What became of an election token at one node. `verdict` is said of candidate and node: `7 > 4: pass on`. */
export type TokenEvent = {
  /** Tells the kinds apart. */
  readonly type: 'token'
  /** Node id of the one that passed it on. */
  readonly from: string
  /** The election round. */
  readonly term: number
  /** Node id of the candidate that it carries. */
  readonly candidate: string
  /**
   * pass on: the candidate is larger than this node and than what it sent. replaced: it is smaller, and this node sends its own.
   * dropped: it is not larger than what was sent. elected: it came home. held: this node asks its leader first. old: of an older term.
   */
  readonly verdict: 'pass on' | 'replaced' | 'dropped' | 'elected' | 'held' | 'old'
  /** dropped: the larger one that was sent before. */
  readonly sentMax?: string
} & Seen

/** A line of the log of a node, as text, and its kind. */
export type LogEvent = {
  /** Tells the kinds apart. */
  readonly type: 'log'
  /** As in {@link LogLine}. */
  readonly kind: string
  /** The line as the log has it. */
  readonly text: string
} & Seen

/** More happened at this node than is told: so many events were left out. */
export type MissedEvent = {
  /** Tells the kinds apart. */
  readonly type: 'missed'
  /** Its node id. */
  readonly node: string
  /** How many. */
  readonly count: number
}

/** Whether a member tells what it sees. */
export type WatchedEvent = {
  /** Tells the kinds apart. */
  readonly type: 'watched'
  /** Its node id. */
  readonly node: string
  /** on: it tells. refused: it does not. gone: it is no member any more. */
  readonly state: 'on' | 'refused' | 'gone'
}

/** What is seen of the ring. */
export type RingEvent = NodeEvent | FrameEvent | TokenEvent | LogEvent | MissedEvent | WatchedEvent

export type ChatEvent =
  | ReadyEvent
  | MessageEvent
  | PendingEvent
  | SentEvent
  | MembersEvent
  | LeaderEvent
  | KnockEvent
  | TitleEvent
  | PrivateEvent
  | AwayEvent
  | NoticeEvent
  | LiveEvent

export type RoomEvent = ChatEvent | RingEvent
