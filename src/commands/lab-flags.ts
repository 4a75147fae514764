/**
 * The flags of `ringleader lab`.
 */

import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { nodesMax as demoMax, nodesMin as demoMin } from './demo/script.ts'
import { parsePath, parseWhole } from './flag-values.ts'
import type { CommandLine } from './command-line.ts'
import { wrongUsage } from './usage-text.ts'

/** What of a run is wanted; nothing: the page as it is. */
export type LabFlags = {
  /** The log of the run as text, instead of the page. */
  text: boolean
  /** Open the page with what the system has for it. */
  open: boolean
  nodes: number | undefined
  /** In the order of the ring. */
  ids: readonly number[] | undefined
  /** A script of the simulator. */
  file: string | undefined
  seed: number | undefined
  link: string | undefined
}

const nodesMax = 64
const idMax = 9999

/** `7,3,9` */
export function parseIds(word: string): number[] {
  const ids = word.split(',').map((id) => (/^\d{1,4}$/.test(id.trim()) ? Number(id) : Number.NaN))
  if (ids.some(Number.isNaN) || new Set(ids).size < ids.length)
    throw new InvalidArgumentError(
      `ids are whole numbers from 0 to ${idMax} with commas between them, none twice`,
    )
  if (ids.length > nodesMax) throw new InvalidArgumentError(`at most ${nodesMax} nodes`)
  return ids
}

export function addLab(command: Command, done: (line: CommandLine) => void): void {
  command
    .description('the laboratory: an election in your hands, in a page or as text')
    .option('--text', 'the log of a run as text, instead of the page')
    .option('--open', 'open the page in the browser')
    .option('--nodes <n>', 'how many nodes', parseWhole(1, nodesMax))
    .option('--ids <list>', 'their ids in the order of the ring, the leader first: 9,3,7,1', parseIds)
    .option('--script <file>', 'a script of the simulator (docs/scripts.md)', parsePath)
    .option('--seed <n>', 'a seed of the simulator', parseWhole(0, 2 ** 31 - 1))
    .option('--link <link>', 'a link of the page')
    .action((given: Partial<Omit<LabFlags, 'file'>> & { script?: string }) => {
      const { text, open, nodes, ids, script, seed, link } = given
      const named = [script, seed, link, ids].filter((flag) => flag !== undefined)
      if (named.length > 1) done(wrongUsage('lab takes one of --ids, --script, --seed and --link'))
      else if (nodes !== undefined && (script ?? link ?? ids) !== undefined)
        done(wrongUsage('--nodes goes with --seed, or alone'))
      else
        done({
          command: 'lab',
          flags: { text: text === true, open: open === true, nodes, ids, file: script, seed, link },
        })
    })
}

/** What is wrong with the nodes of a demo, or undefined. */
export function demoProblem(
  nodes: number | undefined,
  ids: readonly number[] | undefined,
  isOnPage: boolean,
): string | undefined {
  if (isOnPage && (ids || nodes !== undefined))
    return 'with --web the demo has five nodes, and its page has buttons: leave --nodes and --ids out'
  if (ids && (ids.length < demoMin || ids.length > demoMax))
    return `the demo has ${demoMin} to ${demoMax} nodes: give as many ids`
  if (ids && nodes !== undefined && nodes !== ids.length)
    return '--nodes and --ids say different numbers of nodes'
  return undefined
}
