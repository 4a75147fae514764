// Exhaustive search of small rooms over the real core (docs/TESTING.md): prints states, depth, and whether
// everything within the bounds was seen. Exits 12 where a safety rule does not hold, 11 where a room does
// not come to rest.
// Usage: node scripts/search.js [--states N] [part-of-a-name ...]
import { playEveryOrder, ringsOf, startersOf } from '../build/src/sim/search-election.js'
import { searchControl } from '../build/src/sim/search-control.js'
import { searchData } from '../build/src/sim/search-data.js'

const wanted = process.argv.slice(2)
let statesMax = 300_000
const at = wanted.indexOf('--states')
if (at >= 0) {
  statesMax = Number(wanted.splice(at, 2)[1])
  if (!Number.isInteger(statesMax) || statesMax < 1) fail('--states takes a whole number above 0')
}
const unknown = wanted.find((word) => word.startsWith('-'))
if (unknown) fail(`unknown option ${unknown}`)

function fail(message) {
  console.error(message)
  process.exit(2)
}

function election(nodes) {
  return () => {
    let states = 0
    let depth = 0
    let violation
    for (const ids of ringsOf(nodes))
      for (const starters of startersOf(nodes)) {
        const found = playEveryOrder(ids, starters, ({ winners }) => {
          if (winners.join() !== '0')
            violation = {
              what: `ring ${ids.join()} started at ${starters.join()} elects ${winners.join()}`,
              trace: [],
            }
        })
        states += found.states
        depth = Math.max(depth, found.depth)
      }
    return { states, depth, complete: true, violation }
  }
}

const data = (nodes, messages, turns, crashes, restarts) => () =>
  searchData({ nodes, messages, turns, crashes, restarts, statesMax })
const room = (nodes, bounds) => () =>
  searchControl({ nodes, crashes: 0, restarts: 0, messages: 0, timers: 0, statesMax, ...bounds })

const searches = {
  'E1 Chang-Roberts, four nodes, every ring, every starters, every order': election(4),
  'E1 Chang-Roberts, five nodes, every ring, every starters, every order': election(5),
  'data plane: 2 nodes, 2 messages, 3 turns, a crash, a restart': data(2, 2, 3, 1, 1),
  'data plane: 3 nodes, 2 messages, 3 turns': data(3, 2, 3, 0, 0),
  'data plane: 3 nodes, 1 message, 2 turns, a crash, a restart': data(3, 1, 2, 1, 1),
  'data plane: 3 nodes, 2 messages, 3 turns, 2 crashes, a restart of each': data(3, 2, 3, 2, 2),
  'E2 three nodes, a crash': room(3, { crashes: 1, timers: 1 }),
  'E2 three nodes, a crash, a message': room(3, { crashes: 1, messages: 1 }),
  'E2 three nodes, a crash and a restart': room(3, { crashes: 1, restarts: 1 }),
  'E2 four nodes, a crash': room(4, { crashes: 1 }),
  'E2 three nodes, one cut off and healed': room(3, { cut: [[0], [1, 2]], timers: 1 }),
  'E4 two nodes split, each speaks, they heal': room(2, { cut: [[0], [1]], messages: 2, timers: 2 }),
  'E5 three nodes, the link of the 1st and 2nd cut and healed': room(3, { cut: [[0], [1]], timers: 1 }),
  'E5 three nodes, the link of the 1st and 3rd cut and healed': room(3, { cut: [[0], [2]], timers: 1 }),
  'E5 three nodes, the link of the 2nd and 3rd cut and healed': room(3, { cut: [[1], [2]], timers: 1 }),
}

const chosen = Object.entries(searches).filter(
  ([name]) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
)
if (chosen.length === 0) fail(`no search has ${wanted.join(' or ')} in its name`)
for (const [name, search] of chosen) {
  const began = performance.now()
  const { states, depth, ends, complete, violation } = search()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const rests = ends === undefined ? '' : `, ${ends} ends that come to rest`
  console.log(
    `${complete ? 'complete' : 'bounded '}  ${states} states, depth ${depth}${rests}, ${seconds} s  ${name}`,
  )
  if (!violation) continue
  console.log(`\n${violation.what}\n\n${violation.trace.map((line, i) => `${i + 1}. ${line}`).join('\n')}`)
  process.exit(violation.what.startsWith('no rest') ? 11 : 12)
}
