// Runs the compiled tests of one tier with node:test. The tier stands in the name of the file:
// x.test.ts runs in `npm test`, x.slow.test.ts in `npm run test:slow`, x.night.test.ts in `test:night`.
// Node 20's runner finds no files by itself and passes when it runs none, so the files are listed here and
// an empty list is an error. The files that take longest go first, so that none of them is waited for alone
// at the end; those that are not quick run one at a time, and say how long each took. Some of these mostly wait, for
// packages, for a browser, or for machines that get another address or are silent: they run side by side.
// Usage: node scripts/run-tests.js [--slow | --night] [part-of-a-path ...]
import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { run as runTests } from 'node:test'
import { spec as Spec } from 'node:test/reporters'

const tiers = { '--slow': '.slow.test.ts', '--night': '.night.test.ts' }
const ending = '.test.ts'
const longest = [
  'scripts-1.test.ts',
  'scripts-2.test.ts',
  'bad-input.test.ts',
  'rekey.test.ts',
  'demo.test.ts',
  'kill.test.ts',
  'restart.test.ts',
  'homes.test.ts',
  'locked.test.ts',
  'seeds.test.ts',
  'tmux.test.ts',
  'sqlite.test.ts',
  'mutants.test.ts',
  'fresh.test.ts',
]
const waiting = [
  'doctor.slow.test.ts',
  'files.slow.test.ts',
  'frames.slow.test.ts',
  'hostile.slow.test.ts',
  'install.slow.test.ts',
  'large-packets.slow.test.ts',
  'leases.slow.test.ts',
  'mdns.slow.test.ts',
  'neighbour-errors.slow.test.ts',
  'records.slow.test.ts',
  'silent-neighbours.slow.test.ts',
  'site.slow.test.ts',
]

/** So many of these at once: each needs a part of a core. */
const waitingAtOnce = 5

const words = process.argv.slice(2)
const flags = words.filter((word) => word.startsWith('--'))
const parts = words.filter((word) => !word.startsWith('--'))
if (flags.length > 1 || flags.some((flag) => !(flag in tiers)))
  fail(
    `unknown: ${flags.join(' ')}; usage: node scripts/run-tests.js [--slow | --night] [part-of-a-path ...]`,
  )
const [tier] = flags

function isOfTier(name) {
  if (tier) return name.endsWith(tiers[tier])
  return name.endsWith(ending) && !Object.values(tiers).some((other) => name.endsWith(other))
}

function rank(file) {
  const at = longest.indexOf(basename(file))
  return at < 0 ? longest.length : at
}

// The sources are listed, because build/ may still hold what was compiled from a test that is gone.
const files = readdirSync('test', { recursive: true })
  .map(String)
  .filter(isOfTier)
  .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
  .sort()
  .sort((a, b) => rank(a) - rank(b))
  .map((name) => join('build/test', name.replace(/\.ts$/, '.js')))
if (files.length === 0) fail(`no test file ${tier ? `of ${tier} ` : ''}matches ${parts.join(' ') || 'test'}`)

// Node hands these on to the processes of the files.
process.execArgv.push('--enable-source-maps')
// An environment of a test would make the runner run nothing.
delete process.env['NODE_TEST_CONTEXT']
if ((tier ? await oneByOne() : await all()) !== 0) process.exitCode = 1

async function all() {
  const { isRight, seconds } = await run(files)
  const slowest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, 15)
  for (const [file, time] of slowest) console.log(`${time.toFixed(1).padStart(7)} s  ${file}`)
  return isRight ? 0 : 1
}

async function oneByOne() {
  const lines = []
  let isAllRight = true
  const isWaiting = (file) => waiting.includes(basename(file).replace(/\.js$/, '.ts'))
  const sets = [files.filter(isWaiting), ...files.filter((file) => !isWaiting(file)).map((file) => [file])]
  for (const set of sets.filter(({ length }) => length > 0)) {
    const name = set.join(' ')
    console.log(`\n${name} ...`)
    const startedAt = performance.now()
    const { isRight } = await run(set, set.length > 1 ? waitingAtOnce : 1)
    const time = Math.round((performance.now() - startedAt) / 1000)
    lines.push(`${isRight ? 'ok    ' : 'failed'} ${String(time).padStart(6)} s  ${name}`)
    isAllRight &&= isRight
  }
  console.log(`\n${lines.join('\n')}`)
  return isAllRight ? 0 : 1
}

/** `node --test` would sort the files by name. seconds: by file, from its start to its end. */
async function run(list, concurrency = 2) {
  const paths = new Map(list.map((file) => [resolve(file), file]))
  const begun = new Map()
  const seconds = new Map()
  let isRight = true
  const stream = runTests({ files: [...paths.keys()], concurrency })
  stream.on('test:fail', () => (isRight = false))
  // The process of a file counts as a test of that name.
  stream.on('test:dequeue', ({ name }) => paths.has(name) && begun.set(name, performance.now()))
  stream.on('test:complete', ({ name }) => {
    const file = paths.get(name)
    if (file) seconds.set(file, (performance.now() - begun.get(name)) / 1000)
  })
  for await (const text of stream.compose(new Spec())) process.stdout.write(text)
  const left = list.filter((file) => !seconds.has(file))
  for (const file of left) console.log(`✖ ${file} did not end`)
  return { isRight: isRight && left.length === 0, seconds }
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
