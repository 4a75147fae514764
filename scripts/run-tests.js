// Runs the compiled tests of one tier with node:test. The tier stands in the name of the file:
// x.test.ts runs in `npm test`, x.slow.test.ts in `npm run test:slow`, x.night.test.ts in `test:night`.
// Node 20's runner finds no files by itself and exits 0 when it runs none, so the files are listed here and
// an empty list is an error. The files that take longest go first, so that none of them is waited for alone
// at the end; those that are not quick run one at a time, and say how long each took. Some of these only wait, for
// machines that get another address or are silent: they run side by side.
// Usage: node scripts/run-tests.js [--slow | --night] [part-of-a-path ...]
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

const tiers = { '--slow': '.slow.test.ts', '--night': '.night.test.ts' }
const ending = '.test.ts'
const longest = [
  'rekey.test.ts',
  'scripts.test.ts',
  'bad-input.test.ts',
  'demo.test.ts',
  'restart.test.ts',
  'fresh.test.ts',
]
const waiting = [
  'large-packets.slow.test.ts',
  'leases.slow.test.ts',
  'mdns.slow.test.ts',
  'silent-neighbours.slow.test.ts',
]

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

process.exitCode = tier ? oneByOne() : run(files)

function oneByOne() {
  const lines = []
  let worst = 0
  const isWaiting = (file) => waiting.includes(basename(file).replace(/\.js$/, '.ts'))
  const sets = [files.filter(isWaiting), ...files.filter((file) => !isWaiting(file)).map((file) => [file])]
  for (const set of sets.filter(({ length }) => length > 0)) {
    const name = set.join(' ')
    console.log(`\n${name} ...`)
    const startedAt = performance.now()
    const status = run(set)
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    lines.push(`${status === 0 ? 'ok    ' : 'failed'} ${String(seconds).padStart(6)} s  ${name}`)
    worst = Math.max(worst, status)
  }
  console.log(`\n${lines.join('\n')}`)
  return worst
}

function run(list) {
  const { status } = spawnSync(
    process.execPath,
    ['--enable-source-maps', '--test', '--test-concurrency=2', ...list],
    { stdio: 'inherit' },
  )
  return status ?? 1
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
