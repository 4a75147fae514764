/**
 * Plays one protocol script from a file, prints it with what happens, and compares that with the output that
 * the file expects.
 */

import { readFileSync } from 'node:fs'
import { Progress, refuse, say } from '../terminal.ts'
import { differenceOf } from './parse-script.ts'
import { runScript } from './play-script.ts'
import { ScriptError } from './words.ts'
import type { WhyEnded } from './words.ts'

const exitCodes: Readonly<Record<WhyEnded, number>> = { unmet: 1, mistake: 2, crash: 10 }

/** Returns the exit code: 1 also where the output is not the one that the file expects. */
export function playScript(file: string): number {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return refuse('sim', `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const progress = new Progress()
  let rooms = 0
  let steps = 0
  const show = (): void => progress.show(() => `${file}: room ${rooms}, ${steps} steps`)
  const watch = {
    began: (): void => void rooms++,
    stepped: (): void => {
      if (steps++ % 256 === 0) show()
    },
  }
  try {
    const played = runScript(file, text, watch)
    progress.wipe()
    process.stdout.write(played)
    const difference = differenceOf(file, text, played)
    if (!difference) return 0
    const { at, expected, found } = difference
    process.stderr.write(
      `${file}:${at}: the output is not the expected one:\n- ${expected}\n+ ${found}\n` +
        `(without the lines behind ---- nothing is compared)\n`,
    )
    return exitCodes.unmet
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error
    progress.wipe()
    for (const line of error.trace) say(line)
    process.stderr.write(`${error.message}\n`)
    return exitCodes[error.why]
  }
}
