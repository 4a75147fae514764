/**
 * Faults of a script that wait for their moment: crashes at a moment of the protocol, and frames that are
 * dropped, doubled or held.
 */

import { frameName } from '../watch/describe.ts'
import type { Frame } from '../../src/core/model/frames.ts'
import type { Moment } from './moments.ts'
import type { Stage } from './stage.ts'
import type { SimNode, World } from '../world/world.ts'

/** A crash, or a standstill, that waits for its moment. */
export type ArmedCrash = {
  /** As it is written in the script. */
  readonly text: string
  readonly victim: SimNode | 'any'
  readonly moment: Moment
  /** It strikes again and again while more than that many nodes run; undefined: once. */
  readonly until: number | undefined
  /** How long it stands still; undefined: it dies. Unit: ms. */
  readonly forMs: number | undefined
  /** Nodes at which its moment had come before it was armed. */
  readonly stale: Set<SimNode>
  strikes: number
}

/** One frame fault: `p` of the frames of these types, from and to these nodes. */
export type FrameFault = {
  readonly verb: 'drop' | 'dup' | 'hold'
  readonly frames: ReadonlySet<string>
  readonly from: readonly SimNode[] | undefined
  readonly to: readonly SimNode[] | undefined
  readonly p: number
  readonly until: number
}

/** Whether an armed crash has struck as often as it may. */
export function isOver(armed: ArmedCrash, world: World): boolean {
  return armed.until === undefined ? armed.strikes > 0 : world.running.length <= armed.until
}

/** Crashes that may still strike, by their moments. */
export function waitingCrashes({ harm, world }: Stage): string[] {
  return harm.crashes.filter((armed) => !isOver(armed, world)).map((armed) => armed.text)
}

/** Whether a frame fault concerns this frame now. */
export function applies(fault: FrameFault, from: SimNode, to: SimNode, frame: Frame, now: number): boolean {
  if (now > fault.until || !fault.frames.has(frameName(frame.type))) return false
  return (fault.from?.includes(from) ?? true) && (fault.to?.includes(to) ?? true)
}
