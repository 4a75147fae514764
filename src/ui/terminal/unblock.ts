/**
 * Makes writing to a terminal asynchronous. Node writes to terminals synchronously: a terminal that stops
 * reading (Ctrl-S, a stalled ssh or tmux) stops the whole process. A node that gives no sign of life is
 * removed from its room, and a leader that stops holds up everybody.
 *
 * Node has no public interface for this. Writing by threads (node:fs, a Worker) keeps the loop running, but
 * process.exit waits for a thread that hangs in write(2), so the process could not end. A second process
 * between would work, at the price of a process. So this file calls `setBlocking` of the handle below the
 * stream, which has been there since Node 0.12: what the terminal does not take waits in the stream, as with
 * a pipe. Where the handle is not as expected nothing is changed.
 */

import type { OutputStream } from './stdio.ts'

type Handle = { fd?: unknown; setBlocking?: (on: boolean) => unknown }

/** Returns whether writing is asynchronous now. */
export function unblock(output: OutputStream & { fd?: number }): boolean {
  if (output.isTTY !== true) return false
  const handle = (output as { _handle?: Handle | null })._handle
  if (typeof handle?.setBlocking !== 'function' || typeof handle.fd !== 'number') return false
  // Node opens the terminal anew, so that its modes are not those of the shell that shares it. Where it
  // may not (another user's terminal, after su) it goes on with the descriptor that it was given.
  if (handle.fd === output.fd) return false
  return handle.setBlocking(false) === 0
}
