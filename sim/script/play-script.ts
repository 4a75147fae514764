/**
 * Protocol scripts (docs/scripts.md): text in which commands and what they bring forth alternate.
 *
 *   # A remark.
 *   nodes 7
 *   crash n1
 *   stabilize
 *   ----
 *       0 n1 crashes
 *      23 at rest after 23 ms
 *
 * Commands up to `----`, or up to the end, are one block. What follows `----`, up to an empty line, is the
 * expected output. Times are ms since the room was set up. A block that begins with `schedules` or `boundaries`
 * is played many times (many-rooms.ts).
 */

import { playBoundaries, playSchedules } from './many-rooms.ts'
import { parseScript } from './parse-script.ts'
import { newStage, playAll } from './play-lines.ts'
import type { Stage, StageWatch } from './stage.ts'

/**
 * Plays a script. Returns its whole text with fresh output behind each block. Throws ScriptError, whose message
 * begins with `file:line:`, for an unknown command, a wrong argument, an expectation that is not met, or an
 * exception within the core. `watch`: is called at every step, for a progress line.
 */
export function runScript(file: string, text: string, watch: StageWatch = {}): string {
  let stage: Stage | undefined
  const out: string[] = []
  for (const { source, block } of parseScript(file, text)) {
    out.push(...source)
    if (!block) continue
    const first = block.lines[0]?.words[0]
    const play = first === 'schedules' ? playSchedules : first === 'boundaries' ? playBoundaries : undefined
    if (play) {
      out.push('----', ...play(file, block, watch))
      continue
    }
    // `nodes` begins a new room; what is shown stays as it was chosen.
    if (!stage || block.lines.some((line) => line.words[0] === 'nodes')) {
      const selection = stage?.selection
      stage = newStage(file, 1, true, block.lines, watch)
      if (selection) stage.selection = selection
    }
    stage.lines.length = 0
    playAll(file, stage, block.lines, '')
    out.push('----', ...stage.lines)
  }
  return `${out.join('\n').trimEnd()}\n`
}
