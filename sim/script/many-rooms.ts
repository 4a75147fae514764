/**
 * Blocks of a protocol script that are played in many fresh rooms and only tell a verdict: `schedules`, each
 * room with its own seed, and `boundaries`, each with a crash one effect later.
 */

import { waitingCrashes } from './armed-faults.ts'
import type { Block } from './parse-script.ts'
import { at, newStage, playAll } from './play-lines.ts'
import type { StageWatch } from './stage.ts'
import { countOf, fail, option, qualityOf, selectionOf } from './words.ts'

const schedulesMax = 100_000
const boundariesMax = 100_000
const seedMax = 2 ** 31 - 1

/**
 * schedules N [from K] [delay 1 5]: the block in N rooms, with the seeds K, K+1 ..., and with frames taking
 * 1 to 5 ms. `from` repeats one that failed; a `log` in the block then tells what happened.
 */
export function playSchedules(file: string, block: Block, watch: StageWatch): string[] {
  const [first, ...lines] = block.lines
  const { from, count, delayMin, delaySpread } = at(file, first, () => schedulesOf(first?.words ?? []))
  const rests: number[] = []
  let unreached = 0
  for (let seed = from; seed < from + count; seed++) {
    const stage = newStage(file, seed, false, lines, watch)
    stage.world.network.quality = { delayMin, delaySpread }
    playAll(file, stage, lines, ` (repeat: schedules 1 from ${seed})`)
    // How long the faults were felt: only the last rest tells.
    rests.push(...stage.rests.slice(-1))
    if (waitingCrashes(stage).length > 0) unreached++
  }
  rests.sort((a, b) => a - b)
  const verdict = [`${count} schedules: as expected`]
  const [half, worst] = [rests[rests.length >> 1], rests.at(-1)]
  if (half !== undefined && worst !== undefined) {
    verdict.push(`at rest within ${roundUp(worst)} ms, half of them within ${roundUp(half)} ms`)
  }
  if (unreached > 0) verdict.push(`${unreached} rooms never came to a moment at which somebody should crash`)
  return verdict
}

function schedulesOf(line: readonly string[]): {
  from: number
  count: number
  delayMin: number
  delaySpread: number
} {
  const words = [...line]
  const delayAt = words.indexOf('delay')
  const delays = delayAt < 0 ? ['1', '3'] : words.splice(delayAt, 3).slice(1)
  const from = countOf(option(words, 'from') ?? '1', 'seed', 0, seedMax)
  const count = countOf(words[1], 'number of schedules', 1, schedulesMax)
  return { from, count, ...qualityOf(delays[0], delays[1]) }
}

/** boundaries n4 [from K]: n4 dies between any two effects that it performs between `arm` and `disarm`. */
export function playBoundaries(file: string, block: Block, watch: StageWatch): string[] {
  const [first, ...lines] = block.lines
  const words = [...(first?.words ?? [])]
  const from = at(file, first, () => {
    for (const word of ['arm', 'disarm'])
      if (!lines.some((line) => line.words[0] === word)) fail(`boundaries need a line "${word}"`)
    return countOf(option(words, 'from') ?? '0', 'number of effects', 0, boundariesMax)
  })
  for (let effects = from; effects <= boundariesMax; effects++) {
    const stage = newStage(file, 1, true, lines, watch)
    stage.selection = selectionOf(['quiet'])
    stage.harm.boundary = { victim: words[1] ?? '', effects, survived: false, armed: false }
    playAll(file, stage, lines, ` (repeat: boundaries ${words[1]} from ${effects})`)
    if (stage.harm.boundary.survived) return [`${effects} boundaries: as expected`]
    if (!stage.harm.boundary.armed) return at(file, first, () => fail('the line "arm" is never played'))
  }
  return at(file, first, () => fail(`${words[1]} performs more than ${boundariesMax} effects`))
}

/** The next of 100, 150, 200, 300, 500, 1000, 1500 ...: goldens shall not change with every millisecond. */
function roundUp(ms: number): number {
  for (let unit = 100; ; unit *= 10) for (const of of [1, 1.5, 2, 3, 5]) if (of * unit >= ms) return of * unit
}
