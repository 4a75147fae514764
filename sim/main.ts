/**
 * The simulator as a program: reads its command line and hands over to the part that was asked for.
 */

import { faultNames } from './faults/all-faults.ts'
import { mutantsCommand } from './mutants/mutants-program.ts'
import { help, parseOptions } from './run/command-line.ts'
import { playSeeds } from './run/seeds-program.ts'
import { workNames } from './run/workload.ts'
import { playScript } from './script/script-program.ts'
import { refuse, say } from './terminal.ts'

/** Returns the exit code, as `help` lists them. */
async function main(args: readonly string[]): Promise<number> {
  const asked = await mutantsCommand(args)
  if (asked !== undefined) return asked
  const options = parseOptions(args)
  if (typeof options === 'string') return refuse('sim', options)
  if (options.help) say(help)
  else if (options.list) {
    say(`faults: ${faultNames.join(', ')}`)
    say(`people: ${workNames.join(', ')}`)
  } else if (options.script !== undefined) return playScript(options.script)
  else return playSeeds(options)
  return 0
}

process.exitCode = await main(process.argv.slice(2))
