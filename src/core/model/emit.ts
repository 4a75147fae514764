/**
 * How a rule asks for an effect: a frame to a link, a timer, a line of the log.
 */

import type { Frame, FrameType } from './frames.ts'
import type { LinkId } from './ids.ts'
import type { LogLine } from './log-line.ts'
import type { Link, State } from './state.ts'

export function send(state: State, link: LinkId, frame: Frame, paced = false): void {
  state.out.push({ type: 'send', link, lc: state.clock, frame, paced })
}

export function startTimer(state: State, name: string, ms: number): void {
  state.out.push({ type: 'startTimer', name, ms })
}

export function stopTimer(state: State, name: string): void {
  state.out.push({ type: 'stopTimer', name })
}

export function log(state: State, line: LogLine): void {
  state.out.push({ type: 'log', line })
}

/** Logs what a peer sent that is refused, and the peer. */
export function logRefused(state: State, link: Link, type: FrameType, field: string): void {
  const { peer: uid, who, addr = who?.addr } = link
  log(state, {
    type: 'refused',
    what: `${type}.${field}`,
    ...(uid === undefined ? {} : { uid }),
    ...(addr === undefined ? {} : { addr }),
  })
}
