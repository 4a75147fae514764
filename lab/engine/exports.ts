/**
 * A run for other programs: as a script of the simulator, and as a log with vector clocks, as ShiViz reads it.
 */

import type { RoomOpening } from './opening.ts'
import type { Act, Run } from './run.ts'
import { entryText, nameAt } from './words.ts'

/** The run up to entry `at` as a script (docs/scripts.md), which plays exactly this. */
export function scriptOf(run: Run, at: number): string {
  const { opening } = run
  if (opening.kind === 'script') return opening.text
  const head =
    opening.kind === 'room'
      ? roomLines(opening)
      : [`# Seed ${opening.seed} of the simulator: npm run sim -- --seed ${opening.seed}`, 'nodes 1']
  const acts = run.acts.filter((act) => act.at < at)
  return `${[...head, ...actLines(run, acts, at), 'ring', 'counts'].join('\n')}\n`
}

function roomLines({ ids, later = [], seed, delay, knobs }: RoomOpening): string[] {
  const order = [...ids, ...later].map((id, i) => ({ id, index: i + 1 })).sort((a, b) => a.id - b.id)
  const settings = Object.entries(knobs).map(([name, value]) => ` ${name} ${value}`)
  return [
    `# From the laboratory. The ids of n1, n2 ... are ${ids.join(', ')}.`,
    'log election shows',
    `uids ${order.map(({ index }) => `n${index}`).join(' ')}`,
    `nodes ${ids.length}${seed === 1 ? '' : ` seed ${seed}`}${settings.join('')}`,
    ...(delay[0] === 1 && delay[1] === 1 ? [] : [`delay ${delay[0]} ${delay[1]}`]),
    'mark',
  ]
}

function actLines(run: Run, acts: readonly Act[], until: number): string[] {
  const { tape } = run
  const lines: string[] = []
  let place = 0
  let ms = 0
  const goTo = (at: number, clock: number): void => {
    const passed = tape.entries.slice(place, at)
    const steps = passed.filter(({ event }) => event).length
    const nextMs = tape.entry(at + 1)?.atMs ?? Infinity
    // Time is easier to read than a number of steps, where it means the same.
    if (steps > 0 && nextMs > clock) lines.push(`run ${clock - ms}ms`)
    else {
      if (steps > 0) lines.push(`step ${steps}`)
      const stepMs = steps > 0 ? (passed.at(-1)?.atMs ?? ms) : ms
      if (clock > stepMs) lines.push(`run ${clock - stepMs}ms`)
    }
    place = at
    ms = clock
  }
  for (const act of acts) {
    goTo(act.at, act.ms)
    lines.push(act.command)
  }
  goTo(until, Math.max(ms, tape.entry(until)?.atMs ?? ms))
  return lines
}

/** What ShiViz is to be told about the form of its log: the expression for its parser. */
export const shivizParser = String.raw`(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`

/** Entries 1 to `at` that tell something, with vector clocks: two lines each. */
export function shivizOf(run: Run, at: number): string {
  const { tape } = run
  const { nodes } = tape.scene(at)
  const clocks = new Map<number, Map<string, number>>()
  const behind: Map<string, number>[] = []
  const lines: string[] = []
  for (const entry of tape.entries.slice(0, at)) {
    const { node, came, weight } = entry
    const clock = new Map(clocks.get(node))
    if (came && came.sentBy > 0)
      for (const [host, count] of behind[came.sentBy] ?? [])
        clock.set(host, Math.max(count, clock.get(host) ?? 0))
    if (node > 0 && weight > 0) {
      const host = nameAt(nodes, node).replace('#', 'node')
      clock.set(host, (clock.get(host) ?? 0) + 1)
      const clockText = [...clock].map(([name, count]) => `"${name}":${count}`).join(', ')
      lines.push(`${host} {${clockText}}`, `${entryText(entry, nodes)} (${Math.round(entry.atMs)} ms)`)
    }
    clocks.set(node, clock)
    behind[entry.at] = clock
  }
  return `${lines.join('\n')}\n`
}
