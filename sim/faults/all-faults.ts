/**
 * All faults of the simulator by name. Each does one thing to the world and ends it after a while; the plan
 * says when.
 */

import { linkFaults } from './link-faults.ts'
import { liarFaults } from './liar-faults.ts'
import { machineFaults } from './machine-faults.ts'
import { nodeFaults } from './process-faults.ts'
import { peerFaults } from './peer-faults.ts'
import type { Fault } from '../run/run-state.ts'

export const faults = {
  ...linkFaults,
  ...nodeFaults,
  ...machineFaults,
  ...peerFaults,
  ...liarFaults,
} satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

export const faultNames = Object.keys(faults) as FaultName[]

/** Faults after which a message may still take its place before others already shown (S17). */
export const gentle: ReadonlySet<string> = new Set([
  'crash',
  'crash-leader',
  'crash-step',
  'crash-around',
  'crash-alternate',
  'join',
  'join-eight',
  'rename',
  'wall-jump',
  'disk-slow',
])
