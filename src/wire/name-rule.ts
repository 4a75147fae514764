/**
 * The rule for a member's name (cli.md, -n), for a person's own name and for names from the wire; and that for a room's title.
 */

import { Buffer } from 'node:buffer'
import { awayBytesMax, nameBytesMax, nameCharsMax, titleBytesMax, titleCharsMax } from './limits.ts'

/**
 * Control, bidi and line-break characters, and lone surrogates. Written out: classes of Unicode grow, and no version of Node.js
 * may refuse a signed name that another took. In a name also the brackets of `Name(address)`.
 */
const forbidden = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u

/** Spaces at either end, written out likewise. */
const untrimmed =
  /^[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff]|[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff]$/u

/**
 * A name needs a visible character: spaces, zero-width characters and marks alone are not enough, nor are the blank pattern
 * of Braille and the note without a head.
 */
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\u2800\u{1d159}]/u

/**
 * Why `name` cannot be one, as the end of a sentence that begins with "a name"; undefined if it can.
 * It must be trimmed already. With newer versions of Unicode more characters can be seen.
 */
export function nameProblem(name: string): string | undefined {
  if (name.length > 0 && !visible.test(name)) return 'must have a visible character'
  return signedNameProblem(name)
}

/** The same of a name under which something was said: the part of the rule that is the same for ever. */
export function signedNameProblem(name: string): string | undefined {
  const found = /[()[\]]/.exec(name)
  return (
    lineProblem(name, nameCharsMax, nameBytesMax) ?? (found ? `must not contain "${found[0]}"` : undefined)
  )
}

/** Why `title` cannot be that of a room, as the end of a sentence that begins with "a title"; undefined if it can. */
export function titleProblem(title: string): string | undefined {
  return title.length > 0 && !visible.test(title)
    ? 'must have a visible character'
    : signedTitleProblem(title)
}

/** The same of a title that was given: the part of the rule that is the same for ever. */
export function signedTitleProblem(title: string): string | undefined {
  return lineProblem(title, titleCharsMax, titleBytesMax)
}

/** Why `text` cannot be what a person says of being away, as the end of a sentence; undefined if it can. */
export function awayProblem(text: string): string | undefined {
  return lineProblem(text, awayBytesMax, awayBytesMax)
}

function lineProblem(text: string, charsMax: number, bytesMax: number): string | undefined {
  if (text.length === 0) return 'must have at least one character'
  if (text.length > 2 * charsMax || [...text].length > charsMax)
    return `must have at most ${charsMax} characters`
  if (utf8Bytes(text) > bytesMax) return `must take at most ${bytesMax} bytes`
  if (untrimmed.test(text)) return 'must not begin or end with a space'
  const found = forbidden.exec(text)
  return found ? `must not contain ${describe(found[0])}` : undefined
}

function describe(char: string): string {
  return `the control character U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

/** How long a text is in UTF-8. */
export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text)
}
