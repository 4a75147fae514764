/**
 * Defines what the peer needs of the world, one interface a port. The adapters are in `transport/` and
 * `store/`; one contract suite per port (test/contract/) runs against every adapter.
 */

import type { Event, LinkEnd } from '../core/model/events.ts'
import type { Effect, Write } from '../core/model/effects.ts'
import type { Address, Inc, LinkId, Namespace, RoomId, RoomKey, Uid } from '../core/model/ids.ts'
import type { BookEntry, Frame } from '../core/model/frames.ts'
import type { Claim } from '../core/model/notary.ts'
import type { StoredLock } from '../core/model/lock.ts'
import type { PackedRows } from '../core/model/process-table.ts'
import type { Part, StampedRecord, Chain } from '../core/model/records.ts'
import type { PartFilter } from '../wire/part-search.ts'
import type { DirectFrame } from '../wire/direct-codec.ts'

/** A peer that was cut off, or one that was kept out, for something that no node does. */
export type Refused = {
  /** Where it comes from; undefined where that is not known any more. */
  addr: Address | undefined
  /** The key that it proved; undefined: none. */
  uid: Uid | undefined
  /** What was refused: a limit, or the field of a frame. Never text of the peer's choice. */
  what: string
}

/** Who asks to be let into a locked room. */
export type Knock = {
  readonly uid: Uid
  /** What it says that it is called. */
  readonly name: string
  /** Where it comes from. */
  readonly addr: Address
}

/** What a dial shows. key: that it knows a room key, before anything else. knock: only a name, to be let in. */
export type Showing = { readonly key: RoomKey } | { readonly knock: string }

/** Receives the events of a transport. They come from the event loop, never from inside a call to it. */
export interface TransportSink {
  /** Another node dialled this one. `link` comes from `mintLink`. `key`: which of the keys it proved to know; undefined: the
   * room is open. */
  accepted(link: LinkId, uid: Uid, key?: RoomKey): void
  /** A node that has no key asks to be let in (2.20). Its link stays until `admit` or `close`, or until it gives up. */
  knocked(link: LinkId, knock: Knock): void
  /**
   * tookMs: how long its dial took where that was before it was asked for (`prepare`). The other end has proved its own key, and not
   * that it knows the key of the room: if it does not, `closed` follows, with `locked`.
   */
  opened(link: LinkId, uid: Uid, tookMs?: number): void
  received(link: LinkId, lc: number, frame: Frame): void
  /** Bytes came that completed no frame: the other end lives (2.6: any received byte counts). */
  heard(link: LinkId): void
  drained(link: LinkId): void
  /** Exactly once for each link that was dialled or accepted. */
  closed(link: LinkId, why: LinkEnd): void
  /** A peer was refused. This is for the log: the end of its link is reported by `closed`. */
  refused(refused: Refused): void
  /** Our own address is gone from this machine, or has come back. */
  addressLost(): void
  addressBack(): void
  /** We listen at another address now, because the machine's network changed. Links of before may be dead. */
  addressMoved(address: Address): void
}

/** Receives the events of direct links (2.23), of which the core knows nothing. From the event loop, as above. */
export interface DirectSink {
  /** Another node opened a direct link. Its first frame follows. */
  called(link: LinkId, uid: Uid): void
  opened(link: LinkId, uid: Uid): void
  received(link: LinkId, frame: DirectFrame): void
  drained(link: LinkId): void
  /** Exactly once for each link that was dialled or called. */
  closed(link: LinkId, why: LinkEnd): void
}

/** Direct links: made by the same handshake, through the same gates, and told apart by their first frame. */
export interface DirectTransport {
  /** Without it direct links of others are closed. */
  attachDirect(sink: DirectSink): void
  mintLink(): LinkId
  /** key: that of the room, if it is locked. */
  dialDirect(link: LinkId, addr: Address, key: RoomKey | undefined): void
  /** Every frame is paced: `drained` comes when little enough waits. Limits as for `send`. */
  sendDirect(link: LinkId, frame: DirectFrame): void
  hold(link: LinkId, isHeld: boolean): void
  close(link: LinkId): void
}

/** Encrypted, authenticated, ordered links between nodes. A peer *is* the hash of its key. */
export interface Transport {
  /** Listen. Resolves to the address in force (port 0 resolved). Rejects with a RingleaderError. */
  listen(sink: TransportSink): Promise<Address>
  /**
   * Replaces the sink. Links stay as they are, so `sink` must ignore events of links that it does not know.
   */
  attach(sink: TransportSink): void
  /** A fresh odd number: the links that the core dials have even ones. */
  mintLink(): LinkId
  dial(link: LinkId, addr: Address, showing?: Showing): void
  /**
   * Which dials are likely to come, from now on: the transport may do what it can ahead. The nodes there hear nothing of it
   * until they are dialled.
   */
  prepare(addrs: readonly Address[]): void
  /**
   * Whom to let in from now on: who knows one of these keys; undefined: anybody. Before the first call nobody is told
   * anything: callers wait. `knocks`: whether others may ask.
   */
  guard(keys: readonly RoomKey[] | undefined, knocks: boolean): void
  /** Gives one that knocked the room and its key, and closes the link. */
  admit(link: LinkId, room: RoomId, key: RoomKey): void
  /** Turns one away that knocked. locked: nobody was asked. */
  deny(link: LinkId, why: 'denied' | 'locked'): void
  /** Never more than `linkBufferBytesMax` is held for a peer: a link that would pass it is closed. */
  send(link: LinkId, lc: number, frame: Frame, paced: boolean): void
  /** Stops reading a link, and goes on: what it has read by then may still come. Not for links that are gone. */
  hold(link: LinkId, isHeld: boolean): void
  /** Graceful: what was sent goes out first, within a limit of time. */
  close(link: LinkId): void
  /** The members now: their links are let in when all others are kept out. */
  favour(members: ReadonlySet<Uid>): void
  /** Where a node that has a link with us is seen to be, whatever it says; undefined: it has none. */
  seenAt(uid: Uid): Address | undefined
  /** Stop listening and end all links. */
  stop(): Promise<void>
}

/** What names a message for ever: the process that said it, and its count there (PROTOCOL.md 2.1). A part has the name of
 * its first message; message i of it, counted from 0, has `aseq + i`. */
export type MessageName = { readonly namespace: Namespace; readonly aseq: number }

/** What a store holds of one room when it is opened. */
export type Stored = {
  room: RoomId
  copies: number
  /** Records in arrival order are at positions 1..end. */
  end: number
  /**
   * The frontier, with the chains: of each namespace the highest s held and the timestamp of its last message, and the
   * chain up to it as the hash. The core takes the rows over and changes them: other readers copy them first.
   */
  namespaces: PackedRows
  /** Of each process of each author the highest aseq of a message held without a gap before it, and the highest at all. */
  authors: PackedRows
  /** The largest timestamp of a message held (`lastTs`); 0 when empty. */
  clock: number
  /** In the order in which they were said. */
  outbox: readonly Part[]
  /** The copies in the transcript that stand at places of parts in the outbox (PROTOCOL.md 2.5); others may be among them. */
  placed: readonly StampedRecord[]
  book: readonly BookEntry[]
  /** The records of which a part `hasEvents`, in arrival order. */
  events: readonly StampedRecord[]
  /** Of a locked room; undefined: it is open. */
  lock?: StoredLock | undefined
}

/** Records in transcript order. `skip`: the first record begins with so many messages that were not asked for, less than
 * it has; undefined: none. */
export type HistoryPage = readonly StampedRecord[] & { readonly skip?: number }

/** What a piece of a search found: records from the newest to the oldest, maybe none. `looked`: of the `of` records held. */
export type FoundPage = {
  readonly records: readonly StampedRecord[]
  readonly looked: number
  readonly of: number
}

/** Why commits wait. */
export type Blocked = 'full' | 'locked'

export interface StoreSink {
  committed(upTo: number): void
  /** Commits wait, because the disk is full or another program has locked the file, and are tried again.
   * Said again when the reason changes. */
  blocked(why: Blocked): void
  /** Commits wait no longer. */
  freed(): void
  /** A commit failed for another reason, a stored record is damaged, or the files are gone: stop. */
  failed(error: Error): void
}

/** One room on disk (or in memory): log, outbox, book. Writes are queued and committed in order, in groups. */
export interface Store {
  readonly stored: Stored
  /** Whether what it commits survives the process. */
  readonly durable: boolean
  /** Whether all that was given is committed. */
  readonly isWritten: boolean
  attach(sink: StoreSink): void
  /**
   * Durable (in memory: accepted) when `committed(upTo >= n)` is called on the sink. A record that is not `fresh` is a copy
   * of the part at its place; where none is held, it is a first copy there (an author may sign parts that overlap).
   */
  persist(n: number, write: Write): void
  /** Commit what was given so far now; without it that is done within a tenth of a second. */
  flush(): void
  /** Records at from, from+1, ...: at most `bytesMax`, but at least one unless past the end.
   * Only positions that were committed are asked for. */
  read(from: number, bytesMax: number): Promise<StampedRecord[]>
  /**
   * The first position of a record of one of these namespaces beyond the number given with it, of those that were committed when it
   * was asked; if none, one behind them: what is committed meanwhile need not be found.
   */
  seek(lacking: ReadonlyMap<Namespace, number>): Promise<number>
  /**
   * The chains of a namespace up to each of some s, in their order; noChain where so much is not held. Reads each record of
   * the namespace once, up to the largest s, in pieces: commits go in between. `base`: the chain at an s not above any of
   * these, from which a store may go on.
   */
  chainsAt(
    namespace: Namespace,
    points: readonly number[],
    base?: { readonly s: number; readonly chain: Chain },
  ): Promise<Chain[]>
  keepBook(book: readonly BookEntry[]): void
  /** Durable when it returns. Calls `failed` of the sink where it cannot be. It may be ahead of the log. */
  keepLock(lock: StoredLock): void
  /** The parts whose first copies lie at positions from..to, each once, by its canonical copy among positions 1..to, in
   * transcript order, in pages. */
  arrivals(from: number, to: number): AsyncIterable<readonly StampedRecord[]>
  /**
   * The transcript (canonical copies in order), in pages: all of it, its last `last` messages, or what comes after the
   * message `after`. Both may cut a part: then the first record is the whole one, and `skip` of the first page says how many
   * of its messages the caller passes over. `after` is found in the part that holds it: of several that an author signed
   * over one another, the one that begins last. Rejects with ERR_USAGE when it is not held. `before`: with `last`, at least so
   * many of those before this message, that one, and then all that follow; the caller stops reading. `skip` is not given then.
   */
  transcript(options: {
    last?: number
    after?: MessageName
    before?: MessageName
  }): AsyncIterable<HistoryPage>
  /**
   * The records of the transcript in which a message is meant by `filter`, from its end to its beginning, in pages; others may be
   * among them. Other work of the store, and of this thread, has its turn between two pages.
   */
  search(filter: PartFilter): AsyncIterable<FoundPage>
  /** Rejects with ERR_COMMIT_FAILED when the disk hangs: the store is given up, and still holds its files. */
  close(): Promise<void>
}

/** Timers and clocks. */
export interface Clock {
  /** Ms since 1970. */
  wall(): number
  /** Ms that never go back. */
  monotonic(): number
  /** Runs `fire` once, `ms` from now; the returned function cancels it. Does not keep the process alive. */
  after(ms: number, fire: () => void): () => void
  /** Runs `run` when the code that runs now has ended, and all promises that are settled by then; before any timer or input. */
  afterTurn(run: () => void): void
}

/** Verifies signatures beside the event loop. */
export interface SideVerifier {
  /** Batches that it works on at a time, with one for each of its threads that waits. */
  readonly lanes: number
  /**
   * Verifies these, and remembers for the notary of this node which are right. `done` is called once, never from inside this
   * call; also where nothing could be verified: then the notary does it.
   */
  verify(claims: readonly Claim[], done: () => void): void
  /** Ends its threads. What is under way is given up; `done` is not called for it. */
  stop(): Promise<void>
}

/** Durable facts of a home that belong to no room: the key's uid and the boot counter. */
export interface HomePort {
  readonly uid: Uid
  readonly inc: Inc
  /** A fresh inc whose counter is above `above`; durable when it resolves. */
  mintInc(above: number): Promise<Inc>
}

export type PeerTrace = (event: Event, effects: readonly Effect[]) => void
