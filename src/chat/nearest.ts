/**
 * Finds the word that a person may have meant, by edit distance.
 */

/** Insertions, deletions, replacements and swaps of neighbours between two words. */
export function editDistance(a: string, b: string): number {
  let twoBack: number[] = []
  let back = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((back[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (back[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (twoBack[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    twoBack = back
    back = row
  }
  return back[b.length] ?? 0
}

/** The nearest of `words` (at least one); one that begins with what was typed is nearer than any other. */
export function nearestWord(typed: string, words: readonly string[]): string {
  const short = typed.slice(0, 32).toLowerCase()
  let best = ''
  let bestDistance = Infinity
  for (const word of words) {
    const distance = short !== '' && word.startsWith(short) ? 0 : editDistance(short, word)
    if (distance < bestDistance) {
      best = word
      bestDistance = distance
    }
  }
  return best
}

/** The word of `words` that may be meant: it begins with what was typed, or few letters of it differ. */
export function nearWord(typed: string, words: readonly string[]): string | undefined {
  if (typed === '') return undefined
  const word = nearestWord(typed, words)
  const typos = typed.length < 5 ? 1 : 2
  return word.startsWith(typed.toLowerCase()) || editDistance(typed.slice(0, 33).toLowerCase(), word) <= typos
    ? word
    : undefined
}
