/**
 * The simulator's command line: its options, its help, and what is wrong with other options.
 */

import { faultNames } from '../faults/all-faults.ts'
import type { FaultName } from '../faults/all-faults.ts'

export type Options = {
  /** First seed; undefined: from the clock. */
  readonly seed: number | undefined
  /** How many seeds; undefined: as many as fit into `seconds`. */
  readonly seeds: number | undefined
  /** Real time to go on for. Unit: s. */
  readonly seconds: number | undefined
  readonly nodes: number | undefined
  readonly faults: readonly FaultName[] | undefined
  readonly verbose: boolean
  /** The result lists which faults struck and which rules were taken. */
  readonly coverage: boolean
  readonly keepGoing: boolean
  readonly shrink: boolean
  /** A file with the plan to play instead of a seed's. */
  readonly replay: string | undefined
  /** A protocol script to play instead of seeds. */
  readonly script: string | undefined
  /** A file to write the shrunk plan of a failure to. */
  readonly save: string | undefined
  readonly list: boolean
  readonly help: boolean
}

export const help = `Plays rooms in virtual time, with faults, and checks the protocol's invariants after every step.

  npm run sim -- [options]

  --seed N        begin with this seed (a whole number; default: from the clock)
  --seeds K       play K seeds, one after another (default 1 with --seed, else 100)
  --seconds T     go on for T seconds of real time
  --nodes N       so many nodes at the beginning, 1 to 200 (default: 1 to 8, sometimes to 32)
  --fault a,b     only these faults, all of them (default: a random half); --list names them
  --coverage      list which faults struck and which rules were taken, and how often
  --verbose       print every step of every node
  --keep-going    do not stop at the first failure; list all in the end
  --no-shrink     print a failing seed as it is, without looking for a smaller case
  --save FILE     write the smallest failing case as JSON
  --replay FILE   play such a case again
  --script FILE   play a protocol script (test/protocol has many) and print it with what happens; where the file
                  has expected output, behind a line of ----, compare it
  --list          name the faults and what people do
  --mutants       hunt all planted bugs; --mutant NAME one of them; with --seeds K at most so many seeds each (500),
                  with --list only name them
  --help          this text

Examples:
  npm run sim -- --seeds 500                     five hundred seeds
  npm run sim -- --seed 8123 --nodes 7           one seed again, as a failure's last line asks
  npm run sim -- --seconds 60 --fault crash,halves,pause
  npm run sim -- --script test/protocol/18-halves.txt
  npm run sim -- --mutants                       the negative control: does it catch planted bugs?

Exit codes: 0 all held; 1 a script's expectation was not met, its output differs, or a planted bug survived;
2 the command line or a script is wrong; 10 a crash, or a run that does not repeat; 11 a room did not come to
rest in time; 12 a safety invariant was broken.`

const flags = new Set(['--verbose', '--coverage', '--keep-going', '--no-shrink', '--list', '--help', '-h'])
const valued = new Set([
  '--seed',
  '--seeds',
  '--seconds',
  '--nodes',
  '--fault',
  '--replay',
  '--save',
  '--script',
])

/** The options, or one line that says what is wrong with them. */
export function parseOptions(args: readonly string[]): Options | string {
  const values = new Map<string, string>()
  const given = new Set<string>()
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = splitOnce(args[i] ?? '')
    if (flags.has(name) && inline === undefined) given.add(name)
    else if (valued.has(name)) {
      const value = inline ?? args[++i]
      if (value === undefined) return `${name} needs a value`
      values.set(name, value)
    } else return `unknown option ${args[i]}; --help lists all`
  }
  const numbers: Record<string, number | undefined> = {}
  for (const [name, least, most] of [
    ['--seed', 0, 2 ** 31 - 1],
    ['--seeds', 1, 1e9],
    ['--seconds', 1, 1e7],
    ['--nodes', 1, 200],
  ] as const) {
    const text = values.get(name)
    if (text === undefined) continue
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most))
      return `${name} takes a whole number from ${least} to ${most}, not ${text}`
    numbers[name] = value
  }
  const names = values.get('--fault')?.split(',')
  const unknown = names?.find((name) => !faultNames.includes(name as FaultName))
  if (unknown !== undefined) return `unknown fault ${unknown || '(nothing)'}; --list names all`
  return {
    seed: numbers['--seed'],
    seeds: numbers['--seeds'],
    seconds: numbers['--seconds'],
    nodes: numbers['--nodes'],
    faults: names as FaultName[] | undefined,
    verbose: given.has('--verbose'),
    coverage: given.has('--coverage'),
    keepGoing: given.has('--keep-going'),
    shrink: !given.has('--no-shrink'),
    replay: values.get('--replay'),
    script: values.get('--script'),
    save: values.get('--save'),
    list: given.has('--list'),
    help: given.has('--help') || given.has('-h'),
  }
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=')
  return text.startsWith('--') && at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, undefined]
}
