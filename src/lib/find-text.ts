/**
 * Finds words in texts as people expect it: without regard to case, to how a character is composed or how wide it is, and to
 * characters that are not shown.
 */

/** Soft hyphen, zero-width characters, marks of direction, selectors of a form of a character. */
const unseen = /\u034f|[\u00ad\u061c\u200b-\u200f\u2060-\u2064\ufeff]|\p{Variation_Selector}/gu
// eslint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007f]*$/

/**
 * A text in the form in which texts are compared: NFKC, case folded. What is equal for people is then equal: STRASSE and
 * straße, wide ｱ and ア, é of one character and of two.
 */
export function foldText(text: string): string {
  if (ascii.test(text)) return text.toLowerCase()
  return (
    text
      .normalize('NFKC')
      .replace(unseen, '')
      // Upwards first: ß has two letters there.
      .toUpperCase()
      .toLowerCase()
      // Sigma has another form at the end of a word, and a large I with a dot falls into two characters.
      .replaceAll('ς', 'σ')
      .replaceAll('i\u0307', 'i')
      .normalize('NFKC')
  )
}

const quotes = '"\u201c\u201d\u201e'
const wordOrPhrase = new RegExp(`[${quotes}]([^${quotes}]*)(?:[${quotes}]|$)|[^\\s${quotes}]+`, 'g')

/** The words and quoted phrases of what a person typed, folded. Empty: nothing to look for. */
export function wordsOf(typed: string): string[] {
  const words = [...typed.matchAll(wordOrPhrase)].map(([word, phrase]) => foldText(phrase ?? word))
  return [...new Set(words)].filter((word) => word.trim() !== '')
}

/** Whether a folded text has all of some folded words in it, each anywhere. */
export function hasWords(folded: string, words: readonly string[]): boolean {
  return words.every((word) => folded.includes(word))
}
