/**
 * What may be a member's name (cli.md, the flag -n). Knows the rule; knows nothing of who is called what.
 */

import { hasDangerous } from './escape.ts'

/** Unicode code points. */
export const nameCharactersMax = 32
/** Bytes of UTF-8. */
export const nameBytesMax = 128

function utf8Bytes(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** The name without spaces around it, or what is wrong with it in words for the person who gave it. */
export function checkName(given: string): { name: string } | { problem: string } {
  const name = given.trim()
  if (hasDangerous(name)) return { problem: 'a name has no control, bidi or line-break characters' }
  if (name === '') return { problem: 'a name has at least one character' }
  if (/[()[\]]/.test(name)) return { problem: 'a name has no ( ) [ ]' }
  if (/[\ud800-\udfff]/u.test(name)) return { problem: 'a name is well-formed Unicode' }
  const characters = Array.from(name).length
  if (characters > nameCharactersMax)
    return { problem: `a name has at most ${nameCharactersMax} characters, this one has ${characters}` }
  const bytes = utf8Bytes(name)
  if (bytes > nameBytesMax)
    return { problem: `a name has at most ${nameBytesMax} bytes of UTF-8, this one has ${bytes}` }
  return { name }
}
