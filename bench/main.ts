/**
 * npm run bench [-- name [--flag value ...]]: all benchmarks, or one of them, with the machine they ran on.
 * Knows the list; each benchmark stands in a file of its own.
 */
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { fanout } from './fanout.ts'
import { files } from './files.ts'
import { flow } from './flow.ts'
import { freeze } from './freeze.ts'
import { growth } from './growth.ts'
import { guard } from './guard.ts'
import { join } from './join.ts'
import { joinParts } from './join-parts.ts'
import { kill } from './kill.ts'
import { locked } from './locked.ts'
import { looking } from './looking.ts'
import type { Bench, Flags } from './measure.ts'
import { memory } from './memory.ts'
import { neighbours } from './neighbours.ts'
import { page } from './page.ts'
import { profileOf, scenarioNames } from './profile.ts'
import { search } from './search.ts'
import { sizes } from './sizes.ts'
import { start } from './start.ts'
import { throughput } from './throughput.ts'
import { years } from './years.ts'

/** isExtra: runs only when it is named. */
const benches: Readonly<Record<string, { about: string; run: Bench; isExtra?: true }>> = {
  fanout: { about: 'what a delivery costs, beside brokers', run: fanout },
  files: { about: 'a file of 1 GB moves while people chat, and its source is killed', run: files },
  flow: { about: '200 lines piped into one of five while another speaks', run: flow },
  kill: { about: 'the leader killed with -9 in a steady flow of messages', run: kill },
  memory: { about: 'the import, memory around a burst, the processor at ten messages a second', run: memory },
  neighbours: { about: 'several killed at the same instant', run: neighbours },
  freeze: { about: 'the leader stopped with SIGSTOP', run: freeze },
  guard: { about: 'whether a delivery still costs what it did', run: guard, isExtra: true },
  growth: { about: 'what more members cost: processes, one process, simulated', run: growth, isExtra: true },
  join: { about: 'a newcomer to a long history', run: join },
  'join-parts': { about: 'a newcomer to single lines, each signed and sealed', run: joinParts },
  locked: { about: 'an open and a locked room in turn: joins, and the leader killed', run: locked },
  page: { about: 'the page in chromium: 50 nodes, 20 messages a second', run: page, isExtra: true },
  profile: {
    about: `CPU profiles and flame graphs of the fan-out: ${scenarioNames.join(', ')}`,
    run: (flags, report) => profileOf(scenario)(flags, report),
    isExtra: true,
  },
  search: { about: 'a word in a long history', run: search, isExtra: true },
  sizes: { about: 'the fan-out by length of message, members and pace', run: sizes, isExtra: true },
  looking: { about: 'what three readers of a page cost the room', run: looking, isExtra: true },
  start: { about: 'from start to prompt, and what an idle node costs', run: start },
  throughput: { about: 'messages a second, and their latency', run: throughput },
  years: { about: 'a room that 100,000 processes led and 200,000 spoke in', run: years },
}

function parse(words: readonly string[]): { names: string[]; flags: Flags } {
  const names: string[] = []
  const flags = new Map<string, number>()
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('--')) {
      names.push(word)
      continue
    }
    const value = Number(words[++at] ?? Number.NaN)
    if (!Number.isFinite(value)) refuse(`${word} needs a number`)
    flags.set(word.slice(2), value)
  }
  return { names, flags }
}

function refuse(why: string): never {
  console.error(why)
  process.exit(2)
}

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim()
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'src') === '' ? '' : ' with changes'}`
  } catch {
    return 'unknown'
  }
}

const words = process.argv.slice(2)
if (words.includes('--help') || words.includes('-h')) {
  console.log('npm run bench [-- name [--flag number ...]]: all benchmarks, or the ones named\n')
  for (const [name, { about }] of Object.entries(benches)) console.log(`  ${name.padEnd(12)}${about}`)
  console.log('\nEach file in bench/ says which flags it takes, bench/README.md what was measured.')
  process.exit(0)
}
const { names, flags } = parse(words)
// npm run profile -- single
const [scenario = 'burst'] = names[0] === 'profile' ? names.splice(1) : []
if (!scenarioNames.includes(scenario))
  refuse(`no scenario ${scenario}; there are ${scenarioNames.join(', ')}`)
const unknown = names.filter((name) => !(name in benches))
if (unknown.length > 0)
  refuse(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`)
const [cpu] = cpus()
console.log(
  `${cpu?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}, Node ${process.version}, commit ${commit()}`,
)
for (const [name, { about, run, isExtra }] of Object.entries(benches)) {
  if (names.length > 0 ? !names.includes(name) : isExtra) continue
  console.log(`\n${name}: ${about} (load ${loadavg()[0]?.toFixed(1)})`)
  await run(flags, (line) => console.log(`  ${line}`))
}
