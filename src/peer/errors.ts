/**
 * The named errors of the library and the terminal: one published list of codes.
 */

/**
 * Every `code` that a {@link RingleaderError} can carry, with the exit code (cli.md) that the program ends with. The
 * list grows; a code never changes its meaning.
 */
export const errorCodes = {
  /** An argument breaks a rule (name, address, port, copies, an empty text ...). The message says which. Mend the call. */
  ERR_USAGE: 2,
  /** The given port is in use on this machine. Take another, or 0 for any free one. */
  ERR_PORT_IN_USE: 1,
  /** The given address is not one of this machine's. Take one of its own. */
  ERR_ADDRESS_NOT_OURS: 1,
  /** Another process uses this home. Stop it, or take another home. */
  ERR_HOME_IN_USE: 1,
  /** The home cannot be read or written, or is no Ringleader home. Check the folder and its permissions. */
  ERR_HOME_UNUSABLE: 1,
  /** The disk is full. The message was not taken, or the room could not be opened. Free some space and try again. */
  ERR_DISK_FULL: 1,
  /**
   * Writing to disk failed, or the disk hangs, and the room ended. What was not written may be lost here; the other
   * members hold it. Check the disk and start again.
   */
  ERR_COMMIT_FAILED: 1,
  /**
   * The room's database was damaged and has been set aside, and this node's key with it. Join again through a member:
   * the history comes from the others.
   */
  ERR_DAMAGED: 1,
  /** There is no room to go back to: no home was given, or it holds none. Create a room, or name a neighbor. */
  ERR_NO_ROOM: 2,
  /** Nobody answers at the given address, or nobody of the room does. Try the address of another member. */
  ERR_UNREACHABLE: 3,
  /** What answers at the given address is no Ringleader node. Check address and port. */
  ERR_NOT_RINGLEADER: 4,
  /** The member speaks another version of the protocol. Install the same version everywhere. */
  ERR_VERSION: 4,
  /** The room uses the other address family (IPv4 or IPv6). Give this node such an address. */
  ERR_FAMILY: 4,
  /** Another process uses this node's key, as with a copied home. Stop it, or take another home. */
  ERR_IDENTITY_IN_USE: 4,
  /** The member is in another room by now. Join through another member. */
  ERR_OTHER_ROOM: 4,
  /** The room is locked, and this node has no key that opens it, or has been removed. Ask a member for an invitation. */
  ERR_LOCKED: 4,
  /** The local network cannot be asked for rooms: another program keeps port 5353 (mDNS) to itself. Name a neighbor. */
  ERR_NO_MULTICAST: 1,
  /** The message is longer than 65,536 bytes of UTF-8. Split it. */
  ERR_MESSAGE_TOO_LONG: 2,
  /**
   * Said, but not known as sent when the room ended. With a home it is kept and goes out at the next start: do not
   * repeat it. Without one it may be lost.
   */
  ERR_NOT_SENT: 5,
  /**
   * The members were not compared in time: the room has no leader at the moment, or its leader does not reply. Try
   * again.
   */
  ERR_NOT_CHECKED: 1,
  /** A file cannot be read, written, or stored under its name. The message says why. */
  ERR_FILE: 1,
  /** The room was left, or has ended: nothing more can be said or read. */
  ERR_LEFT: 1,
} as const

/** One of the codes in {@link errorCodes}. */
export type ErrorCode = keyof typeof errorCodes

/**
 * Every error that this library throws, rejects with or emits on purpose. Tell them apart by `code`; `message` is one
 * line for people and says what to do. `cause` is the error of the system behind it, where there is one.
 *
 * @example
 * ```ts
 * import { joinRoom, RingleaderError } from 'ringleader'
 *
 * try {
 *   await joinRoom({ name: 'Bob', address: '127.0.0.1', neighbor: '127.0.0.1:1', timeoutMs: 300 })
 * } catch (error) {
 *   if (!(error instanceof RingleaderError)) throw error
 *   console.log(error.code) // prints: ERR_UNREACHABLE
 *   console.log(error.exitCode) // prints: 3
 * }
 * ```
 */
export class RingleaderError extends Error {
  /** Always `RingleaderError`. */
  override name = 'RingleaderError'
  /** What went wrong, for programs. */
  readonly code: ErrorCode
  /**
   * For the library itself; programs get these errors.
   *
   * @param code - what went wrong
   * @param message - one line that says what to do next
   * @param options - `cause`: the error behind it
   */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
  /** The exit code of the program for this error: 1 to 5. Source: cli.md. */
  get exitCode(): number {
    return errorCodes[this.code]
  }
}

/** The error of an argument that breaks a rule. `message` says what is right. */
export function usageError(message: string): RingleaderError {
  return new RingleaderError('ERR_USAGE', message)
}
