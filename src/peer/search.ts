/**
 * What programs can search in a room: the words, and whose messages of what time.
 */

import { foldText, hasWords, wordsOf } from '../lib/find-text.ts'
import { authorMeantBy, isMeant, type PartFilter } from '../wire/part-search.ts'
import { usageError } from './errors.ts'
import type { Message } from './room.ts'

/** Options of {@link Search}. */
export type SearchOptions = {
  /** Who said it: the name that it was said under, without regard to case, or at least four digits of the beginning of the node id. */
  from?: string
  /** Not before this, by the author's clock, which may be wrong. Default: from the beginning. */
  since?: Date
  /** Before this, likewise. Default: until now. */
  until?: Date
  /** An `AbortSignal`, which ends the search: it throws the reason of the signal. */
  signal?: {
    /** Throws when the search is to end. */
    throwIfAborted(): void
  }
  /** Hears how far the search has come: `looked` of the `of` records that this node holds. Called some hundred times a second. */
  onProgress?: (progress: { looked: number; of: number }) => void
}

/**
 * Looks for words in all that this node holds, the newest first, without the network. A message is found when each of the words
 * stands somewhere in its text, also within a longer word; what stands in double quotes is looked for as it is. Case counts for
 * nothing, nor how a character is composed or how wide it is (Unicode NFKC).
 *
 * You pull: the search goes on while you ask for more, and other work has its turns in between. What comes while it runs is
 * not searched. A million messages without the word take some seconds; `signal` ends that.
 *
 * @param words - what to look for. May be empty where `from`, `since` or `until` says what is wanted
 * @param options - see {@link SearchOptions}
 * @throws RingleaderError when the first message is asked for. `ERR_USAGE`: there is nothing to look for, or an option is wrong.
 *   `ERR_LEFT`: the room is over
 * @example
 * ```ts
 * import { createRoom } from 'ringleader'
 *
 * const room = await createRoom({ name: 'Ann', address: '127.0.0.1' })
 * for (const text of ['Tea at four', 'Coffee', 'more TEA']) await room.say(text)
 * for await (const message of room.search('tea')) console.log(message.text) // prints: more TEA, Tea at four
 * await room.leave()
 * ```
 */
export type Search = (words: string, options?: SearchOptions) => AsyncIterable<Message>

/** What the words and options mean. Throws RingleaderError ERR_USAGE. */
export function filterOf(words: unknown, { from, since, until }: SearchOptions = {}): PartFilter {
  if (typeof words !== 'string') throw usageError('what to search is a string of words')
  if (from !== undefined && (typeof from !== 'string' || from.trim() === ''))
    throw usageError('from is a name or the beginning of a node id')
  for (const time of [since, until])
    if (time !== undefined && !(time instanceof Date && Number.isFinite(time.getTime())))
      throw usageError('since and until are dates')
  const filter = {
    words: wordsOf(words),
    from: from === undefined ? undefined : authorMeantBy(from),
    since: since?.getTime(),
    until: until?.getTime(),
  }
  if (filter.words.length === 0 && !from && !since && !until) throw usageError('there is no word to look for')
  return filter
}

/** Whether a message is meant. */
export function fits(
  { text, name, author, time }: Message,
  { words, from, since, until }: PartFilter,
): boolean {
  const ms = time.getTime()
  if ((since !== undefined && ms < since) || (until !== undefined && ms >= until)) return false
  if (from && !isMeant(from, { name, id: author })) return false
  return words.length === 0 || hasWords(foldText(text), words)
}
