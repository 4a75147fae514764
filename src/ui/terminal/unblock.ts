/**
 * Makes writing to a terminal asynchronous. Node writes to terminals synchronously: one that stops
 * reading (Ctrl-S, a stalled ssh or tmux) stops the whole process with it, and a node that gives no sign
 * of life is thrown out of its room, and a leader among them holds everybody up.
 *
 * There is no public way. Writing to the terminal by threads (node:fs, a Worker) keeps the loop running,
 * but process.exit waits for a thread that hangs in write(2), so the process could not end. A process in
 * between would do, at the price of a process. So it is the switch of the handle below the stream, which
 * has been there since Node 0.12: what the terminal does not take waits in the stream, as with a pipe.
 *
 * Knows the handle; knows nothing of who writes. Where the handle is not as expected nothing is done, and
 * writing stays as Node has it.
 */

import type { OutputStream } from './stdio.ts'

type Handle = { fd?: unknown; setBlocking?: (on: boolean) => unknown }

/** Answers whether a reader that stops is now waited for by nobody. */
export function unblock(output: OutputStream & { fd?: number }): boolean {
  if (output.isTTY !== true) return false
  const handle = (output as { _handle?: Handle | null })._handle
  if (typeof handle?.setBlocking !== 'function' || typeof handle.fd !== 'number') return false
  // Node opens the terminal anew, so that its modes are not those of the shell that shares it. Where it
  // may not (another user's terminal, after su) it goes on with the descriptor that it was given.
  if (handle.fd === output.fd) return false
  return handle.setBlocking(false) === 0
}
