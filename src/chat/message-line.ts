/**
 * Formats messages and notices as lines of text. A message reads the same to the byte at every member
 * (cli.md, "Lines"); colours are passed in as functions.
 */

import { escapeName, escapeText, toEscape } from './escape.ts'

/** What a tab is on a terminal. */
export const tabSpaces = '    '

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
  /** The author's clock. */
  readonly time: { getTime(): number }
}

/** What stands where a classic line has the Lamport timestamp. */
export const timestamps = ['off', 'time', 'datetime', 'lamport'] as const
export type Timestamp = (typeof timestamps)[number]
export const formats = ['classic', 'short'] as const
export type Format = (typeof formats)[number]

export type LineStyle = {
  /** Default: classic. */
  readonly format?: Format | undefined
  /** Default: lamport in the classic format, time in the short one. */
  readonly timestamp?: Timestamp | undefined
  /** A terminal shows it: a tab is spaces, and text that is written from right to left moves nothing around it. */
  readonly isTerminal?: boolean
  /** Colours the already escaped name. */
  readonly paint?: ((name: string) => string) | undefined
  /** What stands behind a name, see `KnownNames`. Default: nothing. */
  readonly pieceOf?: PieceOf | undefined
}

/** What tells somebody from others whose names look alike: `[3f2a]`, or nothing. `id`: the node id. */
export type PieceOf = (who: { id: string; name: string }) => string

/** Someone, as shown: `Ann(192.168.1.5:4000)`, or with a piece `Ann[3f2a](192.168.1.5:4000)`. */
export function showWho(who: { name: string; address: string }, piece = ''): string {
  return `${escapeName(who.name)}${piece}(${escapeText(who.address)})`
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
  // The same string again, where it is the same: that is found in a map without reading it.
  if (last !== lastStart.length || !messageId.startsWith(lastStart)) lastStart = messageId.slice(0, last)
  return { start: lastStart, count: Number(messageId.slice(last + 1)) }
}

let lastStart = ''

/** Letters that are written from right to left, and the marks that say so. */
const rightToLeft =
  /[\u0590-\u08ff\u200e\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
/** First strong isolate, and its end. */
const [isolate, isolateEnd] = ['\u2068', '\u2069']

/** Already escaped text, so that it moves nothing around it. */
function isolated(text: string): string {
  return rightToLeft.test(text) ? isolate + text + isolateEnd : text
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}

/** Local time, to the minute. */
function timeOf(time: Line['time'], hasDate: boolean): string {
  const date = new Date(time.getTime())
  if (Number.isNaN(date.getTime())) return '--:--'
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}`
  return hasDate ? `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${clock}` : clock
}

function stampOf(line: Line, timestamp: Timestamp): string {
  return timestamp === 'off'
    ? ''
    : timestamp === 'lamport'
      ? String(line.ts)
      : timeOf(line.time, timestamp === 'datetime')
}

/** `> Ann(192.168.1.5:4000)[17]: `. */
function classicHead(line: Line, name: string, timestamp: Timestamp): string {
  const stamp = stampOf(line, timestamp)
  const brackets = stamp === '' ? '' : `[${stamp}]`
  return `${line.late ? '>+' : '>'} ${name}(${escapeText(line.address)})${brackets}: ${line.action ? '* ' : ''}`
}

/** `12:41 Ann: `. */
function shortHead(line: Line, name: string, timestamp: Timestamp): string {
  const stamp = stampOf(line, timestamp)
  const begin = (line.late ? '+' : '') + (stamp === '' ? '' : `${stamp} `)
  return begin + (line.action ? `* ${name} ` : `${name}: `)
}

/**
 * The message as text without a final line break: `> Ann(192.168.1.5:4000)[17]: hello`, further lines
 * indented by four spaces, so that no text can pass for a line of its own.
 */
export function renderMessage(line: Line, style: LineStyle = {}): string {
  const { format = 'classic', isTerminal = false, paint = (name: string) => name } = style
  const isShort = format === 'short'
  const timestamp = style.timestamp ?? (isShort ? 'time' : 'lamport')
  const show = (text: string) =>
    isTerminal ? isolated(escapeText(text.replaceAll('\t', tabSpaces))) : escapeText(text)
  const escaped = escapeName(line.name)
  // Without the brackets of the classic line a name could begin like a notice.
  const safe = isShort ? escaped.replace(/^[/>+]/, toEscape) : escaped
  const piece = style.pieceOf?.({ id: authorOf(line.id), name: line.name }) ?? ''
  const name = paint(isTerminal ? isolated(safe) : safe) + piece
  const [first = '', ...further] = line.text.split(/\r?\n/)
  const head = (isShort ? shortHead : classicHead)(line, name, timestamp)
  const lines = [head + show(first)]
  for (const text of further) lines.push(`    ${show(text)}`)
  return lines.join('\n')
}

/** What is said to one person alone. */
export type PrivateLine = {
  readonly with: { readonly id: string; readonly name: string; readonly address: string }
  readonly text: string
  readonly own: boolean
  readonly state: 'delivered' | 'kept'
  readonly time: { getTime(): number }
}

/**
 * A private message as text without a final line break: `<- Ann(192.168.1.5:4000), private: hello`, own ones with `->`. No line
 * of the room begins so, and no text can: further lines are indented.
 */
export function renderPrivate(line: PrivateLine, style: LineStyle = {}): string {
  const { format = 'classic', isTerminal = false, paint = (name: string) => name } = style
  const isShort = format === 'short'
  const timestamp = style.timestamp ?? (isShort ? 'time' : 'off')
  const stamp =
    timestamp === 'off' || timestamp === 'lamport' ? '' : timeOf(line.time, timestamp === 'datetime')
  const show = (text: string) =>
    isTerminal ? isolated(escapeText(text.replaceAll('\t', tabSpaces))) : escapeText(text)
  const escaped = escapeName(line.with.name) || line.with.id.slice(0, 8)
  const name = paint(isTerminal ? isolated(escaped) : escaped) + (style.pieceOf?.(line.with) ?? '')
  const who = isShort || line.with.address === '' ? name : `${name}(${escapeText(line.with.address)})`
  const place = stamp === '' || isShort ? '' : `[${stamp}]`
  const begin = `${isShort && stamp !== '' ? `${stamp} ` : ''}${line.own ? '->' : '<-'} `
  const [first = '', ...further] = line.text.split(/\r?\n/)
  const head = `${begin}${who}${place}, ${line.state === 'kept' ? 'kept' : 'private'}: `
  return [head + show(first), ...further.map((text) => `    ${show(text)}`)].join('\n')
}

/** A notice without a final line break: each of its lines begins with `///`. isEscaped: its text is harmless already. */
export function renderNotice(text: string, isEscaped = false): string {
  return text
    .split('\n')
    .map((line) => `/// ${isEscaped ? line : escapeText(line)}`.trimEnd())
    .join('\n')
}
