/**
 * Writes words as a person can type them in a shell: printed commands are complete.
 */

/** The word as it is where a shell takes it so, else in quotes. */
export function quoteWord(word: string): string {
  return /^[\w.,:/@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** A command line. Empty words are left out. */
export function commandOf(...words: readonly string[]): string {
  return ['ringleader', ...words.filter((word) => word !== '')].join(' ')
}
