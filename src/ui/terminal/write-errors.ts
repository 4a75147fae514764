/**
 * Tells a reader that is gone, which is no error (cli.md, EPIPE), from output that is lost because of a full disk or the
 * like; and writes to files in whole.
 */

import { fstatSync, writeSync } from 'node:fs'
import type { OutputStream } from './stdio.ts'

/** Whether a write failed because nobody reads any more: a pipe or a terminal that was closed. */
export function isReaderGone(error: unknown, isTerminal: boolean): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'EPIPE' || code === 'ECONNRESET' || (isTerminal && code === 'EIO')
}

/** For people: what happened to stdout. */
export function lostOutputText(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  return `stdout cannot be written (${said}): what was printed is not complete`
}

/**
 * Node.js takes a write to a file for done even if the disk had room for a part of it only. Here the rest is tried,
 * and so the error comes to light. Changes nothing where `output` is no file.
 */
export function writeWhole(output: OutputStream & { fd?: number }): void {
  const { fd } = output
  if (fd === undefined || output.isTTY === true || !isFile(fd)) return
  output._write = (chunk: Buffer | string, encoding, done) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
    } catch (error) {
      return done(error as Error)
    }
    done()
  }
}

function isFile(fd: number): boolean {
  try {
    const stat = fstatSync(fd)
    return stat.isFile() || stat.isCharacterDevice()
  } catch {
    return false
  }
}
