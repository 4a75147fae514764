/**
 * The library's types: what a program sees of a room (cli.md, "The library").
 */

import type { LogLine } from '../core/model/log-line.ts'
import type { Connecting } from './connecting-state.ts'
import type { Direct } from './direct/direct.ts'
import type { Files, OfferedFile } from './direct/files.ts'
import type { RoomCheck } from './room-check.ts'
import type { Search } from './search.ts'
import type { Watching } from './watching/watching.ts'

export type { Connecting } from './connecting-state.ts'
export type { Direct, PrivateMessage } from './direct/direct.ts'
export type { Files, OfferedFile } from './direct/files.ts'
export type { CheckedMember, RoomCheck } from './room-check.ts'

/** One message of the room, as people and programs see it. A copy: changing it changes nothing. */
export type Message = {
  /**
   * Names the message for ever, in every process and after every restart: `<uid>:<inc>:<n>`. The uid is the node id, 32
   * hex digits; inc, 28 hex digits, is one process of that node; n counts 1, 2, 3 ... in it. Compare ids as a whole, and
   * take nothing from them but the node id.
   */
  id: string
  /**
   * The node id of its author, 32 hex digits: the hash of the key that signed it. Unlike `name` it cannot be taken by
   * another. Compare it with {@link RoomMember.id}.
   */
  author: string
  /**
   * Lamport timestamp: larger than that of every message which its author had seen. Two messages may have the same
   * one. What one node says in one go has consecutive ones. Range: 1 to 2^52. It is no time of day.
   */
  ts: number
  /** The author's name when it was said. Anybody may call themselves anything: no proof of who spoke. */
  name: string
  /** The author's address when it was said, as `IP:port` or `[IPv6]:port`. */
  address: string
  /** What was said. 1 to 65,536 bytes of UTF-8; may contain line breaks and control characters. */
  text: string
  /** The clock of the author's machine when it was said. For people only: it may be wrong, and orders nothing. */
  time: Date
  /**
   * The place of this message is before that of a message which you were given already. This happens when a cut
   * heals, or when a node returns with messages that others lacked. Rebuild your state from {@link Room.history}
   * when its order matters. Never true in `history()`.
   */
  late: boolean
  /** It was held before this process was in the room: you are reading the past. */
  history: boolean
  /** This node said it, in this process or an earlier one of the same home. */
  own: boolean
  /** What the author does (`/me waves`), rather than says. */
  action: boolean
  /** The file that it offers ({@link Files}); absent: it is a message like others. */
  file?: OfferedFile
}

/** A member of the room, as of the moment when you asked. */
export type RoomMember = {
  /** The hash of the node's key: 32 hex digits. It stays while the home stays; a new one each time without a home. */
  id: string
  /** Its name now. Names need not be unique. */
  name: string
  /** Where it is reached, as `IP:port` or `[IPv6]:port`. */
  address: string
  /** This node believes that this member leads. See {@link Room.leader}. */
  leader: boolean
  /** It is a visit ({@link JoinOptions}); absent otherwise. */
  visit?: true
}

/** Who leads, as this node believes. See {@link Room.leader}. */
export type RoomLeader = {
  /** As in {@link RoomMember}. */
  id: string
  /** Its name now. */
  name: string
  /** Where it is reached. */
  address: string
  /** The election round that it won; 1 for the creator of a room. Both sides of a cut may use the same term. */
  term: number
}

/** Something that happened, in words for people. */
export type Notice = {
  /** One line of plain English. Its wording may change between versions: do not parse it. */
  text: string
  /** What the notice is about, for programs. Missing where no event of the log stands behind it. */
  line?: LogLine
}

/** Every event of a room, with what its listeners are given. See {@link Room.on}. */
export type RoomEvents = {
  /**
   * A message has its place in the order. In that order, but for those marked `late`. Only messages after the room's
   * promise was resolved; read {@link Room.messages} to have the history too.
   */
  message: (message: Message) => void
  /**
   * An own message counts as sent: enough members hold it (see {@link Room.say}). `ts` is undefined when it took its
   * place before this process began.
   */
  sent: (sent: { id: string; ts: number | undefined }) => void
  /** An own message was taken, and has no place in the order yet. */
  pending: (pending: Pending) => void
  /** The members changed, or their names, addresses, or who leads. In ring order. */
  members: (members: RoomMember[]) => void
  /** This node believes in another leader; undefined: it has lost its leader and knows of no other yet. */
  leader: (leader: RoomLeader | undefined) => void
  /**
   * A node without a key asks to be let into the locked room, at this member or at another: {@link Room.admit} or {@link Room.deny}, within 10
   * minutes. At most 6 new ones in a minute are told, and 8 wait at a time; others are turned away.
   */
  knock: (knock: Knocking) => void
  /** The room has another title: see {@link Room.setTitle}. */
  title: (title: string) => void
  /** Something that people in the room may want to know: who came and went, a cut, a full disk. */
  notice: (notice: Notice) => void
  /** A line of the log. `ts`: this node's Lamport clock. */
  log: (entry: { ts: number; line: LogLine }) => void
  /**
   * The room is over for this process, once and last. `error` is undefined when it was left; otherwise it says why,
   * nearly always as a {@link RingleaderError} (ERR_DAMAGED, ERR_COMMIT_FAILED, ERR_DISK_FULL, ERR_IDENTITY_IN_USE).
   */
  close: (error: Error | undefined) => void
}

/** An own message that is not known as sent. */
export type Pending = {
  /** As in {@link Message}. */
  id: string
  /** 1 to 65,536 bytes of UTF-8. */
  text: string
  /** As in {@link Room.say}. */
  action: boolean
}

/** One that asks to be let into a locked room. */
export type Knocking = {
  /** Names the knock: 1, 2, 3 ... */
  number: number
  /** The id of its node: a hash of its key, 32 hex digits. Have it read out to you by another way before you let it in. */
  id: string
  /** What it says that it is called: no proof. */
  name: string
  /** Where it knocks from, as `IP:port` or `[IPv6]:port`. */
  address: string
}

/** What {@link createRoom} and {@link joinRoom} have in common. Everything has a default. */
export type RoomOptions = {
  /**
   * The name of this member. 1 to 32 characters after trimming, at most 128 bytes of UTF-8; no control, bidi or
   * line-break characters, no `( ) [ ]`. Need not be unique. Default: the system's user name.
   */
  name?: string
  /**
   * IPv4, IPv6, host name or network interface of this machine: listened on, dialled from, and given to others to be
   * reached at. Not `0.0.0.0` or `::`. All members use one address family. Default: the address of the route to
   * `neighbor`, else that of the default route, else the first one that others can reach, else 127.0.0.1. When the
   * machine gets another address the node moves there, and tells the others.
   */
  address?: string
  /**
   * Where others reach this node when that is not `address`, as behind a NAT or in a container: an IP address or host
   * name, with or without `:port`. Of the same address family. Default: `address` and the port in use.
   */
  advertise?: string
  /** TCP port, 0 to 65535. 0: any free port. Default 0. */
  port?: number
  /**
   * A folder that keeps the key and the rooms of this node; made when missing, used by one process at a time. With
   * it the node is the same member after a restart, and what it said but could not send goes out then. false: memory
   * only, a new member each time. Default false.
   */
  home?: string | false
  /**
   * The id, or the beginning of the id, of a room that the home holds: the node goes back to that one instead of the
   * one that it was last in. Not together with `fresh` or `neighbor`. Default: the last one.
   */
  room?: string
  /** Whether others may knock at a locked room here (the event `knock`). Default true. */
  knocks?: boolean
  /** Whether other members may ask what this node sees ({@link Room.watching}). Default true. */
  watch?: boolean
  /** Tell the local network of the room, see {@link nearbyRooms}; `'open'`: only of an open one. Default false. */
  announce?: boolean | 'open'
  /** Hears the log from the first line on, also before the room's promise is resolved. `ts`: the Lamport clock. */
  onLog?: (entry: { ts: number; line: LogLine }) => void
}

/** Options of {@link createRoom}. */
export type CreateOptions = RoomOptions & {
  /**
   * How many members must hold a message before it counts as sent; fixed when the room is made. Whole number, 1 to
   * 16. Default 3. Where fewer members are there, fewer copies do: see {@link Room.say}.
   */
  copies?: number
  /** A new room, whatever the home holds. Default false: go back to the room that the home was last in. */
  fresh?: boolean
  /** Of a new room: see {@link Room.setTitle}. A room that the home goes back to keeps its own. Default: none. */
  title?: string
  /**
   * A new room is locked: only who has an invitation ({@link Room.invitation}) can join it. Default false: **an open room,
   * which anybody who reaches the port can join and read.**
   */
  locked?: boolean
}

/** Options of {@link joinRoom}. */
export type JoinOptions = RoomOptions & {
  /**
   * Any member, as `IP:port`, `host:port` or `[IPv6]:port`. Without it: the room that the home was last in.
   */
  neighbor?: string
  /** An invitation to a locked room, as {@link Room.invitation} returns it. Not together with `neighbor`. */
  invitation?: string
  /**
   * Where the room of `neighbor` is locked, and this node has no key: ask its members to be let in, and wait for their
   * answer. Default false: reject with `ERR_LOCKED`.
   */
  knock?: boolean
  /**
   * A visit: this node comes to say something and goes. No notice tells the others of it, and no address book keeps it,
   * so give it no home. Their `members` show it with a mark. Default false.
   */
  visit?: boolean
  /** How long to wait for the neighbour's answer. Unit: ms. Range: 0 to 86,400,000 (a day). Default 5000. */
  timeoutMs?: number
  /** Hears how the search for the neighbour goes, from the first try on. Called when its state changes. */
  onConnecting?: (progress: Connecting) => void
}

/** What a node that left has not sent. */
export type Left = {
  /** How many own messages are not known as sent. */
  readonly unsent: number
  /**
   * None is lost: they are on this node's disk, and go out at the next start. False: without a home, or when the disk did not take
   * them, they may be lost.
   */
  readonly kept: boolean
}

/**
 * A room from inside, as {@link createRoom} and {@link joinRoom} return it. It works until it is left, or until
 * the event `close` says why it ended.
 */
export interface Room {
  /** The room's id: 32 hex digits, the same at all members. */
  readonly id: string
  /** Only who has an invitation can join. Decided when the room is made. */
  readonly locked: boolean
  /** The title of the room, the latest that anybody gave it ({@link Room.setTitle}); undefined: it has none. */
  readonly title: string | undefined
  /** This node. `self.address` is what another program gives as `neighbor`. */
  readonly self: RoomMember
  /** Where this node listens, as `IP:port` or `[IPv6]:port`: `self.address`, unless `advertise` was given. */
  readonly listening: string
  /** The members that this node believes to be there, itself included, in ring order. */
  readonly members: RoomMember[]
  /**
   * Who leads, as this node believes; undefined while it has lost its leader and knows of no other. **It is no lock.**
   * While the network is cut each side has a leader of its own, and a process that was stopped (SIGSTOP, a laptop
   * asleep) may believe in itself for a while after it wakes. Two members that both see themselves as leader do no
   * harm to the room; do not let them harm anything else. The creator leads first; nobody takes the office from a
   * leader that lives, and an election begins only when the leader is gone.
   */
  readonly leader: RoomLeader | undefined
  /** How many own messages are not yet known as sent, those of earlier processes of this home included. */
  readonly unsent: number
  /** The own messages among them that this node has taken, in their order; some may have their place already. */
  readonly pending: Pending[]
  /** This node's place in the ring, for people who want to see how it works. */
  readonly ring: {
    /** Whom this node links to; undefined: nobody, it is alone or the ring is being repaired. */
    next: RoomMember | undefined
    /** Who links to this node; undefined as above. */
    previous: RoomMember | undefined
    /** The last election round that this node knows of. */
    term: number
    /**
     * What this node is doing: `following` a leader, leading (`open`), elected and collecting what the others hold
     * (`gathering`), `electing`, `searching` for its room, or `leaving`. Names may be added.
     */
    status: string
  }
  /** What two members say to each other alone, and who is away. */
  readonly direct: Direct
  /** Files that members offer to each other. */
  readonly files: Files
  /** What is seen of the ring. */
  readonly watching: Watching
  /** How many messages this node holds, the history included. */
  readonly size: number
  /**
   * Calls `listener` at each such event, in the order of the events. A listener that throws ends up as an uncaught
   * exception of the process; the room and the other listeners go on.
   * @returns the room itself
   */
  on<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): this
  /**
   * Takes back `on` of the same listener. Does nothing for one that is not there.
   * @returns the room itself
   */
  off<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): this
  /**
   * Says something, and waits until it counts as sent: it has its place in the order, it is on this node's disk, and
   * `copies` members hold it (3 unless the room was made with another number). Only members that keep a disk and are
   * at most 2 s behind are counted; where there are fewer of them than `copies`, they are all that is waited for: alone
   * in a room, `say` resolves when this node's own disk holds the message. If no member keeps a disk, memory counts.
   *
   * Order: messages of one node are said in the order of the calls; no need to await one before the next. When 4096
   * messages or 1 MiB of this node are unsent, further calls wait: that is how the room slows you down.
   *
   * Rejects with a {@link RingleaderError}:
   * - `ERR_USAGE`: the text is empty or no string.
   * - `ERR_MESSAGE_TOO_LONG`: more than 65,536 bytes of UTF-8.
   * - `ERR_DISK_FULL`: this node's disk is full; the message was not taken.
   * - `ERR_NOT_SENT`: the room ended first. With a home the message is kept and goes out at the next start: do not
   *   repeat it. Without one, or if the disk did not take it, it may be lost, which the error says.
   * - `ERR_LEFT`: the room was left; the message was not taken.
   *
   * @param text - 1 to 65,536 bytes of UTF-8. Half a surrogate pair becomes U+FFFD
   * @param options - `action`: what you do (`/me waves`) rather than say. Default false
   * @returns the message's id and Lamport timestamp, as in {@link Message}
   * @example
   * ```ts
   * import { createRoom } from 'ringleader'
   *
   * const room = await createRoom({ name: 'Ann', address: '127.0.0.1' })
   * const { id } = await room.say('hello')
   * console.log(id.startsWith(room.self.id)) // prints: true
   * await room.say('waves', { action: true })
   * await room.leave()
   * ```
   */
  say(text: string, options?: { action?: boolean }): Promise<{ id: string; ts: number }>
  /**
   * Says something, and waits only until it is taken: it will be sent, in its order, now or later. With a home also
   * after a restart, unless this process is killed within a tenth of a second: by then it is on the disk. The event
   * `sent` tells when. Rejects like {@link Room.say}, but never with `ERR_NOT_SENT`.
   *
   * @param text - as in {@link Room.say}
   * @param options - as in {@link Room.say}
   * @returns the message's id; it has no timestamp yet. If another node says something under this id before the message
   *   has its place, which only one that lies does, the message gets another
   */
  post(text: string, options?: { action?: boolean }): Promise<{ id: string }>
  /**
   * One line that lets others join a locked room, through this node or another member that is here now: give it only to whom
   * you want in. It is good until the key changes ({@link Room.rekey}).
   *
   * @throws RingleaderError `ERR_USAGE`: the room is open, and needs none
   */
  invitation(): string
  /**
   * Gives the room another key, and takes some nodes out for good. Invitations of before no longer open it. Members, and
   * those that were members and come back, get the new key by themselves; `remove` never do. Everybody sees who did it.
   *
   * Resolves when the members have it in their logs. Rejects with a {@link RingleaderError}: `ERR_USAGE` (the room is open;
   * `remove` names this node, or no node id), `ERR_NOT_SENT`, `ERR_LEFT`, `ERR_DISK_FULL`.
   *
   * @param options - `remove`: node ids of those to take out, 32 hex digits each. Default: nobody
   */
  rekey(options?: { remove?: readonly string[] }): Promise<void>
  /** Those who knock now, at this member or at another: see the event `knock`. */
  readonly knocking: Knocking[]
  /**
   * Lets one in that knocks, for ever: it gets the key of the room, from the member at which it knocks. Where that is another one,
   * its answer comes a little later; who answers first decides.
   *
   * @param number - of its knock, see {@link Knocking}
   * @throws RingleaderError `ERR_USAGE`: nobody knocks with that number; it may have given up
   */
  admit(number: number): void
  /** Turns one away that knocks. Its node may not knock at that member again, nor is it shown here, while the two processes run. Throws like {@link Room.admit}. */
  deny(number: number): void
  /**
   * Gives the room a title, which all members see. Anybody may; the latest counts, also where two sides of a cut gave one each.
   *
   * @param title - 1 to 64 characters after trimming, at most 256 bytes of UTF-8; no control, bidi or line-break characters
   * @throws RingleaderError `ERR_USAGE`: the title breaks a rule; its message says which. `ERR_LEFT`: this node is leaving
   */
  setTitle(title: string): void
  /**
   * Changes the name of this member from the next message on. Where more was said than may be unsent, what still waits has the new
   * name as well.
   *
   * @param name - the rules of {@link RoomOptions.name}
   * @throws RingleaderError `ERR_USAGE`: the name breaks a rule; its message says which. `ERR_LEFT`: this node is leaving
   */
  rename(name: string): void
  /**
   * The messages of the room: first the history in its order, then each new one as it gets its place, nothing doubled
   * and nothing lost between. It waits for new messages and ends, after all that was ordered until then, when the room
   * is over. You pull: while you are slow the messages stay on disk, and cost no memory.
   *
   * Messages that are marked `late` belong before some that you were given already. A program that only prints can
   * mark them; one that computes something from
   * the order starts again from {@link Room.history}, as the example does.
   *
   * @param options - `since`: 'start' (the whole history, the default), 'now' (none), or a message id (what comes
   *   after that message). `last`: with 'start', at most so many messages of the history
   * @throws RingleaderError when the first message is asked for. `ERR_USAGE`: `since` is no message id, or this node
   *   does not hold that message. `ERR_LEFT`: the room is over
   * @example
   * ```ts
   * import { createRoom, type Message, type Room } from 'ringleader'
   *
   * // The topic of the room is what the last "topic ..." in the order says.
   * class Topic {
   *   current = 'none'
   *
   *   take(message: Message): void {
   *     if (message.text.startsWith('topic ')) this.current = message.text.slice(6)
   *   }
   *
   *   // What was read before is in another order now: begin again.
   *   async rebuild(room: Room): Promise<void> {
   *     this.current = 'none'
   *     for await (const message of room.history()) this.take(message)
   *   }
   * }
   *
   * const room = await createRoom({ name: 'Ann', address: '127.0.0.1' })
   * await room.say('topic tea')
   * await room.say('topic coffee')
   *
   * const topic = new Topic()
   * for await (const message of room.messages()) {
   *   if (message.late) await topic.rebuild(room)
   *   else topic.take(message)
   *   if (topic.current === 'coffee') break
   * }
   * console.log(topic.current) // prints: coffee
   * await room.leave()
   * ```
   */
  messages(options?: { since?: 'start' | 'now' | (string & {}); last?: number }): AsyncIterable<Message>
  /**
   * What this node holds now, in its final order, and then ends. Equal at all members that hold the same messages.
   * Read from the store page by page, so a long history costs no memory.
   *
   * @param options - `last`: at most so many messages, from the end. Default: all. `before`: only those before this message
   * @throws RingleaderError when the first message is asked for. `ERR_LEFT`: the room is over. `ERR_USAGE`: `before` is not held
   * @example
   * ```ts
   * import { createRoom } from 'ringleader'
   *
   * const room = await createRoom({ name: 'Ann', address: '127.0.0.1' })
   * for (const text of ['one', 'two', 'three']) await room.say(text)
   * for await (const message of room.history({ last: 2 })) console.log(message.text) // prints: two, three
   * await room.leave()
   * ```
   */
  history(options?: { last?: number; before?: string }): AsyncIterable<Message>
  /** Looks for words in all that was said. See {@link Search}. */
  readonly search: Search
  /**
   * Compares what all members hold. The leader compares them at one point of the order, so it makes no difference whether
   * people talk meanwhile. Histories can differ only where a node's key was used by two processes at a time, or a node
   * lies. A leader that lies can lie about the others: then compare fingerprints by another way, in a moment in which
   * nobody speaks.
   *
   * Takes some milliseconds; 3 s when a member does not reply, and up to 4 s more to find where one differs. A room makes
   * one check a second at most: others wait.
   *
   * Rejects with a {@link RingleaderError}: `ERR_NOT_CHECKED` (not in time), `ERR_USAGE`, `ERR_LEFT` (the room is over).
   *
   * @param options - `timeoutMs`: how long to wait. Unit: ms. Range: 0 to 86,400,000 (a day). Default 10000
   * @example
   * ```ts
   * import { createRoom } from 'ringleader'
   *
   * const room = await createRoom({ name: 'Ann', address: '127.0.0.1' })
   * await room.say('hello')
   * const { same, messages, members } = await room.check()
   * console.log(same, messages, members.length) // prints: true 1 1
   * await room.leave()
   * ```
   */
  check(options?: { timeoutMs?: number }): Promise<RoomCheck>
  /**
   * Leaves the room, says goodbye to the others, and frees the port and the home. Own messages that are not sent yet
   * may go out first. Never rejects. A second call waits for the same end; with `waitMs: 0` it hurries it.
   * When the disk hangs, it resolves after some seconds and the event `close` has ERR_COMMIT_FAILED; the home stays
   * locked, and Node.js can be ended only by a signal.
   *
   * @param options - `waitMs`: how long to wait for unsent messages. Unit: ms. Default 2000; 0: not at all
   * @returns what is unsent, and whether it is kept
   */
  leave(options?: { waitMs?: number }): Promise<Left>
}
