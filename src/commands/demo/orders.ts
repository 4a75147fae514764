/**
 * Defines what the demo and its five processes send each other over a pipe: orders down, reports up. Times
 * are ms since 1970 with fractions, of the one clock of the machine.
 */

import type { LogLine } from '../../index.ts'

export type Order =
  /** Create a room, or join one through `neighbor` (IP:port). */
  | { type: 'open'; name: string; home: string | false; neighbor?: string }
  | { type: 'say'; text: string }
  /** Say these one by one, the first after `afterMs`, whether or not the ones before are sent. */
  | { type: 'flow'; texts: readonly string[]; afterMs: number; everyMs: number }
  /** Report your place in the ring. */
  | { type: 'look' }
  /** Report what you have stored, in its final order. */
  | { type: 'recite' }
  /** Pull the network cable, or plug it in again. */
  | { type: 'cut' }
  | { type: 'heal' }

export type Place = {
  next: string | undefined
  leader: string | undefined
  term: number
}

/** A message as its reader's screen shows it. `saidMs`: the author's clock, whole ms. */
export type Shown = { id: string; name: string; text: string; line: string; saidMs: number; at: number }

export type Report =
  /** The program is loaded and waits for orders. */
  | { type: 'loaded' }
  | { type: 'in'; id: string; address: string; tookMs: number }
  | { type: 'shown'; shown: Shown }
  /** Enough members hold it on disk. */
  | { type: 'sent'; text: string }
  /** The leader is lost, or another one leads. */
  | { type: 'leader'; at: number; name: string | undefined }
  | { type: 'log'; at: number; line: LogLine }
  | { type: 'place'; place: Place }
  | { type: 'recited'; lines: readonly string[] }
  | { type: 'failed'; why: string }

/** The clock of all times here. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
