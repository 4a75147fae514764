/**
 * Completes the word before the cursor: commands behind a slash, else names, `Ann: ` at the beginning of a text and
 * `Ann ` later. Asked again, it goes on to the next that fits.
 */

export type Completed = { readonly typed: string; readonly cursor: number }

type Words = {
  /** Without slash. */
  readonly commands: readonly string[]
  /** The likeliest first. */
  readonly names: readonly string[]
}

/** Everything between words in a text that is being edited. */
const gap = /[\s\ufdd0]/

/** Where the word that ends at `cursor` begins. */
function wordStart(typed: string, cursor: number): number {
  let start = cursor
  while (start > 0 && !gap.test(typed[start - 1] ?? '')) start--
  return start
}

function choicesFor(start: number, word: string, { commands, names }: Words): string[] {
  if (start === 0 && word.startsWith('/'))
    return commands
      .map((command) => `/${command}`)
      .filter((command) => command.startsWith(word.toLowerCase()))
  const fits = names.filter((name) => name.toLowerCase().startsWith(word.toLowerCase()))
  return start === 0 ? fits.map((name) => `${name}:`) : fits
}

export class Completer {
  /** What the last completion made, and what it may become next. */
  #last: (Completed & { before: string; after: string; choices: readonly string[]; at: number }) | undefined

  /** step: 1, or -1 to go back. Undefined: nothing fits. */
  next(typed: string, cursor: number, words: Words, step: 1 | -1): Completed | undefined {
    const last = this.#last?.typed === typed && this.#last.cursor === cursor ? this.#last : undefined
    if (last) return this.#take(last, last.at + step)
    const start = wordStart(typed, cursor)
    const choices = choicesFor(start, typed.slice(start, cursor), words)
    const begun = { before: typed.slice(0, start), after: typed.slice(cursor), choices }
    return this.#take(begun, step > 0 ? 0 : choices.length - 1)
  }

  #take(
    { before, after, choices }: { before: string; after: string; choices: readonly string[] },
    wanted: number,
  ): Completed | undefined {
    if (choices.length === 0) return undefined
    const at = (wanted + choices.length) % choices.length
    // A space that is there already is enough.
    const space = after.startsWith(' ') ? '' : ' '
    const begin = `${before}${choices[at] ?? ''}${space}`
    this.#last = { typed: begin + after, cursor: begin.length, before, after, choices, at }
    return this.#last
  }
}
