/**
 * Up to which message of a room a person at a prompt has been shown the history: `<home>/rooms/<room>.seen`.
 */

import { join } from 'node:path'
import { readNote, writeNote } from './note-file.ts'

/** The message that was shown last: its id and Lamport timestamp. */
export type Seen = { readonly id: string; readonly ts: number }

function pathOf(home: string, room: string): string {
  return join(home, 'rooms', `${room}.seen`)
}

/** Undefined where no prompt has been in the room. Never throws. */
export function readSeen(home: string, room: string): Seen | undefined {
  const { id, ts } = readNote(pathOf(home, room))
  return typeof id === 'string' && Number.isSafeInteger(ts) ? { id, ts: ts as number } : undefined
}

/** Not synced: it survives the process, and after a power cut at most the line stands too high. Never throws. */
export function writeSeen(home: string, room: string, { id, ts }: Seen): void {
  writeNote(pathOf(home, room), { id, ts })
}
