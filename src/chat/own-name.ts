/**
 * Checks the name that a person chooses (cli.md, -n), or the title of a room, by the rule that also holds on the wire.
 */

import { nameProblem, titleProblem } from '../wire/name-rule.ts'

/** The name without spaces around it, or what is wrong with it in words for the person who gave it. */
export function checkName(given: string): { name: string } | { problem: string } {
  const name = given.trim()
  const problem = nameProblem(name)
  return problem === undefined ? { name } : { problem: `a name ${problem}` }
}

/** The same of a title. */
export function checkTitle(given: string): { title: string } | { problem: string } {
  const title = given.trim()
  const problem = titleProblem(title)
  return problem === undefined ? { title } : { problem: `a title ${problem}` }
}
