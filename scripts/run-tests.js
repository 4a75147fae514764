// Runs the compiled tests with node:test. Node 20's runner finds no files by itself and exits 0 when it
// runs none, so the files are listed here and an empty list is an error.
// The files that take longest go first, so that none of them is waited for alone at the end.
// Usage: node scripts/run-tests.js [part-of-a-path ...]
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

const longest = ['package.test.js', 'fresh.test.js', 'bad-input.test.js']
function rank(file) {
  const at = longest.indexOf(basename(file))
  return at < 0 ? longest.length : at
}
const wanted = process.argv.slice(2)
const files = readdirSync('build/test', { recursive: true })
  .map((name) => join('build/test', String(name)))
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort()
  .sort((a, b) => rank(a) - rank(b))
if (files.length === 0) {
  console.error(`no test file matches ${wanted.join(' ') || 'build/test/**/*.test.js'}`)
  process.exit(1)
}
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--test', '--test-concurrency=2', ...files],
  { stdio: 'inherit' },
)
process.exit(status ?? 1)
