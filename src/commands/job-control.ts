/**
 * Whether somebody would continue this process if Ctrl-Z stopped it: a shell with job control. As the command of
 * `ssh -t host ringleader`, of a terminal window or of a container it would stand still for good.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

type ProcessFacts = { parent: number; group: number; session: string }

/** Undefined: there is no such process, or the system does not say. */
function factsOf(pid: number): ProcessFacts | undefined {
  try {
    if (process.platform === 'linux') {
      // The name, in parentheses, may contain anything. Source: proc(5), /proc/pid/stat.
      const [, parent, group, session] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return { parent: Number(parent), group: Number(group), session: session ?? '' }
    }
    const columns = ['-o', 'ppid=,pgid=,tty=', '-p', String(pid)]
    const [parent, group, tty] = execFileSync('ps', columns, { encoding: 'utf8', timeout: 1000 })
      .trim()
      .split(/\s+/)
    return { parent: Number(parent), group: Number(group), session: tty ?? '' }
  } catch {
    return undefined
  }
}

/**
 * A process group is orphaned when none of its processes has a parent in another group of the same session (POSIX):
 * then nobody has a job to continue. `look` is for tests.
 */
export function isContinuable(pid: number, look: typeof factsOf = factsOf): boolean {
  const own = look(pid)
  // Where the system does not say, Ctrl-Z does what it always did.
  if (!own) return true
  for (let facts: ProcessFacts | undefined = own; facts;) {
    const parent: ProcessFacts | undefined = facts.parent > 0 ? look(facts.parent) : undefined
    if (parent?.session !== own.session) return false
    if (parent.group !== own.group) return true
    facts = parent
  }
  return false
}
