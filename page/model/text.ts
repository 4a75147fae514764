/** Splits the text of a message into what is shown: plain text, links, and mentions of this node. */

import { escapeText } from '../../src/chat/escape.ts'
import { mentions } from '../../src/chat/mentions.ts'

export type Piece =
  | { readonly type: 'text'; readonly text: string }
  /** href: http or https. */
  | { readonly type: 'link'; readonly text: string; readonly href: string }

/** Links longer than this stay text. Unit: UTF-16 code units. */
const linkMax = 2048
const candidate = /\bhttps?:\/\/[^\s<>"'`]+/gi
/** What ends a sentence rather than a link. */
const trailing = /[.,;:!?…]+$/

/**
 * Marks on one character that are shown as they are: no text of people has more (Unicode UAX #15, Stream-Safe Text Format), and a
 * browser needs seconds to lay out some ten thousand.
 */
const marksMax = 30
const mark = String.raw`[\p{M}\p{Grapheme_Extend}\u200d]`
const tooManyMarks = new RegExp(`${mark}{${marksMax}}(?=${mark})`, 'gu')
/** The usual base of a mark that has none. */
const dottedCircle = '\u25cc'

/**
 * Text as it may be shown: control and bidi characters are written out; a line break stays one; further marks stand on characters of
 * their own.
 */
export function showText(text: string): string {
  return text
    .replace(tooManyMarks, `$&${dottedCircle}`)
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(escapeText).join('\t'))
    .join('\n')
}

/** The pieces of a text, in order. Joined they are `showText(text)`. */
export function piecesOf(text: string): Piece[] {
  const shown = showText(text)
  const pieces: Piece[] = []
  let at = 0
  const plainTo = (end: number): void => {
    if (end > at) pieces.push({ type: 'text', text: shown.slice(at, end) })
    at = end
  }
  for (const found of shown.matchAll(candidate)) {
    const link = linkOf(found[0])
    if (!link) continue
    plainTo(found.index)
    pieces.push({ type: 'link', ...link })
    at = found.index + link.text.length
  }
  plainTo(shown.length)
  return pieces
}

function linkOf(found: string): { text: string; href: string } | undefined {
  let text = found.replace(trailing, '')
  // A bracket that was opened before the link does not belong to it.
  while (/[)\]}]$/.test(text) && isUnbalanced(text)) text = text.slice(0, -1).replace(trailing, '')
  // What was escaped is no part of an address, and browsers read a backslash there as a slash.
  if (text.length > linkMax || text.includes('\\')) return undefined
  const host = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1] ?? ''
  // `https://bank.example@evil.example` reads like another address.
  return host === '' || host.includes('@') ? undefined : { text, href: text }
}

function isUnbalanced(text: string): boolean {
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }
  const close = text.at(-1) ?? ''
  const open = pairs[close] ?? ''
  return text.split(close).length > text.split(open).length
}

/** Whether a message of somebody else names this node. */
export function isMention(message: { text: string; own: boolean }, ownName: string): boolean {
  return !message.own && mentions(message.text, ownName)
}
