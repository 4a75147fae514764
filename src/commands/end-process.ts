/**
 * Ends the process: as Node.js does, by a signal, or although the thread of a store hangs.
 *
 * process.exit waits for every thread, and a thread that waits for a disk that hangs cannot be ended. A signal does not
 * wait. Node.js has no public function that ends the process with an exit code and leaves its threads alone, so where
 * no signal was asked for it is SIGKILL, which a shell reports as 137. A call that even SIGKILL does not end (state D
 * of ps) keeps the process in every case.
 */

import { setTimeout as delay } from 'node:timers/promises'

/** SIGHUP, SIGINT, SIGTERM and their exit codes. */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** Resolves when the system has all that was written, or the reader is gone. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => resolve())
    if (stream.destroyed || stream.writableLength === 0) resolve()
    else stream.write('', () => resolve())
  })
}

/** Resolves when what was printed is with the system. */
export async function allFlushed(code: number): Promise<void> {
  const all = Promise.all([flushed(process.stdout), flushed(process.stderr)])
  // A pager takes the last lines when its person comes to them; only a signal is in a hurry.
  await (code < 128 ? all : Promise.race([all, delay(100)]))
}

/**
 * Ends the process by the signal that `code` stands for, which a shell reports as that code. process.exit would tear
 * down the store's thread in the middle of its work, and native code there can abort the process then. Returns false
 * where there is no such signal, and in the first process of a container: the kernel ignores what that sends itself.
 */
export function endBySignal(code: number): boolean {
  const signal = Object.entries(signalCodes).find(([, of]) => of === code)?.[0]
  if (signal === undefined || process.platform === 'win32' || process.pid === 1) return false
  giveTerminalBack()
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  return true
}

/** Ends the process although a thread of it hangs. What was printed must be flushed. */
export function endWithoutThreads(code: number): Promise<never> {
  if (!endBySignal(code)) {
    giveTerminalBack()
    if (process.pid === 1) process.exit(code)
    // On Windows this ends the process with 1.
    process.kill(process.pid, 'SIGKILL')
  }
  return new Promise(() => {})
}

/** Node.js does so when it exits, but not when a signal ends it. */
function giveTerminalBack(): void {
  if (process.stdin.isTTY) process.stdin.setRawMode(false)
}
