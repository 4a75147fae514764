/**
 * A run as data: every fault and every message is one action with its moment, made from the seed before the
 * run begins. So a run can be repeated, and shrunk by leaving actions out.
 */

import type { FaultName } from '../faults/all-faults.ts'
import type { UidOrder } from '../world/identities.ts'
import type { WorkName } from './workload.ts'

/** One thing that is done to the world. */
export type Action = {
  readonly atMs: number
  readonly what: FaultName | WorkName
  /** Settles every choice within the action: 32 bits. */
  readonly pick: number
  /** How long it lasts, where it lasts. */
  readonly forMs: number
}

/** Everything a seed expands to. */
export type Plan = {
  readonly seed: number
  /** Seed of the world's own chance: delays, what a crash leaves, what comes first of two. Else `seed`. */
  readonly chance?: number
  /** Nodes that join in the beginning, the first one included. */
  readonly nodes: number
  readonly uids: UidOrder
  readonly copies: number
  /** The room is locked. */
  readonly locked?: boolean
  /** How many of 100 nodes keep nothing on a disk. */
  readonly memory?: number
  /** One-way delay. Unit: ms. */
  readonly delayMinMs: number
  readonly delaySpreadMs: number
  readonly fsyncMs: number
  /** When faults end and everything heals. Unit: ms of virtual time. */
  readonly faultsUntilMs: number
  /** How many of those that are down are started again then: 0 none, 1 a random part, 2 all. */
  readonly restart: number
  readonly faults: readonly string[]
  readonly actions: readonly Action[]
}
