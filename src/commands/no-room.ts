/**
 * The error of a command that reads what a home keeps, where it keeps nothing: exit 1 (cli.md). Where a chat finds
 * nothing to go back to, that is a usage error.
 */

export class NoRoomError extends Error {
  readonly exitCode = 1
}
