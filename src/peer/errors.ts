/**
 * The named errors of the library and the terminal: one published list of codes.
 */

/**
 * Every `code` an error of ours can carry, and the exit code (cli.md) that the terminal gives it.
 */
export const errorCodes = {
  /** A parameter breaks a rule (name, address, port, copies ...). */
  ERR_USAGE: 2,
  /** The given port is in use on this machine. */
  ERR_PORT_IN_USE: 1,
  /** The given address is not one of this machine's. */
  ERR_ADDRESS_NOT_OURS: 1,
  /** Another process uses this home. */
  ERR_HOME_IN_USE: 1,
  /** The home cannot be written, or is not a Ringleader home. */
  ERR_HOME_UNUSABLE: 1,
  /** The disk is full. */
  ERR_DISK_FULL: 1,
  /** A commit failed; what was not committed may be lost here (other members hold it). */
  ERR_COMMIT_FAILED: 1,
  /** The room's database was damaged and has been set aside. */
  ERR_DAMAGED: 1,
  /** The home holds no room (to resume, or to print). */
  ERR_NO_ROOM: 2,
  /** Nobody answered at the given address. */
  ERR_UNREACHABLE: 3,
  /** What answered is not a Ringleader node. */
  ERR_NOT_RINGLEADER: 4,
  /** It speaks another version of the protocol. */
  ERR_VERSION: 4,
  /** The room uses the other address family. */
  ERR_FAMILY: 4,
  /** Another process is using this identity. */
  ERR_IDENTITY_IN_USE: 4,
  /** The node belongs to another room. */
  ERR_OTHER_ROOM: 4,
  /** The room was led by so many processes that it cannot take in what this home holds of it. */
  ERR_ROOM_FULL: 4,
  /** A message is longer than the limit. */
  ERR_MESSAGE_TOO_LONG: 2,
  /** Said, but not known as sent before the node left. It is kept in the home and goes out at the next start. */
  ERR_NOT_SENT: 5,
  /** The node has left the room. */
  ERR_LEFT: 1,
} as const

export type ErrorCode = keyof typeof errorCodes

/** Every error that this library rejects with or emits on purpose. */
export class RingleaderError extends Error {
  override name = 'RingleaderError'
  readonly code: ErrorCode
  /** `message` is one line that says what to do next. */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
  get exitCode(): number {
    return errorCodes[this.code]
  }
}
