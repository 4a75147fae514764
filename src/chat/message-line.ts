/**
 * Formats messages and notices as lines of text. A message reads the same to the byte at every member
 * (cli.md, "Lines"); colours are passed in as functions.
 */

import { escapeName, escapeText } from './escape.ts'

/** What a line is made of. */
export type Line = {
  /** `<uid>:<inc>:<n>`. */
  readonly id: string
  /** Lamport timestamp. */
  readonly ts: number
  readonly name: string
  /** IP:port, IPv6 in brackets. */
  readonly address: string
  readonly text: string
  /** Its place is before one already printed by this process. */
  readonly late: boolean
  readonly action: boolean
}

/** Someone, as shown: `Ann(192.168.1.5:4000)`. */
export function showWho(who: { name: string; address: string }): string {
  return `${escapeName(who.name)}(${escapeText(who.address)})`
}

/** Node id of a message's author. */
export function authorOf(messageId: string): string {
  const colon = messageId.indexOf(':')
  return colon < 0 ? messageId : messageId.slice(0, colon)
}

/** Where a message stands among those of one author, by its id: below 0 when `a` was said first. */
export function compareSaid(a: string, b: string): number {
  const [one, other] = [placeOf(a), placeOf(b)]
  if (one.start !== other.start) return one.start < other.start ? -1 : 1
  return one.count - other.count
}

/** In which process of its author it was said, as text that grows from one to the next, and its count there. */
export function placeOf(messageId: string): { start: string; count: number } {
  const last = messageId.lastIndexOf(':')
  return { start: messageId.slice(0, last), count: Number(messageId.slice(last + 1)) }
}

/**
 * The message as text without a final line break: `> Ann(192.168.1.5:4000)[17]: hello`, further lines
 * indented by four spaces, so that no text can pass for a line of its own.
 * `paint` colours the already escaped name.
 */
export function renderMessage(line: Line, paint: (name: string) => string = (name) => name): string {
  const [first = '', ...further] = line.text.split(/\r?\n/)
  const head = `${line.late ? '>+' : '>'} ${paint(escapeName(line.name))}(${escapeText(line.address)})[${line.ts}]: `
  const lines = [head + (line.action ? '* ' : '') + escapeText(first)]
  for (const text of further) lines.push(`    ${escapeText(text)}`)
  return lines.join('\n')
}

/** A notice without a final line break: each of its lines begins with `///`. */
export function renderNotice(text: string): string {
  return text
    .split('\n')
    .map((line) => `/// ${escapeText(line)}`.trimEnd())
    .join('\n')
}
