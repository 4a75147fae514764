/**
 * Finds where a cursor may stand in a text: between clusters (what people call a character), and at the ends of
 * words, in any script.
 */

import { breakMark } from './layout.ts'

let clusters: Intl.Segmenter | undefined
let words: Intl.Segmenter | undefined
/** A cluster or word is looked for among so many characters around the cursor: a line may be long. Unit: UTF-16 units. */
const nearby = 512

/** The part of `text` near `at`, and where it begins. Cuts through no surrogate pair. */
function near(text: string, at: number): { part: string; from: number } {
  let from = Math.max(at - nearby, 0)
  if (/[\udc00-\udfff]/.test(text[from] ?? '')) from -= 1
  return { part: text.slice(from, at + nearby), from }
}

/** Where the cluster before `at` begins; 0 at the beginning. `at`: index into `text`. */
export function clusterStart(text: string, at: number): number {
  if (at <= 0) return 0
  clusters ??= new Intl.Segmenter()
  const { part, from } = near(text, at)
  const found = clusters.segment(part).containing(at - from - 1)
  return from + (found?.index ?? 0)
}

/** Where the cluster at `at` ends; the text's length at its end. */
export function clusterEnd(text: string, at: number): number {
  if (at >= text.length) return text.length
  clusters ??= new Intl.Segmenter()
  const { part, from } = near(text, at)
  const found = clusters.segment(part).containing(at - from)
  return from + (found ? found.index + found.segment.length : part.length)
}

function wordsOf(part: string): Intl.SegmentData[] {
  words ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  return [...words.segment(part.replaceAll(breakMark, '\n'))]
}

/** Where the last word that begins before `at` begins. */
export function wordStart(text: string, at: number): number {
  const { part, from } = near(text.slice(0, at), at)
  const found = wordsOf(part).findLast(({ isWordLike }) => isWordLike)
  return found ? from + found.index : from
}

/** Where the first word that ends behind `at` ends. */
export function wordEnd(text: string, at: number): number {
  const part = text.slice(at, at + nearby)
  const found = wordsOf(part).find(({ isWordLike }) => isWordLike)
  return at + (found ? found.index + found.segment.length : part.length)
}
