// A minute of seeds that nobody has played before: each run of the tests is a small campaign of its own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

/** A copy of a home that runs beside it: two gaps there are known and open (docs/TESTING.md, What a run covered). */
const openGap = 'twice'

test('fresh seeds hold every invariant', (t) => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['build/src/sim/main.js', '--seconds', '60', '--keep-going', '--no-shrink'],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  assert.match(last, /^sim: (ok|failed): \d+ seeds?, /, stdout.slice(-5000) + stderr)
  t.diagnostic(last)
  // Each report begins with its seed, and tells the faults in the next line.
  const reports = stdout.split(/^(?=seed \d+: )/m).slice(1)
  const isKnown = (report: string): boolean =>
    (/^faults: (.*)$/m.exec(report)?.[1] ?? '').split(', ').includes(openGap)
  for (const report of reports.filter(isKnown)) t.diagnostic(`a known gap: ${report.slice(0, 60)}`)
  assert.deepEqual(
    reports.filter((report) => !isKnown(report)).map((report) => report.slice(0, 20_000)),
    [],
  )
  if (reports.length === 0) assert.match(last, /^sim: ok: /)
})
