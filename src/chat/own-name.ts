/**
 * A member's name as a person gives it (cli.md, the flag -n). The rule itself is the wire's, which holds
 * others' names to it too. Knows nothing of who is called what.
 */

import { nameProblem } from '../wire/name-rule.ts'

/** The name without spaces around it, or what is wrong with it in words for the person who gave it. */
export function checkName(given: string): { name: string } | { problem: string } {
  const name = given.trim()
  const problem = nameProblem(name)
  return problem === undefined ? { name } : { problem: `a name ${problem}` }
}
