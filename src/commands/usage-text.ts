/**
 * What people read where a command line is wrong, with a guess of what they meant.
 */

import { escapeText } from '../chat/escape.ts'
import { editDistance, nearestWord } from '../chat/nearest.ts'
import type { CommandLine } from './command-line.ts'

const commandNames = [
  'create',
  'join',
  'demo',
  'lab',
  'replay',
  'say',
  'history',
  'rooms',
  'nearby',
  'doctor',
  'forget',
  'service',
  'completion',
]

/** A usage error as a command line. */
export function wrongUsage(problem: string, hint?: string): CommandLine {
  return { command: 'print', text: usageText(problem, hint), code: 2 }
}

/** What goes to stderr for a usage error. `hint`: a line of its own. */
export function usageText(problem: string, hint?: string): string {
  const lines = [`ringleader: ${problem}`, ...(hint === undefined ? [] : [hint]), 'See ringleader --help.']
  return lines.map((line) => `${escapeText(withoutKeys(line))}\n`).join('')
}

/** A text of people without the keys of the invitations in it: what is printed lands in logs. */
export function withoutKeys(text: string): string {
  return text.replace(/(ringleader:\/\/[^\s#]*#)[\w-]+/g, '$1...')
}

/** Typed words differ from a command by at most so many letters when they may mean it. */
const typosMax = 2

type Problem = { problem: string; hint?: string | undefined }

/** How many words follow a command; none where it is not listed. */
const wordsOfCommands: Readonly<Record<string, number>> = {
  join: 1,
  doctor: 1,
  forget: 1,
  completion: 1,
  say: Infinity,
}

/** What is wrong with words that are no flags: the first of them, or those that follow a command. */
export function excessProblem(words: readonly string[]): Problem {
  const [word = '', ...others] = words
  if (word.startsWith('ringleader://'))
    return { problem: 'an invitation goes with join', hint: 'ringleader join <invitation>' }
  if (commandNames.includes(word))
    return {
      problem: `too many words: ${others
        .slice(wordsOfCommands[word] ?? 0)
        .filter((each) => !each.startsWith('-'))
        .join(' ')}`,
    }
  if (word === 'help' || word === 'version')
    return { problem: `unknown command "${word}"; did you mean "--${word}"?` }
  const near = nearestWord(word, commandNames)
  const isMeant = word !== '' && (near.startsWith(word) || editDistance(word, near) <= typosMax)
  const all = `${commandNames.slice(0, -1).join(', ')} and ${commandNames.at(-1)}`
  const hint = isMeant ? `did you mean "${near}"?` : `the commands are ${all}`
  return { problem: `unknown command "${word}"; ${hint}` }
}

/** The parser puts its guess of what was meant on a line of its own, behind what was typed. */
export function splitHint(printed: string): Problem {
  const [, problem, hint] = /^([^]*)\n(\(Did you mean [^\n]*\?\))$/.exec(printed) ?? []
  return problem === undefined ? { problem: printed } : { problem, hint }
}
