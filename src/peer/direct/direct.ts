/**
 * The library's types of what two members say to each other alone.
 */

/** The member at the other end of a private message. */
export type Correspondent = {
  /** Its node id: 32 hex digits. */
  id: string
  /** As it names itself. */
  name: string
  /** `host:port`, where it listens. */
  address: string
}

/** A message between two people, which nobody else gets and which is in no log of the room. A copy. */
export type PrivateMessage = {
  /** Names it for ever. Opaque. */
  id: string
  /** The member at the other end: whom it is for, or who said it. */
  with: Correspondent
  /** 1 to 65,536 bytes of UTF-8. */
  text: string
  /** The clock of its author when it was said. */
  time: Date
  /** This node said it. */
  own: boolean
  /**
   * delivered: the node of the other one has it: shown to its person or given to its program, and in its home where it has
   * one. kept: it waits here until that node is in the room. Those of others are always `delivered`.
   */
  state: 'delivered' | 'kept'
}

/** What {@link Direct.send} resolves with. */
export type PrivateReceipt = {
  /** As in {@link PrivateMessage.id}. */
  id: string
  /** As in {@link PrivateMessage.state}. */
  state: 'delivered' | 'kept'
  /** The person there is away, and why; may be empty; undefined: it is not. */
  away: string | undefined
}

/** Every event of {@link Direct}, with what its listeners are given. */
export type DirectEvents = {
  /** Another member said something to this one alone. */
  private: (message: PrivateMessage) => void
  /** An own message has arrived that was kept. */
  delivered: (message: PrivateMessage) => void
  /** A member is away now (`text`, may be empty), or is back (undefined). Of one member once a second at most: how it is then. */
  away: (change: { id: string; text: string | undefined }) => void
}

/**
 * What two members say to each other over a link between the two, encrypted as all links are. It passes through no other
 * member, and no log of the room has it. With a home the last 1000 (4 MiB) are kept there, in a file of their own.
 */
export interface Direct {
  /**
   * Says something to one member alone. Messages to one member arrive in the order of the calls.
   *
   * Resolves when the other node has it, or, with `keep`, when it waits in the home of this one: until that node is in the room
   * again, also in a later process. It then arrives once. Without a home it waits as long as this process.
   *
   * Rejects with a {@link RingleaderError}: `ERR_USAGE` (no node id, oneself, a visit, an empty text), `ERR_MESSAGE_TOO_LONG`,
   * `ERR_UNREACHABLE` (not there, or no answer within 5 s: it may have arrived nevertheless; the same text with `keep` makes sure, and
   * is not shown twice),
   * `ERR_DISK_FULL`, `ERR_LEFT`. At most 100 wait.
   *
   * @param to - the node id of a member, 32 hex digits. With `keep` also of one that is not there
   * @param text - 1 to 65,536 bytes of UTF-8
   * @param options - `keep`: where it cannot be delivered now. Default false
   * @returns `away`: the person there is away, and why; may be empty; undefined: it is not
   */
  send(to: string, text: string, options?: { keep?: boolean }): Promise<PrivateReceipt>
  /** Own messages that wait, oldest first. */
  readonly kept: PrivateMessage[]
  /**
   * Keeps an own message no longer.
   *
   * @param id - as in {@link PrivateMessage}
   * @returns false: it is not kept; it may just have arrived
   */
  drop(id: string): Promise<boolean>
  /** The last private messages of this room, of both sides, oldest first: at most 1000 and 4 Mi characters, with a home those of before as well. */
  readonly recent: PrivateMessage[]
  /** Why the private messages of before cannot be read; undefined: they were, or there is no home. */
  readonly readProblem: string | undefined
  /** Why the person here is away; may be empty; undefined: it is not. */
  readonly away: string | undefined
  /**
   * Tells the members, and those that come later, that the person here is away or is back. It ends with the process.
   *
   * @param text - why, at most 256 bytes on one line; may be empty; undefined: back
   * @throws RingleaderError `ERR_USAGE`: too long, or more than one line
   */
  setAway(text: string | undefined): void
  /**
   * Why a member is away, as it said last; may be empty.
   *
   * @param id - its node id
   * @returns undefined: it is not, as far as is known here
   */
  awayOf(id: string): string | undefined
  /**
   * Calls `listener` at each such event.
   * @returns itself
   */
  on<E extends keyof DirectEvents>(event: E, listener: DirectEvents[E]): this
  /**
   * Takes back `on` of the same listener.
   * @returns itself
   */
  off<E extends keyof DirectEvents>(event: E, listener: DirectEvents[E]): this
}
