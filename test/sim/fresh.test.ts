// A minute of seeds that nobody has played before: each run of the tests is a small campaign of its own.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

test('fresh seeds hold every invariant', (t) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['build/src/sim/main.js', '--seconds', '60', '--keep-going'],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  assert.equal(status, 0, stdout + stderr)
  const played = stdout.trimEnd().split('\n')
  for (const line of [played[0], played.at(-1)]) t.diagnostic(line ?? '')
  assert.match(played.at(-1) ?? '', /^sim: ok: \d+ seeds?, 0 violations/)
})
