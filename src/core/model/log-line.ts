/**
 * What a node reports about itself: the lines of the log (cli.md) before they are words.
 * Knows nothing of files or of how the lines read.
 */

import type { BookEntry, Member } from './frames.ts'
import type { Address } from './ids.ts'

type Who = Member | BookEntry

/** `died`: the connection was refused. `unreachable`: silence. `left`: it said so. */
export type LogLine =
  | { type: 'listening'; addr: Address }
  | { type: 'joined'; who: Who }
  | { type: 'left'; who: Who }
  | { type: 'died'; who: Who }
  | { type: 'unreachable'; who: Who }
  | { type: 'ring'; next?: Who; previous?: Who }
  | { type: 'election-started'; term: number; why: 'leader lost' | 'leader left' | 'timeout' }
  | { type: 'election-candidate'; term: number; who: Who | { uid: string } }
  | { type: 'election-won'; term: number; who: Who }
  | { type: 'leader'; who: Who; term: number }
  | { type: 'stored'; count: number }
  | { type: 'split'; count: number }
  | { type: 'merged'; count: number }
  | { type: 'disk'; state: 'full' | 'freed' }
  | { type: 'woke'; sleptMs: number }
  | { type: 'searching'; addr?: Address }
  | { type: 'error'; text: string }
