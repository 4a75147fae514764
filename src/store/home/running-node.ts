/**
 * Which process uses a home, and where its node listens, for other programs of the same person: `running.json`. It
 * proves nothing: the process may have been killed. Only the lock says whether a home is in use.
 */

import { join } from 'node:path'
import { readNote, removeNote, writeNote } from './note-file.ts'

/** address: IP:port or [IPv6]:port. */
export type RunningNode = { readonly pid: number; readonly address: string }

const fileName = 'running.json'

/** Undefined where no program left its note, or none that can be read. Never throws. */
export function readRunning(home: string): RunningNode | undefined {
  const { pid, address } = readNote(join(home, fileName))
  if (!Number.isSafeInteger(pid) || typeof address !== 'string') return undefined
  const isAddress = /^(\[[\da-f:.]{2,45}\]|[\d.]{7,15}):\d{1,5}$/.test(address)
  return isAddress ? { pid: pid as number, address } : undefined
}

/** For a home that this process has locked. Never throws. */
export function noteRunning(home: string, address: string): void {
  writeNote(join(home, fileName), { pid: process.pid, address })
}

/** Takes back the note of this process. Never throws. */
export function forgetRunning(home: string): void {
  if (readRunning(home)?.pid === process.pid) removeNote(join(home, fileName))
}
