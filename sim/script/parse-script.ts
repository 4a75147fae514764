/**
 * Cuts the text of a protocol script into blocks of commands with their expected output, and what stands
 * between them.
 */

import { ScriptError, wordsOf } from './words.ts'

/** A command. `at`: its line in the file, from 1. */
export type Line = { readonly at: number; readonly words: readonly string[] }

/** Commands that are played together. */
export type Block = {
  readonly lines: readonly Line[]
  /** What the file says that they bring forth; empty where it leaves that open. */
  readonly expected: readonly string[]
  /** The line of the file at which that begins. */
  readonly expectedAt: number
}

/** Lines of the file as they are, with the block that ends there. */
export type Part = { readonly source: readonly string[]; readonly block: Block | undefined }

/**
 * Commands up to a line of `----` are a block, and so are those behind the last one. What follows `----` up to
 * an empty line is expected output. Throws ScriptError for a quote that is not closed.
 */
export function parseScript(file: string, text: string): Part[] {
  const parts: Part[] = []
  let source: string[] = []
  let lines: Line[] = []
  let expected: string[] | undefined
  let expectedAt = 0
  const flush = (): void => {
    const block = expected || lines.length > 0 ? { lines, expected: expected ?? [], expectedAt } : undefined
    if (source.length > 0 || block) parts.push({ source, block })
    source = []
    lines = []
    expected = undefined
  }
  text.split('\n').forEach((line, i) => {
    if (expected) {
      if (line.trim() !== '') expected.push(line)
      else {
        flush()
        source.push('')
      }
    } else if (line.trim() === '----') {
      expected = []
      expectedAt = i + 2
    } else {
      source.push(line)
      const words = wordsOf(line.replace(/(^|\s)#.*$/, ''))
      if (!words) throw new ScriptError(`${file}:${i + 1}: a quote is opened and not closed`)
      if (words.length > 0) lines.push({ at: i + 1, words })
    }
  })
  // The output of commands that end without `----` goes behind them, not behind empty lines.
  if (!expected && lines.length > 0) while (source.at(-1)?.trim() === '') source.pop()
  flush()
  return parts
}

/** Where a played script first differs from what its file expects. `at`: a line of the file, from 1. */
export type Difference = { readonly at: number; readonly expected: string; readonly found: string }

/**
 * Compares the output that a file expects with the script as played. Blocks whose output the file leaves open
 * are not compared. Undefined where nothing differs.
 */
export function differenceOf(file: string, text: string, played: string): Difference | undefined {
  const fresh = blocksOf(parseScript(file, played))
  for (const [i, { expected, expectedAt }] of blocksOf(parseScript(file, text)).entries()) {
    if (expected.length === 0) continue
    const found = fresh[i]?.expected ?? []
    for (let k = 0; k < Math.max(expected.length, found.length); k++) {
      const [before = '', after = ''] = [expected[k]?.trimEnd(), found[k]?.trimEnd()]
      if (before !== after) return { at: expectedAt + k, expected: before, found: after }
    }
  }
  return undefined
}

function blocksOf(parts: readonly Part[]): Block[] {
  return parts.flatMap(({ block }) => (block ? [block] : []))
}
