/**
 * How a run begins: a room with chosen ids, a protocol script, or a seed of the simulator.
 */

import { defaultConfig } from '../../src/core/model/config.ts'
import { commands } from '../../sim/script/all-commands.ts'
import type { Line } from '../../sim/script/parse-script.ts'
import { parseScript } from '../../sim/script/parse-script.ts'
import { newStage } from '../../sim/script/play-lines.ts'
import { Stage } from '../../sim/script/stage.ts'
import { ScriptError, wordsOf } from '../../sim/script/words.ts'
import { dropHopeless, heal, inviteAgain } from '../../sim/run/healing.ts'
import { makePlan } from '../../sim/run/plan.ts'
import { RunState } from '../../sim/run/run-state.ts'
import { beginPlan, worldOptionsOf } from '../../sim/run/seeded-run.ts'
import { rising } from '../../sim/world/identities.ts'

export type RoomOpening = {
  readonly kind: 'room'
  /** In the order of the ring; the first creates the room, so it leads. 0 to 9999, none twice. */
  readonly ids: readonly number[]
  /** Ids of nodes that may join later; those of all others are larger than all here. */
  readonly later?: readonly number[] | undefined
  readonly seed: number
  /** How long a frame takes, at least and at most. Unit: virtual ms. */
  readonly delay: readonly [number, number]
  /** Settings of the core (config.ts). */
  readonly knobs: Readonly<Record<string, number>>
}

export type ScriptOpening = {
  readonly kind: 'script'
  /** Of its file. */
  readonly name: string
  readonly text: string
  /** Which of its rooms, from 0. */
  readonly room: number
}

type SeedOpening = {
  readonly kind: 'seed'
  readonly seed: number
  readonly nodes?: number | undefined
}

export type Opening = RoomOpening | ScriptOpening | SeedOpening

export const nodesMax = 64
const idMax = 9999

/** What acts upon a world by itself: at `nextMs` comes `act`. */
type Director = { nextMs: number; act(): void }

export type Begun = {
  readonly stage: Stage
  /** Commands of a script that are still to be played. */
  readonly lines: Line[]
  readonly file: string
  readonly director: Director | undefined
  /** Times count from here. Unit: virtual ms. */
  readonly sinceMs: number
}

/** What is wrong with a room, or undefined. */
export function roomProblem({ ids, later = [], delay, knobs, seed }: RoomOpening): string | undefined {
  if (ids.length < 1 || ids.length > nodesMax) return `a room has 1 to ${nodesMax} nodes`
  const all = [...ids, ...later]
  if (!all.every((id) => Number.isInteger(id) && id >= 0 && id <= idMax))
    return `an id is a whole number from 0 to ${idMax}`
  const twice = all.find((id, at) => all.indexOf(id) !== at)
  if (twice !== undefined) return `two nodes have the id ${twice}`
  const [least, most] = delay
  if (!(least >= 1 && most >= least && most <= 10_000)) return 'a frame takes 1 to 10000 ms'
  const knob = Object.keys(knobs).find((name) => !Object.hasOwn(defaultConfig, name))
  if (knob !== undefined) return `the core has no setting ${knob}`
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 31) return 'the seed is a whole number'
  return undefined
}

/** Makes the world in which the opening plays. Throws ScriptError where it cannot be. */
export function begin(opening: Opening): Begun {
  switch (opening.kind) {
    case 'room':
      return beginRoom(opening)
    case 'script':
      return beginScript(opening)
    case 'seed':
      return beginSeed(opening)
  }
}

function beginRoom(opening: RoomOpening): Begun {
  const problem = roomProblem(opening)
  if (problem !== undefined) throw new ScriptError(problem, 'mistake')
  const { ids, seed, delay, knobs } = opening
  const all = [...ids, ...(opening.later ?? [])]
  const largest = Math.max(...all)
  const uids = (index: number): string => rising(all[index - 1] ?? largest + index - all.length)
  const stage = new Stage({ seed, ordered: true, copies: 3, config: knobs, uids })
  commands['nodes']?.(stage, [String(ids.length)])
  stage.world.network.quality = { delayMin: delay[0], delaySpread: delay[1] - delay[0] }
  return { stage, lines: [], file: 'lab', director: undefined, sinceMs: stage.world.now }
}

/** The rooms of a script: blocks that play in one room, one after the other. Throws ScriptError with file and line. */
export function roomsOf(file: string, text: string): Line[][] {
  const rooms: Line[][] = []
  for (const { block } of parseScript(file, text)) {
    if (!block) continue
    const isNew = rooms.length === 0 || block.lines.some(({ words }) => words[0] === 'nodes')
    if (isNew) rooms.push([...block.lines])
    else rooms.at(-1)?.push(...block.lines)
  }
  return rooms
}

function beginScript({ name, text, room }: ScriptOpening): Begun {
  const lines = roomsOf(name, text)[room]
  if (!lines) throw new ScriptError(`${name}: there is no room ${room + 1} in it`, 'mistake')
  const [first] = lines
  const isMany = first?.words[0] === 'schedules'
  if (first?.words[0] === 'boundaries')
    throw new ScriptError(
      `${name}:${first.at}: a block of boundaries plays in many rooms, and the laboratory shows one`,
      'mistake',
    )
  const played = (isMany ? lines.slice(1) : lines).filter(({ words }) => words[0] !== '')
  const words = first?.words ?? []
  const from = Number(words[words.indexOf('from') + 1])
  const seed = isMany && words.includes('from') && Number.isInteger(from) ? from : 1
  const stage = newStage(name, seed, !isMany, played)
  if (isMany) {
    const at = words.indexOf('delay')
    const [least, most] = at < 0 ? [1, 3] : [Number(words[at + 1]), Number(words[at + 2])]
    if (least >= 0 && most >= least)
      stage.world.network.quality = { delayMin: least, delaySpread: most - least }
  }
  return { stage, lines: unrolled(name, played), file: name, director: undefined, sinceMs: 0 }
}

/** Most lines that a script has once its repeats are written out. */
const linesMax = 20_000

/** The lines with each `repeat` written out, and without what only chooses the output. */
function unrolled(file: string, lines: readonly Line[]): Line[] {
  const out: Line[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line
    const [name, times] = line.words
    if (name === 'log') continue
    if (name !== 'repeat') {
      out.push(line)
      continue
    }
    let depth = 1
    let end = i + 1
    for (; end < lines.length && depth > 0; end++) {
      if (lines[end]?.words[0] === 'repeat') depth++
      if (lines[end]?.words[0] === 'end') depth--
    }
    if (depth > 0 || !/^\d+$/.test(times ?? ''))
      throw new ScriptError(`${file}:${line.at}: repeat takes a number of times, and an end`, 'mistake')
    const inner = unrolled(file, lines.slice(i + 1, end - 1))
    for (let turn = 0; turn < Number(times) && out.length < linesMax; turn++) out.push(...inner)
    i = end - 1
  }
  return out
}

/** How often the room of a seed is looked after once it is healed, as in a campaign. Unit: virtual ms. */
const lookEveryMs = 100

function beginSeed({ seed, nodes }: SeedOpening): Begun {
  const plan = makePlan(seed, nodes === undefined ? {} : { nodes })
  const stage = new Stage(worldOptionsOf(plan))
  const { world, checks } = stage
  checks.ghost.accurate = true
  world.network.quality = { delayMin: plan.delayMinMs, delaySpread: plan.delaySpreadMs }
  const run = new RunState(world, checks, plan)
  beginPlan(plan, run)
  const director: Director = {
    nextMs: plan.faultsUntilMs,
    act() {
      if (run.healed) {
        dropHopeless(run)
        inviteAgain(run)
      } else heal(plan, run)
      director.nextMs = world.now + lookEveryMs
    },
  }
  return { stage, lines: [], file: 'seed', director, sinceMs: 0 }
}

/** A command as a line of a script. Throws ScriptError for a quote that is not closed. */
export function lineOf(command: string, at = 1): Line {
  const words = wordsOf(command)
  if (!words) throw new ScriptError('a quote is opened and not closed', 'mistake')
  return { at, words }
}
