/**
 * How messages are shown to one person, and the words of the commands that change it.
 */

import { formats, timestamps } from './message-line.ts'
import type { Format, Timestamp } from './message-line.ts'

export type Display = {
  readonly format: Format
  /** Undefined: what the format has. */
  readonly timestamp: Timestamp | undefined
  /** BEL at a mention. */
  readonly bell: boolean
  /** A desktop notification at a mention (OSC 9). */
  readonly osc9: boolean
  /** Those whose messages are not shown. */
  readonly ignored: readonly Ignored[]
}

/** `id`: the node id, 32 hex digits; `name`: what it was called when it was ignored. */
type Ignored = { readonly id: string; readonly name: string }

export const plainDisplay: Display = {
  format: 'classic',
  timestamp: undefined,
  bell: true,
  osc9: true,
  ignored: [],
}

/** The commands, without slash. */
export type DisplayCommand = 'format' | 'timestamp' | 'bell' | 'notify'

/** What may stand behind each. */
export const displayWords: Readonly<Record<DisplayCommand, readonly string[]>> = {
  format: formats,
  timestamp: timestamps,
  bell: ['on', 'off'],
  notify: ['on', 'off'],
}

/** `word` is one of those allowed. */
export function changed(display: Display, command: DisplayCommand, word: string): Display {
  switch (command) {
    case 'format':
      return { ...display, format: formats.find((one) => one === word) ?? display.format }
    case 'timestamp':
      return { ...display, timestamp: timestamps.find((one) => one === word) }
    case 'bell':
      return { ...display, bell: word === 'on' }
    case 'notify':
      return { ...display, osc9: word === 'on' }
  }
}

/** The word that stands for what is. */
export function wordOf(display: Display, command: DisplayCommand): string {
  switch (command) {
    case 'format':
      return display.format
    case 'timestamp':
      return display.timestamp ?? (display.format === 'short' ? 'time' : 'lamport')
    case 'bell':
      return display.bell ? 'on' : 'off'
    case 'notify':
      return display.osc9 ? 'on' : 'off'
  }
}
