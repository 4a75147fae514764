// A minute of seeds that nobody has played before: each run of the tests is a small campaign of its own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

test('fresh seeds hold every invariant', (t) => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['build/sim/main.js', '--seconds', '60', '--keep-going', '--no-shrink'],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  const result = /^(?:ok: \d+ seeds?|failed: \d+ of \d+ seeds?) .*$/m.exec(stdout)?.[0] ?? ''
  assert.notEqual(result, '', stdout.slice(-5000) + stderr)
  t.diagnostic(result)
  const reports = stdout.split(/^(?=failed: seed \d+: )/m).slice(1)
  assert.deepEqual(
    reports.map((report) => report.slice(0, 20_000)),
    [],
  )
  assert.match(result, /^ok: /)
})
