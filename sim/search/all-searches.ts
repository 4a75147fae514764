/**
 * The exhaustive searches by name (docs/TESTING.md), with their bounds, smallest first.
 */

import type { ControlBounds } from './control-search.ts'
import { searchControl } from './control-search.ts'
import { searchData } from './data-search.ts'
import { playEveryOrder, ringsOf, startersOf } from './election-search.ts'

export type Found = {
  readonly states: number
  /** Most steps of one run. */
  readonly depth: number
  /** Ends from which the room was watched until it came to rest, where that is asked. */
  readonly ends?: number
  /** Everything within the bounds was seen. */
  readonly complete: boolean
  readonly violation: { readonly what: string; readonly trace: readonly string[] } | undefined
}

/** Searches until all states were visited, or the given number of them. */
export type Search = (statesMax: number) => Found

function election(nodes: number): Search {
  return () => {
    let states = 0
    let depth = 0
    let violation: Found['violation']
    for (const ids of ringsOf(nodes))
      for (const starters of startersOf(nodes)) {
        const found = playEveryOrder(ids, starters, ({ winners }) => {
          if (winners.join() === '0') return
          const what = `ring ${ids.join()} started at ${starters.join()} elects ${winners.join()}`
          violation = { what, trace: [] }
        })
        states += found.states
        depth = Math.max(depth, found.depth)
      }
    return { states, depth, complete: true, violation }
  }
}

function data(nodes: number, messages: number, turns: number, crashes: number, restarts: number): Search {
  return (statesMax) => searchData({ nodes, messages, turns, crashes, restarts, statesMax })
}

function room(nodes: number, bounds: Partial<ControlBounds>): Search {
  const none = { crashes: 0, restarts: 0, messages: 0, timers: 0 }
  return (statesMax) => searchControl({ ...none, nodes, statesMax, ...bounds })
}

/** The links of three nodes, and the names of their ends. */
const pairs = [
  [0, 1, '1st', '2nd'],
  [0, 2, '1st', '3rd'],
  [1, 2, '2nd', '3rd'],
] as const

export const searches: Readonly<Record<string, Search>> = {
  'E1 Chang-Roberts, four nodes, every ring, every starters, every order': election(4),
  'E1 Chang-Roberts, five nodes, every ring, every starters, every order': election(5),
  'data plane: 2 nodes, 2 messages, 3 turns, a crash, a restart': data(2, 2, 3, 1, 1),
  'data plane: 3 nodes, 1 message, 2 turns, a crash, a restart': data(3, 1, 2, 1, 1),
  'data plane: 3 nodes, 2 messages, 3 turns': data(3, 2, 3, 0, 0),
  'data plane: 3 nodes, 2 messages, 3 turns, 2 crashes, a restart of each': data(3, 2, 3, 2, 2),
  'E2 three nodes, a crash': room(3, { crashes: 1, timers: 1 }),
  'E2 three nodes, a crash, a message': room(3, { crashes: 1, messages: 1 }),
  'E2 three nodes, a crash and a restart': room(3, { crashes: 1, restarts: 1 }),
  'E2 four nodes, a crash': room(4, { crashes: 1 }),
  'E2 three nodes, one cut off and healed': room(3, { cut: [[0], [1, 2]], timers: 1 }),
  'E3 three nodes, a message, a crash between any two effects': room(3, {
    crashes: 1,
    midStep: true,
    messages: 1,
  }),
  'E3 three nodes, a crash, and the election struck between any two effects': room(3, {
    crashes: 2,
    midStep: true,
  }),
  'E4 two nodes split, each speaks, they heal': room(2, { cut: [[0], [1]], messages: 2, timers: 2 }),
  ...Object.fromEntries(
    pairs.flatMap(([a, b, nameA, nameB]) => [
      [
        `E5 three nodes, the link of the ${nameA} and ${nameB} cut and healed`,
        room(3, { cut: [[a], [b]], timers: 1 }),
      ],
      [
        `E5 three nodes, the link from the ${nameA} to the ${nameB} cut and healed`,
        room(3, { cut: [[a], [b]], oneWay: true, timers: 1 }),
      ],
      [
        `E5 three nodes, the link from the ${nameB} to the ${nameA} cut and healed`,
        room(3, { cut: [[b], [a]], oneWay: true, timers: 1 }),
      ],
    ]),
  ),
}
