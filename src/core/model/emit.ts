/**
 * How a rule asks for an effect: a frame to a link, a timer, a line of the log.
 */

import type { Frame } from './frames.ts'
import type { LinkId } from './ids.ts'
import type { LogLine } from './log-line.ts'
import type { State } from './state.ts'

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
