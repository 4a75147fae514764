/**
 * Checks the name that a person chooses (cli.md, -n) by the rule that also holds on the wire.
 */

import { nameProblem } from '../wire/name-rule.ts'

/** The name without spaces around it, or what is wrong with it in words for the person who gave it. */
export function checkName(given: string): { name: string } | { problem: string } {
  const name = given.trim()
  const problem = nameProblem(name)
  return problem === undefined ? { name } : { problem: `a name ${problem}` }
}
