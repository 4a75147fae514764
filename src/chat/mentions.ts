/**
 * Tells whether a text names somebody.
 */

const wordCharacter = /[\p{L}\p{N}_]/u

/** Whether `name` stands in `text` as a word, in any case. */
export function mentions(text: string, name: string): boolean {
  const where = text.toLowerCase()
  const what = name.toLowerCase()
  if (what === '') return false
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + 1)) {
    const before = Array.from(where.slice(Math.max(at - 2, 0), at)).at(-1) ?? ''
    const after = Array.from(where.slice(at + what.length, at + what.length + 2)).at(0) ?? ''
    if (!wordCharacter.test(before) && !wordCharacter.test(after)) return true
  }
  return false
}
